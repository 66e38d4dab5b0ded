//! What every affine layer offers: `apply`, `adjoint` and the parameter gradient.
//!
//! Gradient, training and every rule of layer-wise relevance propagation are written against these three operations. A
//! rule such as w-square needs a layer *with its weights squared*; that is what the [`WeightMap`] argument says, so a
//! layer written once has every rule for free. What else the trait offers follows from the three, and a layer may do it
//! faster.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

pub use wordlight_kernel::Part;

use crate::Real;
use crate::ops::{add, map, product};

/// Which weights and which bias a layer is to use: `f(W) x + g(b)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightMap<F> {
    /// The map of the weights, `f`.
    pub weight: Part<F>,
    /// The map of the bias, `g`.
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
    /// `dL/dW`, `[outputs, inputs]`.
    pub weight: Array2<F>,
    /// `dL/db`, `[outputs]`.
    pub bias: Array1<F>,
}

/// `max(x, 0)` and `min(x, 0)`.
fn signs<F: Real>(x: ArrayView2<'_, F>) -> (Array2<F>, Array2<F>) {
    let zero = F::zero();
    (map(x, |v| if v > zero { v } else { zero }), map(x, |v| if v < zero { v } else { zero }))
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

    /// The sums of the positive and of the negative contributions `w_ij x_i` to each output, without the bias.
    ///
    /// # Shapes
    /// Both have the shape of the output.
    fn contributions(&self, x: ArrayView2<'_, F>) -> [Array2<F>; 2] {
        let (above, below) = signs(x);
        let sum = |with_above: Part<F>, with_below: Part<F>| {
            let mut sum = self.apply(above.view(), WeightMap::without_bias(with_above));
            add(&mut sum, self.apply(below.view(), WeightMap::without_bias(with_below)).view());
            sum
        };
        [sum(Part::Positive, Part::Negative), sum(Part::Negative, Part::Positive)]
    }

    /// `sum_j s_j w_ij x_i`, with `s[0]` where the contribution `w_ij x_i` is positive and `s[1]` where it is negative.
    ///
    /// # Shapes
    /// Both signals have the shape of the output; the result has the shape of the input.
    fn share(&self, x: ArrayView2<'_, F>, s: [ArrayView2<'_, F>; 2]) -> Array2<F> {
        let (above, below) = signs(x);
        let pull = |weight: [Part<F>; 2], input: ArrayView2<'_, F>| {
            let mut sum = self.adjoint(s[0], WeightMap::without_bias(weight[0]));
            add(&mut sum, self.adjoint(s[1], WeightMap::without_bias(weight[1])).view());
            product(sum, input)
        };
        let mut sum = pull([Part::Positive, Part::Negative], above.view());
        add(&mut sum, pull([Part::Negative, Part::Positive], below.view()).view());
        sum
    }

    /// `dL/dW` and `dL/db` for the input `x` and the output's gradient `s`.
    fn grad(&self, x: ArrayView2<'_, F>, s: ArrayView2<'_, F>) -> AffineGrad<F>;

    /// `b`, one value per output column.
    fn bias(&self) -> ArrayView1<'_, F>;
}
