//! Small random networks, seeded.

use ndarray::{Array1, Array2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wordlight_nn::Real;
use wordlight_nn::layer::{Activation, Conv1d, Dense, Lstm};
use wordlight_nn::model::{BiLstm, BiLstmConfig, TextCnn, TextCnnConfig};

/// A shape of network.
#[derive(Clone, Debug)]
pub struct Shape {
    /// `K`s
    pub widths: Vec<usize>,
    /// `D`
    pub dim: usize,
    /// `C`
    pub filters: usize,
    /// `f`
    pub activation: Activation,
    /// Whether there are biases.
    pub biases: bool,
    /// Padding.
    pub pad_to: usize,
}

/// A few shapes that differ in every respect.
pub fn shapes() -> Vec<Shape> {
    let shape = |widths: &[usize], activation, biases, pad_to| Shape {
        widths: widths.to_vec(),
        dim: 4,
        filters: 6,
        activation,
        biases,
        pad_to,
    };
    vec![
        shape(&[2], Activation::Linear, true, 12),
        shape(&[2], Activation::Linear, false, 0),
        shape(&[1], Activation::Relu, true, 0),
        shape(&[3], Activation::Relu, false, 10),
        shape(&[2, 3], Activation::Linear, true, 9),
        shape(&[3, 4, 5], Activation::Relu, true, 0),
    ]
}

/// Numbers between -1 and 1.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// Seeded.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The next number.
    pub fn number(&mut self) -> f64 {
        self.0.random_range(-1.0..1.0)
    }

    /// `[rows, columns]`
    pub fn matrix<F: Real>(&mut self, rows: usize, columns: usize) -> Array2<F> {
        Array2::from_shape_simple_fn((rows, columns), || F::from_f64(self.number()))
    }

    /// A network with five classes.
    ///
    /// # Panics
    /// If the shape is no network.
    pub fn network<F: Real>(&mut self, shape: &Shape) -> TextCnn<F> {
        let config = TextCnnConfig {
            dim: shape.dim,
            classes: 5,
            widths: shape.widths.clone(),
            filters: shape.filters,
            activation: shape.activation,
            pad_to: shape.pad_to,
        };
        let bias = |n: usize, draw: &mut Self| -> Array1<F> {
            Array1::from_shape_simple_fn(n, || F::from_f64(if shape.biases { draw.number() } else { 0.0 }))
        };
        let mut convs = Vec::new();
        for &width in &shape.widths {
            let weight = self.matrix(shape.filters, width * shape.dim);
            convs.push(Conv1d::new(weight, bias(shape.filters, self), width).expect("fits"));
        }
        let weight = self.matrix(5, config.features());
        let dense = Dense::new(weight, bias(5, self)).expect("fits");
        TextCnn::new(config, convs, dense).expect("fits")
    }

    /// A bidirectional LSTM with five classes.
    ///
    /// # Panics
    /// If the sizes are no network.
    pub fn bilstm<F: Real>(&mut self, dim: usize, hidden: usize) -> BiLstm<F> {
        let mut layer = || {
            let weight = self.matrix(4 * hidden, dim + hidden);
            Lstm::new(weight, self.matrix(1, 4 * hidden).row(0).to_owned()).expect("fits")
        };
        let layers = [layer(), layer()];
        let dense = Dense::new(self.matrix(5, 2 * hidden), self.matrix(1, 5).row(0).to_owned()).expect("fits");
        BiLstm::new(BiLstmConfig { dim, classes: 5, hidden, one_way: false }, layers, dense).expect("fits")
    }

    /// An input of `tokens` random words and zero padding, `[rows, D]`.
    pub fn input<F: Real>(&mut self, tokens: usize, rows: usize, dim: usize) -> Array2<F> {
        let mut x = Array2::zeros((rows, dim));
        x.slice_mut(ndarray::s![..tokens, ..]).assign(&self.matrix(tokens, dim));
        x
    }
}
