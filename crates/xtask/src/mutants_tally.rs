//! What became of the changes that cargo-mutants made, summed up over stages and shards.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The two stages have a folder each below the folder of a run.
pub(crate) const OWN: &str = "own";
pub(crate) const ALL: &str = "all";

/// What became of the changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    caught: usize,
    /// Caught too: the tests did not end.
    timed_out: Vec<String>,
    /// Did not compile, and says nothing.
    unviable: usize,
    survived: Vec<String>,
}

impl Tally {
    /// Adds a run: what its first stage caught, and what became of the others in the second.
    pub(crate) fn add(&mut self, run: &Path) -> Result<()> {
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

    pub(crate) fn sentence(&self) -> String {
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

/// The lines of a list of one stage.
pub(crate) fn read(stage: &Path, list: &str) -> Result<Vec<String>> {
    let path = stage.join("mutants.out").join(list);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
