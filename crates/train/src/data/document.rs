//! Sentences as rows of a table of word vectors.

use wordlight_nn::text::Vocab;

use super::treebank::{Sentence, form};

/// A sentence, ready for a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The row of each word, `[T]`; `None` reads as the zero vector.
    pub words: Vec<Option<usize>>,
    /// The true class.
    pub label: usize,
    /// The probabilities that training aims at, `[Y]`; empty: 1 for the true class.
    pub aim: Vec<f32>,
}

impl Document {
    /// A sentence of the treebank, cut after `cut` words (0: not cut).
    pub fn new(sentence: &Sentence, vocab: &Vocab, cut: usize) -> Self {
        let kept = if cut == 0 { sentence.words.len() } else { cut.min(sentence.words.len()) };
        let words = sentence.words[..kept].iter().map(|word| vocab.get(&form(word))).collect();
        Self::labelled(words, sentence.label)
    }

    /// Some words and their true class.
    pub fn labelled(words: Vec<Option<usize>>, label: usize) -> Self {
        Self { words, label, aim: Vec::new() }
    }

    /// Puts so many zero vectors before the words, if there are no more words than that.
    pub fn lead(&mut self, zeros: usize) {
        if self.words.len() <= zeros {
            self.words.splice(0..0, std::iter::repeat_n(None, zeros));
        }
    }
}

/// The sentences of a split, ready for a network.
pub fn documents(sentences: &[Sentence], vocab: &Vocab, cut: usize) -> Vec<Document> {
    sentences.iter().map(|sentence| Document::new(sentence, vocab, cut)).collect()
}
