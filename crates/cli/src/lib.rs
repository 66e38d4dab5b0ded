//! The `wordlight` command.
//!
//! - [`commands`]: the commands, their flags and what they print;
//! - [`batch`]: explaining a file of any length;
//! - [`interrupt`]: Ctrl-C while that takes long.
//!
//! # Quickstart
//!
//! The program `wordlight` is [`commands::Cli`], read from the command line and run. It can be run from Rust as well:
//!
//! ```
//! use std::fs;
//!
//! use clap::Parser;
//! use wordlight_cli::commands::Cli;
//!
//! let folder = tempfile::tempdir()?;
//! let (input, output) = (folder.path().join("reviews.csv"), folder.path().join("scores.csv"));
//! fs::write(&input, "text\nA brilliant film.\nA dull film.\n")?;
//!
//! let mut arguments = vec!["wordlight", "explain", "--models", "../../www/models", "--method", "gradient-x-input"];
//! arguments.extend(["--input", input.to_str().unwrap(), "--output", output.to_str().unwrap()]);
//! Cli::try_parse_from(&arguments)?.run()?;
//! let scores = fs::read_to_string(&output)?;
//! assert_eq!(scores.lines().count(), 3, "a header and a line for each review");
//! assert!(scores.contains("brilliant"));
//!
//! // What is wrong is an error that names what would be right.
//! arguments.extend(["--checkpoint", "no-such"]);
//! let error = Cli::try_parse_from(&arguments)?.run().unwrap_err();
//! assert!(error.to_string().starts_with("there is no checkpoint"), "{error}");
//! # Ok::<(), anyhow::Error>(())
//! ```

pub mod batch;
pub mod commands;
pub mod interrupt;
mod progress;
#[doc(hidden)]
pub mod terminal;
mod threads;
