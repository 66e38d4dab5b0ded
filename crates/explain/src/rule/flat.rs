//! The flat rule: every input an output sees gets the same share (Lapuschkin et al. 2019). A first-layer rule that says
//! where the network looks, not at what.

use ndarray::ArrayView2;
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, Part};

use super::w_square::by_weight;
use super::{Rule, RuleSpec, Split};
use crate::spec::{MethodSpec, Params};
use crate::stabiliser::Stabiliser;
use crate::{Result, cite};

pub(super) static SPEC: RuleSpec = RuleSpec {
    id: "flat",
    name: "flat",
    summary: "every input in reach gets the same share",
    method: MethodSpec {
        id: "lrp-flat",
        name: "LRP-flat",
        summary: "LRP in which every input in reach gets the same share.",
        formula: "R_i = Σ_j R_j / n_j, n_j the inputs of j",
        cite: cite::LAPUSCHKIN_2019,
        in_target_units: true,
        uses_baseline: false,
        params: &[],
    },
};

pub(super) fn from_params<F: Real>(_: &Params) -> Result<Flat<F>> {
    Ok(Flat::new())
}

/// The flat rule.
#[derive(Clone, Copy, Debug)]
pub struct Flat<F> {
    /// How denominators are kept from zero.
    pub stabiliser: Stabiliser<F>,
}

impl<F: Real> Flat<F> {
    /// The flat rule, with [`Stabiliser::ZeroOnly`].
    #[expect(clippy::new_without_default, reason = "rules are made by new")]
    pub fn new() -> Self {
        Self { stabiliser: Stabiliser::ZeroOnly }
    }
}

impl<F: Real> Rule<F> for Flat<F> {
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        _: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        by_weight((Part::One, Part::Zero), self.stabiliser, layer, x, r)
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, split};
    use super::*;

    #[test]
    fn two_inputs_get_half_each() {
        assert_close(&split(&Flat::new()).relevance, [1.0, 1.0]);
    }
}
