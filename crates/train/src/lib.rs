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

pub mod data;
pub mod distillation;
pub mod evaluate;
pub mod experiment;
pub mod files;
pub mod fit;
pub mod paper_table;
pub mod run;
