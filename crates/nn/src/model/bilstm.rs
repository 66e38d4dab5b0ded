//! Two LSTMs, one of which reads the words from the last to the first, and a dense layer over their last states.
//!
//! ```text
//! z = V [h_T forwards; h_1 backwards] + a
//! ```
//!
//! The network of Arras, Montavon, Müller & Samek 2017 (after Li et al. 2016): the logits read where each direction ends,
//! not a mean or a maximum over time. Words are read as they are: there is no padding, and an empty text leaves both
//! states at zero. A network that reads one way only has the first layer alone.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use super::{Classifier, MAX_TOKENS, Pass, check_rows};
use crate::affine::{Affine, WeightMap};
use crate::backward::{Backward, Site};
use crate::layer::{Dense, Left, Lstm, Order, Steps};
use crate::ops::{flat, flat_mut, one_row, row_major, zip};
use crate::params::Parameters;
use crate::{Error, Real, Result};

/// The sizes of a [`BiLstm`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BiLstmConfig {
    /// The dimensions of a word vector, `D`.
    pub dim: usize,
    /// The number of classes, `Y`.
    pub classes: usize,
    /// `H`, the units of each direction.
    pub hidden: usize,
    /// Whether the layer that reads backwards is left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_way: bool,
}

impl BiLstmConfig {
    /// How many directions there are: 1 or 2.
    pub fn ways(&self) -> usize {
        if self.one_way { 1 } else { 2 }
    }

    /// `M`, what the dense layer reads: the last state of every direction.
    pub fn features(&self) -> usize {
        self.ways() * self.hidden
    }

    /// # Errors
    /// [`Error::Setting`] naming the first size that is out of range.
    pub fn validate(&self) -> Result<()> {
        Error::check_setting("dim", self.dim, 1..=4096)?;
        Error::check_setting("classes", self.classes, 2..=1000)?;
        Error::check_setting("hidden", self.hidden, 1..=4096)
    }
}

/// Which way each layer reads.
const ORDERS: [Order; 2] = [Order::Forwards, Order::Backwards];

/// The names of the layers.
const NAMES: [&str; 2] = ["forwards", "backwards"];

/// A bidirectional LSTM with its weights.
#[derive(Clone, Debug)]
pub struct BiLstm<F> {
    config: BiLstmConfig,
    layers: Vec<Lstm<F>>,
    dense: Dense<F>,
}

impl<F: Real> BiLstm<F> {
    /// Joins the layers; the first reads forwards, the second backwards.
    ///
    /// # Errors
    /// [`Error::Setting`] for a size out of range, [`Error::Shape`] where a layer does not fit the configuration.
    pub fn new(config: BiLstmConfig, layers: impl Into<Vec<Lstm<F>>>, dense: Dense<F>) -> Result<Self> {
        config.validate()?;
        let layers = layers.into();
        Error::check_shape("the list of LSTM layers", &[config.ways()], &[layers.len()])?;
        for (layer, name) in layers.iter().zip(NAMES) {
            let expected = [4 * config.hidden, config.dim + config.hidden];
            Error::check_shape(&format!("lstm.{name}.weight"), &expected, layer.cell().weight().shape())?;
        }
        Error::check_shape("dense.weight", &[config.classes, config.features()], dense.weight().shape())?;
        Ok(Self { config, layers, dense })
    }

    /// Fresh weights: uniform up to `1 / sqrt(H)` as PyTorch starts, zero biases, but a forget gate that begins open with
    /// a bias of 1 (Jozefowicz, Zaremba & Sutskever 2015). `uniform` draws from `[0, 1)`.
    ///
    /// # Errors
    /// [`Error::Setting`] for a size out of range.
    pub fn random(config: BiLstmConfig, mut uniform: impl FnMut() -> f64) -> Result<Self> {
        config.validate()?;
        let (hidden, classes) = (config.hidden, config.classes);
        let mut draw = |rows: usize, columns: usize, limit: f64| {
            Array2::from_shape_simple_fn((rows, columns), || F::from_f64((2.0 * uniform() - 1.0) * limit))
        };
        let limit = (hidden as f64).sqrt().recip();
        let open = Array1::from_shape_fn(4 * hidden, |k| if k / hidden == 1 { F::one() } else { F::zero() });
        let mut layer = || Lstm::new(draw(4 * hidden, config.dim + hidden, limit), open.clone());
        let mut layers = vec![layer()?];
        if !config.one_way {
            layers.push(layer()?);
        }
        let features = config.features();
        let limit = (6.0 / (features + classes) as f64).sqrt();
        let dense = Dense::new(draw(classes, features, limit), Array1::zeros(classes))?;
        Self::new(config, layers, dense)
    }

    /// The sizes of the network.
    pub fn config(&self) -> &BiLstmConfig {
        &self.config
    }

    /// The layer that reads forwards, and the one that reads backwards if there is one.
    pub fn layers(&self) -> &[Lstm<F>] {
        &self.layers
    }

    /// The last layer, which makes the logits.
    pub fn dense(&self) -> &Dense<F> {
        &self.dense
    }

    /// The states `[B, H]` of each direction beside each other, `[B, M]`.
    fn beside(&self, states: &[Array2<F>]) -> Array2<F> {
        let (hidden, features) = (self.config.hidden, self.config.features());
        let mut last = Array2::zeros((states[0].nrows(), features));
        for (k, states) in states.iter().enumerate() {
            let rows = flat_mut(&mut last).chunks_exact_mut(features);
            for (row, state) in rows.zip(flat(&states.view()).chunks_exact(hidden)) {
                row[k * hidden..][..hidden].copy_from_slice(state);
            }
        }
        last
    }

    /// A forward pass; `mask` `[M]` is a dropout mask over the last states, for training.
    ///
    /// # Errors
    /// As [`Classifier::forward`], and [`Error::Shape`] for a mask of another length.
    pub fn pass(&self, x: Array2<F>, mask: Option<Array1<F>>) -> Result<BiLstmPass<'_, F>> {
        let (rows, dim) = x.dim();
        if rows > MAX_TOKENS {
            return Err(Error::TooLong { limit: MAX_TOKENS, found: rows });
        }
        // Four gates, a cell and a state of each direction.
        check_rows(rows, self.config.dim + 6 * self.config.features())?;
        Error::check_shape("the input", &[rows, self.config.dim], &[rows, dim])?;
        let x = row_major(x);
        Error::check_finite("the input", &flat(&x.view()))?;
        let steps: Vec<_> = (0..self.layers.len()).map(|k| self.layers[k].read(x.view(), ORDERS[k])).collect();
        let mut last = one_row(steps.iter().flat_map(|steps| steps.last().to_vec()).collect());
        if let Some(mask) = &mask {
            Error::check_shape("the dropout mask", &[self.config.features()], mask.shape())?;
            zip(&mut last, mask.view().insert_axis(Axis(0)), |h, kept| *h *= kept);
        }
        let logits = self.dense.apply(last.view(), WeightMap::AS_IS);
        Ok(BiLstmPass { model: self, x, steps, last, mask, logits })
    }
}

impl<F: Real> Classifier<F> for BiLstm<F> {
    fn dim(&self) -> usize {
        self.config.dim
    }

    fn classes(&self) -> usize {
        self.config.classes
    }

    fn positions(&self, tokens: usize) -> usize {
        tokens
    }

    fn padded_len(&self, tokens: usize) -> usize {
        tokens
    }

    fn forward<'m>(&'m self, x: Array2<F>) -> Result<Box<dyn Pass<F> + 'm>> {
        let pass = self.pass(x, None)?;
        Error::check_finite("the logit vector", &flat(&pass.logits.view()))?;
        Ok(Box::new(pass))
    }

    /// All inputs take their steps together, and those that begin or end alike take them once.
    fn logits_of(&self, rows: ArrayView2<'_, F>, inputs: &[Vec<usize>]) -> Result<Array2<F>> {
        if let Some(found) = inputs.iter().map(Vec::len).max().filter(|longest| *longest > MAX_TOKENS) {
            return Err(Error::TooLong { limit: MAX_TOKENS, found });
        }
        Error::check_shape("the input", &[rows.nrows(), self.config.dim], &[rows.nrows(), rows.ncols()])?;
        Error::check_finite("the input", &flat(&rows))?;
        let states = self.layers.iter().zip(ORDERS).map(|(layer, order)| layer.last_of(rows, inputs, order));
        Ok(self.dense.apply(self.beside(&states.collect::<Vec<_>>()).view(), WeightMap::AS_IS))
    }
}

impl<F: Real> Parameters<F> for BiLstm<F> {
    fn update(&mut self, change: &mut dyn FnMut(&str, &mut [F])) {
        for (layer, of) in self.layers.iter_mut().zip(NAMES) {
            layer.update(&mut |name, values| change(&format!("lstm.{of}.{name}"), values));
        }
        self.dense.update(&mut |name, values| change(&format!("dense.{name}"), values));
    }

    fn parameter_count(&self) -> usize {
        let layers = self.layers.iter().map(Lstm::cell).chain([&self.dense]);
        layers.map(|layer| layer.weight().len() + layer.bias().len()).sum()
    }
}

/// A forward pass of a [`BiLstm`].
#[derive(Clone, Debug)]
pub struct BiLstmPass<'m, F> {
    model: &'m BiLstm<F>,
    x: Array2<F>,
    steps: Vec<Steps<F>>,
    /// `[1, M]`
    last: Array2<F>,
    mask: Option<Array1<F>>,
    logits: Array2<F>,
}

impl<F: Real> BiLstmPass<'_, F> {
    /// What each word leaves in the last state of the layer that reads forwards, and of the one that reads backwards.
    pub fn left(&self) -> [Left<F>; 2] {
        [0, 1].map(|k| self.model.layers[k].left(&self.steps[k], ORDERS[k]))
    }

    /// The logits with each row of `others` `[B, D]` in the place of word `place`: `[B, Y]`. Dropout plays no part.
    pub fn exchanged(&self, place: usize, others: ArrayView2<'_, F>) -> Array2<F> {
        let states = [0, 1].map(|k| {
            let read = (self.x.view(), ORDERS[k]);
            self.model.layers[k].exchanged(&self.steps[k], read, place, others)
        });
        self.model.dense.apply(self.model.beside(&states).view(), WeightMap::AS_IS)
    }
}

impl<F: Real> Pass<F> for BiLstmPass<'_, F> {
    fn input(&self) -> ArrayView2<'_, F> {
        self.x.view()
    }

    fn logits(&self) -> ArrayView1<'_, F> {
        self.logits.row(0)
    }

    fn pull_back(&self, seed: Array1<F>, policy: &mut dyn Backward<F>) -> Array2<F> {
        let model = self.model;
        let seed = seed.insert_axis(Axis(0));
        let mut signal = policy.affine(Site::Dense, &model.dense, self.last.view(), self.logits.view(), seed);
        if let Some(mask) = &self.mask {
            zip(&mut signal, mask.view().insert_axis(Axis(0)), |s, kept| *s *= kept);
        }
        let mut out = Array2::zeros(self.x.raw_dim());
        for (k, own) in flat(&signal.view()).chunks_exact(model.config.hidden).enumerate() {
            let place = (self.x.view(), ORDERS[k], k);
            model.layers[k].pull_back(&self.steps[k], place, one_row(own.to_vec()), policy, &mut out);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::backward::Gradient;

    /// One unit per direction, of which each adds up half of tanh(x) with all gates half open; logits are the two states.
    fn by_hand() -> BiLstm<f64> {
        let layer = || Lstm::new(array![[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 0.0]], Array1::zeros(4)).unwrap();
        let dense = Dense::new(array![[1.0, 0.0], [0.0, 1.0]], array![0.25, -0.25]).unwrap();
        BiLstm::new(BiLstmConfig { dim: 1, classes: 2, hidden: 1, one_way: false }, [layer(), layer()], dense).unwrap()
    }

    #[test]
    fn each_direction_remembers_best_what_it_read_last() {
        // tanh is 0.8 at ln 3: forwards 0.5 * 0.5 * 0.8 of the first word is left, backwards the second's.
        let model = by_hand();
        let pass = model.pass(array![[3.0f64.ln()], [0.0]], None).unwrap();
        let logits = pass.logits();
        assert!((logits[0] - 0.25 - 0.5 * 0.2f64.tanh()).abs() < 1e-15, "{logits}");
        assert!((logits[1] + 0.25 - 0.5 * 0.4f64.tanh()).abs() < 1e-15, "{logits}");
        let slope = |c: f64| 0.5 * (1.0 - c.tanh().powi(2)) * 0.5;
        let gradient = pass.pull_back(array![0.0, 1.0], &mut Gradient);
        assert!((gradient[[0, 0]] - slope(0.4) * 0.36).abs() < 1e-15, "{gradient}");
        assert!((gradient[[1, 0]] - slope(0.4) * 0.5).abs() < 1e-15, "{gradient}");
    }

    #[test]
    fn an_exchange_has_the_logits_of_the_edited_sentence() {
        let model = by_hand();
        let pass = model.pass(array![[0.5], [0.0], [-0.25]], None).unwrap();
        let logits = pass.exchanged(1, array![[1.0], [-2.0]].view());
        for (other, logits) in [1.0, -2.0].into_iter().zip(logits.outer_iter()) {
            let edited = model.pass(array![[0.5], [other], [-0.25]], None).unwrap();
            assert!((0..2).all(|k| (logits[k] - edited.logits()[k]).abs() < 1e-15), "{logits}");
        }
    }

    #[test]
    fn inputs_that_are_read_together_have_the_bits_of_those_read_alone() {
        let mut state = 1u64;
        let mut uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f64 / (1u64 << 24) as f64
        };
        for one_way in [false, true] {
            let config = BiLstmConfig { dim: 5, classes: 3, hidden: 19, one_way };
            let network = BiLstm::<f32>::random(config, &mut uniform).unwrap();
            let rows = Array2::from_shape_simple_fn((6, 5), || uniform() as f32 - 0.5);
            let mut inputs = vec![vec![0, 1, 2, 3], vec![], vec![5, 5, 0], vec![4], vec![3, 2, 1, 0, 5, 4], vec![1, 1]];
            // Beginnings and ends of others, and one that is there twice.
            inputs.extend([vec![0, 1], vec![2, 3], vec![0, 1, 4, 3], vec![0, 1, 2, 3], vec![5, 1, 2, 3]]);
            let together = network.logits_of(rows.view(), &inputs).unwrap();
            for (input, got) in inputs.iter().zip(together.outer_iter()) {
                let x = Array2::from_shape_fn((input.len(), 5), |(i, d)| rows[[input[i], d]]);
                assert_eq!(got, network.forward(x).unwrap().logits(), "{input:?}");
            }
            assert_eq!(network.logits_of(rows.view(), &[]).unwrap().dim(), (0, 3));
            assert!(network.logits_of(rows.slice(ndarray::s![.., ..4]), &inputs).is_err());
            let broken = rows.mapv(|v| if v > 0.4 { f32::NAN } else { v });
            assert!(network.logits_of(broken.view(), &inputs).is_err());
        }
    }

    #[test]
    fn an_empty_text_has_the_logits_of_the_biases() {
        let model = by_hand();
        let pass = model.pass(Array2::zeros((0, 1)), None).unwrap();
        assert_eq!(pass.logits(), array![0.25, -0.25]);
        assert_eq!(pass.pull_back(array![1.0, 1.0], &mut Gradient).dim(), (0, 1));
    }

    #[test]
    fn a_network_may_read_one_way_only() {
        let both = by_hand();
        let config = BiLstmConfig { one_way: true, ..both.config.clone() };
        let dense = Dense::new(array![[1.0], [0.0]], array![0.25, -0.25]).unwrap();
        let one = BiLstm::new(config.clone(), [both.layers[0].clone()], dense).unwrap();
        let x = array![[3.0f64.ln()], [0.5]];
        let (alone, beside) = (one.pass(x.clone(), None).unwrap(), both.pass(x, None).unwrap());
        assert_eq!(alone.logits()[0], beside.logits()[0]);
        let seed = || array![1.0, 0.0];
        assert_eq!(alone.pull_back(seed(), &mut Gradient), beside.pull_back(seed(), &mut Gradient));
        assert!(BiLstm::new(config, both.layers, both.dense).is_err());
        assert!(
            !serde_json::to_string(&BiLstmConfig { dim: 1, classes: 2, hidden: 1, one_way: false })
                .unwrap()
                .contains("one_way")
        );
    }

    #[test]
    fn words_are_read_as_they_are() {
        let model = by_hand();
        assert_eq!([0, 1, 9].map(|tokens| model.positions(tokens)), [0, 1, 9]);
        assert!(model.pass(array![[1.0, 2.0]], None).is_err());
        assert!(model.pass(array![[f64::NAN]], None).is_err());
        assert!(matches!(model.pass(Array2::zeros((MAX_TOKENS + 1, 1)), None), Err(Error::TooLong { .. })));
    }

    #[test]
    fn the_forget_gates_begin_open() {
        let config = BiLstmConfig { dim: 3, classes: 5, hidden: 2, one_way: false };
        let mut model: BiLstm<f64> = BiLstm::random(config, || 0.75).unwrap();
        assert_eq!(model.parameter_count(), 2 * (8 * 5 + 8) + 5 * 4 + 5);
        let mut names = Vec::new();
        model.update(&mut |name, values| {
            if name == "lstm.backwards.bias" {
                assert_eq!(values, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
            }
            names.push(name.to_owned());
        });
        assert_eq!(names[..3], ["lstm.forwards.weight", "lstm.forwards.bias", "lstm.backwards.weight"]);
    }
}
