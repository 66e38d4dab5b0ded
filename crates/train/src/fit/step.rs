//! Loss and gradient of a batch, several times as fast as document by document and the same at every thread count.
//!
//! The vectors are frozen and a convolution is linear, so a window's score is a sum of what each of its words says at
//! its place:
//!
//! ```text
//! s[p, c] = b_c + sum_j u_j[word(p + j), c]        u_j[w, c] = w_c[j] . vector(w)
//! ```
//!
//! A batch of 256 sentences has about 4,900 words of which about 1,700 are different, so `u` costs a third of the
//! windows' own products, and nothing is spent on padding beyond the one window of it that can win. The rest is two
//! additions per window and filter. On the way back each filter has one winning window per document; its gradient is a
//! sum over documents, always in the documents' order. Each number is therefore computed by one thread in one fixed
//! order: any number of threads gives the same bits.

use ndarray::{Array1, Array2, ArrayView2};
use rayon::prelude::*;
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::Conv1d;
use wordlight_nn::model::{Classifier, TextCnn};
use wordlight_nn::{Real, Result};

use super::loss::cross_entropy;
use crate::data::Document;

/// Words per block of `u`: a multiple of the kernel's rows, small enough to stay in the second-level cache.
const BLOCK: usize = 48;

/// Numbers of a filter summed together, in registers; divides the usual dimensions 60, 100 and 300.
const LANES: usize = 20;

/// The mean loss of a batch and its gradient.
#[derive(Clone, Debug)]
pub struct BatchGradient<F> {
    /// One per tensor, in the order of `Parameters::update`: weight and bias of each convolution, then of the dense
    /// layer.
    pub tensors: Vec<Vec<F>>,
    /// Sum over the documents, before the mean.
    pub loss: f64,
    /// Documents whose most likely class is the true one.
    pub correct: usize,
}

/// Computes gradients; keeps its buffers between batches.
pub struct Step<'a, F> {
    /// `[V, D]`
    table: ArrayView2<'a, F>,
    /// Place of each word of the vocabulary in this batch, 0 where it is not in it.
    place: Vec<u32>,
    /// The batch's words by place; place 0 is the zero vector.
    words: Vec<Option<usize>>,
    /// Places of the words of all documents, padding included, one after another.
    rows: Vec<u32>,
    /// Where each document begins in `rows`, and the end.
    starts: Vec<usize>,
    /// `[N, M]` each: winning window, feature, and its gradient.
    winner: Vec<u32>,
    feature: Vec<F>,
    feature_gradient: Vec<F>,
    /// `[N, Y]`
    logit_gradient: Vec<F>,
}

/// Vectors and scores of some of the batch's words.
struct Block<F> {
    /// `[BLOCK, D]`
    vectors: Array2<F>,
    /// `[BLOCK, K C]` per convolution.
    scores: Vec<Array2<F>>,
}

fn row<F>(array: &Array2<F>, row: usize) -> &[F] {
    let columns = array.ncols();
    &array.as_slice().expect("owned and row-major")[row * columns..][..columns]
}

impl<'a, F: Real> Step<'a, F> {
    /// For sentences whose words are rows of `table` `[V, D]`.
    pub fn new(table: ArrayView2<'a, F>) -> Self {
        Self {
            place: vec![0; table.nrows()],
            table,
            words: Vec::new(),
            rows: Vec::new(),
            starts: Vec::new(),
            winner: Vec::new(),
            feature: Vec::new(),
            feature_gradient: Vec::new(),
            logit_gradient: Vec::new(),
        }
    }

    /// Mean cross-entropy and its gradient. `masks` `[N, M]` are dropout masks over the features.
    ///
    /// # Errors
    /// [`wordlight_nn::Error::NotFinite`] if the weights have grown beyond all bounds.
    pub fn gradient(
        &mut self,
        model: &TextCnn<F>,
        documents: &[&Document],
        masks: Option<ArrayView2<'_, F>>,
    ) -> Result<BatchGradient<F>> {
        self.lay_out(model, documents);
        let blocks = self.project(model)?;
        let (loss, correct) = self.forward(model, documents, masks, &blocks);
        Ok(BatchGradient { tensors: self.backward(model, documents.len(), &blocks), loss, correct })
    }

    /// Numbers the batch's words and writes every document as places, with the padding that can matter.
    fn lay_out(&mut self, model: &TextCnn<F>, documents: &[&Document]) {
        for word in self.words.drain(..).flatten() {
            self.place[word] = 0;
        }
        self.words.push(None);
        self.rows.clear();
        self.starts.clear();
        for document in documents {
            self.starts.push(self.rows.len());
            let length = model.positions(document.words.len());
            for word in &document.words {
                let place = match *word {
                    None => 0,
                    Some(word) if self.place[word] != 0 => self.place[word],
                    Some(word) => {
                        let place = self.words.len() as u32;
                        self.place[word] = place;
                        self.words.push(Some(word));
                        place
                    }
                };
                self.rows.push(place);
            }
            self.rows.resize(self.starts[self.starts.len() - 1] + length, 0);
        }
        self.starts.push(self.rows.len());
    }

    /// `u` of every convolution for every word of the batch.
    fn project(&self, model: &TextCnn<F>) -> Result<Vec<Block<F>>> {
        let dim = self.table.ncols();
        let mut single = Vec::new();
        for conv in model.convs() {
            // A filter of K words becomes K filters of one word: row j C + c is w_c[j].
            let (filters, width) = (conv.filters(), conv.width());
            let weight = conv.weight();
            let split =
                Array2::from_shape_fn((width * filters, dim), |(r, d)| weight[[r % filters, r / filters * dim + d]]);
            single.push(Conv1d::new(split, Array1::zeros(width * filters), 1)?);
        }
        let block = |words: &[Option<usize>]| {
            let mut vectors = Array2::zeros((words.len(), dim));
            for (mut to, word) in vectors.outer_iter_mut().zip(words) {
                if let Some(word) = word {
                    to.assign(&self.table.row(*word));
                }
            }
            let scores = single.iter().map(|conv| conv.scores(vectors.view())).collect();
            Block { vectors, scores }
        };
        Ok(self.words.par_chunks(BLOCK).map(block).collect())
    }

    /// Winners, features, loss, and the gradient down to the features. Returns the summed loss and the right answers.
    fn forward(
        &mut self,
        model: &TextCnn<F>,
        documents: &[&Document],
        masks: Option<ArrayView2<'_, F>>,
        blocks: &[Block<F>],
    ) -> (f64, usize) {
        let (n, features, classes) = (documents.len(), model.config().features(), model.config().classes);
        self.winner.resize(n * features, 0);
        self.feature.resize(n * features, F::zero());
        self.feature_gradient.resize(n * features, F::zero());
        self.logit_gradient.resize(n * classes, F::zero());
        let (rows, starts, dense) = (&self.rows, &self.starts, model.dense());
        let weight = dense.weight();
        let (weight, bias) = (weight.to_slice().expect("row-major"), dense.bias());
        let mean = F::of(1.0 / n as f64);
        let outputs = (
            self.winner.par_chunks_mut(features),
            self.feature.par_chunks_mut(features),
            self.feature_gradient.par_chunks_mut(features),
            self.logit_gradient.par_chunks_mut(classes),
        );
        let results: Vec<(f64, bool)> = outputs
            .into_par_iter()
            .enumerate()
            .with_min_len(8)
            .map_init(Vec::new, |sums, (i, (winner, feature, feature_gradient, logit_gradient))| {
                let words = &rows[starts[i]..starts[i + 1]];
                let each = model.config().filters;
                for (k, conv) in model.convs().iter().enumerate() {
                    let part = k * each..(k + 1) * each;
                    let bias = conv.bias();
                    let bias = bias.to_slice().expect("row-major");
                    strongest(
                        words,
                        conv.width(),
                        bias,
                        k,
                        blocks,
                        sums,
                        &mut feature[part.clone()],
                        &mut winner[part],
                    );
                }
                // `feature` holds the best scores; keep the activation's derivative and the mask for the way back.
                let activation = model.config().activation;
                for (m, (value, gradient)) in feature.iter_mut().zip(feature_gradient.iter_mut()).enumerate() {
                    let mask = masks.map_or(F::one(), |masks| masks[[i, m]]);
                    *gradient = activation.derivative(*value) * mask;
                    *value = activation.of(*value) * mask;
                }
                for (y, logit) in logit_gradient.iter_mut().enumerate() {
                    *logit = bias[y] + dot(&weight[y * features..][..features], feature);
                }
                let (loss, correct) = cross_entropy(logit_gradient, documents[i].label);
                logit_gradient.iter_mut().for_each(|g| *g *= mean);
                sums.clear();
                sums.resize(features, F::zero());
                for (y, &g) in logit_gradient.iter().enumerate() {
                    for (sum, &w) in sums.iter_mut().zip(&weight[y * features..][..features]) {
                        *sum += g * w;
                    }
                }
                for (gradient, &sum) in feature_gradient.iter_mut().zip(sums.iter()) {
                    *gradient *= sum;
                }
                (loss, correct)
            })
            .collect();
        results.iter().fold((0.0, 0), |(loss, correct), r| (loss + r.0, correct + usize::from(r.1)))
    }

    /// The gradient of every parameter from what `forward` left.
    fn backward(&self, model: &TextCnn<F>, n: usize, blocks: &[Block<F>]) -> Vec<Vec<F>> {
        let (features, classes) = (model.config().features(), model.config().classes);
        let dim = self.table.ncols();
        let mut tensors = Vec::new();
        let mut dense = vec![F::zero(); features * classes];
        for (k, conv) in model.convs().iter().enumerate() {
            let (filters, depth) = (conv.filters(), conv.width() * dim);
            let mut weight = vec![F::zero(); filters * depth];
            let mut bias = vec![F::zero(); filters];
            let columns = &mut dense[k * filters * classes..][..filters * classes];
            let outputs = (weight.par_chunks_mut(depth), bias.par_iter_mut(), columns.par_chunks_mut(classes));
            outputs.into_par_iter().enumerate().with_min_len(4).for_each_init(
                Vec::new,
                |terms, (c, (weight, bias, column))| {
                    let m = k * filters + c;
                    terms.clear();
                    for i in 0..n {
                        let (at, signal) = (i * features + m, self.feature_gradient[i * features + m]);
                        for (sum, &g) in column.iter_mut().zip(&self.logit_gradient[i * classes..][..classes]) {
                            *sum += g * self.feature[at];
                        }
                        if signal != F::zero() {
                            terms.push((signal, self.starts[i] + self.winner[at] as usize));
                            *bias += signal;
                        }
                    }
                    for (j, weight) in weight.chunks_exact_mut(dim).enumerate() {
                        let vectors = terms.iter().filter_map(|&(signal, start)| {
                            let place = self.rows[start + j] as usize;
                            (place != 0).then(|| (signal, row(&blocks[place / BLOCK].vectors, place % BLOCK)))
                        });
                        weighted_sum(vectors, weight);
                    }
                },
            );
            tensors.extend([weight, bias]);
        }
        let mut transposed = vec![F::zero(); features * classes];
        for (m, column) in dense.chunks_exact(classes).enumerate() {
            for (y, &g) in column.iter().enumerate() {
                transposed[y * features + m] = g;
            }
        }
        let mut bias = vec![F::zero(); classes];
        for gradient in self.logit_gradient[..n * classes].chunks_exact(classes) {
            for (sum, &g) in bias.iter_mut().zip(gradient) {
                *sum += g;
            }
        }
        tensors.extend([transposed, bias]);
        tensors
    }
}

/// The best score and the first window that has it, for each filter of convolution `k`.
#[allow(clippy::too_many_arguments)]
fn strongest<F: Real>(
    words: &[u32],
    width: usize,
    bias: &[F],
    k: usize,
    blocks: &[Block<F>],
    sums: &mut Vec<F>,
    best: &mut [F],
    winner: &mut [u32],
) {
    let filters = bias.len();
    let said = |place: u32, j: usize| {
        let place = place as usize;
        &row(&blocks[place / BLOCK].scores[k], place % BLOCK)[j * filters..][..filters]
    };
    sums.clear();
    sums.resize(filters, F::zero());
    best.fill(F::neg_infinity());
    winner.fill(0);
    for (p, window) in words.windows(width).enumerate() {
        let p = p as u32;
        let (last, before) = window.split_last().expect("a filter has a width");
        sums.copy_from_slice(bias);
        for (j, &place) in before.iter().enumerate() {
            for (sum, &u) in sums.iter_mut().zip(said(place, j)) {
                *sum += u;
            }
        }
        let scores = sums.iter().zip(said(*last, width - 1));
        for ((best, winner), (&sum, &u)) in best.iter_mut().zip(winner.iter_mut()).zip(scores) {
            let score = sum + u;
            // Two selections, no branch: the compiler makes vector instructions of them.
            let better = score > *best;
            *best = if better { score } else { *best };
            *winner = if better { p } else { *winner };
        }
    }
}

/// `out = sum signal * vector`, in the order given.
fn weighted_sum<'v, F: Real>(vectors: impl Iterator<Item = (F, &'v [F])> + Clone, out: &mut [F]) {
    let whole = out.len() / LANES * LANES;
    let (chunks, rest) = out.as_chunks_mut::<LANES>();
    for (i, chunk) in chunks.iter_mut().enumerate() {
        let mut sums = [F::zero(); LANES];
        for (signal, vector) in vectors.clone() {
            let (vector, _) = vector[i * LANES..].as_chunks::<LANES>();
            for lane in 0..LANES {
                sums[lane] += signal * vector[0][lane];
            }
        }
        *chunk = sums;
    }
    for (signal, vector) in vectors {
        for (sum, &v) in rest.iter_mut().zip(&vector[whole..]) {
            *sum += signal * v;
        }
    }
}

/// Eight sums side by side: one chain of additions would wait for itself.
fn dot<F: Real>(a: &[F], b: &[F]) -> F {
    let mut sums = [F::zero(); 8];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.into_iter().sum::<F>() + a_rest.iter().zip(b_rest).map(|(&a, &b)| a * b).sum::<F>()
}
