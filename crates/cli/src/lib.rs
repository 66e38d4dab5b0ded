//! The `wordlight` command.
//!
//! - [`commands`]: the commands, their flags and what they print;
//! - [`batch`]: explaining a file of any length;
//! - [`interrupt`]: Ctrl-C while that takes long.

pub mod batch;
pub mod commands;
pub mod interrupt;
mod progress;
mod threads;
