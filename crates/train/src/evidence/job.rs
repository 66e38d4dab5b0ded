//! The whole job: every method and control x every checkpoint x every test sentence.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde::Serialize;
use wordlight_explain::faithfulness::randomisation::{Layers, randomised};
use wordlight_explain::faithfulness::similarity::similarity;
use wordlight_explain::method::{method, methods};
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::{AnyModel, Classifier};

use super::chunk::{Chunk, Pair, Row};
use super::human::Labelled;
use super::measure::{CONTROLS, MEASURES, Setting, Subject, measure_sentence};
use crate::data::treebank::Split;
use crate::files::sha256;
use crate::site::Site;

/// Sentences of a chunk.
const CHUNK: usize = 34;
/// Costly measures are taken on every sentence whose number this divides.
const COSTLY_EVERY: usize = 10;
/// The paper cuts its sentences here.
const CUT: usize = 40;

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The treebank.
    pub treebank: PathBuf,
    /// Methods; empty for all.
    pub methods: Vec<String>,
    /// Checkpoints; empty for those of the paper's Table 1.
    pub checkpoints: Vec<String>,
    /// So many of the first sentences; 0 for all.
    pub sentences: usize,
    /// Of everything that is drawn.
    pub seed: usize,
}

/// What decides the numbers: another job has other chunks.
#[derive(Serialize)]
struct Fingerprint<'a> {
    version: &'static str,
    methods: &'a [String],
    checkpoints: Vec<(&'a str, &'a str, &'a str)>,
    treebank: String,
    sentences: usize,
    seed: usize,
    measures: Vec<&'static str>,
    chunk: usize,
}

/// A job that has been looked over.
pub struct Job {
    methods: Vec<String>,
    embedding: Embedding,
    subjects: Vec<Subject>,
    sentences: Vec<Labelled>,
    seed: usize,
    fingerprint: String,
}

impl Job {
    /// Reads everything and refuses what is not there.
    ///
    /// # Errors
    /// An unknown method or checkpoint, checkpoints of different models, a treebank that does not read.
    pub fn prepare(site: &Site, plan: &Plan) -> Result<Self> {
        let all: Vec<String> = methods::<f32>().iter().map(|method| method.spec().id.to_owned()).collect();
        let methods = if plan.methods.is_empty() { all } else { plan.methods.clone() };
        methods.iter().try_for_each(|id| method::<f32>(id).map(|_| ()))?;
        let checkpoints = match plan.checkpoints.is_empty() {
            true => table_checkpoints(site)?,
            false => plan.checkpoints.clone(),
        };
        let mut entries = Vec::new();
        for id in &checkpoints {
            let (model, entry) = site.find(id)?;
            entries.push((model.id.as_str(), entry.id.as_str(), entry.sha256.as_str(), model.vectors.sha256.as_str()));
        }
        if let Some(other) = entries.iter().find(|entry| entry.0 != entries[0].0) {
            bail!("checkpoints of one model are measured together; found {} and {}", entries[0].0, other.0);
        }
        let mut sentences = Labelled::read(&plan.treebank, Split::Test, CUT)?;
        if plan.sentences > 0 {
            sentences.truncate(plan.sentences);
        }
        let text: Vec<String> =
            sentences.iter().map(|s| format!("{} {:?} {:?}", s.words.join(" "), s.values, s.phrase_values)).collect();
        let fingerprint = Fingerprint {
            version: env!("CARGO_PKG_VERSION"),
            methods: &methods,
            checkpoints: entries.iter().map(|(_, id, weights, vectors)| (*id, *weights, *vectors)).collect(),
            treebank: sha256(text.join("\n").as_bytes()),
            sentences: sentences.len(),
            seed: plan.seed,
            measures: MEASURES.iter().map(|measure| measure.id).collect(),
            chunk: CHUNK,
        };
        let fingerprint = sha256(&serde_json::to_vec(&fingerprint)?);
        let mut subjects = Vec::new();
        for id in &checkpoints {
            let AnyModel::TextCnn(network) = site.network(id)? else {
                bail!("{id} is no convolution with maximum over time, which is what the exact measures need");
            };
            let [dense, conv, both] = Layers::ALL.map(|layers| randomised(&network, layers, plan.seed));
            subjects.push(Subject { id: id.clone(), randomised: [dense?, conv?, both?], network });
        }
        let embedding = site.embedding(&checkpoints[0])?;
        Ok(Self { methods, embedding, subjects, sentences, seed: plan.seed, fingerprint })
    }

    /// Methods and controls by the numbers that rows have.
    pub fn methods(&self) -> Vec<String> {
        self.methods.iter().cloned().chain(CONTROLS.map(str::to_owned)).collect()
    }

    /// Checkpoints by the numbers that rows have.
    pub fn checkpoints(&self) -> Vec<String> {
        self.subjects.iter().map(|subject| subject.id.clone()).collect()
    }

    /// The networks.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The word vectors.
    pub fn embedding(&self) -> &Embedding {
        &self.embedding
    }

    /// The sentences.
    pub fn sentences(&self) -> &[Labelled] {
        &self.sentences
    }

    /// The seed.
    pub fn seed(&self) -> usize {
        self.seed
    }

    /// What decides the numbers, in hex.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The input of a sentence.
    pub fn input(&self, sentence: &Labelled) -> ndarray::Array2<f32> {
        let words: Vec<Option<usize>> = sentence.words.iter().map(|word| self.embedding.vocab().get(word)).collect();
        self.embedding.embed(&words, self.subjects[0].network.positions(words.len()))
    }

    /// How many chunks there are.
    pub fn chunks(&self) -> usize {
        self.sentences.len().div_ceil(CHUNK)
    }

    /// Measures what is not there yet, then reads everything back. `bar` counts sentences.
    ///
    /// # Errors
    /// If a chunk cannot be written or read.
    pub fn run(&self, out: &Path, bar: &ProgressBar) -> Result<Chunk> {
        let folder = out.join(format!("chunks-{}", &self.fingerprint[..12]));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let (done, missing): (Vec<usize>, Vec<usize>) =
            (0..self.chunks()).partition(|index| Chunk::is_done(&folder, *index));
        // What was done before does not count for the time that is left.
        bar.set_length((missing.len() * CHUNK).min(self.sentences.len()) as u64);
        if !done.is_empty() {
            bar.println(format!("{} of {} chunks were there already", done.len(), self.chunks()));
        }
        missing.par_iter().try_for_each(|&index| self.chunk(index, bar)?.write(&folder, index))?;
        let mut whole = Chunk::default();
        for index in 0..self.chunks() {
            whole.append(Chunk::read(&folder, index)?);
        }
        Ok(whole)
    }

    /// Removes the chunks of a job that is done.
    ///
    /// # Errors
    /// If they cannot be removed.
    pub fn tidy(&self, out: &Path) -> Result<()> {
        let folder = out.join(format!("chunks-{}", &self.fingerprint[..12]));
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))
    }

    fn chunk(&self, index: usize, bar: &ProgressBar) -> Result<Chunk> {
        let methods = self.methods();
        let each = self.subjects.len() * methods.len();
        let mut chunk =
            Chunk { curves: vec![Vec::new(); each], counts: vec![0; each], rows: Vec::new(), pairs: Vec::new() };
        let setting = Setting { methods: &self.methods, seed: self.seed, mean: self.embedding.mean() };
        let range = index * CHUNK..((index + 1) * CHUNK).min(self.sentences.len());
        for number in range {
            let sentence = &self.sentences[number];
            let x = self.input(sentence);
            let mut by_checkpoint = Vec::new();
            for (c, subject) in self.subjects.iter().enumerate() {
                let asked = (number, number % COSTLY_EVERY == 0);
                let (predicted, measured) = measure_sentence(&setting, subject, (&x, sentence), asked)
                    .with_context(|| format!("sentence {number} of the test split by {}", subject.id))?;
                for (m, measured) in measured.iter().enumerate() {
                    let at = c * methods.len() + m;
                    if !measured.curve.is_empty() {
                        chunk.curves[at].resize(measured.curve.len(), 0.0);
                        chunk.curves[at].iter_mut().zip(&measured.curve).for_each(|(sum, v)| *sum += v);
                        chunk.counts[at] += 1;
                    }
                    chunk.rows.push(Row {
                        sentence: u32::try_from(number)?,
                        checkpoint: u16::try_from(c)?,
                        method: u16::try_from(m)?,
                        label: u8::try_from(sentence.label)?,
                        predicted: u8::try_from(predicted)?,
                        words: u16::try_from(sentence.words.len())?,
                        values: measured.values.iter().map(|v| (!v.is_nan()).then_some(*v)).collect(),
                    });
                }
                by_checkpoint.push((predicted, measured));
            }
            for (a, b) in pairs(self.subjects.len()) {
                let ((class_a, a_scores), (class_b, b_scores)) = (&by_checkpoint[a], &by_checkpoint[b]);
                for (m, (one, other)) in a_scores.iter().zip(b_scores).enumerate() {
                    let alike = similarity(&one.scores, &other.scores);
                    let finite = |v: f64| v.is_finite().then_some(v as f32);
                    chunk.pairs.push(Pair {
                        sentence: u32::try_from(number)?,
                        checkpoints: (u16::try_from(a)?, u16::try_from(b)?),
                        method: u16::try_from(m)?,
                        same_class: class_a == class_b,
                        kendall: finite(alike.kendall),
                        pearson: finite(alike.pearson),
                        same_top: alike.same_top,
                    });
                }
            }
            bar.inc(1);
        }
        Ok(chunk)
    }
}

/// Which checkpoints are compared: neighbours, and the first with the last.
pub fn pairs(checkpoints: usize) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = (1..checkpoints).map(|b| (b - 1, b)).collect();
    if checkpoints > 2 {
        pairs.push((0, checkpoints - 1));
    }
    pairs
}

/// The default model's checkpoints after as many epochs as the paper's Table 1 has, the first of each.
fn table_checkpoints(site: &Site) -> Result<Vec<String>> {
    let default = site.find(site.default_checkpoint()?)?.0;
    let mut chosen: Vec<String> = Vec::new();
    for row in &default.table {
        let entry = default.checkpoints.iter().find(|entry| entry.epoch == row.epochs);
        chosen.extend(entry.map(|entry| entry.id.clone()));
    }
    if chosen.is_empty() {
        chosen.push(default.default_checkpoint.clone());
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    #[test]
    fn neighbours_and_the_ends_are_compared() {
        assert_eq!(super::pairs(3), [(0, 1), (1, 2), (0, 2)]);
        assert_eq!((super::pairs(1).len(), super::pairs(2)), (0, vec![(0, 1)]));
    }
}
