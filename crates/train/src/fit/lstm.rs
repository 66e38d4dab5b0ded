//! Loss and gradient of a batch for a bidirectional LSTM: backpropagation through time, many documents at once.
//!
//! The documents are put in order of their length, the longest first, and cut into blocks of a fixed size. A block reads
//! the first word of all its documents, then the second of all that have one, and so on, so that a step is one matrix
//! product instead of a product per document:
//!
//! ```text
//! Z_s = X_s Wx^T + b + H_{s-1} Wh^T             s = 0 .. the longest document, n_s documents still reading
//! ```
//!
//! A document that has ended keeps its state; on the way back it joins at its own last step. The backward direction is
//! the same with the words of each document reversed. On the way back, with `u` for the signal of `u`:
//!
//! ```text
//! c  += h o (1 - tanh^2 c)
//! z_i = c g i (1 - i)      z_f = c c_{s-1} f (1 - f)      z_g = c i (1 - g^2)      z_o = h tanh(c) o (1 - o)
//! c_{s-1} = c f            h_{s-1} = z Wh                 dW = sum z^T [x; h_{s-1}]
//! ```
//!
//! A block is computed by one thread in one order, and the blocks are added up in their order: any number of threads
//! gives the same bits.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use rayon::prelude::*;
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::{Activation, Lstm};
use wordlight_nn::model::BiLstm;
use wordlight_nn::{Real, Result};

use crate::fit::batch::{Batch, BatchGradient};
use crate::fit::loss::cross_entropy;
use crate::fit::words::Words;

/// Documents that are read side by side: enough for a product to be worth its name, few enough for two threads to share a
/// batch of 64.
const BLOCK: usize = 32;

/// Computes gradients; keeps its buffers between batches.
#[derive(Clone, Debug, Default)]
pub struct RecurrentStep<F> {
    words: Words<F>,
}

/// A document of a block.
struct Reading {
    /// Its number in the batch.
    number: usize,
    /// The places of its words.
    places: Vec<usize>,
}

/// What a block gives.
struct Part<F> {
    /// As in [`BatchGradient`].
    tensors: Vec<Vec<F>>,
    /// The place of each word that was read, and the gradients of their vectors one after another; empty where the table is
    /// frozen.
    places: Vec<usize>,
    of_words: Vec<F>,
    loss: f64,
    correct: usize,
}

impl<F: Real> RecurrentStep<F> {
    /// Mean cross-entropy and its gradient. The words are rows of `table` `[V, D]`.
    ///
    /// # Errors
    /// [`wordlight_nn::Error::NotFinite`] if the weights have grown beyond all bounds.
    pub fn gradient(
        &mut self,
        model: &BiLstm<F>,
        table: ArrayView2<'_, F>,
        batch: &Batch<'_>,
    ) -> Result<BatchGradient<F>> {
        self.words.read(table, batch);
        let reading = batch.documents.iter().enumerate().map(|(number, document)| Reading {
            number,
            places: document.words.iter().map(|word| self.words.place(*word)).collect(),
        });
        let mut readings: Vec<Reading> = reading.collect();
        readings.sort_by_key(|reading| (std::cmp::Reverse(reading.places.len()), reading.number));
        let parts: Vec<Part<F>> = readings.par_chunks(BLOCK).map(|block| self.block(model, batch, block)).collect();

        let dim = table.ncols();
        let mut sum =
            BatchGradient { tensors: Vec::new(), rows: Vec::new(), row_gradients: Vec::new(), loss: 0.0, correct: 0 };
        let mut of_vectors = vec![F::zero(); if batch.tunes_table { self.words.rows().len() * dim } else { 0 }];
        for part in parts {
            for (&place, gradient) in part.places.iter().zip(part.of_words.chunks_exact(dim)) {
                // Place 0 is the zero vector, which stays.
                if let Some(word) = place.checked_sub(1) {
                    of_vectors[word * dim..][..dim].iter_mut().zip(gradient).for_each(|(sum, &g)| *sum += g);
                }
            }
            if sum.tensors.is_empty() {
                sum.tensors = part.tensors;
            } else {
                let pairs = sum.tensors.iter_mut().flatten().zip(part.tensors.iter().flatten());
                pairs.for_each(|(sum, &g)| *sum += g);
            }
            sum.loss += part.loss;
            sum.correct += part.correct;
        }
        if !sum.loss.is_finite() {
            return Err(wordlight_nn::Error::NotFinite { what: "the loss".to_owned(), index: 0, value: sum.loss });
        }
        if batch.tunes_table {
            sum.rows = self.words.rows().to_vec();
            self.words.drop_from(&mut of_vectors);
            sum.row_gradients = of_vectors;
        }
        Ok(sum)
    }

    /// Loss and gradient of a few documents, the longest first.
    fn block(&self, model: &BiLstm<F>, batch: &Batch<'_>, block: &[Reading]) -> Part<F> {
        let (features, classes, hidden) = (model.config().features(), model.config().classes, model.config().hidden);
        let mut ways: [Way<F>; 2] =
            [false, true].map(|reversed| Way::lay_out(model.config().dim, hidden, block, reversed));
        let mut feature = Array2::zeros((block.len(), features));
        for (k, (way, layer)) in ways.iter_mut().zip(model.layers()).enumerate() {
            way.read(layer, &self.words);
            way.last(block, feature.slice_mut(s![.., k * hidden..(k + 1) * hidden]));
        }
        let mut mask = Array2::ones((block.len(), features));
        if batch.noise.features.rate() > 0.0 {
            for (reading, mut mask) in block.iter().zip(mask.outer_iter_mut()) {
                batch.noise.of_document(reading.number, mask.as_slice_mut().expect("a row"));
            }
            feature *= &mask;
        }

        let (weight, bias) = (model.dense().weight(), model.dense().bias());
        let mut logits = Array2::zeros((block.len(), classes));
        logits += &bias;
        general_mat_mul(F::one(), &feature, &weight.t(), F::one(), &mut logits);
        let mean = F::from_f64(1.0 / batch.documents.len() as f64);
        let (mut loss, mut correct) = (0.0, 0);
        for (reading, mut logits) in block.iter().zip(logits.outer_iter_mut()) {
            // From here on they are the gradient of the loss.
            let document = batch.documents[reading.number];
            let logits = logits.as_slice_mut().expect("a row");
            let (cost, right) = cross_entropy(logits, document.label, &document.aim);
            loss += cost;
            correct += usize::from(right);
        }
        logits *= mean;

        let mut of_weight = Array2::zeros((classes, features));
        general_mat_mul(F::one(), &logits.t(), &feature, F::zero(), &mut of_weight);
        let mut of_feature = Array2::zeros(feature.raw_dim());
        general_mat_mul(F::one(), &logits, &weight, F::zero(), &mut of_feature);
        of_feature *= &mask;

        let mut part = Part { tensors: Vec::new(), places: Vec::new(), of_words: Vec::new(), loss, correct };
        for (k, (way, layer)) in ways.iter_mut().zip(model.layers()).enumerate() {
            way.pull_back(layer, of_feature.slice(s![.., k * hidden..(k + 1) * hidden]).to_owned());
            part.tensors.extend(way.parameters());
            if batch.tunes_table {
                let weight = layer.cell().weight();
                let mut of_words = Array2::zeros((way.places.len(), layer.dim()));
                general_mat_mul(F::one(), &way.z, &weight.slice(s![.., ..layer.dim()]), F::zero(), &mut of_words);
                part.places.append(&mut way.places);
                part.of_words.extend(of_words);
            }
        }
        part.tensors.extend([of_weight.into_raw_vec_and_offset().0, logits.sum_axis(Axis(0)).to_vec()]);
        part
    }
}

/// One direction of a block. Rows are words in the order in which they are read: the first word of every document, then
/// the second of every document that has one, ...
struct Way<F> {
    /// `[N]`
    places: Vec<usize>,
    /// How many documents read a word at each step.
    reading: Vec<usize>,
    /// The first row of each step.
    starts: Vec<usize>,
    /// What each word is read with, `[x; h]`, `[N, D + H]`.
    input: Array2<F>,
    /// The gates after their activation on the way forward, the signal before it on the way back, `[N, 4H]`.
    z: Array2<F>,
    /// `[N, H]` each: the state after the word, its tanh, and what is shown of it.
    c: Array2<F>,
    tanh_c: Array2<F>,
    h: Array2<F>,
}

impl<F: Real> Way<F> {
    fn lay_out(dim: usize, hidden: usize, block: &[Reading], reversed: bool) -> Self {
        let longest = block.first().map_or(0, |reading| reading.places.len());
        let (mut places, mut reading, mut starts) = (Vec::new(), Vec::new(), Vec::new());
        for step in 0..longest {
            starts.push(places.len());
            // The longest come first, so those that have ended are the last.
            let documents = block.iter().map(|reading| &reading.places).take_while(|places| places.len() > step);
            places
                .extend(documents.map(|places| if reversed { places[places.len() - 1 - step] } else { places[step] }));
            reading.push(places.len() - starts[step]);
        }
        let rows = places.len();
        let states = || Array2::zeros((rows, hidden));
        let (input, z) = (Array2::zeros((rows, dim + hidden)), Array2::zeros((rows, 4 * hidden)));
        Self { places, reading, starts, input, z, c: states(), tanh_c: states(), h: states() }
    }

    fn read(&mut self, layer: &Lstm<F>, words: &Words<F>) {
        let (dim, hidden) = (layer.dim(), layer.hidden());
        let (weight, bias) = (layer.cell().weight(), layer.cell().bias());
        let (of_words, of_state) = weight.split_at(Axis(1), dim);
        for (&place, mut input) in self.places.iter().zip(self.input.outer_iter_mut()) {
            input.slice_mut(s![..dim]).as_slice_mut().expect("a row").copy_from_slice(words.vector(place));
        }
        self.z += &bias;
        general_mat_mul(F::one(), &self.input.slice(s![.., ..dim]), &of_words.t(), F::one(), &mut self.z);
        for (step, (&start, &reading)) in self.starts.iter().zip(&self.reading).enumerate() {
            let rows = start..start + reading;
            if step > 0 {
                let before = self.starts[step - 1]..self.starts[step - 1] + reading;
                self.input.slice_mut(s![rows.clone(), dim..]).assign(&self.h.slice(s![before, ..]));
                let before = self.input.slice(s![rows.clone(), dim..]);
                general_mat_mul(
                    F::one(),
                    &before,
                    &of_state.t(),
                    F::one(),
                    &mut self.z.slice_mut(s![rows.clone(), ..]),
                );
            }
            for row in rows {
                let z = self.z.row_mut(row).into_slice().expect("a row");
                let (gates, rest) = z.split_at_mut(2 * hidden);
                let (new, shown) = rest.split_at_mut(hidden);
                gates.iter_mut().chain(&mut *shown).for_each(|z| *z = Activation::Sigmoid.of(*z));
                new.iter_mut().for_each(|z| *z = Activation::Tanh.of(*z));
                let kept = step.checked_sub(1).map(|before| self.starts[before] + row - start);
                for k in 0..hidden {
                    let before = kept.map_or(F::zero(), |kept| self.c[[kept, k]]);
                    let c = gates[hidden + k] * before + gates[k] * new[k];
                    self.c[[row, k]] = c;
                    self.tanh_c[[row, k]] = Activation::Tanh.of(c);
                    self.h[[row, k]] = shown[k] * self.tanh_c[[row, k]];
                }
            }
        }
    }

    /// The last state of each document, `[documents, H]`; zero where nothing was read.
    fn last(&self, block: &[Reading], mut out: ndarray::ArrayViewMut2<'_, F>) {
        for (i, reading) in block.iter().enumerate() {
            if let Some(step) = reading.places.len().checked_sub(1) {
                out.row_mut(i).assign(&self.h.row(self.starts[step] + i));
            }
        }
    }

    /// Turns `z` into its signal, from the signal `of_h` `[documents, H]` of the last states.
    fn pull_back(&mut self, layer: &Lstm<F>, mut of_h: Array2<F>) {
        let hidden = layer.hidden();
        let weight = layer.cell().weight();
        let of_state = weight.slice(s![.., layer.dim()..]);
        let mut of_c: Array2<F> = Array2::zeros(of_h.raw_dim());
        let one = F::one();
        for (step, (&start, &reading)) in self.starts.iter().zip(&self.reading).enumerate().rev() {
            for i in 0..reading {
                let row = start + i;
                let z = self.z.row_mut(row).into_slice().expect("a row");
                let tanh_c = self.tanh_c.row(row).to_slice().expect("a row");
                let before =
                    step.checked_sub(1).map(|before| self.c.row(self.starts[before] + i).to_slice().expect("a row"));
                let of_h = of_h.row(i).to_slice().expect("a row");
                let of_c = of_c.row_mut(i).into_slice().expect("a row");
                for k in 0..hidden {
                    let [open, forget, new, shown] = [0, 1, 2, 3].map(|part| z[part * hidden + k]);
                    let c = of_c[k] + of_h[k] * shown * (one - tanh_c[k] * tanh_c[k]);
                    let before = before.map_or(F::zero(), |before| before[k]);
                    z[k] = c * new * open * (one - open);
                    z[hidden + k] = c * before * forget * (one - forget);
                    z[2 * hidden + k] = c * open * (one - new * new);
                    z[3 * hidden + k] = of_h[k] * tanh_c[k] * shown * (one - shown);
                    of_c[k] = c * forget;
                }
            }
            if step > 0 {
                let z = self.z.slice(s![start..start + reading, ..]);
                general_mat_mul(one, &z, &of_state, F::zero(), &mut of_h.slice_mut(s![..reading, ..]));
            }
        }
    }

    /// The gradients of weight and bias from the signals in `z`.
    fn parameters(&self) -> [Vec<F>; 2] {
        let mut weight = Array2::zeros((self.z.ncols(), self.input.ncols()));
        general_mat_mul(F::one(), &self.z.t(), &self.input, F::zero(), &mut weight);
        let bias: Array1<F> = self.z.sum_axis(Axis(0));
        [weight.into_raw_vec_and_offset().0, bias.to_vec()]
    }
}
