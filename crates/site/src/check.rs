//! Is a folder of models what its manifest says? Every file is read as page and command line read it, so that what passes
//! can be published.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use wordlight_engine::{Engine, Manifest, ModelEntry};
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::Classifier;
use wordlight_nn::weights::{Architecture, read_part};
use wordlight_train::files::read;

use crate::Site;
use crate::export::MANIFEST;

/// What the evaluation found, for a panel of the study.
const FINDINGS: &str = "replication.json";

/// What has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Models.
    pub models: usize,
    /// Their checkpoints.
    pub checkpoints: usize,
    /// Files of text.
    pub data_files: usize,
}

/// Reads everything in a folder of models.
///
/// # Errors
/// A line for each thing that is wrong, which begins with the name of the file.
pub fn check(folder: &Path) -> Result<Checked> {
    let site = Site::open(folder)?;
    let mut problems = Vec::new();
    let mut note = |file: &str, outcome: Result<()>| {
        if let Err(error) = outcome {
            problems.push(format!("{file}: {error:#}"));
        }
    };
    note(MANIFEST, names(&site));
    // Bundles are named by many checkpoints; each file is read and hashed once.
    let mut files = HashMap::new();
    for model in &site.manifest().models {
        note(&model.vectors.file, vectors(&site, model));
        for checkpoint in &model.checkpoints {
            let key = (checkpoint.file.as_str(), checkpoint.sha256.as_str(), checkpoint.bytes);
            let blob = || site.blob(key.0, key.2, key.1).map_err(|error| format!("{error:#}"));
            let outcome = match files.entry(key).or_insert_with(blob) {
                Ok(bytes) => network(model, bytes, checkpoint.part.as_deref()),
                Err(error) => Err(anyhow::anyhow!("{error}")),
            };
            note(&checkpoint.file, outcome.with_context(|| format!("the checkpoint {:?}", checkpoint.id)));
        }
    }
    for file in &site.manifest().data_files {
        let read = || Ok(Engine::new().add_data_file(&file.id, &site.blob(&file.file, file.bytes, &file.sha256)?)?);
        note(&file.file, read());
    }
    note(FINDINGS, findings(&folder.join(FINDINGS)));
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    let models = &site.manifest().models;
    Ok(Checked {
        models: models.len(),
        checkpoints: models.iter().map(|model| model.checkpoints.len()).sum(),
        data_files: site.manifest().data_files.len(),
    })
}

/// Every id is given once, and those that are named are there.
fn names(site: &Site) -> Result<()> {
    let manifest = site.manifest();
    site.default_checkpoint()?;
    once("model", manifest.models.iter().map(|model| model.id.as_str()))?;
    let checkpoints = manifest.models.iter().flat_map(|model| &model.checkpoints);
    once("checkpoint", checkpoints.map(|checkpoint| checkpoint.id.as_str()))?;
    once("data file", manifest.data_files.iter().map(|file| file.id.as_str()))?;
    for file in files(site) {
        let plain = Path::new(file).file_name().is_some_and(|name| name == file);
        ensure!(plain, "{file:?} is no name of a file in this folder");
    }
    for model in &manifest.models {
        let named = std::iter::once(&model.default_checkpoint)
            .chain(&model.timeline)
            .chain(model.seeds.iter().flat_map(|seed| &seed.checkpoints));
        for id in named {
            let known = model.checkpoints.iter().any(|checkpoint| checkpoint.id == *id);
            ensure!(known, "the model {:?} names the checkpoint {id:?}, which it does not have", model.id);
        }
        let (classes, counts) = (model.labels.len(), &model.card.confusion);
        let square = counts.len() == classes && counts.iter().all(|row| row.len() == classes);
        ensure!(square || counts.is_empty(), "the model {:?} has {classes} labels and counts of others", model.id);
    }
    Ok(())
}

/// Every file that is named, some of them more than once.
fn files(site: &Site) -> impl Iterator<Item = &str> {
    let Manifest { models, data_files, .. } = site.manifest();
    let vectors = models.iter().flat_map(|model| {
        let vectors = &model.vectors;
        std::iter::once(&vectors.file).chain(vectors.first.iter().map(|first| &first.file))
    });
    let checkpoints = models.iter().flat_map(|model| &model.checkpoints).map(|checkpoint| &checkpoint.file);
    vectors.chain(checkpoints).chain(data_files.iter().map(|file| &file.file)).map(String::as_str)
}

fn once<'a>(what: &str, ids: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut seen = Vec::new();
    for id in ids {
        ensure!(!seen.contains(&id), "there are two of the {what} {id:?}");
        seen.push(id);
    }
    Ok(())
}

/// The vectors of a model, and those of its first words.
fn vectors(site: &Site, model: &ModelEntry) -> Result<()> {
    let entry = &model.vectors;
    let whole = Embedding::from_bytes(&site.blob(&entry.file, entry.bytes, &entry.sha256)?)?;
    let (words, dim) = (whole.vocab().len(), whole.dim());
    let promised = (entry.words, entry.dim);
    ensure!(
        (words, dim) == promised,
        "{words} words of {dim} numbers, {MANIFEST} says {} of {}",
        promised.0,
        promised.1
    );
    let Some(first) = &entry.first else { return Ok(()) };
    let some = Embedding::from_bytes(&site.blob(&first.file, first.bytes, &first.sha256)?)
        .with_context(|| first.file.clone())?;
    let (words, dim) = (some.vocab().len(), some.dim());
    ensure!(words == first.words, "{}: {words} words, {MANIFEST} says {}", first.file, first.words);
    ensure!(dim == whole.dim(), "{}: words of {dim} numbers, the others have {}", first.file, whole.dim());
    Ok(())
}

/// A checkpoint, and whether the manifest says the same of it as its own card.
fn network(model: &ModelEntry, bytes: &[u8], part: Option<&str>) -> Result<()> {
    let (network, card) = read_part::<f32>(bytes, part)?;
    ensure!(card.labels == model.labels, "its labels are {:?}, {MANIFEST} says {:?}", card.labels, model.labels);
    let kind = match card.architecture {
        Architecture::BiLstm(_) => "bilstm",
        _ => "text-cnn",
    };
    // A manifest that was written before there were two kinds names none.
    ensure!(model.kind.is_empty() || model.kind == kind, "it is a {kind}, {MANIFEST} says {:?}", model.kind);
    let (found, dim) = (network.dim(), model.vectors.dim);
    ensure!(found == dim, "it reads words of {found} numbers, its vectors have {dim}");
    Ok(())
}

/// The findings, as far as the page draws them.
#[derive(Deserialize)]
struct Findings {
    schema: u32,
    claims: Vec<Finding>,
    pitfalls: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    claim: String,
    evidence: String,
    result: String,
    verdict: String,
}

/// The page says so if the file is not there.
fn findings(path: &Path) -> Result<()> {
    if !fs::exists(path)? {
        return Ok(());
    }
    let found: Findings = serde_json::from_slice(&read(path)?).context("it is no ledger of findings")?;
    ensure!(found.schema == 1, "it has the schema {}; this program reads 1", found.schema);
    for one in found.claims.iter().chain(&found.pitfalls) {
        let empty = [&one.claim, &one.evidence, &one.result, &one.verdict].iter().any(|text| text.is_empty());
        ensure!(!empty, "the finding {:?} is incomplete", one.claim);
    }
    Ok(())
}
