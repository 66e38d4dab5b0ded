//! The methods. A method is one file here and one line in [`methods`].

mod deconvnet;
mod deep_lift;
mod draws;
mod expected_gradients;
mod gradient;
mod gradient_x_input;
mod guided_backprop;
mod integrated_gradients;
pub mod lime;
mod lrp;
mod lrp_composite;
mod occlusion;
mod ridge;
mod shapley;
mod shapley_sampling;
mod smooth_grad;
mod var_grad;

use wordlight_nn::Real;

pub use deconvnet::DeconvNet;
pub use deep_lift::DeepLift;
pub use expected_gradients::ExpectedGradients;
pub use gradient::Gradient;
pub use gradient_x_input::GradientXInput;
pub(crate) use gradient_x_input::curvature;
pub use guided_backprop::{GuidedBackprop, Positive};
pub use integrated_gradients::IntegratedGradients;
pub use lime::Lime;
pub use lrp::{Lrp, propagate};
pub use lrp_composite::LrpComposite;
pub use occlusion::Occlusion;
pub use shapley::Shapley;
pub use shapley_sampling::ShapleySampling;
pub use smooth_grad::SmoothGrad;
pub use var_grad::VarGrad;

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

    /// [`Self::attribute`], telling `progress` which part is done, 0 to 1. Methods that can take long stop when it returns
    /// false; the others do not ask.
    ///
    /// # Errors
    /// As [`Self::attribute`], and [`Error::Cancelled`].
    fn attribute_watched(
        &self,
        case: &Case<'_, F>,
        params: &Params,
        progress: &mut dyn FnMut(f64) -> bool,
    ) -> Result<Attribution<F>> {
        let _ = progress;
        self.attribute(case, params)
    }
}

/// All methods, in the order in which they are taught.
pub fn methods<F: Real>() -> Vec<&'static dyn Method<F>> {
    let mut all: Vec<&'static dyn Method<F>> = vec![&Gradient, &GradientXInput, &IntegratedGradients];
    all.extend(lrp::PRESETS.iter().map(|preset| preset as &dyn Method<F>));
    all.extend([&LrpComposite as &dyn Method<F>, &DeepLift, &Shapley, &ShapleySampling, &Occlusion, &Lime]);
    all.extend([&ExpectedGradients as &dyn Method<F>, &SmoothGrad, &VarGrad, &GuidedBackprop, &DeconvNet]);
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
