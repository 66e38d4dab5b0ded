//! Support for the conformance tests: golden files, literal oracles, small networks, named tolerances, files written from the code.

pub mod ask;
pub mod audit;
pub mod golden;
pub mod golden_lstm;
pub mod nets;
pub mod oracle;
pub mod oracle_lstm;
pub mod oracle_paths;
pub mod tolerance;
pub mod written;
