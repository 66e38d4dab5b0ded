//! The list of models that a site offers: `www/models/manifest.json`.

use serde::{Deserialize, Serialize};

/// The list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Manifest {
    /// Version of this format: 1.
    pub schema: u32,
    /// The version of wordlight that wrote it.
    pub version: String,
    /// The model that is shown first.
    pub default_model: String,
    /// The models.
    pub models: Vec<ModelEntry>,
}

/// A model: word vectors and the checkpoints trained on them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ModelEntry {
    /// For programs and links.
    pub id: String,
    /// For people.
    pub name: String,
    /// One or two sentences.
    pub description: String,
    /// Its word vectors.
    pub vectors: Vectors,
    /// The checkpoint that is shown first.
    pub default_checkpoint: String,
    /// Its checkpoints, in order of training.
    pub checkpoints: Vec<Checkpoint>,
    /// The classes, worst first.
    pub labels: Vec<String>,
    /// Protocol, seed, optimiser and sizes, as the trainer wrote them.
    #[cfg_attr(feature = "typescript", tsify(type = "unknown"))]
    pub training: serde_json::Value,
    /// Every epoch's loss and accuracy.
    pub curve: Vec<Epoch>,
    /// The paper's Table 1, measured again.
    pub table: Vec<TableRow>,
}

/// A file of word vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Vectors {
    /// Beside the manifest.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// In hex.
    pub sha256: String,
    /// `V`
    pub words: usize,
    /// `D`
    pub dim: usize,
    /// Whose vectors, and what was done to them.
    pub source: String,
    /// Their licence.
    pub licence: String,
}

/// A file of weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Checkpoint {
    /// For programs and links.
    pub id: String,
    /// For people: "10 epochs".
    pub name: String,
    /// How often the training sentences have been seen.
    pub epoch: u32,
    /// Beside the manifest.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// In hex.
    pub sha256: String,
    /// On the test sentences, 0 to 1.
    pub test_accuracy: f64,
    /// Mean cross-entropy on the test sentences.
    pub test_loss: f64,
    /// "10 epochs: 43.1 % of the test sentences right".
    pub summary: String,
}

/// One epoch of training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Epoch {
    /// 0 is before training.
    pub epoch: u32,
    /// Mean cross-entropy on the training sentences.
    pub train_loss: f64,
    /// 0 to 1.
    pub train_accuracy: f64,
    /// On the development sentences.
    pub dev_loss: f64,
    /// 0 to 1.
    pub dev_accuracy: f64,
}

/// A row of Table 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct TableRow {
    /// Epochs of training.
    pub epochs: u32,
    /// Measured on the test sentences.
    pub test_loss: f64,
    /// 0 to 1.
    pub test_accuracy: f64,
    /// As printed in the paper.
    pub paper_loss: f64,
    /// As printed in the paper.
    pub paper_accuracy: f64,
}
