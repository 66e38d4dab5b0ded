//! What a network in training is given, and what it gives back.

use super::noise::Noise;
use crate::data::Document;

/// Some documents to learn from at once.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// `[N]`
    pub documents: &'a [&'a Document],
    /// What is dropped.
    pub noise: Noise,
    /// Whether the gradient of the word vectors is wanted. The network then reads each row of the table as 8 bits will
    /// hold it, and the gradient passes the rounding as if it were not there (straight through; Bengio, Léonard &
    /// Courville 2013): what is exported is what was trained.
    pub tunes_table: bool,
}

/// The gradient of the mean loss of a batch.
#[derive(Clone, Debug)]
pub struct BatchGradient<F> {
    /// One per tensor, in the order of `Parameters::update`.
    pub tensors: Vec<Vec<F>>,
    /// Rows of the table that the batch has read, each once; empty where the table is frozen.
    pub rows: Vec<usize>,
    /// Their gradients, `[rows, D]`.
    pub row_gradients: Vec<F>,
    /// Sum over the documents, before the mean.
    pub loss: f64,
    /// Documents whose most likely class is the true one.
    pub correct: usize,
}
