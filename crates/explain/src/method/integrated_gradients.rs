//! Integrated Gradients (Sundararajan, Taly & Yan 2017, eq. 1):
//!
//! ```text
//! A_i = (x_i - x'_i)  integral over t in [0, 1] of  dF/dx_i (x' + t (x - x'))
//! ```
//!
//! Its scores add up to `F(x) - F(x')` (completeness); what a quadrature misses of that is the ledger's residual.
//!
//! For a convolution with maximum over time the integral is a finite sum ([`crate::exact::envelope`]), and that sum is
//! the default. Quadratures stay on offer, because they are what other libraries compute and what was published.
//! A network without such a form, as an LSTM, gets Gauss-Legendre nodes, doubled until the ledger closes or more of them
//! bring nothing. The ledger says how many there were, and its residual what they missed.

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::ops::{difference, product, zip};

use super::Method;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::exact::envelope;
use crate::ledger::Account;
use crate::quadrature::{self, Node};
use crate::spec::{Choice, MethodSpec, ParamSpec, Params, Range};
use crate::{Result, cite};

/// Integrated Gradients.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `steps` | 50 | a whole number from 1 to 1000 | how many points of the path a quadrature looks at; the exact sum has none |
/// | `quadrature` | exact | one of exact, midpoint, gauss-legendre | where on the path the points lie and what each counts |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IntegratedGradients {
    /// How the integral over the path is computed.
    pub quadrature: Quadrature,
}

/// How the integral over the path is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quadrature {
    /// Without approximation, from kink to kink of the path. A network without kinks, as an LSTM, gets as many
    /// Gauss-Legendre nodes as it takes for nothing to be missing.
    #[default]
    Exact,
    /// The midpoint rule: the middle of each of `steps` equal steps.
    Midpoint {
        /// The number of points, 1 or more.
        steps: usize,
    },
    /// The nodes of Gauss and Legendre, exact for polynomials up to degree `2 steps - 1`.
    GaussLegendre {
        /// The number of points, 1 or more.
        steps: usize,
    },
}

pub(super) fn from_params(params: &Params) -> Result<IntegratedGradients> {
    let steps = params.integer("steps");
    Ok(IntegratedGradients {
        quadrature: match params.choice("quadrature") {
            "midpoint" => Quadrature::Midpoint { steps },
            "gauss-legendre" => Quadrature::GaussLegendre { steps },
            _ => Quadrature::Exact,
        },
    })
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "integrated-gradients",
    name: "Integrated Gradients",
    summary: "The slopes gathered on the way from a baseline to the sentence; they add up to the change in score.",
    formula: "A_t = Σ_i (x_i − x′_i) ∫₀¹ ∂F/∂x_i (x′ + α (x − x′)) dα",
    cite: cite::SUNDARARAJAN_2017,
    in_target_units: true,
    uses_baseline: true,
    params: &[
        ParamSpec {
            id: "steps",
            name: "steps",
            meaning: "how many points of the path a quadrature looks at; the exact sum has none",
            range: Range::Integer { min: 1, max: 1000, default: 50 },
        },
        ParamSpec {
            id: "quadrature",
            name: "quadrature",
            meaning: "where on the path the points lie and what each counts",
            range: Range::OneOf {
                options: &[
                    Choice {
                        id: "exact",
                        name: "none: exact",
                        meaning: "the path is followed from kink to kink, so nothing is approximated",
                    },
                    Choice { id: "midpoint", name: "midpoint", meaning: "the middle of equal steps" },
                    Choice {
                        id: "gauss-legendre",
                        name: "Gauss-Legendre",
                        meaning: "nodes that are exact for polynomials; best where the path is smooth",
                    },
                ],
                default: "exact",
            },
        },
    ],
};

/// Nodes to begin with where there is no exact form.
pub(super) const MIN_NODES: usize = 16;

/// Doublings of the nodes for a network without an exact form stop here.
const MAX_NODES: usize = 1024;

/// And here, counted in words read: some seconds.
const MAX_READ: usize = 1 << 18;

/// A residual of so many tolerances that a doubling does not halve is taken for the limit of the arithmetic.
const NEARLY: f64 = 16.0;

impl<F: Real> Method<F> for IntegratedGradients {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        match self.quadrature {
            Quadrature::Exact => exact(case, case.baseline()),
            Quadrature::Midpoint { steps } => by_quadrature(case, case.baseline(), &quadrature::midpoint(steps)?),
            Quadrature::GaussLegendre { steps } => {
                by_quadrature(case, case.baseline(), &quadrature::gauss_legendre(steps)?)
            }
        }
    }
}

/// The exact sum from `baseline` `[E, D]` where there is one, and otherwise as many nodes as it takes.
pub(super) fn exact<F: Real>(case: &Case<'_, F>, baseline: ArrayView2<'_, F>) -> Result<Attribution<F>> {
    if let Some(pass) = case.text_cnn() {
        let path = envelope::integrated_gradients(pass, baseline, &case.target());
        return Ok(Attribution::summed(case, path.per_feature, vec![(Account::Baseline, path.start)]));
    }
    let mut nodes = MIN_NODES;
    let mut gap = F::infinity();
    loop {
        let attribution = by_quadrature(case, baseline, &quadrature::legendre_nodes(nodes))?;
        let ledger = &attribution.ledger;
        let nearly = ledger.residual.abs() <= ledger.tolerance * F::from_f64(NEARLY);
        let stuck = nearly && ledger.residual.abs() > gap * F::from_f64(0.5);
        gap = ledger.residual.abs();
        nodes *= 2;
        if ledger.holds() || stuck || nodes > MAX_NODES || nodes * case.tokens() > MAX_READ {
            return Ok(attribution);
        }
    }
}

fn by_quadrature<F: Real>(
    case: &Case<'_, F>,
    baseline: ArrayView2<'_, F>,
    nodes: &[Node],
) -> Result<Attribution<F>> {
    let way = difference(case.x(), baseline);
    let mut sum = Array2::zeros(way.raw_dim());
    for node in nodes {
        let (at, weight) = (F::from_f64(node.at), F::from_f64(node.weight));
        let mut x = baseline.to_owned();
        zip(&mut x, way.view(), |x, way| *x += way * at);
        zip(&mut sum, case.gradient_at(x)?.view(), |sum, slope| *sum += weight * slope);
    }
    let start = case.value_at(baseline.to_owned())?;
    let mut attribution = Attribution::summed(case, product(sum, way.view()), vec![(Account::Baseline, start)]);
    attribution.ledger.nodes = nodes.len();
    Ok(attribution)
}
