//! The table of word vectors that travels with the networks.

use anyhow::{Result, bail};
use ndarray::{Array1, Array2, ArrayView2};
use wordlight_nn::layer::{Embedding, Quantised, VectorsCard};
use wordlight_nn::text::Vocab;

use super::pca::Pca;
use super::settings::{VectorSettings, Weighting};
use super::treebank::Treebank;
use super::vectors::{RawVectors, all_vectors};
use super::vocabulary::{self, Coverage};
use crate::files::sha256;

/// What the card says of vectors that a training run has changed.
const LEARNED: &str = "learned";

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
