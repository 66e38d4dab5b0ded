//! What a network is trained and measured on: sentences as rows of a table of word vectors.

pub mod pca;
pub mod treebank;
pub mod vectors;
mod vocabulary;

use anyhow::{Result, bail};
use ndarray::{Array1, Array2, ArrayView2};
use pca::Pca;
use serde::{Deserialize, Serialize};
use treebank::{Sentence, Treebank};
use vectors::RawVectors;
use wordlight_nn::Real;
use wordlight_nn::layer::{Embedding, Quantised, VectorsCard};
use wordlight_nn::text::Vocab;

use crate::files::sha256;

/// A sentence, ready for a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The row of each word, `[T]`; `None` reads as the zero vector.
    pub words: Vec<Option<usize>>,
    /// The true class.
    pub label: usize,
    /// The probabilities that training aims at, `[Y]`; empty: 1 for the true class.
    pub aim: Vec<f32>,
}

impl Document {
    /// A sentence of the treebank, cut after `cut` words (0: not cut).
    pub fn new(sentence: &Sentence, vocab: &Vocab, cut: usize) -> Self {
        let kept = if cut == 0 { sentence.words.len() } else { cut.min(sentence.words.len()) };
        let words = sentence.words[..kept].iter().map(|word| vocab.get(&treebank::form(word))).collect();
        Self::labelled(words, sentence.label)
    }

    /// Some words and their true class.
    pub fn labelled(words: Vec<Option<usize>>, label: usize) -> Self {
        Self { words, label, aim: Vec::new() }
    }

    /// Puts so many zero vectors before the words, if there are no more words than that.
    pub fn lead(&mut self, zeros: usize) {
        if self.words.len() <= zeros {
            self.words.splice(0..0, std::iter::repeat_n(None, zeros));
        }
    }
}

/// Which words the principal components are to fit best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Weighting {
    /// Every word of the vocabulary counts once.
    Vocabulary,
    /// A word counts as often as the training sentences have it.
    Tokens,
}

/// How the table of word vectors is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VectorSettings {
    /// `D` of the table.
    pub dim: usize,
    /// What the principal components fit.
    pub weighting: Weighting,
    /// Euclidean length to which each vector is brought before its dimensions are reduced; 0 leaves it as it is.
    pub length: f64,
    /// The most bytes that the vectors file may have; the treebank's own words are always in it.
    pub budget: usize,
    /// Where the vectors come from.
    pub source: String,
    /// Their licence.
    pub licence: String,
}

impl VectorSettings {
    /// Where the vectors come from and what was done to them, in words.
    fn provenance(&self, dim: usize) -> String {
        let mut text = self.source.clone();
        if self.length > 0.0 {
            text.push_str(&format!("; each brought to length {}", self.length));
        }
        if self.dim < dim {
            text.push_str(&format!("; reduced to {} principal components", self.dim));
        }
        text + "; rounded to 8 bits"
    }
}

/// What the card says of vectors that a training run has changed.
const LEARNED: &str = "learned";

/// How many words have a vector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Tokens in the three parts of the treebank.
    pub tokens: usize,
    /// Of these, tokens without a vector.
    pub unknown_tokens: usize,
    /// Different words in the treebank, in the tokenizer's form.
    pub words: usize,
    /// Of these, words without a vector.
    pub unknown_words: usize,
    /// Words of the table that the treebank does not have.
    pub other_words: usize,
}

/// A table of word vectors, made for a treebank.
#[derive(Clone, Debug)]
pub struct Table {
    /// The table.
    pub embedding: Embedding,
    /// The file that travels.
    pub bytes: Vec<u8>,
    /// Its SHA-256, hex.
    pub sha256: String,
    /// How many words have a vector.
    pub coverage: Coverage,
    /// The share of the variance that the principal components keep, 0 to 1.
    pub variance_kept: f64,
    /// How often the training sentences have each word, `[V]`.
    frequency: Vec<f64>,
}

impl Table {
    /// Chooses the words, turns and cuts their vectors to `D` dimensions and rounds them to 8 bits.
    ///
    /// # Errors
    /// If no word of the treebank has a vector, or `dim` is out of range.
    pub fn build(treebank: &Treebank, raw: &RawVectors, settings: &VectorSettings) -> Result<Self> {
        let counts = vocabulary::count(treebank);
        let rows = vocabulary::choose(&counts, raw, settings)?;
        let words: Vec<&str> = rows.iter().map(|&row| raw.words[row].as_str()).collect();
        let chosen = raw.values.select(ndarray::Axis(0), &rows);
        let chosen = with_length(chosen, settings.length);
        let frequency: Vec<f64> = words.iter().map(|&word| counts.in_training(word) as f64).collect();
        let (table, variance_kept) = if settings.dim == raw.dim() {
            (chosen, 1.0)
        } else {
            let pca = match settings.weighting {
                Weighting::Vocabulary => Pca::fit(chosen.view(), &vec![1.0; rows.len()], settings.dim)?,
                Weighting::Tokens => Pca::fit(chosen.view(), &frequency, settings.dim)?,
            };
            (pca.project(chosen.view()), pca.kept)
        };

        let vocab = Vocab::new(&words)?;
        let card = VectorsCard { source: settings.provenance(raw.dim()), licence: settings.licence.clone() };
        let coverage = counts.coverage(&vocab);
        Self::join(vocab, table.view(), card, coverage, variance_kept, frequency)
    }

    /// Rounds the vectors and makes the file.
    fn join(
        vocab: Vocab,
        vectors: ArrayView2<'_, f32>,
        card: VectorsCard,
        coverage: Coverage,
        variance_kept: f64,
        frequency: Vec<f64>,
    ) -> Result<Self> {
        let table = Quantised::new(vectors)?;
        let without_mean = Embedding::new(vocab.clone(), table.clone(), Array1::zeros(vectors.ncols()), card.clone())?;
        let embedding = Embedding::new(vocab, table, mean(&without_mean, &frequency)?, card)?;
        let bytes = embedding.to_bytes()?;
        Ok(Self { sha256: sha256(&bytes), embedding, bytes, coverage, variance_kept, frequency })
    }

    /// The same words with other vectors `[V, D]`: those that a training run has learned.
    ///
    /// # Errors
    /// If a vector is not finite.
    pub fn with_vectors(&self, vectors: ArrayView2<'_, f32>) -> Result<Self> {
        let card = self.embedding.card();
        let source = match card.source.contains(LEARNED) {
            true => card.source.clone(),
            false => format!("{}; {LEARNED} with the network", card.source),
        };
        let card = VectorsCard { source, licence: card.licence.clone() };
        let (vocab, coverage) = (self.embedding.vocab().clone(), self.coverage.clone());
        Self::join(vocab, vectors, card, coverage, self.variance_kept, self.frequency.clone())
    }
}

/// Brings each row to the given length, unless that is 0.
fn with_length(mut vectors: Array2<f32>, length: f64) -> Array2<f32> {
    if length > 0.0 {
        for mut row in vectors.outer_iter_mut() {
            let norm = row.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
            if norm > 0.0 {
                row *= (length / norm) as f32;
            }
        }
    }
    vectors
}

/// The average of the training sentences' known words, as they stand after rounding, `[D]`.
fn mean(embedding: &Embedding, frequency: &[f64]) -> Result<Array1<f32>> {
    let total: f64 = frequency.iter().sum();
    if total == 0.0 {
        bail!("no word of the training sentences has a vector");
    }
    let sum = Array1::from(frequency.to_vec()).dot(&all_vectors::<f64>(embedding));
    Ok((sum / total).mapv(|v| v as f32))
}

/// The vectors of every word, `[V, D]`.
pub fn all_vectors<F: Real>(embedding: &Embedding) -> Array2<F> {
    let every: Vec<Option<usize>> = (0..embedding.vocab().len()).map(Some).collect();
    embedding.embed(&every, every.len())
}

/// The sentences of a split, ready for a network.
pub fn documents(sentences: &[Sentence], vocab: &Vocab, cut: usize) -> Vec<Document> {
    sentences.iter().map(|sentence| Document::new(sentence, vocab, cut)).collect()
}
