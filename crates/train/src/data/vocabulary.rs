//! Which words get a vector: all of the treebank's that have one, then the most frequent other words, until the file
//! is full. A visitor's words are mostly not the treebank's.

use std::collections::HashMap;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use wordlight_nn::text::{Vocab, tokenize};

use super::settings::VectorSettings;
use super::treebank::{Treebank, form};
use super::vectors::RawVectors;

/// Room for the header of the file: tensor names, shapes and the card.
const HEADER: usize = 1024;

/// How many words have a vector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Tokens in the three parts of the treebank.
    pub tokens: usize,
    /// Of these, tokens without a vector.
    pub unknown_tokens: usize,
    /// Different words in the treebank, in the tokenizer's form.
    pub words: usize,
    /// Of these, words without a vector.
    pub unknown_words: usize,
    /// Words of the table that the treebank does not have.
    pub other_words: usize,
}

/// How often the treebank has each form.
pub(super) struct Counts {
    /// In the training sentences, and in all.
    forms: HashMap<String, (usize, usize)>,
}

pub(super) fn count(treebank: &Treebank) -> Counts {
    let mut forms: HashMap<String, (usize, usize)> = HashMap::new();
    for (split, in_training) in [(&treebank.train, 1), (&treebank.dev, 0), (&treebank.test, 0)] {
        for word in split.iter().flat_map(|sentence| &sentence.words) {
            let counts = forms.entry(form(word)).or_default();
            counts.0 += in_training;
            counts.1 += 1;
        }
    }
    Counts { forms }
}

impl Counts {
    pub(super) fn in_training(&self, word: &str) -> usize {
        self.forms.get(word).map_or(0, |counts| counts.0)
    }

    pub(super) fn coverage(&self, vocab: &Vocab) -> Coverage {
        let mut coverage = Coverage { words: self.forms.len(), ..Coverage::default() };
        for (form, (_, count)) in &self.forms {
            coverage.tokens += count;
            if vocab.get(form).is_none() {
                coverage.unknown_tokens += count;
                coverage.unknown_words += 1;
            }
        }
        coverage.other_words = vocab.iter().filter(|word| !self.forms.contains_key(*word)).count();
        coverage
    }
}

/// Rows of the raw vectors in their own order, which is the order of frequency.
pub(super) fn choose(counts: &Counts, raw: &RawVectors, settings: &VectorSettings) -> Result<Vec<usize>> {
    let mut chosen: Vec<bool> = raw.words.iter().map(|word| counts.forms.contains_key(word)).collect();
    if !chosen.contains(&true) {
        let example: Vec<&str> = raw.words.iter().take(3).map(String::as_str).collect();
        bail!(
            "none of the treebank's {} words has a vector; the vectors file's {} words begin with {example:?}",
            counts.forms.len(),
            raw.words.len()
        );
    }
    // A word, its line break, its numbers and their scale.
    let cost = |word: &str| word.len() + 1 + settings.dim + 4;
    let own: usize = raw.words.iter().zip(&chosen).filter(|(_, own)| **own).map(|(word, _)| cost(word)).sum();
    let mut left = settings.budget.saturating_sub(own + 4 * settings.dim + HEADER);
    for (word, chosen) in raw.words.iter().zip(&mut chosen) {
        if *chosen || !can_be_typed(word) {
            continue;
        }
        match left.checked_sub(cost(word)) {
            Some(rest) => left = rest,
            None => break,
        }
        *chosen = true;
    }
    Ok((0..raw.words.len()).filter(|&row| chosen[row]).collect())
}

/// Whether the tokenizer ever asks for this word: it makes one token of it, of that very form.
fn can_be_typed(word: &str) -> bool {
    matches!(tokenize(word).as_slice(), [token] if token.form == word)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::data::{Table, Weighting, treebank::parse_tree};

    fn treebank() -> Treebank {
        let sentence = |line| vec![parse_tree(line).unwrap()];
        Treebank { train: sentence("(3 (2 Good) (2 -LRB-))"), dev: sentence("(1 bad)"), test: sentence("(2 zyx)") }
    }

    fn raw(words: &[&str]) -> RawVectors {
        RawVectors {
            words: words.iter().map(|w| (*w).to_owned()).collect(),
            values: Array2::from_shape_fn((words.len(), 3), |(i, j)| ((i * 5 + j * 3) % 7) as f32 - 2.5),
            index: words.iter().enumerate().map(|(i, w)| ((*w).to_owned(), i)).collect(),
            provenance: None,
        }
    }

    fn settings(budget: usize) -> VectorSettings {
        let (source, licence) = ("by hand".to_owned(), "CC0".to_owned());
        VectorSettings { dim: 2, weighting: Weighting::Vocabulary, length: 0.0, budget, source, licence }
    }

    #[test]
    fn the_treebanks_words_are_always_in_and_others_until_the_file_is_full() {
        let raw = raw(&["the", "don't", "good", "of", "(", "bad", "rare"]);
        let counts = count(&treebank());
        assert_eq!(choose(&counts, &raw, &settings(0)).unwrap(), [2, 4, 5]);
        // 11 + 8 + 10 bytes of its own, 8 of the mean; "the" takes 10 and "of" 9 more.
        let budget = 11 + 8 + 10 + 8 + HEADER + 10 + 8;
        assert_eq!(choose(&counts, &raw, &settings(budget)).unwrap(), [0, 2, 4, 5]);
        assert_eq!(choose(&counts, &raw, &settings(budget + 1)).unwrap(), [0, 2, 3, 4, 5]);
        assert_eq!(choose(&counts, &raw, &settings(1 << 20)).unwrap(), [0, 2, 3, 4, 5, 6], "don't is two tokens");
    }

    #[test]
    fn vectors_that_share_no_word_are_refused() {
        let error = choose(&count(&treebank()), &raw(&["kala", "maja"]), &settings(0)).unwrap_err();
        assert!(error.to_string().contains("none of the treebank's 4 words has a vector"), "{error}");
    }

    #[test]
    fn a_table_counts_what_it_knows_and_keeps_to_its_budget() {
        let raw = raw(&["the", "good", "of", "(", "bad", "rare"]);
        let table = Table::build(&treebank(), &raw, &settings(2000)).unwrap();
        let expected = Coverage { tokens: 4, unknown_tokens: 1, words: 4, unknown_words: 1, other_words: 3 };
        assert_eq!(table.coverage, expected);
        assert!(table.bytes.len() <= 2000);
        let mean = table.embedding.embed::<f32>(&[Some(1), Some(3)], 2).mean_axis(ndarray::Axis(0)).unwrap();
        for (got, want) in table.embedding.mean().iter().zip(&mean) {
            assert!((got - want).abs() < 1e-6, "the mean is over the training tokens `good` and `(`");
        }
    }
}
