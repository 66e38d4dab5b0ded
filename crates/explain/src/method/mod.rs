//! The methods. A method is one file here and one line in [`methods`].

mod gradient;
mod gradient_x_input;
mod integrated_gradients;
mod lrp;

use wordlight_nn::Real;

pub use gradient::Gradient;
pub use gradient_x_input::GradientXInput;
pub use integrated_gradients::IntegratedGradients;
pub use lrp::{Lrp, propagate};

use crate::attribution::Attribution;
use crate::case::Case;
use crate::spec::{MethodSpec, Params};
use crate::{Error, Result};

/// A way of explaining.
pub trait Method<F: Real>: Send + Sync {
    /// What it says of itself.
    fn spec(&self) -> &'static MethodSpec;

    /// Explains a case. `params` have been checked against the spec.
    ///
    /// # Errors
    /// [`Error::Unfit`] if the method does not fit the network, and the network's own errors.
    fn attribute(&self, case: &Case<'_, F>, params: &Params) -> Result<Attribution<F>>;
}

/// All methods, in the order in which they are taught.
pub fn methods<F: Real>() -> Vec<&'static dyn Method<F>> {
    let mut all: Vec<&'static dyn Method<F>> = vec![&Gradient, &GradientXInput, &IntegratedGradients];
    all.extend(lrp::PRESETS.iter().map(|preset| preset as &dyn Method<F>));
    all
}

/// The method with this name.
///
/// # Errors
/// [`Error::Unknown`], listing the names there are.
pub fn method<F: Real>(id: &str) -> Result<&'static dyn Method<F>> {
    let all = methods::<F>();
    all.iter()
        .copied()
        .find(|method| method.spec().id == id)
        .ok_or_else(|| Error::unknown("method", id, all.iter().map(|method| method.spec().id)))
}
