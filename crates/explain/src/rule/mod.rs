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
//! the contributions ([`Affine::contributions`], [`Affine::share`]). No rule touches a layer's arithmetic: all of them go
//! through [`Affine`].
//!
//! A rule is one file here and one line in [`rules`].

mod alpha_beta;
mod epsilon;
mod flat;
mod gamma;
mod w_square;
mod z;
mod z_box;
mod z_plus;

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, Part, WeightMap};
use wordlight_nn::ops::{dot, flat, flat_mut, product, zip};

pub(crate) use alpha_beta::SPEC as ALPHA_BETA_SPEC;
pub use alpha_beta::{AlphaBeta, Reading};
pub use epsilon::Epsilon;
pub(crate) use epsilon::SPEC as EPSILON_SPEC;
pub use flat::Flat;
pub(crate) use flat::SPEC as FLAT_SPEC;
pub use gamma::Gamma;
pub(crate) use gamma::SPEC as GAMMA_SPEC;
pub(crate) use w_square::SPEC as W_SQUARE_SPEC;
pub use w_square::WSquare;
pub(crate) use z::SPEC as Z_SPEC;
pub use z::Z;
pub(crate) use z_box::SPEC as Z_BOX_SPEC;
pub use z_box::ZBox;
pub(crate) use z_plus::SPEC as Z_PLUS_SPEC;
pub use z_plus::ZPlus;

use crate::cite::Citation;
use crate::spec::{Choice, ParamSpec, Params, Range};
use crate::stabiliser::Stabiliser;
use crate::{Error, Result};

/// What becomes of the share that belongs to the bias.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bias {
    /// The bias is part of the denominator; its share is lost to the words and booked in the ledger.
    #[default]
    Absorb,
    /// The bias is left out of the denominator; the words share everything.
    Ignore,
}

/// The relevance of a layer's inputs, and what did not reach them.
#[derive(Clone, Debug)]
pub struct Split<F> {
    /// The relevance of the inputs, in the shape of `x`.
    pub relevance: Array2<F>,
    /// What the biases kept.
    pub bias: F,
    /// What stabilised divisions lost.
    pub stabiliser: F,
}

/// A rule.
pub trait Rule<F: Real>: Send + Sync {
    /// Hands the relevance `r` of the layer's outputs to its inputs.
    ///
    /// # Shapes
    /// `x` is the layer's input, `z = W x + b` its output, `r` has the shape of `z`.
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        z: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F>;
}

/// A share of the relevance, and what keeps a part of it from the inputs.
struct Branch<F> {
    /// The part of each output's relevance that goes this way; the fractions of a rule's branches sum to 1.
    fraction: F,
    /// The part of the bias in the denominator.
    bias: Part<F>,
    stabiliser: Stabiliser<F>,
}

impl<F: Real> Branch<F> {
    /// Hands out `fraction * r` in proportion to the contributions `weight(w_ij) input_i`.
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        (input, weight): (ArrayView2<'_, F>, Part<F>),
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        let map = WeightMap::without_bias(weight);
        let (s, kept, lost) = self.hand_out(layer, layer.apply(input, map), r);
        let relevance = product(layer.adjoint(s.view(), map), input);
        Split { relevance, bias: kept, stabiliser: lost }
    }

    /// `fraction r / (contributions + bias + stabiliser)`, with the shares of bias and stabiliser. All have the shape of
    /// the output.
    fn hand_out(&self, layer: &dyn Affine<F>, contributions: Array2<F>, r: ArrayView2<'_, F>) -> (Array2<F>, F, F) {
        let mut denominator = contributions;
        let bias: Vec<F> = layer.bias().iter().map(|&b| self.bias.of(b)).collect();
        for row in flat_mut(&mut denominator).chunks_exact_mut(bias.len()) {
            row.iter_mut().zip(&bias).for_each(|(sum, &b)| *sum += b);
        }
        self.quotient(denominator, &bias, r)
    }

    /// `fraction r / (denominator + stabiliser)`, with the shares of bias and stabiliser.
    fn quotient(&self, denominator: Array2<F>, bias: &[F], r: ArrayView2<'_, F>) -> (Array2<F>, F, F) {
        let mut s = denominator;
        let mut lost = F::zero();
        zip(&mut s, r, |s, r| {
            let offset = self.stabiliser.offset(*s);
            *s = self.fraction * r / (*s + offset);
            lost += *s * offset;
        });
        let kept = flat(&s.view()).chunks_exact(bias.len()).map(|row| dot(row, bias)).sum();
        (s, F::of(kept), lost)
    }
}

/// A rule in the registry.
#[derive(Clone, Copy, Debug)]
pub struct RuleSpec {
    /// For programs and links: the published name.
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Where it was published.
    pub cite: Citation,
    /// Its parameters.
    pub params: &'static [ParamSpec],
}

impl RuleSpec {
    /// The rule with parameters that were checked against [`RuleSpec::params`].
    ///
    /// # Errors
    /// As the rule's constructor.
    pub fn build<F: Real>(&self, params: &Params) -> Result<Box<dyn Rule<F>>> {
        build(self.id, params)
    }
}

/// The parameter that all rules with a bias in the denominator share.
pub(crate) const BIAS: ParamSpec = bias_param("absorb");

/// The same for a rule whose publication leaves the bias out.
pub(crate) const NO_BIAS: ParamSpec = bias_param("ignore");

const fn bias_param(default: &'static str) -> ParamSpec {
    ParamSpec {
        id: "bias",
        name: "bias",
        meaning: "whether the bias takes its share of the relevance, or the words share everything",
        range: Range::OneOf {
            options: &[
                Choice {
                    id: "absorb",
                    name: "absorbs its share",
                    meaning: "the bias is in the denominator; no word gets its share",
                },
                Choice { id: "ignore", name: "is ignored", meaning: "the bias is left out of the denominator" },
            ],
            default,
        },
    }
}

impl Bias {
    pub(crate) fn from_params(params: &Params) -> Self {
        if params.choice("bias") == "ignore" { Self::Ignore } else { Self::Absorb }
    }

    /// The part of the bias that a denominator holds if the rule would take `part`.
    fn part<F>(self, part: Part<F>) -> Part<F> {
        match self {
            Self::Absorb => part,
            Self::Ignore => Part::Zero,
        }
    }
}

/// All rules, in the order in which they are taught.
pub fn rules() -> &'static [RuleSpec] {
    &[z::SPEC, epsilon::SPEC, gamma::SPEC, alpha_beta::SPEC, z_plus::SPEC, w_square::SPEC, flat::SPEC, z_box::SPEC]
}

/// The rule with this name.
///
/// # Errors
/// [`Error::Unknown`]
pub fn rule(id: &str) -> Result<&'static RuleSpec> {
    let known = rules();
    known.iter().find(|spec| spec.id == id).ok_or_else(|| Error::unknown("rule", id, known.iter().map(|spec| spec.id)))
}

fn build<F: Real>(id: &str, params: &Params) -> Result<Box<dyn Rule<F>>> {
    Ok(match id {
        "z" => Box::new(Z::new(Bias::from_params(params))),
        "epsilon" => Box::new(Epsilon::new(F::of(params.number("epsilon")), Bias::from_params(params))?),
        "gamma" => Box::new(Gamma::new(F::of(params.number("gamma")), Bias::from_params(params))?),
        "alpha-beta" => Box::new(AlphaBeta::new(
            F::of(params.number("alpha")),
            Reading::from_params(params),
            Bias::from_params(params),
        )?),
        "z-plus" => Box::new(ZPlus::new(Bias::from_params(params))),
        "w-square" => Box::new(WSquare::new(Bias::from_params(params))),
        "flat" => Box::new(Flat::new()),
        "z-box" => Box::new(ZBox::new(F::of(params.number("low")), F::of(params.number("high")))?),
        other => return Err(Error::unknown("rule", other, rules().iter().map(|spec| spec.id))),
    })
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
