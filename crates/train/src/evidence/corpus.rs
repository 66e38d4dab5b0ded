//! Which words and phrases speak for a class, on average over the training sentences.
//!
//! For every class the logit is explained on every sentence: gradient times input gives each word's relevance, the n-gram
//! ledger each window's credit ([`wordlight_explain::exact::ngrams`]). Both are averaged over all occurrences; a window
//! that won no filter counts as 0. Words and phrases that come rarely are left out, since a mean of two says little.

use std::path::Path;

use anyhow::{Context, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::exact::ngrams::ngrams;
use wordlight_explain::method::method;
use wordlight_explain::spec::Params;
use wordlight_explain::target::TargetKind;
use wordlight_nn::model::Classifier;

use super::human::{Labelled, Means, means};
use crate::data::treebank::{CLASSES, Split};
use crate::site::Site;

/// The table: `corpus.json` beside the manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corpus {
    /// Version of this format: 1.
    pub schema: u32,
    /// The checkpoint that was explained.
    pub checkpoint: String,
    /// How many sentences it was explained on.
    pub sentences: usize,
    /// How often a word or phrase comes at least.
    pub at_least: usize,
    /// One per class, worst first.
    pub classes: Vec<ClassTable>,
}

/// What speaks for a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassTable {
    /// Its name.
    pub class: String,
    /// The words with the highest mean relevance, the highest first.
    pub words: Vec<Entry>,
    /// The phrases, as wide as the network's first filters, with the highest mean credit.
    pub phrases: Vec<Entry>,
}

/// A word or a phrase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The word, or the words with a blank between.
    pub text: String,
    /// Mean relevance or credit, in units of the logit, to four digits.
    pub mean: f64,
    /// How often it comes.
    pub count: usize,
    /// Its mean human value, -1 to 1; none for a phrase that no tree has as one.
    pub human: Option<f64>,
}

/// Relevance and credit of one sentence for every class.
type Scored = Vec<(Vec<f64>, Vec<f64>)>;

impl Corpus {
    /// Explains the training sentences by a checkpoint and keeps `rows` words and phrases of each class.
    ///
    /// # Errors
    /// A treebank or a checkpoint that does not read.
    pub fn measure(site: &Site, checkpoint: &str, treebank: &Path, (rows, at_least): (usize, usize)) -> Result<Self> {
        let (embedding, network) = (site.embedding(checkpoint)?, site.network(checkpoint)?);
        let sentences = Labelled::read(treebank, Split::Train, 0)?;
        let cnn = network.as_text_cnn();
        let cnn =
            cnn.with_context(|| format!("{checkpoint} has no filters over words, so no phrases with a credit"))?;
        let width = cnn.config().widths[0];
        let score = |sentence: &Labelled| -> Result<Scored> {
            let words: Vec<Option<usize>> = sentence.words.iter().map(|word| embedding.vocab().get(word)).collect();
            let pass = network.forward(embedding.embed(&words, network.positions(words.len())))?;
            (0..network.classes())
                .map(|class| {
                    let asked = (TargetKind::Logit, Some(class));
                    let case = Case::new(&network, pass.as_ref(), words.len(), asked, &Baseline::Zero)?;
                    let relevance = method::<f32>("gradient-x-input")?.attribute(&case, &Params::default())?.per_token;
                    let mut credit = vec![0.0; (words.len() + 1).saturating_sub(width)];
                    for ngram in ngrams(&case)?.ngrams {
                        if ngram.width == width && ngram.start < credit.len() {
                            credit[ngram.start] = f64::from(ngram.credit);
                        }
                    }
                    Ok((relevance.iter().map(|v| f64::from(*v)).collect(), credit))
                })
                .collect()
        };
        let scored: Vec<Scored> = sentences.par_iter().map(score).collect::<Result<_>>()?;
        let human = means(&sentences);
        let class_table = |class: usize| {
            let (mut words, mut phrases) = (Means::default(), Means::default());
            for (sentence, scored) in sentences.iter().zip(&scored) {
                let (relevance, credit) = &scored[class];
                sentence.words.iter().zip(relevance).for_each(|(word, value)| words.add(word, *value));
                let windows = sentence.words.windows(width);
                windows.zip(credit).for_each(|(window, value)| phrases.add(&window.join(" "), *value));
            }
            ClassTable {
                class: CLASSES[class].to_owned(),
                words: top(&words, &human.0, rows, at_least),
                phrases: top(&phrases, &human.1, rows, at_least),
            }
        };
        Ok(Self {
            schema: 1,
            checkpoint: checkpoint.to_owned(),
            sentences: sentences.len(),
            at_least,
            classes: (0..network.classes().min(CLASSES.len())).into_par_iter().map(class_table).collect(),
        })
    }
}

/// The highest means.
fn top(means: &Means, human: &Means, rows: usize, at_least: usize) -> Vec<Entry> {
    let mut all: Vec<_> = means.iter().filter(|(_, _, count)| *count >= at_least).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let rounded = |value: f64| (value * 1e4).round() / 1e4;
    all.into_iter()
        .take(rows)
        .map(|(text, mean, count)| Entry {
            text: text.to_owned(),
            mean: rounded(mean),
            count,
            human: human.get(text).map(rounded),
        })
        .collect()
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
        let entry = |text: &str, mean, human| Entry { text: text.to_owned(), mean, count: 2, human };
        assert_eq!(top(&scores, &human, 9, 2), [entry("good", 1.5, Some(0.5)), entry("dull", -1.0, None)]);
    }
}
