//! The z-plus rule: only contributions that speak for the output count (Montavon et al. 2017, deep Taylor
//! decomposition). For inputs of either sign it is alpha-beta with `alpha = 1`, `beta = 0`.

use ndarray::ArrayView2;
use wordlight_nn::Real;
use wordlight_nn::affine::Affine;

use super::{AlphaBeta, Bias, Rule, RuleSpec, Split};
use crate::spec::{MethodSpec, Params};
use crate::stabiliser::Stabiliser;
use crate::{Result, cite};

pub(super) static SPEC: RuleSpec = RuleSpec {
    id: "z-plus",
    name: "z-plus",
    summary: "only what speaks for the output gets a share",
    method: MethodSpec {
        id: "lrp-z-plus",
        name: "LRP-z⁺",
        summary: "LRP in which only supporting evidence gets a share.",
        formula: "R_i = Σ_j (x_i w_ij)⁺ / Σ_i (x_i w_ij)⁺ · R_j",
        cite: cite::MONTAVON_2017,
        in_target_units: true,
        uses_baseline: false,
        params: &[super::BIAS],
    },
};

pub(super) fn from_params<F: Real>(params: &Params) -> Result<ZPlus<F>> {
    Ok(ZPlus::new(Bias::from_params(params)))
}

/// The z-plus rule.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `bias` | absorb | one of absorb, ignore | whether the bias takes its share of the relevance, or the words share everything |
#[derive(Clone, Copy, Debug)]
pub struct ZPlus<F> {
    rule: AlphaBeta<F>,
}

impl<F: Real> ZPlus<F> {
    /// The z-plus rule; `bias` says whether a positive bias takes a share.
    pub fn new(bias: Bias) -> Self {
        Self { rule: AlphaBeta::one(bias) }
    }

    /// The same rule with another stabiliser.
    pub fn with_stabiliser(mut self, stabiliser: Stabiliser<F>) -> Self {
        self.rule.stabiliser = stabiliser;
        self
    }
}

impl<F: Real> Rule<F> for ZPlus<F> {
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        z: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        self.rule.redistribute(layer, x, z, r)
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, split};
    use super::*;

    #[test]
    fn only_the_supporting_word_and_the_bias_share() {
        let split = split(&ZPlus::new(Bias::Absorb));
        assert_close(&split.relevance, [1.5, 0.0]);
        assert_eq!(split.bias, 0.5);
    }
}
