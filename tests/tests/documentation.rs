//! The documentation of the libraries is run, not only read: examples are tests, and so are the quickstarts of the crates. Tables
//! are compared with the registries. Where a table of parameters is out of date,
//! `WORDLIGHT_WRITE=1 cargo test -p conformance --test documentation` writes it anew.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use conformance::written;
use wordlight_explain::method::specs;
use wordlight_explain::spec::{MethodSpec, ParamValue};

fn crates() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates")
}

/// An example that needs what the repository does not hold.
const NEEDS_THE_TREEBANK: &str = "tokenizer_agreement";

#[test]
fn every_example_is_run_as_a_test() {
    let mut seen = 0;
    for member in fs::read_dir(crates()).unwrap() {
        let member = member.unwrap().path();
        let Ok(examples) = fs::read_dir(member.join("examples")) else { continue };
        let manifest = fs::read_to_string(member.join("Cargo.toml")).unwrap();
        let run: BTreeSet<&str> = manifest
            .split("[[example]]")
            .skip(1)
            .filter(|example| example.lines().any(|line| line == "test = true"))
            .filter_map(|example| example.split('"').nth(1))
            .collect();
        for example in examples {
            let path = example.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if name == NEEDS_THE_TREEBANK {
                continue;
            }
            assert!(run.contains(name.as_str()), "{} has no [[example]] {name} with test = true", member.display());
            assert!(fs::read_to_string(&path).unwrap().contains("#[test]"), "{name} has no test");
            seen += 1;
        }
    }
    assert!(seen >= 5, "{seen} examples were found");
}

/// The library crates whose front page has a quickstart. Those for the browser have no use outside of it, and xtask none outside of
/// the repository.
const LIBRARIES: [&str; 8] = ["kernel", "nn", "explain", "engine", "train", "site", "evaluation", "cli"];

#[test]
fn the_quickstart_of_every_crate_is_run_and_asserts_something() {
    for library in LIBRARIES {
        let text = fs::read_to_string(crates().join(library).join("src/lib.rs")).unwrap();
        let (_, quickstart) =
            text.split_once("//! # Quickstart\n").unwrap_or_else(|| panic!("{library} has no quickstart"));
        // A bare fence: with `no_run`, `ignore` or `text` behind it the code would not run.
        let (_, code) = quickstart.split_once("//! ```\n").unwrap_or_else(|| panic!("{library}: no code that runs"));
        let (code, _) = code.split_once("//! ```").unwrap();
        assert!(code.contains("assert"), "{library}: the quickstart asserts nothing");
    }
    for member in fs::read_dir(crates()).unwrap() {
        let manifest = fs::read_to_string(member.unwrap().path().join("Cargo.toml")).unwrap();
        assert!(!manifest.contains("doctest = false"), "{manifest}");
    }
}

#[test]
fn the_table_of_methods_lists_each_of_them_once_in_order() {
    let text = fs::read_to_string(crates().join("explain/src/method/mod.rs")).unwrap();
    let (_, table) = text.split_once("//! | id | method |").unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(2)
        .map_while(|line| line.strip_prefix("//! | "))
        .map(|line| line.trim_end_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    let named = |row: &Vec<&str>| {
        let name = row[1].strip_prefix('[').unwrap().split_once(']').unwrap().0;
        (row[0].trim_matches('`').to_owned(), name.to_owned())
    };
    let listed: Vec<_> = rows.iter().map(named).collect();
    let expected: Vec<_> = specs().into_iter().map(|spec| (spec.id.to_owned(), spec.name.to_owned())).collect();
    assert_eq!(listed, expected);
    assert!(rows.iter().all(|row| row.len() == 5 && row.iter().all(|cell| !cell.is_empty())), "{rows:?}");
}

/// The file in which a method, or the rule of a method, is described.
fn file_of(spec: &MethodSpec) -> PathBuf {
    let (folder, name) = match spec.id.strip_prefix("lrp-") {
        Some(rule) => ("rule", rule),
        None if spec.id == "lrp" => ("method", "lrp_composite"),
        None => ("method", spec.id),
    };
    crates().join("explain/src").join(folder).join(format!("{}.rs", name.replace('-', "_")))
}

fn parameters(spec: &MethodSpec) -> String {
    let mut table = format!("{PARAMETERS}/// |---|---|---|---|\n");
    for param in spec.params {
        let default = match param.default() {
            ParamValue::Number(number) => number.to_string(),
            ParamValue::Text(text) => text,
        };
        let (range, meaning) = (param.range_in_words(), param.meaning);
        writeln!(table, "/// | `{}` | {default} | {range} | {meaning} |", param.id).unwrap();
    }
    table
}

const PARAMETERS: &str = "/// | parameter | default | range | meaning |\n";

#[test]
fn every_method_and_rule_has_a_table_of_its_parameters() {
    let mut stale = Vec::new();
    for spec in specs() {
        let path = file_of(spec);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let Some((before, rest)) = text.split_once(PARAMETERS) else {
            assert!(
                spec.params.is_empty(),
                "{}: no table of parameters; put its first line into a doc comment there, and the rest can be written: {PARAMETERS}",
                path.display()
            );
            continue;
        };
        let old: usize = rest.split_inclusive('\n').take_while(|line| line.starts_with("/// |")).map(str::len).sum();
        if !written::is_current(&path, &format!("{before}{}{}", parameters(spec), &rest[old..])) {
            stale.push(spec.id);
        }
    }
    assert!(
        stale.is_empty(),
        "{stale:?} out of date: WORDLIGHT_WRITE=1 cargo test -p conformance --test documentation"
    );
}
