//! What the strongest colour stands for. Scaling happens here, at the edge; methods return raw scores.

use serde::{Deserialize, Serialize};
use wordlight_explain::query::Answer;
use wordlight_explain::spec::Choice;

/// How scores become intensities between -1 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// By the row's largest magnitude, as in the paper.
    Row,
    /// By the largest magnitude of all rows in the same unit.
    #[default]
    Shared,
    /// By one unit of the explained value.
    Absolute,
    /// By the sum of the row's magnitudes.
    Share,
}

impl Scale {
    /// All of them, the default first.
    pub const ALL: [Self; 4] = [Self::Shared, Self::Row, Self::Absolute, Self::Share];

    /// Id, name and meaning.
    pub const fn choice(self) -> Choice {
        match self {
            Self::Row => Choice {
                id: "row",
                name: "each row",
                meaning: "the largest word of each row has the full colour, as in the paper",
            },
            Self::Shared => Choice {
                id: "shared",
                name: "shared",
                meaning: "the largest word of all rows in the same unit has the full colour, so rows can be compared",
            },
            Self::Absolute => Choice { id: "absolute", name: "absolute", meaning: "a score of 1 has the full colour" },
            Self::Share => Choice {
                id: "share",
                name: "share",
                meaning: "the full colour is all of a row's magnitude in one word",
            },
        }
    }

    /// What the full colour stands for, given the row's scores and the largest magnitude among comparable rows.
    pub(crate) fn max(self, scores: &[f32], shared: f32) -> f32 {
        match self {
            Self::Row => largest(scores),
            Self::Shared => shared,
            Self::Absolute => 1.0,
            Self::Share => scores.iter().map(|s| s.abs()).sum::<f32>().min(f32::MAX),
        }
    }

    /// How the scale was chosen.
    pub(crate) fn note(self) -> &'static str {
        match self {
            Self::Row => "scaled to this row's largest word",
            Self::Shared => "one scale per unit for all rows",
            Self::Absolute => "full colour at 1",
            Self::Share => "scaled to the sum of this row's magnitudes",
        }
    }
}

/// What is this much smaller than the numbers it was computed from is rounding: it is no reason, and has no colour.
const NOISE: f64 = 1e-6;

/// A score, or zero where it is rounding. Scores that are no part of the explained value are compared with nothing.
pub(crate) fn above_noise(answer: &Answer<f32>, score: f32) -> f32 {
    let ledger = &answer.attribution.ledger;
    let booked: f64 = ledger.entries.iter().map(|(_, amount)| f64::from(amount.abs())).sum();
    let floor = NOISE * booked.max(f64::from(ledger.explained.abs()));
    match answer.method.in_target_units && f64::from(score.abs()) < floor {
        true => 0.0,
        false => score,
    }
}

/// Every word's score, with zeros by [`above_noise`].
pub(crate) fn scores_above_noise(answer: &Answer<f32>) -> Vec<f32> {
    answer.attribution.per_token.iter().map(|score| above_noise(answer, *score)).collect()
}

/// The largest magnitude.
pub(crate) fn largest(scores: &[f32]) -> f32 {
    scores.iter().fold(0.0, |max, s| s.abs().max(max))
}

/// A score on a scale, -1 to 1; 0 on a scale of nothing.
pub(crate) fn intensity(score: f32, max: f32) -> f32 {
    if max > 0.0 { (score / max).clamp(-1.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scale_by_hand() {
        let row = [0.5, -0.25, 0.25];
        let at = |scale: Scale| scale.max(&row, 2.0);
        assert_eq!([Scale::Row, Scale::Shared, Scale::Absolute, Scale::Share].map(at), [0.5, 2.0, 1.0, 1.0]);
        assert_eq!(intensity(-0.25, 0.5), -0.5);
        assert_eq!(intensity(7.0, 1.0), 1.0);
        assert_eq!(intensity(0.0, 0.0), 0.0);
    }
}
