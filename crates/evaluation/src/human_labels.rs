//! What people said of words and phrases: the treebank's labels as signed values.
//!
//! The trees have five labels, so a value is one of -1, -1/2, 0, 1/2 and 1 (`(label - 2) / 2`); the finer numbers of the
//! original annotation are not in them. The table of words has means over occurrences, in
//! [`wordlight_engine::HumanValues`]' format.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use wordlight_engine::{ReviewPhrases, examples};
use wordlight_nn::text::trees::form;
use wordlight_train::data::treebank::{Split, read_spans};

/// A sentence with its human values.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// The words in the tokenizer's form.
    pub words: Vec<String>,
    /// The label of the whole, 0 to 4.
    pub label: usize,
    /// The value of each word.
    pub values: Vec<f64>,
    /// The phrases of two words and more, without the whole sentence.
    pub phrases: Vec<Range<usize>>,
    /// Their values.
    pub phrase_values: Vec<f64>,
}

impl Labelled {
    /// Reads a part of the treebank, each sentence cut after `cut` words (0: not cut) and without what reaches beyond.
    ///
    /// # Errors
    /// As [`wordlight_train::data::treebank::Treebank::read`].
    pub fn read(treebank: &Path, split: Split, cut: usize) -> Result<Vec<Self>> {
        let value = |label: usize| (label as f64 - 2.0) / 2.0;
        let sentence = |(words, spans): (Vec<String>, Vec<wordlight_nn::text::trees::Span>)| {
            let kept = if cut == 0 { words.len() } else { cut.min(words.len()) };
            let whole = 0..words.len();
            let mut labelled = Self {
                words: words[..kept].iter().map(|word| form(word)).collect(),
                label: spans.last().map_or(2, |root| root.label),
                values: vec![0.0; kept],
                phrases: Vec::new(),
                phrase_values: Vec::new(),
            };
            for span in spans.into_iter().filter(|span| span.words.end <= kept) {
                if span.words.len() == 1 {
                    labelled.values[span.words.start] = value(span.label);
                } else if span.words != whole {
                    labelled.phrases.push(span.words);
                    labelled.phrase_values.push(value(span.label));
                }
            }
            labelled
        };
        Ok(read_spans(treebank, split)?.into_iter().map(sentence).collect())
    }
}

/// Sum and count of the values of each key.
#[derive(Clone, Debug, Default)]
pub(super) struct Means(BTreeMap<String, (f64, usize)>);

impl Means {
    pub(super) fn add(&mut self, key: &str, value: f64) {
        match self.0.get_mut(key) {
            Some((sum, count)) => {
                *sum += value;
                *count += 1;
            }
            None => {
                self.0.insert(key.to_owned(), (value, 1));
            }
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<f64> {
        self.0.get(key).map(|(sum, count)| sum / *count as f64)
    }

    /// Key, mean and count, keys in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, f64, usize)> {
        self.0.iter().map(|(key, (sum, count))| (key.as_str(), sum / *count as f64, *count))
    }
}

/// The mean human value of every word, and of every phrase.
pub(super) fn means(sentences: &[Labelled]) -> (Means, Means) {
    let (mut words, mut phrases) = (Means::default(), Means::default());
    for sentence in sentences {
        for (word, value) in sentence.words.iter().zip(&sentence.values) {
            words.add(word, *value);
        }
        for (span, value) in sentence.phrases.iter().zip(&sentence.phrase_values) {
            phrases.add(&sentence.words[span.clone()].join(" "), *value);
        }
    }
    (words, phrases)
}

/// The file of word values.
pub fn table(sentences: &[Labelled]) -> String {
    let mut out = String::from(
        "# Human value of single words in hundredths, -100 (very negative) to 100 (very positive): the mean of\n\
         # (label - 2) / 2 over a word's occurrences in the Stanford Sentiment Treebank (Socher et al. 2013).\n\
         # Written by `wordlight evidence --human`.\n",
    );
    for (word, mean, _) in means(sentences).0.iter() {
        let _ = writeln!(out, "{word}\t{}", (100.0 * mean).round() as i8);
    }
    out
}

/// The file of the phrases of the paper's reviews, which are sentences of the test part.
///
/// # Errors
/// A review that is not the test sentence it says it is.
pub fn review_phrases(test: &[Labelled]) -> Result<String> {
    let mut out = String::from(
        "# Human value of the phrases of the paper's reviews: review, first word, word behind the last, hundredths.\n\
         # The labels are the Stanford Sentiment Treebank's (Socher et al. 2013). Written by `wordlight evidence --phrases`.\n",
    );
    for review in examples().into_iter().filter(|example| example.group == "paper") {
        let index: usize = review.id.trim_start_matches("review-").parse()?;
        let sentence = test.get(index).filter(|sentence| sentence.words.join(" ") == review.text);
        let sentence = sentence.with_context(|| format!("test sentence {index} is not {:?}", review.text))?;
        let whole = (0..sentence.words.len(), (sentence.label as f64 - 2.0) / 2.0);
        let inner = sentence.phrases.iter().cloned().zip(sentence.phrase_values.iter().copied());
        let mut all: Vec<_> = std::iter::once(whole).chain(inner).collect();
        // The outer before those that they hold.
        all.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let (spans, values) = all.into_iter().map(|(span, value)| (span, value as f32)).unzip();
        out.push_str(&ReviewPhrases { spans, values }.print(&review.id));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use wordlight_engine::HumanValues;

    use super::*;

    fn read(trees: &str, cut: usize) -> Vec<Labelled> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("test.txt"), trees).unwrap();
        Labelled::read(dir.path(), Split::Test, cut).unwrap()
    }

    #[test]
    fn words_and_inner_phrases_have_values_and_the_whole_has_its_label() {
        let got = read("(3 (2 It) (4 (2 's) (4 Good)))", 0).remove(0);
        assert_eq!((got.label, got.words.join(" ").as_str()), (3, "it 's good"));
        assert_eq!((got.values, got.phrase_values), (vec![0.0, 0.0, 1.0], vec![1.0]));
        assert_eq!((got.phrases.len(), got.phrases[0].clone()), (1, 1..3));
    }

    #[test]
    fn what_reaches_beyond_the_cut_is_left_out() {
        let got = read("(3 (2 It) (4 (2 's) (4 Good)))", 2).remove(0);
        assert_eq!((got.values, got.phrases), (vec![0.0, 0.0], vec![]));
    }

    #[test]
    fn the_table_has_means_and_reads_back() {
        let values = HumanValues::parse(table(&read("(3 (2 so) (4 Good))\n(1 (3 good) (0 bad))\n", 0))).unwrap();
        assert_eq!(["good", "bad", "so"].map(|word| values.get(word)), [Some(0.75), Some(-1.0), Some(0.0)]);
    }
}
