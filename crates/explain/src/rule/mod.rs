//! The rules of layer-wise relevance propagation: how an affine layer hands the relevance of its outputs to its inputs.
//!
//! Every rule here is the same step with other weights. It forms non-negative or signed *contributions* of the inputs to
//! an output, and each input receives the output's relevance in proportion to its contribution:
//!
//! ```text
//! R_i = sum_j  c_ij / (sum_i c_ij + bias_j + stabiliser)  R_j
//! ```
//!
//! so a rule is a list of branches. A branch names which input meets which part of the weights, or it looks at the sign of
//! the contributions ([`Affine::contributions`](wordlight_nn::affine::Affine::contributions),
//! [`Affine::share`](wordlight_nn::affine::Affine::share)). No rule touches a layer's arithmetic: all of them go
//! through [`Affine`](wordlight_nn::affine::Affine).
//!
//! A rule is one file here and one line in the list at the end of the imports; the methods `lrp-...`, the choices of the
//! composite, the page and the command line follow from it.

mod interface;

use wordlight_nn::Real;

use interface::{BIAS, Branch, NO_BIAS};
pub use interface::{Bias, Rule, RuleSpec, Split};

use crate::spec::{Choice, Params};
use crate::{Error, Result};

macro_rules! list {
    ($($module:ident::$rule:ident,)*) => {
        $(
            mod $module;
            pub use $module::$rule;
        )*

        pub(crate) static RULES: &[&RuleSpec] = &[$(&$module::SPEC),*];

        /// The rules as the options of a parameter.
        pub(crate) static CHOICES: &[Choice] = &[$($module::SPEC.choice()),*];

        /// All rules, in the order in which they are taught.
        pub fn rules() -> &'static [&'static RuleSpec] {
            RULES
        }

        /// The rule with this name and parameters that were checked against those of its method.
        pub(crate) fn build<F: Real>(id: &str, params: &Params) -> Result<Box<dyn Rule<F>>> {
            $(
                if id == $module::SPEC.id {
                    return Ok(Box::new($module::from_params(params)?));
                }
            )*
            Err(Error::unknown("rule", id, RULES.iter().map(|spec| spec.id)))
        }
    };
}

// A rule is one file and one line here.
list! {
    z::Z,
    epsilon::Epsilon,
    alpha_beta::AlphaBeta,
    gamma::Gamma,
    z_plus::ZPlus,
    w_square::WSquare,
    flat::Flat,
    z_box::ZBox,
}

pub use alpha_beta::Reading;

/// The rule with this name.
///
/// # Errors
/// [`Error::Unknown`]
pub fn rule(id: &str) -> Result<&'static RuleSpec> {
    let known = rules();
    known
        .iter()
        .copied()
        .find(|spec| spec.id == id)
        .ok_or_else(|| Error::unknown("rule", id, known.iter().map(|spec| spec.id)))
}

#[cfg(test)]
pub(crate) mod by_hand {
    //! One output with x = (1, 2), w = (3, -1), b = 1: contributions 3 and -2, z = 2, R = 2.

    use ndarray::{Array2, array};
    use wordlight_nn::affine::{Affine, WeightMap};
    use wordlight_nn::layer::Dense;

    use super::{Rule, Split};

    pub(crate) fn split(rule: &dyn Rule<f64>) -> Split<f64> {
        let layer = Dense::new(array![[3.0, -1.0]], array![1.0]).unwrap();
        let x: Array2<f64> = array![[1.0, 2.0]];
        let z = layer.apply(x.view(), WeightMap::AS_IS);
        let split = rule.redistribute(&layer, x.view(), z.view(), array![[2.0]].view());
        let total = split.relevance.sum() + split.bias + split.stabiliser;
        assert!((total - 2.0).abs() < 1e-15, "2 came in, {total} is accounted for: {split:?}");
        split
    }

    pub(crate) fn assert_close(got: &Array2<f64>, want: [f64; 2]) {
        for (got, want) in got.iter().zip(want) {
            assert!((got - want).abs() < 1e-15, "{got} is not {want}");
        }
    }
}
