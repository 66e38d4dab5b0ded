//! `cargo xtask mutants`: would the tests notice if the code were wrong?
//!
//! cargo-mutants changes one operator, constant or function at a time and runs the tests on each change. A change that no
//! test notices has survived: a test is missing there, or the change makes no difference.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::mutants_tally::{ALL, OWN, Tally, read};
use crate::run;
use crate::tools::Tools;
use crate::workspace;

/// The folders below crates/ whose code is changed, if they are there.
const CRATES: [&str; 4] = ["kernel", "nn", "explain", "engine"];

/// The package whose tests compare the libraries with oracles, laws and golden values.
const CONFORMANCE: &str = "conformance";

/// What cargo-mutants ends with: all caught, some survived, some ran out of time.
const FINISHED: [i32; 3] = [0, 2, 3];

/// How many seconds the tests of one crate may take, which is over ten times what they need. A change that makes a loop
/// endless is caught by the clock.
const OWN_TIMEOUT: &str = "60";

/// How many seconds all tests may take. They need about one minute, on a busy machine two or three.
const ALL_TIMEOUT: &str = "600";

/// Change the libraries in many small ways and list the changes that no test notices
///
/// Takes many hours for all of them, so a run can be cut into shards, each of which is a sample of the whole. Every change is
/// held against the tests of its own crate first, and if it survives those, against the tests and doctests of all libraries
/// and of the package conformance. All of that happens in the dev profile, in a copy of the repository. Results go to
/// target/mutants, what is built to target/mutants-build.
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
            total.add(&entry.with_context(|| format!("cannot read {}", results.display()))?.path())?;
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

    let run = Run {
        out: results.join(folder(options)),
        build: workspace::target_dir(&root).join("mutants-build"),
        tools,
        changed: changed.into_iter().map(package).collect(),
        files: options.file.clone(),
    };
    run.own(options.shard.as_deref())?;
    run.all(&tests)?;
    let mut tally = Tally::default();
    tally.add(&run.out)?;
    println!("{}", tally.sentence());
    Ok(ExitCode::SUCCESS)
}

/// What both stages share.
struct Run {
    /// The folder of the results.
    out: PathBuf,
    /// The folder of what is built, so that the second stage, and the next shard, need not begin anew.
    build: PathBuf,
    tools: Tools,
    /// Packages.
    changed: Vec<String>,
    files: Vec<String>,
}

impl Run {
    /// cargo-mutants for the changes of the whole run.
    fn mutants(&self) -> Command {
        let mut cargo = self.tools.command("cargo");
        // Nobody debugs a mutant, and symbols take time to write.
        cargo.env("CARGO_TARGET_DIR", &self.build).env("CARGO_PROFILE_DEV_DEBUG", "none");
        cargo.args(["mutants", "--colors=never"]);
        for name in &self.changed {
            cargo.args(["--package", name]);
        }
        for file in &self.files {
            cargo.args(["--file", file]);
        }
        cargo
    }

    /// The stage in which every change meets the tests of its own crate, without the doctests.
    fn own(&self, shard: Option<&str>) -> Result<()> {
        for stage in [OWN, ALL] {
            remove(&self.out.join(stage))?;
        }
        let mut cargo = self.mutants();
        cargo.args(["--cargo-arg=--tests", "--minimum-test-timeout", OWN_TIMEOUT]);
        if let Some(shard) = shard {
            // Every shard is a sample of the whole.
            cargo.args(["--sharding", "round-robin", "--shard", shard]);
        }
        self.stage(OWN, &mut cargo)
    }

    /// The stage in which all tests meet what survived the first.
    fn all(&self, tests: &[String]) -> Result<()> {
        let left = read(&self.out.join(OWN), "missed.txt")?;
        if left.is_empty() {
            return Ok(());
        }
        println!("{} changes survived the tests of their own crate", left.len());
        // The tool leaves out what it finds in the list of those caught before. A shard would be one of what is left then, and
        // the option that chooses by name does not apply to all kinds of changes.
        let names = run::output(self.mutants().arg("--list"))?;
        let done: Vec<&str> = names.lines().filter(|name| left.iter().all(|left| left != name)).collect();
        let dir = self.out.join(ALL).join("mutants.out");
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let list = dir.join("previously_caught.txt");
        fs::write(&list, done.join("\n")).with_context(|| format!("cannot write {}", list.display()))?;
        let mut cargo = self.mutants();
        cargo.args(["--iterate", "--baseline", "skip", "--timeout", ALL_TIMEOUT, "--test-package", &tests.join(",")]);
        self.stage(ALL, &mut cargo)
    }

    fn stage(&self, name: &str, cargo: &mut Command) -> Result<()> {
        let dir = self.out.join(name);
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        // In the order of the files, so that the crates below a change are rarely compiled again.
        let status =
            cargo.args(["--no-shuffle", "--output"]).arg(&dir).status().context("cannot start cargo mutants")?;
        if !status.code().is_some_and(|code| FINISHED.contains(&code)) {
            bail!("cargo mutants ended with {status}; its logs are in {}", dir.display());
        }
        Ok(())
    }
}

/// Removes a folder, if it is there.
fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", dir.display()))
        }
        _ => Ok(()),
    }
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
}
