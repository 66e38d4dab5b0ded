//! Infidelity (Yeh et al. 2019, definition 2.1) with removals of words as perturbations:
//!
//! ```text
//! INFD = E over S of ( sum over i in S of A_i  -  (F(x) - F(x without S)) )^2
//! ```
//!
//! In the paper's letters the perturbation `I` is `x - x'` on the words of `S` and 0 elsewhere; the scores `A` have that
//! factor in them already. A set `S` has a size drawn evenly from 1 to `T` and is one of the sets of that size, each as
//! likely as any other, so that removing much counts as much as removing little.
//!
//! Scores that are not in units of the value (a gradient) can have any scale, so the measure is also given for the best
//! multiple of them, `beta = E[a d] / E[a^2]`, with `a` the sum of scores and `d` the drop (the paper's section 2.2;
//! Captum's `normalize`). It is then divided by `E[d^2]`: 0 is a perfect account of every removal, 1 is what scores of
//! zero get.

use wordlight_nn::Real;

use crate::Result;
use crate::exact::coalitions::{Coalitions, Removal};
use crate::random::Draws;
use crate::target::Target;

/// Infidelity as published, and as a share that does not depend on the size of the scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Infidelity {
    /// Mean squared error between the drops and the sums of the removed words' scores, in squared units of the
    /// explained value.
    pub raw: f64,
    /// The share of the removals' squared drops that the best multiple of the scores leaves unexplained, 0 to 1; NaN if
    /// no removal changed anything.
    pub unexplained: f64,
}

/// `samples` sets of words, `[samples][T]`, true where a word is removed.
pub fn removals(words: usize, samples: usize, seed: usize) -> Vec<Vec<bool>> {
    let mut draws = Draws::new(seed);
    let mut order: Vec<usize> = (0..words).collect();
    let set = |_| {
        draws.shuffle(&mut order);
        let size = if words == 0 { 0 } else { 1 + draws.below(words) };
        let mut removed = vec![false; words];
        order[..size].iter().for_each(|word| removed[*word] = true);
        removed
    };
    (0..samples).map(set).collect()
}

/// `F(x) - F(x without S)` for each set, `[samples]`; the same for every method.
///
/// # Errors
/// As [`Coalitions::logits`].
pub fn drops<F: Real>(
    coalitions: &mut Coalitions<'_, '_, F>,
    target: &Target,
    removal: Removal,
    sets: &[Vec<bool>],
) -> Result<Vec<f64>> {
    coalitions.foresee(&mut sets.iter().map(|set| set.iter().map(|removed| !removed).collect()), removal)?;
    let mut value =
        |present: &[bool]| -> Result<f64> { Ok(target.value(coalitions.logits(present, removal)?.view()).as_f64()) };
    let whole = value(&vec![true; sets.first().map_or(0, Vec::len)])?;
    sets.iter().map(|set| Ok(whole - value(&set.iter().map(|removed| !removed).collect::<Vec<_>>())?)).collect()
}

/// How badly `scores` `[T]` account for the `drops` of the `sets`.
pub fn infidelity(scores: &[f64], sets: &[Vec<bool>], drops: &[f64]) -> Infidelity {
    let (mut raw, mut cross, mut own, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for (set, drop) in sets.iter().zip(drops) {
        let sum: f64 = scores.iter().zip(set).filter(|(_, removed)| **removed).map(|(score, _)| score).sum();
        raw += (sum - drop).powi(2);
        cross += sum * drop;
        own += sum * sum;
        squares += drop * drop;
    }
    // sum (beta a - d)^2 = sum d^2 - (sum a d)^2 / sum a^2
    let explained = if own > 0.0 { cross * cross / own } else { 0.0 };
    // Rounding must not explain more than there is; 0 / 0 stays NaN.
    let unexplained = (squares - explained.min(squares)) / squares;
    Infidelity { raw: raw / sets.len().max(1) as f64, unexplained }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::with_case;
    use super::*;

    #[test]
    fn two_removals_by_hand() {
        // Without (5, 0): a drop of 3. Without (0, 3) and (2, 2): a drop of 3.
        with_case(|case| {
            let sets = [vec![true, false, false], vec![false, true, true]];
            let mut coalitions = Coalitions::new(case);
            let drops = drops(&mut coalitions, &case.target(), Removal::Baseline, &sets).unwrap();
            assert_eq!(drops, [3.0, 3.0]);
            // Sums 4 and 2: errors 1 and 1. beta = (12 + 6) / (16 + 4) leaves 18 - 18^2 / 20 of 18.
            let got = infidelity(&[4.0, 1.0, 1.0], &sets, &drops);
            assert_eq!(got.raw, 1.0);
            assert!((got.unexplained - 0.1).abs() < 1e-15, "{got:?}");
            assert_eq!(infidelity(&[0.0; 3], &sets, &drops).unexplained, 1.0);
            assert!(infidelity(&[1.0; 3], &sets, &[0.0, 0.0]).unexplained.is_nan());
        });
    }

    #[test]
    fn every_size_is_as_likely_as_any_other() {
        let mut sizes = [0; 5];
        for set in removals(4, 4000, 1) {
            sizes[set.iter().filter(|removed| **removed).count()] += 1;
        }
        assert!(sizes[0] == 0 && sizes[1..].iter().all(|n| (900..1100).contains(n)), "{sizes:?}");
        assert_eq!(removals(4, 9, 1), removals(4, 9, 1));
        assert_eq!(removals(0, 2, 1), vec![Vec::<bool>::new(); 2]);
    }
}
