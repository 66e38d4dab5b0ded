//! What the kind of word vectors changes: the accuracy, and the explanations.
//!
//! Each run is compared with the first one, sentence by sentence: gradient × input of the logit of the class that the
//! first run predicts, one score per word. Two numbers say how alike the rows are, Pearson's correlation for the scores
//! and Kendall's tau-b (Kendall 1945) for their order; both are averaged over the test sentences. A second seed of the
//! first run among the runs shows how much of a difference is chance.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use wordlight_engine::decimals;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::faithfulness::similarity::{kendall, pearson};
use wordlight_explain::method::{GradientXInput, Method};
use wordlight_explain::target::TargetKind;
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::{Classifier, argmax};
use wordlight_train::data::treebank::Sentence;
use wordlight_train::data::{Document, documents};
use wordlight_train::evaluate::evaluate;
use wordlight_train::files::read_text;
use wordlight_train::fit::Network;
use wordlight_train::run::{Run, load};

/// The shortest sentence whose rows are compared: of fewer words nearly any two rows are alike.
const SHORTEST: usize = 3;

/// A run and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What the run is called.
    pub name: String,
    /// Its vectors.
    pub vectors: String,
    /// The epoch that was measured.
    pub epoch: usize,
    /// Share of the test sentences' words without a vector.
    pub unknown: f64,
    /// On the test sentences.
    pub loss: f64,
    /// On the test sentences, 0 to 1.
    pub accuracy: f64,
    /// Mean Pearson's correlation with the first run's scores.
    pub pearson: f64,
    /// Mean Kendall's tau-b.
    pub kendall: f64,
    /// Sentences that were compared.
    pub sentences: usize,
}

/// The table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The first is the one that the others are compared with.
    pub rows: Vec<Row>,
}

/// A run after an epoch.
struct Loaded {
    network: Network,
    embedding: Embedding,
    documents: Vec<Document>,
}

impl Loaded {
    fn new(folder: &Path, epoch: usize, cut: usize, test: &[Sentence]) -> Result<Self> {
        let (network, embedding) = load(folder, epoch)?;
        let documents = documents(test, embedding.vocab(), cut);
        Ok(Self { network, embedding, documents })
    }

    /// The class of a sentence, and its words' scores for a class (its own if `None`).
    fn scores(&self, sentence: usize, class: Option<usize>) -> Result<(usize, Vec<f64>)> {
        let words = &self.documents[sentence].words;
        let pass = self.network.forward(self.embedding.embed(words, self.network.positions(words.len())))?;
        let class = class.unwrap_or_else(|| argmax(pass.logits()));
        let asked = (TargetKind::Logit, Some(class));
        let case = Case::new(&self.network, pass.as_ref(), words.len(), asked, &Baseline::Zero)?;
        let scores = GradientXInput.attribute(&case)?.per_token;
        Ok((class, scores.iter().map(|v| f64::from(*v)).collect()))
    }
}

impl Agreement {
    /// Measures runs on the test sentences, each after `epoch` epochs, or after its best one where it was chosen on dev.
    ///
    /// # Errors
    /// A folder that is no run or has no such epoch.
    pub fn measure(runs: &[(String, &Path)], epoch: usize, test: &[Sentence]) -> Result<Self> {
        ensure!(!runs.is_empty(), "name at least one run");
        let mut loaded: Vec<(Loaded, Row)> = Vec::new();
        for (name, folder) in runs {
            let run = Run::read(folder)?;
            let epoch = match run.training.patience {
                0 => epoch,
                _ => run.checkpoints.first().map_or(epoch, |checkpoint| checkpoint.epoch),
            };
            ensure!(
                epoch < run.epochs.len(),
                "{} has epochs up to {}, none {epoch}",
                folder.display(),
                run.epochs.len() - 1
            );
            let this = Loaded::new(folder, epoch, run.training.cut, test)?;
            let score = evaluate(&this.network, &this.embedding, &this.documents)?;
            let words: Vec<&Option<usize>> = this.documents.iter().flat_map(|document| &document.words).collect();
            let unknown = words.iter().filter(|word| word.is_none()).count() as f64 / words.len().max(1) as f64;
            let first = loaded.first().map_or(&this, |(first, _)| first);
            let (pearson, kendall, sentences) = compare(first, &this)?;
            let row = Row {
                name: name.clone(),
                vectors: this.embedding.card().source.clone(),
                epoch,
                unknown,
                loss: score.loss,
                accuracy: score.accuracy,
                pearson,
                kendall,
                sentences,
            };
            loaded.push((this, row));
        }
        Ok(Self { rows: loaded.into_iter().map(|(_, row)| row).collect() })
    }

    /// Reads a table that was kept.
    ///
    /// # Errors
    /// A file that does not read or parse.
    pub fn read(path: &Path) -> Result<Self> {
        serde_json::from_slice(&read_text(path)?)
            .with_context(|| format!("{} is no table of `wordlight vectors`", path.display()))
    }

    /// The table, for people.
    pub fn text(&self) -> String {
        let mut out = "| vectors | words without one | test loss | test accuracy | Pearson | Kendall |\n\
                       |---|---|---|---|---|---|\n"
            .to_owned();
        for row in &self.rows {
            let _ = writeln!(
                out,
                "| {} | {:.1} % | {:.3} | {:.3} | {} | {} |",
                row.name,
                100.0 * row.unknown,
                row.loss,
                row.accuracy,
                decimals(row.pearson, 2),
                decimals(row.kendall, 2)
            );
        }
        if let Some(first) = self.rows.first() {
            let _ = writeln!(
                out,
                "\nPearson and Kendall: word scores against those of {}, gradient × input of the logit of its class, means \
                 over {} test sentences.",
                first.name, first.sentences
            );
        }
        out
    }
}

/// Mean Pearson, mean Kendall, and over how many sentences. A row without any difference between its words has neither.
fn compare(first: &Loaded, other: &Loaded) -> Result<(f64, f64, usize)> {
    let pairs = (0..first.documents.len()).into_par_iter().map(|sentence| -> Result<Option<(f64, f64)>> {
        if first.documents[sentence].words.len() < SHORTEST {
            return Ok(None);
        }
        let (class, a) = first.scores(sentence, None)?;
        let (_, b) = other.scores(sentence, Some(class))?;
        let length = a.len().min(b.len());
        let (a, b) = (&a[..length], &b[..length]);
        let both = (pearson(a, b), kendall(a, b));
        Ok((both.0.is_finite() && both.1.is_finite()).then_some(both))
    });
    let pairs: Vec<Option<(f64, f64)>> = pairs.collect::<Result<_>>()?;
    let pairs: Vec<(f64, f64)> = pairs.into_iter().flatten().collect();
    let n = pairs.len().max(1) as f64;
    let sum = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    Ok((sum.0 / n, sum.1 / n, pairs.len()))
}
