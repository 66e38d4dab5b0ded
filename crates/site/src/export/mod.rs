//! From training runs to the files that the page loads: blobs named by their content, and a manifest that lists them.
//!
//! A model is one run's vectors and its shown checkpoints, each in a file of its own. Two bundles may come with it, which
//! the page loads when it needs them: the timeline, every other epoch of the run, and the seeds, the same checkpoints
//! of other runs. Weights in a bundle are rounded to 16 bits, and their scores are measured on the bytes of the bundle.

mod bundler;
mod folder;
mod naming;
mod words;

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use bundler::Bundler;
use folder::merge;
pub(crate) use folder::{Folder, SCHEMA, existing, parse, remove_unused, write_manifest};
pub use folder::{MANIFEST, Written};
pub use naming::{Bundles, Naming};
use wordlight_engine::{Checkpoint, Epoch, ModelEntry, TableRow, Vectors};
use wordlight_nn::layer::Embedding;
use wordlight_nn::text::trees::CLASSES;
use wordlight_nn::weights::Architecture;
use wordlight_train::files::read;
use wordlight_train::paper_table;
use wordlight_train::run;
use wordlight_train::run::{Run, data_in_words, vectors_of, weights_file};
use words::{card, describe, epochs_in_words, summary};

/// Writes a run's vectors, its shown checkpoints, its bundles and the manifest to `folder`.
///
/// Blobs come first and the manifest last, each whole or not at all, so the folder is a working site at every moment.
/// Other models of a manifest that is already there are kept; blobs that no model uses any more are removed.
///
/// # Errors
/// If a run lacks a file or a file is not what the run says, the runs do not go together, or `folder` cannot be written.
pub fn export(run_folder: &Path, folder: &Path, naming: &Naming, bundles: &Bundles) -> Result<Vec<Written>> {
    naming.check()?;
    let run = Run::read(run_folder)?;
    let names: Vec<usize> = run.checkpoints.iter().map(|checkpoint| checkpoint.name).collect();
    let default = match naming.default_epoch {
        Some(epoch) if names.contains(&epoch) => epoch,
        Some(epoch) => bail!("the run has checkpoints after {names:?} epochs, none after {epoch}"),
        None => *names.last().context("the run has no checkpoint")?,
    };
    let learned = run.training.tunes_table();
    ensure!(
        !learned || (!bundles.timeline && bundles.seeds.is_empty()),
        "the run has learned its word vectors, so each epoch has its own; bundles are for runs on frozen vectors"
    );
    ensure!(
        bundles.seeds.is_empty() && !bundles.timeline || !bundles.test.is_empty(),
        "a bundle is measured on the test sentences; name the treebank with --treebank"
    );
    let before = existing(folder)?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut folder = Folder::new(folder);

    let shown = run.checkpoints.iter().find(|checkpoint| checkpoint.name == default);
    let shown = shown.context("a name from the list of checkpoints")?;
    let path = vectors_of(run_folder, shown.epoch);
    let bytes = read(&path)?;
    let embedding = Embedding::from_bytes(&bytes).with_context(|| path.display().to_string())?;
    let (file, length, hash) = folder.put(&format!("{}-vectors", naming.id), &bytes)?;
    if !learned && hash != run.vectors_sha256 {
        bail!("{} is not the file that the run was trained on (its SHA-256 is {hash})", path.display());
    }
    let vectors = Vectors {
        file,
        bytes: length,
        sha256: hash,
        words: embedding.vocab().len(),
        dim: embedding.dim(),
        source: embedding.card().source.clone(),
        licence: embedding.card().licence.clone(),
        first: None,
    };

    let mut checkpoints = Vec::new();
    for checkpoint in run.checkpoints.iter().filter(|checkpoint| !learned || checkpoint.name == default) {
        // Checks that weights and vectors go together.
        run::load(run_folder, checkpoint.epoch)?;
        let bytes = read(&run_folder.join(weights_file(checkpoint.epoch)))?;
        let (file, bytes, sha256) = folder.put(&format!("{}-epoch-{}", naming.id, checkpoint.name), &bytes)?;
        let name = epochs_in_words(checkpoint.name);
        checkpoints.push(Checkpoint {
            id: naming.checkpoint(checkpoint.name),
            summary: summary(&name, checkpoint.test.accuracy),
            name,
            epoch: u32::try_from(checkpoint.epoch)?,
            seed: run.training.seed,
            file,
            part: None,
            bytes,
            sha256,
            test_accuracy: checkpoint.test.accuracy,
            test_loss: checkpoint.test.loss,
        });
    }
    let mut bundler = Bundler { run: &run, embedding: &embedding, bundles, naming, folder: &mut folder };
    let timeline = if bundles.timeline { bundler.timeline(run_folder, &mut checkpoints)? } else { Vec::new() };
    let seeds = if bundles.seeds.is_empty() { Vec::new() } else { bundler.seeds(&mut checkpoints)? };

    let entry = ModelEntry {
        id: naming.id.clone(),
        name: naming.name.clone(),
        kind: match run.training.network {
            Architecture::BiLstm(_) => "bilstm".to_owned(),
            _ => "text-cnn".to_owned(),
        },
        description: if naming.description.is_empty() { describe(&run) } else { naming.description.clone() },
        card: card(&run, shown, &vectors),
        vectors,
        default_checkpoint: naming.checkpoint(default),
        checkpoints,
        labels: CLASSES.map(str::to_owned).to_vec(),
        training: serde_json::json!({
            "settings": run.training,
            "vectors": run.vectors,
            "coverage": run.coverage,
            "variance_kept": run.variance_kept,
            "sentences": run.sentences,
            "examples": run.examples,
            "licence": run.licence,
            "data": data_in_words(run.training.examples),
        }),
        curve: run.epochs.iter().map(curve_point).collect::<Result<_>>()?,
        table: if run.text_cnn().is_some_and(|config| config.widths == [2]) { table_rows(&run)? } else { Vec::new() },
        timeline,
        seeds,
    };
    let manifest = merge(before.as_ref(), entry);
    write_manifest(&mut folder, &manifest)?;
    if let Some(before) = before {
        remove_unused(folder.path, &before, &manifest);
    }
    Ok(folder.written)
}

fn curve_point(log: &wordlight_train::fit::EpochLog) -> Result<Epoch> {
    Ok(Epoch {
        epoch: u32::try_from(log.epoch)?,
        train_loss: log.train_loss,
        train_accuracy: log.train_accuracy,
        dev_loss: log.dev_loss,
        dev_accuracy: log.dev_accuracy,
        test_loss: log.test_loss,
        test_accuracy: log.test_accuracy,
    })
}

/// The rows of Table 1 that the paper has.
fn table_rows(run: &Run) -> Result<Vec<TableRow>> {
    paper_table::rows(&run.checkpoints)
        .into_iter()
        .filter_map(|row| row.paper.map(|paper| (row, paper)))
        .map(|(row, paper)| {
            Ok(TableRow {
                epochs: u32::try_from(row.epochs)?,
                test_loss: row.loss,
                test_accuracy: row.accuracy,
                paper_loss: paper.loss,
                paper_accuracy: paper.accuracy,
            })
        })
        .collect()
}
