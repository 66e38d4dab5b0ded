//! Attribution for text networks: which words decided, and where the explained number went.
//!
//! A [`method::Method`] explains one number of a network ([`target::Target`]) on one input ([`case::Case`]) and returns
//! an [`attribution::Attribution`]: a score for every feature, a score for every word, and a [`ledger::Ledger`] that
//! accounts for the explained number, or says that the method claims no sum. Methods and rules are listed once ([`method::methods`],
//! [`rule::rules`]); the command line, the page and the tests are driven by those lists.
//!
//! This crate is pure: no files, clock, threads, logging or ambient randomness. The letters for sizes are those of
//! [`wordlight_nn`].
//!
//! # Quickstart
//!
//! Build or read a network (see [`wordlight_nn`]), choose a method, ask.
//!
//! ```
//! use ndarray::array;
//! use wordlight_explain::ledger::Account;
//! use wordlight_explain::method::{IntegratedGradients, Lrp};
//! use wordlight_explain::query::Query;
//! use wordlight_explain::rule::{Bias, Epsilon};
//! use wordlight_nn::layer::{Activation, Conv1d, Dense};
//! use wordlight_nn::model::{TextCnn, TextCnnConfig};
//!
//! // One filter over one word of one number: the logit of class 1 is twice the largest word, plus 1.
//! let config =
//!     TextCnnConfig { dim: 1, classes: 2, widths: vec![1], filters: 1, activation: Activation::Linear, pad_to: 0 };
//! let conv = Conv1d::new(array![[1.0]], array![0.0], 1)?;
//! let network = TextCnn::new(config, vec![conv], Dense::new(array![[0.0], [2.0]], array![0.0, 1.0])?)?;
//! let words = array![[0.5], [3.0]];
//!
//! // By default: the logit of the predicted class, against the zero vector.
//! let answer = Query::new(IntegratedGradients::default()).explain(&network, words.clone())?;
//! assert_eq!(answer.target.class(), 1);
//! assert_eq!(answer.attribution.per_token, array![0.0, 6.0]);
//!
//! // The ledger accounts for the whole logit: 6 from the words, 1 that was there without them.
//! let ledger = &answer.attribution.ledger;
//! assert_eq!((ledger.explained, ledger.amount(Account::Words), ledger.amount(Account::Baseline)), (7.0, 6.0, 1.0));
//! assert!(ledger.holds());
//!
//! // Another method, of another class, by a value or by its name.
//! let lrp = Query::new(Lrp::uniform(Epsilon::new(0.1, Bias::Absorb)?)).of_class(1).explain(&network, words.clone())?;
//! let by_name = Query::parse("occlusion", &[].into(), "probability")?.of_class(1).explain(&network, words)?;
//! assert!(lrp.attribution.ledger.holds() && by_name.attribution.per_token[1] > 0.0);
//! # Ok::<(), wordlight_explain::Error>(())
//! ```
//!
//! | to | see |
//! |---|---|
//! | choose a method | the table in [`method`] |
//! | explain a text with padding, or one pass by several methods | [`query::Query::case`] and [`query::Query::ask`] |
//! | explain a text with a trained network, in colour | `examples/coloured_words.rs` |
//! | explain a network that you built by hand | `examples/own_network.rs` |
//! | write a rule of your own | [`rule::Rule`], `examples/own_rule.rs` |
//! | write a method of your own | [`method::Method`], `examples/own_method.rs` |
//! | write a network of your own, and let the ledger check its way back | [`wordlight_nn::model::Pass`], `examples/wrong_backward.rs` |
//! | measure how faithful an explanation is | [`faithfulness`] |
//!
//! The examples run with `cargo run -p wordlight-explain --example NAME`.

pub mod attribution;
pub mod baseline;
pub mod case;
pub mod cite;
pub mod composite;
mod error;
pub mod exact;
pub mod faithfulness;
pub mod ledger;
pub mod method;
pub mod order;
pub mod quadrature;
pub mod query;
mod random;
pub mod relevance;
pub mod rule;
pub mod spec;
pub mod stabiliser;
pub mod target;

pub use error::{Error, Result};
