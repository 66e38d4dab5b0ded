//! `cargo xtask fuzz`: does anything break on bytes that nobody thought of?
//!
//! Runs the targets of `fuzz/` with libFuzzer, one after the other. What they find is kept in target/fuzz and tried again the next
//! time; an input that breaks something is copied to `fuzz/seeds`, where every test run meets it.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::tools::Tools;
use crate::workspace;

/// The most memory and time that one input may take.
const MAX_MIB: u32 = 2048;
const MAX_SECONDS: u32 = 30;

/// Give every reader and every answer random bytes, and see that nothing breaks
///
/// Each target of fuzz/ runs for as long as asked. It needs a C++ compiler. An input that breaks something is put into
/// fuzz/seeds, so that `cargo test` fails until the fault is mended; commit it with the mend.
#[derive(Args)]
pub(crate) struct Options {
    /// How long each target runs
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u32,
    /// Run these targets only (with commas) [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    target: Vec<String>,
}

/// Runs the targets and sums up.
///
/// # Errors
/// When a name is none, the tool cannot be installed, or a target does not build.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let root = workspace::root()?;
    let (fuzz, kept) = (root.join("fuzz"), workspace::target_dir(&root).join("fuzz"));
    let targets = choose(&options.target, &names(&fuzz.join("targets"))?)?;
    let tools = Tools::new(&root);
    tools.cargo_fuzz()?;
    let mut lines = vec![format!("{:<10} {:>14} {:>9} {:>9}", "target", "inputs", "edges", "kept")];
    let (mut inputs, mut broken) = (0, 0);
    for target in &targets {
        let (corpus, found) = (kept.join("corpus").join(target), kept.join("found").join(target));
        for folder in [&corpus, &found] {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let mut cargo = tools.command("cargo");
        // The sanitiser's options are those of a nightly compiler.
        cargo.env("RUSTC_BOOTSTRAP", "1").args(["fuzz", "run", "--fuzz-dir"]).arg(&fuzz);
        cargo.args(["--features", "libfuzzer", target]).arg(&corpus).arg(fuzz.join("seeds").join(target)).arg("--");
        cargo.args([format!("-max_total_time={}", options.seconds), format!("-rss_limit_mb={MAX_MIB}")]);
        cargo.args([format!("-timeout={MAX_SECONDS}"), "-print_final_stats=1".to_owned()]);
        cargo.arg(format!("-artifact_prefix={}/", found.display()));
        let said = said(&mut cargo).with_context(|| format!("cannot run the target {target}"))?;
        let tally = Tally::read(&said);
        ensure!(tally.inputs > 0, "the target {target} did not run:\n{said}");
        inputs += tally.inputs;
        broken += keep(&found, &fuzz.join("seeds").join(target))?;
        let count = fs::read_dir(&corpus).map_or(0, Iterator::count);
        lines.push(format!("{target:<10} {:>14} {:>9} {count:>9}", tally.inputs, tally.edges));
    }
    println!("{}\n{inputs} inputs, {broken} of them broke something", lines.join("\n"));
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The targets, by their files.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

fn choose(wanted: &[String], there: &[String]) -> Result<Vec<String>> {
    for name in wanted {
        ensure!(there.contains(name), "there is no target {name:?}; expected one of {}", there.join(", "));
    }
    Ok(if wanted.is_empty() { there.to_vec() } else { wanted.to_vec() })
}

/// What a program says on standard error, whatever it ends with: a target that finds something ends with an error.
fn said(command: &mut Command) -> Result<String> {
    let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).output().context("cannot start cargo fuzz")?;
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Moves what broke something to the seeds; how many there were.
fn keep(found: &Path, seeds: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(found).with_context(|| format!("cannot read {}", found.display()))? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // libFuzzer also keeps inputs that were only slow for it.
        if name.starts_with("slow-unit-") {
            continue;
        }
        fs::copy(&path, seeds.join(&name)).with_context(|| format!("cannot copy {}", path.display()))?;
        fs::remove_file(&path)?;
        println!("{} broke something", seeds.join(&name).display());
        count += 1;
    }
    Ok(count)
}

/// What a run came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    inputs: u64,
    /// Edges of the control flow that were reached.
    edges: u64,
}

impl Tally {
    /// Reads what libFuzzer says: `stat::number_of_executed_units: 4`, and `#3 NEW cov: 12 ft: 9 ...`.
    fn read(said: &str) -> Self {
        let mut tally = Self::default();
        for line in said.lines() {
            let after = |mark: &str| line.split_once(mark)?.1.split_whitespace().next()?.parse::<u64>().ok();
            tally.inputs = after("stat::number_of_executed_units:").unwrap_or(tally.inputs);
            tally.edges = after(" cov: ").unwrap_or(tally.edges);
            // A run that ends with a fault prints no sum.
            let run = line.strip_prefix('#').and_then(|rest| rest.split_whitespace().next()?.parse().ok());
            tally.inputs = tally.inputs.max(run.unwrap_or(0));
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_says_is_read() {
        let said = "#2\tINITED cov: 100 ft: 120 corp: 1/2b\n#77\tNEW    cov: 140 ft: 200 corp: 2/9b\nDone 900 runs in 2 second(s)\n\
                    stat::number_of_executed_units: 900\nstat::average_exec_per_sec:     450\n";
        assert_eq!(Tally::read(said), Tally { inputs: 900, edges: 140 });
        assert_eq!(Tally::read("#12\tNEW    cov: 7 ft: 8\nthread panicked"), Tally { inputs: 12, edges: 7 });
        assert_eq!(Tally::read("error: could not compile"), Tally::default());
    }

    #[test]
    fn a_target_has_a_name() {
        let there = ["text".to_owned(), "trees".to_owned()];
        assert_eq!(choose(&[], &there).unwrap(), there);
        let error = choose(&["tree".to_owned()], &there).unwrap_err().to_string();
        assert_eq!(error, "there is no target \"tree\"; expected one of text, trees");
    }

    #[test]
    fn what_broke_something_becomes_a_seed() {
        let dir = tempfile::tempdir().unwrap();
        let (found, seeds) = (dir.path().join("found"), dir.path().join("seeds"));
        [&found, &seeds].into_iter().for_each(|folder| fs::create_dir(folder).unwrap());
        fs::write(found.join("crash-1"), "a").unwrap();
        fs::write(found.join("slow-unit-2"), "b").unwrap();
        assert_eq!(keep(&found, &seeds).unwrap(), 1);
        assert_eq!(fs::read_to_string(seeds.join("crash-1")).unwrap(), "a");
        assert_eq!(keep(&found, &seeds).unwrap(), 0);
    }
}
