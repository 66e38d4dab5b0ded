//! Gradient times input, `x_i dF/dx_i`, summed over a word's components (Shrikumar et al. 2016).
//!
//! A network that is linear between its kinks obeys `F(x) = x . dF/dx + sum_b b dF/db`, so what no word holds is exactly
//! what the biases hold; a curved target adds its curvature. So do the curved functions and the products inside an LSTM:
//! with `s` the slope of the value after them,
//!
//! ```text
//! f(z):   s f(z) = z s f'(z) + s (f(z) - z f'(z))
//! g u:    s g u  = g (s u) + u (s g) - s g u
//! ```
//!
//! of which the last term of each line is booked as the curvature of the gates. The sum over the whole network is exact.

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::backward::{Backward, Gradient, Site};
use wordlight_nn::layer::Activation;
use wordlight_nn::ops::{dot, flat, product};

use super::Method;
use crate::attribution::{Attribution, curvature};
use crate::case::Case;
use crate::ledger::Account;
use crate::spec::{MethodSpec, Params};
use crate::{Result, cite};

/// Gradient times input.
#[derive(Clone, Copy, Debug, Default)]
pub struct GradientXInput;

pub(super) fn from_params(_: &Params) -> Result<GradientXInput> {
    Ok(GradientXInput)
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "gradient-x-input",
    name: "Gradient × input",
    summary: "The slope times the word's own vector: what the word contributes if the network is taken as a straight line.",
    formula: "A_t = Σ_i x_i · ∂F/∂x_i, over the components i of word t",
    cite: cite::SHRIKUMAR_2016,
    in_target_units: true,
    uses_baseline: false,
    params: &[],
};

/// The gradient, keeping account of what no first-order account of the words holds.
#[derive(Default)]
struct WithBiases {
    /// `sum b dF/db`
    biases: f64,
    /// What activations and gates add by their curvature.
    gates: f64,
    /// The magnitudes of what `gates` is the sum of.
    magnitude: f64,
}

impl WithBiases {
    fn curved(&mut self, amount: f64) {
        self.gates += amount;
        self.magnitude += amount.abs();
    }
}

impl<F: Real> Backward<F> for WithBiases {
    fn affine(
        &mut self,
        _: Site,
        layer: &dyn Affine<F>,
        _: ArrayView2<'_, F>,
        _: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> Array2<F> {
        let (signals, bias) = (flat(&signal.view()).into_owned(), layer.bias());
        self.biases += signals.chunks_exact(bias.len()).map(|row| dot(row, &flat(&bias))).sum::<f64>();
        layer.adjoint(signal.view(), WeightMap::AS_IS)
    }

    fn activation(&mut self, at: Site, f: Activation, x: ArrayView2<'_, F>, signal: Array2<F>) -> Array2<F> {
        if !matches!(f, Activation::Linear | Activation::Relu) {
            for (s, z) in flat(&signal.view()).iter().zip(&*flat(&x)) {
                self.curved((*s * (f.of(*z) - *z * f.derivative(*z))).as_f64());
            }
        }
        Gradient.activation(at, f, x, signal)
    }

    fn gate(
        &mut self,
        at: Site,
        gate: ArrayView2<'_, F>,
        source: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> (Array2<F>, Array2<F>) {
        let split = Gradient.gate(at, gate, source, signal);
        for (slope, u) in flat(&split.1.view()).iter().zip(&*flat(&source)) {
            self.curved(-(*slope * *u).as_f64());
        }
        split
    }
}

impl<F: Real> Method<F> for GradientXInput {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        let mut policy = WithBiases::default();
        let product = product(case.pull_back(case.seed(), &mut policy), case.x());
        let mut others = vec![(Account::Biases, F::from_f64(policy.biases)), (Account::Gates, F::from_f64(policy.gates))];
        others.extend(curvature(case));
        let mut attribution = Attribution::summed(case, product, others);
        attribution.ledger.allow(policy.magnitude);
        Ok(attribution)
    }
}
