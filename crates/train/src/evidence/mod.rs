//! The evidence: what can be said of the methods, measured on every test sentence.

pub mod corpus;
pub mod human;
