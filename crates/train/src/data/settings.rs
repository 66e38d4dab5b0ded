//! How a table of word vectors is made.

use serde::{Deserialize, Serialize};

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
    pub(super) fn provenance(&self, dim: usize) -> String {
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
