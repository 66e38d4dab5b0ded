//! `cargo demo`: serves the page and opens it.

use std::env;
use std::process::{self, ExitCode};
use std::thread;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::server::Server;
use crate::{pkg, site, workspace};

/// Serve the page on this machine and open it in the browser
///
/// Only index.html, www/ and pkg/ are served, to this machine alone. Nothing has to be built for it: pkg/ and the trained
/// networks are part of the repository. Ctrl-C stops it.
#[derive(Args)]
pub(crate) struct Options {
    /// Port to listen on [default: 8080, or a free one]
    #[arg(long)]
    port: Option<u16>,
    /// Print the address only
    #[arg(long)]
    no_open: bool,
    /// Build pkg/ from the Rust sources first, installing what that needs
    #[arg(long)]
    rebuild: bool,
}

/// Runs until Ctrl-C.
///
/// # Errors
/// When the page's files are not there, the rebuild fails, or the port is taken.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let root = workspace::root()?;
    if options.rebuild {
        pkg::rebuild(&root)?;
    } else if pkg::is_stale(&root) {
        println!("Note: Rust sources changed since pkg/ was built here; `cargo demo --rebuild` shows the change.");
    }
    ensure!(root.join(site::INDEX).is_file(), "there is no {} in {}", site::INDEX, root.display());
    ensure!(pkg::is_there(&root), "pkg/ is incomplete; `cargo demo --rebuild` builds it");

    let server = Server::start(&root, options.port)?;
    ctrlc::set_handler(|| {
        println!("\nStopped.");
        process::exit(0);
    })
    .context("cannot listen for Ctrl-C")?;
    println!("wordlight is at {}", server.url());
    println!("Ctrl-C stops it.");
    if !options.no_open && !is_ci() {
        open_browser(&server.url());
    }
    loop {
        thread::park();
    }
}

fn open_browser(url: &str) {
    if let Err(error) = open::that_detached(url) {
        println!("Note: no browser could be started ({error}); open the address by hand.");
    }
}

/// Whether this runs on a continuous-integration machine, by the variable that all of them set.
pub(crate) fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}
