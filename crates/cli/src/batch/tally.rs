//! How many rows were explained, and what kept the others from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::output::Explained;

/// How it went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows in all.
    pub rows: u64,
    /// How often each reason kept a row from being explained.
    pub problems: BTreeMap<String, u64>,
    /// The first of them: row and reason.
    pub first: Vec<(u64, String)>,
}

impl Tally {
    /// How many rows say their problems before they are only counted.
    const SHOWN: usize = 10;

    /// Counts a row.
    pub(super) fn note(&mut self, row: &Explained) {
        self.rows += 1;
        if let Err(problem) = &row.outcome {
            *self.problems.entry(problem.kind.to_owned()).or_default() += 1;
            if self.first.len() < Self::SHOWN {
                self.first.push((row.row, problem.text.clone()));
            }
        }
    }

    /// Counts the rows that come after.
    pub(super) fn add(&mut self, other: Self) {
        self.rows += other.rows;
        other.problems.into_iter().for_each(|(kind, n)| *self.problems.entry(kind).or_default() += n);
        self.first.extend(other.first);
        self.first.truncate(Self::SHOWN);
    }

    /// In words.
    pub fn text(&self) -> String {
        let failed: u64 = self.problems.values().sum();
        let mut text = format!("{} rows, {} explained", self.rows, self.rows - failed);
        for (kind, n) in &self.problems {
            text.push_str(&format!(", {n} {kind}"));
        }
        for (row, problem) in &self.first {
            text.push_str(&format!("\n  row {row}: {problem}"));
        }
        text
    }
}
