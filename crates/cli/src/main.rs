//! The `wordlight` command.

use std::process::ExitCode;

use clap::Parser;

use wordlight_cli::commands::Cli;
use wordlight_cli::interrupt;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            wordlight_cli::note!("error: {error:#}");
            if interrupt::asked() { ExitCode::from(interrupt::EXIT_CODE) } else { ExitCode::FAILURE }
        }
    }
}
