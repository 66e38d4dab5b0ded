//! Training the networks that wordlight explains.
//!
//! - [`data`]: the treebank's trees and a file of word vectors become a table of 8-bit vectors and documents;
//! - [`experiment`]: a run as a file of settings;
//! - [`fit`]: Adam on the cross-entropy of shuffled batches, every epoch kept;
//! - [`distillation`]: networks that learn from others;
//! - [`evaluate`]: loss, accuracy and confusion on labelled sentences;
//! - [`paper_table`]: those numbers beside the paper's;
//! - [`run`]: the folder that a training run leaves; [`files`]: writing it so that nothing is half-written.
//!
//! Sizes have the letters of `wordlight_nn`; `N` is the number of documents of a batch.
//!
//! # Quickstart
//!
//! ```
//! use ndarray::array;
//! use wordlight_nn::layer::Activation;
//! use wordlight_nn::model::{Classifier, TextCnnConfig, argmax};
//! use wordlight_nn::weights::Architecture;
//! use wordlight_train::data::Document;
//! use wordlight_train::fit::{TrainSettings, Trainer};
//!
//! // Two words with vectors of two numbers; a document is a list of words and its class.
//! let table = array![[1.0, 0.2], [-0.3, 1.0]];
//! let document = |words: &[usize], label| Document {
//!     words: words.iter().map(|&word| Some(word)).collect(),
//!     label,
//!     aim: Vec::new(),
//! };
//! let documents = [document(&[0, 0], 0), document(&[1, 1], 1), document(&[0], 0), document(&[1], 1)];
//!
//! // A small network, many epochs. The same settings and documents give the same weights, bit for bit.
//! let network =
//!     TextCnnConfig { dim: 2, classes: 2, widths: vec![1], filters: 4, activation: Activation::Linear, pad_to: 0 };
//! let settings = TrainSettings {
//!     epochs: vec![100],
//!     learning_rate: 0.05,
//!     ..TrainSettings::paper(Architecture::TextCnn(network))
//! };
//! let mut trainer = Trainer::new(&settings, table.clone(), &documents)?;
//! let first = trainer.epoch()?;
//! let mut last = first;
//! while trainer.epochs() < 100 {
//!     last = trainer.epoch()?;
//! }
//! assert!(last.loss < 0.1 * first.loss, "{} then {}", first.loss, last.loss);
//! assert_eq!(last.accuracy, 1.0);
//!
//! let network = trainer.network();
//! let pass = network.forward(table.slice(ndarray::s![1..2, ..]).to_owned())?;
//! assert_eq!(argmax(pass.logits()), 1);
//! # Ok::<(), anyhow::Error>(())
//! ```
//!
//! The command line trains from a file of settings: `docs/experiment.md` of the repository.

pub mod data;
pub mod distillation;
pub mod evaluate;
pub mod experiment;
pub mod files;
pub mod fit;
pub mod paper_table;
pub mod run;
