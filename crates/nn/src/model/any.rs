//! A network of any kind: what a weight file holds.

use ndarray::{Array2, ArrayView2};

use super::{BiLstm, Classifier, Pass, TextCnn};
use crate::params::Parameters;
use crate::weights::Architecture;
use crate::{Real, Result};

/// One of the kinds of network.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "a handful of networks, and each is mostly what it points to")]
pub enum AnyModel<F> {
    /// A convolution over words with maximum over time.
    TextCnn(TextCnn<F>),
    /// A bidirectional LSTM.
    BiLstm(BiLstm<F>),
}

impl<F: Real> AnyModel<F> {
    /// The kind and its sizes.
    pub fn architecture(&self) -> Architecture {
        match self {
            Self::TextCnn(model) => Architecture::TextCnn(model.config().clone()),
            Self::BiLstm(model) => Architecture::BiLstm(model.config().clone()),
        }
    }

    /// The network as a bidirectional LSTM, if it is one.
    pub fn as_bilstm(&self) -> Option<&BiLstm<F>> {
        match self {
            Self::BiLstm(model) => Some(model),
            Self::TextCnn(_) => None,
        }
    }

    fn classifier(&self) -> &dyn Classifier<F> {
        match self {
            Self::TextCnn(model) => model,
            Self::BiLstm(model) => model,
        }
    }
}

impl<F> From<TextCnn<F>> for AnyModel<F> {
    fn from(model: TextCnn<F>) -> Self {
        Self::TextCnn(model)
    }
}

impl<F> From<BiLstm<F>> for AnyModel<F> {
    fn from(model: BiLstm<F>) -> Self {
        Self::BiLstm(model)
    }
}

impl<F: Real> Classifier<F> for AnyModel<F> {
    fn dim(&self) -> usize {
        self.classifier().dim()
    }

    fn classes(&self) -> usize {
        self.classifier().classes()
    }

    fn positions(&self, tokens: usize) -> usize {
        self.classifier().positions(tokens)
    }

    fn padded_len(&self, tokens: usize) -> usize {
        self.classifier().padded_len(tokens)
    }

    fn forward<'m>(&'m self, x: Array2<F>) -> Result<Box<dyn Pass<F> + 'm>> {
        self.classifier().forward(x)
    }

    fn logits_of(&self, rows: ArrayView2<'_, F>, inputs: &[Vec<usize>]) -> Result<Array2<F>> {
        self.classifier().logits_of(rows, inputs)
    }

    fn as_text_cnn(&self) -> Option<&TextCnn<F>> {
        self.classifier().as_text_cnn()
    }
}

impl<F: Real> Parameters<F> for AnyModel<F> {
    fn update(&mut self, change: &mut dyn FnMut(&str, &mut [F])) {
        match self {
            Self::TextCnn(model) => model.update(change),
            Self::BiLstm(model) => model.update(change),
        }
    }

    fn parameter_count(&self) -> usize {
        match self {
            Self::TextCnn(model) => model.parameter_count(),
            Self::BiLstm(model) => model.parameter_count(),
        }
    }
}
