//! A convolution over words, maximum over time, a dense layer.
//!
//! With one width, no activation and padding to 40 this is the network of Jalota's paper; with several widths and a
//! ReLU it is Kim's (Kim 2014, *Convolutional Neural Networks for Sentence Classification*). For filter `c` of width
//! `K`:
//!
//! ```text
//! s[p, c] = b_c + sum_j w_c[j] . x[p + j]      p = 0 .. E - K
//! m[c]    = max_p f(s[p, c])
//! z       = V m + a
//! ```

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use super::{Classifier, MAX_TOKENS, Pass};
use crate::affine::{Affine, WeightMap};
use crate::backward::{Backward, Site, Winners};
use crate::layer::{Activation, Conv1d, Dense, max_over_time};
use crate::ops::{add, flat, map, one_row, row_major, zip};
use crate::params::Parameters;
use crate::{Error, Real, Result};

/// The sizes of a [`TextCnn`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextCnnConfig {
    /// `D`
    pub dim: usize,
    /// `Y`
    pub classes: usize,
    /// `K` of each convolution.
    pub widths: Vec<usize>,
    /// `C`, filters of each width.
    pub filters: usize,
    /// `f`
    pub activation: Activation,
    /// Texts shorter than this are padded with zero vectors up to it. Longer ones are read whole.
    pub pad_to: usize,
}

impl TextCnnConfig {
    /// The paper's network: 100 filters over pairs of words, linear, padded to 40.
    pub fn paper(dim: usize) -> Self {
        Self { dim, classes: 5, widths: vec![2], filters: 100, activation: Activation::Linear, pad_to: 40 }
    }

    /// Kim's network: 100 filters each over 3, 4 and 5 words, ReLU.
    pub fn kim(dim: usize) -> Self {
        Self { dim, classes: 5, widths: vec![3, 4, 5], filters: 100, activation: Activation::Relu, pad_to: 0 }
    }

    /// `M`
    pub fn features(&self) -> usize {
        self.widths.len() * self.filters
    }

    /// # Errors
    /// [`Error::Setting`] naming the first size that is out of range.
    pub fn validate(&self) -> Result<()> {
        let check = Error::check_setting;
        check("dim", self.dim, 1..=4096)?;
        check("classes", self.classes, 2..=1000)?;
        check("filters", self.filters, 1..=65_536)?;
        check("the number of widths", self.widths.len(), 1..=16)?;
        check("pad_to", self.pad_to, 0..=MAX_TOKENS)?;
        if !matches!(self.activation, Activation::Linear | Activation::Relu) {
            return Err(Error::Setting {
                name: "activation",
                expected: "linear or relu".to_owned(),
                found: format!("{:?}", self.activation).to_lowercase(),
            });
        }
        self.widths.iter().try_for_each(|&width| check("width", width, 1..=64))
    }

    fn widest(&self) -> usize {
        self.widths.iter().copied().max().unwrap_or(1)
    }
}

/// A text CNN with its weights.
#[derive(Clone, Debug)]
pub struct TextCnn<F> {
    config: TextCnnConfig,
    convs: Vec<Conv1d<F>>,
    dense: Dense<F>,
}

impl<F: Real> TextCnn<F> {
    /// Joins the layers.
    ///
    /// # Errors
    /// [`Error::Setting`] for a size out of range, [`Error::Shape`] where a layer does not fit the configuration.
    pub fn new(config: TextCnnConfig, convs: Vec<Conv1d<F>>, dense: Dense<F>) -> Result<Self> {
        config.validate()?;
        Error::check_shape("the list of convolutions", &[config.widths.len()], &[convs.len()])?;
        for (i, (conv, &width)) in convs.iter().zip(&config.widths).enumerate() {
            let expected = [config.filters, width, config.dim];
            Error::check_shape(&format!("conv.{i}"), &expected, &[conv.filters(), conv.width(), conv.dim()])?;
        }
        Error::check_shape("dense.weight", &[config.classes, config.features()], dense.weight().shape())?;
        Ok(Self { config, convs, dense })
    }

    /// Fresh weights: Glorot-uniform kernels and zero biases, as Keras starts (Glorot & Bengio 2010). `uniform` draws
    /// from `[0, 1)`.
    ///
    /// # Errors
    /// [`Error::Setting`] for a size out of range.
    pub fn random(config: TextCnnConfig, mut uniform: impl FnMut() -> f64) -> Result<Self> {
        config.validate()?;
        let mut glorot = |rows: usize, columns: usize, fan: usize| {
            let limit = (6.0 / fan as f64).sqrt();
            Array2::from_shape_simple_fn((rows, columns), || F::from_f64((2.0 * uniform() - 1.0) * limit))
        };
        let (filters, dim) = (config.filters, config.dim);
        let mut convs = Vec::new();
        for &width in &config.widths {
            let weight = glorot(filters, width * dim, width * (dim + filters));
            convs.push(Conv1d::new(weight, Array1::zeros(filters), width)?);
        }
        let features = config.features();
        let dense =
            Dense::new(glorot(config.classes, features, features + config.classes), Array1::zeros(config.classes))?;
        Self::new(config, convs, dense)
    }

    /// The sizes.
    pub fn config(&self) -> &TextCnnConfig {
        &self.config
    }

    /// One convolution per width.
    pub fn convs(&self) -> &[Conv1d<F>] {
        &self.convs
    }

    /// The last layer.
    pub fn dense(&self) -> &Dense<F> {
        &self.dense
    }

    /// A forward pass; `mask` `[M]` is a dropout mask over the features, for training.
    ///
    /// # Errors
    /// As [`Classifier::forward`], and [`Error::Shape`] for a mask of another length.
    pub fn pass(&self, x: Array2<F>, mask: Option<Array1<F>>) -> Result<TextCnnPass<'_, F>> {
        let (rows, dim) = x.dim();
        if rows > MAX_TOKENS + self.config.widest() {
            return Err(Error::TooLong { limit: MAX_TOKENS, found: rows });
        }
        Error::check_shape("the input", &[rows.max(self.config.widest()), self.config.dim], &[rows, dim])?;
        let x = row_major(x);
        Error::check_finite("the input", &flat(&x.view()))?;
        let features = self.config.features();
        if let Some(mask) = &mask {
            Error::check_shape("the dropout mask", &[features], mask.shape())?;
        }
        let mut winners = Winners { window: Vec::with_capacity(features) };
        let mut best = Vec::with_capacity(features);
        let mut scores = Vec::with_capacity(self.convs.len());
        for conv in &self.convs {
            let s = conv.scores(x.view());
            max_over_time(s.view(), self.config.activation, &mut winners.window, &mut best);
            scores.push(s);
        }
        let best = one_row(best);
        let mut pooled = map(best.view(), |s| self.config.activation.of(s));
        if let Some(mask) = &mask {
            zip(&mut pooled, mask.view().insert_axis(Axis(0)), |m, kept| *m *= kept);
        }
        let logits = self.dense.apply(pooled.view(), WeightMap::AS_IS);
        Ok(TextCnnPass { model: self, x, scores, winners, best, pooled, mask, logits })
    }
}

impl<F: Real> Classifier<F> for TextCnn<F> {
    fn dim(&self) -> usize {
        self.config.dim
    }

    fn classes(&self) -> usize {
        self.config.classes
    }

    fn positions(&self, tokens: usize) -> usize {
        self.padded_len(tokens).min(tokens + self.config.widest())
    }

    fn padded_len(&self, tokens: usize) -> usize {
        tokens.max(self.config.pad_to).max(self.config.widest())
    }

    fn forward<'m>(&'m self, x: Array2<F>) -> Result<Box<dyn Pass<F> + 'm>> {
        Ok(Box::new(self.pass(x, None)?))
    }

    fn as_text_cnn(&self) -> Option<&TextCnn<F>> {
        Some(self)
    }
}

impl<F: Real> Parameters<F> for TextCnn<F> {
    fn update(&mut self, change: &mut dyn FnMut(&str, &mut [F])) {
        for (i, conv) in self.convs.iter_mut().enumerate() {
            conv.update(&mut |name, values| change(&format!("conv.{i}.{name}"), values));
        }
        self.dense.update(&mut |name, values| change(&format!("dense.{name}"), values));
    }

    fn parameter_count(&self) -> usize {
        let convs: usize = self.convs.iter().map(|c| c.weight().len() + c.filters()).sum();
        convs + self.dense.weight().len() + self.dense.bias().len()
    }
}

/// A forward pass of a [`TextCnn`].
#[derive(Clone, Debug)]
pub struct TextCnnPass<'m, F> {
    model: &'m TextCnn<F>,
    x: Array2<F>,
    scores: Vec<Array2<F>>,
    winners: Winners,
    best: Array2<F>,
    pooled: Array2<F>,
    mask: Option<Array1<F>>,
    logits: Array2<F>,
}

impl<F: Real> TextCnnPass<'_, F> {
    /// The network that made it.
    pub fn model(&self) -> &TextCnn<F> {
        self.model
    }

    /// The scores of every window before the activation, one `[P, C]` per width.
    pub fn scores(&self) -> &[Array2<F>] {
        &self.scores
    }

    /// Where each filter found its maximum, `[M]`.
    pub fn winners(&self) -> &Winners {
        &self.winners
    }

    /// `m`, `[M]`: what the dense layer read.
    pub fn features(&self) -> ArrayView1<'_, F> {
        self.pooled.row(0)
    }
}

impl<F: Real> Pass<F> for TextCnnPass<'_, F> {
    fn input(&self) -> ArrayView2<'_, F> {
        self.x.view()
    }

    fn logits(&self) -> ArrayView1<'_, F> {
        self.logits.row(0)
    }

    fn as_text_cnn(&self) -> Option<&TextCnnPass<'_, F>> {
        Some(self)
    }

    fn pull_back(&self, seed: Array1<F>, policy: &mut dyn Backward<F>) -> Array2<F> {
        let model = self.model;
        let seed = seed.insert_axis(Axis(0));
        let mut signal = policy.affine(Site::Dense, &model.dense, self.pooled.view(), self.logits.view(), seed);
        if let Some(mask) = &self.mask {
            zip(&mut signal, mask.view().insert_axis(Axis(0)), |s, kept| *s *= kept);
        }
        let signal = policy.max(Site::Max, &self.winners, signal);
        let mut input: Option<Array2<F>> = None;
        for (i, conv) in model.convs.iter().enumerate() {
            let filters = i * model.config.filters..(i + 1) * model.config.filters;
            let own = |row: &Array2<F>| one_row(flat(&row.view())[filters.clone()].to_vec());
            let (best, signal) = (own(&self.best), own(&signal));
            let signal = policy.activation(Site::Activation(i), model.config.activation, best.view(), signal);
            let at = conv.at(&self.winners.window[filters.clone()], self.x.nrows());
            let part = policy.affine(Site::Conv(i), &at, self.x.view(), best.view(), signal);
            input = Some(match input {
                Some(mut sum) => {
                    if policy.wants_input() {
                        add(&mut sum, part.view());
                    }
                    sum
                }
                None => part,
            });
        }
        input.expect("a validated network has a width")
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::backward::Gradient;

    /// One filter over two words of one dimension, w = (2, -1), b = 1; logits m and -m.
    fn by_hand() -> TextCnn<f64> {
        let config = TextCnnConfig {
            dim: 1,
            classes: 2,
            widths: vec![2],
            filters: 1,
            activation: Activation::Linear,
            pad_to: 4,
        };
        let conv = Conv1d::new(array![[2.0, -1.0]], array![1.0], 2).unwrap();
        let dense = Dense::new(array![[1.0], [-1.0]], array![0.0, 0.5]).unwrap();
        TextCnn::new(config, vec![conv], dense).unwrap()
    }

    #[test]
    fn one_filter_by_hand() {
        // windows: 2*1 - 3 + 1 = 0, 2*3 - 0 + 1 = 7, 1; the second wins.
        let model = by_hand();
        let pass = model.pass(array![[1.0], [3.0], [0.0], [0.0]], None).unwrap();
        assert_eq!(pass.logits(), array![7.0, -6.5]);
        assert_eq!(pass.winners().window, [1]);
        let gradient = pass.pull_back(array![1.0, 0.0], &mut Gradient);
        assert_eq!(gradient, array![[0.0], [2.0], [-1.0], [0.0]]);
    }

    #[test]
    fn the_papers_network_has_12605_weights() {
        let model: TextCnn<f32> = TextCnn::random(TextCnnConfig::paper(60), || 0.25).unwrap();
        assert_eq!(model.parameter_count(), 12_605);
    }

    #[test]
    fn rows_of_padding_that_cannot_matter_are_not_asked_for() {
        let model = by_hand();
        assert_eq!((model.positions(1), model.padded_len(1)), (3, 4));
        assert_eq!((model.positions(3), model.padded_len(3)), (4, 4));
        assert_eq!((model.positions(9), model.padded_len(9)), (9, 9));
        assert_eq!((model.positions(0), model.padded_len(0)), (2, 4));
    }

    #[test]
    fn too_few_rows_and_wrong_dimensions_are_refused() {
        let model = by_hand();
        assert!(model.pass(array![[1.0]], None).is_err());
        assert!(model.pass(array![[1.0, 2.0], [1.0, 2.0]], None).is_err());
        assert!(model.pass(array![[1.0], [f64::INFINITY]], None).is_err());
    }
}
