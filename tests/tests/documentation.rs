//! The documentation of the libraries is run, not only read: examples are tests, and so are the quickstarts of the crates.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

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
