//! The sizes of the network.

use serde::{Deserialize, Serialize};

use crate::layer::Activation;
use crate::model::MAX_TOKENS;
use crate::{Error, Result};

/// The sizes of a [`TextCnn`](super::TextCnn).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextCnnConfig {
    /// The dimensions of a word vector, `D`.
    pub dim: usize,
    /// The number of classes, `Y`.
    pub classes: usize,
    /// The words per window of each convolution, `K`.
    pub widths: Vec<usize>,
    /// The number of filters of each width, `C`.
    pub filters: usize,
    /// The activation `f` between the convolutions and the maximum: linear or ReLU.
    pub activation: Activation,
    /// Texts shorter than this are padded with zero vectors up to it. Longer ones are read whole.
    pub pad_to: usize,
}

impl TextCnnConfig {
    /// The paper's network: 100 filters over pairs of words, linear, padded to 40.
    pub fn paper(dim: usize) -> Self {
        Self { dim, classes: 5, widths: vec![2], filters: 100, activation: Activation::Linear, pad_to: 40 }
    }

    /// Kim's network: 100 filters each over 3, 4 and 5 words, ReLU.
    pub fn kim(dim: usize) -> Self {
        Self { dim, classes: 5, widths: vec![3, 4, 5], filters: 100, activation: Activation::Relu, pad_to: 0 }
    }

    /// The number of features that the dense layer reads, `M`.
    pub fn features(&self) -> usize {
        self.widths.len() * self.filters
    }

    /// # Errors
    /// [`Error::Setting`] naming the first size that is out of range.
    pub fn validate(&self) -> Result<()> {
        let check = Error::check_setting;
        check("dim", self.dim, 1..=4096)?;
        check("classes", self.classes, 2..=1000)?;
        check("filters", self.filters, 1..=65_536)?;
        check("the number of widths", self.widths.len(), 1..=16)?;
        check("pad_to", self.pad_to, 0..=MAX_TOKENS)?;
        if !matches!(self.activation, Activation::Linear | Activation::Relu) {
            return Err(Error::Setting {
                name: "activation",
                expected: "linear or relu".to_owned(),
                found: format!("{:?}", self.activation).to_lowercase(),
            });
        }
        self.widths.iter().try_for_each(|&width| check("width", width, 1..=64))
    }

    pub(super) fn widest(&self) -> usize {
        self.widths.iter().copied().max().unwrap_or(1)
    }
}
