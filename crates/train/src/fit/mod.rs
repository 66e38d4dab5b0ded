//! Training: Adam on the cross-entropy of shuffled batches, every epoch kept.
//!
//! [`Trainer`] knows nothing of a network but what [`learner::Learner`] offers; `cnn` is the gradient of the text CNN.

mod adam;
mod average;
mod batch;
mod cnn;
pub mod learner;
mod limit;
mod loss;
mod lstm;
mod noise;
mod settings;
mod state;
mod trainer;
mod words;

pub use adam::Adam;
pub use batch::{Batch, BatchGradient};
pub use cnn::Step;
pub use learner::{Learner, Network, dim, parameter_count};
pub use limit::{clip, max_norm};
pub use loss::cross_entropy;
pub use lstm::RecurrentStep;
pub use noise::Noise;
pub use settings::{Examples, Protocol, TrainSettings};
pub use state::{read_state, write_state};
pub use trainer::{EpochLog, Pass, Trainer};
