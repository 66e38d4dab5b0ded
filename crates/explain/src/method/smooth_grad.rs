//! SmoothGrad: the mean gradient over noisy copies of the input (Smilkov et al. 2017),
//!
//! ```text
//! A = 1/n  sum_k  dF/dx (x + e_k),     e_k ~ N(0, sigma^2),   sigma = noise (max x - min x)
//! ```
//!
//! It averages over the neighbouring linear pieces of a network with kinks, where a single gradient may sit on an
//! untypical one. Every sample is noisy, as in the paper and in Captum; Zennit makes its last sample the input itself.
//! Noise falls on the words only: padding is not part of the sentence. `sigma` is measured by the range of the words'
//! components, as in the paper, so it means the same for any vectors. Like the gradient it adds up to nothing.

use wordlight_nn::Real;

use super::Method;
use super::gradient::{AGGREGATE, Aggregate};
use super::noisy::{NOISE, Noise, SAMPLES, mean, under_noise};
use crate::attribution::Attribution;
use crate::case::Case;
use crate::random::SEED;
use crate::spec::{MethodSpec, Params};
use crate::{Result, cite};

/// SmoothGrad.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `samples` | 50 | a whole number from 2 to 1000 | how many noisy copies of the sentence are looked at |
/// | `noise` | 0.1 | a number from 0 to 2 | standard deviation of the noise, as a part of the range of the words' components |
/// | `seed` | 0 | a whole number from 0 to 9999 | which random draw; the same seed always gives the same answer |
/// | `aggregate` | sum | one of sum, l1, l2 | how the slopes of a vector's components become one number |
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SmoothGrad {
    /// The noisy copies.
    pub noise: Noise,
    /// How the slopes of a vector's components become one number.
    pub aggregate: Aggregate,
}

pub(super) fn from_params(params: &Params) -> Result<SmoothGrad> {
    Ok(SmoothGrad { noise: Noise::from_params(params), aggregate: Aggregate::from_params(params) })
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "smooth-grad",
    name: "SmoothGrad",
    summary: "The mean slope over many slightly disturbed copies of the sentence.",
    formula: "A_i = 1/N Σ_n ∂F/∂x_i (x + noise_n)",
    cite: cite::SMILKOV_2017,
    in_target_units: false,
    uses_baseline: false,
    params: &[SAMPLES, NOISE, SEED, AGGREGATE],
};

impl<F: Real> Method<F> for SmoothGrad {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        Ok(mean(case, under_noise(SPEC.name, case, self.noise)?, self.aggregate))
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{explain, number};

    #[test]
    fn noise_that_changes_no_winner_changes_nothing() {
        let little = [number("noise", 0.001)];
        assert_eq!(explain("smooth-grad", &[3.0, -3.0], &[], &little), [2.0, 0.0]);
        assert_eq!(explain("var-grad", &[3.0, -3.0], &[], &little), [0.0, 0.0]);
    }

    #[test]
    fn words_that_noise_makes_win_in_turn_share_the_slope() {
        // Two equal words: each wins half of the time, with slope 2 or 0, mean 1 and variance 1.
        let given = [number("noise", 0.5), number("samples", 1000.0)];
        let words = [1.0, 1.0, -9.0];
        for (id, want) in [("smooth-grad", [1.0, 1.0]), ("var-grad", [1.0, 1.0])] {
            let got = explain(id, &words, &[], &given);
            assert!((got[0] - want[0]).abs() < 0.15 && (got[1] - want[1]).abs() < 0.15, "{id}: {got:?}");
        }
    }
}
