//! What every affine layer offers, and nothing more: `apply`, `adjoint` and the parameter gradient.
//!
//! Gradient, training and every rule of layer-wise relevance propagation are written against these three
//! operations. A rule such as alpha-beta needs a layer *with its weights' positive part*; that is what the
//! [`WeightMap`] argument says, so a layer written once has every rule for free.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

pub use wordlight_kernel::Part;

use crate::Real;

/// Which weights and which bias a layer is to use: `f(W) x + g(b)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightMap<F> {
    /// `f`
    pub weight: Part<F>,
    /// `g`
    pub bias: Part<F>,
}

impl<F: Real> WeightMap<F> {
    /// `W x + b`, the layer as it is.
    pub const AS_IS: Self = Self { weight: Part::All, bias: Part::All };

    /// `f(W) x`, without the bias.
    pub const fn without_bias(weight: Part<F>) -> Self {
        Self { weight, bias: Part::Zero }
    }
}

/// The gradient of a layer's parameters.
///
/// # Shapes
/// `weight` has the shape of the layer's weight (flattened to two axes, outputs first), `bias` is `[outputs]`.
#[derive(Clone, Debug)]
pub struct AffineGrad<F> {
    /// `dL/dW`
    pub weight: Array2<F>,
    /// `dL/db`
    pub bias: Array1<F>,
}

/// A layer `x -> W x + b`, applied to each row or window of its input.
pub trait Affine<F: Real> {
    /// `f(W) x + g(b)`.
    fn apply(&self, x: ArrayView2<'_, F>, map: WeightMap<F>) -> Array2<F>;

    /// `f(W)^T s`; the bias part of the map is not looked at.
    ///
    /// # Shapes
    /// `s` has the shape of the output; the result has the shape of the input.
    fn adjoint(&self, s: ArrayView2<'_, F>, map: WeightMap<F>) -> Array2<F>;

    /// `dL/dW` and `dL/db` for the input `x` and the output's gradient `s`.
    fn grad(&self, x: ArrayView2<'_, F>, s: ArrayView2<'_, F>) -> AffineGrad<F>;

    /// `b`, one value per output column.
    fn bias(&self) -> ArrayView1<'_, F>;
}
