//! A finished training run: a folder with `run.json`, the vectors and the weights after every epoch.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use wordlight_nn::weights::{Architecture, ModelCard, write_model};

use crate::data::treebank::CLASSES;
use crate::data::{Coverage, Table, VectorSettings};
use crate::evaluate::Evaluation;
use crate::files::{read, write_folder, write_whole};
use crate::fit::{Epoch, EpochLog, TrainSettings};

/// The description of a run.
pub const RUN_FILE: &str = "run.json";
/// The word vectors of a run.
pub const VECTORS_FILE: &str = "vectors.safetensors";

/// The weights after an epoch.
pub fn weights_file(epoch: usize) -> String {
    format!("epoch-{epoch:03}.safetensors")
}

/// Everything there is to know of a run; the same data and settings give the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Of this format: 1.
    pub schema: u32,
    /// Of the program.
    pub version: String,
    /// The training sentences, dev sentences and test sentences.
    pub sentences: [usize; 3],
    /// How the vectors were made.
    pub vectors: VectorSettings,
    /// SHA-256 of the vectors file.
    pub vectors_sha256: String,
    /// How many words have a vector.
    pub coverage: Coverage,
    /// The share of the variance that the principal components keep.
    pub variance_kept: f64,
    /// How the network was trained.
    pub training: TrainSettings,
    /// Licence of the weights.
    pub licence: String,
    /// Every epoch.
    pub epochs: Vec<EpochLog>,
    /// The checkpoints that are shown, measured on the test sentences.
    pub checkpoints: Vec<Checkpoint>,
}

/// A checkpoint that is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The number it is known by: 5, 10, 20.
    pub name: usize,
    /// Epochs from the start of training; larger than `name` after a warm start.
    pub epoch: usize,
    /// On the test sentences.
    pub test: Evaluation,
}

impl Run {
    /// The card of the weights after an epoch.
    fn card(&self, epoch: &EpochLog) -> Result<ModelCard> {
        Ok(ModelCard {
            architecture: Architecture::TextCnn(self.training.network.clone()),
            labels: CLASSES.map(str::to_owned).to_vec(),
            vectors_sha256: self.vectors_sha256.clone(),
            training: serde_json::json!({
                "program": format!("wordlight {}", self.version),
                "data": "Stanford Sentiment Treebank, sentences, five classes (Socher et al. 2013)",
                "settings": self.training,
                "epoch": epoch,
            }),
            licence: self.licence.clone(),
        })
    }

    /// Writes the run's folder, whole or not at all.
    ///
    /// # Errors
    /// If the folder is taken (see [`write_folder`]) or cannot be written.
    pub fn write(&self, folder: &Path, replace: bool, table: &Table, epochs: &[Epoch]) -> Result<()> {
        write_folder(folder, replace, |folder| {
            write_whole(&folder.join(VECTORS_FILE), &table.bytes)?;
            for epoch in epochs {
                let bytes = write_model(&epoch.model.clone().into(), &self.card(&epoch.log)?)?;
                write_whole(&folder.join(weights_file(epoch.log.epoch)), &bytes)?;
            }
            let mut json = serde_json::to_vec_pretty(self)?;
            json.push(b'\n');
            write_whole(&folder.join(RUN_FILE), &json)
        })
    }

    /// Reads a run's description.
    ///
    /// # Errors
    /// If the folder holds no run, or its description does not parse.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(RUN_FILE);
        let bytes = read(&path).with_context(|| format!("{} holds no run of `wordlight train`", folder.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("{} is no description of a run", path.display()))
    }
}
