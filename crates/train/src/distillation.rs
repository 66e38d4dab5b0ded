//! Networks that teach another one: it learns to say what they say, and from the labels (distillation; Hinton, Vinyals &
//! Dean 2015).
//!
//! A network that reads a sentence in order knows more than a label can tell, for example that a phrase is nearly
//! neutral. What training aims at is
//!
//! ```text
//! q = teaching * mean over teachers of p(phrase) + (1 - teaching) * onehot(label)
//! ```

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use ndarray::Array1;
use rayon::prelude::*;
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::{Classifier, softmax};

use crate::data::Document;
use crate::data::treebank::Sentence;
use crate::files::{read, sha256};
use crate::fit::learner::Network;
use crate::run::{RUN_FILE, Run, load, seed_runs, weights_file};

/// Networks with the vectors that they read.
pub struct Teachers {
    networks: Vec<(Network, Embedding)>,
    /// SHA-256 of each network's weights.
    hashes: Vec<String>,
    /// Their share in what training aims at.
    teaching: f64,
}

impl Teachers {
    /// The last shown checkpoint of each run; a folder of several seeds' runs is all of them.
    ///
    /// # Errors
    /// A folder that holds no run; teachers without `teaching`, or the other way round.
    pub fn read(folders: &[PathBuf], teaching: f64) -> Result<Self> {
        match (folders, teaching) {
            ([], 0.0) => {}
            ([], share) => {
                bail!("the experiment's teaching is {share}; name at least one teacher's run with --teacher")
            }
            (_, 0.0) => {
                bail!("the experiment has no teaching, so --teacher would change nothing; set teaching above 0")
            }
            _ => {}
        }
        let mut runs = Vec::new();
        for folder in folders {
            match folder.join(RUN_FILE).is_file() {
                true => runs.push(folder.clone()),
                false => runs.extend(seed_runs(folder)?),
            }
        }
        let (mut networks, mut hashes) = (Vec::new(), Vec::new());
        for folder in runs {
            let run = Run::read(&folder)?;
            let shown = run.checkpoints.last().with_context(|| format!("{} shows no checkpoint", folder.display()))?;
            networks.push(load(&folder, shown.epoch)?);
            hashes.push(sha256(&read(&folder.join(weights_file(shown.epoch)))?));
        }
        Ok(Self { networks, hashes, teaching })
    }

    /// SHA-256 of the weights of each.
    pub fn hashes(&self) -> &[String] {
        &self.hashes
    }

    /// Writes into `documents` what training aims at; `sentences` are their words.
    ///
    /// # Errors
    /// A teacher with other classes than the labels, or one that cannot read a sentence.
    pub fn aim(&self, sentences: &[Sentence], documents: &mut [Document]) -> Result<()> {
        if self.networks.is_empty() {
            return Ok(());
        }
        let classes = self.networks[0].0.classes();
        for (network, _) in &self.networks {
            ensure!(network.classes() == classes, "a teacher has {} classes, another {classes}", network.classes());
        }
        documents.par_iter_mut().zip(sentences).try_for_each(|(document, sentence)| {
            ensure!(document.label < classes, "the label {} is none of a teacher's {classes} classes", document.label);
            let mut aim = vec![0.0; classes];
            let share = self.teaching / self.networks.len() as f64;
            for (network, embedding) in &self.networks {
                let words = Document::new(sentence, embedding.vocab(), 0).words;
                let pass = network.forward(embedding.embed(&words, network.positions(words.len())))?;
                let logits: Array1<f64> = pass.logits().iter().map(|&z| f64::from(z)).collect();
                aim.iter_mut().zip(softmax(logits.view())).for_each(|(q, p)| *q += share * p);
            }
            aim[document.label] += 1.0 - self.teaching;
            document.aim = aim.into_iter().map(|q| q as f32).collect();
            Ok(())
        })
    }
}
