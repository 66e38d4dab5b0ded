//! Attribution for text networks: which words decided, with a proof under every row.
//!
//! A [`method::Method`] explains one number of a network ([`target::Target`]) on one input ([`case::Case`]) and returns
//! an [`attribution::Attribution`]: a score for every feature, a score for every word, and a [`ledger::Ledger`] in which
//! the explained number is accounted for. Methods and rules are listed once ([`method::methods`],
//! [`rule::rules`]); the command line, the page and the tests are driven by those lists.
//!
//! This crate is pure: no files, clock, threads, logging or ambient randomness. The letters for sizes are those of
//! [`wordlight_nn`].

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
