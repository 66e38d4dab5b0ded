//! The gamma rule: positive contributions are favoured by `1 + gamma` (Montavon et al. 2019), in the general form for
//! inputs of either sign (Andéol et al. 2021):
//!
//! ```text
//! z_j > 0:  c_ij = x_i^+ (w_ij + gamma w_ij^+) + x_i^- (w_ij + gamma w_ij^-)
//! z_j < 0:  c_ij = x_i^+ (w_ij + gamma w_ij^-) + x_i^- (w_ij + gamma w_ij^+)
//! ```
//!
//! so whichever side an output is on, the contributions that put it there are the ones favoured. `gamma = 0` is the
//! z-rule, a large gamma approaches z-plus. Word vectors have both signs, so the original form would not do.

use ndarray::ArrayView2;
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, Part};
use wordlight_nn::ops::{flat, map, zip};

use super::{Bias, Branch, Input, Rule, RuleSpec, Split, Term};
use crate::spec::{ParamSpec, Range};
use crate::stabiliser::Stabiliser;
use crate::{Error, Result, cite};

pub(crate) const SPEC: RuleSpec = RuleSpec {
    id: "gamma",
    name: "gamma",
    summary: "like the z-rule, but what agrees with the output counts more",
    cite: cite::ANDEOL_2021,
    params: &[
        ParamSpec {
            id: "gamma",
            name: "gamma",
            meaning: "how much more a contribution counts that has the sign of the output",
            range: Range::Number { min: 0.0, max: 100.0, default: 0.25, log: true },
        },
        super::BIAS,
    ],
};

/// The gamma rule.
#[derive(Clone, Copy, Debug)]
pub struct Gamma<F> {
    gamma: F,
    bias: Bias,
    /// How denominators are kept from zero.
    pub stabiliser: Stabiliser<F>,
}

impl<F: Real> Gamma<F> {
    /// # Errors
    /// [`Error::Parameter`] for a negative or non-finite gamma.
    pub fn new(gamma: F, bias: Bias) -> Result<Self> {
        if !(gamma >= F::zero() && gamma.is_finite()) {
            return Err(Error::Parameter {
                name: "gamma".to_owned(),
                expected: "a finite number from 0".to_owned(),
                found: gamma.to_string(),
            });
        }
        Ok(Self { gamma, bias, stabiliser: Stabiliser::ZeroOnly })
    }
}

impl<F: Real> Rule<F> for Gamma<F> {
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        z: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        let (favour, disfavour) = (Part::FavourPositive(self.gamma), Part::FavourNegative(self.gamma));
        let side = |with: Part<F>, against: Part<F>, keep: fn(F) -> bool| {
            let mut kept = map(z, |z| if keep(z) { F::one() } else { F::zero() });
            zip(&mut kept, r, |kept, r| *kept = if *kept == F::zero() { F::zero() } else { r });
            let terms = [Term::new(Input::Positive, with), Term::new(Input::Negative, against)];
            let branch =
                Branch { fraction: F::one(), terms: &terms, bias: self.bias.part(with), stabiliser: self.stabiliser };
            branch.redistribute(layer, x, kept.view())
        };
        let mut split = side(favour, disfavour, |z| z > F::zero());
        split.add(side(disfavour, favour, |z| z < F::zero()));
        // An output of exactly zero has no side; what it held is lost.
        for (&r, &z) in flat(&r).iter().zip(&*flat(&z)) {
            if z == F::zero() {
                split.stabiliser += r;
            }
        }
        split
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, split};
    use super::*;

    #[test]
    fn what_agrees_counts_double_with_gamma_one() {
        // Contributions 6 and -2, bias 2, sum 6; R = 2.
        let split = split(&Gamma::new(1.0, Bias::Absorb).unwrap());
        assert_close(&split.relevance, [2.0, -2.0 / 3.0]);
        assert!((split.bias - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn gamma_zero_is_the_z_rule() {
        assert_close(&split(&Gamma::new(0.0, Bias::Absorb).unwrap()).relevance, [3.0, -2.0]);
    }
}
