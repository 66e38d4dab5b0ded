//! Guided backpropagation: the gradient, but at a ReLU only what is positive goes on (Springenberg et al. 2015),
//!
//! ```text
//! signal before the ReLU = [s > 0] [signal > 0] signal
//! ```
//!
//! It differs from the gradient only where there is a ReLU. It is known to depend little on the network's upper
//! weights (Adebayo et al. 2018), so it says what the filters see rather than why the class was chosen. The walk starts
//! from `dF/dz`, as in Zennit and Captum; iNNvestigate starts from the logit itself, so that a negative logit flips
//! every sign *before* the negative half is dropped.

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::backward::{Backward, Gradient, Site};
use wordlight_nn::layer::Activation;
use wordlight_nn::ops::zip;

use super::Method;
use super::gradient::{AGGREGATE, Aggregate, slopes};
use crate::attribution::Attribution;
use crate::case::Case;
use crate::spec::{MethodSpec, Params};
use crate::{Result, cite};

/// Guided backpropagation.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `aggregate` | sum | one of sum, l1, l2 | how the slopes of a vector's components become one number |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GuidedBackprop {
    /// How the slopes of a vector's components become one number.
    pub aggregate: Aggregate,
}

pub(super) fn from_params(params: &Params) -> Result<GuidedBackprop> {
    Ok(GuidedBackprop { aggregate: Aggregate::from_params(params) })
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "guided-backprop",
    name: "Guided backprop",
    summary: "The slope, with negative signals dropped at every ReLU; without a ReLU it is the gradient.",
    formula: "∂F/∂x_i, with [s > 0] [signal > 0] signal handed on at each ReLU",
    cite: cite::SPRINGENBERG_2015,
    in_target_units: false,
    uses_baseline: false,
    params: &[AGGREGATE],
};

/// The policy that keeps what is positive.
#[derive(Clone, Copy, Debug)]
pub struct Positive {
    /// Whether a ReLU that was closed on the way forward stays closed: guided backpropagation. Otherwise DeconvNet.
    pub gated: bool,
}

impl<F: Real> Backward<F> for Positive {
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

    fn activation(&mut self, at: Site, f: Activation, x: ArrayView2<'_, F>, mut signal: Array2<F>) -> Array2<F> {
        if f != Activation::Relu {
            return Gradient.activation(at, f, x, signal);
        }
        zip(&mut signal, x, |signal, x| {
            if *signal < F::zero() || (self.gated && x <= F::zero()) {
                *signal = F::zero();
            }
        });
        signal
    }
}

impl<F: Real> Method<F> for GuidedBackprop {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        Ok(slopes(case, case.pull_back(case.seed(), &mut Positive { gated: true }), self.aggregate))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn through(gated: bool) -> Array2<f64> {
        let (x, signal) = (array![[1.0, 1.0, -1.0, -1.0]], array![[2.0, -2.0, 2.0, -2.0]]);
        Positive { gated }.activation(Site::Activation(0), Activation::Relu, x.view(), signal)
    }

    #[test]
    fn guided_needs_an_open_relu_and_a_positive_signal() {
        assert_eq!(through(true), array![[2.0, 0.0, 0.0, 0.0]]);
    }

    #[test]
    fn deconvnet_needs_a_positive_signal_only() {
        assert_eq!(through(false), array![[2.0, 0.0, 2.0, 0.0]]);
    }
}
