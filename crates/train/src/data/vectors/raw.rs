//! Word vectors in memory.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context, Result};
use ndarray::Array2;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use wordlight_nn::Real;
use wordlight_nn::layer::Embedding;

use super::size::check_size;
use crate::data::treebank::{Treebank, form};

/// The vectors of a file, one per form, in the order of the file (which is the order of frequency).
#[derive(Clone, Debug)]
pub struct RawVectors {
    /// Forms, `[V]`, each once.
    pub words: Vec<String>,
    /// `[V, D]`
    pub values: Array2<f32>,
    /// Row of each form.
    pub index: HashMap<String, usize>,
    /// Source and licence, where the file itself says them.
    pub provenance: Option<(String, String)>,
}

impl RawVectors {
    /// Uniform draws from -0.25 to 0.25 for every word of the treebank, as Kim (2014) draws those of unknown words.
    pub fn random(treebank: &Treebank, dim: usize, seed: u64) -> Self {
        let sentences = [&treebank.train, &treebank.dev, &treebank.test].into_iter().flatten();
        let forms: BTreeSet<String> = sentences.flat_map(|sentence| &sentence.words).map(|word| form(word)).collect();
        let words: Vec<String> = forms.into_iter().collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let values = Array2::from_shape_simple_fn((words.len(), dim), || {
            // 24 bits are what a 32-bit float has.
            ((rng.next_u32() >> 8) as f32 / (1u32 << 24) as f32 - 0.5) * 0.5
        });
        let index = words.iter().cloned().enumerate().map(|(row, word)| (word, row)).collect();
        Self { words, values, index, provenance: None }
    }

    /// The table of another run, as this program writes it.
    pub(super) fn read_own(path: &Path) -> Result<Self> {
        let embedding =
            Embedding::from_bytes(&crate::files::read(path)?).with_context(|| path.display().to_string())?;
        check_size(embedding.vocab().len() as u64, embedding.dim() as u64)
            .with_context(|| path.display().to_string())?;
        let words: Vec<String> = embedding.vocab().iter().map(str::to_owned).collect();
        let index = words.iter().cloned().enumerate().map(|(row, word)| (word, row)).collect();
        let card = embedding.card();
        let provenance = Some((card.source.clone(), card.licence.clone()));
        Ok(Self { words, values: all_vectors(&embedding), index, provenance })
    }

    /// `D`
    pub fn dim(&self) -> usize {
        self.values.ncols()
    }
}

/// The vectors of every word, `[V, D]`.
pub fn all_vectors<F: Real>(embedding: &Embedding) -> Array2<F> {
    let every: Vec<Option<usize>> = (0..embedding.vocab().len()).map(Some).collect();
    embedding.embed(&every, every.len())
}
