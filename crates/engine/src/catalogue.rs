//! The registries as data, for controls to be drawn from.

use serde::{Deserialize, Serialize};
use wordlight_explain::method::specs;
use wordlight_explain::spec::{Choice, MethodSpec, ParamSpec, Range};
use wordlight_explain::target::TargetKind;

use crate::scale::Scale;

/// An option: of a parameter, a target, a baseline or a scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ChoiceSpec {
    /// The id of the option, for programs and links.
    pub id: String,
    /// The name of the option, for readers.
    pub name: String,
    /// What the option means, in one sentence.
    pub meaning: String,
}

impl From<Choice> for ChoiceSpec {
    fn from(choice: Choice) -> Self {
        Self { id: choice.id.to_owned(), name: choice.name.to_owned(), meaning: choice.meaning.to_owned() }
    }
}

/// The description of a method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename = "MethodSpec")]
pub struct MethodCard {
    /// The id of the method, for programs and links.
    pub id: String,
    /// The name of the method, for readers.
    pub name: String,
    /// What the method says, in one sentence.
    pub summary: String,
    /// Its formula, in the letters of its paper.
    pub formula: String,
    /// The publication as it stands in a sentence: "Bach et al. 2015".
    pub citation: String,
    /// The publication with authors, title and venue.
    pub reference: String,
    /// The unit of its scores when a logit is explained.
    pub unit: String,
    /// Whether the scores depend on the baseline.
    pub uses_baseline: bool,
    /// Its parameters.
    pub params: Vec<ParamCard>,
}

/// The description of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
// What is flattened would be written as `extends`, and no interface can extend a union.
#[cfg_attr(feature = "typescript", tsify(type = "{ id: string; name: string; meaning: string } & ParamKind"))]
#[serde(rename = "ParamSpec")]
pub struct ParamCard {
    /// The id of the parameter, for programs and links.
    pub id: String,
    /// The name of the parameter, for readers.
    pub name: String,
    /// What the parameter means, in one sentence.
    pub meaning: String,
    /// The values that it may have, and its default.
    #[serde(flatten)]
    pub kind: ParamKind,
}

/// The values that a parameter may have, and its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ParamKind {
    /// A real number.
    Number {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
        /// The value if none is given.
        default: f64,
        /// The step of a control; none where any value makes sense.
        step: Option<f64>,
        /// Whether a slider should move on a logarithmic scale.
        log: bool,
    },
    /// A whole number.
    Integer {
        /// The smallest value.
        min: u32,
        /// The largest value.
        max: u32,
        /// The value if none is given.
        default: u32,
    },
    /// One of several names.
    Choice {
        /// The names that may be given.
        options: Vec<ChoiceSpec>,
        /// The id of the option that is taken if none is given.
        default: String,
    },
}

impl From<&ParamSpec> for ParamCard {
    fn from(spec: &ParamSpec) -> Self {
        let kind = match spec.range {
            Range::Number { min, max, default, log } => ParamKind::Number { min, max, default, step: None, log },
            Range::Integer { min, max, default } => ParamKind::Integer { min, max, default },
            Range::OneOf { options, default } => ParamKind::Choice {
                options: options.iter().copied().map(ChoiceSpec::from).collect(),
                default: default.to_owned(),
            },
        };
        Self { id: spec.id.to_owned(), name: spec.name.to_owned(), meaning: spec.meaning.to_owned(), kind }
    }
}

impl From<&MethodSpec> for MethodCard {
    fn from(spec: &MethodSpec) -> Self {
        Self {
            id: spec.id.to_owned(),
            name: spec.name.to_owned(),
            summary: spec.summary.to_owned(),
            formula: spec.formula.to_owned(),
            citation: spec.cite.short.to_owned(),
            reference: spec.cite.full.to_owned(),
            unit: if spec.in_target_units { "logit" } else { "logit per embedding unit" }.to_owned(),
            uses_baseline: spec.uses_baseline,
            params: spec.params.iter().map(ParamCard::from).collect(),
        }
    }
}

/// All methods.
pub fn method_cards() -> Vec<MethodCard> {
    specs().into_iter().map(MethodCard::from).collect()
}

/// All targets, the default first.
pub fn target_cards() -> Vec<ChoiceSpec> {
    TargetKind::ALL.iter().map(|kind| kind.choice().into()).collect()
}

/// All scales, the default first.
pub fn scale_cards() -> Vec<ChoiceSpec> {
    Scale::ALL.iter().map(|scale| scale.choice().into()).collect()
}

pub(crate) const ZERO: Choice = Choice {
    id: "zero",
    name: "zero vector",
    meaning: "every word is the zero vector, which our own networks also read for unknown words and for padding",
};

pub(crate) const MEAN: Choice = Choice {
    id: "mean",
    name: "mean vector",
    meaning: "every position, padding included, is the average word: of the training sentences, or of your own network’s vocabulary",
};

/// The named baselines, the default first. `text:` and a sentence is a baseline too.
pub fn baseline_cards() -> Vec<ChoiceSpec> {
    vec![ZERO.into(), MEAN.into()]
}
