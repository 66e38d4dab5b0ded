//! Tolerances with names, and a comparison that says where it failed.

use ndarray::ArrayView2;
use wordlight_nn::Real;

/// How close two numbers have to be, relative to the largest number of their array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// Rounding of a few hundred additions in `f64`.
    Close,
    /// Rounding in `f32`, of the peer or of ours.
    Single,
    /// Rounding in `f32` behind a softmax: an error of a logit is a relative error of its probability, and logits are
    /// an order of magnitude larger than 1.
    SingleSoftmax,
    /// Captum rounds quadrature weights and occlusion sums to `f32` even where all else is `f64`.
    RoundedWeights,
    /// Finite differences with steps of 1e-5.
    Difference,
}

impl Tolerance {
    /// As a number.
    pub fn relative(self) -> f64 {
        match self {
            Self::Close => 1e-10,
            Self::Single => 1e-5,
            Self::SingleSoftmax => 5e-5,
            Self::RoundedWeights => 2e-7,
            Self::Difference => 1e-7,
        }
    }
}

/// Compares arrays; a failure names the place, both numbers, their difference and the tolerance.
///
/// # Panics
/// If the arrays differ.
pub fn assert_close<F: Real, G: Real>(
    what: &str,
    got: ArrayView2<'_, F>,
    want: ArrayView2<'_, G>,
    tolerance: Tolerance,
) {
    assert_eq!(got.shape(), want.shape(), "{what}: shapes differ");
    let scale = want.iter().fold(1e-3, |m: f64, w| m.max(w.as_f64().abs()));
    let allowed = tolerance.relative() * scale;
    for ((index, got), want) in got.indexed_iter().zip(want.iter()) {
        let (got, want) = (got.as_f64(), want.as_f64());
        let difference = (got - want).abs();
        assert!(
            difference <= allowed,
            "{what}: at {index:?} got {got:e}, want {want:e}, difference {difference:e}, {tolerance:?} allows {allowed:e}"
        );
    }
}
