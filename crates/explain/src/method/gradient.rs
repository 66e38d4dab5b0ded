//! The gradient `dF/dx`, one number per word (Simonyan et al. 2014).
//!
//! It says how fast the explained value changes with the word's vector: a slope, in units of the value per unit of a
//! vector's component. It does not add up to anything. The signed **sum** over the components is what the paper drew under
//! the name of Integrated Gradients; L1 and L2 norms are what others draw, and have no sign.

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::backward::Gradient as Slope;
use wordlight_nn::ops::{dot, flat};

use super::Method;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::spec::{Choice, MethodSpec, ParamSpec, Params, Range};
use crate::{Result, cite};

/// The gradient.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `aggregate` | sum | one of sum, l1, l2 | how the slopes of a vector's components become one number |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gradient {
    /// How the slopes of a vector's components become one number.
    pub aggregate: Aggregate,
}

/// How the slopes of a vector's components become one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aggregate {
    /// The sum of the slopes, as in the paper.
    #[default]
    Sum,
    /// The L1 norm: the sum of the slopes' magnitudes, never negative.
    L1,
    /// The L2 norm: the length of the slope vector, never negative.
    L2,
}

impl Aggregate {
    pub(super) fn from_params(params: &Params) -> Self {
        match params.choice("aggregate") {
            "l1" => Self::L1,
            "l2" => Self::L2,
            _ => Self::Sum,
        }
    }
}

pub(super) fn from_params(params: &Params) -> Result<Gradient> {
    Ok(Gradient { aggregate: Aggregate::from_params(params) })
}

/// How a slope vector becomes one number, for every method that draws slopes.
pub(super) const AGGREGATE: ParamSpec = ParamSpec {
    id: "aggregate",
    name: "one number per word",
    meaning: "how the slopes of a vector's components become one number",
    range: Range::OneOf {
        options: &[
            Choice { id: "sum", name: "signed sum", meaning: "the sum of the slopes, as in the paper" },
            Choice { id: "l1", name: "L1 norm", meaning: "the sum of the slopes' magnitudes; no sign" },
            Choice { id: "l2", name: "L2 norm", meaning: "the length of the slope vector; no sign" },
        ],
        default: "sum",
    },
};

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "gradient",
    name: "Gradient",
    summary: "How fast the score changes when the word's vector moves: a slope, not a share of the score.",
    formula: "A_i = ∂F/∂x_i, over the components i of a word",
    cite: cite::SIMONYAN_2014,
    in_target_units: false,
    uses_baseline: false,
    params: &[AGGREGATE],
};

impl<F: Real> Method<F> for Gradient {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        Ok(slopes(case, case.pull_back(case.seed(), &mut Slope), self.aggregate))
    }
}

/// Scores that are slopes `[E, D]`: summed up as `aggregate` says, adding up to nothing.
pub(super) fn slopes<F: Real>(case: &Case<'_, F>, gradient: Array2<F>, aggregate: Aggregate) -> Attribution<F> {
    let aggregate: fn(&[F]) -> f64 = match aggregate {
        Aggregate::L1 => |row| F::sums(row).1,
        Aggregate::L2 => |row| dot(row, row).sqrt(),
        Aggregate::Sum => |row| F::sums(row).0,
    };
    let per_row: Vec<f64> = flat(&gradient.view()).chunks_exact(gradient.ncols()).map(aggregate).collect();
    let mut attribution = Attribution::summed(case, gradient, Vec::new()).without_claim();
    let (words, padding) = per_row.split_at(case.tokens());
    attribution.padding = F::from_f64(padding.iter().sum());
    attribution.per_token = words.iter().map(|v| F::from_f64(*v)).collect();
    attribution
}
