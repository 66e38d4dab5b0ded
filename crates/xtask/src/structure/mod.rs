//! `cargo xtask structure`: is the code as easy to find one's way in as it is meant to be?
//!
//! Circles of files that use each other, crates that depend on what they must not know, crates and files that have grown
//! too large. What is allowed is in [`limits`].

mod graph;
mod lengths;
mod limits;
mod packages;
mod parse;
mod scripts;
mod tokens;
mod tree;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::tools::Tools;
use crate::{run, workspace};

use graph::{Circle, Graph};
use limits::{Circles, MAX_CIRCLES};
use packages::Package;
use tree::{Sources, Tree};

/// Show circles of files, the lines of each crate, and what breaks the rules of the code's structure
///
/// A file uses another if it names something that the other declares; a re-export is followed to the declaration, and a
/// file that only declares modules and re-exports from them is passed through. Code for tests is left out. For the page's
/// modules, import statements count.
#[derive(Args)]
pub(crate) struct Options {}

/// Prints the report; fails where a rule is broken.
///
/// # Errors
/// When the sources cannot be read, or with a line for each broken rule.
pub(crate) fn run(_: &Options) -> Result<ExitCode> {
    let root = workspace::root()?;
    check(&root)?;
    Ok(ExitCode::SUCCESS)
}

/// What was found.
struct Report {
    /// Those without roots, then those that go through roots.
    circles: Vec<Circle>,
    count: Circles,
    /// The lines of each crate.
    table: Vec<String>,
    problems: Vec<String>,
    /// Exceptions that are no longer needed.
    notes: Vec<String>,
}

/// The packages and the sources of the repository at `root`.
fn read(root: &Path) -> Result<(Vec<Package>, Sources)> {
    let mut cargo = Tools::new(root).command("cargo");
    let metadata = run::output(cargo.args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata does not parse")?;
    let mut sources = Sources::new();
    for file in workspace::files(root)? {
        if file.ends_with(".rs") || file.ends_with(".css") || scripts::is_script(&file) {
            let text = fs::read_to_string(root.join(&file)).with_context(|| format!("cannot read {file}"))?;
            sources.insert(file, text);
        }
    }
    Ok((packages::packages(&metadata)?, sources))
}

/// Checks the repository at `root` and prints what was found.
///
/// # Errors
/// When the sources cannot be read, or with a line for each broken rule.
pub(crate) fn check(root: &Path) -> Result<()> {
    let (packages, sources) = read(root)?;
    let report = examine(&packages, &sources, MAX_CIRCLES)?;
    println!("{}", report.table.join("\n"));
    for circle in &report.circles {
        println!("\nA circle of {} files:\n  {}", circle.files.len(), circle.files.join("\n  "));
        for (from, to, reason) in &circle.uses {
            println!("    {from} -> {to} ({reason})");
        }
    }
    let (found, most) = (report.count, MAX_CIRCLES);
    println!(
        "\n{} circles of files ({} allowed), {} of them without mod.rs, lib.rs and main.rs ({} allowed)",
        found.all, most.all, found.without_roots, most.without_roots
    );
    for note in &report.notes {
        println!("Note: {note}");
    }
    if !report.problems.is_empty() {
        bail!("{}", report.problems.join("\n"));
    }
    Ok(())
}

/// Holds the code against every rule.
fn examine(packages: &[Package], sources: &Sources, max: Circles) -> Result<Report> {
    let mut graph = Graph::default();
    for root in packages.iter().flat_map(|package| &package.roots) {
        Tree::read(root, sources)?.add_uses(&mut graph);
    }
    let mut problems = Vec::new();
    scripts::add_imports(sources, &mut graph, &mut problems);
    let (mut circles, through_roots) = (graph.without(is_root).circles(), graph.circles());
    let count = Circles { all: through_roots.len(), without_roots: circles.len() };
    circles.extend(through_roots.into_iter().filter(|circle| circle.files.iter().any(|file| is_root(file))));
    let mut notes: Vec<String> = lengths::outdated(sources)
        .into_iter()
        .map(|file| format!("{file} need no longer be listed as a long file"))
        .collect();
    for (found, most, which) in
        [(count.all, max.all, ""), (count.without_roots, max.without_roots, " without mod.rs, lib.rs and main.rs")]
    {
        if found > most {
            problems.push(format!("{found} circles of files{which}, at most {most} are allowed"));
        } else if found < most {
            notes.push(format!("{found} circles of files{which} are left; lower the number that is allowed ({most})"));
        }
    }
    problems.extend(packages::backward(packages));
    let (table, large) = packages::shares(packages, sources);
    problems.extend(large);
    problems.extend(lengths::too_long(sources));
    Ok(Report { circles, count, table, problems, notes })
}

/// Whether this is the root of a folder or of a crate.
fn is_root(file: &str) -> bool {
    ["mod.rs", "lib.rs", "main.rs"].iter().any(|name| file.rsplit('/').next() == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up_to(all: usize, without_roots: usize) -> Circles {
        Circles { all, without_roots }
    }

    fn sources(files: &[(&str, &str)]) -> Sources {
        files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect()
    }

    fn package(folder: &str) -> Package {
        Package { folder: folder.to_owned(), roots: vec![format!("{folder}/src/lib.rs")], needs: Vec::new() }
    }

    /// What is wrong but for the share of the lines: a single crate holds all of them.
    fn but_for_shares(report: &Report) -> Vec<&str> {
        report.problems.iter().map(String::as_str).filter(|problem| !problem.contains(" of all lines")).collect()
    }

    #[test]
    fn circles_in_crates_and_in_the_page_are_counted_together() {
        let sources = sources(&[
            ("crates/train/src/lib.rs", "mod a; mod b;"),
            ("crates/train/src/a.rs", "pub struct A; use crate::b::B;"),
            ("crates/train/src/b.rs", "pub struct B; use crate::a::A;"),
            ("www/c.js", "import './d.js';\n"),
            ("www/d.js", "import './c.js';\n"),
            ("tests/www/c.test.js", "import '../../www/c.js';\n"),
        ]);
        let report = examine(&[package("crates/train")], &sources, up_to(2, 2)).unwrap();
        let files: Vec<&[String]> = report.circles.iter().map(|circle| circle.files.as_slice()).collect();
        assert_eq!(files, [["crates/train/src/a.rs", "crates/train/src/b.rs"], ["www/c.js", "www/d.js"]]);
        assert_eq!(report.circles[0].uses[0].2, "line 1: crate::b::B");
        assert!(but_for_shares(&report).is_empty(), "{:?}", report.problems);
        let report = examine(&[package("crates/train")], &sources, up_to(1, 2)).unwrap();
        assert_eq!(but_for_shares(&report), ["2 circles of files, at most 1 are allowed"]);
        let report = examine(&[package("crates/train")], &sources, up_to(3, 2)).unwrap();
        assert!(report.notes.iter().any(|note| note.starts_with("2 circles of files are left")), "{:?}", report.notes);
    }

    #[test]
    fn circles_through_the_root_of_a_folder_are_counted_apart() {
        let sources = sources(&[
            ("crates/train/src/lib.rs", "mod a; pub struct L; fn f() { a::A }"),
            ("crates/train/src/a.rs", "use crate::L; pub struct A;"),
        ]);
        let report = examine(&[package("crates/train")], &sources, up_to(1, 0)).unwrap();
        assert_eq!((report.count, but_for_shares(&report).len()), (up_to(1, 0), 0), "{:?}", report.problems);
    }

    #[test]
    fn every_rule_is_applied() {
        let long = "\n".repeat(limits::MAX_LINES + 1);
        let sources = sources(&[("crates/nn/src/lib.rs", &long), ("www/a.js", "import './gone.js';\n")]);
        let package = Package { needs: vec!["crates/engine".to_owned()], ..package("crates/nn") };
        let problems = examine(&[package], &sources, up_to(0, 0)).unwrap().problems.join("\n");
        for part in ["gone.js, which is not there", "nn depends on engine", "nn holds 100.0 %", "lib.rs has 401 lines"]
        {
            assert!(problems.contains(part), "{part} is not in {problems}");
        }
    }

    #[test]
    fn this_repository_can_be_read() {
        let (packages, sources) = read(&workspace::root().unwrap()).unwrap();
        let xtask = packages.iter().find(|package| package.folder == "crates/xtask").unwrap();
        assert_eq!(
            (xtask.roots.as_slice(), xtask.needs.len()),
            (["crates/xtask/src/main.rs".to_owned()].as_slice(), 0)
        );
        let mut graph = Graph::default();
        Tree::read(&xtask.roots[0], &sources).unwrap().add_uses(&mut graph);
        let pairs = graph.pairs();
        for to in ["graph.rs", "tree.rs", "packages.rs", "limits.rs"] {
            let to = format!("crates/xtask/src/structure/{to}");
            assert!(pairs.contains(&("crates/xtask/src/structure/mod.rs", to.as_str())), "{to}");
        }
        examine(&packages, &sources, MAX_CIRCLES).unwrap();
    }
}
