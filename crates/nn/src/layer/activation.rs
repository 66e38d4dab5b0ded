//! Functions of one number: what stands between a convolution and its maximum, and what an LSTM's gates are made of.

use serde::{Deserialize, Serialize};

use crate::Real;

/// An elementwise activation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// The identity, `x`: the convolution of the paper's network has no activation.
    #[default]
    Linear,
    /// The rectifier, `max(x, 0)`, as in Kim's network.
    Relu,
    /// The logistic function, `1 / (1 + exp(-x))`, of a gate.
    Sigmoid,
    /// The hyperbolic tangent, `tanh(x)`, of what a gate lets through.
    Tanh,
}

impl Activation {
    /// The value, `f(x)`.
    #[inline(always)]
    pub fn of<F: Real>(self, x: F) -> F {
        match self {
            Self::Linear => x,
            Self::Relu => x.max(F::zero()),
            Self::Sigmoid => x.sigmoid(),
            Self::Tanh => x.squashed(),
        }
    }

    /// The slope, `f'(x)`; at the kink of a ReLU it is 0, as in PyTorch and TensorFlow.
    #[inline(always)]
    pub fn derivative<F: Real>(self, x: F) -> F {
        match self {
            Self::Linear => F::one(),
            Self::Relu => {
                if x <= F::zero() {
                    F::zero()
                } else {
                    F::one()
                }
            }
            Self::Sigmoid => self.of(x) * self.of(-x),
            Self::Tanh => F::one() - self.of(x).powi(2),
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

    #[test]
    fn a_gate_is_half_open_at_zero_and_saturates_on_both_sides() {
        assert_eq!((Sigmoid.of(0.0), Sigmoid.derivative(0.0)), (0.5, 0.25));
        assert_eq!((Tanh.of(0.0), Tanh.derivative(0.0)), (0.0, 1.0));
        assert!((Sigmoid.of(3.0f64.ln()) - 0.75).abs() < 1e-15 && (Tanh.of(3.0f64.ln()) - 0.8).abs() < 1e-15);
        for (x, gate, passed) in [(1e4f32, 1.0, 1.0), (-1e4, 0.0, -1.0)] {
            assert_eq!((Sigmoid.of(x), Sigmoid.derivative(x)), (gate, 0.0));
            assert_eq!((Tanh.of(x), Tanh.derivative(x)), (passed, 0.0));
        }
    }
}
