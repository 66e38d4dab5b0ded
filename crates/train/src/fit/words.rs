//! The words of a batch: each different one once, with its vector as the network is to read it.

use ndarray::ArrayView2;
use rayon::prelude::*;
use wordlight_nn::Real;
use wordlight_nn::layer::Quantised;

use super::batch::Batch;

/// Words that a thread reads at a time.
const BLOCK: usize = 48;

/// The different words of a batch; keeps its buffers between batches.
#[derive(Clone, Debug)]
pub(super) struct Words<F> {
    /// Place of each word of the vocabulary in this batch, 0 where it is not in it.
    place: Vec<u32>,
    /// Rows of the table by place. Place 0 is the zero vector, which a word without a vector reads as.
    rows: Vec<usize>,
    /// `[places, D]`
    vectors: Vec<F>,
    /// `[places, D]` if dimensions are dropped, empty otherwise.
    masks: Vec<F>,
    dim: usize,
}

impl<F> Default for Words<F> {
    fn default() -> Self {
        Self { place: Vec::new(), rows: Vec::new(), vectors: Vec::new(), masks: Vec::new(), dim: 0 }
    }
}

impl<F: Real> Words<F> {
    /// Reads the vectors of a batch whose words are rows of `table` `[V, D]`: rounded as they will be stored if they are
    /// learned, and in part dropped.
    pub(super) fn read(&mut self, table: ArrayView2<'_, F>, batch: &Batch<'_>) {
        self.number(table.nrows(), batch);
        self.dim = table.ncols();
        let (dim, noise) = (self.dim, batch.noise);
        let dropped = noise.words.rate() > 0.0;
        let places = self.rows.len() + 1;
        self.vectors.resize(places * dim, F::zero());
        self.vectors[..dim].fill(F::zero());
        self.masks.resize(if dropped { places * dim } else { 0 }, F::one());
        let rows = self.rows.par_chunks(BLOCK);
        let read = |rows: &[usize], vectors: &mut [F], masks: &mut [F]| {
            for (i, (&row, vector)) in rows.iter().zip(vectors.chunks_exact_mut(dim)).enumerate() {
                vector.copy_from_slice(table.row(row).to_slice().expect("the table of vectors is row-major"));
                if batch.tunes_table {
                    Quantised::round(vector);
                }
                if dropped {
                    let mask = &mut masks[i * dim..][..dim];
                    noise.of_word(row, mask);
                    vector.iter_mut().zip(mask).for_each(|(x, m)| *x *= *m);
                }
            }
        };
        let vectors = self.vectors[dim..].par_chunks_mut(BLOCK * dim);
        if dropped {
            let blocks = rows.zip(vectors).zip(self.masks[dim..].par_chunks_mut(BLOCK * dim));
            blocks.for_each(|((rows, vectors), masks)| read(rows, vectors, masks));
        } else {
            rows.zip(vectors).for_each(|(rows, vectors)| read(rows, vectors, &mut []));
        }
    }

    /// Gives the batch's words their places, in the order of their first appearance.
    fn number(&mut self, vocabulary: usize, batch: &Batch<'_>) {
        self.place.resize(vocabulary, 0);
        for row in self.rows.drain(..) {
            self.place[row] = 0;
        }
        for &word in batch.documents.iter().flat_map(|document| &document.words).flatten() {
            if self.place[word] == 0 {
                self.rows.push(word);
                self.place[word] = self.rows.len() as u32;
            }
        }
    }

    /// The place of a word of the batch.
    pub(super) fn place(&self, word: Option<usize>) -> usize {
        word.map_or(0, |word| self.place[word] as usize)
    }

    /// The vector at a place, `[D]`.
    pub(super) fn vector(&self, place: usize) -> &[F] {
        &self.vectors[place * self.dim..][..self.dim]
    }

    /// The vectors at all places, `[places, D]`.
    pub(super) fn vectors(&self) -> &[F] {
        &self.vectors
    }

    /// The rows of the table that the batch reads, by place, without the zero vector.
    pub(super) fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// Takes the dropped dimensions out of the gradients of the vectors, `[places - 1, D]`: the zero vector has none.
    pub(super) fn drop_from(&self, gradients: &mut [F]) {
        if let Some(masks) = self.masks.get(self.dim..) {
            gradients.iter_mut().zip(masks).for_each(|(g, &m)| *g *= m);
        }
    }
}
