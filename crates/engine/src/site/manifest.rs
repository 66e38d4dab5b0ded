//! The list of models that a site offers: `www/models/manifest.json`.

use serde::{Deserialize, Serialize};

/// The list of models of a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Manifest {
    /// Version of this format: 1.
    pub schema: u32,
    /// The version of wordlight that wrote it.
    pub version: String,
    /// The id of the model that is shown first.
    pub default_model: String,
    /// The models, in the order in which they are offered.
    pub models: Vec<ModelEntry>,
    /// Files of text that only some questions of the study need; none in a list that was written before they had hashes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_files: Vec<DataFile>,
}

/// A file of text that some questions of the study need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct DataFile {
    /// `human-values`, `strongest-windows` or `corpus`.
    pub id: String,
    /// Beside the manifest.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// In hex.
    pub sha256: String,
}

/// A model: word vectors and the checkpoints trained on them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ModelEntry {
    /// The id of the model, for programs and links.
    pub id: String,
    /// The name of the model, for readers.
    pub name: String,
    /// The kind of network: `text-cnn` or `bilstm`.
    #[serde(default)]
    pub kind: String,
    /// What the model is, in one or two sentences.
    pub description: String,
    /// Its word vectors.
    pub vectors: Vectors,
    /// The id of the checkpoint that is shown first.
    pub default_checkpoint: String,
    /// Its checkpoints, in order of training.
    pub checkpoints: Vec<Checkpoint>,
    /// The names of the classes, worst first.
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

/// The checkpoints of one seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct SeedEntry {
    /// The seed.
    pub seed: u64,
    /// The ids of the checkpoints, in order of training.
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
    /// The name of the file, beside the manifest.
    pub file: String,
    /// The length of the file, in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file, in hex.
    pub sha256: String,
    /// The number of words, `V`.
    pub words: usize,
    /// The dimensions of a vector, `D`.
    pub dim: usize,
    /// The origin of the vectors, and what was done to them.
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
    /// The name of the file, beside the manifest.
    pub file: String,
    /// The length of the file, in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file, in hex.
    pub sha256: String,
    /// The number of words.
    pub words: usize,
}

/// A file of weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Checkpoint {
    /// The id of the checkpoint, for programs and links.
    pub id: String,
    /// The name of the checkpoint, for readers: "10 epochs".
    pub name: String,
    /// How often the training sentences have been seen.
    pub epoch: u32,
    /// The seed of the run.
    #[serde(default)]
    pub seed: u64,
    /// The name of the file, beside the manifest; several checkpoints may share one.
    pub file: String,
    /// Its name in a file that several share: the prefix of its tensors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", tsify(optional))]
    pub part: Option<String>,
    /// The length of the file, in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file, in hex.
    pub sha256: String,
    /// The accuracy on the test sentences, 0 to 1.
    pub test_accuracy: f64,
    /// The mean cross-entropy on the test sentences, in nats.
    pub test_loss: f64,
    /// Epochs and accuracy in a sentence: "10 epochs: 43.1 % of the test sentences right".
    pub summary: String,
}

/// One epoch of training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Epoch {
    /// The number of epochs so far; 0 is before training.
    pub epoch: u32,
    /// Mean cross-entropy on the training sentences.
    pub train_loss: f64,
    /// Accuracy on the training sentences, 0 to 1.
    pub train_accuracy: f64,
    /// Mean cross-entropy on the development sentences.
    pub dev_loss: f64,
    /// Accuracy on the development sentences, 0 to 1.
    pub dev_accuracy: f64,
    /// Mean cross-entropy on the test sentences, by which nothing was chosen.
    #[serde(default)]
    pub test_loss: f64,
    /// Accuracy on the test sentences, 0 to 1.
    #[serde(default)]
    pub test_accuracy: f64,
}

/// A row of the paper's Table 1, measured again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct TableRow {
    /// The number of epochs of training.
    pub epochs: u32,
    /// The mean cross-entropy on the test sentences, as measured here.
    pub test_loss: f64,
    /// The accuracy on the test sentences, as measured here, 0 to 1.
    pub test_accuracy: f64,
    /// The loss that the paper prints.
    pub paper_loss: f64,
    /// The accuracy that the paper prints.
    pub paper_accuracy: f64,
}
