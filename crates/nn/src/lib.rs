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
//!
//! # Quickstart
//!
//! ```
//! use ndarray::array;
//! use wordlight_nn::backward::Gradient;
//! use wordlight_nn::layer::{Activation, Conv1d, Dense, Embedding, VectorsCard};
//! use wordlight_nn::model::{Classifier, TextCnn, TextCnnConfig, argmax};
//! use wordlight_nn::text::{Vocab, tokenize};
//!
//! // Vectors of one number for two words. The last two rows are for unknown words and for padding.
//! let vectors = array![[1.0], [-2.0], [0.0], [0.0]];
//! let embedding = Embedding::of_floats(Vocab::new(["good", "dull"])?, vectors, VectorsCard::default())?;
//!
//! // One filter over one word, and two classes: the maximum speaks for the second one.
//! let config =
//!     TextCnnConfig { dim: 1, classes: 2, widths: vec![1], filters: 1, activation: Activation::Linear, pad_to: 0 };
//! let conv = Conv1d::new(array![[1.0]], array![0.0], 1)?;
//! let network = TextCnn::new(config, vec![conv], Dense::new(array![[0.0], [2.0]], array![0.5, 0.0])?)?;
//!
//! // Text, tokens, vectors, logits.
//! let tokens = tokenize("Dull, then good!");
//! let words = embedding.look_up(&tokens);
//! let pass = network.forward(embedding.embed::<f32>(&words, network.positions(words.len())))?;
//! assert_eq!(pass.logits(), array![0.5, 2.0]);
//! assert_eq!(argmax(pass.logits()), 1);
//!
//! // And back: the gradient of the second logit at each of the five tokens. "good" holds the maximum.
//! let gradient = pass.pull_back(array![0.0, 1.0], &mut Gradient);
//! assert_eq!(gradient, array![[0.0], [0.0], [0.0], [2.0], [0.0]]);
//! # Ok::<(), wordlight_nn::Error>(())
//! ```
//!
//! A trained network is read from the bytes of its file by [`weights::read_model`], its vectors by
//! [`layer::Embedding::from_bytes`].

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
