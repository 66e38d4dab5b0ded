//! What a question of the study says of itself: who answers it, and what the page draws and sends.

use serde::Serialize;
use wordlight_explain::Result;

use crate::engine::Engine;
use crate::panel::{Panel, Question};
use crate::study::context::Context;
use crate::study::vocabulary_products::Vocabulary;

/// A question of the study.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct QuestionSpec {
    /// [`Question::about`], also in links and saved data.
    pub id: &'static str,
    /// The heading of its answer.
    pub title: &'static str,
    /// What it answers, in a line.
    pub answers: &'static str,
    /// What it is about.
    pub about: Subject,
    /// The rows that belong to it.
    pub rows: RowSet,
    /// The file that has to be loaded for it: an id of [`Manifest::data_files`](crate::site::manifest::Manifest).
    pub file: Option<&'static str>,
    /// What else can be asked for.
    pub fields: &'static [Field],
    /// Who answers it.
    #[serde(skip)]
    pub(crate) answer: Answer,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A word of a sentence.
    Word,
    /// A sentence.
    Sentence,
    /// A network; there need be no text.
    Network,
}

/// The rows of a question. The first is always the one that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum RowSet {
    /// The shown row alone.
    Shown,
    /// The same for other methods.
    Methods,
    /// The same for the checkpoints of one run, in order of training; at least two of them.
    Epochs,
    /// The same for networks that differ in their seed.
    Seeds,
}

/// A part of a question that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Field {
    /// Where it goes. Several that go into one part have a blank between them.
    pub part: Part,
    /// Its name in links.
    pub key: &'static str,
    /// What it is when nothing was chosen, as it is written in a link.
    pub initial: &'static str,
    /// What it may be.
    pub kind: FieldKind,
}

/// The part of a [`Question`] that a field fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// [`Question::other`]
    Other,
    /// [`Question::choice`]
    Choice,
    /// [`Question::seed`]
    Seed,
    /// [`Question::rows`]: which of several groups of networks.
    Rows,
}

/// What a field may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum FieldKind {
    /// An id of the answer's options.
    Id,
    /// A text.
    Text {
        /// Characters, at most.
        most: u32,
        /// What stands before its box; nothing if it has none.
        label: &'static str,
        /// What stands in the empty box.
        placeholder: &'static str,
    },
    /// A whole number from 0 on.
    Number {
        /// The largest.
        most: u32,
    },
}

/// Who answers a question.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// One about a sentence.
    Sentence(fn(&Context<'_>, &Question, &mut Work<'_>) -> Result<Panel>),
    /// One about a network.
    Network(fn(&Engine, &Question) -> Result<Panel>),
}

/// What long work needs.
pub(crate) struct Work<'a> {
    /// What is kept from one question to the next.
    pub(crate) vocabulary: &'a mut Vocabulary,
    /// Told which part is done; it is to stop when this returns false.
    pub(crate) progress: &'a mut dyn FnMut(f64) -> bool,
}
