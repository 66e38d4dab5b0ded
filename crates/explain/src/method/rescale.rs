//! DeepLIFT's multipliers as a policy of the backward walk, for networks of affine layers, activations and gates.
//!
//! With `u`, `u'` what a place holds for the input and for the baseline, a function of one number passes its mean slope
//! (the rescale rule of Shrikumar, Greenside & Kundaje 2017), and a product passes to each factor the mean of the other,
//!
//! ```text
//! f(z):   (f(z) - f(z')) / (z - z')
//! g u:    g gets (u + u') / 2,     u gets (g + g') / 2
//! ```
//!
//! because `g u - g' u' = (g - g') (u + u') / 2 + (u - u') (g + g') / 2` exactly: the mean over the two orders in which the
//! factors could change, so the Shapley value of a game of two (Lundberg & Lee 2017, as Deep SHAP). Every place adds up, so
//! the whole does. The paper itself has no rule for a product.
//!
//! A walk asks its places in one order. So the pass of the baseline is walked first, only to write down what it holds.

use std::collections::VecDeque;

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::backward::{Backward, Site, Winners};
use wordlight_nn::layer::Activation;
use wordlight_nn::ops::{flat, flat_mut, map, product, zip};

/// Writes down what the places of a pass hold.
pub(super) struct Recording<F> {
    held: VecDeque<Array2<F>>,
}

/// Passes multipliers.
pub(super) struct Rescale<F> {
    /// What the baseline holds at the places to come.
    held: VecDeque<Array2<F>>,
    /// Whether there was a maximum, whose winner may change on the way: this policy has no rule for it.
    pub(super) lost: bool,
}

/// Differences up to this are none.
pub(super) const TINY: f64 = 1e-10;

impl<F: Real> Recording<F> {
    pub(super) fn new() -> Self {
        Self { held: VecDeque::new() }
    }

    /// The policy for a pass of the same network over as many words.
    pub(super) fn rescale(self) -> Rescale<F> {
        Rescale { held: self.held, lost: false }
    }
}

impl<F: Real> Backward<F> for Recording<F> {
    fn affine(
        &mut self,
        _: Site,
        _: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        _: ArrayView2<'_, F>,
        _: Array2<F>,
    ) -> Array2<F> {
        Array2::zeros(x.raw_dim())
    }

    fn activation(&mut self, _: Site, _: Activation, x: ArrayView2<'_, F>, signal: Array2<F>) -> Array2<F> {
        self.held.push_back(x.to_owned());
        signal
    }

    fn gate(
        &mut self,
        _: Site,
        gate: ArrayView2<'_, F>,
        source: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> (Array2<F>, Array2<F>) {
        self.held.extend([gate.to_owned(), source.to_owned()]);
        (signal.clone(), signal)
    }
}

impl<F: Real> Rescale<F> {
    /// What the baseline holds at the place that is asked next.
    fn before(&mut self) -> Array2<F> {
        self.held.pop_front().expect("the walk asks the places of the walk that was written down")
    }

    /// `(u + u') / 2`
    fn mean(before: &Array2<F>, now: ArrayView2<'_, F>) -> Array2<F> {
        let mut mean = map(now, |u| u);
        zip(&mut mean, before.view(), |u, before| *u = (*u + before) * F::from_f64(0.5));
        mean
    }
}

impl<F: Real> Backward<F> for Rescale<F> {
    fn affine(
        &mut self,
        _: Site,
        layer: &dyn Affine<F>,
        _: ArrayView2<'_, F>,
        _: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> Array2<F> {
        layer.adjoint(signal.view(), WeightMap::AS_IS)
    }

    fn activation(&mut self, _: Site, f: Activation, x: ArrayView2<'_, F>, mut signal: Array2<F>) -> Array2<F> {
        let before = self.before();
        let places = flat(&x);
        for ((signal, now), before) in flat_mut(&mut signal).iter_mut().zip(&*places).zip(&before) {
            // In f64, where the difference of two nearby values is still a number.
            let (now, before) = (now.as_f64(), before.as_f64());
            let way = now - before;
            let slope = if way.abs() < TINY { f.derivative(now) } else { (f.of(now) - f.of(before)) / way };
            *signal *= F::from_f64(slope);
        }
        signal
    }

    fn max(&mut self, _: Site, _: &Winners, signal: Array2<F>) -> Array2<F> {
        self.lost = true;
        signal
    }

    fn gate(
        &mut self,
        _: Site,
        gate: ArrayView2<'_, F>,
        source: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> (Array2<F>, Array2<F>) {
        let (gate_before, source_before) = (self.before(), self.before());
        let to_gate = product(Self::mean(&source_before, source), signal.view());
        (to_gate, product(Self::mean(&gate_before, gate), signal.view()))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_product_is_shared_by_the_means_of_its_factors() {
        // From 0.5 * 2 to 1 * 4: 3 in all, 0.5 * 3 for the gate and 2 * 0.75 for its source.
        let one = array![[1.0]];
        let mut baseline = Recording::new();
        baseline.gate(Site::Gate(0), array![[0.5]].view(), array![[2.0]].view(), one.clone());
        baseline.activation(Site::Activation(0), Activation::Tanh, array![[0.0]].view(), one.clone());
        let mut policy = baseline.rescale();
        let split = policy.gate(Site::Gate(0), array![[1.0]].view(), array![[4.0]].view(), one.clone());
        assert_eq!(split, (array![[3.0]], array![[0.75]]));
        // tanh rises from 0 to 0.8 on the way to ln 3.
        let slope = policy.activation(Site::Activation(0), Activation::Tanh, array![[3.0f64.ln()]].view(), one);
        assert!((slope[[0, 0]] - 0.8 / 3.0f64.ln()).abs() < 1e-15);
    }
}
