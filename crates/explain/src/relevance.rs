//! Layer-wise relevance propagation as a policy of the backward walk.
//!
//! Affine layers follow their rule, activations let relevance through, and at a maximum the winner takes all. What biases
//! keep and stabilisers lose on the way is added up for the ledger.

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::Affine;
use wordlight_nn::backward::{Backward, Site};
use wordlight_nn::layer::Activation;

use crate::composite::Composite;

/// The policy.
pub struct Relevance<'a, F> {
    composite: &'a Composite<F>,
    /// What the biases of all layers kept.
    pub biases: F,
    /// What the stabilised divisions of all layers lost.
    pub stabiliser: F,
}

impl<'a, F: Real> Relevance<'a, F> {
    /// A policy that has booked nothing yet.
    pub fn new(composite: &'a Composite<F>) -> Self {
        Self { composite, biases: F::zero(), stabiliser: F::zero() }
    }
}

impl<F: Real> Backward<F> for Relevance<'_, F> {
    fn affine(
        &mut self,
        at: Site,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        z: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> Array2<F> {
        let split = self.composite.rule_at(at).redistribute(layer, x, z, signal.view());
        self.biases += split.bias;
        self.stabiliser += split.stabiliser;
        split.relevance
    }

    fn activation(&mut self, _: Site, _: Activation, _: ArrayView2<'_, F>, signal: Array2<F>) -> Array2<F> {
        signal
    }
}
