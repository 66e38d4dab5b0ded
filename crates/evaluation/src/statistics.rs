//! What a difference of means is worth: bootstrap intervals, the paired signed-rank test, and Holm's correction.
//!
//! Sentences are the sample. An interval is the 2.5 % and 97.5 % quantile of the means of seeded resamples (Efron 1979).
//! Two methods on the same sentences are compared by the signed-rank test (Wilcoxon 1945) in its normal approximation,
//! with ties sharing ranks and zeros left out; the p values of one model are corrected together (Holm 1979), so that a
//! table of a thousand comparisons has no discoveries by their number alone.

use statrs::function::erf::erfc;
use wordlight_explain::faithfulness::random_order::quantile;
use wordlight_explain::faithfulness::similarity::ranks;

use crate::resample::resample;

/// Below this corrected p value a difference between methods is taken for one.
pub const LEVEL: f64 = 0.01;

/// Below this corrected p value numbers of epochs are said to differ. The usual level: there are three comparisons of ten
/// seeds, where methods are compared a thousand times on thousands of sentences.
pub const LEVEL_OF_SEEDS: f64 = 0.05;

/// Resamples of one table.
pub struct Bootstrap(Vec<Vec<u16>>);

impl Bootstrap {
    /// `resamples` of `n` sentences.
    pub fn new(n: usize, resamples: usize, seed: u64) -> Self {
        Self((0..resamples as u64).map(|i| resample(n, seed.wrapping_mul(1_000_003).wrapping_add(i))).collect())
    }

    /// The 95 % interval of the mean of `values`, which may lack some (NaN).
    pub fn interval(&self, values: &[f64]) -> (f64, f64) {
        let mut means: Vec<f64> = self
            .0
            .iter()
            .filter_map(|counts| {
                let (mut sum, mut total) = (0.0, 0.0);
                for (value, count) in values.iter().zip(counts) {
                    if !value.is_nan() {
                        sum += value * f64::from(*count);
                        total += f64::from(*count);
                    }
                }
                (total > 0.0).then(|| sum / total)
            })
            .collect();
        means.sort_by(f64::total_cmp);
        (quantile(&means, 0.025), quantile(&means, 0.975))
    }
}

/// The mean of the values that are there; NaN of none.
pub fn mean(values: &[f64]) -> f64 {
    let (sum, count) = values.iter().filter(|v| !v.is_nan()).fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    sum / count
}

/// The standard deviation of a sample, with `n - 1`; 0 of one value.
pub fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values);
    let squares: f64 = values.iter().map(|v| (v - middle).powi(2)).sum();
    (squares / (values.len() as f64 - 1.0).max(1.0)).sqrt()
}

/// The two-sided p value of the paired differences; 1 if there is none but 0.
pub fn signed_rank(differences: &[f64]) -> f64 {
    let kept: Vec<f64> = differences.iter().copied().filter(|d| !d.is_nan() && *d != 0.0).collect();
    let n = kept.len() as f64;
    if kept.is_empty() {
        return 1.0;
    }
    let ranks = ranks(&kept.iter().map(|d| d.abs()).collect::<Vec<_>>());
    let balance: f64 = ranks.iter().zip(&kept).map(|(rank, d)| rank * d.signum()).sum();
    // The variance of a sum of signed ranks, ties included, is the sum of their squares.
    let variance: f64 = ranks.iter().map(|rank| rank * rank).sum();
    debug_assert!(n > 0.0);
    erfc(balance.abs() / variance.sqrt() / std::f64::consts::SQRT_2)
}

/// Holm's step-down correction, in the order given.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]).then(a.cmp(b)));
    let mut corrected = vec![1.0; p.len()];
    let mut least: f64 = 0.0;
    for (i, &at) in order.iter().enumerate() {
        least = least.max((p[at] * (p.len() - i) as f64).min(1.0));
        corrected[at] = least;
    }
    corrected
}

/// Six significant digits: more would be noise in a committed file.
pub fn round(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_six_digits() {
        assert_eq!((round(0.123_456_789), round(123_456_789.0), round(0.0)), (0.123_457, 123_457_000.0, 0.0));
    }

    #[test]
    fn holm_by_hand() {
        // Sorted 0.01, 0.02, 0.03 times 3, 2, 1: 0.03, 0.04, 0.03, and never below the one before.
        let close = |got: Vec<f64>, want: [f64; 3]| got.iter().zip(want).all(|(g, w)| (g - w).abs() < 1e-15);
        assert!(close(holm(&[0.03, 0.01, 0.02]), [0.04, 0.03, 0.04]));
        assert!(close(holm(&[0.9, 0.5, 0.4]), [1.0, 1.0, 1.0]));
    }

    #[test]
    fn the_signed_rank_test_by_hand() {
        // Ranks 1, 2, 3, 4 with signs + + + -: balance 2, variance 30.
        let p = signed_rank(&[1.0, 2.0, 3.0, -4.0]);
        assert!((p - erfc(2.0 / 60.0f64.sqrt())).abs() < 1e-12, "{p}");
        assert_eq!((signed_rank(&[0.0, 0.0]), signed_rank(&[f64::NAN])), (1.0, 1.0));
        assert!(signed_rank(&vec![0.1; 200]) < 1e-20);
    }

    #[test]
    fn an_interval_holds_the_mean_and_shrinks_with_the_sample() {
        let values = |n: usize| (0..n).map(|i| (i % 10) as f64).collect::<Vec<f64>>();
        let width = |n: usize| {
            let (low, high) = Bootstrap::new(n, 400, 7).interval(&values(n));
            assert!(low < 4.5 && 4.5 < high);
            high - low
        };
        // The standard error is 2.87 / sqrt(n).
        let ratio = width(100) / width(900);
        assert!((2.4..3.6).contains(&ratio), "{ratio}");
        assert_eq!(mean(&[1.0, f64::NAN, 3.0]), 2.0);
        assert_eq!((deviation(&[1.0, 3.0]), deviation(&[7.0])), (2.0f64.sqrt(), 0.0));
    }
}
