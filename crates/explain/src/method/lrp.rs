//! Layer-wise relevance propagation, one method per rule: the same rule at every layer (Bach et al. 2015).
//!
//! The relevance that starts at the logits is `z_j dF/dz_j`: the whole logit if a logit is explained, both logits of a
//! margin, and the first-order share of each logit for a target behind the softmax.
//!
//! In a bidirectional LSTM the same rule also shares a state between what is kept of the last one and what is new; how the
//! gates are treated is [`crate::relevance`]'s.

use wordlight_nn::Real;

use super::Method;
use super::gradient_x_input::curvature;
use crate::Result;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::composite::Composite;
use crate::ledger::Account;
use crate::relevance::Relevance;
use crate::rule::{self, RuleSpec};
use crate::spec::{MethodSpec, Params};

/// A rule at every layer.
#[derive(Clone, Copy, Debug)]
pub struct Lrp {
    spec: &'static MethodSpec,
    rule: &'static RuleSpec,
}

macro_rules! preset {
    ($rule:path, $id:literal, $name:literal, $summary:literal, $formula:literal) => {
        Lrp {
            spec: &MethodSpec {
                id: $id,
                name: $name,
                summary: $summary,
                formula: $formula,
                cite: $rule.cite,
                in_target_units: true,
                uses_baseline: false,
                params: $rule.params,
            },
            rule: &$rule,
        }
    };
}

pub(super) static PRESETS: [Lrp; 8] = [
    preset!(
        rule::Z_SPEC,
        "lrp-z",
        "LRP-z",
        "The score is handed back layer by layer, to each input its share of the sum.",
        "R_i = Σ_j x_i w_ij / z_j · R_j, z_j = Σ_i x_i w_ij + b_j"
    ),
    preset!(
        rule::EPSILON_SPEC,
        "lrp-epsilon",
        "LRP-ε",
        "LRP with a stabilised division, so that weak evidence counts for less.",
        "R_i = Σ_j x_i w_ij / (z_j + ε sign z_j) · R_j"
    ),
    preset!(
        rule::ALPHA_BETA_SPEC,
        "lrp-alpha-beta",
        "LRP-αβ",
        "LRP in which evidence for and against is shared out apart.",
        "R_i = Σ_j (α c_ij⁺ / z_j⁺ − β c_ij⁻ / z_j⁻) R_j, c_ij = x_i w_ij, α − β = 1"
    ),
    preset!(
        rule::GAMMA_SPEC,
        "lrp-gamma",
        "LRP-γ",
        "LRP in which what agrees with a neuron counts more than what disagrees.",
        "R_i = Σ_j c_ij / Σ_i c_ij · R_j, c_ij = x_i w_ij, times 1 + γ where it has the sign of z_j"
    ),
    preset!(
        rule::Z_PLUS_SPEC,
        "lrp-z-plus",
        "LRP-z⁺",
        "LRP in which only supporting evidence gets a share.",
        "R_i = Σ_j (x_i w_ij)⁺ / Σ_i (x_i w_ij)⁺ · R_j"
    ),
    preset!(
        rule::W_SQUARE_SPEC,
        "lrp-w-square",
        "LRP-w²",
        "LRP in which shares follow the squared weights, whatever the words are.",
        "R_i = Σ_j w_ij² / Σ_i w_ij² · R_j"
    ),
    preset!(
        rule::FLAT_SPEC,
        "lrp-flat",
        "LRP-flat",
        "LRP in which every input in reach gets the same share.",
        "R_i = Σ_j R_j / n_j, n_j the inputs of j"
    ),
    preset!(
        rule::Z_BOX_SPEC,
        "lrp-z-box",
        "LRP-zᴮ",
        "LRP for inputs inside a box: shares follow the distance from its far end.",
        "R_i = Σ_j c_ij / Σ_i c_ij · R_j, c_ij = x_i w_ij − l w_ij⁺ − h w_ij⁻"
    ),
];

impl<F: Real> Method<F> for Lrp {
    fn spec(&self) -> &'static MethodSpec {
        self.spec
    }

    fn attribute(&self, case: &Case<'_, F>, params: &Params) -> Result<Attribution<F>> {
        let composite = Composite { dense: self.rule.build(params)?, conv: self.rule.build(params)? };
        Ok(propagate(case, &composite))
    }
}

/// One walk back under a composite.
pub fn propagate<F: Real>(case: &Case<'_, F>, composite: &Composite<F>) -> Attribution<F> {
    let mut policy = Relevance::new(composite);
    let relevance = case.pull_back(case.seed() * case.logits(), &mut policy);
    let mut others = vec![
        (Account::Biases, policy.biases),
        (Account::Stabiliser, policy.stabiliser),
        (Account::Start, policy.start),
    ];
    others.extend(curvature(case));
    let mut attribution = Attribution::summed(case, relevance, others);
    attribution.ledger.allow(policy.magnitude);
    attribution
}
