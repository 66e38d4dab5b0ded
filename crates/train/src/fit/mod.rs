//! Training: Adam on the cross-entropy of shuffled batches, every epoch kept.

mod adam;
pub(crate) mod kernel;
mod loss;
mod step;

use std::time::Instant;

use anyhow::{Context, Result, bail};
use ndarray::Array2;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use wordlight_nn::layer::Dropout;
use wordlight_nn::model::{TextCnn, TextCnnConfig};

pub use adam::Adam;
pub use loss::cross_entropy;
pub use step::{BatchGradient, Step};

use crate::data::{Document, Table, all_vectors};
use crate::evaluate::{Evaluation, evaluate};

/// How the checkpoints follow from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// One run; the checkpoints are taken on its way. What the paper's text says.
    Fresh,
    /// Each checkpoint goes on from the last one's weights for its full number of epochs, with a new optimiser: 5, then
    /// 10 more, then 20 more. What the paper's notebook did.
    Warm,
}

/// Everything that training depends on besides the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainSettings {
    /// The network.
    pub network: TextCnnConfig,
    /// How the checkpoints follow from each other.
    pub protocol: Protocol,
    /// Epochs of the checkpoints that are shown.
    pub epochs: Vec<usize>,
    /// Seed of the weights, the order of the sentences and the dropout.
    pub seed: u64,
    /// Share of features silenced, 0 up to 1.
    pub dropout: f64,
    /// Sentences per step.
    pub batch: usize,
    /// Adam's step size.
    pub learning_rate: f64,
    /// Sentences are cut after this many words; 0 for never.
    pub cut: usize,
}

impl TrainSettings {
    /// # Errors
    /// Names the first setting that is out of range.
    pub fn validate(&self) -> Result<()> {
        self.network.validate()?;
        Dropout::new(self.dropout)?;
        if self.epochs.is_empty() || self.epochs.contains(&0) || !self.epochs.is_sorted_by(|a, b| a < b) {
            bail!("--epochs is {:?}, expected numbers from 1 that grow, for example 5,10,20", self.epochs);
        }
        if self.batch == 0 {
            bail!("--batch is 0, expected at least one sentence per step");
        }
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            bail!("--lr is {}, expected a number above 0", self.learning_rate);
        }
        Ok(())
    }

    /// How many epochs are trained in all.
    pub fn total_epochs(&self) -> usize {
        match self.protocol {
            Protocol::Fresh => self.epochs.last().copied().unwrap_or(0),
            Protocol::Warm => self.epochs.iter().sum(),
        }
    }

    /// The shown checkpoints: their name's number and the epoch, counted from the start, after which they are taken.
    pub fn checkpoints(&self) -> Vec<(usize, usize)> {
        let mut before = 0;
        self.epochs
            .iter()
            .map(|&epochs| match self.protocol {
                Protocol::Fresh => (epochs, epochs),
                Protocol::Warm => {
                    before += epochs;
                    (epochs, before)
                }
            })
            .collect()
    }

    /// Whether the optimiser starts anew before this epoch (from 1).
    fn restarts(&self, epoch: usize) -> bool {
        epoch == 1 || self.protocol == Protocol::Warm && self.checkpoints().iter().any(|&(_, taken)| taken + 1 == epoch)
    }
}

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
    /// Time for the steps alone; not written to files, which are the same for every run.
    #[serde(skip)]
    pub seconds: f64,
}

/// The network after an epoch.
#[derive(Clone, Debug)]
pub struct Epoch {
    /// What happened.
    pub log: EpochLog,
    /// The weights after it.
    pub model: TextCnn<f32>,
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

/// A network before any training.
///
/// # Errors
/// Sizes out of range.
pub fn untrained(settings: &TrainSettings) -> Result<TextCnn<f32>> {
    let mut rng = stream(settings.seed, 0);
    Ok(TextCnn::random(settings.network.clone(), || uniform(&mut rng))?)
}

/// A training run that is advanced epoch by epoch.
pub struct Trainer<'a> {
    settings: &'a TrainSettings,
    documents: &'a [Document],
    model: TextCnn<f32>,
    adam: Adam<f32>,
    step: Step<'a, f32>,
    order: Vec<usize>,
    shuffling: ChaCha8Rng,
    dropping: ChaCha8Rng,
    epoch: usize,
}

impl<'a> Trainer<'a> {
    /// `vectors` `[V, D]` are what [`all_vectors`] gives.
    ///
    /// # Errors
    /// Settings out of range; no sentences.
    pub fn new(settings: &'a TrainSettings, vectors: &'a Array2<f32>, documents: &'a [Document]) -> Result<Self> {
        settings.validate()?;
        if documents.is_empty() {
            bail!("there are no sentences to train on");
        }
        Ok(Self {
            settings,
            documents,
            model: untrained(settings)?,
            adam: Adam::new(settings.learning_rate),
            step: Step::new(vectors.view()),
            order: (0..documents.len()).collect(),
            shuffling: stream(settings.seed, 1),
            dropping: stream(settings.seed, 2),
            epoch: 0,
        })
    }

    /// The network as it is now.
    pub fn model(&self) -> &TextCnn<f32> {
        &self.model
    }

    /// One pass over the sentences: the mean loss and accuracy, and the time it took.
    ///
    /// # Errors
    /// If the weights grew beyond all bounds.
    pub fn epoch(&mut self) -> Result<(f64, f64, f64)> {
        let start = Instant::now();
        self.epoch += 1;
        if self.settings.restarts(self.epoch) {
            self.adam = Adam::new(self.settings.learning_rate);
        }
        let dropout = Dropout::new(self.settings.dropout)?;
        let features = self.settings.network.features();
        self.order.shuffle(&mut self.shuffling);
        let (mut loss, mut correct) = (0.0, 0);
        for batch in self.order.chunks(self.settings.batch) {
            let documents: Vec<&Document> = batch.iter().map(|&i| &self.documents[i]).collect();
            let masks = (dropout.rate() > 0.0).then(|| {
                let drawn = dropout.mask(documents.len() * features, || uniform(&mut self.dropping));
                drawn.into_shape_with_order((documents.len(), features)).expect("drawn for this shape")
            });
            let gradient = self
                .step
                .gradient(&self.model, &documents, masks.as_ref().map(|masks| masks.view()))
                .with_context(|| format!("epoch {}: the weights diverged; try a smaller --lr", self.epoch))?;
            self.adam.step(&mut self.model, &gradient.tensors);
            loss += gradient.loss;
            correct += gradient.correct;
        }
        let n = self.documents.len() as f64;
        Ok((loss / n, correct as f64 / n, start.elapsed().as_secs_f64()))
    }
}

/// Trains; `watch` sees every epoch as it ends. Element `i` of the result is epoch `i`; 0 is the untrained network.
///
/// # Errors
/// Settings out of range, or weights that grow beyond all bounds.
pub fn train(
    settings: &TrainSettings,
    table: &Table,
    documents: &[Document],
    dev: &[Document],
    watch: &mut dyn FnMut(&EpochLog),
) -> Result<Vec<Epoch>> {
    let vectors = all_vectors(&table.embedding);
    let mut trainer = Trainer::new(settings, &vectors, documents)?;
    let Evaluation { loss, accuracy, .. } = evaluate(trainer.model(), &table.embedding, documents)?;
    let at_start = evaluate(trainer.model(), &table.embedding, dev)?;
    let log = EpochLog {
        epoch: 0,
        train_loss: loss,
        train_accuracy: accuracy,
        dev_loss: at_start.loss,
        dev_accuracy: at_start.accuracy,
        seconds: 0.0,
    };
    watch(&log);
    let mut epochs = vec![Epoch { log, model: trainer.model().clone() }];
    for epoch in 1..=settings.total_epochs() {
        let (train_loss, train_accuracy, seconds) = trainer.epoch()?;
        let Evaluation { loss: dev_loss, accuracy: dev_accuracy, .. } =
            evaluate(trainer.model(), &table.embedding, dev)?;
        let log = EpochLog { epoch, train_loss, train_accuracy, dev_loss, dev_accuracy, seconds };
        watch(&log);
        epochs.push(Epoch { log, model: trainer.model().clone() });
    }
    Ok(epochs)
}
