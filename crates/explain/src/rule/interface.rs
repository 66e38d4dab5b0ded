//! What every rule can do, and what most of them are made of.

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, Part, WeightMap};
use wordlight_nn::ops::{dot, flat, flat_mut, product, zip};

use crate::spec::{Choice, MethodSpec, ParamSpec, Params, Range};
use crate::stabiliser::Stabiliser;

/// Whether a layer's bias takes a share of the relevance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bias {
    /// The bias is part of the denominator; its share is lost to the words and booked in the ledger.
    #[default]
    Absorb,
    /// The bias is left out of the denominator; the words share everything.
    Ignore,
}

/// What a rule returns: the relevance of a layer's inputs, and what did not reach them.
#[derive(Clone, Debug)]
pub struct Split<F> {
    /// The relevance of the inputs, in the shape of `x`.
    pub relevance: Array2<F>,
    /// The relevance that the biases kept.
    pub bias: F,
    /// The relevance that stabilised divisions lost.
    pub stabiliser: F,
}

/// A rule of layer-wise relevance propagation.
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
pub(super) struct Branch<F> {
    /// The part of each output's relevance that goes this way; the fractions of a rule's branches sum to 1.
    pub(super) fraction: F,
    /// The part of the bias in the denominator.
    pub(super) bias: Part<F>,
    pub(super) stabiliser: Stabiliser<F>,
}

impl<F: Real> Branch<F> {
    /// Hands out `fraction * r` in proportion to the contributions `weight(w_ij) input_i`.
    pub(super) fn redistribute(
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
    pub(super) fn hand_out(
        &self,
        layer: &dyn Affine<F>,
        contributions: Array2<F>,
        r: ArrayView2<'_, F>,
    ) -> (Array2<F>, F, F) {
        let mut denominator = contributions;
        let bias: Vec<F> = layer.bias().iter().map(|&b| self.bias.of(b)).collect();
        for row in flat_mut(&mut denominator).chunks_exact_mut(bias.len()) {
            row.iter_mut().zip(&bias).for_each(|(sum, &b)| *sum += b);
        }
        self.quotient(denominator, &bias, r)
    }

    /// `fraction r / (denominator + stabiliser)`, with the shares of bias and stabiliser.
    pub(super) fn quotient(&self, denominator: Array2<F>, bias: &[F], r: ArrayView2<'_, F>) -> (Array2<F>, F, F) {
        let mut s = denominator;
        let mut lost = F::zero();
        zip(&mut s, r, |s, r| {
            let offset = self.stabiliser.offset(*s);
            *s = self.fraction * r / (*s + offset);
            lost += *s * offset;
        });
        let kept = flat(&s.view()).chunks_exact(bias.len()).map(|row| dot(row, bias)).sum();
        (s, F::from_f64(kept), lost)
    }
}

/// The description of a rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleSpec {
    /// The id of the rule, for programs and links: its published name.
    pub id: &'static str,
    /// The name of the rule, for readers.
    pub name: &'static str,
    /// What the rule does, in one sentence.
    pub summary: &'static str,
    /// The method that applies the rule at every layer; it has the rule's source and parameters.
    pub method: MethodSpec,
}

impl RuleSpec {
    pub(super) const fn choice(&self) -> Choice {
        Choice { id: self.id, name: self.name, meaning: self.summary }
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
    pub(super) fn part<F>(self, part: Part<F>) -> Part<F> {
        match self {
            Self::Absorb => part,
            Self::Ignore => Part::Zero,
        }
    }
}
