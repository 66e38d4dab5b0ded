//! `cargo xtask mutants`: would the tests notice if the code were wrong?
//!
//! cargo-mutants changes one operator, constant or function at a time and runs the tests on each change. A change that no
//! test notices has survived: a test is missing there, or the change makes no difference.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::run;
use crate::tools::Tools;
use crate::workspace;

/// The folders below crates/ whose code is changed, if they are there.
const CRATES: [&str; 4] = ["kernel", "nn", "explain", "engine"];

/// The package whose tests compare the libraries with oracles, laws and golden values.
const CONFORMANCE: &str = "conformance";

/// What cargo-mutants ends with: all caught, some survived, some ran out of time.
const FINISHED: [i32; 3] = [0, 2, 3];

/// Change the libraries in many small ways and list the changes that no test notices
///
/// Takes hours for all of them, so a run can be cut into shards. Every change is held against the tests of all libraries and
/// of the package conformance, in the dev profile, in a copy of the repository. Results go to target/mutants.
#[derive(Args)]
pub(crate) struct Options {
    /// Change these crates only (folders below crates/, with commas) [default: kernel, nn, explain, engine]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    package: Vec<String>,
    /// Change these files only
    #[arg(long, value_name = "GLOB")]
    file: Vec<String>,
    /// Run one part of N, counted from 0
    #[arg(long, value_name = "K/N")]
    shard: Option<String>,
    /// Run nothing; sum up the results that are there
    #[arg(long, conflicts_with_all = ["package", "file", "shard"])]
    summary: bool,
}

/// Runs cargo-mutants and sums up.
///
/// # Errors
/// When a name or a shard is none, the tool cannot be installed, or the tests fail without any change.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let root = workspace::root()?;
    let results = workspace::target_dir(&root).join("mutants");
    if options.summary {
        let mut total = Tally::default();
        for entry in fs::read_dir(&results).with_context(|| format!("cannot read {}", results.display()))? {
            total.add(
                &entry.with_context(|| format!("cannot read {}", results.display()))?.path().join("mutants.out"),
            )?;
        }
        println!("{}", total.sentence());
        return Ok(ExitCode::SUCCESS);
    }
    let there: Vec<&str> =
        CRATES.into_iter().filter(|name| root.join("crates").join(name).join("Cargo.toml").is_file()).collect();
    let changed = choose(&options.package, &there)?;
    if let Some(shard) = &options.shard {
        ensure!(is_shard(shard), "{shard:?} is no shard; expected K/N with K from 0 to N - 1");
    }
    let tools = Tools::new(&root);
    tools.cargo_mutants()?;
    let out = results.join(folder(options));
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let mut cargo = tools.command("cargo");
    cargo.args(["mutants", "--colors=never", "--output"]).arg(&out);
    for name in changed {
        cargo.args(["--package", &package(name)]);
    }
    // A change in a lower crate may be noticed by the tests of a higher one.
    let tests: Vec<String> = there.iter().map(|name| package(name)).chain([CONFORMANCE.to_owned()]).collect();
    // The tool itself only makes sure that the tests of the changed crates pass without any change. A test elsewhere that
    // always fails would catch everything.
    let mut unchanged = tools.command("cargo");
    unchanged.args(["test", "--quiet", "--locked"]);
    for name in &tests {
        unchanged.args(["--package", name]);
    }
    run::check(&mut unchanged).context("the tests fail without any change")?;
    cargo.args(["--test-package", &tests.join(",")]);
    for file in &options.file {
        cargo.args(["--file", file]);
    }
    if let Some(shard) = &options.shard {
        // Every shard is a sample of the whole.
        cargo.args(["--sharding", "round-robin", "--shard", shard]);
    }
    let status = cargo.status().context("cannot start cargo mutants")?;
    if !status.code().is_some_and(|code| FINISHED.contains(&code)) {
        bail!("cargo mutants ended with {status}; its logs are in {}", out.display());
    }
    let mut tally = Tally::default();
    tally.add(&out.join("mutants.out"))?;
    println!("{}", tally.sentence());
    Ok(ExitCode::SUCCESS)
}

/// The name of the package in a folder.
fn package(folder: &str) -> String {
    format!("wordlight-{folder}")
}

/// The crates to change: those that are `wanted`, or all that are `there`.
fn choose<'n>(wanted: &'n [String], there: &[&'n str]) -> Result<Vec<&'n str>> {
    for name in wanted {
        ensure!(
            there.contains(&name.as_str()),
            "there is no crate {name:?} to change; expected one of {}",
            there.join(", ")
        );
    }
    Ok(if wanted.is_empty() { there.to_vec() } else { wanted.iter().map(String::as_str).collect() })
}

/// Whether this is K/N with K below N.
fn is_shard(text: &str) -> bool {
    let numbers = text.split_once('/').map(|(part, parts)| (part.parse::<u32>(), parts.parse::<u32>()));
    matches!(numbers, Some((Ok(part), Ok(parts))) if part < parts)
}

/// Where the results of a run go, so that shards do not overwrite each other.
fn folder(options: &Options) -> String {
    let mut parts = if options.package.is_empty() { vec!["all".to_owned()] } else { options.package.clone() };
    parts.extend(options.file.iter().map(|file| file.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")));
    parts.extend(options.shard.as_ref().map(|shard| shard.replace('/', "-of-")));
    parts.join("-")
}

/// What became of the changes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    caught: usize,
    /// Caught too: the tests did not end.
    timed_out: usize,
    /// Did not compile, and says nothing.
    unviable: usize,
    survived: Vec<String>,
}

impl Tally {
    /// Adds the lists in the folder that cargo-mutants writes.
    fn add(&mut self, dir: &Path) -> Result<()> {
        let list = |name: &str| -> Result<Vec<String>> {
            let path = dir.join(name);
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(text.lines().map(str::to_owned).collect())
        };
        self.caught += list("caught.txt")?.len();
        self.timed_out += list("timeout.txt")?.len();
        self.unviable += list("unviable.txt")?.len();
        self.survived.extend(list("missed.txt")?);
        Ok(())
    }

    fn sentence(&self) -> String {
        let caught = self.caught + self.timed_out;
        let tried = caught + self.survived.len();
        let mut lines = self.survived.clone();
        lines.sort();
        let rate = if tried == 0 {
            "none to catch".to_owned()
        } else {
            format!("{:.1} %", 100.0 * caught as f64 / tried as f64)
        };
        lines.push(format!(
            "{caught} of {tried} changes caught ({rate}), {} of them by running out of time; {} survived, {} did not compile",
            self.timed_out,
            self.survived.len(),
            self.unviable
        ));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn crates_are_chosen_by_their_folder() {
        assert_eq!(choose(&[], &["kernel", "nn"]).unwrap(), ["kernel", "nn"]);
        assert_eq!(choose(&names(&["nn"]), &["kernel", "nn"]).unwrap(), ["nn"]);
        let error = choose(&names(&["train"]), &["kernel", "nn"]).unwrap_err().to_string();
        assert_eq!(error, "there is no crate \"train\" to change; expected one of kernel, nn");
    }

    #[test]
    fn a_shard_is_a_part_of_a_number_of_parts() {
        assert!(is_shard("0/1") && is_shard("7/8"));
        for wrong in ["", "1", "8/8", "1/0", "-1/2", "a/b", "1/2/3"] {
            assert!(!is_shard(wrong), "{wrong}");
        }
    }

    #[test]
    fn runs_have_folders_of_their_own() {
        let options = |package: &[&str], file: &[&str], shard: Option<&str>| {
            folder(&Options {
                package: names(package),
                file: names(file),
                shard: shard.map(str::to_owned),
                summary: false,
            })
        };
        assert_eq!(options(&[], &[], None), "all");
        assert_eq!(options(&["nn"], &["a/b.rs"], Some("1/8")), "nn-a_b_rs-1-of-8");
        assert_ne!(options(&[], &[], Some("0/8")), options(&[], &[], Some("1/8")));
    }

    #[test]
    fn shards_add_up_and_changes_that_do_not_compile_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let shard = |name: &str, caught: &str, missed: &str, timeout: &str, unviable: &str| {
            let dir = dir.path().join(name);
            fs::create_dir(&dir).unwrap();
            for (list, text) in [("caught", caught), ("missed", missed), ("timeout", timeout), ("unviable", unviable)] {
                fs::write(dir.join(format!("{list}.txt")), text).unwrap();
            }
            dir
        };
        let mut tally = Tally::default();
        assert!(tally.add(dir.path()).is_err());
        tally.add(&shard("a", "1\n2\n", "z\n", "", "5\n")).unwrap();
        tally.add(&shard("b", "3\n4\n5\n6\n", "y\n", "7\n8\n", "")).unwrap();
        assert_eq!(
            tally.sentence(),
            "y\nz\n8 of 10 changes caught (80.0 %), 2 of them by running out of time; 2 survived, 1 did not compile"
        );
        assert!(Tally::default().sentence().contains("none to catch"));
    }
}
