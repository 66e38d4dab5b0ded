//! The epsilon rule: `R_i = sum_j x_i w_ij / (z_j + epsilon sign(z_j)) R_j` (Bach et al. 2015, eq. 58).
//!
//! The stabiliser takes a share of every output's relevance, so weak outputs count for less. With `epsilon = 0` it is the
//! z-rule.

use ndarray::ArrayView2;
use wordlight_nn::Real;
use wordlight_nn::affine::Affine;

use super::z::proportional;
use super::{Bias, Rule, RuleSpec, Split};
use crate::spec::{MethodSpec, ParamSpec, Params, Range};
use crate::stabiliser::Stabiliser;
use crate::{Error, Result, cite};

pub(super) static SPEC: RuleSpec = RuleSpec {
    id: "epsilon",
    name: "epsilon",
    summary: "the z-rule with a stabilised denominator, which quietens weak evidence",
    method: MethodSpec {
        id: "lrp-epsilon",
        name: "LRP-ε",
        summary: "LRP with a stabilised division, so that weak evidence counts for less.",
        formula: "R_i = Σ_j x_i w_ij / (z_j + ε sign z_j) · R_j",
        cite: cite::BACH_2015,
        in_target_units: true,
        uses_baseline: false,
        params: &[
        ParamSpec {
            id: "epsilon",
            name: "epsilon",
            meaning: "added to every denominator, away from zero; its share of the relevance is lost",
            range: Range::Number { min: 0.0, max: 10.0, default: 0.01, log: true },
        },
        super::BIAS,
    ],
    },
};

pub(super) fn from_params<F: Real>(params: &Params) -> Result<Epsilon<F>> {
    Epsilon::new(F::from_f64(params.number("epsilon")), Bias::from_params(params))
}

/// The epsilon rule.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `epsilon` | 0.01 | a number from 0 to 10 | added to every denominator, away from zero; its share of the relevance is lost |
/// | `bias` | absorb | one of absorb, ignore | whether the bias takes its share of the relevance, or the words share everything |
#[derive(Clone, Copy, Debug)]
pub struct Epsilon<F> {
    epsilon: F,
    bias: Bias,
}

impl<F: Real> Epsilon<F> {
    /// # Errors
    /// [`Error::Parameter`] for a negative or non-finite epsilon.
    pub fn new(epsilon: F, bias: Bias) -> Result<Self> {
        if !(epsilon >= F::zero() && epsilon.is_finite()) {
            return Err(Error::Parameter {
                name: "epsilon".to_owned(),
                expected: "a finite number from 0".to_owned(),
                found: epsilon.to_string(),
            });
        }
        Ok(Self { epsilon, bias })
    }
}

impl<F: Real> Rule<F> for Epsilon<F> {
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        z: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        proportional(layer, x, z, r, self.bias, Stabiliser::Epsilon(self.epsilon))
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, split};
    use super::*;

    #[test]
    fn epsilon_takes_its_share() {
        // z + epsilon = 4: contributions 3, -2, bias 1, stabiliser 2, times R / 4 = 0.5.
        let split = split(&Epsilon::new(2.0, Bias::Absorb).unwrap());
        assert_close(&split.relevance, [1.5, -1.0]);
        assert_eq!((split.bias, split.stabiliser), (0.5, 1.0));
    }

    #[test]
    fn a_negative_epsilon_is_refused() {
        let error = Epsilon::new(-0.5, Bias::Absorb).unwrap_err();
        assert_eq!(error.to_string(), "epsilon is -0.5, expected a finite number from 0");
    }
}
