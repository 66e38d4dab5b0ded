//! Integrated Gradients (Sundararajan, Taly & Yan 2017, eq. 1):
//!
//! ```text
//! A_i = (x_i - x'_i)  integral over t in [0, 1] of  dF/dx_i (x' + t (x - x'))
//! ```
//!
//! Its scores add up to `F(x) - F(x')` (completeness); what a quadrature misses of that is the ledger's residual.

use ndarray::Array2;
use wordlight_nn::Real;

use super::Method;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::ledger::Account;
use crate::quadrature::Quadrature;
use crate::spec::{Choice, MethodSpec, ParamSpec, Params, Range};
use crate::{Result, cite};

/// Integrated Gradients.
#[derive(Clone, Copy, Debug)]
pub struct IntegratedGradients;

const SPEC: MethodSpec = MethodSpec {
    id: "integrated-gradients",
    name: "Integrated Gradients",
    summary: "The slopes gathered on the way from a baseline to the sentence; they add up to the change in score.",
    cite: cite::SUNDARARAJAN_2017,
    in_target_units: true,
    uses_baseline: true,
    params: &[
        ParamSpec {
            id: "steps",
            name: "steps",
            meaning: "how many points of the path are looked at",
            range: Range::Integer { min: 1, max: 1000, default: 50 },
        },
        ParamSpec {
            id: "quadrature",
            name: "quadrature",
            meaning: "where on the path the points lie and what each counts",
            range: Range::OneOf {
                options: &[
                    Choice { id: "midpoint", name: "midpoint", meaning: "the middle of equal steps" },
                    Choice {
                        id: "gauss-legendre",
                        name: "Gauss-Legendre",
                        meaning: "nodes that are exact for polynomials; best where the path is smooth",
                    },
                ],
                default: "midpoint",
            },
        },
    ],
};

impl<F: Real> Method<F> for IntegratedGradients {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>, params: &Params) -> Result<Attribution<F>> {
        let quadrature = match params.choice("quadrature") {
            "gauss-legendre" => Quadrature::GaussLegendre,
            _ => Quadrature::Midpoint,
        };
        let way = &case.x() - &case.baseline;
        let mut sum = Array2::zeros(way.raw_dim());
        for node in quadrature.nodes(params.integer("steps")) {
            let gradient = case.gradient_at(&case.baseline + &way * F::of(node.at))?;
            sum.scaled_add(F::of(node.weight), &gradient);
        }
        let start = case.value_at(case.baseline.clone())?;
        Ok(Attribution::summed(case, sum * way, vec![(Account::Baseline, start)]))
    }
}
