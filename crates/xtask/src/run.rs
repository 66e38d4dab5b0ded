//! Running other programs: shown, captured, or with their tests counted.

use std::fmt;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Something that has to be installed by hand; the text says what and how.
#[derive(Debug)]
pub(crate) struct Missing(pub(crate) String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// Tests by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Ignored, skipped or still to do: not run, and not held against the run.
    pub(crate) skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// `3 passed, 0 failed`, and the skipped ones if there are any.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

impl Counts {
    /// How many tests were run.
    pub(crate) fn run(self) -> u64 {
        self.passed + self.failed
    }

    /// Adds what one line of a test runner's output sums up.
    ///
    /// Known are libtest and wasm-bindgen-test (`test result: ok. 3 passed; 0 failed; 1 ignored; ...`) and Node's test
    /// runner in its `spec` and `tap` forms (`ℹ pass 3`, `# pass 3`). Any other line changes nothing.
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_colours(line);
        if let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) {
            for part in counts.split(';') {
                if let Some((number, what)) = part.trim().split_once(' ') {
                    self.add(what, number);
                }
            }
        } else if let Some(part) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# "))
            && let Some((what, number)) = part.split_once(' ')
        {
            self.add(what, number);
        }
    }

    fn add(&mut self, what: &str, number: &str) {
        let Ok(number) = number.trim().parse::<u64>() else { return };
        match what {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" | "cancelled" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

/// `line` without the escape sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once(|letter: char| letter.is_ascii_alphabetic()).map_or("", |(_, tail)| tail);
    }
    plain.push_str(rest);
    plain
}

/// The command as a person would type it.
fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let words = command.get_args().map(|word| word.to_string_lossy());
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}

fn announce(command: &Command) {
    println!("$ {}", shown(command));
    // The child writes to the same place, unbuffered by us.
    let _ = io::stdout().flush();
}

/// Runs `command` with its output on this terminal.
///
/// # Errors
/// When it cannot be started or does not end with success.
pub(crate) fn check(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    ensure!(status.success(), "{} ended with {status}", command.get_program().to_string_lossy());
    Ok(())
}

/// Runs `command` with its output on this terminal, and adds the tests that it reports to `counts`.
///
/// # Errors
/// When it cannot be started or does not end with success.
pub(crate) fn check_tests(command: &mut Command, counts: &mut Counts) -> Result<()> {
    announce(command);
    if io::stdout().is_terminal() {
        // Cargo would see the pipe and leave its colours out.
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {}", shown(command)))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.context("cannot read the output")?;
            let line = String::from_utf8_lossy(&line);
            println!("{}", line.trim_end_matches('\r'));
            counts.read(line.trim_end());
        }
    }
    let status = child.wait().context("cannot wait for it")?;
    ensure!(status.success(), "{} ended with {status}", command.get_program().to_string_lossy());
    Ok(())
}

/// What `command` prints, trimmed; its messages stay hidden unless it fails.
///
/// # Errors
/// When it cannot be started or does not end with success; the error holds what it wrote to standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", shown(command)))?;
    ensure!(
        output.status.success(),
        "{} ended with {}: {}",
        shown(command),
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> Counts {
        let mut counts = Counts::default();
        text.lines().for_each(|line| counts.read(line));
        counts
    }

    #[test]
    fn cargo_test_lines_add_up_over_binaries() {
        let text = "running 2 tests\ntest a ... ok\n\n\
                    test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s\n\
                    test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";
        assert_eq!(counted(text), Counts { passed: 16, failed: 2, skipped: 1 });
    }

    #[test]
    fn node_lines_count_in_both_forms() {
        let spec =
            "ℹ tests 9\nℹ suites 1\nℹ pass 5\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 44.1";
        let expected = Counts { passed: 5, failed: 2, skipped: 2 };
        assert_eq!(counted(spec), expected);
        assert_eq!(counted(&spec.replace('ℹ', "#")), expected);
    }

    #[test]
    fn colours_do_not_hide_a_count() {
        let text = "\u{1b}[34mℹ pass 7\u{1b}[39m\ntest result: \u{1b}[32mok\u{1b}(B\u{1b}[m. 2 passed; 0 failed";
        assert_eq!(counted("\u{1b}[34mℹ pass 7\u{1b}[39m").passed, 7);
        assert_eq!(counted(text).passed, 9);
    }

    #[test]
    fn a_test_that_talks_about_passing_is_not_counted() {
        let text = "test one_passed ... ok\n  # pass 3\npassed; 4 failed\n# pass many\ntest result: none";
        assert_eq!(counted(text), Counts::default());
    }

    #[test]
    fn the_closing_line_names_skipped_tests_only_if_there_are_any() {
        assert_eq!(Counts { passed: 3, failed: 0, skipped: 0 }.to_string(), "3 passed, 0 failed");
        assert_eq!(Counts { passed: 3, failed: 1, skipped: 2 }.to_string(), "3 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn the_output_of_a_command_is_counted_and_its_failure_reported() {
        let mut cargo = Command::new("cargo");
        assert!(output(cargo.arg("--version")).unwrap().starts_with("cargo "));
        let error = output(Command::new("cargo").arg("no-such-command")).unwrap_err().to_string();
        assert!(error.contains("cargo no-such-command ended with"), "{error}");
        let error = output(&mut Command::new("no-such-program-here")).unwrap_err().to_string();
        assert!(error.contains("cannot start no-such-program-here"), "{error}");
    }
}
