//! Table 1 of the paper, and beside it what was measured.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::run::Checkpoint;

/// A row of Table 1 as the paper prints it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperRow {
    /// Epochs.
    pub epochs: usize,
    /// Test loss.
    pub loss: f64,
    /// Test accuracy, cut off after three digits.
    pub accuracy: f64,
}

/// Table 1 of R. Jalota, *Interpretation of Neural Models using LRP and Integrated Gradient Approach*.
pub const PAPER: [PaperRow; 3] = [
    PaperRow { epochs: 5, loss: 1.28, accuracy: 0.431 },
    PaperRow { epochs: 10, loss: 1.27, accuracy: 0.438 },
    PaperRow { epochs: 20, loss: 1.32, accuracy: 0.436 },
];

/// A row of Table 1 with both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Epochs, as the checkpoint is named.
    pub epochs: usize,
    /// Epochs from the start of training; larger after a warm start.
    pub trained_epochs: usize,
    /// Measured on the test sentences.
    pub loss: f64,
    /// Measured on the test sentences.
    pub accuracy: f64,
    /// What the paper says, where it says something.
    pub paper: Option<PaperRow>,
}

/// One row per checkpoint.
pub fn rows(checkpoints: &[Checkpoint]) -> Vec<Row> {
    let row = |checkpoint: &Checkpoint| Row {
        epochs: checkpoint.name,
        trained_epochs: checkpoint.epoch,
        loss: checkpoint.test.loss,
        accuracy: checkpoint.test.accuracy,
        paper: PAPER.into_iter().find(|row| row.epochs == checkpoint.name),
    };
    checkpoints.iter().map(row).collect()
}

/// The table as text.
pub fn text(checkpoints: &[Checkpoint]) -> String {
    let mut out = String::from(
        "Table 1                 test loss          test accuracy\n  \
         epochs          measured   paper     measured   paper\n",
    );
    for row in rows(checkpoints) {
        let (loss, accuracy) = match row.paper {
            Some(paper) => (format!("{:.2}", paper.loss), format!("{:.3}", paper.accuracy)),
            None => ("-".to_owned(), "-".to_owned()),
        };
        let epochs = match row.trained_epochs == row.epochs {
            true => row.epochs.to_string(),
            false => format!("{} ({} in all)", row.epochs, row.trained_epochs),
        };
        let _ = writeln!(out, "  {epochs:<14}  {:>8.4}  {loss:>6}     {:>8.4}  {accuracy:>6}", row.loss, row.accuracy);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Evaluation;

    #[test]
    fn a_row_that_the_paper_lacks_has_a_dash() {
        let test = Evaluation { sentences: 4, loss: 1.25, accuracy: 0.5, confusion: Vec::new() };
        let text =
            text(&[Checkpoint { name: 5, epoch: 5, test: test.clone() }, Checkpoint { name: 7, epoch: 12, test }]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2], "  5                 1.2500    1.28       0.5000   0.431");
        assert_eq!(lines[3], "  7 (12 in all)     1.2500       -       0.5000       -");
    }
}
