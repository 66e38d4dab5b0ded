//! Against a reference: how far scores are from the exact Shapley values, and whether they add up.
//!
//! ```text
//! distance = || A - S || / || S ||          gap = (sum of words + padding) - (F(x) - F(x'))
//! ```
//!
//! The Shapley value is the one way to share a value among words that is efficient, symmetric, additive and gives nothing
//! to a word that does nothing (Lundberg & Lee 2017); for a convolution with maximum over time it can be had exactly
//! ([`crate::exact::shapley`]). The gap is that of completeness (Sundararajan et al. 2017).

use wordlight_nn::Real;

use crate::Result;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::faithfulness::similarity::{Similarity, similarity};

/// How far scores are from reference scores of the same words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// `|| A - S || / || S ||`; not finite for a reference of zeros.
    pub relative: f64,
    /// Correlations, and whether the strongest word is the same.
    pub similarity: Similarity,
}

/// How far `scores` `[T]` are from `reference` `[T]`.
pub fn distance(scores: &[f64], reference: &[f64]) -> Distance {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
    let apart = norm(&mut scores.iter().zip(reference).map(|(a, s)| a - s));
    Distance { relative: apart / norm(&mut reference.iter().copied()), similarity: similarity(scores, reference) }
}

/// What words and padding have together beyond the change in value from the baseline.
///
/// # Errors
/// As [`Case::value_at`].
pub fn completeness_gap<F: Real>(case: &Case<'_, F>, attribution: &Attribution<F>) -> Result<f64> {
    let sum: f64 = attribution.per_token.iter().map(|v| v.as_f64()).sum();
    let change = case.value().as_f64() - case.value_at(case.baseline().to_owned())?.as_f64();
    Ok(sum + attribution.padding.as_f64() - change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faithfulness::by_hand::with_case;
    use crate::method::build;

    #[test]
    fn a_distance_by_hand() {
        let got = distance(&[3.0, 4.0], &[0.0, 4.0]);
        assert_eq!((got.relative, got.similarity.same_top), (0.75, true));
        assert_eq!(distance(&[3.0, 4.0], &[3.0, 4.0]).relative, 0.0);
        assert!(distance(&[1.0], &[0.0]).relative.is_infinite());
    }

    #[test]
    fn the_gap_of_a_slope_is_what_it_does_not_say() {
        // The value is 8 and 0 at the baseline; the slopes of the words add up to 2, their products with x to 8.
        with_case(|case| {
            let of = |id: &str| {
                let attribution = build::<f64>(id, &Default::default()).unwrap().attribute(case).unwrap();
                completeness_gap(case, &attribution).unwrap()
            };
            assert_eq!((of("gradient"), of("gradient-x-input")), (-6.0, 0.0));
            assert!(of("shapley").abs() < 1e-14);
        });
    }
}
