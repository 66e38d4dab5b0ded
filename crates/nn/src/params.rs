//! Parameters by name, for an optimiser and for randomisation.

use crate::Real;

/// A model whose parameters can be changed from outside.
pub trait Parameters<F: Real> {
    /// Calls `change` once per tensor with its name (`conv.0.weight`, `dense.bias`, ...) and its values, always in the
    /// same order; whatever the model derives from them is renewed afterwards.
    fn update(&mut self, change: &mut dyn FnMut(&str, &mut [F]));

    /// The number of parameters.
    fn parameter_count(&self) -> usize;
}
