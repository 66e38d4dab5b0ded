//! DeconvNet: at a ReLU the positive part of the signal goes on, whether the ReLU was open or not (Zeiler & Fergus 2014),
//!
//! ```text
//! signal before the ReLU = [signal > 0] signal
//! ```
//!
//! The older sibling of guided backpropagation, with the same caveats, and the same as the gradient without a ReLU. It is
//! kept because the literature compares with it.

use wordlight_nn::Real;

use super::gradient::{AGGREGATE, Aggregate, slopes};
use super::{Method, Positive};
use crate::attribution::Attribution;
use crate::case::Case;
use crate::spec::{MethodSpec, Params};
use crate::{Result, cite};

/// DeconvNet.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `aggregate` | sum | one of sum, l1, l2 | how the slopes of a vector's components become one number |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeconvNet {
    /// How the slopes of a vector's components become one number.
    pub aggregate: Aggregate,
}

pub(super) fn from_params(params: &Params) -> Result<DeconvNet> {
    Ok(DeconvNet { aggregate: Aggregate::from_params(params) })
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "deconvnet",
    name: "DeconvNet",
    summary: "The slope, with negative signals dropped at every ReLU and closed ReLUs let through.",
    formula: "∂F/∂x_i, with [signal > 0] signal handed on at each ReLU",
    cite: cite::ZEILER_2014,
    in_target_units: false,
    uses_baseline: false,
    params: &[AGGREGATE],
};

impl<F: Real> Method<F> for DeconvNet {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        Ok(slopes(case, case.pull_back(case.seed(), &mut Positive { gated: false }), self.aggregate))
    }
}
