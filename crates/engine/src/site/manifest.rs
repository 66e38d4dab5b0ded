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
    /// `text-cnn` or `bilstm`.
    #[serde(default)]
    pub kind: String,
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
    /// The checkpoints of one run from untrained to the last epoch, by id; empty if only some epochs are offered.
    #[serde(default)]
    pub timeline: Vec<String>,
    /// The same training from other seeds.
    #[serde(default)]
    pub seeds: Vec<SeedEntry>,
    /// What a reader should know of the model.
    #[serde(default)]
    pub card: Card,
}

/// Checkpoints of one seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct SeedEntry {
    /// The seed.
    pub seed: u64,
    /// Ids, in order of training.
    pub checkpoints: Vec<String>,
}

/// What a reader should know of a model (Mitchell et al. 2019), in sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Card {
    /// What it was trained, chosen and measured on.
    pub data: String,
    /// The network, its size and how it was trained.
    pub protocol: String,
    /// What the default checkpoint scores.
    pub scores: String,
    /// `[Y][Y]`: how often the default checkpoint took the true class (row) of a test sentence for a class (column).
    pub confusion: Vec<Vec<usize>>,
    /// Licence of the weights and of the vectors.
    pub licence: String,
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
    /// The words of most texts in a file of their own, so that a page can begin before the whole is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstWords>,
}

/// A file of some of a model's word vectors: the same numbers for fewer words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct FirstWords {
    /// Beside the manifest.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// In hex.
    pub sha256: String,
    /// How many words.
    pub words: usize,
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
    /// Seed of the run.
    #[serde(default)]
    pub seed: u64,
    /// Beside the manifest; several checkpoints may share a file.
    pub file: String,
    /// Its name in a file that several share: the prefix of its tensors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", tsify(optional))]
    pub part: Option<String>,
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
    /// On the test sentences, which nothing was chosen by.
    #[serde(default)]
    pub test_loss: f64,
    /// 0 to 1.
    #[serde(default)]
    pub test_accuracy: f64,
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
