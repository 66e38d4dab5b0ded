//! The published page works without a network after the first visit.
//!
//! `cargo xtask site` adds a service worker at the root of the copy, made of www/offline/service-worker.js and the list of
//! the copy's files with their SHA-256. The digest of that list names the cache, so that a page never mixes the files of
//! two versions; a new version is fetched beside the old one and takes over when the visitor agrees.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::digest;
use crate::site::{self, INDEX};

/// At the root, because a service worker rules only what lies below it.
const WORKER: &str = "service-worker.js";

/// Where its code is.
const CODE: &str = "www/offline/service-worker.js";

/// The line of the code that the list takes the place of.
const PLACE: &str = "const RELEASE = { version: '', files: {} };";

/// The line of the page that the registration goes after.
const SCRIPT: &str = "  <script type=\"module\" src=\"./www/main.js\"></script>\n";

/// Adds the service worker to the copy in `out`.
///
/// # Errors
/// When a file of the copy cannot be read or written, or is not as expected.
pub(crate) fn write(out: &Path) -> Result<()> {
    let page = fs::read_to_string(out.join(INDEX)).context("cannot read the copied page")?;
    ensure!(page.contains(SCRIPT), "the page has no line {SCRIPT:?}");
    let registration = "  <script type=\"module\" src=\"./www/offline/register.js\"></script>\n";
    fs::write(out.join(INDEX), page.replace(SCRIPT, &format!("{SCRIPT}{registration}")))
        .context("cannot write the page")?;
    let mut files = Vec::new();
    for path in site::files(out)? {
        let bytes = fs::read(out.join(&path)).with_context(|| format!("cannot read {path}"))?;
        files.push((path, digest::sha256(&bytes)));
    }
    let manifest = fs::read(out.join("www/models/manifest.json")).context("cannot read the list of models")?;
    let needed = needed(&serde_json::from_slice(&manifest).context("the list of models does not parse")?);
    let code = fs::read_to_string(out.join(CODE)).with_context(|| format!("cannot read {CODE}"))?;
    fs::write(out.join(WORKER), release(&code, &files, &needed)?).with_context(|| format!("cannot write {WORKER}"))
}

/// The code with its list of files: path, digest, and whether it is fetched at once or when it is first asked for.
fn release(code: &str, files: &[(String, String)], needed: &[String]) -> Result<String> {
    ensure!(code.contains(PLACE), "{CODE} has no line {PLACE:?}");
    let version =
        digest::sha256(files.iter().map(|(path, hash)| format!("{path} {hash}\n")).collect::<String>().as_bytes());
    let entry = |(path, hash): &(String, String)| {
        let is_model = path.ends_with(".safetensors");
        let name = path.rsplit('/').next().unwrap_or(path);
        let at_once = !is_model || needed.iter().any(|file| file == name);
        (path.clone(), json!({ "sha256": hash, "at_once": at_once }))
    };
    let list: serde_json::Map<String, Value> = files.iter().map(entry).collect();
    Ok(code.replace(PLACE, &format!("const RELEASE = {};", json!({ "version": &version[..16], "files": list }))))
}

/// The files of the default model: the page shows them all without a network.
fn needed(manifest: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for model in manifest["models"].as_array().into_iter().flatten() {
        if model["id"] != manifest["default_model"] {
            continue;
        }
        let vectors = &model["vectors"];
        names.extend([vectors, &vectors["first"]].iter().filter_map(|one| one["file"].as_str()).map(str::to_owned));
        let checkpoints = model["checkpoints"].as_array().into_iter().flatten();
        names.extend(checkpoints.filter_map(|checkpoint| checkpoint["file"].as_str().map(str::to_owned)));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(content: &str) -> Vec<(String, String)> {
        ["index.html", "www/models/a.safetensors", "www/models/rare.safetensors", "www/models/manifest.json"]
            .map(|path| (path.to_owned(), digest::sha256(content.as_bytes())))
            .to_vec()
    }

    #[test]
    fn the_version_is_the_digest_of_all_files() {
        let code = format!("// head\n{PLACE}\n// tail\n");
        let one = release(&code, &files("1"), &[]).unwrap();
        assert_eq!(one, release(&code, &files("1"), &[]).unwrap());
        assert_ne!(one, release(&code, &files("2"), &[]).unwrap());
        assert!(one.starts_with("// head\nconst RELEASE = {") && one.ends_with("// tail\n"));
        assert!(release("// no place", &files("1"), &[]).is_err());
    }

    #[test]
    fn the_default_model_is_fetched_at_once() {
        let manifest = json!({ "default_model": "a", "models": [
            { "id": "a", "vectors": { "file": "a.safetensors", "first": { "file": "few.st" } }, "checkpoints": [{ "file": "a.st" }, { "file": "b.st", "part": "x" }] },
            { "id": "b", "vectors": { "file": "b.vec" }, "checkpoints": [] },
        ] });
        assert_eq!(needed(&manifest), ["a.safetensors", "few.st", "a.st", "b.st"]);
        let code = release(PLACE, &files("1"), &needed(&manifest)).unwrap();
        let json: Value =
            serde_json::from_str(code.trim_start_matches("const RELEASE = ").trim_end_matches(';')).unwrap();
        let at_once = |path: &str| json["files"][path]["at_once"].as_bool().unwrap();
        assert!(at_once("index.html") && at_once("www/models/a.safetensors") && at_once("www/models/manifest.json"));
        assert!(!at_once("www/models/rare.safetensors"));
    }
}
