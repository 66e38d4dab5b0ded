//! The layers with their weights, and a pass through them.

use ndarray::{Array1, Array2, ArrayView1, Axis};

use super::TextCnnConfig;
use crate::affine::{Affine, WeightMap};
use crate::backward::Winners;
use crate::layer::{Conv1d, Dense, max_over_time};
use crate::model::{MAX_TOKENS, check_rows};
use crate::ops::{flat, map, one_row, row_major, zip};
use crate::params::Parameters;
use crate::{Error, Real, Result};

/// A text CNN with its weights.
#[derive(Clone, Debug)]
pub struct TextCnn<F> {
    pub(super) config: TextCnnConfig,
    pub(super) convs: Vec<Conv1d<F>>,
    pub(super) dense: Dense<F>,
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

    /// The sizes of the network.
    pub fn config(&self) -> &TextCnnConfig {
        &self.config
    }

    /// The convolutions, one per width.
    pub fn convs(&self) -> &[Conv1d<F>] {
        &self.convs
    }

    /// The last layer, which makes the logits.
    pub fn dense(&self) -> &Dense<F> {
        &self.dense
    }

    /// A forward pass; `mask` `[M]` is a dropout mask over the features, for training.
    ///
    /// # Errors
    /// As [`Classifier::forward`](crate::model::Classifier::forward), and [`Error::Shape`] for a mask of another length.
    pub fn pass(&self, x: Array2<F>, mask: Option<Array1<F>>) -> Result<TextCnnPass<'_, F>> {
        let (rows, dim) = x.dim();
        if rows > MAX_TOKENS + self.config.widest() {
            return Err(Error::TooLong { limit: MAX_TOKENS, found: rows });
        }
        check_rows(rows, self.config.dim + self.config.features())?;
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
    pub(super) model: &'m TextCnn<F>,
    pub(super) x: Array2<F>,
    pub(super) scores: Vec<Array2<F>>,
    pub(super) winners: Winners,
    pub(super) best: Array2<F>,
    pub(super) pooled: Array2<F>,
    pub(super) mask: Option<Array1<F>>,
    pub(super) logits: Array2<F>,
}

impl<F: Real> TextCnnPass<'_, F> {
    /// The network that made this pass.
    pub fn model(&self) -> &TextCnn<F> {
        self.model
    }

    /// The scores of every window before the activation, one `[P, C]` per width.
    pub fn scores(&self) -> &[Array2<F>] {
        &self.scores
    }

    /// The window that holds each filter's maximum, `[M]`.
    pub fn winners(&self) -> &Winners {
        &self.winners
    }

    /// The features `m` that the dense layer read, `[M]`.
    pub fn features(&self) -> ArrayView1<'_, F> {
        self.pooled.row(0)
    }
}
