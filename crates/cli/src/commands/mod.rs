//! The commands, their flags and what they print.

mod bench;
mod evaluate;
mod evidence;
mod explain;
mod export;
mod figures;
mod first_words;
mod heatmap;
mod list_methods;
mod prerender;
mod replay;
mod replicate;
mod table;
mod text;
mod train;
mod values;
mod vectors;
mod windows;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Trains, measures, explains and exports the networks of the wordlight page.
#[derive(Debug, Parser)]
#[command(name = "wordlight", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Train(train::Train),
    Evaluate(evaluate::Evaluate),
    Evidence(evidence::Evidence),
    Figures(figures::Figures),
    FirstWords(first_words::FirstWords),
    Replicate(replicate::Replicate),
    Explain(explain::Explain),
    Export(export::Export),
    Still(prerender::Still),
    Table(table::Table),
    Vectors(vectors::Vectors),
    Windows(windows::Windows),
    BenchTrain(bench::BenchTrain),
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// Whatever went wrong, from the general to the particular; `main` prints it once.
    pub fn run(self) -> Result<()> {
        match self.command {
            Command::Train(command) => command.run(),
            Command::Evaluate(command) => command.run(),
            Command::Evidence(command) => command.run(),
            Command::Figures(command) => command.run(),
            Command::FirstWords(command) => command.run(),
            Command::Replicate(command) => command.run(),
            Command::Explain(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Still(command) => command.run(),
            Command::Table(command) => command.run(),
            Command::Vectors(command) => command.run(),
            Command::Windows(command) => command.run(),
            Command::BenchTrain(command) => command.run(),
        }
    }
}
