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
    /// As typed.
    pub text: String,
    /// One per method and checkpoint.
    pub rows: Vec<RowRequest>,
    /// What the strongest colour stands for.
    #[serde(default)]
    pub scale: Scale,
    /// The name of the true class, if it is known.
    #[serde(default)]
    pub truth: Option<String>,
    /// At most this many sentences are explained; the rest are counted.
    #[serde(default = "all")]
    pub max_sentences: usize,
}

/// A row: who explains what, how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct RowRequest {
    /// A loaded checkpoint.
    pub checkpoint: String,
    /// A method of the registry.
    pub method: String,
    /// Parameters that are not at their default.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, number | string>"))]
    pub params: BTreeMap<String, ParamValue>,
    /// The number to explain.
    #[serde(default)]
    pub target: TargetRequest,
    /// `zero`, `mean`, or `text:` and a sentence.
    #[serde(default = "zero")]
    pub baseline: String,
}

/// The number to explain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
#[serde(deny_unknown_fields)]
pub struct TargetRequest {
    /// A target of the registry.
    pub kind: String,
    /// The class; the predicted one if nothing is said.
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
