//! `cargo xtask bench`: what every method costs in a browser.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;

use crate::pkg;
use crate::run;
use crate::server::Server;
use crate::tools::Tools;
use crate::workspace;

/// Time the prediction and every method in Chromium, on the two networks that other libraries are measured on
///
/// Prints microseconds, multiples of the prediction, and the prediction as a multiple of what the vector unit could do at
/// best, measured in the same run. The native counterpart is `cargo bench -p wordlight-explain`.
#[derive(Args)]
pub(crate) struct Options {
    /// Milliseconds spent on each figure
    #[arg(long, default_value_t = 300)]
    milliseconds: u32,
    /// The words of the text; 40 is the length that other libraries pad to
    #[arg(long, default_value_t = 40)]
    words: u32,
}

/// Runs the benchmark on the committed pkg/.
///
/// # Errors
/// When pkg/ is not there, or a tool is missing.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let root = workspace::root()?;
    ensure!(pkg::is_there(&root), "pkg/ is not complete; `cargo xtask pkg` builds it");
    let tools = Tools::new(&root);
    tools.npm_ci("tests/browser")?;
    let browser = tools.browser()?;
    let server = Server::start(&root, Some(0))?;
    let mut node = tools.command("node");
    node.arg("tests/browser/bench.mjs").arg(options.milliseconds.to_string()).arg(options.words.to_string());
    node.env("WORDLIGHT_URL", server.url()).env("CHROMIUM", browser.chromium);
    run::check(&mut node)?;
    Ok(ExitCode::SUCCESS)
}
