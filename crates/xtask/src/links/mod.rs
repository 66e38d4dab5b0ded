//! Do the documents link to what is there?
//!
//! Of every Markdown file: each relative link has to lead to a file or folder of the repository, spelt as it is, and each
//! anchor to a heading. Addresses of other sites are not asked for.

mod markdown;
mod slug;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::{percent, workspace};

use markdown::Document;

/// Checks every Markdown file of the repository at `root`; how many documents, and how many links within the repository.
///
/// # Errors
/// When a file cannot be read, or with a line for each link that leads nowhere.
pub(crate) fn check(root: &Path) -> Result<(usize, usize)> {
    let files: BTreeSet<String> = workspace::files(root)?.into_iter().collect();
    let mut documents = BTreeMap::new();
    for file in files.iter().filter(|file| file.ends_with(".md")) {
        let text = fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))?;
        documents.insert(file.clone(), markdown::read(&text));
    }
    ensure!(!documents.is_empty(), "there is no Markdown file in {}", root.display());
    let lines = |file: &str| fs::read_to_string(root.join(file)).map_or(0, |text| text.lines().count());
    let (links, problems) = broken(&documents, &files, lines);
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok((documents.len(), links))
}

/// How many links there are within the repository, and a line for each that leads nowhere.
fn broken(
    documents: &BTreeMap<String, Document>,
    files: &BTreeSet<String>,
    lines: impl Fn(&str) -> usize,
) -> (usize, Vec<String>) {
    let mut links = 0;
    let mut problems = Vec::new();
    for (file, document) in documents {
        for (target, line) in document.links.iter().filter(|(target, _)| !is_elsewhere(target)) {
            links += 1;
            if let Err(why) = follow(file, target, documents, files, &lines) {
                problems.push(format!("{file}:{line}: {target}: {why}"));
            }
        }
    }
    (links, problems)
}

/// Whether a link has a scheme (`https:`, `mailto:`) or names another host.
fn is_elsewhere(target: &str) -> bool {
    let scheme = target.split_once(':').map(|(scheme, _)| scheme);
    target.starts_with("//")
        || scheme.is_some_and(|scheme| {
            !scheme.is_empty() && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
        })
}

/// Follows a link of `file`; what is wrong with it, if anything.
fn follow(
    file: &str,
    target: &str,
    documents: &BTreeMap<String, Document>,
    files: &BTreeSet<String>,
    lines: impl Fn(&str) -> usize,
) -> Result<()> {
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let path = percent::decoded(path).context("is not an address")?;
    let to =
        if path.is_empty() { file.to_owned() } else { resolve(file, &path).context("leads out of the repository")? };
    let inside = format!("{to}/");
    let is_folder = to.is_empty() || files.range(inside.clone()..).next().is_some_and(|next| next.starts_with(&inside));
    ensure!(files.contains(&to) || is_folder, "there is no such file");
    let Some(anchor) = anchor.filter(|anchor| !anchor.is_empty()) else { return Ok(()) };
    let anchor = percent::decoded(anchor).context("is not an address")?;
    if let Some(document) = documents.get(&to) {
        ensure!(document.anchors.contains(&anchor), "there is no such heading in {to}");
    } else {
        // `#L3-L5` of a source file.
        let mut range = anchor.split('-').map(|line| line.strip_prefix('L')?.parse::<usize>().ok());
        let last = range.next_back().flatten().context("only lines (#L1) can be linked to in this file")?;
        ensure!((1..=lines(&to)).contains(&last), "{to} has no line {last}");
    }
    Ok(())
}

/// The path from the root that `path` in `file` names: relative to the file, or with a leading slash to the root.
fn resolve(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    if path.starts_with('/') {
        parts.clear();
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problems of a repository with these documents, and src/lib.rs of ten lines.
    fn problems(texts: &[(&str, &str)]) -> Vec<String> {
        let documents: BTreeMap<String, Document> =
            texts.iter().map(|(file, text)| ((*file).to_owned(), markdown::read(text))).collect();
        let mut files: BTreeSet<String> = documents.keys().cloned().collect();
        files.extend(["src/lib.rs".to_owned(), "a b.png".to_owned()]);
        broken(&documents, &files, |_| 10).1
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        let readme = "# Top\n[a](docs/a.md) [b](docs/a.md#second-part) [c](#top) [d](src/) [e](./src) [f](src/lib.rs#L3-L10)\n\
            [g](a%20b.png) [h](https://example.org/x#y) [i](mailto:a@b.c) [j](/docs/a.md) [k](//host/x)";
        let a = "## Second *part*\n[up](../README.md#top) [root](..)";
        assert_eq!(problems(&[("README.md", readme), ("docs/a.md", a)]), [""; 0]);
    }

    #[test]
    fn each_link_that_leads_nowhere_is_named_with_its_place() {
        let found = problems(&[(
            "docs/a.md",
            "# A\n\n[a](b.md) [b](#nowhere)\n[c](../src/Lib.rs) [d](../../x) [e](../src/lib.rs#L11) [f](../src/lib.rs#x)",
        )]);
        let expected = [
            "docs/a.md:3: b.md: there is no such file",
            "docs/a.md:3: #nowhere: there is no such heading in docs/a.md",
            "docs/a.md:4: ../src/Lib.rs: there is no such file",
            "docs/a.md:4: ../../x: leads out of the repository",
            "docs/a.md:4: ../src/lib.rs#L11: src/lib.rs has no line 11",
            "docs/a.md:4: ../src/lib.rs#x: only lines (#L1) can be linked to in this file",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn anchors_are_spelt_in_lower_case() {
        assert_eq!(problems(&[("a.md", "# Top\n[a](#Top)")]).len(), 1);
        assert_eq!(problems(&[("a.md", "# Über\n[a](#%C3%BCber) [b](#über)")]), [""; 0]);
    }

    #[test]
    fn a_repository_is_read_from_its_files() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("docs")).unwrap();
        fs::write(dir.path().join("README.md"), "[a](docs/a.md#a)").unwrap();
        assert!(check(dir.path()).unwrap_err().to_string().contains("README.md:1: docs/a.md#a: there is no such file"));
        fs::write(dir.path().join("docs/a.md"), "# A\n").unwrap();
        assert_eq!(check(dir.path()).unwrap(), (2, 1));
    }
}
