//! One question: this network, this input, this number.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::backward::{Backward, Gradient};
use wordlight_nn::model::{Classifier, Pass, TextCnnPass};

use crate::baseline::Baseline;
use crate::target::{Target, TargetKind};
use crate::{Error, Result};

/// Words that a recurrent network reads in some twenty seconds.
const MAX_READ: usize = 2_000_000;

/// What a gradient costs, in forward passes.
pub(crate) const GRADIENT: usize = 3;

/// What a method is asked to explain: a network's pass over an input, a number of it, and a baseline. Several methods share
/// one case and so one forward pass. It is checked when it is made and cannot be changed.
pub struct Case<'a, F: Real> {
    model: &'a dyn Classifier<F>,
    tokens: usize,
    target: Target,
    baseline: Array2<F>,
    pass: &'a dyn Pass<F>,
}

impl<'a, F: Real> Case<'a, F> {
    /// A case for a finished pass of `model`. `class` defaults to the predicted one.
    ///
    /// # Errors
    /// [`Error::Class`], [`Error::BaselineShape`], [`Error::Parameter`] if there are fewer rows than tokens, and
    /// [`wordlight_nn::Error::Shape`] if the pass is not one of this network.
    pub fn new(
        model: &'a dyn Classifier<F>,
        pass: &'a dyn Pass<F>,
        tokens: usize,
        (kind, class): (TargetKind, Option<usize>),
        baseline: &Baseline<F>,
    ) -> Result<Self> {
        if tokens > pass.input().nrows() {
            return Err(Error::Parameter {
                name: "tokens".to_owned(),
                expected: format!("at most the {} rows of the input", pass.input().nrows()),
                found: tokens.to_string(),
            });
        }
        if (pass.input().ncols(), pass.logits().len()) != (model.dim(), model.classes()) {
            return Err(Error::Network(wordlight_nn::Error::Shape {
                what: "the pass".to_owned(),
                expected: vec![model.dim(), model.classes()],
                found: vec![pass.input().ncols(), pass.logits().len()],
            }));
        }
        let target = Target::pin(kind, class, pass.logits())?;
        Ok(Self { model, tokens, target, baseline: baseline.like(pass.input())?, pass })
    }

    /// The same question at another input; the class and the runner-up stay.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(crate) fn at<'b>(&self, pass: &'b dyn Pass<F>) -> Result<Case<'b, F>>
    where
        'a: 'b,
    {
        let (baseline, asked) =
            (Baseline::Rows(self.baseline.clone()), (self.target.kind(), Some(self.target.class())));
        let mut there = Case::new(self.model, pass, self.tokens, asked, &baseline)?;
        there.target = self.target;
        Ok(there)
    }

    /// The network that is explained.
    pub fn model(&self) -> &'a dyn Classifier<F> {
        self.model
    }

    /// `T`, the rows of the input that are words. The rows after them are padding.
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// Which number is explained: its kind and its class.
    pub fn target(&self) -> Target {
        self.target
    }

    /// The baseline, `[E, D]`.
    pub fn baseline(&self) -> ArrayView2<'_, F> {
        self.baseline.view()
    }

    /// The pass on the real input, if the network is a convolution with maximum over time.
    pub fn text_cnn(&self) -> Option<&TextCnnPass<'_, F>> {
        self.pass.as_text_cnn()
    }

    /// Refuses what would take minutes because it reads the whole text `times` times, in a network that has no short cut.
    pub(crate) fn afford(&self, method: &'static str, times: usize) -> Result<()> {
        if self.text_cnn().is_none() && times.saturating_mul(self.tokens) > MAX_READ {
            return Err(Error::Unsupported { method, reason: "reading a text this long so often would take minutes" });
        }
        Ok(())
    }

    /// The input, `[E, D]`.
    pub fn x(&self) -> ArrayView2<'_, F> {
        self.pass.input()
    }

    /// The logits on the real input, `[Y]`.
    pub fn logits(&self) -> ArrayView1<'_, F> {
        self.pass.logits()
    }

    /// The explained value, `F(x)`.
    pub fn value(&self) -> F {
        self.target.value(self.logits())
    }

    /// `dF/dz` on the real input, `[Y]`.
    pub fn seed(&self) -> Array1<F> {
        self.target.gradient(self.logits())
    }

    /// Sends `seed` `[Y]` back through the real input's pass.
    pub fn pull_back(&self, seed: Array1<F>, policy: &mut dyn Backward<F>) -> Array2<F> {
        self.pass.pull_back(seed, policy)
    }

    /// `F` at another input `[E, D]`.
    ///
    /// # Errors
    /// As [`Classifier::forward`].
    pub fn value_at(&self, x: Array2<F>) -> Result<F> {
        Ok(self.target.value(self.model.forward(x)?.logits()))
    }

    /// `dF/dx` at another input `[E, D]`.
    ///
    /// # Errors
    /// As [`Classifier::forward`].
    pub fn gradient_at(&self, x: Array2<F>) -> Result<Array2<F>> {
        let pass = self.model.forward(x)?;
        Ok(pass.pull_back(self.target.gradient(pass.logits()), &mut Gradient))
    }
}
