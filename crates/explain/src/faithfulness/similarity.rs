//! Do two rows of scores say the same? Pearson's and Spearman's correlation, Kendall's tau-b (Kendall 1945: ties count for
//! neither side but shrink the scale), and whether the strongest word is the same.
//!
//! Used between methods, between a network and its randomised twin, between epochs and seeds, and between scores and people.
//! Where one row has no spread there is no correlation: NaN, never a made-up 0 or 1.

use crate::order::ascending;

/// How similar two rows of scores are, by four measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    /// Pearson's correlation, -1 to 1.
    pub pearson: f64,
    /// Spearman's correlation, -1 to 1: Pearson's of the ranks, ties sharing their mean rank.
    pub spearman: f64,
    /// Kendall's tau-b, -1 to 1.
    pub kendall: f64,
    /// Whether the word with the largest magnitude is the same one.
    pub same_top: bool,
}

/// Compares two rows of scores of one length.
pub fn similarity(a: &[f64], b: &[f64]) -> Similarity {
    Similarity {
        pearson: pearson(a, b),
        spearman: pearson(&ranks(a), &ranks(b)),
        kendall: kendall(a, b),
        same_top: strongest(a) == strongest(b),
    }
}

/// The index of the first word with the largest magnitude; `None` for no words.
pub fn strongest(scores: &[f64]) -> Option<usize> {
    let magnitudes: Vec<f64> = scores.iter().map(|score| -score.abs()).collect();
    ascending(&magnitudes).first().copied()
}

/// Pearson's correlation.
pub fn pearson(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0)
}

/// Ranks from 1; equals share their mean rank.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let order = ascending(values);
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let mut to = from + 1;
        while to < order.len() && values[order[to]] == values[order[from]] {
            to += 1;
        }
        order[from..to].iter().for_each(|i| ranks[*i] = (from + to + 1) as f64 / 2.0);
        from = to;
    }
    ranks
}

/// Kendall's tau-b, pair by pair: sentences are short.
pub fn kendall(a: &[f64], b: &[f64]) -> f64 {
    let (mut balance, mut pairs_a, mut pairs_b) = (0.0, 0.0, 0.0);
    let sign = |d: f64| if d == 0.0 { 0.0 } else { d.signum() };
    for i in 0..a.len() {
        for j in 0..i {
            let (da, db) = (sign(a[i] - a[j]), sign(b[i] - b[j]));
            balance += da * db;
            pairs_a += da * da;
            pairs_b += db * db;
        }
    }
    balance / f64::sqrt(pairs_a * pairs_b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlations_by_hand() {
        let got = similarity(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0]);
        // One of six pairs is the wrong way round; the ranks' squared differences add up to 2.
        assert!((got.kendall - 4.0 / 6.0).abs() < 1e-15 && (got.spearman - 0.8).abs() < 1e-15);
        assert!((got.pearson - 0.8).abs() < 1e-15 && got.same_top);
        assert!(!similarity(&[1.0, -5.0], &[5.0, -1.0]).same_top);
    }

    #[test]
    fn ties_share_their_rank_and_shrink_the_scale() {
        assert_eq!(ranks(&[7.0, 1.0, 7.0, 0.0]), [3.5, 2.0, 3.5, 1.0]);
        // Pairs: (0,1) tied in a; (0,2) and (1,2) agree. 2 / sqrt(2 * 3).
        assert!((kendall(&[1.0, 1.0, 2.0], &[1.0, 2.0, 3.0]) - 2.0 / 6.0f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_row_without_spread_has_no_correlation() {
        let got = similarity(&[1.0, 1.0], &[1.0, 2.0]);
        assert!(got.pearson.is_nan() && got.spearman.is_nan() && got.kendall.is_nan());
        assert!(similarity(&[], &[]).kendall.is_nan());
        assert_eq!(strongest(&[]), None);
    }
}
