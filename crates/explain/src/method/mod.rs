//! The methods: ways to say which words decided.
//!
//! A method is a value: [`IntegratedGradients`] and [`Occlusion`] have their settings as fields, and [`Lrp`] is made from a rule or
//! from a [`Composite`](crate::composite::Composite) of two. [`build`] makes any method from its id and settings, as page and command
//! line have them; [`specs`] gives the description of each.
//!
//! # Which method
//!
//! `T` is the number of words. A *reading* is one forward pass, a *walk* one way back through a finished pass, which costs about
//! two readings. The reading of the text itself, which all methods share, is not counted. In a text CNN a reading with words
//! removed only adds up what is known of each word, `D` times less work than a pass. `F` is the explained value, `x` the text,
//! `x'` the baseline.
//!
//! | id | method | costs | explains | the scores add up to |
//! |---|---|---|---|---|
//! | `gradient` | [Gradient] | 1 walk | any network, any target | nothing: they are slopes |
//! | `gradient-x-input` | [Gradient × input](GradientXInput) | 1 walk | any network, any target | `F(x)`, with biases, gates and the curvature of the softmax in the ledger |
//! | `integrated-gradients` | [Integrated Gradients](IntegratedGradients) | text CNN: about 1 reading and 1 walk; others: a reading and a walk for each of 16 to 1024 points, doubled until the ledger holds; a chosen quadrature: `steps` of both | any network, any target | `F(x) - F(x')`: exactly in a text CNN, elsewhere up to the residual of the quadrature |
//! | `lrp-z` | [LRP-z](crate::rule::Z) | 1 walk | any network, any target | `F(x)`, with biases and the curvature of the softmax in the ledger |
//! | `lrp-epsilon` | [LRP-ε](crate::rule::Epsilon) | 1 walk | any network, any target | `F(x)`, as above, and with what the stabiliser takes |
//! | `lrp-alpha-beta` | [LRP-αβ](crate::rule::AlphaBeta) | 1 walk | any network, any target | `F(x)`, as `lrp-z` |
//! | `lrp-gamma` | [LRP-γ](crate::rule::Gamma) | 1 walk | any network, any target | `F(x)`, as `lrp-z`; the relevance of an output that is exactly zero is booked with the stabiliser |
//! | `lrp-z-plus` | [LRP-z⁺](crate::rule::ZPlus) | 1 walk | any network, any target | `F(x)`, as `lrp-z` |
//! | `lrp-w-square` | [LRP-w²](crate::rule::WSquare) | 1 walk | any network, any target | `F(x)`, as `lrp-z` but without biases; in an LSTM the state before the first word has a share |
//! | `lrp-flat` | [LRP-flat](crate::rule::Flat) | 1 walk | any network, any target | `F(x)`, as `lrp-z` but without biases; in an LSTM the state before the first word has a share |
//! | `lrp-z-box` | [LRP-zᴮ](crate::rule::ZBox) | 1 walk | any network, any target | `F(x)`, as `lrp-z` but without biases; in an LSTM the state before the first word has a share |
//! | `lrp` | [LRP composite](Preset) | 1 walk | any network, any target | `F(x)`, with whatever its two rules book |
//! | `deep-lift` | [DeepLIFT](DeepLift) | 1 reading and 1 walk, in an LSTM 2 walks | a text CNN or a network without a maximum, any target | `F(x) - F(x')` exactly |
//! | `shapley` | [Shapley values](Shapley) | grows with `T 2^K`, filters and thresholds; refused beyond some fifteen seconds | a text CNN, logit or margin | `F(x) - F(no words)` exactly; each score is exact |
//! | `shapley-sampling` | [Shapley sampling](ShapleySampling) | `samples` times `T` readings | any network, any target | `F(x) - F(no words)` exactly, however few the samples; each score has a standard error |
//! | `occlusion` | [Occlusion] | up to `T` readings | any network, any target | nothing: each is the exact drop without its words, or a mean of such drops |
//! | `lime` | [LIME](Lime) | `samples` readings | any network, any target, up to 500 words | nothing: they are a fit |
//! | `expected-gradients` | [Expected gradients](ExpectedGradients) | `samples` times Integrated Gradients; one if the baseline is the same at every position | any network, any target | `F(x)` minus the mean of `F` over the drawn baselines, as Integrated Gradients does; each score has a standard error |
//! | `smooth-grad` | [SmoothGrad] | `samples` readings and walks | any network, any target | nothing: they are slopes |
//! | `var-grad` | [VarGrad] | `samples` readings and walks | any network, any target | nothing: they are variances of slopes |
//! | `guided-backprop` | [Guided backprop](GuidedBackprop) | 1 walk | any network, any target; the gradient where there is no ReLU | nothing: they are slopes |
//! | `deconvnet` | [DeconvNet] | 1 walk | any network, any target; the gradient where there is no ReLU | nothing: they are slopes |
//!
//! Scores of the padding count beside those of the words. Where the last column says "nothing", the method claims no sum:
//! [`Ledger::proves`](crate::ledger::Ledger::proves) is false. Every other sum is checked with each answer:
//! [`Ledger::holds`](crate::ledger::Ledger::holds). Methods that read the text many times refuse one so long that the answer
//! would take minutes ([`Error::Unsupported`]).
//!
//! # Adding a method
//!
//! A method is one file here, one line in the list below and one row of the table above; the page's controls, the command
//! line, the README's table and the tests follow from it. A method outside of this crate implements [`Method`] and needs none
//! of that.

use std::collections::BTreeMap;

use wordlight_nn::Real;

use crate::rule::rules;
use crate::spec::{MethodSpec, ParamValue, Params};
use crate::{Error, Result};

macro_rules! list {
    ($($module:ident::$method:ident $(, $rules:ident)?;)*) => {
        $(
            mod $module;
            pub use $module::$method;
        )*

        /// Every method but those of the rules, and whether the rules' come behind it.
        static LISTED: &[(&MethodSpec, bool)] = &[$((&$module::SPEC, list!(@behind $($rules)?))),*];

        fn from_params<F: Real>(id: &str, params: &Params) -> Result<Box<dyn Method<F>>> {
            $(
                if id == $module::SPEC.id {
                    return Ok(Box::new($module::from_params(params)?));
                }
            )*
            match rules().iter().find(|rule| rule.method.id == id) {
                Some(rule) => Ok(Box::new(Lrp::listed(rule, params)?)),
                None => Err(unknown(id)),
            }
        }
    };
    (@behind rules) => { true };
    (@behind) => { false };
}

// A method is one file and one line here; behind `rules` come those of the rules.
list! {
    gradient::Gradient;
    gradient_x_input::GradientXInput;
    integrated_gradients::IntegratedGradients, rules;
    lrp_composite::Preset;
    deep_lift::DeepLift;
    shapley::Shapley;
    shapley_sampling::ShapleySampling;
    occlusion::Occlusion;
    lime::Lime;
    expected_gradients::ExpectedGradients;
    smooth_grad::SmoothGrad;
    var_grad::VarGrad;
    guided_backprop::GuidedBackprop;
    deconvnet::DeconvNet;
}

mod interface;
mod lrp;
mod noisy;
mod rescale;
mod ridge;

pub use gradient::Aggregate;
pub use guided_backprop::Positive;
pub use integrated_gradients::Quadrature;
pub use interface::Method;
pub use lime::parts;
pub use lrp::{Lrp, propagate};
pub use noisy::{Noise, SharedNoise};

/// The descriptions of all methods, in the order of the [table](self#which-method).
pub fn specs() -> Vec<&'static MethodSpec> {
    let mut all = Vec::new();
    for &(spec, then_rules) in LISTED {
        all.push(spec);
        if then_rules {
            all.extend(rules().iter().map(|rule| &rule.method));
        }
    }
    all
}

/// What the method with this name says of itself.
///
/// # Errors
/// [`Error::Unknown`], listing the names there are.
pub fn spec(id: &str) -> Result<&'static MethodSpec> {
    specs().into_iter().find(|spec| spec.id == id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Error {
    Error::unknown("method", id, specs().into_iter().map(|spec| spec.id))
}

/// The method with this name and the settings `given`; what is not given is the default.
///
/// # Errors
/// [`Error::Unknown`] for a name, setting or option that does not exist, [`Error::Parameter`] for a value outside its range.
pub fn build<F: Real>(id: &str, given: &BTreeMap<String, ParamValue>) -> Result<Box<dyn Method<F>>> {
    from_params(id, &Params::check(spec(id)?.params, given)?)
}

/// Every method with its default settings, in the order of the [table](self#which-method).
pub fn methods<F: Real>() -> Vec<Box<dyn Method<F>>> {
    let default = |spec: &MethodSpec| build(spec.id, &BTreeMap::new()).expect("a test builds each with its defaults");
    specs().into_iter().map(default).collect()
}

#[cfg(test)]
pub(crate) mod by_hand {
    //! A network that one can do in the head: one filter over one word of one component, `w = 1`, `b = 0`, no activation.
    //! The first logit is twice the largest word.

    use ndarray::{Array2, array};
    use wordlight_nn::layer::{Activation, Conv1d, Dense};
    use wordlight_nn::model::{Classifier, TextCnn, TextCnnConfig};

    use super::build;
    use crate::baseline::Baseline;
    use crate::case::Case;
    use crate::spec::ParamValue;
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
        let attribution = build::<f64>(id, &given.iter().cloned().collect()).unwrap().attribute(&case).unwrap();
        assert!(attribution.ledger.holds(), "{id}: {:?}", attribution.ledger);
        attribution.per_token.to_vec()
    }
}
