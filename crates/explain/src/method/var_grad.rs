//! VarGrad: the variance of the gradient over noisy copies of the input (Adebayo et al. 2018),
//!
//! ```text
//! A = 1/n sum_k g_k^2 - (1/n sum_k g_k)^2,     g_k = dF/dx (x + e_k)
//! ```
//!
//! with the noise of SmoothGrad. It says where the slope is *uncertain*, is never negative, and does not depend on the
//! gradient's size. A network that is linear around the input has none.

use wordlight_nn::Real;

use super::Method;
use super::noisy::{NOISE, Noise, SAMPLES, under_noise, variance};
use crate::attribution::Attribution;
use crate::case::Case;
use crate::random::SEED;
use crate::spec::{MethodSpec, Params};
use crate::{Result, cite};

/// VarGrad.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `samples` | 50 | a whole number from 2 to 1000 | how many noisy copies of the sentence are looked at |
/// | `noise` | 0.1 | a number from 0 to 2 | standard deviation of the noise, as a part of the range of the words' components |
/// | `seed` | 0 | a whole number from 0 to 9999 | which random draw; the same seed always gives the same answer |
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VarGrad {
    /// The noisy copies.
    pub noise: Noise,
}

pub(super) fn from_params(params: &Params) -> Result<VarGrad> {
    Ok(VarGrad { noise: Noise::from_params(params) })
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "var-grad",
    name: "VarGrad",
    summary: "How much the slope varies over slightly disturbed copies of the sentence; never negative.",
    formula: "A_i = variance over n of ∂F/∂x_i (x + noise_n)",
    cite: cite::ADEBAYO_2018,
    in_target_units: false,
    uses_baseline: false,
    params: &[SAMPLES, NOISE, SEED],
};

impl<F: Real> Method<F> for VarGrad {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        Ok(variance(case, &under_noise(SPEC.name, case, self.noise)?))
    }
}
