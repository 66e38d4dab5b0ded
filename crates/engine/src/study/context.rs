//! One sentence as one network reads it: what every question of the study starts from.

use wordlight_explain::case::Case;
use wordlight_explain::query::Answer;
use wordlight_explain::target::Target;
use wordlight_explain::{Error, Result};
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::{Classifier, MAX_TOKENS, Pass, TextCnn};
use wordlight_nn::text::{Token, split_sentences, tokenize};

use crate::engine::{Engine, Loaded};
use crate::panel::Question;
use crate::request::RowRequest;
use crate::study::vocabulary_products::{Products, Vocabulary};
use crate::wording::Names;

/// A sentence, its words, and a network's pass over it.
pub(crate) struct Context<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) loaded: &'a Loaded,
    pub(crate) embedding: &'a Embedding,
    /// The whole text.
    pub(crate) text: &'a str,
    /// The words of the sentence; their spans are those of the whole text.
    pub(crate) tokens: Vec<Token>,
    pass: Box<dyn Pass<f32> + 'a>,
}

impl<'a> Context<'a> {
    /// The sentence of a question, read by the network of `row`.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a checkpoint that is not loaded, [`Error::Parameter`] if there is no such sentence, and
    /// [`wordlight_nn::Error::TooLong`].
    pub(crate) fn new(engine: &'a Engine, question: &'a Question, row: &RowRequest) -> Result<Self> {
        Self::of_text(engine, &question.text, question.sentence, row)
    }

    /// The same for a text that is not the question's.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(crate) fn of_text(engine: &'a Engine, text: &'a str, sentence: usize, row: &RowRequest) -> Result<Self> {
        let loaded = engine.checkpoint(&row.checkpoint)?;
        let embedding = engine.embedding(&loaded.vectors)?;
        let tokens = tokenize(text);
        if tokens.len() > MAX_TOKENS {
            return Err(Error::Network(wordlight_nn::Error::TooLong { limit: MAX_TOKENS, found: tokens.len() }));
        }
        let sentences = split_sentences(text, &tokens);
        let Some(range) = sentences.get(sentence) else {
            return Err(Error::Parameter {
                name: "the sentence".to_owned(),
                expected: format!("one of the {} of the text, counted from 0", sentences.len()),
                found: sentence.to_string(),
            });
        };
        let tokens = tokens[range.clone()].to_vec();
        let pass = loaded.network.forward(engine.input(loaded, &tokens)?)?;
        Ok(Self { engine, loaded, embedding, text, tokens, pass })
    }

    /// The case of a row; its network has to be the context's.
    ///
    /// # Errors
    /// As [`Case::new`], and [`Error::Unknown`] for a target or a baseline that does not exist.
    pub(crate) fn case(&self, row: &RowRequest) -> Result<Case<'_, f32>> {
        let query = self.engine.query(row, self.loaded)?;
        query.case(&self.loaded.network, self.pass.as_ref(), self.tokens.len())
    }

    /// The scores of a row, telling `progress` of long work.
    ///
    /// # Errors
    /// As [`Self::case`] and those of the method.
    pub(crate) fn score(&self, row: &RowRequest, progress: &mut dyn FnMut(f64) -> bool) -> Result<Answer<f32>> {
        let query = self.engine.query(row, self.loaded)?;
        query.ask(&query.case(&self.loaded.network, self.pass.as_ref(), self.tokens.len())?, progress)
    }

    /// The network as a convolution with maximum over time.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if it is none.
    pub(crate) fn cnn(&self) -> Result<&'a TextCnn<f32>> {
        self.loaded.network.as_text_cnn().ok_or(Error::Unsupported {
            method: "A look at windows and filters",
            reason: "this network reads word by word and has none",
        })
    }

    /// The products of the network's filters with its vocabulary; none for a network without filters.
    pub(crate) fn products<'v>(&self, vocabulary: &'v mut Vocabulary, row: &RowRequest) -> Products<'v> {
        match self.loaded.network.as_text_cnn() {
            Some(cnn) => vocabulary.products(&row.checkpoint, cnn, (&self.loaded.vectors, self.embedding)),
            None => Products::default(),
        }
    }

    /// The words as typed.
    pub(crate) fn word(&self, i: usize) -> &'a str {
        &self.text[self.tokens[i].span.clone()]
    }

    /// The words of a window from position `p` on; what is behind the sentence is padding.
    pub(crate) fn window(&self, p: usize, width: usize) -> String {
        let word = |i| if i < self.tokens.len() { self.word(i) } else { "·" };
        (p..p + width).map(word).collect::<Vec<_>>().join(" ")
    }

    /// The name of a class.
    pub(crate) fn class(&self, class: usize) -> &'a str {
        self.loaded.labels.get(class).map_or("", String::as_str)
    }

    /// The names of what a target explains.
    pub(crate) fn names(&self, target: Target) -> Names<'a> {
        let predicted = wordlight_nn::model::argmax(self.pass.logits());
        Names {
            class: self.class(target.class()),
            runner_up: self.class(target.runner_up()),
            predicted: self.class(predicted),
            target,
            in_target_units: true,
        }
    }

    /// The logits, `[Y]`.
    pub(crate) fn logits(&self) -> ndarray::ArrayView1<'_, f32> {
        self.pass.logits()
    }

    /// The text with the bytes `from..to` replaced.
    pub(crate) fn spliced(&self, from: usize, to: usize, by: &str) -> String {
        format!("{}{by}{}", &self.text[..from], &self.text[to..])
    }
}

/// Scores in the precision in which they are compared.
pub(crate) fn to_f64(scores: &ndarray::Array1<f32>) -> Vec<f64> {
    scores.iter().map(|score| f64::from(*score)).collect()
}
