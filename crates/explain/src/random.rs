//! Seeded draws: the same numbers on every platform, and never an ambient source.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::spec::{ParamSpec, Range};

/// The seed, for every method that draws.
pub(crate) const SEED: ParamSpec = ParamSpec {
    id: "seed",
    name: "seed",
    meaning: "which random draw; the same seed always gives the same answer",
    range: Range::Integer { min: 0, max: 9999, default: 0 },
};

/// A stream of draws.
pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    pub(crate) fn new(seed: usize) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed as u64))
    }

    /// A whole number from 0 up to, and without, `n >= 1`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        // u32, so that 32 and 64 bits draw alike.
        self.0.random_range(0..n as u32) as usize
    }

    /// A number from -1 up to, and without, 1.
    pub(crate) fn even(&mut self) -> f64 {
        self.0.random_range(-1.0..1.0)
    }

    /// A number of the standard normal distribution, by the polar method (Marsaglia & Bray 1964).
    pub(crate) fn normal(&mut self) -> f64 {
        loop {
            let (u, v) = (self.even(), self.even());
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                return u * (-2.0 * s.ln() / s).sqrt();
            }
        }
    }

    /// All orders are equally likely (Fisher & Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// So many orders, each shuffled from the one before; `order` is left as the last of them.
    pub(crate) fn orders(&mut self, order: &mut [usize], count: usize) -> Vec<Vec<usize>> {
        let next = |_| {
            self.shuffle(order);
            order.to_vec()
        };
        (0..count).map(next).collect()
    }
}

/// Mean and variance of numbers that come one after the other (Welford 1962).
#[derive(Clone, Debug)]
pub(crate) struct Running {
    count: f64,
    /// The mean of each number.
    pub(crate) mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Running {
    pub(crate) fn new(len: usize) -> Self {
        Self { count: 0.0, mean: vec![0.0; len], squares: vec![0.0; len] }
    }

    pub(crate) fn add(&mut self, values: impl IntoIterator<Item = f64>) {
        self.count += 1.0;
        for ((mean, squares), value) in self.mean.iter_mut().zip(&mut self.squares).zip(values) {
            let before = value - *mean;
            *mean += before / self.count;
            *squares += before * (value - *mean);
        }
    }

    /// `E[v^2] - E[v]^2`
    pub(crate) fn variance(&self) -> Vec<f64> {
        self.squares.iter().map(|s| s / self.count).collect()
    }

    /// The standard error of each mean; none for a single number.
    pub(crate) fn standard_error(&self) -> Option<Vec<f64>> {
        let n = self.count;
        (n > 1.0).then(|| self.squares.iter().map(|s| (s / (n - 1.0) / n).sqrt()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_variance_and_standard_error_by_hand() {
        let mut running = Running::new(1);
        for value in [1.0, 2.0, 6.0] {
            running.add([value]);
        }
        assert_eq!((running.mean[0], running.variance()[0]), (3.0, 14.0 / 3.0));
        assert_eq!(running.standard_error().unwrap()[0], (7.0f64 / 3.0).sqrt());
    }

    #[test]
    fn draws_are_normal_and_repeatable() {
        let mut draws = Draws::new(3);
        let mut running = Running::new(2);
        for _ in 0..20_000 {
            let z = draws.normal();
            running.add([z, z.powi(4)]);
        }
        assert!(running.mean[0].abs() < 0.03 && (running.variance()[0] - 1.0).abs() < 0.05);
        assert!((running.mean[1] - 3.0).abs() < 0.3, "the fourth moment is {}", running.mean[1]);
        assert_eq!(Draws::new(3).normal(), Draws::new(3).normal());
    }

    #[test]
    fn every_order_is_as_likely_as_any_other() {
        let mut draws = Draws::new(1);
        let mut seen = std::collections::BTreeMap::new();
        for _ in 0..6000 {
            let mut items = [0, 1, 2];
            draws.shuffle(&mut items);
            *seen.entry(items).or_insert(0) += 1;
        }
        assert!(seen.len() == 6 && seen.values().all(|n| (850..1150).contains(n)), "{seen:?}");
    }
}
