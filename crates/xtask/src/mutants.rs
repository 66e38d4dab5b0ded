//! `cargo xtask mutants`: would the tests notice if the code were wrong?
//!
//! cargo-mutants changes one operator, constant or function at a time and runs the tests on each change. A change that no
//! test notices has survived: a test is missing there, or the change makes no difference.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::Value;

use crate::run;
use crate::tools::Tools;
use crate::workspace;

/// The folders below crates/ whose code is changed, if they are there.
const CRATES: [&str; 4] = ["kernel", "nn", "explain", "engine"];

/// The package whose tests compare the libraries with oracles, laws and golden values.
const CONFORMANCE: &str = "conformance";

/// What cargo-mutants ends with: all caught, some survived, some ran out of time.
const FINISHED: [i32; 3] = [0, 2, 3];

/// The two stages have a folder each below the folder of a run.
const OWN: &str = "own";
const ALL: &str = "all";

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
    let build = workspace::target_dir(&root).join("mutants-build");
    let cargo = || {
        let mut cargo = tools.command("cargo");
        // Both stages, and the next shard, share what is built. Nobody debugs a mutant, and symbols take time to write.
        cargo.env("CARGO_TARGET_DIR", &build).env("CARGO_PROFILE_DEV_DEBUG", "none");
        cargo
    };
    // A change in a lower crate may be noticed by the tests of a higher one.
    let tests: Vec<String> = there.iter().map(|name| package(name)).chain([CONFORMANCE.to_owned()]).collect();
    // The tool itself only makes sure that the tests of the changed crates pass without any change. A test elsewhere that
    // always fails would catch everything.
    let mut unchanged = cargo();
    unchanged.args(["test", "--quiet", "--locked"]);
    for name in &tests {
        unchanged.args(["--package", name]);
    }
    run::check(&mut unchanged).context("the tests fail without any change")?;

    let out = results.join(folder(options));
    for stage in [OWN, ALL] {
        remove(&out.join(stage))?;
    }
    let mutants = || {
        let mut cargo = cargo();
        cargo.args(["mutants", "--colors=never"]);
        for name in &changed {
            cargo.args(["--package", &package(name)]);
        }
        for file in &options.file {
            cargo.args(["--file", file]);
        }
        cargo
    };
    let stage = |name: &str, own: &[&str]| -> Result<()> {
        let dir = out.join(name);
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        // In the order of the files, so that the crates below a change are rarely compiled again.
        let mut cargo = mutants();
        cargo.args(own).args(["--no-shuffle", "--output"]).arg(&dir);
        let status = cargo.status().context("cannot start cargo mutants")?;
        if !status.code().is_some_and(|code| FINISHED.contains(&code)) {
            bail!("cargo mutants ended with {status}; its logs are in {}", dir.display());
        }
        Ok(())
    };
    let mut own = vec!["--cargo-arg=--tests", "--minimum-test-timeout", OWN_TIMEOUT];
    if let Some(shard) = &options.shard {
        // Every shard is a sample of the whole.
        own.extend(["--sharding", "round-robin", "--shard", shard]);
    }
    stage(OWN, &own)?;
    let survived = read(&out.join(OWN), "missed.txt")?;
    if !survived.is_empty() {
        println!("{} changes survived the tests of their own crate", survived.len());
        // The tool leaves out what it finds in the list of those caught before. A shard would be one of what is left then, and
        // the option that chooses by name does not apply to all kinds of changes.
        let names = run::output(mutants().arg("--list"))?;
        let done: Vec<&str> = names.lines().filter(|name| !survived.iter().any(|left| left == name)).collect();
        let dir = out.join(ALL).join("mutants.out");
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let list = dir.join("previously_caught.txt");
        fs::write(&list, done.join("\n")).with_context(|| format!("cannot write {}", list.display()))?;
        let tests = tests.join(",");
        stage(ALL, &["--iterate", "--baseline", "skip", "--timeout", ALL_TIMEOUT, "--test-package", &tests])?;
    }
    let mut tally = Tally::default();
    tally.add(&out)?;
    println!("{}", tally.sentence());
    Ok(ExitCode::SUCCESS)
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

/// The lines of a list of one stage.
fn read(stage: &Path, list: &str) -> Result<Vec<String>> {
    let path = stage.join("mutants.out").join(list);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
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
    timed_out: Vec<String>,
    /// Did not compile, and says nothing.
    unviable: usize,
    survived: Vec<String>,
}

impl Tally {
    /// Adds a run: what its first stage caught, and what became of the others in the second.
    fn add(&mut self, run: &Path) -> Result<()> {
        let left = self.add_stage(&run.join(OWN))?;
        if !left.is_empty() {
            let all = run.join(ALL);
            let survived = self.add_stage(&all)?;
            let tried = tried(&all)?;
            ensure!(
                tried.len() == left.len() && left.iter().all(|name| tried.contains(name)),
                "{} did not try what the tests of the crates had not caught",
                all.display()
            );
            self.survived.extend(survived);
        }
        Ok(())
    }

    /// Adds a stage, except for what survived it.
    fn add_stage(&mut self, stage: &Path) -> Result<Vec<String>> {
        let [caught, timed_out, unviable, missed] =
            ["caught", "timeout", "unviable", "missed"].map(|list| read(stage, &format!("{list}.txt")));
        let (caught, timed_out, unviable, missed) = (caught?.len(), timed_out?, unviable?.len(), missed?);
        // What was tried until then would not be a sample: the changes come in the order of the files.
        ensure!(
            caught + timed_out.len() + unviable + missed.len() == tried(stage)?.len(),
            "{} did not come to its end",
            stage.display()
        );
        self.caught += caught;
        self.unviable += unviable;
        self.timed_out.extend(timed_out);
        Ok(missed)
    }

    fn sentence(&self) -> String {
        let caught = self.caught + self.timed_out.len();
        let tried = caught + self.survived.len();
        let mut lines: Vec<String> = self.timed_out.iter().map(|name| format!("out of time: {name}")).collect();
        lines.extend(self.survived.iter().map(|name| format!("survived: {name}")));
        lines.sort();
        let rate = if tried == 0 {
            "none to catch".to_owned()
        } else {
            let (low, high) = interval(caught, tried);
            let rate = caught as f64 / tried as f64;
            format!("{:.1} %, 95 % interval {:.1} to {:.1} %", 100.0 * rate, 100.0 * low, 100.0 * high)
        };
        lines.push(format!(
            "{caught} of {tried} changes caught ({rate}), {} of them by running out of time; {} survived, {} did not compile",
            self.timed_out.len(),
            self.survived.len(),
            self.unviable
        ));
        lines.join("\n")
    }
}

/// The names of the changes that a stage set out to try.
fn tried(stage: &Path) -> Result<Vec<String>> {
    let text = read(stage, "mutants.json")?.join("\n");
    let json: Vec<Value> = serde_json::from_str(&text)
        .with_context(|| format!("{} has a list of changes that is no JSON", stage.display()))?;
    Ok(json.iter().filter_map(|change| change["name"].as_str()).map(str::to_owned).collect())
}

/// Wilson's interval of 95 % for a rate of which `hits` of `of` were seen, as for a sample of a much larger whole.
fn interval(hits: usize, of: usize) -> (f64, f64) {
    const Z: f64 = 1.96;
    let (rate, of) = (hits as f64 / of as f64, of as f64);
    let middle = rate + Z * Z / (2.0 * of);
    let half = Z * (rate * (1.0 - rate) / of + Z * Z / (4.0 * of * of)).sqrt();
    let whole = 1.0 + Z * Z / of;
    ((middle - half) / whole, (middle + half) / whole)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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

    /// Writes what cargo-mutants does: lists of changes, with blanks between them.
    fn stage(run: &Path, name: &str, [caught, missed, timeout, unviable]: [&str; 4]) {
        let dir = run.join(name).join("mutants.out");
        fs::create_dir_all(&dir).unwrap();
        let mut all = Vec::new();
        for (list, text) in [("caught", caught), ("missed", missed), ("timeout", timeout), ("unviable", unviable)] {
            let names: Vec<&str> = text.split_whitespace().collect();
            fs::write(dir.join(format!("{list}.txt")), names.join("\n")).unwrap();
            all.extend(names.iter().map(|name| json!({ "name": name })));
        }
        fs::write(dir.join("mutants.json"), Value::from(all).to_string()).unwrap();
    }

    #[test]
    fn shards_and_stages_add_up_and_changes_that_do_not_compile_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
        let mut tally = Tally::default();
        assert!(tally.add(&a).is_err());
        stage(&a, OWN, ["1 2", "", "", "3"]);
        tally.add(&a).unwrap();
        stage(&b, OWN, ["4 5", "6 7 8 9 y z", "x", ""]);
        stage(&b, ALL, ["6 7", "y z", "8", "9"]);
        tally.add(&b).unwrap();
        assert_eq!(
            tally.sentence(),
            "out of time: 8\nout of time: x\nsurvived: y\nsurvived: z\n8 of 10 changes caught (80.0 %, 95 % interval 49.0 to \
             94.3 %), 2 of them by running out of time; 2 survived, 2 did not compile"
        );
        assert!(Tally::default().sentence().contains("none to catch"));
    }

    #[test]
    fn a_run_without_its_end_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let error = || format!("{:#}", Tally::default().add(dir.path()).unwrap_err());
        stage(dir.path(), OWN, ["1", "2 3", "", ""]);
        assert!(error().contains("cannot read"), "the second stage is missing");
        stage(dir.path(), ALL, ["2", "", "", ""]);
        assert!(error().contains("did not try"));
        stage(dir.path(), ALL, ["2", "4", "", ""]);
        assert!(error().contains("did not try"));
        stage(dir.path(), ALL, ["2", "3", "", ""]);
        fs::write(dir.path().join(ALL).join("mutants.out/caught.txt"), "").unwrap();
        assert!(error().contains("did not come to its end"));
    }
}
