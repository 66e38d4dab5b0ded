//! Deletion and insertion curves: the value after the first `k` words of an order are gone (Samek et al. 2017), or with
//! the first `k` words alone (Petsiuk et al. 2018), for `k = 0 .. T`.
//!
//! ```text
//! deletion   v_k = F(all but the first k words)          AOPC = 1/(T+1) sum_k (v_0 - v_k)
//! insertion  v_k = F(the first k words alone)            area = integral of v over the share of words, trapezoids
//! ```
//!
//! A good order makes the deletion curve fall at once and the insertion curve rise at once. Both depend on what is left
//! where a word was ([`Removal`]), and neither means anything without its controls: [`crate::faithfulness::random_order`] and
//! [`super::greedy`]. The curve may be of another number than the explained one, for example the probability.

use wordlight_nn::Real;

use crate::Result;
use crate::exact::coalitions::{Coalitions, Removal};
use crate::order::ascending;
pub use crate::order::{Direction, steps};
use crate::target::Target;

/// The words from the highest score to the lowest; equals stay in the sentence's order.
pub fn order_by_score(scores: &[f64]) -> Vec<usize> {
    ascending(&scores.iter().map(|score| -score).collect::<Vec<_>>())
}

/// The value after each step of an order, `[T + 1]`.
///
/// # Errors
/// As [`Coalitions::logits`].
pub fn curve<F: Real>(
    coalitions: &mut Coalitions<'_, '_, F>,
    target: &Target,
    order: &[usize],
    direction: Direction,
    removal: Removal,
) -> Result<Vec<f64>> {
    coalitions.foresee(&mut steps(order, direction), removal)?;
    let value = |present: Vec<bool>| Ok(target.value(coalitions.logits(&present, removal)?.view()).as_f64());
    steps(order, direction).map(value).collect()
}

/// The area under a curve over the share of words, 0 to 1: the mean height, by trapezoids.
pub fn area(values: &[f64]) -> f64 {
    let steps = values.len().saturating_sub(1).max(1) as f64;
    values.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).sum::<f64>() / steps
}

/// The area over the perturbation curve: how far below its start a curve lies on average.
pub fn aopc(values: &[f64]) -> f64 {
    let start = values.first().copied().unwrap_or(0.0);
    values.iter().map(|value| start - value).sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::with_case;
    use super::*;

    #[test]
    fn words_go_and_come_by_hand() {
        // (5, 0), (0, 3), (2, 2): 8; without the first 5; without the second too 4; nothing 0.
        with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            let mut of = |order: &[usize], direction| {
                curve(&mut coalitions, &case.target(), order, direction, Removal::Baseline).unwrap()
            };
            assert_eq!(of(&[0, 1, 2], Direction::Deletion), [8.0, 5.0, 4.0, 0.0]);
            assert_eq!(of(&[0, 2, 1], Direction::Insertion), [0.0, 5.0, 7.0, 8.0]);
        });
    }

    #[test]
    fn a_deleted_word_leaves_no_zero_behind() {
        use ndarray::array;
        use wordlight_nn::model::Classifier;
        let network = super::super::by_hand::network();
        let pass = network.forward(array![[5.0, 1.0], [-3.0, -4.0]]).unwrap();
        let asked = (crate::target::TargetKind::Logit, Some(0));
        let zero = crate::baseline::Baseline::Zero;
        let case = crate::case::Case::new(&network, pass.as_ref(), 2, asked, &zero).unwrap();
        let mut coalitions = Coalitions::new(&case);
        for (removal, want) in [(Removal::Baseline, [6.0, 0.0, 0.0]), (Removal::Delete, [6.0, -7.0, 0.0])] {
            let got = curve(&mut coalitions, &case.target(), &[0, 1], Direction::Deletion, removal).unwrap();
            assert_eq!(got, want, "{removal:?}");
        }
    }

    #[test]
    fn areas_by_hand() {
        assert_eq!(area(&[8.0, 5.0, 4.0, 0.0]), (6.5 + 4.5 + 2.0) / 3.0);
        assert_eq!(aopc(&[8.0, 5.0, 4.0, 0.0]), (3.0 + 4.0 + 8.0) / 4.0);
        assert_eq!((area(&[2.0]), aopc(&[2.0]), aopc(&[])), (0.0, 0.0, 0.0));
    }

    #[test]
    fn an_order_starts_with_the_highest_score() {
        assert_eq!(order_by_score(&[0.5, -2.0, 3.0, 0.5]), [2, 0, 3, 1]);
    }
}
