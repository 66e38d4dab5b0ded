//! What is exported, and under which names.

use std::path::PathBuf;

use anyhow::{Result, bail};
use wordlight_train::data::treebank::Sentence;

/// How the exported model is called.
#[derive(Clone, Debug)]
pub struct Naming {
    /// For programs, links and file names: lower-case letters, digits and hyphens.
    pub id: String,
    /// For people.
    pub name: String,
    /// One or two sentences; written from the run's settings if empty.
    pub description: String,
    /// The checkpoint shown first, by the number it is known by; the run's last if `None`.
    pub default_epoch: Option<usize>,
}

/// What comes with a model.
#[derive(Clone, Debug, Default)]
pub struct Bundles {
    /// Whether every epoch of the run is exported.
    pub timeline: bool,
    /// Runs of other seeds.
    pub seeds: Vec<PathBuf>,
    /// The test sentences, on which the bundles are measured.
    pub test: Vec<Sentence>,
}

impl Naming {
    /// Refuses an id that is no name of a file.
    pub(super) fn check(&self) -> Result<()> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(fits) {
            let id = &self.id;
            bail!("the model id is {id:?}, expected lower-case letters, digits and hyphens, for example paper-cnn");
        }
        Ok(())
    }

    /// The id of the checkpoint after so many epochs.
    pub(super) fn checkpoint(&self, epochs: usize) -> String {
        format!("{}-{epochs}", self.id)
    }
}
