//! The seam between the trainer and the kinds of network.
//!
//! A kind of network joins with one implementation of [`Learner`] and one arm in [`learner`]. The trainer
//! does the rest for every kind: order, batches, Adam, weight decay, clipping, averages, early stopping, resuming.

use anyhow::Result;
use ndarray::ArrayView2;
use wordlight_nn::Real;
use wordlight_nn::model::{AnyModel, BiLstm, TextCnn};
use wordlight_nn::params::Parameters;
use wordlight_nn::weights::Architecture;

use crate::fit::batch::{Batch, BatchGradient};
use crate::fit::cnn::Step;
use crate::fit::lstm::RecurrentStep;

/// A trained network.
pub type Network = AnyModel<f32>;

/// A network in training.
pub trait Learner: Send {
    /// The network as it is now.
    fn network(&self) -> Network;

    /// Its parameters, to be changed.
    fn parameters(&mut self) -> &mut dyn Parameters<f32>;

    /// Loss and gradient of a batch whose words are rows of `table` `[V, D]`. The same bits for any number of threads.
    ///
    /// # Errors
    /// If the weights have grown beyond all bounds.
    fn gradient(&mut self, table: ArrayView2<'_, f32>, batch: &Batch<'_>) -> Result<BatchGradient<f32>>;
}

/// A network before any training. `uniform` draws from `[0, 1)`.
///
/// # Errors
/// Sizes out of range.
pub fn learner(network: &Architecture, mut uniform: impl FnMut() -> f64) -> Result<Box<dyn Learner>> {
    match network {
        Architecture::TextCnn(config) => {
            Ok(Box::new(CnnLearner { model: TextCnn::random(config.clone(), &mut uniform)?, step: Step::default() }))
        }
        Architecture::BiLstm(config) => Ok(Box::new(LstmLearner {
            model: BiLstm::random(config.clone(), &mut uniform)?,
            step: RecurrentStep::default(),
        })),
        other => anyhow::bail!("this program cannot train the network {other:?}"),
    }
}

/// `D`, the dimensions of the word vectors that a network reads.
pub fn dim(network: &Architecture) -> usize {
    match network {
        Architecture::TextCnn(config) => config.dim,
        Architecture::BiLstm(config) => config.dim,
        _ => 0,
    }
}

/// The number of a network's weights.
pub fn parameter_count(network: &Architecture) -> usize {
    learner(network, || 0.25).map_or(0, |mut learner| learner.parameters().parameter_count())
}

/// A convolution with maximum over time.
struct CnnLearner {
    model: TextCnn<f32>,
    step: Step<f32>,
}

impl Learner for CnnLearner {
    fn network(&self) -> Network {
        self.model.clone().into()
    }

    fn parameters(&mut self) -> &mut dyn Parameters<f32> {
        &mut self.model
    }

    fn gradient(&mut self, table: ArrayView2<'_, f32>, batch: &Batch<'_>) -> Result<BatchGradient<f32>> {
        Ok(self.step.gradient(&self.model, table, batch)?)
    }
}

/// A bidirectional LSTM.
struct LstmLearner {
    model: BiLstm<f32>,
    step: RecurrentStep<f32>,
}

impl Learner for LstmLearner {
    fn network(&self) -> Network {
        self.model.clone().into()
    }

    fn parameters(&mut self) -> &mut dyn Parameters<f32> {
        &mut self.model
    }

    fn gradient(&mut self, table: ArrayView2<'_, f32>, batch: &Batch<'_>) -> Result<BatchGradient<f32>> {
        Ok(self.step.gradient(&self.model, table, batch)?)
    }
}

/// The tensors of a model, in the order of [`Parameters::update`].
pub fn tensors<F: Real>(model: &mut dyn Parameters<F>) -> Vec<Vec<F>> {
    let mut all = Vec::new();
    model.update(&mut |_, values| all.push(values.to_vec()));
    all
}

/// Puts tensors in the place of a model's own.
///
/// # Panics
/// If they are not this model's.
pub fn set_tensors<F: Real>(model: &mut dyn Parameters<F>, tensors: &[Vec<F>]) {
    let mut tensors = tensors.iter();
    model.update(&mut |name, values| {
        let Some(tensor) = tensors.next() else { unreachable!("no values for {name}") };
        values.copy_from_slice(tensor);
    });
}
