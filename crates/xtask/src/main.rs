//! What a contributor or CI runs, in Rust: `cargo demo`, `cargo verify` and the rest of `cargo xtask`.
//!
//! One file or folder per command ([`demo`], [`pkg`], [`verify`], [`mod@bench`], [`bench_page`], [`picture`], [`publish`],
//! [`structure`], [`mutants`], [`fuzz`]) over helpers: [`site`] (which files are the page), [`server`] (serves them), [`tools`] (finds
//! or installs other programs) and [`run`] (runs them).

mod bench;
mod bench_page;
mod bundle;
mod demo;
mod digest;
mod fuzz;
mod links;
mod manifest;
mod mutants;
mod mutants_tally;
mod offline;
mod one_file;
mod percent;
mod picture;
mod pins;
mod pkg;
mod publish;
mod run;
mod server;
mod site;
mod structure;
mod tools;
mod verify;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Everything a contributor or CI runs.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Options),
    Pkg(pkg::Options),
    Verify(verify::Options),
    BenchPage(bench_page::Options),
    Bench(bench::Options),
    Picture(picture::Options),
    Site(publish::Options),
    Structure(structure::Options),
    Mutants(mutants::Options),
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Pkg(options) => pkg::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::BenchPage(options) => bench_page::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Picture(options) => picture::run(&options),
        Command::Site(options) => publish::run(&options),
        Command::Structure(options) => structure::run(&options),
        Command::Mutants(options) => mutants::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
