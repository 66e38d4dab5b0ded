//! The laboratory: questions about one sentence that take more than a row of colours to answer.
//!
//! | question | answers |
//! |---|---|
//! | `why` | the windows a word stands in, the filters they won, the sum that its score is; or what it left in a memory |
//! | `detectors` | which words of the vocabulary would excite a word's filters most |
//! | `identity` | whether three methods give one number, and what breaks that |
//! | `steps` | how far Integrated Gradients of `n` steps are from the exact sum |
//! | `edits` | the verdict with a word deleted, negated or replaced |
//! | `flips` | every word of the vocabulary in a word's place, scored exactly |
//! | `pair` | two sentences, and where their difference comes from |
//! | `epochs` | what training changed, word by word |
//! | `seeds` | how much of it another seed would change |
//! | `curves` | what happens when the best words go, or come, first |
//! | `reference` | how far methods are from the exact Shapley values |
//! | `people` | whether people find the same words positive and negative |
//! | `phrases` | whether they find the same of whole phrases, in the paper's six reviews |
//! | `randomise` | whether the scores notice that the network was drawn anew |
//! | `corpus` | the words and windows that speak for a class, on average over the treebank |
//! | `confusion` | which classes the network takes for which |
//!
//! A question is one file and one line in [`Engine::study`]. Every answer is a [`Panel`].

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
use crate::engine::Engine;
use crate::panel::{Panel, Question};

/// The questions there are.
const QUESTIONS: [&str; 16] = [
    "why",
    "detectors",
    "identity",
    "steps",
    "edits",
    "flips",
    "pair",
    "epochs",
    "seeds",
    "curves",
    "reference",
    "people",
    "phrases",
    "randomise",
    "corpus",
    "confusion",
];

/// The questions there are, by id.
pub fn questions() -> &'static [&'static str] {
    &QUESTIONS
}

impl Engine {
    /// Answers a question, telling `progress` which part of long work is done; it stops when that returns false.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a question, checkpoint, method, target, baseline or option that does not exist,
    /// [`Error::Parameter`] for a sentence that does not exist or a question without a row, [`Error::Cancelled`], and the errors of methods and networks.
    pub fn study(&mut self, question: &Question, progress: &mut dyn FnMut(f64) -> bool) -> Result<Panel> {
        let Some(first) = question.rows.first() else {
            return Err(Error::Parameter {
                name: "rows".to_owned(),
                expected: "at least the row that is shown".to_owned(),
                found: "none".to_owned(),
            });
        };
        match question.about.as_str() {
            "corpus" => return corpus::corpus(self, question),
            "confusion" => return confusion::confusion(self, question),
            _ => {}
        }
        // The projected vocabulary is lent out, so that everything else can be borrowed from the engine.
        let mut vocabulary = std::mem::take(&mut self.vocabulary);
        let context = Context::new(self, question, first);
        let panel = context.and_then(|context| match question.about.as_str() {
            "why" => why::why(&context, question),
            "detectors" => filters::detectors(&context, question, &mut vocabulary),
            "identity" => identity::identity(&context, question),
            "steps" => steps::steps(&context, question, progress),
            "edits" => edits::edits(&context, question),
            "flips" => substitutions::flips(&context, question, &mut vocabulary, progress),
            "pair" => pair::pair(&context, question),
            "epochs" => epochs::epochs(&context, question),
            "seeds" => seeds::seeds(&context, question),
            "curves" => curves::curves(&context, question, progress),
            "reference" => shapley_distance::reference(&context, question, progress),
            "people" => people::people(&context, question),
            "phrases" => phrases::phrases(&context, question),
            "randomise" => randomise::randomise(&context, question),
            other => Err(Error::unknown("question", other, QUESTIONS)),
        });
        self.vocabulary = vocabulary;
        panel
    }
}
