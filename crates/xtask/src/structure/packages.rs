//! Which crate may use which, and how much of the code each one holds.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

use super::limits::{CRATES, LARGEST_SHARE};
use super::tree::Sources;

/// A package of the workspace.
#[derive(Debug)]
pub(super) struct Package {
    /// Its folder, from the root.
    pub(super) folder: String,
    /// The roots of its libraries and programs, from the workspace's root.
    pub(super) roots: Vec<String>,
    /// The folders of the packages that it needs, other than for its tests.
    pub(super) needs: Vec<String>,
}

/// Reads what `cargo metadata --no-deps` says of the workspace.
///
/// # Errors
/// When a field is missing.
pub(super) fn packages(metadata: &Value) -> Result<Vec<Package>> {
    let root = metadata["workspace_root"].as_str().context("cargo metadata names no workspace root")?;
    let relative = |path: &Value| {
        let path = path.as_str()?.strip_prefix(root)?.replace('\\', "/");
        Some(path.trim_start_matches('/').to_owned())
    };
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().context("cargo metadata lists no packages")? {
        let manifest = relative(&package["manifest_path"]).context("a package has no manifest in the workspace")?;
        let folder = manifest.trim_end_matches("Cargo.toml").trim_end_matches('/').to_owned();
        let is_kind = |target: &Value, kinds: &[&str]| {
            target["kind"].as_array().into_iter().flatten().any(|kind| kinds.iter().any(|one| kind == one))
        };
        let targets = package["targets"].as_array().into_iter().flatten();
        let code = targets.filter(|target| is_kind(target, &["lib", "rlib", "cdylib", "bin", "proc-macro"]));
        let mut roots: Vec<String> = code.filter_map(|target| relative(&target["src_path"])).collect();
        roots.sort();
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let mut needs: Vec<String> =
            dependencies.filter(|one| one["kind"] != "dev").filter_map(|one| relative(&one["path"])).collect();
        needs.sort();
        needs.dedup();
        found.push(Package { folder, roots, needs });
    }
    Ok(found)
}

/// Every dependency that runs against the order of [`CRATES`].
pub(super) fn backward(packages: &[Package]) -> Vec<String> {
    let name = |folder: &str| folder.trim_start_matches("crates/").to_owned();
    let mut problems = Vec::new();
    for package in packages {
        let from = name(&package.folder);
        let Some((_, allowed)) = CRATES.iter().find(|(one, _)| *one == from) else {
            problems.push(format!("the crate {from} has no place in the order of crates (structure/limits.rs)"));
            continue;
        };
        for to in package.needs.iter().map(|folder| name(folder)) {
            if !allowed.contains(&to.as_str()) {
                problems.push(format!("the crate {from} depends on {to}, which it must not know"));
            }
        }
    }
    problems
}

/// A table of the lines of Rust in each crate's `src`, and the crates that hold too many of them.
pub(super) fn shares(packages: &[Package], sources: &Sources) -> (Vec<String>, Vec<String>) {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for package in packages {
        let src = format!("{}/src/", package.folder);
        let own = sources.iter().filter(|(file, _)| file.starts_with(&src) && file.ends_with(".rs"));
        lines.insert(&package.folder, own.map(|(_, text)| text.lines().count()).sum());
    }
    let total: usize = lines.values().sum();
    let (mut table, mut problems) = (Vec::new(), Vec::new());
    for (folder, count) in lines.into_iter().filter(|(_, count)| *count > 0) {
        let share = count as f64 / total as f64;
        table.push(format!("{folder:<20} {count:>6} lines {:>5.1} %", 100.0 * share));
        let name = folder.trim_start_matches("crates/");
        if share > LARGEST_SHARE {
            problems.push(format!(
                "the crate {name} holds {:.1} % of all lines, at most {:.0} % are allowed",
                100.0 * share,
                100.0 * LARGEST_SHARE
            ));
        }
    }
    (table, problems)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(folder: &str, needs: &[&str]) -> Package {
        let needs = needs.iter().map(|folder| (*folder).to_owned()).collect();
        Package { folder: folder.to_owned(), roots: Vec::new(), needs }
    }

    #[test]
    fn packages_are_read_with_their_code_and_what_it_needs() {
        let metadata = json!({ "workspace_root": "/w", "packages": [{
            "manifest_path": "/w/crates/nn/Cargo.toml",
            "targets": [
                { "kind": ["lib"], "src_path": "/w/crates/nn/src/lib.rs" },
                { "kind": ["test"], "src_path": "/w/crates/nn/tests/a.rs" },
                { "kind": ["bin"], "src_path": "/w/crates/nn/src/main.rs" },
            ],
            "dependencies": [
                { "name": "serde", "kind": null },
                { "name": "kernel", "kind": null, "path": "/w/crates/kernel" },
                { "name": "conformance", "kind": "dev", "path": "/w/tests" },
            ],
        }] });
        let found = &packages(&metadata).unwrap()[0];
        assert_eq!(found.folder, "crates/nn");
        assert_eq!(found.roots, ["crates/nn/src/lib.rs", "crates/nn/src/main.rs"]);
        assert_eq!(found.needs, ["crates/kernel"]);
        assert!(packages(&json!({})).is_err());
    }

    #[test]
    fn dependencies_run_one_way() {
        assert!(backward(&[package("crates/nn", &["crates/kernel"]), package("crates/kernel", &[])]).is_empty());
        let problems = backward(&[package("crates/kernel", &["crates/nn"])]);
        assert_eq!(problems, ["the crate kernel depends on nn, which it must not know"]);
        let problems = backward(&[package("crates/train", &["crates/engine"])]);
        assert_eq!(problems, ["the crate train depends on engine, which it must not know"]);
        assert!(backward(&[package("crates/unheard-of", &[])])[0].contains("unheard-of has no place"));
    }

    #[test]
    fn the_order_of_crates_is_one() {
        for (index, (name, allowed)) in CRATES.iter().enumerate() {
            for below in *allowed {
                assert!(
                    CRATES[..index].iter().any(|(one, _)| one == below),
                    "{name} may use {below}, which is not before it"
                );
            }
        }
    }

    #[test]
    fn a_crate_with_too_many_lines_is_named() {
        let folders = ["kernel", "nn", "engine", "site", "cli", "wasm"].map(|name| format!("crates/{name}"));
        let packages: Vec<Package> = folders.iter().map(|folder| package(folder, &[])).collect();
        let file = |folder: &String, lines: usize| (format!("{folder}/src/lib.rs"), "x\n".repeat(lines));
        let even: Sources = folders.iter().map(|folder| file(folder, 10)).collect();
        let (table, problems) = shares(&packages, &even);
        assert_eq!((table.len(), problems.len()), (6, 0), "{problems:?}");
        let mut uneven = even;
        uneven.extend([file(&folders[1], 13), (format!("{}/tests/a.rs", folders[0]), "x\n".repeat(1000))]);
        let (_, problems) = shares(&packages, &uneven);
        assert_eq!(problems, ["the crate nn holds 20.6 % of all lines, at most 20 % are allowed"]);
    }
}
