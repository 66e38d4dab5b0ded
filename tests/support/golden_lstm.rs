//! The golden file of the bidirectional LSTM: networks under PyTorch's own tensor names, inputs, and the answers of PyTorch,
//! Captum and the reference implementation of Arras et al. 2017.

use std::collections::BTreeMap;

use ndarray::{Array2, Axis};
use serde::Deserialize;
use serde_json::Value;
use wordlight_nn::Real;
use wordlight_nn::layer::{Dense, Lstm};
use wordlight_nn::model::{BiLstm, BiLstmConfig};

use crate::golden::{Expected, flat, load};

/// The file.
#[derive(Deserialize)]
pub struct GoldenLstm {
    /// The networks with their inputs.
    pub cases: Vec<LstmCase>,
    /// A file as PyTorch writes it, an input and its logits.
    pub weights_file: WeightsFile,
}

/// A network, an input and answers.
#[derive(Deserialize)]
pub struct LstmCase {
    /// Its name.
    pub name: String,
    dim: usize,
    hidden: usize,
    tensors: BTreeMap<String, Value>,
    x: Value,
    baseline: Value,
    /// The class explained.
    pub target: usize,
    /// The strongest other class.
    pub runner_up: usize,
    /// `[Y]`
    pub logits: Vec<f64>,
    /// The answers.
    pub expected: Vec<Expected>,
    /// Cross-entropy of the target.
    pub loss: f64,
    /// Its gradient by each tensor.
    loss_gradients: BTreeMap<String, Value>,
}

/// A weight file of PyTorch.
#[derive(Deserialize)]
pub struct WeightsFile {
    /// Its name in `tests/golden`.
    pub file: String,
    x: Value,
    /// `[Y]`
    pub logits: Vec<f64>,
}

/// Reads `tests/golden/bilstm.json`.
///
/// # Panics
/// If it is missing or does not parse.
pub fn read() -> GoldenLstm {
    load("bilstm")
}

/// Rows of numbers.
fn matrix(value: &Value) -> Array2<f64> {
    let numbers = flat(value);
    let rows = value.as_array().expect("rows").len();
    Array2::from_shape_vec((rows, numbers.len() / rows), numbers).expect("rows of one length")
}

impl LstmCase {
    /// `[T, D]`
    pub fn x<F: Real>(&self) -> Array2<F> {
        matrix(&self.x).mapv(F::from_f64)
    }

    /// `[T, D]`
    pub fn baseline<F: Real>(&self) -> Array2<F> {
        matrix(&self.baseline).mapv(F::from_f64)
    }

    /// The network.
    pub fn network<F: Real>(&self) -> BiLstm<F> {
        let narrow = |name: &str| matrix(&self.tensors[name]).mapv(F::from_f64);
        let layers = ["", "_reverse"].map(|way| {
            let (weight, bias) = stacked(&self.tensors, way);
            Lstm::new(weight.mapv(F::from_f64), bias.into_iter().map(F::from_f64).collect()).expect("fits")
        });
        let bias = flat(&self.tensors["dense.bias"]);
        let dense = Dense::new(narrow("dense.weight"), bias.iter().map(|b| F::from_f64(*b)).collect()).expect("fits");
        let config = BiLstmConfig { dim: self.dim, classes: bias.len(), hidden: self.hidden, one_way: false };
        BiLstm::new(config, layers, dense).expect("fits")
    }

    /// The gradient of the loss by each of our tensors, in the order of `Parameters::update`.
    pub fn loss_gradients(&self) -> Vec<Vec<f64>> {
        let mut all = Vec::new();
        for way in ["", "_reverse"] {
            let (weight, _) = stacked(&self.loss_gradients, way);
            // Both biases are added to the same sum and have the same gradient.
            all.extend([
                weight.into_raw_vec_and_offset().0,
                flat(&self.loss_gradients[&format!("lstm.bias_ih_l0{way}")]),
            ]);
        }
        all.extend(["dense.weight", "dense.bias"].map(|name| flat(&self.loss_gradients[name])));
        all
    }
}

/// `[x; h]` stacked, and the sum of the two biases.
fn stacked(tensors: &BTreeMap<String, Value>, way: &str) -> (Array2<f64>, Vec<f64>) {
    let [words, state] = ["weight_ih", "weight_hh"].map(|part| matrix(&tensors[&format!("lstm.{part}_l0{way}")]));
    let [a, b] = ["bias_ih", "bias_hh"].map(|part| flat(&tensors[&format!("lstm.{part}_l0{way}")]));
    let weight = ndarray::concatenate(Axis(1), &[words.view(), state.view()]).expect("as many rows");
    (weight.as_standard_layout().into_owned(), a.iter().zip(&b).map(|(a, b)| a + b).collect())
}

impl WeightsFile {
    /// `[T, D]`
    pub fn x(&self) -> Array2<f64> {
        matrix(&self.x)
    }
}
