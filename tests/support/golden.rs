//! Golden files: networks, inputs and the answers of PyTorch, Captum, Zennit and iNNvestigate.
//!
//! Each file carries its networks, so it stands alone; `tests/golden/README.md` says how it was made.

use std::path::PathBuf;

use ndarray::{Array1, Array2, Array3};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wordlight_nn::Real;
use wordlight_nn::layer::{Activation, Conv1d, Dense};
use wordlight_nn::model::{TextCnn, TextCnnConfig};

/// A file.
#[derive(Deserialize)]
pub struct Golden {
    /// The networks with their inputs.
    pub cases: Vec<GoldenCase>,
    /// A training trajectory, in `pytorch.json`.
    #[serde(default)]
    pub training: Value,
}

/// A network, an input and answers.
#[derive(Deserialize)]
pub struct GoldenCase {
    /// Its name.
    pub name: String,
    /// `K`s
    pub widths: Vec<usize>,
    /// Whether there is a ReLU.
    pub relu: bool,
    conv: Vec<GoldenLayer<3>>,
    dense: GoldenLayer<2>,
    x: Vec<Vec<f64>>,
    /// The class explained.
    pub target: usize,
    baseline: Option<Vec<Vec<f64>>>,
    /// `[Y]`
    pub logits: Vec<f64>,
    /// The answers.
    pub expected: Vec<Expected>,
    /// Gradients of the cross-entropy, in `pytorch.json`.
    #[serde(default)]
    pub loss_gradients: Value,
    /// Sets of rows, a `1` where one is removed, in `captum_metrics.json`.
    #[serde(default)]
    removed: Vec<String>,
    /// Moves of the input in units of 1/256, `[n][E][D]`, in `captum_metrics.json`.
    #[serde(default)]
    moves: Vec<Vec<Vec<f64>>>,
}

#[derive(Deserialize)]
struct GoldenLayer<const N: usize> {
    weight: Value,
    bias: Vec<f64>,
}

/// An answer of a peer.
#[derive(Deserialize)]
pub struct Expected {
    /// The method.
    pub method: String,
    /// Its parameters.
    pub params: Value,
    /// `[E, D]`
    #[serde(default)]
    per_feature: Vec<Vec<f64>>,
    /// `[E]`
    #[serde(default)]
    per_token: Vec<f64>,
    #[serde(default)]
    per_token_exact: Vec<f64>,
    baseline: Option<Vec<Vec<f64>>>,
    /// What the peer says it missed of completeness.
    pub convergence_delta: Option<f64>,
    /// Infidelity in both forms, in `captum_metrics.json`.
    pub infidelity: Option<GoldenInfidelity>,
    /// Max-sensitivity, in `captum_metrics.json`.
    pub max_sensitivity: Option<f64>,
}

/// Infidelity as Captum gives it.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct GoldenInfidelity {
    /// Of the scores as they are.
    pub raw: f64,
    /// Of their best multiple.
    pub normalised: f64,
    /// What scores of zero would get.
    pub mean_squared_drop: f64,
}

impl Expected {
    /// `[E, D]`
    pub fn per_feature(&self) -> Array2<f64> {
        matrix(&self.per_feature)
    }

    /// `[1, E]`, where a peer scores whole rows: the exact value where the peer's own adding up is too coarse.
    pub fn per_token(&self) -> Option<Array2<f64>> {
        let row = if self.per_token_exact.is_empty() { &self.per_token } else { &self.per_token_exact };
        (!row.is_empty()).then(|| matrix(std::slice::from_ref(row)))
    }
}

/// Reads `tests/golden/{name}.json`.
///
/// # Panics
/// If it is missing or does not parse: a golden file that is not there must not be a test that passes.
pub fn read(name: &str) -> Golden {
    let golden: Golden = load(name);
    assert!(!golden.cases.is_empty(), "{name} has no cases");
    golden
}

/// A golden file of any form.
///
/// # Panics
/// As [`read`].
pub fn load<T: DeserializeOwned>(name: &str) -> T {
    let path = path(&format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A file in `tests/golden`.
pub fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(file)
}

/// Nested lists of numbers, flattened.
pub fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(flat).collect(),
        number => vec![number.as_f64().expect("a golden file holds numbers")],
    }
}

fn matrix(rows: &[Vec<f64>]) -> Array2<f64> {
    let columns = rows.first().map_or(0, Vec::len);
    Array2::from_shape_vec((rows.len(), columns), rows.concat()).expect("rows of one length")
}

impl GoldenCase {
    /// `[n][E]`, true where a row is removed.
    pub fn removed(&self) -> Vec<Vec<bool>> {
        self.removed.iter().map(|row| row.chars().map(|c| c == '1').collect()).collect()
    }

    /// `[n]` arrays `[E, D]`.
    pub fn moves(&self) -> Vec<Array2<f64>> {
        self.moves.iter().map(|rows| matrix(rows) / 256.0).collect()
    }

    /// `[E, D]`
    pub fn x<F: Real>(&self) -> Array2<F> {
        matrix(&self.x).mapv(F::from_f64)
    }

    /// The baseline of an answer: its own, or the case's, or zero.
    pub fn baseline(&self, expected: &Expected) -> Option<Array2<f64>> {
        expected.baseline.as_ref().or(self.baseline.as_ref()).map(|rows| matrix(rows))
    }

    /// The network.
    pub fn network<F: Real>(&self) -> TextCnn<F> {
        let dim = self.x[0].len();
        let filters = self.conv[0].bias.len();
        let config = TextCnnConfig {
            dim,
            classes: self.dense.bias.len(),
            widths: self.widths.clone(),
            filters,
            activation: if self.relu { Activation::Relu } else { Activation::Linear },
            pad_to: 0,
        };
        let convs = self.conv.iter().zip(&self.widths).map(|(layer, &width)| {
            let weight = Array3::from_shape_vec((filters, dim, width), flat(&layer.weight)).expect("[C, D, K]");
            Conv1d::new(by_window(&weight), vector(&layer.bias), width).expect("fits")
        });
        let weight = Array2::from_shape_vec((config.classes, config.features()), flat(&self.dense.weight));
        let dense = Dense::new(weight.expect("[Y, M]").mapv(F::from_f64), vector(&self.dense.bias)).expect("fits");
        TextCnn::new(config.clone(), convs.collect(), dense).expect("fits")
    }
}

/// PyTorch's `[C, D, K]` as our `[C, K D]`.
pub fn by_window<F: Real>(weight: &Array3<f64>) -> Array2<F> {
    let (filters, dim, width) = weight.dim();
    Array2::from_shape_fn((filters, width * dim), |(c, i)| F::from_f64(weight[[c, i % dim, i / dim]]))
}

fn vector<F: Real>(values: &[f64]) -> Array1<F> {
    values.iter().map(|v| F::from_f64(*v)).collect()
}
