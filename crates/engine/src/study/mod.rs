//! The study: questions about one sentence that take more than a row of colours to answer.
//!
//! A question is one file, which holds its [`QuestionSpec`], and one line in [`QUESTIONS`]. The list says who answers, and
//! what the page draws and asks. Every answer is a [`Panel`].

mod baseline_sentence;
mod confusion;
mod context;
mod corpus;
mod curves;
mod edits;
mod epochs;
mod filters;
mod human_text;
mod identity;
mod measured;
mod pair;
mod people;
mod phrases;
mod randomise;
pub(crate) mod review_phrases;
mod seeds;
mod series;
mod shapley_distance;
pub(crate) mod spec;
mod steps;
mod substitutions;
pub(crate) mod training;
pub(crate) mod vocabulary_products;
mod vocabulary_scan;
mod why;
mod why_lstm;
mod winners;

use wordlight_explain::{Error, Result};

use self::context::Context;
use self::spec::{Answer, QuestionSpec, Work};
use crate::engine::Engine;
use crate::panel::{Panel, Question};

/// The questions there are, in the order of the page. Their ids are in links and in saved data, so they stay as they are:
/// `flips` are substitutions, `detectors` filters, `reference` the distance to the Shapley values.
static QUESTIONS: &[QuestionSpec] = &[
    why::SPEC,
    filters::SPEC,
    identity::SPEC,
    steps::SPEC,
    edits::SPEC,
    substitutions::SPEC,
    pair::SPEC,
    epochs::SPEC,
    seeds::SPEC,
    curves::SPEC,
    shapley_distance::SPEC,
    people::SPEC,
    phrases::SPEC,
    randomise::SPEC,
    corpus::SPEC,
    confusion::SPEC,
];

/// The questions there are.
pub fn questions() -> &'static [QuestionSpec] {
    QUESTIONS
}

impl Engine {
    /// Answers a question, telling `progress` which part of long work is done; it stops when that returns false.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a question, checkpoint, method, target, baseline or option that does not exist, or a file that
    /// was not loaded, [`Error::Parameter`] for a sentence that does not exist or a question without a row,
    /// [`Error::Cancelled`], and the errors of methods and networks.
    pub fn study(&mut self, question: &Question, progress: &mut dyn FnMut(f64) -> bool) -> Result<Panel> {
        let Some(first) = question.rows.first() else {
            return Err(Error::Parameter {
                name: "rows".to_owned(),
                expected: "at least the row that is shown".to_owned(),
                found: "none".to_owned(),
            });
        };
        let spec = QUESTIONS.iter().find(|spec| spec.id == question.about);
        let spec =
            spec.ok_or_else(|| Error::unknown("question", &question.about, QUESTIONS.iter().map(|spec| spec.id)))?;
        match spec.answer {
            Answer::Network(answer) => answer(self, question),
            Answer::Sentence(answer) => {
                // The products of the vocabulary are lent out, so that everything else can be borrowed from the engine.
                let mut vocabulary = std::mem::take(&mut self.vocabulary);
                let panel = Context::new(self, question, first).and_then(|context| {
                    answer(&context, question, &mut Work { vocabulary: &mut vocabulary, progress })
                });
                self.vocabulary = vocabulary;
                panel
            }
        }
    }
}
