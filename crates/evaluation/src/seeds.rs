//! What several seeds of an experiment scored, as a small file that can be kept, and whether its numbers of epochs
//! differ by more than seeds do.
//!
//! The same ten seeds are measured after 5, 10 and 20 epochs, so the test is a paired one: per seed the difference of two
//! checkpoints, and how far the mean of the differences is from zero. Two tests side by side: Student's (1908), which
//! takes the differences as normal, and Fisher's (1935), which asks how often a mean as far from zero comes about if each
//! difference had its sign by a coin; with ten seeds all 1,024 cases are counted. Three comparisons are made, so Holm's
//! correction (1979) is applied.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};
use wordlight_engine::signed_decimals;
use wordlight_train::files::read_text;
use wordlight_train::paper_table::{PAPER, PaperRow};
use wordlight_train::run::{Run, seed_runs};

use crate::statistics::LEVEL_OF_SEEDS;

/// One checkpoint of one seed, on the test sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// The number it is known by.
    pub epochs: usize,
    /// Epochs from the start.
    pub trained_epochs: usize,
    /// Mean cross-entropy.
    pub loss: f64,
    /// 0 to 1.
    pub accuracy: f64,
}

/// One seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// The seed.
    pub seed: u64,
    /// In order of training.
    pub scores: Vec<Score>,
}

/// Several seeds of one experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// The experiment's name.
    pub name: String,
    /// Where the word vectors come from.
    pub vectors: String,
    /// Training, dev and test sentences.
    pub sentences: [usize; 3],
    /// The seeds.
    pub seeds: Vec<Seed>,
}

/// A mean with the deviation of a single seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Of the seeds.
    pub mean: f64,
    /// Of a single seed: the sample's, with n - 1.
    pub deviation: f64,
}

/// The comparison of two checkpoints.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The two.
    pub epochs: (usize, usize),
    /// Mean and deviation of the second minus the first, per seed.
    pub difference: Spread,
    /// Two-sided p-value of the paired t test, after Holm's correction.
    pub t_test: f64,
    /// Likewise of the sign-flip permutation test.
    pub permutation: f64,
}

impl Results {
    /// What is in a folder of `wordlight train` with several seeds.
    ///
    /// # Errors
    /// No runs, or runs that do not have the same checkpoints.
    pub fn collect(folder: &Path, name: &str) -> Result<Self> {
        let runs = seed_runs(folder)?.iter().map(|path| Run::read(path)).collect::<Result<Vec<_>>>()?;
        let first = runs.first().context("a folder of runs has one")?;
        let mut seeds: Vec<Seed> = runs
            .iter()
            .map(|run| Seed {
                seed: run.training.seed,
                scores: run
                    .checkpoints
                    .iter()
                    .map(|checkpoint| Score {
                        epochs: checkpoint.name,
                        trained_epochs: checkpoint.epoch,
                        loss: checkpoint.test.loss,
                        accuracy: checkpoint.test.accuracy,
                    })
                    .collect(),
            })
            .collect();
        seeds.sort_by_key(|seed| seed.seed);
        let vectors = first.vectors.source.clone();
        let results = Self { name: name.to_owned(), vectors, sentences: first.sentences, seeds };
        results.validate().with_context(|| folder.display().to_string())?;
        Ok(results)
    }

    /// Reads a file of results.
    ///
    /// # Errors
    /// A file that does not read or parse, or whose seeds do not have the same checkpoints.
    pub fn read(path: &Path) -> Result<Self> {
        let results: Self = serde_json::from_slice(&read_text(path)?)
            .with_context(|| format!("{} is no file of results of `wordlight table`", path.display()))?;
        results.validate().with_context(|| path.display().to_string())?;
        Ok(results)
    }

    fn validate(&self) -> Result<()> {
        ensure!(self.seeds.len() >= 2, "expected at least two seeds, found {}", self.seeds.len());
        let checkpoints = |seed: &Seed| seed.scores.iter().map(|score| score.epochs).collect::<Vec<_>>();
        let first = checkpoints(&self.seeds[0]);
        for seed in &self.seeds {
            let found = checkpoints(seed);
            ensure!(found == first, "seed {} has checkpoints after {found:?} epochs, expected {first:?}", seed.seed);
            let finite = seed.scores.iter().all(|score| score.loss.is_finite() && score.accuracy.is_finite());
            ensure!(finite, "seed {} has a score that is no number", seed.seed);
        }
        Ok(())
    }

    /// The checkpoints' numbers of epochs: as they are called, and from the start.
    pub fn epochs(&self) -> Vec<(usize, usize)> {
        self.seeds[0].scores.iter().map(|score| (score.epochs, score.trained_epochs)).collect()
    }

    /// One number per seed.
    pub fn column(&self, checkpoint: usize, value: impl Fn(&Score) -> f64) -> Vec<f64> {
        self.seeds.iter().map(|seed| value(&seed.scores[checkpoint])).collect()
    }

    /// Every pair of checkpoints compared in a value.
    pub fn comparisons(&self, value: impl Fn(&Score) -> f64) -> Vec<Comparison> {
        let epochs = self.epochs();
        let mut all = Vec::new();
        for second in 1..epochs.len() {
            for first in 0..second {
                let pairs = self.column(first, &value).into_iter().zip(self.column(second, &value));
                let differences: Vec<f64> = pairs.map(|(a, b)| b - a).collect();
                all.push(Comparison {
                    epochs: (epochs[first].0, epochs[second].0),
                    difference: spread(&differences),
                    t_test: paired_t(&differences),
                    permutation: sign_flips(&differences),
                });
            }
        }
        let corrected = holm(&all.iter().map(|one| one.t_test).collect::<Vec<_>>());
        let flipped = holm(&all.iter().map(|one| one.permutation).collect::<Vec<_>>());
        for ((one, t), p) in all.iter_mut().zip(corrected).zip(flipped) {
            (one.t_test, one.permutation) = (t, p);
        }
        all
    }

    /// Table and tests, for people.
    pub fn text(&self) -> String {
        let seeds = self.seeds.len();
        let mut out = format!("{} ({seeds} seeds; {})\n\n", self.name, self.vectors);
        out.push_str("| epochs | test loss | test accuracy | lowest, highest | paper: loss | paper: accuracy |\n");
        out.push_str("|---|---|---|---|---|---|\n");
        for (i, (called, trained)) in self.epochs().into_iter().enumerate() {
            let (losses, accuracies) = (self.column(i, |s| s.loss), self.column(i, |s| s.accuracy));
            let (loss, accuracy) = (spread(&losses), spread(&accuracies));
            let low = accuracies.iter().copied().fold(f64::INFINITY, f64::min);
            let high = accuracies.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let paper = PAPER.iter().find(|row: &&PaperRow| row.epochs == called);
            let (paper_loss, paper_accuracy) = match paper {
                Some(row) => (format!("{:.2}", row.loss), format!("{:.3}", row.accuracy)),
                None => ("-".to_owned(), "-".to_owned()),
            };
            let epochs = if called == trained { called.to_string() } else { format!("{called} ({trained} in all)") };
            out.push_str(&format!(
                "| {epochs} | {:.3} ± {:.3} | {:.3} ± {:.3} | {low:.3}, {high:.3} | {paper_loss} | {paper_accuracy} |\n",
                loss.mean, loss.deviation, accuracy.mean, accuracy.deviation
            ));
        }
        out.push_str("\n| accuracy | difference | t test | sign flips | |\n|---|---|---|---|---|\n");
        let comparisons = self.comparisons(|score| score.accuracy);
        for one in &comparisons {
            out.push_str(&format!(
                "| {} against {} epochs | {} ± {:.4} | p = {} | p = {} | {} |\n",
                one.epochs.1,
                one.epochs.0,
                signed_decimals(one.difference.mean, 4),
                one.difference.deviation,
                p_value(one.t_test),
                p_value(one.permutation),
                if one.differs() { "more than chance" } else { "within chance" }
            ));
        }
        out.push('\n');
        out.push_str(&self.in_words(&comparisons));
        out.push('\n');
        out
    }

    /// The answer in a sentence or two.
    fn in_words(&self, comparisons: &[Comparison]) -> String {
        let (real, chance): (Vec<&Comparison>, Vec<&Comparison>) = comparisons.iter().partition(|one| one.differs());
        let pairs = |list: &[&Comparison]| {
            let pairs: Vec<String> = list.iter().map(|one| format!("{} and {}", one.epochs.0, one.epochs.1)).collect();
            pairs.join(", ")
        };
        match (real.as_slice(), chance.as_slice()) {
            ([], _) => "No two numbers of epochs differ in accuracy by more than chance.".to_owned(),
            (real, []) => format!("All numbers of epochs differ in accuracy by more than chance ({}).", pairs(real)),
            (real, chance) => {
                format!("By more than chance differ in accuracy: {}. Within chance: {}.", pairs(real), pairs(chance))
            }
        }
    }
}

impl Comparison {
    /// Whether both tests see a difference.
    pub fn differs(&self) -> bool {
        self.t_test < LEVEL_OF_SEEDS && self.permutation < LEVEL_OF_SEEDS
    }
}

fn p_value(p: f64) -> String {
    if p < 0.001 { "less than 0.001".to_owned() } else { format!("{p:.3}") }
}

/// Mean and deviation of some numbers.
pub fn spread(values: &[f64]) -> Spread {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    Spread { mean, deviation: if n > 1.0 { (squares / (n - 1.0)).sqrt() } else { 0.0 } }
}

/// Two-sided p-value of the mean of the differences under Student's t with n - 1 degrees of freedom.
pub fn paired_t(differences: &[f64]) -> f64 {
    let (n, spread) = (differences.len() as f64, spread(differences));
    if spread.deviation == 0.0 {
        return if spread.mean == 0.0 { 1.0 } else { 0.0 };
    }
    let t = spread.mean / (spread.deviation / n.sqrt());
    let distribution = StudentsT::new(0.0, 1.0, n - 1.0).expect("two differences or more");
    2.0 * distribution.cdf(-t.abs())
}

/// Two-sided p-value: the share of all ways to give the differences signs whose sum is as far from zero or further.
///
/// # Panics
/// With more than 20 differences: a million ways are enough to count.
pub fn sign_flips(differences: &[f64]) -> f64 {
    assert!(differences.len() <= 20, "the exact test is for few differences");
    let seen = differences.iter().sum::<f64>().abs();
    let ways = 1u32 << differences.len();
    let as_far = (0..ways)
        .filter(|way| {
            let signed = differences.iter().enumerate().map(|(i, d)| if way >> i & 1 == 1 { -d } else { *d });
            // The same sum in another order of rounding counts as the same.
            signed.sum::<f64>().abs() >= seen - 1e-12
        })
        .count();
    as_far as f64 / f64::from(ways)
}

/// Holm's correction: the smallest of k p-values counts k times, the next k - 1 times, and none less than one before.
fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut corrected = vec![0.0; p.len()];
    let mut before = 0.0f64;
    for (rank, &i) in order.iter().enumerate() {
        before = before.max((p[i] * (p.len() - rank) as f64).min(1.0));
        corrected[i] = before;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(accuracies: &[[f64; 2]]) -> Results {
        let seeds = accuracies.iter().zip(1..).map(|(pair, seed)| Seed {
            seed,
            scores: pair
                .iter()
                .zip([5, 10])
                .map(|(&accuracy, epochs)| Score { epochs, trained_epochs: epochs, loss: 1.0, accuracy })
                .collect(),
        });
        Results { name: "by hand".to_owned(), vectors: "none".to_owned(), sentences: [1; 3], seeds: seeds.collect() }
    }

    #[test]
    fn students_own_sleep_data_have_their_known_p() {
        // Student 1908: additional hours of sleep, ten patients; t = 4.0621 with 9 degrees of freedom, p = 0.002833.
        let differences = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        assert!((paired_t(&differences) - 0.002833).abs() < 1e-6, "{}", paired_t(&differences));
        // Nine differences are positive and one is 0: of 1,024 ways the 2 with all signs alike, times 2 for the zero.
        assert_eq!(sign_flips(&differences), 4.0 / 1024.0);
    }

    #[test]
    fn three_differences_have_eight_signs() {
        // Sums of (1, 2, -1): as far from 0 as 2 are all but those of size 0.
        assert_eq!(sign_flips(&[1.0, 2.0, -1.0]), 6.0 / 8.0);
        assert_eq!(sign_flips(&[0.0, 0.0]), 1.0);
        assert_eq!((paired_t(&[0.0, 0.0]), paired_t(&[0.5, 0.5])), (1.0, 0.0));
    }

    #[test]
    fn holm_counts_the_smallest_most() {
        assert_eq!(holm(&[0.04, 0.01, 0.03]), [0.06, 0.03, 0.06]);
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }

    #[test]
    fn spread_by_hand() {
        assert_eq!(spread(&[1.0, 2.0, 3.0]), Spread { mean: 2.0, deviation: 1.0 });
    }

    #[test]
    fn a_steady_difference_is_told_from_noise() {
        let steady: Vec<[f64; 2]> =
            (0..8).map(|i| [0.40 + 0.01 * f64::from(i), 0.45 + 0.0101 * f64::from(i)]).collect();
        assert!(
            results(&steady).text().contains("All numbers of epochs differ in accuracy by more than chance (5 and 10)")
        );
        let noise: Vec<[f64; 2]> = (0..8).map(|i| [0.4, if i % 2 == 0 { 0.42 } else { 0.38 }]).collect();
        let text = results(&noise).text();
        assert!(text.contains("No two numbers of epochs differ") && text.contains("within chance"), "{text}");
        assert!(text.contains("| 5 | 1.000 ± 0.000 | 0.400 ± 0.000 | 0.400, 0.400 | 1.28 | 0.431 |"), "{text}");
    }

    #[test]
    fn seeds_with_other_checkpoints_are_refused() {
        let mut two = results(&[[0.1, 0.2], [0.2, 0.3]]);
        two.seeds[1].scores.pop();
        let message = two.validate().unwrap_err().to_string();
        assert_eq!(message, "seed 2 has checkpoints after [5] epochs, expected [5, 10]");
        two.seeds.truncate(1);
        assert!(two.validate().unwrap_err().to_string().contains("at least two seeds"));
    }

    #[test]
    fn the_results_that_the_documents_quote_say_what_they_say() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/results");
        let document = std::fs::read_to_string(folder.join("../../docs/experiment.md")).unwrap();
        let [fresh, warm] =
            ["paper-fresh", "paper-warm"].map(|name| Results::read(&folder.join(format!("{name}.json"))).unwrap());
        for (i, row) in PAPER.iter().enumerate() {
            let cell = |results: &Results| {
                let spread = spread(&results.column(i, |score| score.accuracy));
                format!("{:.3} ± {:.3}", spread.mean, spread.deviation)
            };
            let row = format!("| {} | {} | {:.3} |", cell(&fresh), cell(&warm), row.accuracy);
            assert!(document.contains(&row), "docs/experiment.md lacks {row}");
        }
        assert!(fresh.text().contains("differ in accuracy: 5 and 10, 5 and 20. Within chance: 10 and 20."));
        assert!(warm.text().contains("differ in accuracy: 5 and 10, 10 and 20. Within chance: 5 and 20."));
    }
}
