//! Loss and gradient of a batch, several times as fast as document by document and the same at every thread count.
//!
//! The vectors do not change within a batch and a convolution is linear, so a window's score is a sum of what each of its words says at
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
use wordlight_kernel::batch::{dot, strongest, weighted_sum};
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::{Activation, Conv1d};
use wordlight_nn::model::{Classifier, TextCnn};
use wordlight_nn::{Real, Result};

use crate::data::Document;
use crate::fit::batch::{Batch, BatchGradient};
use crate::fit::loss::cross_entropy;
use crate::fit::noise::Noise;
use crate::fit::words::Words;

/// Words per block of `u`: a multiple of the kernel's rows, small enough to stay in the second-level cache.
const BLOCK: usize = 48;

/// Computes gradients; keeps its buffers between batches.
#[derive(Default)]
pub struct Step<F> {
    /// The batch's words by place; place 0 is the zero vector.
    words: Words<F>,
    /// Per convolution the filters of one word each, `[K C, D]`, and what the words say at each place of a window,
    /// `[places, K C]`.
    split: Vec<Array2<F>>,
    scores: Vec<Vec<F>>,
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

impl<F: Real> Step<F> {
    /// Mean cross-entropy and its gradient. The documents' words are rows of `table` `[V, D]`, in row-major order.
    ///
    /// # Errors
    /// [`wordlight_nn::Error::NotFinite`] if the weights have grown beyond all bounds.
    pub fn gradient(
        &mut self,
        model: &TextCnn<F>,
        table: ArrayView2<'_, F>,
        batch: &Batch<'_>,
    ) -> Result<BatchGradient<F>> {
        self.words.read(table, batch);
        self.lay_out(model, batch.documents);
        self.project(model)?;
        let (loss, correct) = self.forward(model, batch.documents, batch.noise);
        let n = batch.documents.len();
        let (tensors, row_gradients) = rayon::join(
            || self.backward(model, n),
            || if batch.tunes_table { self.backward_to_words(model, n) } else { Vec::new() },
        );
        let rows = if batch.tunes_table { self.words.rows().to_vec() } else { Vec::new() };
        Ok(BatchGradient { tensors, rows, row_gradients, loss, correct })
    }

    /// Writes every document as places, with the padding that can matter.
    fn lay_out(&mut self, model: &TextCnn<F>, documents: &[&Document]) {
        self.rows.clear();
        self.starts.clear();
        for document in documents {
            let start = self.rows.len();
            self.starts.push(start);
            self.rows.extend(document.words.iter().map(|&word| self.words.place(word) as u32));
            self.rows.resize(start + model.positions(document.words.len()), 0);
        }
        self.starts.push(self.rows.len());
    }

    /// `u` of every convolution for every word of the batch.
    fn project(&mut self, model: &TextCnn<F>) -> Result<()> {
        let dim = model.config().dim;
        self.scores.resize(model.convs().len(), Vec::new());
        self.split.clear();
        for (conv, scores) in model.convs().iter().zip(&mut self.scores) {
            // A filter of K words becomes K filters of one word: row j C + c is w_c[j].
            let (filters, outputs) = (conv.filters(), conv.width() * conv.filters());
            let mut split = Array2::zeros((outputs, dim));
            for (c, filter) in conv.weight().outer_iter().enumerate() {
                for (j, weight) in filter.exact_chunks(dim).into_iter().enumerate() {
                    split.row_mut(j * filters + c).assign(&weight);
                }
            }
            let single = Conv1d::new(split, Array1::zeros(outputs), 1)?;
            let vectors = self.words.vectors();
            scores.resize(vectors.len() / dim * outputs, F::zero());
            let blocks = scores.par_chunks_mut(BLOCK * outputs).zip(vectors.par_chunks(BLOCK * dim));
            blocks.for_each(|(scores, vectors)| {
                let x = ArrayView2::from_shape((vectors.len() / dim, dim), vectors).expect("whole rows");
                scores.copy_from_slice(single.scores(x).as_slice().expect("row-major"));
            });
            self.split.push(single.weight().to_owned());
        }
        Ok(())
    }

    /// Winners, features, loss, and the gradient down to the features. Returns the summed loss and the right answers.
    fn forward(&mut self, model: &TextCnn<F>, documents: &[&Document], noise: Noise) -> (f64, usize) {
        let (n, features, classes) = (documents.len(), model.config().features(), model.config().classes);
        self.winner.resize(n * features, 0);
        self.feature.resize(n * features, F::zero());
        self.feature_gradient.resize(n * features, F::zero());
        self.logit_gradient.resize(n * classes, F::zero());
        let (rows, starts, scores, dense) = (&self.rows, &self.starts, &self.scores, model.dense());
        let weight = dense.weight();
        let (weight, bias) = (weight.to_slice().expect("row-major"), dense.bias());
        let (mean, activation) = (F::from_f64(1.0 / n as f64), model.config().activation);
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
                    let size = conv.width() * each;
                    let said: Vec<&[F]> =
                        words.iter().map(|&place| &scores[k][place as usize * size..][..size]).collect();
                    strongest(&said, conv.width(), &mut feature[part.clone()], &mut winner[part.clone()]);
                    // The bias is the same at every window, so it cannot change the winner.
                    feature[part].iter_mut().zip(conv.bias()).for_each(|(best, &b)| *best += b);
                }
                // `feature` holds the best scores; keep the activation's derivative and the mask for the way back.
                match activation {
                    Activation::Linear => feature_gradient.fill(F::one()),
                    _ => {
                        for (value, gradient) in feature.iter_mut().zip(feature_gradient.iter_mut()) {
                            *gradient = activation.derivative(*value);
                            *value = activation.of(*value);
                        }
                    }
                }
                if noise.features.rate() > 0.0 {
                    sums.resize(features, F::zero());
                    noise.of_document(i, sums);
                    let values = feature.iter_mut().zip(feature_gradient.iter_mut());
                    for ((value, gradient), &mask) in values.zip(sums.iter()) {
                        *value *= mask;
                        *gradient *= mask;
                    }
                }
                for (y, logit) in logit_gradient.iter_mut().enumerate() {
                    *logit = bias[y] + dot(&weight[y * features..][..features], feature);
                }
                let (loss, correct) = cross_entropy(logit_gradient, documents[i].label, &documents[i].aim);
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
    fn backward(&self, model: &TextCnn<F>, n: usize) -> Vec<Vec<F>> {
        let (features, classes, dim) = (model.config().features(), model.config().classes, model.config().dim);
        let mut tensors = Vec::new();
        for (k, conv) in model.convs().iter().enumerate() {
            let (filters, depth) = (conv.filters(), conv.width() * dim);
            let mut weight = vec![F::zero(); filters * depth];
            let mut bias = vec![F::zero(); filters];
            let outputs = (weight.par_chunks_mut(depth), bias.par_iter_mut());
            outputs.into_par_iter().enumerate().with_min_len(4).for_each(|(c, (weight, bias))| {
                let mut won = Vec::with_capacity(n);
                for i in 0..n {
                    let at = i * features + k * filters + c;
                    let signal = self.feature_gradient[at];
                    if signal != F::zero() {
                        won.push((signal, self.starts[i] + self.winner[at] as usize));
                        *bias += signal;
                    }
                }
                let mut terms = Vec::with_capacity(won.len());
                for (j, weight) in weight.chunks_exact_mut(dim).enumerate() {
                    terms.clear();
                    terms.extend(
                        won.iter().map(|&(signal, start)| (signal, self.words.vector(self.rows[start + j] as usize))),
                    );
                    weighted_sum(&terms, weight);
                }
            });
            tensors.extend([weight, bias]);
        }
        let mut weight = vec![F::zero(); classes * features];
        let mut bias = vec![F::zero(); classes];
        let documents = self.feature.chunks_exact(features).zip(self.logit_gradient.chunks_exact(classes));
        for (feature, gradient) in documents.take(n) {
            for ((row, bias), &g) in weight.chunks_exact_mut(features).zip(&mut bias).zip(gradient) {
                *bias += g;
                row.iter_mut().zip(feature).for_each(|(w, &m)| *w += g * m);
            }
        }
        tensors.extend([weight, bias]);
        tensors
    }

    /// The gradient of the vector of every word of the batch but the zero vector, `[words - 1, D]`: each filter hands
    /// its weights back to the words of the window that won, always in the order of documents, convolutions and filters.
    fn backward_to_words(&self, model: &TextCnn<F>, n: usize) -> Vec<F> {
        let (features, filters, dim) = (model.config().features(), model.config().filters, model.config().dim);
        let lit = |i: usize| {
            let row = self.feature_gradient[i * features..][..features].iter();
            row.enumerate().filter(|(_, signal)| **signal != F::zero())
        };
        let places = |i: usize, f: usize| {
            let start = self.starts[i] + self.winner[i * features + f] as usize;
            self.rows[start..start + model.convs()[f / filters].width()].iter().enumerate()
        };
        // Counting sort by word: how many terms, then where they begin, then the terms.
        let words = self.words.rows().len();
        let mut begin = vec![0usize; words + 2];
        for i in 0..n {
            for (f, _) in lit(i) {
                for (_, &place) in places(i, f) {
                    begin[place as usize + 1] += 1;
                }
            }
        }
        for place in 0..=words {
            begin[place + 1] += begin[place];
        }
        let mut next = begin.clone();
        let mut terms = vec![(F::zero(), 0u16, 0u16); begin[words + 1]];
        for i in 0..n {
            for (f, &signal) in lit(i) {
                let (conv, filter) = (f / filters, f % filters);
                for (j, &place) in places(i, f) {
                    terms[next[place as usize]] = (signal, conv as u16, (j * filters + filter) as u16);
                    next[place as usize] += 1;
                }
            }
        }
        let mut gradients = vec![F::zero(); words * dim];
        gradients.par_chunks_mut(dim).enumerate().with_min_len(8).for_each_init(Vec::new, |said, (word, gradient)| {
            let place = word + 1;
            said.clear();
            said.extend(terms[begin[place]..begin[place + 1]].iter().map(|&(signal, conv, row)| {
                let split = self.split[usize::from(conv)].as_slice().expect("row-major");
                (signal, &split[usize::from(row) * dim..][..dim])
            }));
            weighted_sum(said, gradient);
        });
        self.words.drop_from(&mut gradients);
        gradients
    }
}
