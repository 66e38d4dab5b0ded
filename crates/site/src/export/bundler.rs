//! Bundles: several checkpoints in one blob, rounded to 16 bits and measured as they are read back.

use std::path::Path;

use anyhow::{Result, ensure};
use wordlight_engine::{Checkpoint, SeedEntry};
use wordlight_nn::layer::Embedding;
use wordlight_nn::text::trees::CLASSES;
use wordlight_nn::weights::{ModelCard, Precision, read_part, write_bundle};
use wordlight_train::data::documents;
use wordlight_train::evaluate::evaluate;
use wordlight_train::fit::Network;
use wordlight_train::run;
use wordlight_train::run::{Run, data_in_words};

use super::folder::Folder;
use super::naming::{Bundles, Naming};
use super::words::{epochs_in_words, summary};

/// A checkpoint on its way into a bundle.
struct Bundled {
    id: String,
    part: String,
    name: String,
    epoch: usize,
    seed: u64,
    network: Network,
}

/// Makes the bundles of a model.
pub(super) struct Bundler<'a, 'f> {
    pub(super) run: &'a Run,
    pub(super) embedding: &'a Embedding,
    pub(super) bundles: &'a Bundles,
    pub(super) naming: &'a Naming,
    pub(super) folder: &'a mut Folder<'f>,
}

impl Bundler<'_, '_> {
    /// Every epoch that has no file of its own; returns the ids of all epochs in order.
    pub(super) fn timeline(&mut self, run_folder: &Path, checkpoints: &mut Vec<Checkpoint>) -> Result<Vec<String>> {
        let (mut ids, mut bundled) = (Vec::new(), Vec::new());
        for epoch in 0..self.run.epochs.len() {
            if let Some(own) = checkpoints.iter().find(|checkpoint| checkpoint.epoch as usize == epoch) {
                ids.push(own.id.clone());
                continue;
            }
            let (network, _) = run::load(run_folder, epoch)?;
            let (id, name) = (self.naming.checkpoint(epoch), epochs_in_words(epoch));
            ids.push(id.clone());
            bundled.push(Bundled { id, part: epoch.to_string(), name, epoch, seed: self.run.training.seed, network });
        }
        self.bundle("epochs", &bundled, checkpoints)?;
        Ok(ids)
    }

    /// The shown checkpoints of every seed, this run's first where it is among them.
    pub(super) fn seeds(&mut self, checkpoints: &mut Vec<Checkpoint>) -> Result<Vec<SeedEntry>> {
        let (mut entries, mut bundled): (Vec<SeedEntry>, Vec<Bundled>) = (Vec::new(), Vec::new());
        for path in &self.bundles.seeds {
            let other = Run::read(path)?;
            let seed = other.training.seed;
            let same = wordlight_train::fit::TrainSettings { seed: self.run.training.seed, ..other.training.clone() };
            ensure!(
                same == self.run.training && other.vectors_sha256 == self.run.vectors_sha256,
                "{} was trained with other settings or vectors than the model, not with another seed only",
                path.display()
            );
            ensure!(entries.iter().all(|entry| entry.seed != seed), "{} has seed {seed} again", path.display());
            let mut ids = Vec::new();
            for checkpoint in &other.checkpoints {
                if seed == self.run.training.seed {
                    ids.push(self.naming.checkpoint(checkpoint.name));
                    continue;
                }
                let (network, _) = run::load(path, checkpoint.epoch)?;
                let id = format!("{}-seed-{seed}-{}", self.naming.id, checkpoint.name);
                ids.push(id.clone());
                let part = format!("{seed}-{}", checkpoint.name);
                let name = format!("seed {seed}, {}", epochs_in_words(checkpoint.name));
                bundled.push(Bundled { id, part, name, epoch: checkpoint.epoch, seed, network });
            }
            entries.push(SeedEntry { seed, checkpoints: ids });
        }
        self.bundle("seeds", &bundled, checkpoints)?;
        Ok(entries)
    }

    /// Writes a bundle and measures what a reader gets back from its bytes.
    fn bundle(&mut self, what: &str, bundled: &[Bundled], checkpoints: &mut Vec<Checkpoint>) -> Result<()> {
        if bundled.is_empty() {
            return Ok(());
        }
        let card = ModelCard {
            architecture: self.run.training.network.clone(),
            labels: CLASSES.map(str::to_owned).to_vec(),
            vectors_sha256: self.run.vectors_sha256.clone(),
            training: serde_json::json!({
                "program": format!("wordlight {}", self.run.version),
                "data": data_in_words(self.run.training.examples),
                "settings": self.run.training,
                "parts": bundled.iter().map(|one| serde_json::json!({
                    "part": one.part, "epoch": one.epoch, "seed": one.seed,
                })).collect::<Vec<_>>(),
            }),
            licence: self.run.licence.clone(),
        };
        let parts: Vec<(&str, &Network)> = bundled.iter().map(|one| (one.part.as_str(), &one.network)).collect();
        let blob = write_bundle(&parts, &card, Precision::F16)?;
        let (file, bytes, sha256) = self.folder.put(&format!("{}-{what}", self.naming.id), &blob)?;
        let test = documents(&self.bundles.test, self.embedding.vocab(), self.run.training.cut);
        for one in bundled {
            let (network, _) = read_part::<f32>(&blob, Some(&one.part))?;
            let score = evaluate(&network, self.embedding, &test)?;
            checkpoints.push(Checkpoint {
                id: one.id.clone(),
                name: one.name.clone(),
                summary: summary(&one.name, score.accuracy),
                epoch: u32::try_from(one.epoch)?,
                seed: one.seed,
                file: file.clone(),
                part: Some(one.part.clone()),
                bytes,
                sha256: sha256.clone(),
                test_accuracy: score.accuracy,
                test_loss: score.loss,
            });
        }
        Ok(())
    }
}
