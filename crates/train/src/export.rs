//! From a training run to the files that the page loads: blobs named by their content, and a manifest that lists them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wordlight_explain::report::{Checkpoint, Epoch, Manifest, ModelEntry, TableRow, Vectors};
use wordlight_nn::layer::Embedding;
use wordlight_nn::weights::read_model;

use crate::data::treebank::CLASSES;
use crate::files::{read, sha256, write_whole};
use crate::run::{Run, VECTORS_FILE, weights_file};
use crate::table;

/// The list of models.
pub const MANIFEST: &str = "manifest.json";

/// Version of the manifest's format.
const SCHEMA: u32 = 1;

/// How the exported model is called.
#[derive(Clone, Debug)]
pub struct Naming {
    /// For programs, links and file names: lower-case letters, digits and hyphens.
    pub id: String,
    /// For people.
    pub name: String,
    /// One or two sentences; written from the run's settings if empty.
    pub description: String,
    /// The checkpoint shown first, by the number it is known by.
    pub default_epoch: usize,
}

/// A file of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub file: String,
    /// Its length.
    pub bytes: usize,
}

/// Writes a run's vectors, its shown checkpoints and the manifest to `folder`.
///
/// Blobs come first and the manifest last, each whole or not at all, so the folder is a working site at every moment.
/// Other models of a manifest that is already there are kept; blobs that no model uses any more are removed.
///
/// # Errors
/// If the run lacks a file or a file is not what the run says, or `folder` cannot be written.
pub fn export(run_folder: &Path, folder: &Path, naming: &Naming) -> Result<Vec<Written>> {
    check_id(&naming.id)?;
    let run = Run::read(run_folder)?;
    if !run.checkpoints.iter().any(|checkpoint| checkpoint.name == naming.default_epoch) {
        let names: Vec<usize> = run.checkpoints.iter().map(|checkpoint| checkpoint.name).collect();
        bail!("the run has checkpoints after {names:?} epochs, none after {}", naming.default_epoch);
    }
    let before = existing(folder)?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;

    let mut written = Vec::new();
    let mut put = |stem: &str, bytes: &[u8]| -> Result<(String, u64, String)> {
        let hash = sha256(bytes);
        let file = format!("{stem}.{}.safetensors", &hash[..8]);
        write_whole(&folder.join(&file), bytes)?;
        written.push(Written { file: file.clone(), bytes: bytes.len() });
        Ok((file, bytes.len() as u64, hash))
    };

    let path = run_folder.join(VECTORS_FILE);
    let bytes = read(&path)?;
    let embedding = Embedding::from_bytes(&bytes).with_context(|| path.display().to_string())?;
    let (file, length, hash) = put(&format!("{}-vectors", naming.id), &bytes)?;
    if hash != run.vectors_sha256 {
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
    };

    let mut checkpoints = Vec::new();
    for checkpoint in &run.checkpoints {
        let path = run_folder.join(weights_file(checkpoint.epoch));
        let bytes = read(&path)?;
        let (_, card) = read_model::<f32>(&bytes).with_context(|| path.display().to_string())?;
        if card.vectors_sha256 != vectors.sha256 {
            bail!("{} was trained on other vectors than the run's", path.display());
        }
        let (file, bytes, sha256) = put(&format!("{}-epoch-{}", naming.id, checkpoint.name), &bytes)?;
        let name = format!("{} epochs", checkpoint.name);
        checkpoints.push(Checkpoint {
            id: checkpoint_id(naming, checkpoint.name),
            summary: format!("{name}: {:.1} % of the test sentences right", 100.0 * checkpoint.test.accuracy),
            name,
            epoch: u32::try_from(checkpoint.epoch)?,
            file,
            bytes,
            sha256,
            test_accuracy: checkpoint.test.accuracy,
            test_loss: checkpoint.test.loss,
        });
    }

    let entry = ModelEntry {
        id: naming.id.clone(),
        name: naming.name.clone(),
        description: if naming.description.is_empty() { describe(&run) } else { naming.description.clone() },
        vectors,
        default_checkpoint: checkpoint_id(naming, naming.default_epoch),
        checkpoints,
        labels: CLASSES.map(str::to_owned).to_vec(),
        training: serde_json::json!({
            "settings": run.training,
            "vectors": run.vectors,
            "coverage": run.coverage,
            "variance_kept": run.variance_kept,
            "sentences": run.sentences,
            "licence": run.licence,
            "data": "Stanford Sentiment Treebank, sentences, five classes (Socher et al. 2013)",
        }),
        curve: run.epochs.iter().map(curve_point).collect::<Result<_>>()?,
        table: table_rows(&run)?,
    };
    let manifest = merge(before.as_ref(), entry);
    let mut json = serde_json::to_vec_pretty(&manifest)?;
    json.push(b'\n');
    write_whole(&folder.join(MANIFEST), &json)?;
    written.push(Written { file: MANIFEST.to_owned(), bytes: json.len() });
    if let Some(before) = before {
        for file in files(&before).difference(&files(&manifest)) {
            // A name in a manifest is a name in its folder, never a path out of it.
            if Path::new(file).components().count() == 1 {
                let _ = std::fs::remove_file(folder.join(file));
            }
        }
    }
    Ok(written)
}

fn check_id(id: &str) -> Result<()> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(fits) {
        bail!("the model id is {id:?}, expected lower-case letters, digits and hyphens, for example paper-cnn");
    }
    Ok(())
}

fn checkpoint_id(naming: &Naming, epochs: usize) -> String {
    format!("{}-{epochs}", naming.id)
}

/// The manifest that is already in the folder.
fn existing(folder: &Path) -> Result<Option<Manifest>> {
    let path = folder.join(MANIFEST);
    if !path.exists() {
        return Ok(None);
    }
    let manifest: Manifest =
        serde_json::from_slice(&read(&path)?).with_context(|| format!("{} is no manifest", path.display()))?;
    Ok(Some(manifest))
}

/// The new model in place of the one with its id, the others as they were. The first model is the default.
fn merge(before: Option<&Manifest>, entry: ModelEntry) -> Manifest {
    let mut models = before.map_or_else(Vec::new, |manifest| manifest.models.clone());
    let default_model = before.map_or_else(|| entry.id.clone(), |manifest| manifest.default_model.clone());
    match models.iter_mut().find(|model| model.id == entry.id) {
        Some(model) => *model = entry,
        None => models.push(entry),
    }
    Manifest { schema: SCHEMA, version: env!("CARGO_PKG_VERSION").to_owned(), default_model, models }
}

/// Every blob that a manifest names.
fn files(manifest: &Manifest) -> BTreeSet<String> {
    let checkpoints = manifest.models.iter().flat_map(|model| &model.checkpoints).map(|checkpoint| &checkpoint.file);
    manifest.models.iter().map(|model| &model.vectors.file).chain(checkpoints).cloned().collect()
}

fn describe(run: &Run) -> String {
    let Some(network) = run.text_cnn() else {
        return format!("Trained on {} examples of the Stanford Sentiment Treebank.", run.examples);
    };
    let widths: Vec<String> = network.widths.iter().map(usize::to_string).collect();
    let filters = match network.widths.as_slice() {
        [2] => format!("{} filters over pairs of words", network.filters),
        _ => format!("{} filters over each of {} words", network.filters, widths.join(", ")),
    };
    format!(
        "{filters}, maximum over the sentence, five classes; trained on {} sentences of the Stanford Sentiment Treebank.",
        run.sentences[0]
    )
}

fn curve_point(log: &crate::fit::EpochLog) -> Result<Epoch> {
    Ok(Epoch {
        epoch: u32::try_from(log.epoch)?,
        train_loss: log.train_loss,
        train_accuracy: log.train_accuracy,
        dev_loss: log.dev_loss,
        dev_accuracy: log.dev_accuracy,
    })
}

/// The rows of Table 1 that the paper has.
fn table_rows(run: &Run) -> Result<Vec<TableRow>> {
    table::rows(&run.checkpoints)
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
