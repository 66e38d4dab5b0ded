//! The scalar type of the loops.

use std::fmt::{Debug, Display, LowerExp};
use std::iter::Sum;

use ndarray::ScalarOperand;
use num_traits::{Float, FloatConst, NumAssign};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// What the loops need of a number. Sealed: `f32` and `f64`.
pub trait Scalar:
    sealed::Sealed
    + Float
    + FloatConst
    + NumAssign
    + ScalarOperand
    + Sum
    + Debug
    + Display
    + LowerExp
    + Default
    + Send
    + Sync
    + 'static
{
    /// The nearest value to `value`.
    fn from_f64(value: f64) -> Self;
    /// This value as `f64`, exact.
    fn as_f64(self) -> f64;

    /// `e^x`, computed in `f64` and rounded once: mathematical libraries differ in the last bits of an `f32` exponential,
    /// and a browser and a native program have different ones.
    fn e_to(self) -> Self {
        Self::from_f64(self.as_f64().exp())
    }
}

impl Scalar for f32 {
    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn as_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Scalar for f64 {
    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn as_f64(self) -> f64 {
        self
    }
}
