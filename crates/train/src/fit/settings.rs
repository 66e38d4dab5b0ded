//! Everything that training depends on besides the data.

use anyhow::{Result, bail, ensure};
use serde::{Deserialize, Serialize};
use wordlight_nn::layer::Dropout;
use wordlight_nn::weights::{Architecture, Precision};

/// How the checkpoints follow from each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// One run; the checkpoints are taken on its way. What the paper's text says.
    #[default]
    Fresh,
    /// Each checkpoint goes on from the last one's weights for its full number of epochs, with a new optimiser: 5, then
    /// 10 more, then 20 more. What the paper's notebook did.
    Warm,
}

/// What is learned from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Examples {
    /// The training sentences, 8,544 of them.
    #[default]
    Sentences,
    /// Every phrase of their trees, each distinct one once: about 157,000 (Socher et al. 2013).
    Phrases,
}

/// The settings of a training run.
///
/// | setting | default | range | meaning |
/// |---|---|---|---|
/// | `network` | | | kind and sizes |
/// | `protocol` | fresh | | how the checkpoints follow from each other |
/// | `examples` | sentences | | sentences or phrases |
/// | `teaching` | 0 | 0 to 1 | share of the teachers' probabilities in what training aims at; the rest is the label |
/// | `sentence_copies` | 1 | from 1 | how often an epoch of phrases has each whole sentence |
/// | `lead` | 0 | from 0 | zero vectors before examples of at most so many words, so that they reach every place of a filter |
/// | `epochs` | | growing, from 1 | the checkpoints that are shown |
/// | `patience` | 0 | from 0 | stop when so many epochs brought no better accuracy on dev, and show the best; 0: never |
/// | `seed` | | | weights, order and dropout |
/// | `batch` | 256 | from 1 | documents per step |
/// | `learning_rate` | 0.001 | above 0 | Adam's step size |
/// | `table_learning_rate` | 0 | from 0 | the same for the word vectors; 0: they are frozen |
/// | `dropout` | 0 | 0 up to 1 | share of features dropped |
/// | `word_dropout` | 0 | 0 up to 1 | share of the dimensions of each word of a batch dropped |
/// | `weight_decay` | 0 | from 0 | share of each weight taken away per unit of step size (Loshchilov & Hutter 2019) |
/// | `max_norm` | 0 | from 0 | longest row of the last layer (Kim 2014); 0: any |
/// | `clip` | 0 | from 0 | longest gradient of a step; 0: any |
/// | `averaging` | 0 | 0 up to 1 | weight of the past in the moving average of all weights that is kept; 0: none |
/// | `cut` | 40 | from 0 | sentences are cut after so many words; 0: never |
/// | `precision` | f32 | f32, f16 | how the weights are stored; what is measured is what is stored |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainSettings {
    /// The network.
    pub network: Architecture,
    /// How the checkpoints follow from each other.
    #[serde(default)]
    pub protocol: Protocol,
    /// What is learned from.
    #[serde(default)]
    pub examples: Examples,
    /// Share of the teachers' probabilities in what training aims at, 0 to 1; the rest is the label (Hinton, Vinyals &
    /// Dean 2015, at temperature 1).
    #[serde(default, skip_serializing_if = "defaults::is_zero")]
    pub teaching: f64,
    /// How often an epoch of phrases has each whole sentence: phrases are mostly short and neutral, sentences are not.
    #[serde(default = "defaults::one")]
    pub sentence_copies: usize,
    /// Zero vectors before examples of at most so many words in training, as many as the widest filter has words but one:
    /// Kim (2014) pads both ends, and without it a phrase of one word would teach only the first place of each filter.
    /// Nothing is put before longer ones or before what is measured.
    #[serde(default)]
    pub lead: usize,
    /// Epochs of the checkpoints that are shown.
    pub epochs: Vec<usize>,
    /// Epochs without a better accuracy on the dev sentences before training stops; 0 for never.
    #[serde(default)]
    pub patience: usize,
    /// Seed of the weights, the order of the documents and the dropout.
    pub seed: u64,
    /// Documents per step.
    #[serde(default = "defaults::batch")]
    pub batch: usize,
    /// Adam's step size.
    #[serde(default = "defaults::learning_rate")]
    pub learning_rate: f64,
    /// Adam's step size for the word vectors; 0 freezes them.
    #[serde(default)]
    pub table_learning_rate: f64,
    /// Share of features dropped, 0 up to 1.
    #[serde(default)]
    pub dropout: f64,
    /// Share of each word's dimensions dropped, 0 up to 1.
    #[serde(default)]
    pub word_dropout: f64,
    /// Decoupled weight decay of everything but biases and word vectors.
    #[serde(default)]
    pub weight_decay: f64,
    /// The longest that a row of the last layer may be; 0 for any length.
    #[serde(default)]
    pub max_norm: f64,
    /// The longest that the gradient of a step may be; 0 for any length.
    #[serde(default)]
    pub clip: f64,
    /// Weight of the past in the moving average of the weights; 0 keeps the weights themselves.
    #[serde(default)]
    pub averaging: f64,
    /// Sentences are cut after this many words; 0 for never.
    #[serde(default = "defaults::cut")]
    pub cut: usize,
    /// How the weights are stored. Every measured number is of the stored weights.
    #[serde(default)]
    pub precision: Precision,
}

mod defaults {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    pub(super) fn is_zero(share: &f64) -> bool {
        *share == 0.0
    }
    pub(super) fn one() -> usize {
        1
    }
    pub(super) fn batch() -> usize {
        256
    }
    pub(super) fn learning_rate() -> f64 {
        1e-3
    }
    pub(super) fn cut() -> usize {
        40
    }
}

impl TrainSettings {
    /// The paper's training of a network: sentences, frozen vectors, nothing dropped.
    pub fn paper(network: Architecture) -> Self {
        Self {
            network,
            protocol: Protocol::Fresh,
            examples: Examples::Sentences,
            teaching: 0.0,
            sentence_copies: 1,
            lead: 0,
            epochs: vec![5, 10, 20],
            patience: 0,
            seed: 1,
            batch: defaults::batch(),
            learning_rate: defaults::learning_rate(),
            table_learning_rate: 0.0,
            dropout: 0.0,
            word_dropout: 0.0,
            weight_decay: 0.0,
            max_norm: 0.0,
            clip: 0.0,
            averaging: 0.0,
            cut: defaults::cut(),
            precision: Precision::F32,
        }
    }

    /// # Errors
    /// Names the first setting that is out of range.
    pub fn validate(&self) -> Result<()> {
        self.network.validate()?;
        Dropout::new(self.dropout)?;
        ensure!(
            Dropout::new(self.word_dropout).is_ok(),
            "word_dropout is {}, expected a rate from 0 up to, but not including, 1",
            self.word_dropout
        );
        if self.epochs.is_empty() || self.epochs.contains(&0) || !self.epochs.is_sorted_by(|a, b| a < b) {
            bail!("--epochs is {:?}, expected numbers from 1 that grow, for example 5,10,20", self.epochs);
        }
        ensure!((0.0..=1.0).contains(&self.teaching), "teaching is {}, expected a share from 0 to 1", self.teaching);
        ensure!(self.sentence_copies > 0, "sentence_copies is 0, expected a number from 1");
        ensure!(self.lead <= 64, "lead is {}, expected a number from 0 to 64", self.lead);
        ensure!(self.batch > 0, "--batch is 0, expected at least one sentence per step");
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            bail!("--lr is {}, expected a number above 0", self.learning_rate);
        }
        for (name, value) in [
            ("table_learning_rate", self.table_learning_rate),
            ("weight_decay", self.weight_decay),
            ("max_norm", self.max_norm),
            ("clip", self.clip),
        ] {
            ensure!(value >= 0.0 && value.is_finite(), "{name} is {value}, expected a number from 0");
        }
        ensure!(
            (0.0..1.0).contains(&self.averaging),
            "averaging is {}, expected a number from 0 up to, but not including, 1",
            self.averaging
        );
        ensure!(
            self.patience == 0 || self.protocol == Protocol::Fresh,
            "patience is {}, expected 0 with the warm protocol, whose numbers of epochs are given",
            self.patience
        );
        Ok(())
    }

    /// Whether the word vectors are learned too.
    pub fn tunes_table(&self) -> bool {
        self.table_learning_rate > 0.0
    }

    /// How many epochs are trained in all, if nothing stops them earlier.
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
    pub(super) fn restarts(&self, epoch: usize) -> bool {
        epoch == 1 || self.protocol == Protocol::Warm && self.checkpoints().iter().any(|&(_, taken)| taken + 1 == epoch)
    }
}
