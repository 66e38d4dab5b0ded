//! Training, measuring and shipping the networks that the wordlight page shows; the library under the `wordlight`
//! command.
//!
//! - [`data`]: the treebank's trees and a file of word vectors become a table of 8-bit vectors and documents;
//! - [`experiment`]: a run as a file of settings;
//! - [`fit`]: Adam on the cross-entropy of shuffled batches, every epoch kept;
//! - [`evaluate`]: loss, accuracy and confusion on labelled sentences;
//! - [`evidence`]: every method measured on every test sentence, and what follows from it;
//! - [`results`]: several seeds of an experiment, and whether its numbers of epochs differ;
//! - [`agreement`]: what the kind of word vectors changes;
//! - [`run`]: the folder that a training run leaves; [`export`] and [`first_words`]: the files that the page loads;
//! - [`site`]: those files, read back and checked;
//! - [`figures`] and [`replicate`]: what the evidence looks like, and what it says of the paper;
//! - [`stream`]: explaining a file of any length; [`interrupt`]: Ctrl-C while that takes long;
//! - [`cli`]: the commands.
//!
//! Sizes have the letters of `wordlight_nn`; `N` is the number of documents of a batch.

pub mod agreement;
pub mod cli;
pub mod data;
pub mod evaluate;
pub mod evidence;
pub mod experiment;
pub mod export;
pub mod figures;
pub mod files;
pub mod first_words;
pub mod fit;
pub mod interrupt;
pub mod replicate;
pub mod results;
pub mod run;
pub mod site;
pub mod stream;
pub mod table;
pub mod teachers;
