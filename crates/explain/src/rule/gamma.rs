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

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, Part};
use wordlight_nn::ops::{add, flat, map, zip};

use super::{Bias, Branch, Rule, RuleSpec, Split};
use crate::spec::{MethodSpec, ParamSpec, Params, Range};
use crate::stabiliser::Stabiliser;
use crate::{Error, Result, cite};

pub(super) static SPEC: RuleSpec = RuleSpec {
    id: "gamma",
    name: "gamma",
    summary: "like the z-rule, but what agrees with the output counts more",
    method: MethodSpec {
        id: "lrp-gamma",
        name: "LRP-γ",
        summary: "LRP in which what agrees with a neuron counts more than what disagrees.",
        formula: "R_i = Σ_j c_ij / Σ_i c_ij · R_j, c_ij = x_i w_ij, times 1 + γ where it has the sign of z_j",
        cite: cite::ANDEOL_2021,
        in_target_units: true,
        uses_baseline: false,
        params: &[
        ParamSpec {
            id: "gamma",
            name: "gamma",
            meaning: "how much more a contribution counts that has the sign of the output",
            range: Range::Number { min: 0.0, max: 100.0, default: 0.25, log: true },
        },
        super::BIAS,
    ],
    },
};

pub(super) fn from_params<F: Real>(params: &Params) -> Result<Gamma<F>> {
    Gamma::new(F::from_f64(params.number("gamma")), Bias::from_params(params))
}

/// The gamma rule.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `gamma` | 0.25 | a number from 0 to 100 | how much more a contribution counts that has the sign of the output |
/// | `bias` | absorb | one of absorb, ignore | whether the bias takes its share of the relevance, or the words share everything |
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
        let [positive, negative] = layer.contributions(x);
        let favour = F::one() + self.gamma;
        let joined = |favoured: &Array2<F>, others: &Array2<F>| {
            let mut sum = map(favoured.view(), |v| favour * v);
            add(&mut sum, others.view());
            sum
        };
        // The relevance of the outputs on one side, over contributions of which that side's are the favoured ones.
        let side = |favoured: &Array2<F>, others: &Array2<F>, bias: Part<F>, is_here: fn(F) -> bool| {
            let contributions = joined(favoured, others);
            let mut here = map(z, |z| if is_here(z) { F::one() } else { F::zero() });
            zip(&mut here, r, |here, r| *here = if *here == F::zero() { F::zero() } else { r });
            let branch = Branch { fraction: F::one(), bias: self.bias.part(bias), stabiliser: self.stabiliser };
            branch.hand_out(layer, contributions, here.view())
        };
        let (above, kept, lost) = side(&positive, &negative, Part::FavourPositive(self.gamma), |z| z > F::zero());
        let (below, kept_below, lost_below) =
            side(&negative, &positive, Part::FavourNegative(self.gamma), |z| z < F::zero());
        // An output is on one side only, so one of the two signals is zero there.
        let relevance = layer.share(x, [joined(&above, &below).view(), joined(&below, &above).view()]);
        let mut split = Split { relevance, bias: kept + kept_below, stabiliser: lost + lost_below };
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
