//! The z-rule, LRP-0: `R_i = sum_j x_i w_ij / z_j R_j` (Bach et al. 2015, eq. 56).
//!
//! For a network that is linear between its maxima this is gradient times input; with the bias in `z_j`, the bias keeps
//! its share. What a denominator of exactly zero does is said at [`Stabiliser::ZeroOnly`].

use ndarray::ArrayView2;
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, Part, WeightMap};
use wordlight_nn::ops::{flat, map, product};

use super::{Bias, Branch, Rule, RuleSpec, Split};
use crate::spec::{MethodSpec, Params};
use crate::stabiliser::Stabiliser;
use crate::{Result, cite};

pub(super) static SPEC: RuleSpec = RuleSpec {
    id: "z",
    name: "z",
    summary: "each input gets its share of the sum, x w over z",
    method: MethodSpec {
        id: "lrp-z",
        name: "LRP-z",
        summary: "The score is handed back layer by layer, to each input its share of the sum.",
        formula: "R_i = Σ_j x_i w_ij / z_j · R_j, z_j = Σ_i x_i w_ij + b_j",
        cite: cite::BACH_2015,
        in_target_units: true,
        uses_baseline: false,
        params: &[super::BIAS],
    },
};

pub(super) fn from_params(params: &Params) -> Result<Z> {
    Ok(Z::new(Bias::from_params(params)))
}

/// The z-rule.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `bias` | absorb | one of absorb, ignore | whether the bias takes its share of the relevance, or the words share everything |
#[derive(Clone, Copy, Debug)]
pub struct Z {
    bias: Bias,
}

impl Z {
    /// The z-rule; `bias` says whether the bias takes a share.
    pub fn new(bias: Bias) -> Self {
        Self { bias }
    }
}

impl<F: Real> Rule<F> for Z {
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        z: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        proportional(layer, x, z, r, self.bias, Stabiliser::ZeroOnly)
    }
}

/// `R_i = x_i sum_j w_ij R_j / (z_j + stabiliser)`. With the bias absorbed the denominator is the layer's own output,
/// which the forward pass has already computed.
pub(super) fn proportional<F: Real>(
    layer: &dyn Affine<F>,
    x: ArrayView2<'_, F>,
    z: ArrayView2<'_, F>,
    r: ArrayView2<'_, F>,
    bias: Bias,
    stabiliser: Stabiliser<F>,
) -> Split<F> {
    let branch = Branch { fraction: F::one(), bias: bias.part(Part::All), stabiliser };
    if bias == Bias::Ignore {
        return branch.redistribute(layer, (x, Part::All), r);
    }
    let (s, kept, lost) = branch.quotient(map(z, |z| z), &flat(&layer.bias()), r);
    let relevance = product(layer.adjoint(s.view(), WeightMap::AS_IS), x);
    Split { relevance, bias: kept, stabiliser: lost }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, split};
    use super::*;

    #[test]
    fn shares_by_hand() {
        let absorb = split(&Z::new(Bias::Absorb));
        assert_close(&absorb.relevance, [3.0, -2.0]);
        assert_eq!((absorb.bias, absorb.stabiliser), (1.0, 0.0));
        let ignore = split(&Z::new(Bias::Ignore));
        assert_close(&ignore.relevance, [6.0, -4.0]);
        assert_eq!(ignore.bias, 0.0);
    }
}
