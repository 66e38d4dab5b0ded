//! The w-square rule: `R_i = sum_j w_ij^2 / sum_i w_ij^2 R_j` (Montavon et al. 2017). It does not look at the input, and
//! is meant for a first layer whose inputs have no natural zero. Zennit also lets the bias take part, by its square; so does
//! [`Bias::Absorb`] here.

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, Part};

use super::{Bias, Branch, Rule, RuleSpec, Split};
use crate::spec::{MethodSpec, Params};
use crate::stabiliser::Stabiliser;
use crate::{Result, cite};

pub(super) static SPEC: RuleSpec = RuleSpec {
    id: "w-square",
    name: "w-square",
    summary: "shares follow the squared weights, whatever the input",
    method: MethodSpec {
        id: "lrp-w-square",
        name: "LRP-w²",
        summary: "LRP in which shares follow the squared weights, whatever the words are.",
        formula: "R_i = Σ_j w_ij² / Σ_i w_ij² · R_j",
        cite: cite::MONTAVON_2017,
        in_target_units: true,
        uses_baseline: false,
        params: &[super::NO_BIAS],
    },
};

pub(super) fn from_params<F: Real>(params: &Params) -> Result<WSquare<F>> {
    Ok(WSquare::new(Bias::from_params(params)))
}

/// The w-square rule.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `bias` | ignore | one of absorb, ignore | whether the bias takes its share of the relevance, or the words share everything |
#[derive(Clone, Copy, Debug)]
pub struct WSquare<F> {
    bias: Bias,
    /// How denominators are kept from zero.
    pub stabiliser: Stabiliser<F>,
}

impl<F: Real> WSquare<F> {
    /// The w-square rule; `bias` says whether the squared bias takes a share.
    pub fn new(bias: Bias) -> Self {
        Self { bias, stabiliser: Stabiliser::ZeroOnly }
    }
}

/// Shares that follow the weights alone.
pub(super) fn by_weight<F: Real>(
    (weight, bias): (Part<F>, Part<F>),
    stabiliser: Stabiliser<F>,
    layer: &dyn Affine<F>,
    x: ArrayView2<'_, F>,
    r: ArrayView2<'_, F>,
) -> Split<F> {
    let ones = Array2::ones(x.raw_dim());
    Branch { fraction: F::one(), bias, stabiliser }.redistribute(layer, (ones.view(), weight), r)
}

impl<F: Real> Rule<F> for WSquare<F> {
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        _: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        by_weight((Part::Square, self.bias.part(Part::Square)), self.stabiliser, layer, x, r)
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, split};
    use super::*;

    #[test]
    fn nine_tenths_and_one_tenth() {
        assert_close(&split(&WSquare::new(Bias::Ignore)).relevance, [1.8, 0.2]);
    }
}
