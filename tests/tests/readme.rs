//! Tables in the documents are made from the registries and the manifest. Where one is out of date,
//! `WORDLIGHT_WRITE=1 cargo test -p conformance --test readme` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::path::PathBuf;

use conformance::written;
use wordlight_engine::{Manifest, method_cards};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn methods() -> String {
    let mut table = "| id | method | what it says | parameters | source |\n|---|---|---|---|---|\n".to_owned();
    for card in method_cards() {
        let params: Vec<&str> = card.params.iter().map(|p| p.id.as_str()).collect();
        let params = if params.is_empty() { "none".to_owned() } else { params.join(", ") };
        writeln!(table, "| `{}` | {} | {} | {params} | {} |", card.id, card.name, card.summary, card.citation).unwrap();
    }
    table
}

fn manifest() -> Manifest {
    serde_json::from_slice(&std::fs::read(root().join("www/models/manifest.json")).unwrap()).unwrap()
}

fn table() -> String {
    let manifest = manifest();
    let model = manifest.models.iter().find(|m| m.id == manifest.default_model).unwrap();
    let mut table =
        "| epochs | test loss | test accuracy | paper: loss | paper: accuracy |\n|---|---|---|---|---|\n".to_owned();
    for row in &model.table {
        let (loss, accuracy) = (row.test_loss, row.test_accuracy);
        let (paper_loss, paper_accuracy) = (row.paper_loss, row.paper_accuracy);
        writeln!(table, "| {} | {loss:.3} | {accuracy:.3} | {paper_loss:.2} | {paper_accuracy:.3} |", row.epochs)
            .unwrap();
    }
    table
}

fn models() -> String {
    let manifest = manifest();
    let mut table = "| file | bytes | what |\n|---|---|---|\n".to_owned();
    for model in &manifest.models {
        let vectors = &model.vectors;
        let what = format!(
            "{} words, {} dimensions, 8 bits; {}; {}",
            vectors.words, vectors.dim, vectors.source, vectors.licence
        );
        writeln!(table, "| `{}` | {} | {what} |", vectors.file, vectors.bytes).unwrap();
        if let Some(first) = &vectors.first {
            let what = format!(
                "The {} most frequent of these words, so that the page can begin before all are there",
                first.words
            );
            writeln!(table, "| `{}` | {} | {what} |", first.file, first.bytes).unwrap();
        }
        let mut files: Vec<&str> = model.checkpoints.iter().map(|checkpoint| checkpoint.file.as_str()).collect();
        files.dedup();
        for file in files {
            let inside: Vec<_> = model.checkpoints.iter().filter(|checkpoint| checkpoint.file == file).collect();
            let what = match inside.as_slice() {
                [only] => only.name.clone(),
                [first, .., last] => {
                    format!("{} checkpoints in 16 bits, {} to {}", inside.len(), first.name, last.name)
                }
                [] => unreachable!("a file of the list"),
            };
            writeln!(table, "| `{file}` | {} | {}, {what} |", inside[0].bytes, model.name).unwrap();
        }
    }
    table
}

/// The documents, and the tables that stand in them between `<!-- NAME:start -->` and `<!-- NAME:end -->`.
fn documents() -> [(&'static str, Vec<(&'static str, String)>); 2] {
    [
        ("README.md", vec![("methods", methods())]),
        ("docs/experiment.md", vec![("table", table()), ("models", models())]),
    ]
}

#[test]
fn the_tables_of_the_documents_are_what_the_registries_and_the_manifest_say() {
    let mut stale = Vec::new();
    for (name, tables) in documents() {
        let path = root().join(name);
        let mut text = std::fs::read_to_string(&path).unwrap();
        for (of, table) in tables {
            let (start, end) = (format!("<!-- {of}:start -->\n"), format!("<!-- {of}:end -->"));
            let (before, rest) = text.split_once(&start).unwrap_or_else(|| panic!("{name} has no {start}"));
            let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{name} has no {end}"));
            text = format!("{before}{start}{table}{end}{after}");
        }
        if !written::is_current(&path, &text) {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "{stale:?} out of date: WORDLIGHT_WRITE=1 cargo test -p conformance --test readme");
}

#[test]
fn the_readme_is_short() {
    let lines = std::fs::read_to_string(root().join("README.md")).unwrap().lines().count();
    assert!(lines <= 120, "README.md has {lines} lines, at most 120 are read; the rest belongs in docs/");
}
