//! Text networks in pure Rust: text, tokens, vectors, logits.
//!
//! This crate knows nothing of attribution, files or browsers. It turns text into tokens ([`text`]), tokens into
//! vectors ([`layer::Embedding`]) and vectors into logits ([`model::TextCnn`], [`model::BiLstm`]), and it lets a *policy* decide what
//! travels back through the network ([`backward::Backward`]): the gradient is one policy, every rule of layer-wise
//! relevance propagation (in `wordlight-explain`) is another, training is a third. A model writes its backward walk
//! once.
//!
//! # Letters
//!
//! The same letters mean the same sizes in every doc comment of this workspace.
//!
//! | letter | size |
//! |---|---|
//! | `T` | tokens of the text |
//! | `E` | rows of the input: the tokens and as much padding as can matter ([`model::Classifier::positions`]) |
//! | `D` | dimensions of a word vector |
//! | `K` | width of a filter, in words |
//! | `C` | filters of one width |
//! | `H` | units of an LSTM, in one direction |
//! | `P` | windows of one width, `E - K + 1` |
//! | `M` | features that the last layer reads: the maxima of all filters, or the last states of both directions |
//! | `Y` | classes |
//! | `V` | words of the vocabulary |

pub mod affine;
pub mod backward;
mod error;
pub mod hex;
pub mod import;
pub mod layer;
pub mod model;
pub mod ops;
pub mod params;
pub mod text;
pub mod weights;

pub use error::{Error, Result};
pub use wordlight_kernel::Real;
