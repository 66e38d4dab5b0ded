//! The evidence: what can be said of the methods, measured on every test sentence.
//!
//! [`job`] runs every method and control on every sentence by every checkpoint and keeps each [`chunk`] of them, [`measure`]
//! says what is measured, [`tables`] writes the rows, [`summary`] draws the conclusions with [`statistics`], [`paper`] asks
//! the paper's own questions. [`human`] and [`corpus`] are what people said, and what the network says, of single words.

pub mod chunk;
pub mod corpus;
mod draws;
pub mod human;
pub mod job;
pub mod measure;
pub mod paper;
pub mod statistics;
pub mod summary;
pub mod tables;
