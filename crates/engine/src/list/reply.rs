//! What is told of a list of texts.

use serde::{Deserialize, Serialize};
use wordlight_explain::{Error, Result};

use crate::catalogue::ChoiceSpec;

/// What is known of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ListCard {
    /// One for a file of lines. The name is from the header, or "column 2"; the meaning is its first text.
    pub columns: Vec<ChoiceSpec>,
    /// The column that is read.
    pub column: usize,
    /// How many texts there are.
    pub total: usize,
    /// How many have been read.
    pub done: usize,
    /// Whether the true classes are known.
    pub labelled: bool,
    /// Both, and how many are of each class, in a sentence.
    pub message: String,
}

/// A screenful.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ListPage {
    /// How many lines could be shown.
    pub total: usize,
    /// Those asked for.
    pub lines: Vec<ListLine>,
}

/// A text and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct ListLine {
    /// From 1.
    pub number: usize,
    /// All of it.
    pub text: String,
    /// The true class; empty if nothing is known of it.
    pub truth: String,
    /// The predicted class; empty if the text could not be read.
    pub class_name: String,
    /// Its probability.
    pub percent: String,
    /// The words that decided, the strongest first.
    pub words: Vec<ListWord>,
    /// Why the text could not be read.
    pub problem: Option<String>,
}

/// A word that decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ListWord {
    /// As written.
    pub text: String,
    /// "+" or "-"
    pub sign: String,
}

/// How lines are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// As in the file.
    #[default]
    Number,
    /// By the true class, worst first.
    Truth,
    /// By the predicted class, worst first, in each by confidence.
    Class,
    /// By the probability of the predicted class.
    Confidence,
}

impl ListOrder {
    /// `number`, `truth`, `class` or `confidence`.
    ///
    /// # Errors
    /// [`Error::Unknown`]
    pub fn parse(id: &str) -> Result<Self> {
        match id {
            "number" => Ok(Self::Number),
            "truth" => Ok(Self::Truth),
            "class" => Ok(Self::Class),
            "confidence" => Ok(Self::Confidence),
            other => Err(Error::unknown("order", other, ["number", "truth", "class", "confidence"])),
        }
    }
}
