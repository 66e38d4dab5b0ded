//! What can be asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wordlight_explain::spec::ParamValue;

use crate::scale::Scale;

/// A text and the rows to draw of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The text, as typed.
    pub text: String,
    /// The explanations that are wanted, each by one method of one checkpoint.
    pub rows: Vec<RowRequest>,
    /// How scores become colours.
    #[serde(default)]
    pub scale: Scale,
    /// The name of the true class, if it is known.
    #[serde(default)]
    pub truth: Option<String>,
    /// At most this many sentences are explained; the rest are counted.
    #[serde(default = "all")]
    pub max_sentences: usize,
}

/// Which method explains which number of which checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct RowRequest {
    /// The id of a loaded checkpoint.
    pub checkpoint: String,
    /// The id of a method; `method_cards` lists them.
    pub method: String,
    /// The parameters of the method by their ids; those not given have their defaults.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, number | string>"))]
    pub params: BTreeMap<String, ParamValue>,
    /// The number that is explained.
    #[serde(default)]
    pub target: TargetRequest,
    /// The baseline: `zero`, `mean`, or `text:` and a sentence.
    #[serde(default = "zero")]
    pub baseline: String,
}

/// The number that is explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
#[serde(deny_unknown_fields)]
pub struct TargetRequest {
    /// The id of a target; `target_cards` lists them.
    pub kind: String,
    /// The class, counted from 0; `None` for the predicted one.
    #[serde(default)]
    pub class: Option<usize>,
}

impl Default for TargetRequest {
    fn default() -> Self {
        Self { kind: "logit".to_owned(), class: None }
    }
}

fn zero() -> String {
    "zero".to_owned()
}

fn all() -> usize {
    usize::MAX
}
