//! Layers: immutable, each in a file of its own.

mod activation;
mod conv1d;
mod dense;
mod dropout;
mod embedding;
mod lstm;
mod max_over_time;

pub use activation::Activation;
pub use conv1d::{Conv1d, Conv1dAt};
pub use dense::Dense;
pub use dropout::Dropout;
pub use embedding::{Embedding, Quantised, VectorsCard};
pub use lstm::{Left, Lstm, Order, Steps};
pub use max_over_time::max_over_time;
