//! Shapley values of the words, computed exactly (Lundberg & Lee 2017 for the setting; [`crate::exact::shapley`] for how).
//!
//! ```text
//! A_i = mean over all orders of the words of  F(those before i, and i) - F(those before i)
//! ```
//!
//! with absent words as their rows of the baseline. It is the only way to share `F(x) - F(all words absent)` that adds
//! up, treats equal words equally, gives nothing to words that change nothing, and is linear in the network. Padding
//! is not a player. Where occlusion asks each word alone, this asks it in every company.
//!
//! It exists in closed form because a logit is a sum of maxima over short windows; for a probability, or a network that
//! is not a convolution with maximum over time, use `shapley-sampling`.

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::ops::{copy_row, rows_weighted};

use super::Method;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::exact::shapley;
use crate::ledger::Account;
use crate::spec::{MethodSpec, Params};
use crate::{Error, Result, cite};

/// Exact Shapley values.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shapley;

pub(super) fn from_params(_: &Params) -> Result<Shapley> {
    Ok(Shapley)
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "shapley",
    name: "Shapley values",
    summary: "What a word adds, averaged over all orders in which the words could be put in; computed exactly.",
    formula: "φ_t = Σ_S |S|! (T − |S| − 1)! / T! · (F(S ∪ {t}) − F(S)), over all sets S of other words",
    cite: cite::LUNDBERG_2017,
    in_target_units: true,
    uses_baseline: true,
    params: &[],
};

/// Some fifteen seconds on one core. Beyond it the answer would not come while somebody waits.
const MAX_STEPS: f64 = 1e10;

impl<F: Real> Method<F> for Shapley {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        self.attribute_watched(case, &mut |_| true)
    }

    fn attribute_watched(
        &self,
        case: &Case<'_, F>,
        progress: &mut dyn FnMut(f64) -> bool,
    ) -> Result<Attribution<F>> {
        let unsupported = |reason| Err(Error::Unsupported { method: SPEC.name, reason });
        let Some(cnn) = case.model().as_text_cnn() else {
            return unsupported("exact values need a convolution with maximum over time; Shapley sampling takes any network");
        };
        if !case.target().is_linear() {
            return unsupported("exact values need a logit or a margin; Shapley sampling takes any target");
        }
        if shapley::steps(cnn, case.x().nrows(), case.tokens()) > MAX_STEPS {
            return unsupported("exact values of a text this long would take minutes; Shapley sampling does not");
        }
        let credit = rows_weighted(case.seed().view(), cnn.dense().weight());
        let words = shapley::shapley(cnn, case.x(), case.baseline(), case.tokens(), &credit, progress)?;
        let start = case.value_at(without_words(case))?;
        Ok(Attribution::by_word(case, words.as_slice().expect("owned"), vec![(Account::Baseline, start)]))
    }
}

/// The input with every word absent, `[E, D]`.
fn without_words<F: Real>(case: &Case<'_, F>) -> Array2<F> {
    let mut x = case.x().to_owned();
    (0..case.tokens()).for_each(|i| copy_row(&case.baseline(), i, &mut x, i));
    x
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::explain;

    #[test]
    fn the_larger_word_shares_only_the_first_step() {
        // Twice the maximum of 3 and 1: up to 1 both would do, from there on only the 3.
        for (got, want) in explain("shapley", &[3.0, 1.0], &[], &[]).iter().zip([5.0, 1.0]) {
            assert!((got - want).abs() < 1e-14, "{got} and {want}");
        }
    }
}
