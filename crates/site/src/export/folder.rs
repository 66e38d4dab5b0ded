//! The folder of models: its blobs and its manifest.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wordlight_engine::{Manifest, ModelEntry};
use wordlight_train::files::{read_text, sha256, write_whole};

/// The list of models.
pub const MANIFEST: &str = "manifest.json";

/// Version of the manifest's format.
pub(crate) const SCHEMA: u32 = 1;

/// The manifest in these bytes.
///
/// # Errors
/// For another format than the one that this program reads, and what is no manifest.
pub(crate) fn parse(bytes: &[u8]) -> Result<Manifest> {
    // First, because a manifest of another format need not look like one of this.
    #[derive(serde::Deserialize)]
    struct Format {
        schema: u32,
    }
    let Format { schema } = serde_json::from_slice(bytes)?;
    ensure!(schema == SCHEMA, "it has the schema {schema}; this program reads {SCHEMA}");
    Ok(serde_json::from_slice(bytes)?)
}

/// A file of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub file: String,
    /// Its length.
    pub bytes: usize,
}

/// The folder that is written to, and what has been written.
pub(crate) struct Folder<'a> {
    pub(super) path: &'a Path,
    pub(crate) written: Vec<Written>,
}

impl<'a> Folder<'a> {
    pub(crate) fn new(path: &'a Path) -> Self {
        Self { path, written: Vec::new() }
    }

    /// Writes a blob; returns its name, length and hash.
    pub(crate) fn put(&mut self, stem: &str, bytes: &[u8]) -> Result<(String, u64, String)> {
        let hash = sha256(bytes);
        let file = format!("{stem}.{}.safetensors", &hash[..8]);
        write_whole(&self.path.join(&file), bytes)?;
        self.written.push(Written { file: file.clone(), bytes: bytes.len() });
        Ok((file, bytes.len() as u64, hash))
    }
}

/// Writes the list of models, whole or not at all.
pub(crate) fn write_manifest(folder: &mut Folder<'_>, manifest: &Manifest) -> Result<()> {
    let mut json = serde_json::to_vec_pretty(manifest)?;
    json.push(b'\n');
    write_whole(&folder.path.join(MANIFEST), &json)?;
    folder.written.push(Written { file: MANIFEST.to_owned(), bytes: json.len() });
    Ok(())
}

/// Removes the blobs that only the earlier list names.
pub(crate) fn remove_unused(folder: &Path, before: &Manifest, now: &Manifest) {
    for file in files(before).difference(&files(now)) {
        // A name in a manifest is a name in its folder, never a path out of it.
        if Path::new(file).components().count() == 1 {
            let _ = std::fs::remove_file(folder.join(file));
        }
    }
}

/// The manifest that is already in the folder.
pub(crate) fn existing(folder: &Path) -> Result<Option<Manifest>> {
    let path = folder.join(MANIFEST);
    if !path.exists() {
        return Ok(None);
    }
    Ok(Some(parse(&read_text(&path)?).with_context(|| format!("{} is no manifest", path.display()))?))
}

/// The new model in place of the one with its id, the others as they were. The first model is the default.
pub(super) fn merge(before: Option<&Manifest>, entry: ModelEntry) -> Manifest {
    let mut models = before.map_or_else(Vec::new, |manifest| manifest.models.clone());
    let default_model = before.map_or_else(|| entry.id.clone(), |manifest| manifest.default_model.clone());
    match models.iter_mut().find(|model| model.id == entry.id) {
        Some(model) => *model = entry,
        None => models.push(entry),
    }
    let data_files = before.map_or_else(Vec::new, |manifest| manifest.data_files.clone());
    Manifest { schema: SCHEMA, version: env!("CARGO_PKG_VERSION").to_owned(), default_model, models, data_files }
}

/// Every blob that a manifest names.
fn files(manifest: &Manifest) -> BTreeSet<String> {
    let checkpoints = manifest.models.iter().flat_map(|model| &model.checkpoints).map(|checkpoint| &checkpoint.file);
    let vectors = manifest.models.iter().map(|model| &model.vectors);
    let first = vectors.clone().filter_map(|vectors| vectors.first.as_ref()).map(|first| &first.file);
    vectors.map(|vectors| &vectors.file).chain(first).chain(checkpoints).cloned().collect()
}
