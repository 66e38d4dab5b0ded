//! Gradient times input of a logit, from projections of the vocabulary.
//!
//! The vectors are frozen and a convolution is linear, so what a word brings to a window is a row of a table that is made
//! once, `u_j[word, c] = w_c[j] . vector(word)` (as in training, `wordlight_train::fit::cnn`). The logit's gradient reaches only the
//! winning windows, and its product with the input is a sum of the same numbers:
//!
//! ```text
//! score of word i = sum over filters c that a window with i at place j won of  V[k,c] f'(s_c) u_j[word i, c]
//! ```
//!
//! A text of 20 words costs 4,000 additions, where convolving costs 240,000 multiplications. Held to the method by a test.

use anyhow::Result;
use ndarray::{Array1, Array2};
use wordlight_kernel::batch::{dot, strongest};
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::{Activation, Conv1d, Embedding};
use wordlight_nn::model::{Classifier, TextCnn, argmax};

/// A network with the projections of every word.
pub struct Quick<'a> {
    network: &'a TextCnn<f32>,
    /// One per convolution, `[V + 2, K C]`; the last rows are those of an unknown word and of padding.
    said: Vec<Array2<f32>>,
}

/// Room for one text at a time; the answer is in it.
#[derive(Default)]
pub struct Scratch {
    best: Vec<f32>,
    winner: Vec<u32>,
    /// `[Y]`
    pub logits: Vec<f32>,
    sums: Vec<f64>,
    /// `[T]`
    pub scores: Vec<f32>,
}

impl<'a> Quick<'a> {
    /// How many numbers the projections of the vocabulary are.
    pub fn numbers(network: &TextCnn<f32>, embedding: &Embedding) -> usize {
        let outputs: usize = network.convs().iter().map(|conv| conv.width() * conv.filters()).sum();
        outputs.saturating_mul(embedding.vocab().len() + 2)
    }

    /// Projects the vocabulary.
    ///
    /// # Errors
    /// None that a network which exists can cause.
    pub fn new(network: &'a TextCnn<f32>, embedding: &Embedding) -> Result<Self> {
        let (words, dim) = (embedding.vocab().len(), embedding.dim());
        // After the words an unknown one, and padding.
        let every: Vec<Option<usize>> = (0..words).map(Some).chain([None]).collect();
        let vectors: Array2<f32> = embedding.embed(&every, words + 2);
        let mut said = Vec::new();
        for conv in network.convs() {
            // A filter of K words becomes K filters of one word: row j C + c is w_c[j].
            let (filters, outputs) = (conv.filters(), conv.width() * conv.filters());
            let mut split = Array2::zeros((outputs, dim));
            for (c, filter) in conv.weight().outer_iter().enumerate() {
                for (j, weight) in filter.exact_chunks(dim).into_iter().enumerate() {
                    split.row_mut(j * filters + c).assign(&weight);
                }
            }
            said.push(Conv1d::new(split, Array1::zeros(outputs), 1)?.scores(vectors.view()));
        }
        Ok(Self { network, said })
    }

    /// Explains the logit of `class`, or of the predicted class, which is returned.
    pub fn explain(&self, words: &[Option<usize>], class: Option<usize>, scratch: &mut Scratch) -> usize {
        let config = self.network.config();
        let (each, features) = (config.filters, config.features());
        let rows = self.network.positions(words.len());
        scratch.best.resize(features, 0.0);
        scratch.winner.resize(features, 0);
        let mut rows_said: Vec<&[f32]> = Vec::with_capacity(rows);
        for (i, (conv, said)) in self.network.convs().iter().zip(&self.said).enumerate() {
            let (table, size) = (said.as_slice().expect("row-major"), said.ncols());
            rows_said.clear();
            rows_said.extend((0..rows).map(|p| &table[row_of(words, p, said.nrows()) * size..][..size]));
            let part = i * each..(i + 1) * each;
            strongest(&rows_said, conv.width(), &mut scratch.best[part.clone()], &mut scratch.winner[part.clone()]);
            scratch.best[part].iter_mut().zip(conv.bias()).for_each(|(best, bias)| *best += bias);
        }
        let relu = config.activation == Activation::Relu;
        if relu {
            scratch.best.iter_mut().for_each(|best| *best = best.max(0.0));
        }
        let dense = self.network.dense();
        let weight = dense.weight();
        let weight = weight.to_slice().expect("row-major");
        scratch.logits.clear();
        let logits = weight.chunks_exact(features).zip(dense.bias()).map(|(row, bias)| bias + dot(row, &scratch.best));
        scratch.logits.extend(logits);
        let class = class.unwrap_or_else(|| argmax(ndarray::aview1(&scratch.logits)));
        let weight = &weight[class * features..][..features];
        scratch.sums.clear();
        scratch.sums.resize(rows, 0.0);
        for (i, (conv, said)) in self.network.convs().iter().zip(&self.said).enumerate() {
            let (table, size) = (said.as_slice().expect("row-major"), said.ncols());
            for c in 0..each {
                let at = i * each + c;
                // A silent filter passes nothing back.
                if relu && scratch.best[at] <= 0.0 {
                    continue;
                }
                let start = scratch.winner[at] as usize;
                for j in 0..conv.width() {
                    let row = row_of(words, start + j, said.nrows());
                    scratch.sums[start + j] += f64::from(weight[at] * table[row * size + j * each + c]);
                }
            }
        }
        scratch.scores.clear();
        scratch.scores.extend(scratch.sums[..words.len()].iter().map(|sum| *sum as f32));
        class
    }
}

/// The row that position `p` reads, of `rows`.
fn row_of(words: &[Option<usize>], p: usize, rows: usize) -> usize {
    match words.get(p) {
        Some(Some(word)) => *word,
        Some(None) => rows - 2,
        None => rows - 1,
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array1;
    use wordlight_explain::baseline::Baseline;
    use wordlight_explain::case::Case;
    use wordlight_explain::method::{GradientXInput, Method};
    use wordlight_explain::target::TargetKind;
    use wordlight_nn::layer::{Quantised, VectorsCard};
    use wordlight_nn::model::TextCnnConfig;
    use wordlight_nn::text::Vocab;

    use super::*;
    use crate::batch::limits::MAX_QUICK;

    #[test]
    fn the_quick_way_is_gradient_times_input() {
        let mut state = 1u64;
        let mut draw = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1u32 << 24)
        };
        let vectors = Array2::from_shape_simple_fn((30, 6), || draw() as f32 - 0.5);
        let vocab = Vocab::new((0..30).map(|i| format!("w{i}"))).unwrap();
        let table = Quantised::new(vectors.view()).unwrap();
        let plain = Embedding::new(vocab.clone(), table, Array1::zeros(6), VectorsCard::default()).unwrap();
        let mut rows = vectors.clone();
        rows.push_row(Array1::from_elem(6, 0.5).view()).unwrap();
        rows.push_row(Array1::from_elem(6, -0.25).view()).unwrap();
        let full = Embedding::of_floats(vocab, rows, VectorsCard::default()).unwrap();
        let kim = TextCnnConfig { filters: 37, ..TextCnnConfig::kim(6) };
        let configs = [TextCnnConfig::paper(6), kim];
        for (config, embedding) in configs.iter().flat_map(|config| [(config, &plain), (config, &full)]) {
            let network = TextCnn::<f32>::random(config.clone(), &mut draw).unwrap();
            let quick = Quick::new(&network, embedding).unwrap();
            let mut scratch = Scratch::default();
            for length in [1usize, 2, 7, 40, 55] {
                let words: Vec<Option<usize>> =
                    (0..length).map(|_| Some((draw() * 33.0) as usize).filter(|w| *w < 30)).collect();
                let pass = network.forward(embedding.embed(&words, network.positions(length))).unwrap();
                let asked = (TargetKind::Logit, None);
                let case = Case::new(&network, pass.as_ref(), length, asked, &Baseline::Zero).unwrap();
                let want = GradientXInput.attribute(&case).unwrap().per_token;
                assert_eq!(quick.explain(&words, None, &mut scratch), case.target().class());
                let close = |a: f32, b: f32| assert!((a - b).abs() < 1e-5, "{length} words: {a} and {b}");
                scratch.logits.iter().zip(pass.logits()).for_each(|(a, b)| close(*a, *b));
                assert_eq!(scratch.scores.len(), length);
                scratch.scores.iter().zip(&want).for_each(|(a, b)| close(*a, *b));
            }
        }
    }

    #[test]
    fn a_large_vocabulary_is_not_projected() {
        let embedding = |words: usize| {
            let vocab = Vocab::new((0..words).map(|i| i.to_string())).unwrap();
            let table = Quantised::new(Array2::zeros((words, 1)).view()).unwrap();
            Embedding::new(vocab, table, Array1::zeros(1), VectorsCard::default()).unwrap()
        };
        // Two more rows, for what has no word; widths 3, 4 and 5.
        let config = TextCnnConfig { filters: 65_536, ..TextCnnConfig::kim(1) };
        let network = TextCnn::<f32>::random(config, || 0.5).unwrap();
        let fitting = MAX_QUICK / (65_536 * 12) - 2;
        assert!(Quick::numbers(&network, &embedding(fitting)) <= MAX_QUICK);
        assert!(Quick::numbers(&network, &embedding(fitting + 1)) > MAX_QUICK);
    }
}
