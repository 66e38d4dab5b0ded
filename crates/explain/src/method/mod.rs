//! The methods. A method is one file here and one line in [`methods`].

mod deconvnet;
mod deep_lift;
mod expected_gradients;
mod gradient;
mod gradient_x_input;
mod guided_backprop;
mod integrated_gradients;
pub mod lime;
mod lrp;
mod lrp_composite;
mod noisy;
mod occlusion;
mod rescale;
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
pub use noisy::SharedNoise;
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

#[cfg(test)]
pub(crate) mod by_hand {
    //! A network that one can do in the head: one filter over one word of one component, `w = 1`, `b = 0`, no activation.
    //! The first logit is twice the largest word.

    use std::collections::BTreeMap;

    use ndarray::{Array2, array};
    use wordlight_nn::layer::{Activation, Conv1d, Dense};
    use wordlight_nn::model::{Classifier, TextCnn, TextCnnConfig};

    use super::method;
    use crate::baseline::Baseline;
    use crate::case::Case;
    use crate::spec::{ParamValue, Params};
    use crate::target::TargetKind;

    pub(crate) fn number(id: &str, value: f64) -> (String, ParamValue) {
        (id.to_owned(), ParamValue::Number(value))
    }

    pub(crate) fn name(id: &str, value: &str) -> (String, ParamValue) {
        (id.to_owned(), ParamValue::Text(value.to_owned()))
    }

    /// The scores of `words` for the first logit; the ledger has to hold.
    pub(crate) fn explain(id: &str, words: &[f64], baseline: &[f64], given: &[(String, ParamValue)]) -> Vec<f64> {
        let config = TextCnnConfig {
            dim: 1,
            classes: 2,
            widths: vec![1],
            filters: 1,
            activation: Activation::Linear,
            pad_to: 0,
        };
        let conv = Conv1d::new(array![[1.0]], array![0.0], 1).unwrap();
        let dense = Dense::new(array![[2.0], [0.0]], array![0.0, 0.0]).unwrap();
        let network = TextCnn::new(config, vec![conv], dense).unwrap();
        let column = |rows: &[f64]| Array2::from_shape_vec((rows.len(), 1), rows.to_vec()).unwrap();
        let pass = network.forward(column(words)).unwrap();
        let baseline = Baseline::Rows(column(baseline));
        let asked = (TargetKind::Logit, Some(0));
        let case = Case::new(&network, pass.as_ref(), words.len(), asked, &baseline).unwrap();
        let method = method::<f64>(id).unwrap();
        let given: BTreeMap<String, ParamValue> = given.iter().cloned().collect();
        let attribution = method.attribute(&case, &Params::check(method.spec().params, &given).unwrap()).unwrap();
        assert!(attribution.ledger.holds(), "{id}: {:?}", attribution.ledger);
        attribution.per_token.to_vec()
    }
}
