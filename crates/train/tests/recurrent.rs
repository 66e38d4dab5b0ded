//! Backpropagation through time against the network's own backward walk and against finite differences; the same bits on
//! any number of threads.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use ndarray::{Array1, Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, AffineGrad, WeightMap};
use wordlight_nn::backward::{Backward, ParamGradient, Site};
use wordlight_nn::layer::{Activation, Dropout};
use wordlight_nn::model::{BiLstm, BiLstmConfig, Pass};
use wordlight_nn::params::Parameters;
use wordlight_train::data::Document;
use wordlight_train::fit::{Batch, BatchGradient, Noise, RecurrentStep, cross_entropy};

/// A linear congruential generator (Knuth's constants), uniform on [0, 1).
struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    fn network<F: Real>(&mut self) -> BiLstm<F> {
        let mut model =
            BiLstm::random(BiLstmConfig { dim: 5, classes: 3, hidden: 4, one_way: false }, || self.uniform()).unwrap();
        // Biases begin at zero or one; give them values of their own, so that a forgotten one is seen.
        model.update(&mut |name, values| {
            if name.ends_with("bias") {
                values.iter_mut().for_each(|b| *b = F::from_f64(self.uniform() - 0.5));
            }
        });
        model
    }

    fn table<F: Real>(&mut self, words: usize) -> Array2<F> {
        Array2::from_shape_simple_fn((words, 5), || F::from_f64(2.0 * self.uniform() - 1.0))
    }

    /// Of 0 to 9 words, some of them without a vector.
    fn documents(&mut self, n: usize, words: usize) -> Vec<Document> {
        let mut document = || {
            let words = (0..self.below(10)).map(|_| Some(self.below(words + 1)).filter(|&w| w < words)).collect();
            let mut document = Document::labelled(words, self.below(3));
            // Every other one aims at another class too; the shares are binary fractions, so they add up to 1 exactly.
            if self.below(2) == 0 {
                document.aim = vec![0.0; 3];
                document.aim[document.label] += 0.75;
                document.aim[self.below(3)] += 0.25;
            }
            document
        };
        (0..n).map(|_| document()).collect()
    }
}

/// [`ParamGradient`] freezes the vectors; this one wants their gradient as well.
#[derive(Default)]
struct Everything {
    parameters: ParamGradient<f64>,
}

impl Backward<f64> for Everything {
    fn affine(
        &mut self,
        at: Site,
        layer: &dyn Affine<f64>,
        x: ArrayView2<'_, f64>,
        z: ArrayView2<'_, f64>,
        signal: Array2<f64>,
    ) -> Array2<f64> {
        let back = layer.adjoint(signal.view(), WeightMap::AS_IS);
        self.parameters.affine(at, layer, x, z, signal);
        back
    }

    fn activation(&mut self, at: Site, f: Activation, x: ArrayView2<'_, f64>, signal: Array2<f64>) -> Array2<f64> {
        self.parameters.activation(at, f, x, signal)
    }
}

/// The gradient document by document, through the network's own walk; the vectors' as a table.
fn slow(model: &BiLstm<f64>, table: &Array2<f64>, documents: &[Document], noise: Noise) -> BatchGradient<f64> {
    let mut sum = BatchGradient {
        tensors: Vec::new(),
        rows: (0..table.nrows()).collect(),
        row_gradients: vec![0.0; table.len()],
        loss: 0.0,
        correct: 0,
    };
    model.clone().update(&mut |_, values| sum.tensors.push(vec![0.0; values.len()]));
    for (i, document) in documents.iter().enumerate() {
        let mut masks: Array2<f64> = Array2::ones((document.words.len(), table.ncols()));
        let mut x = Array2::zeros((document.words.len(), table.ncols()));
        for ((mut row, mut mask), word) in x.outer_iter_mut().zip(masks.outer_iter_mut()).zip(&document.words) {
            if let Some(word) = word {
                if noise.words.rate() > 0.0 {
                    noise.of_word(*word, mask.as_slice_mut().unwrap());
                }
                row.assign(&(&table.row(*word) * &mask));
            }
        }
        let mut mask: Array1<f64> = Array1::ones(8);
        if noise.features.rate() > 0.0 {
            noise.of_document(i, mask.as_slice_mut().unwrap());
        }
        let pass = model.pass(x, Some(mask)).unwrap();
        let mut seed = pass.logits().to_vec();
        let (loss, correct) = cross_entropy(&mut seed, document.label, &document.aim);
        sum.loss += loss;
        sum.correct += usize::from(correct);
        let mut policy = Everything::default();
        let back = pass.pull_back(Array1::from(seed) / documents.len() as f64, &mut policy) * &masks;
        for (row, word) in back.outer_iter().zip(&document.words) {
            if let Some(word) = word {
                let place = word * table.ncols();
                sum.row_gradients[place..].iter_mut().zip(row).for_each(|(s, g)| *s += g);
            }
        }
        for (site, AffineGrad { weight, bias }) in policy.parameters.grads {
            let place = match site {
                Site::Cell(k) => 2 * k,
                _ => 4,
            };
            sum.tensors[place].iter_mut().zip(&weight).for_each(|(s, g)| *s += g);
            sum.tensors[place + 1].iter_mut().zip(&bias).for_each(|(s, g)| *s += g);
        }
    }
    sum
}

fn fast<F: Real>(
    model: &BiLstm<F>,
    table: &Array2<F>,
    documents: &[Document],
    noise: Noise,
    tuned: bool,
) -> BatchGradient<F> {
    let documents: Vec<&Document> = documents.iter().collect();
    let batch = Batch { documents: &documents, noise, tunes_table: tuned };
    RecurrentStep::default().gradient(model, table.view(), &batch).unwrap()
}

fn assert_close(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}: lengths");
    for (i, (g, w)) in got.iter().zip(want).enumerate() {
        assert!((g - w).abs() <= tolerance, "{what}[{i}]: got {g}, want {w}, more than {tolerance} apart");
    }
}

fn rate(rate: f64) -> Dropout {
    Dropout::new(rate).unwrap()
}

#[test]
fn many_documents_at_once_have_the_gradient_of_one_after_the_other() {
    // More than two blocks, so that one is not full.
    for (seed, n) in [(1, 1), (2, 7), (3, 75)] {
        let mut draws = Draws(seed);
        let (model, table) = (draws.network::<f64>(), draws.table(20));
        let documents = draws.documents(n, 20);
        for noise in [Noise::none(), Noise::new(rate(0.5), rate(0.3), 9, 4)] {
            let (got, want) = (fast(&model, &table, &documents, noise, false), slow(&model, &table, &documents, noise));
            assert!((got.loss - want.loss).abs() < 1e-12 && got.correct == want.correct, "{n} documents");
            assert_eq!(got.tensors.len(), want.tensors.len());
            for (t, (got, want)) in got.tensors.iter().zip(&want.tensors).enumerate() {
                assert_close(&format!("tensor {t} of {n} documents"), got, want, 1e-13);
            }
            assert!(got.rows.is_empty() && got.row_gradients.is_empty());
        }
    }
}

#[test]
fn learned_vectors_get_the_gradient_of_what_is_stored() {
    let mut draws = Draws(5);
    let (model, table) = (draws.network::<f64>(), draws.table::<f64>(12));
    let documents = draws.documents(40, 12);
    let mut stored = table.clone();
    stored.outer_iter_mut().for_each(|mut row| wordlight_nn::layer::Quantised::round(row.as_slice_mut().unwrap()));
    for noise in [Noise::none(), Noise::new(rate(0.5), rate(0.3), 9, 4)] {
        let (got, want) = (fast(&model, &table, &documents, noise, true), slow(&model, &stored, &documents, noise));
        assert_eq!(got.rows.len(), 12, "every word occurs, once");
        for (place, &row) in got.rows.iter().enumerate() {
            let (got, want) = (&got.row_gradients[place * 5..][..5], &want.row_gradients[row * 5..][..5]);
            assert_close(&format!("word {row}"), got, want, 1e-13);
        }
    }
}

#[test]
fn the_gradient_is_the_finite_difference_of_the_mean_loss() {
    let mut draws = Draws(11);
    let (model, table) = (draws.network::<f64>(), draws.table(8));
    let documents = draws.documents(6, 8);
    let gradient = fast(&model, &table, &documents, Noise::none(), false);
    for (t, tensor) in gradient.tensors.iter().enumerate() {
        for i in 0..tensor.len() {
            let at = |step: f64| {
                let (mut moved, mut place) = (model.clone(), 0);
                moved.update(&mut |_, values| {
                    if place == t {
                        values[i] += step;
                    }
                    place += 1;
                });
                fast(&moved, &table, &documents, Noise::none(), false).loss / documents.len() as f64
            };
            let want = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((tensor[i] - want).abs() < 1e-9, "tensor {t}[{i}]: {} and {want}", tensor[i]);
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let mut draws = Draws(21);
    let (model, table) = (draws.network::<f32>(), draws.table(50));
    let documents = draws.documents(150, 50);
    let noise = Noise::new(rate(0.5), rate(0.3), 9, 4);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let got = pool.install(|| fast(&model, &table, &documents, noise, true));
        (got.tensors, got.rows, got.row_gradients, got.loss)
    };
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(5));
}

#[test]
fn documents_without_words_leave_the_biases_of_the_last_layer_only() {
    let mut draws = Draws(31);
    let (model, table) = (draws.network::<f64>(), draws.table(3));
    let empty = vec![Document::labelled(Vec::new(), 1); 2];
    let gradient = fast(&model, &table, &empty, Noise::none(), true);
    assert!(gradient.tensors[..5].iter().flatten().all(|g| *g == 0.0));
    assert!(gradient.tensors[5].iter().all(|g| *g != 0.0) && gradient.rows.is_empty());
}

#[test]
fn weights_beyond_all_bounds_are_reported() {
    let mut draws = Draws(41);
    let (mut model, table) = (draws.network::<f32>(), draws.table(3));
    model.update(&mut |name, values| {
        if name == "dense.weight" {
            values.fill(f32::NAN);
        }
    });
    let document = Document::labelled(vec![Some(0), Some(1)], 0);
    let batch = Batch { documents: &[&document], noise: Noise::none(), tunes_table: false };
    let error = RecurrentStep::default().gradient(&model, table.view(), &batch).unwrap_err();
    assert!(error.to_string().contains("the loss"), "{error}");
}
