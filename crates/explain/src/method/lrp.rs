//! Layer-wise relevance propagation, one method per rule: the same rule at every layer (Bach et al. 2015).
//!
//! The relevance that starts at the logits is `z_j dF/dz_j`: the whole logit if a logit is explained, both logits of a
//! margin, and the first-order share of each logit for a target behind the softmax.
//!
//! In a bidirectional LSTM the same rule also shares a state between what is kept of the last one and what is new; how the
//! gates are treated is [`crate::relevance`]'s.

use wordlight_nn::Real;

use super::{Method, lrp_composite};
use crate::Result;
use crate::attribution::{Attribution, curvature};
use crate::case::Case;
use crate::composite::Composite;
use crate::ledger::Account;
use crate::relevance::Relevance;
use crate::rule::{self, Rule, RuleSpec};
use crate::spec::{MethodSpec, Params};

/// LRP under a composite: a rule for the layers that read the words, and one for those above.
pub struct Lrp<F> {
    spec: &'static MethodSpec,
    composite: Composite<F>,
}

impl<F: Real> Lrp<F> {
    /// LRP with the rules of a composite, a published one or your own.
    pub fn new(composite: Composite<F>) -> Self {
        Self { spec: &lrp_composite::SPEC, composite }
    }

    /// The same rule at every layer, one of [`crate::rule`] or your own.
    pub fn uniform(rule: impl Rule<F> + Clone + 'static) -> Self {
        Self::new(Composite::uniform(rule))
    }

    /// A listed rule at every layer; it goes by the name of the rule's own method.
    pub(super) fn listed(rule: &'static RuleSpec, params: &Params) -> Result<Self> {
        let build = || rule::build(rule.id, params);
        Ok(Self { spec: &rule.method, composite: Composite { dense: build()?, conv: build()? } })
    }
}

impl<F: Real> Method<F> for Lrp<F> {
    fn spec(&self) -> &'static MethodSpec {
        self.spec
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        Ok(propagate(case, &self.composite))
    }
}

/// One walk back in which relevance follows the rules of a composite, with its ledger.
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
