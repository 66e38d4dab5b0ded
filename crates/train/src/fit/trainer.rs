//! Adam on the cross-entropy of shuffled batches, epoch by epoch.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use ndarray::Array2;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use wordlight_nn::layer::Dropout;
use wordlight_nn::model::Classifier;

use super::adam::Adam;
use super::average::Average;
use super::batch::Batch;
use super::learner::{Learner, Network, learner, set_tensors};
use super::limit::{clip, max_norm};
use super::noise::Noise;
use super::settings::TrainSettings;
use crate::data::Document;

/// What happened in an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochLog {
    /// Counted from the start of training; 0 is before it.
    pub epoch: usize,
    /// Mean over the epoch's batches, each before its own step (as Keras reports it); of epoch 0, of the first weights.
    pub train_loss: f64,
    /// Likewise.
    pub train_accuracy: f64,
    /// After the epoch.
    pub dev_loss: f64,
    /// After the epoch.
    pub dev_accuracy: f64,
    /// After the epoch. Nothing is chosen by it.
    pub test_loss: f64,
    /// After the epoch. Nothing is chosen by it.
    pub test_accuracy: f64,
    /// Time for the steps alone; not written to files, which are the same for every run.
    #[serde(skip)]
    pub seconds: f64,
}

/// Streams of one seed, so that for example another dropout rate does not change the first weights.
fn stream(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}

/// Uniform on [0, 1), with 53 bits.
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// What a pass over the documents gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pass {
    /// Mean loss.
    pub loss: f64,
    /// Share of right answers, 0 to 1.
    pub accuracy: f64,
    /// How long it took.
    pub seconds: f64,
}

/// A training run that is advanced epoch by epoch.
pub struct Trainer<'a> {
    pub(super) settings: &'a TrainSettings,
    documents: &'a [Document],
    pub(super) learner: Box<dyn Learner>,
    pub(super) table: Array2<f32>,
    pub(super) adam: Adam<f32>,
    pub(super) average: Option<Average>,
    order: Vec<usize>,
    shuffling: ChaCha8Rng,
    pub(super) epoch: usize,
    /// Steps so far.
    batches: u64,
}

impl<'a> Trainer<'a> {
    /// `table` `[V, D]` are the vectors that the documents' words are rows of.
    ///
    /// # Errors
    /// Settings out of range; no documents.
    pub fn new(settings: &'a TrainSettings, table: Array2<f32>, documents: &'a [Document]) -> Result<Self> {
        settings.validate()?;
        ensure!(!documents.is_empty(), "there are no sentences to train on");
        let mut weights = stream(settings.seed, 0);
        let mut learner = learner(&settings.network, || uniform(&mut weights))?;
        let tuned = settings.tunes_table().then_some(&table);
        let average = (settings.averaging > 0.0).then(|| Average::new(settings.averaging, learner.parameters(), tuned));
        Ok(Self {
            settings,
            documents,
            learner,
            table,
            adam: Adam::new(settings.learning_rate).with_weight_decay(settings.weight_decay),
            average,
            order: (0..documents.len()).collect(),
            shuffling: stream(settings.seed, 1),
            epoch: 0,
            batches: 0,
        })
    }

    /// The network as it is now; with averaging, the average.
    pub fn network(&self) -> Network {
        let mut network = self.learner.network();
        if let Some(average) = &self.average {
            set_tensors(&mut network, &average.tensors);
        }
        network
    }

    /// The table of word vectors as it is now; with averaging, the average.
    pub fn table(&mut self) -> &Array2<f32> {
        match &mut self.average {
            Some(average) if self.settings.tunes_table() => average.table(&self.table).unwrap_or(&self.table),
            _ => &self.table,
        }
    }

    /// The epochs that are done.
    pub fn epochs(&self) -> usize {
        self.epoch
    }

    /// One pass over the documents.
    ///
    /// # Errors
    /// If the weights grew beyond all bounds, or the loss is no number any more.
    pub fn epoch(&mut self) -> Result<Pass> {
        let start = Instant::now();
        self.epoch += 1;
        let settings = self.settings;
        if settings.restarts(self.epoch) {
            self.adam = Adam::new(settings.learning_rate).with_weight_decay(settings.weight_decay);
        }
        let (features, words) = (Dropout::new(settings.dropout)?, Dropout::new(settings.word_dropout)?);
        let classes = self.learner.network().classes();
        let tunes_table = settings.tunes_table();
        self.order.shuffle(&mut self.shuffling);
        let (mut loss, mut correct) = (0.0, 0);
        for batch in self.order.chunks(settings.batch) {
            let documents: Vec<&Document> = batch.iter().map(|&i| &self.documents[i]).collect();
            let noise = Noise::new(features, words, settings.seed, self.batches);
            self.batches += 1;
            let batch = Batch { documents: &documents, noise, tunes_table };
            let diverged = || format!("epoch {}: the weights diverged; try a smaller --lr", self.epoch);
            let mut gradient = self.learner.gradient(self.table.view(), &batch).with_context(diverged)?;
            if !gradient.loss.is_finite() {
                return Err(anyhow::anyhow!("the loss is {}", gradient.loss).context(diverged()));
            }
            if settings.clip > 0.0 {
                clip(&mut gradient, settings.clip);
            }
            self.adam.step(self.learner.parameters(), &gradient.tensors);
            if tunes_table {
                if let Some(average) = &mut self.average {
                    average.before_rows(&self.table, &gradient.rows);
                }
                let rate = settings.table_learning_rate;
                self.adam.step_rows(rate, &mut self.table, &gradient.rows, &gradient.row_gradients);
            }
            if settings.max_norm > 0.0 {
                max_norm(self.learner.parameters(), classes, settings.max_norm);
            }
            if let Some(average) = &mut self.average {
                average.step(self.learner.parameters());
            }
            loss += gradient.loss;
            correct += gradient.correct;
        }
        let n = self.documents.len() as f64;
        Ok(Pass { loss: loss / n, accuracy: correct as f64 / n, seconds: start.elapsed().as_secs_f64() })
    }

    /// Brings order and random draws to where they are after `epochs` epochs.
    pub(super) fn skip_to(&mut self, epochs: usize) {
        for _ in 0..epochs {
            self.order.shuffle(&mut self.shuffling);
        }
        self.epoch = epochs;
        self.batches = (epochs * self.documents.len().div_ceil(self.settings.batch)) as u64;
    }
}
