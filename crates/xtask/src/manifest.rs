//! Are the blobs that the page downloads the ones that its manifest promises, and can they be read?
//!
//! The page checks each blob's SHA-256 before use, so a wrong one is a page that does not work. That check asks no more of
//! the manifest than that every object with a `sha256` also has a `file` and its size in `bytes`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::tools::Tools;
use crate::{digest, run};

/// The manifest's name in the models folder.
const MANIFEST: &str = "manifest.json";

/// One file as the manifest describes it.
struct Blob {
    file: String,
    bytes: u64,
    sha256: String,
}

/// Checks every blob that `dir`'s manifest lists, and that no file of weights or text lies there unlisted; how many blobs, and their
/// bytes.
///
/// # Errors
/// When the manifest cannot be read, or with one line for each blob that is not what it says.
pub(crate) fn check(dir: &Path) -> Result<(usize, u64)> {
    let path = dir.join(MANIFEST);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let manifest: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    let mut blobs = Vec::new();
    collect(&manifest, &mut blobs)?;
    ensure!(!blobs.is_empty(), "{} lists no file with a sha256", path.display());

    let mut problems: Vec<String> = blobs.iter().filter_map(|blob| problem(dir, blob)).collect();
    let listed: BTreeSet<&str> = blobs.iter().map(|blob| blob.file.as_str()).collect();
    for file in data_files(dir)? {
        if !listed.contains(file.as_str()) {
            problems.push(format!("{file} is not listed in {MANIFEST}"));
        }
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok((blobs.len(), blobs.iter().map(|blob| blob.bytes).sum()))
}

/// Has everything in www/models read as page and command line read it, by a program of its own: this crate knows no networks.
///
/// # Errors
/// With a line for each file that is not as it should be.
pub(crate) fn read_all(root: &Path, tools: &Tools) -> Result<()> {
    let mut cargo = tools.command("cargo");
    cargo.args([
        "run",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        "wordlight-site",
        "--bin",
        "check-models",
        "--",
    ]);
    run::check(cargo.arg(root.join("www/models"))).context("a file of www/models is not as it should be")
}

/// Finds the blobs anywhere in the manifest.
fn collect(value: &Value, blobs: &mut Vec<Blob>) -> Result<()> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| collect(item, blobs)),
        Value::Object(fields) => {
            if let Some(sha256) = fields.get("sha256") {
                let sha256 = sha256.as_str().context("a sha256 in the manifest is not a string")?;
                let file = fields.get("file").and_then(Value::as_str);
                let file = file.with_context(|| format!("the manifest's entry with sha256 {sha256} names no file"))?;
                let bytes = fields.get("bytes").and_then(Value::as_u64);
                let bytes = bytes.with_context(|| format!("the manifest's entry for {file} has no size in bytes"))?;
                blobs.push(Blob { file: file.to_owned(), bytes, sha256: sha256.to_owned() });
            }
            fields.values().try_for_each(|field| collect(field, blobs))
        }
        _ => Ok(()),
    }
}

/// What is wrong with the file that `blob` promises, if anything.
fn problem(dir: &Path, blob: &Blob) -> Option<String> {
    let content = match fs::read(dir.join(&blob.file)) {
        Ok(content) => content,
        Err(error) => return Some(format!("{}: cannot be read: {error}", blob.file)),
    };
    if content.len() as u64 != blob.bytes {
        return Some(format!("{}: expected {} bytes, found {}", blob.file, blob.bytes, content.len()));
    }
    let found = digest::sha256(&content);
    (found != blob.sha256).then(|| format!("{}: expected sha256 {}, found {found}", blob.file, blob.sha256))
}

/// The files of weights and of text in `dir`, by name, sorted.
fn data_files(dir: &Path) -> Result<BTreeSet<String>> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut names = BTreeSet::new();
    for entry in entries {
        let name = entry.with_context(|| format!("cannot read {}", dir.display()))?.file_name();
        if let Some(name) = name.to_str().filter(|name| name.ends_with(".safetensors") || name.ends_with(".txt")) {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// SHA-256 of "abc", from FIPS 180-4.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn models(manifest: &str, files: &[(&str, &str)]) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(MANIFEST), manifest).unwrap();
        for (name, content) in files {
            fs::write(dir.path().join(name), content).unwrap();
        }
        dir
    }

    fn entry(bytes: u64) -> String {
        format!(
            r#"{{"models": [{{"id": "m", "vectors": {{"file": "v.safetensors", "bytes": {bytes}, "sha256": "{ABC}"}},
                "checkpoints": [{{"id": "e5", "file": "e5.safetensors", "bytes": 3, "sha256": "{ABC}"}}]}}]}}"#
        )
    }

    fn complaint(dir: &TempDir) -> String {
        format!("{:#}", check(dir.path()).unwrap_err())
    }

    #[test]
    fn blobs_that_match_are_counted() {
        let dir = models(&entry(3), &[("v.safetensors", "abc"), ("e5.safetensors", "abc")]);
        assert_eq!(check(dir.path()).unwrap(), (2, 6));
    }

    #[test]
    fn a_changed_a_cut_and_a_missing_blob_are_each_named() {
        let dir = models(&entry(3), &[("v.safetensors", "abd")]);
        let text = complaint(&dir);
        assert!(text.contains(&format!("v.safetensors: expected sha256 {ABC}, found ")), "{text}");
        assert!(text.contains("e5.safetensors: cannot be read"), "{text}");
        let dir = models(&entry(4), &[("v.safetensors", "abc"), ("e5.safetensors", "abc")]);
        assert_eq!(complaint(&dir), "v.safetensors: expected 4 bytes, found 3");
    }

    #[test]
    fn a_weight_file_that_nobody_lists_is_reported() {
        let dir = models(&entry(3), &[("v.safetensors", "abc"), ("e5.safetensors", "abc"), ("old.safetensors", "x")]);
        assert_eq!(complaint(&dir), "old.safetensors is not listed in manifest.json");
    }

    #[test]
    fn a_file_of_text_that_was_cut_at_the_end_of_a_line_or_that_nobody_lists_is_reported() {
        let corpus = format!(r#"{{"data_files": [{{"id": "c", "file": "c.txt", "bytes": 6, "sha256": "{ABC}"}}]}}"#);
        let dir = models(&corpus, &[("c.txt", "a\n"), ("d.txt", "b\n")]);
        assert_eq!(complaint(&dir), "c.txt: expected 6 bytes, found 2\nd.txt is not listed in manifest.json");
    }

    #[test]
    fn an_incomplete_manifest_is_an_error() {
        assert!(complaint(&models("{", &[])).contains("is not JSON"));
        assert!(complaint(&models("{}", &[])).contains("lists no file with a sha256"));
        assert!(complaint(&models(r#"{"sha256": "00"}"#, &[])).contains("names no file"));
        assert!(complaint(&models(r#"{"sha256": "00", "file": "a"}"#, &[])).contains("has no size in bytes"));
        assert!(complaint(&models(r#"{"sha256": 0}"#, &[])).contains("not a string"));
    }
}
