//! Beyond one sentence: what a network made of the whole treebank ([`crate::site::corpus::Corpus`]).
//!
//! The tables were measured beforehand on the shipped networks, because the sentences are not ours to hand out. Whoever
//! has the treebank's file sees the sentences behind the numbers ([`crate::list::List::trees`]).

use wordlight_explain::{Error, Result};

use crate::engine::Engine;
use crate::panel::Question;
use crate::site::corpus::{Corpus, CorpusNetwork};

/// What the network of the question made of the treebank, none if it was not measured; and the names of its classes.
///
/// # Errors
/// [`Error::Unknown`] if the tables or the checkpoint are not loaded.
pub(crate) fn measured<'a>(
    engine: &'a Engine,
    question: &Question,
) -> Result<(&'a Corpus, Option<&'a CorpusNetwork>, &'a [String])> {
    let corpus = engine.corpus.as_ref().ok_or_else(|| Error::unknown("file", "corpus tables", []))?;
    let checkpoint = &question.rows[0].checkpoint;
    let labels = engine.labels(checkpoint)?;
    Ok((corpus, corpus.of(checkpoint).filter(|network| network.classes.len() == labels.len()), labels))
}
