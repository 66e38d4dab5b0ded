//! Which rule at which layer.

use wordlight_nn::Real;
use wordlight_nn::backward::Site;

use crate::rule::Rule;

/// A rule for the layers that read the words and one for everything above them.
pub struct Composite<F> {
    /// The rule of the dense layers, and of the sums that make the states of an LSTM.
    pub dense: Box<dyn Rule<F>>,
    /// The rule of the convolutions, and of the cells of an LSTM: the layers that read the word vectors.
    pub conv: Box<dyn Rule<F>>,
}

impl<F: Real> Composite<F> {
    /// The same rule everywhere.
    pub fn uniform(rule: impl Rule<F> + Clone + 'static) -> Self {
        Self { dense: Box::new(rule.clone()), conv: Box::new(rule) }
    }

    /// The rule that applies at this place of a network.
    pub fn rule_at(&self, at: Site) -> &dyn Rule<F> {
        match at {
            Site::Conv(_) | Site::Cell(_) => self.conv.as_ref(),
            _ => self.dense.as_ref(),
        }
    }
}
