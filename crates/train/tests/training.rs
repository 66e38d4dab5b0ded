//! The fast gradient against finite differences, against the network's own backward walk, and against PyTorch; the same
//! bits on any number of threads.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use ndarray::{Array1, Array2, Array3, ArrayView1, ArrayView2};
use serde_json::Value;
use wordlight_nn::Real;
use wordlight_nn::backward::{Gradient, ParamGradient, Site};
use wordlight_nn::layer::{Activation, Conv1d, Dense, Dropout, Quantised};
use wordlight_nn::model::{Classifier, Pass, TextCnn, TextCnnConfig};
use wordlight_nn::params::Parameters;
use wordlight_nn::weights::Architecture;
use wordlight_train::data::Document;
use wordlight_train::fit::{Adam, Batch, Noise, Protocol, Step, TrainSettings, Trainer, cross_entropy};

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

    fn matrix<F: Real>(&mut self, rows: usize, columns: usize) -> Array2<F> {
        Array2::from_shape_simple_fn((rows, columns), || F::from_f64(2.0 * self.uniform() - 1.0))
    }

    fn documents(&mut self, n: usize, words: usize, classes: usize) -> Vec<Document> {
        let mut document = || {
            let words = (0..self.below(9)).map(|_| Some(self.below(words + 1)).filter(|&w| w < words)).collect();
            let mut document = Document::labelled(words, self.below(classes));
            // Every other one aims at another class too; the shares are binary fractions, so they add up to 1 exactly.
            if self.below(2) == 0 {
                document.aim = vec![0.0; classes];
                document.aim[document.label] += 0.75;
                document.aim[self.below(classes)] += 0.25;
            }
            document
        };
        (0..n).map(|_| document()).collect()
    }
}

fn config(dim: usize, widths: &[usize], activation: Activation, pad_to: usize) -> TextCnnConfig {
    TextCnnConfig { dim, classes: 3, widths: widths.to_vec(), filters: 5, activation, pad_to }
}

/// Shapes that reach every branch: several widths, ReLU, no padding, more dimensions than a register block.
fn networks() -> Vec<TextCnnConfig> {
    vec![
        config(3, &[2], Activation::Linear, 6),
        config(23, &[2], Activation::Linear, 40),
        config(4, &[1, 3], Activation::Relu, 0),
        config(20, &[3, 4, 5], Activation::Relu, 5),
    ]
}

fn random<F: Real>(config: &TextCnnConfig, draws: &mut Draws) -> TextCnn<F> {
    let mut model = TextCnn::random(config.clone(), || draws.uniform()).unwrap();
    // Biases begin at zero; give them values, so that a forgotten one is seen.
    model.update(&mut |name, values| {
        if name.ends_with("bias") {
            values.iter_mut().for_each(|b| *b = F::from_f64(draws.uniform() - 0.5));
        }
    });
    model
}

/// Documents to read as they are.
fn plain<'a>(documents: &'a [&'a Document]) -> Batch<'a> {
    Batch { documents, noise: Noise::none(), tunes_table: false }
}

/// Loss and gradient document by document, through the network's own walk, in the order of `Parameters::update`; and
/// the gradient of the table, `[V, D]`.
fn slow(model: &TextCnn<f64>, table: ArrayView2<'_, f64>, batch: &Batch<'_>) -> (f64, Vec<Vec<f64>>, Array2<f64>) {
    let widths = model.convs().len();
    let mut sum: Vec<Vec<f64>> = Vec::new();
    model.clone().update(&mut |_, values| sum.push(vec![0.0; values.len()]));
    let (mut loss, mut rows) = (0.0, Array2::zeros(table.raw_dim()));
    let n = batch.documents.len() as f64;
    let word_mask = |word: usize| {
        let mut mask = Array1::ones(model.dim());
        if batch.noise.words.rate() > 0.0 {
            batch.noise.of_word(word, mask.as_slice_mut().unwrap());
        }
        mask
    };
    for (i, document) in batch.documents.iter().enumerate() {
        let mut x = Array2::zeros((model.positions(document.words.len()), model.dim()));
        for (mut row, word) in x.outer_iter_mut().zip(&document.words) {
            if let Some(word) = word {
                row.assign(&table.row(*word));
                if batch.tunes_table {
                    Quantised::round(row.as_slice_mut().unwrap());
                }
                row *= &word_mask(*word);
            }
        }
        let mask = (batch.noise.features.rate() > 0.0).then(|| {
            let mut mask = Array1::zeros(model.config().features());
            batch.noise.of_document(i, mask.as_slice_mut().unwrap());
            mask
        });
        let pass = model.pass(x, mask).unwrap();
        let mut seed = pass.logits().to_vec();
        loss += cross_entropy(&mut seed, document.label, &document.aim).0 / n;
        let seed = Array1::from(seed) / n;
        let mut policy = ParamGradient::default();
        pass.pull_back(seed.clone(), &mut policy);
        for (site, grad) in policy.grads {
            let place = match site {
                Site::Conv(k) => 2 * k,
                _ => 2 * widths,
            };
            sum[place].iter_mut().zip(grad.weight.iter()).for_each(|(s, g)| *s += g);
            sum[place + 1].iter_mut().zip(grad.bias.iter()).for_each(|(s, g)| *s += g);
        }
        let input = pass.pull_back(seed, &mut Gradient);
        for (gradient, word) in input.outer_iter().zip(&document.words) {
            if let Some(word) = word {
                let mut row = rows.row_mut(*word);
                row += &(&gradient * &word_mask(*word));
            }
        }
    }
    (loss, sum, rows)
}

fn assert_close(what: &str, got: &[Vec<f64>], want: &[Vec<f64>], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}: tensors");
    for (t, (got, want)) in got.iter().zip(want).enumerate() {
        assert_eq!(got.len(), want.len(), "{what}: tensor {t}");
        for (i, (g, w)) in got.iter().zip(want).enumerate() {
            assert!(
                (g - w).abs() <= tolerance * w.abs().max(1.0),
                "{what}: tensor {t}[{i}]: got {g}, want {w}, more than {tolerance} apart"
            );
        }
    }
}

#[test]
fn the_fast_gradient_is_the_walks_gradient() {
    for (seed, config) in networks().into_iter().enumerate() {
        let mut draws = Draws(seed as u64);
        let model = random::<f64>(&config, &mut draws);
        let table = draws.matrix::<f64>(70, config.dim);
        let documents = draws.documents(33, 70, 3);
        let all: Vec<&Document> = documents.iter().collect();
        let mut step = Step::default();
        let (none, half) = (Dropout::new(0.0).unwrap(), Dropout::new(0.5).unwrap());
        for (features, words, tunes_table) in
            [(none, none, false), (half, none, false), (none, none, true), (none, half, true), (half, half, true)]
        {
            let noise = Noise::new(features, words, 11, seed as u64);
            let batch = Batch { documents: &all, noise, tunes_table };
            let fast = step.gradient(&model, table.view(), &batch).unwrap();
            let (loss, slow, rows) = slow(&model, table.view(), &batch);
            assert!((fast.loss / 33.0 - loss).abs() < 1e-13, "{config:?}: {} {loss}", fast.loss / 33.0);
            assert_close(&format!("{config:?}"), &fast.tensors, &slow, 1e-13);
            let mut fast_rows = Array2::zeros(table.raw_dim());
            for (&row, gradient) in fast.rows.iter().zip(fast.row_gradients.chunks(config.dim)) {
                fast_rows.row_mut(row).assign(&ArrayView1::from(gradient));
            }
            let want = if tunes_table { rows } else { Array2::zeros(table.raw_dim()) };
            let flat = |array: Array2<f64>| [array.iter().copied().collect::<Vec<f64>>()];
            assert_close(&format!("{config:?}, words"), &flat(fast_rows), &flat(want), 1e-13);
        }
    }
}

#[test]
fn the_fast_gradient_is_the_slope_of_the_loss() {
    for (seed, config) in networks().into_iter().enumerate() {
        let mut draws = Draws(100 + seed as u64);
        let model = random::<f64>(&config, &mut draws);
        let table = draws.matrix::<f64>(12, config.dim);
        let documents = draws.documents(6, 12, 3);
        let all: Vec<&Document> = documents.iter().collect();
        let mut step = Step::default();
        let analytic = step.gradient(&model, table.view(), &plain(&all)).unwrap().tensors;
        let h = 1e-6;
        let mut numeric = analytic.clone();
        for t in 0..analytic.len() {
            for i in 0..analytic[t].len() {
                let mut loss_at = |change: f64| {
                    let (mut moved, mut tensor) = (model.clone(), 0);
                    moved.update(&mut |_, values| {
                        if tensor == t {
                            values[i] += change;
                        }
                        tensor += 1;
                    });
                    step.gradient(&moved, table.view(), &plain(&all)).unwrap().loss / all.len() as f64
                };
                numeric[t][i] = (loss_at(h) - loss_at(-h)) / (2.0 * h);
            }
        }
        // A central difference with h = 1e-6 is good to about 1e-9.
        assert_close(&format!("{config:?}"), &analytic, &numeric, 1e-8);
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        other => vec![other.as_f64().unwrap()],
    }
}

/// Convolutions and dense layer as the golden file writes them: kernels `[C][D][K]`.
fn golden_model(step: &Value, config: &TextCnnConfig) -> TextCnn<f64> {
    let convs = step["conv"].as_array().unwrap().iter().zip(&config.widths).map(|(conv, &width)| {
        let by_dim = Array3::from_shape_vec((config.filters, config.dim, width), numbers(&conv["weight"])).unwrap();
        let by_word = by_dim.permuted_axes([0, 2, 1]).as_standard_layout().into_owned();
        let flat = by_word.into_shape_with_order((config.filters, width * config.dim)).unwrap();
        Conv1d::new(flat, Array1::from(numbers(&conv["bias"])), width).unwrap()
    });
    let weight =
        Array2::from_shape_vec((config.classes, config.features()), numbers(&step["dense"]["weight"])).unwrap();
    let dense = Dense::new(weight, Array1::from(numbers(&step["dense"]["bias"]))).unwrap();
    TextCnn::new(config.clone(), convs.collect(), dense).unwrap()
}

#[test]
fn five_adam_steps_are_those_of_pytorch_with_keras_epsilon() {
    let golden = include_str!("../../../tests/golden/pytorch.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    let run = &golden["training"];
    let widths: Vec<usize> = run["widths"].as_array().unwrap().iter().map(|w| w.as_u64().unwrap() as usize).collect();
    let (rows, first) = (run["batch"].as_array().unwrap(), &run["conv"][0]["weight"]);
    let config = TextCnnConfig {
        dim: first[0].as_array().unwrap().len(),
        classes: run["dense"]["bias"].as_array().unwrap().len(),
        widths,
        filters: first.as_array().unwrap().len(),
        activation: if run["relu"].as_bool().unwrap() { Activation::Relu } else { Activation::Linear },
        pad_to: 0,
    };
    let table =
        Array2::from_shape_vec((rows.len() * rows[0].as_array().unwrap().len(), config.dim), numbers(&run["batch"]));
    let (table, length) = (table.unwrap(), rows[0].as_array().unwrap().len());
    let documents: Vec<Document> = numbers(&run["labels"])
        .iter()
        .enumerate()
        .map(|(i, &label)| Document::labelled((i * length..(i + 1) * length).map(Some).collect(), label as usize))
        .collect();
    let all: Vec<&Document> = documents.iter().collect();

    let mut model = golden_model(run, &config);
    let mut adam = Adam::new(run["learning_rate"].as_f64().unwrap());
    let mut step = Step::default();
    let steps = run["steps_keras"].as_array().unwrap();
    assert_eq!(steps.len(), 5);
    for (i, expected) in steps.iter().enumerate() {
        let gradient = step.gradient(&model, table.view(), &plain(&all)).unwrap();
        let loss = gradient.loss / all.len() as f64;
        let want = expected["loss_before"].as_f64().unwrap();
        assert!((loss - want).abs() < 1e-10, "step {i}: loss {loss}, want {want}");
        adam.step(&mut model, &gradient.tensors);
        let values = |mut model: TextCnn<f64>| {
            let mut all = Vec::new();
            model.update(&mut |_, values| all.push(values.to_vec()));
            all
        };
        // The file has 12 decimals.
        assert_close(&format!("step {i}"), &values(model.clone()), &values(golden_model(expected, &config)), 1e-11);
    }
}

/// Three epochs with dropout; the bits of all weights.
fn trained_bits(threads: usize) -> Vec<u32> {
    let mut draws = Draws(5);
    let documents = draws.documents(150, 400, 3);
    let table = draws.matrix::<f32>(400, 60);
    let mut network = config(60, &[2, 3], Activation::Relu, 40);
    network.filters = 37;
    let settings = TrainSettings {
        protocol: Protocol::Warm,
        epochs: vec![1, 2],
        seed: 9,
        dropout: 0.25,
        word_dropout: 0.1,
        table_learning_rate: 1e-3,
        clip: 0.5,
        max_norm: 1.0,
        weight_decay: 0.01,
        averaging: 0.9,
        batch: 64,
        ..TrainSettings::paper(Architecture::TextCnn(network))
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let mut trainer = Trainer::new(&settings, table.clone(), &documents).unwrap();
        for _ in 0..settings.total_epochs() {
            trainer.epoch().unwrap();
        }
        let mut bits = Vec::new();
        trainer.network().update(&mut |_, values| bits.extend(values.iter().map(|v| v.to_bits())));
        bits.extend(trainer.table().iter().map(|v| v.to_bits()));
        bits
    })
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let one = trained_bits(1);
    for threads in [2, 3, 8] {
        assert_eq!(trained_bits(threads), one, "{threads} threads");
    }
}

#[test]
fn fresh_and_warm_take_their_checkpoints_where_they_say() {
    let mut settings = TrainSettings::paper(Architecture::TextCnn(TextCnnConfig::paper(60)));
    assert_eq!((settings.total_epochs(), settings.checkpoints()), (20, vec![(5, 5), (10, 10), (20, 20)]));
    settings.protocol = Protocol::Warm;
    assert_eq!((settings.total_epochs(), settings.checkpoints()), (35, vec![(5, 5), (10, 15), (20, 35)]));
    settings.epochs = vec![10, 5];
    assert!(settings.validate().unwrap_err().to_string().contains("expected numbers from 1 that grow"));
}
