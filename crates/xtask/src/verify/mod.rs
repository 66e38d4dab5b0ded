//! `cargo verify`: every check of the project, one after the other, with a summary at the end.

mod steps;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::demo::is_ci;
use crate::run::{Counts, Missing};
use crate::tools::Tools;
use crate::workspace;

use steps::{STEPS, Scene, Step};

/// Run every check: format, lints, tests, browser tests, and whether pkg/ and the models are what they should be
///
/// Goes on after a failure and sums up at the end. Installs what is missing where it can: into target/tools from crates.io
/// and npm, and with apt-get when run as root. A check that needs something else is reported as "not run" with what to
/// install; with --strict, and wherever CI is set, that is a failure too.
#[derive(Args)]
pub(crate) struct Options {
    /// Run these checks only (names from --list, with commas)
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these checks out
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "only")]
    skip: Vec<String>,
    /// Name the checks and stop
    #[arg(long)]
    list: bool,
    /// Fail when a check could not be run; implied where the variable CI is set
    #[arg(long)]
    strict: bool,
}

/// How one check ended.
enum Outcome {
    Passed,
    Failed(String),
    /// With what to install.
    NotRun(String),
}

struct Report {
    step: &'static Step,
    outcome: Outcome,
    counts: Counts,
    time: Duration,
}

/// Runs the checks; the exit code says whether all of them passed.
///
/// # Errors
/// When a name is not that of a check, or this is not the repository.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if options.list {
        for step in &STEPS {
            println!("{:<12} {}", step.name, step.title);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = choose(&options.only, &options.skip)?;
    let root = workspace::root()?;
    let scene = Scene { tools: Tools::new(&root), root };

    let started = Instant::now();
    let reports: Vec<Report> = chosen
        .iter()
        .enumerate()
        .map(|(index, step)| {
            println!("\n=== {}/{} {}: {}", index + 1, chosen.len(), step.name, step.title);
            let report = carry_out(step, &scene);
            println!("=== {}", sentence(&report));
            report
        })
        .collect();

    let strict = options.strict || is_ci();
    println!("\n=== Summary after {}", duration(started.elapsed()));
    for report in &reports {
        println!("{}", sentence(report));
    }
    let total = total(&reports, strict);
    let passed = reports.iter().all(|report| match report.outcome {
        Outcome::Passed => true,
        Outcome::Failed(_) => false,
        Outcome::NotRun(_) => !strict,
    });
    println!("{}", verdict(&reports, passed));
    // Alone on the last line, for programs that read the outcome.
    println!("{total}");
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The checks to run, in order.
fn choose(only: &[String], skip: &[String]) -> Result<Vec<&'static Step>> {
    for name in only.iter().chain(skip) {
        if !STEPS.iter().any(|step| step.name == name) {
            let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
            bail!("there is no check {name:?}; expected one of {}", known.join(", "));
        }
    }
    let wanted =
        |name: &str| (only.is_empty() || only.iter().any(|only| only == name)) && !skip.iter().any(|skip| skip == name);
    Ok(STEPS.iter().filter(|step| wanted(step.name)).collect())
}

fn carry_out(step: &'static Step, scene: &Scene) -> Report {
    let started = Instant::now();
    let mut counts = Counts::default();
    let result = (step.run)(scene, &mut counts);
    let outcome = match result {
        Err(error) => match error.downcast_ref::<Missing>() {
            Some(missing) => Outcome::NotRun(missing.to_string()),
            None => Outcome::Failed(format!("{error:#}")),
        },
        // A filter or a lost folder must not turn into a green check.
        Ok(()) if step.has_tests && counts.run() == 0 => Outcome::Failed("no test was run".to_owned()),
        Ok(()) if counts.failed > 0 => Outcome::Failed(format!("{} tests failed", counts.failed)),
        Ok(()) => Outcome::Passed,
    };
    Report { step, outcome, counts, time: started.elapsed() }
}

/// The tests of all checks; a check that failed without naming a failed test (say, because it did not compile) counts as
/// one failure, and so does one that could not be run when that is not allowed.
fn total(reports: &[Report], strict: bool) -> Counts {
    let mut total = Counts::default();
    for report in reports {
        total += report.counts;
        let failed = match report.outcome {
            Outcome::Passed => false,
            Outcome::Failed(_) => true,
            Outcome::NotRun(_) => strict,
        };
        if failed && report.counts.failed == 0 {
            total.failed += 1;
        }
    }
    total
}

/// One line (more where a failure has more to say) about one check.
fn sentence(report: &Report) -> String {
    let tests = if report.counts.run() > 0 { format!("  {}", report.counts) } else { String::new() };
    let (word, why) = match &report.outcome {
        Outcome::Passed => ("ok", String::new()),
        Outcome::Failed(why) => ("FAILED", format!("  {why}")),
        Outcome::NotRun(what) => ("not run", format!("  install {what}")),
    };
    format!("{word:<8} {:<12} {:>8}{tests}{why}", report.step.name, duration(report.time))
}

fn verdict(reports: &[Report], passed: bool) -> String {
    let count = |test: fn(&Outcome) -> bool| reports.iter().filter(|report| test(&report.outcome)).count();
    let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let not_run = count(|outcome| matches!(outcome, Outcome::NotRun(_)));
    match (passed, failed, not_run) {
        (true, _, 0) => format!("All {} checks passed.", reports.len()),
        (true, ..) => format!("All checks that could be run passed; {not_run} of {} could not be.", reports.len()),
        (false, _, 0) => format!("{failed} of {} checks failed.", reports.len()),
        (false, ..) => format!("{failed} of {} checks failed, {not_run} could not be run.", reports.len()),
    }
}

fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 10 {
        format!("{:.1} s", time.as_secs_f64())
    } else if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcome: Outcome, passed: u64, failed: u64) -> Report {
        Report {
            step: &STEPS[0],
            outcome,
            counts: Counts { passed, failed, skipped: 0 },
            time: Duration::from_millis(1500),
        }
    }

    fn failed() -> Outcome {
        Outcome::Failed("cargo ended with exit status: 101".to_owned())
    }

    fn not_run() -> Outcome {
        Outcome::NotRun("Node.js".to_owned())
    }

    #[test]
    fn a_failure_without_a_failed_test_counts_as_one() {
        assert_eq!(total(&[report(Outcome::Passed, 5, 0), report(failed(), 0, 0)], false).failed, 1);
        assert_eq!(total(&[report(failed(), 3, 2)], false), Counts { passed: 3, failed: 2, skipped: 0 });
    }

    #[test]
    fn what_could_not_be_run_counts_only_when_strict() {
        assert_eq!(total(&[report(not_run(), 0, 0)], false).failed, 0);
        assert_eq!(total(&[report(not_run(), 0, 0)], true).failed, 1);
    }

    #[test]
    fn names_choose_checks_in_the_order_of_the_list() {
        let names = |only: &[&str], skip: &[&str]| -> Vec<&str> {
            let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            choose(&owned(only), &owned(skip)).unwrap().iter().map(|step| step.name).collect()
        };
        assert_eq!(names(&["e2e", "fmt"], &[]), ["fmt", "e2e"]);
        assert_eq!(names(&[], &[]).len(), STEPS.len());
        let rest = names(&[], &["fmt"]);
        assert!(rest.len() == STEPS.len() - 1 && !rest.contains(&"fmt"));
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = choose(&["tset".to_owned()], &[]).err().unwrap().to_string();
        assert!(error.contains("\"tset\"") && error.contains("fmt, structure"), "{error}");
    }

    #[test]
    fn check_names_are_unique() {
        let names: std::collections::BTreeSet<&str> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn the_summary_says_what_to_install_and_how_long_it_took() {
        assert_eq!(sentence(&report(not_run(), 0, 0)), "not run  fmt             1.5 s  install Node.js");
        assert_eq!(sentence(&report(Outcome::Passed, 2, 0)), "ok       fmt             1.5 s  2 passed, 0 failed");
        assert_eq!(duration(Duration::from_secs(75)), "1 min 15 s");
        assert_eq!(
            verdict(&[report(Outcome::Passed, 1, 0), report(not_run(), 0, 0)], true),
            "All checks that could be run passed; 1 of 2 could not be."
        );
    }

    const TESTLESS: Step = Step { name: "testless", title: "", has_tests: true, run: |_, _| Ok(()) };

    #[test]
    fn a_check_of_tests_that_runs_none_fails() {
        let root = workspace::root().unwrap();
        let report = carry_out(&TESTLESS, &Scene { tools: Tools::new(&root), root });
        assert!(matches!(report.outcome, Outcome::Failed(why) if why == "no test was run"));
    }
}
