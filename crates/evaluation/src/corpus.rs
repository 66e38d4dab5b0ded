//! Which words and windows speak for a class, on average over the training sentences, and which classes a network takes
//! for which: the file `corpus.txt` of the page ([`wordlight_engine::Corpus`]).
//!
//! For every class the logit is explained on every sentence: gradient times input gives each word's relevance, the n-gram
//! ledger each window's credit ([`wordlight_explain::exact::ngrams`]). Both are averaged over all occurrences; a window
//! that won no filter counts as 0. Words and windows that come rarely are left out, since a mean of two says little.

use std::path::Path;

use anyhow::Result;
use rayon::prelude::*;
use wordlight_engine::{CorpusClass, CorpusEntry, CorpusNetwork};
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::exact::ngrams::ngrams;
use wordlight_explain::method::{GradientXInput, Method};
use wordlight_explain::target::TargetKind;
use wordlight_nn::model::{Classifier, argmax};
use wordlight_nn::text::trees::CLASSES;
use wordlight_site::Site;
use wordlight_train::data::treebank::Split;

use crate::human_labels::{Labelled, Means, means};

/// Relevance and credit of one sentence for every class.
type Scored = Vec<(Vec<f64>, Vec<f64>)>;

/// Explains the training sentences by a network, keeps `rows` words and windows of each class, and counts which classes
/// it takes for which on the test sentences.
///
/// # Errors
/// A treebank or a checkpoint that does not read.
pub fn measure(
    site: &Site,
    checkpoint: &str,
    treebank: &Path,
    (rows, at_least): (usize, usize),
) -> Result<CorpusNetwork> {
    let (embedding, network) = (site.embedding(checkpoint)?, site.network(checkpoint)?);
    let sentences = Labelled::read(treebank, Split::Train, 0)?;
    // A network without filters has no windows that could have a credit.
    let width = network.as_text_cnn().map_or(0, |cnn| cnn.config().widths[0]);
    let pass = |sentence: &Labelled| {
        let words: Vec<Option<usize>> = sentence.words.iter().map(|word| embedding.vocab().get(word)).collect();
        network.forward(embedding.embed(&words, network.positions(words.len())))
    };
    let score = |sentence: &Labelled| -> Result<Scored> {
        let (pass, words) = (pass(sentence)?, sentence.words.len());
        (0..network.classes())
            .map(|class| {
                let asked = (TargetKind::Logit, Some(class));
                let case = Case::new(&network, pass.as_ref(), words, asked, &Baseline::Zero)?;
                let relevance = GradientXInput.attribute(&case)?.per_token;
                let mut credit = Vec::new();
                if width > 0 {
                    credit.resize((words + 1).saturating_sub(width), 0.0);
                    for ngram in ngrams(&case)?.ngrams {
                        if ngram.width == width && ngram.start < credit.len() {
                            credit[ngram.start] = f64::from(ngram.credit);
                        }
                    }
                }
                Ok((relevance.iter().map(|v| f64::from(*v)).collect(), credit))
            })
            .collect()
    };
    let scored: Vec<Scored> = sentences.par_iter().map(score).collect::<Result<_>>()?;
    let human = means(&sentences);
    let classes = network.classes().min(CLASSES.len());
    let class_table = |class: usize| {
        let (mut words, mut windows) = (Means::default(), Means::default());
        for (sentence, scored) in sentences.iter().zip(&scored) {
            let (relevance, credit) = &scored[class];
            sentence.words.iter().zip(relevance).for_each(|(word, value)| words.add(word, *value));
            let places = sentence.words.windows(width.max(1));
            places.zip(credit).for_each(|(window, value)| windows.add(&window.join(" "), *value));
        }
        CorpusClass { words: top(&words, &human.0, rows, at_least), windows: top(&windows, &human.1, rows, at_least) }
    };
    let mut confusion = vec![vec![0; classes]; classes];
    let tested = Labelled::read(treebank, Split::Test, 0)?;
    let taken = |sentence: &Labelled| Ok((sentence.label, argmax(pass(sentence)?.logits())));
    for (truth, taken) in tested.par_iter().map(taken).collect::<Result<Vec<_>>>()? {
        confusion[truth][taken] += 1;
    }
    let (model, entry) = site.find(checkpoint)?;
    Ok(CorpusNetwork {
        checkpoint: checkpoint.to_owned(),
        name: format!("{}, {}", model.name, entry.name),
        sentences: sentences.len(),
        at_least,
        width,
        confusion,
        classes: (0..classes).into_par_iter().map(class_table).collect(),
    })
}

/// The highest means.
fn top(means: &Means, human: &Means, rows: usize, at_least: usize) -> Vec<CorpusEntry> {
    let mut all: Vec<_> = means.iter().filter(|(_, _, count)| *count >= at_least).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let rounded = |value: f64| ((value * 1e4).round() / 1e4) as f32;
    let entry = |(text, mean, count): (&str, f64, usize)| CorpusEntry {
        text: text.to_owned(),
        mean: rounded(mean),
        count,
        human: human.get(text).map(rounded),
    };
    all.into_iter().take(rows).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_mean_comes_first_and_rare_words_not_at_all() {
        let (mut scores, mut human) = (Means::default(), Means::default());
        for (word, value) in [("good", 1.0), ("good", 2.0), ("rare", 9.0), ("dull", -1.0), ("dull", -1.0)] {
            scores.add(word, value);
        }
        human.add("good", 0.5);
        let entry = |text: &str, mean, human| CorpusEntry { text: text.to_owned(), mean, count: 2, human };
        assert_eq!(top(&scores, &human, 9, 2), [entry("good", 1.5, Some(0.5)), entry("dull", -1.0, None)]);
    }
}
