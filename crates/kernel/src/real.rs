//! The scalar type: `f32` in the product, `f64` where a law or a gradient is checked.

use std::fmt::{Debug, Display, LowerExp};
use std::iter::Sum;

use ndarray::ScalarOperand;
use num_traits::{Float, FloatConst, NumAssign};

use crate::{Gate, Kernels};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`. Sealed: the kernels are written for these two.
pub trait Real:
    sealed::Sealed
    + Kernels
    + Gate
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

impl Real for f32 {
    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn as_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn as_f64(self) -> f64 {
        self
    }
}
