//! The products of a network's filters with every word of the vocabulary, `u[word, j, c]` of
//! [`wordlight_explain::exact::projection`].
//!
//! Those of the whole vocabulary are made once per network and kept if they fit into memory that a telephone has to spare;
//! otherwise they are made block by block.

use std::ops::Range;

use ndarray::Array2;
use wordlight_explain::exact::Projection;
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::TextCnn;
use wordlight_nn::ops::{flat, shaped};

/// Products that are kept, at most: 32 MB.
const KEPT: usize = 8 << 20;

/// The products that are kept from one question to the next: those of one network's filters with the whole vocabulary.
#[derive(Default)]
pub(crate) struct Vocabulary {
    /// Whose they are.
    kept: Option<Kept>,
}

struct Kept {
    checkpoint: String,
    /// The name of the word vectors.
    vectors: String,
    /// One `[V, K C]` per width.
    products: Vec<Array2<f32>>,
}

impl Vocabulary {
    /// Lets go of what belongs to a checkpoint that is about to be replaced.
    pub(crate) fn forget(&mut self, checkpoint: &str) {
        self.kept.take_if(|kept| kept.checkpoint == checkpoint);
    }

    /// Lets go of what was made of word vectors that are about to be replaced.
    pub(crate) fn forget_vectors(&mut self, vectors: &str) {
        self.kept.take_if(|kept| kept.vectors == vectors);
    }

    /// The products of this checkpoint: all of them at hand if they fit, else to be made block by block.
    pub(crate) fn products(
        &mut self,
        checkpoint: &str,
        cnn: &TextCnn<f32>,
        (vectors, embedding): (&str, &Embedding),
    ) -> Products<'_> {
        let words = embedding.vocab().len();
        let each: usize = cnn.config().widths.iter().map(|width| width * cnn.config().filters).sum();
        if words * each > KEPT {
            return Products(None);
        }
        self.kept.take_if(|kept| kept.checkpoint != checkpoint);
        let kept = self.kept.get_or_insert_with(|| Kept {
            checkpoint: checkpoint.to_owned(),
            vectors: vectors.to_owned(),
            products: products(cnn, embedding, 0..words),
        });
        Products(Some(&kept.products))
    }
}

/// The products of one network, as far as they are at hand: one `[V, K C]` per width.
#[derive(Default)]
pub(crate) struct Products<'a>(Option<&'a [Array2<f32>]>);

impl Products<'_> {
    /// The products of some words, one `[words, K C]` per width.
    pub(crate) fn of(&self, cnn: &TextCnn<f32>, embedding: &Embedding, words: Range<usize>) -> Vec<Array2<f32>> {
        let Some(kept) = self.0 else { return products(cnn, embedding, words) };
        let slice = |all: &Array2<f32>| {
            let columns = all.ncols();
            shaped((words.len(), columns), flat(&all.view())[words.start * columns..words.end * columns].to_vec())
        };
        kept.iter().map(slice).collect()
    }
}

fn products(cnn: &TextCnn<f32>, embedding: &Embedding, words: Range<usize>) -> Vec<Array2<f32>> {
    let rows: Vec<Option<usize>> = words.map(Some).collect();
    let x = embedding.embed(&rows, rows.len());
    cnn.convs().iter().map(|conv| Projection::of(conv).apply(x.view())).collect()
}
