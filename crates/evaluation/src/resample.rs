//! Seeded draws of the evidence: the same on every run and for any number of threads, since each sentence and each
//! resample has a stream of its own.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The numbers 0 to `n - 1` in a random order, as scores.
pub(super) fn shuffled(n: usize, seed: u64) -> Vec<f64> {
    let mut draw = ChaCha8Rng::seed_from_u64(seed ^ 0x5eed);
    let mut items: Vec<f64> = (0..n).map(|i| i as f64).collect();
    for i in (1..n).rev() {
        items.swap(i, draw.random_range(0..=i as u32) as usize);
    }
    items
}

/// How often each of `n` sentences is drawn in one bootstrap resample of `n`.
pub(super) fn resample(n: usize, seed: u64) -> Vec<u16> {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let mut counts = vec![0; n];
    for _ in 0..n {
        counts[draw.random_range(0..n as u32) as usize] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resample_draws_as_many_as_there_are() {
        let counts = resample(50, 1);
        assert_eq!(counts.iter().map(|n| usize::from(*n)).sum::<usize>(), 50);
        assert!(counts.iter().any(|n| *n > 1) && counts.contains(&0));
        assert_eq!(counts, resample(50, 1));
    }

    #[test]
    fn a_shuffle_has_every_number_once() {
        let mut items = shuffled(9, 4);
        assert_ne!(items, shuffled(9, 5));
        items.sort_by(f64::total_cmp);
        assert_eq!(items, (0..9).map(f64::from).collect::<Vec<_>>());
    }
}
