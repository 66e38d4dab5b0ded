//! `cargo xtask picture`: the README's moving picture.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;

use crate::pkg;
use crate::run;
use crate::server::Server;
use crate::tools::Tools;
use crate::workspace;

/// Where the README looks for it.
const FILE: &str = "docs/wordlight.gif";

/// Make docs/wordlight.gif, the README's moving picture
///
/// Chromium opens the page, a sentence is typed letter by letter, and what the page shows after each letter becomes a frame.
/// Letters look a little different on another machine, which has other fonts, so no check compares the file.
#[derive(Args)]
pub(crate) struct Options {}

/// Films the page with the committed pkg/.
///
/// # Errors
/// When pkg/ is not there, a tool is missing, or the picture has become too large.
pub(crate) fn run(_: &Options) -> Result<ExitCode> {
    let root = workspace::root()?;
    ensure!(pkg::is_there(&root), "pkg/ is not complete; `cargo xtask pkg` builds it");
    let tools = Tools::new(&root);
    tools.npm_ci("tests/browser")?;
    let browser = tools.browser()?;
    let server = Server::start(&root, Some(0))?;
    let mut node = tools.command("node");
    node.args(["tests/browser/picture.mjs", FILE]);
    node.env("WORDLIGHT_URL", server.url()).env("CHROMIUM", browser.chromium);
    run::check(&mut node)?;
    Ok(ExitCode::SUCCESS)
}
