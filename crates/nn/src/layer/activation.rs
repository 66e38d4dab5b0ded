//! What stands between the convolution and the maximum.

use serde::{Deserialize, Serialize};

use crate::Real;

/// An elementwise activation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `x`, the paper's network: its convolution is linear.
    #[default]
    Linear,
    /// `max(x, 0)`, Kim's network.
    Relu,
}

impl Activation {
    /// `f(x)`
    #[inline(always)]
    pub fn of<F: Real>(self, x: F) -> F {
        match self {
            Self::Linear => x,
            Self::Relu => x.max(F::zero()),
        }
    }

    /// `f'(x)`; at the kink of a ReLU it is 0, as in PyTorch and TensorFlow.
    #[inline(always)]
    pub fn derivative<F: Real>(self, x: F) -> F {
        match self {
            Self::Relu if x <= F::zero() => F::zero(),
            _ => F::one(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Activation::*;

    #[test]
    fn relu_is_flat_up_to_and_at_zero() {
        for (x, f, d) in [(-2.0, 0.0, 0.0), (0.0, 0.0, 0.0), (3.0, 3.0, 1.0)] {
            assert_eq!((Relu.of(x), Relu.derivative(x)), (f, d));
            assert_eq!((Linear.of(x), Linear.derivative(x)), (x, 1.0));
        }
    }
}
