//! Which rule at which layer.

use wordlight_nn::Real;
use wordlight_nn::backward::Site;

use crate::rule::Rule;

/// A rule for the layer that makes the logits and one for the layer that reads the words.
pub struct Composite<F> {
    /// For the dense layer.
    pub dense: Box<dyn Rule<F>>,
    /// For the convolutions.
    pub conv: Box<dyn Rule<F>>,
}

impl<F: Real> Composite<F> {
    /// The rule at a place.
    pub fn rule_at(&self, at: Site) -> &dyn Rule<F> {
        match at {
            Site::Conv(_) => self.conv.as_ref(),
            _ => self.dense.as_ref(),
        }
    }
}
