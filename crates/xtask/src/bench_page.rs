//! `cargo xtask bench-page`: how quick the page is for a visitor.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::json;

use crate::pkg;
use crate::publish;
use crate::run;
use crate::server::Server;
use crate::tools::Tools;
use crate::workspace;

/// Time the page in Chromium: until the first explanation, and from a keystroke to its painted answer
///
/// The page is that of `cargo xtask site`, with a link of 10 Mbit/s and a processor four times slower, as the browser simulates
/// them. With `--tfjs` the same network runs beside it in TensorFlow.js, which is installed for that and bundled; nothing of it
/// is shipped.
#[derive(Args)]
pub(crate) struct Options {
    /// Compare prediction, gradient and Integrated Gradients with TensorFlow.js
    #[arg(long)]
    tfjs: bool,
}

/// Runs the benchmark on the published page with the committed pkg/.
///
/// # Errors
/// When pkg/ is not there, or a tool is missing.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let root = workspace::root()?;
    ensure!(pkg::is_there(&root), "pkg/ is not complete; `cargo xtask pkg` builds it");
    let tools = Tools::new(&root);
    tools.npm_ci("tests/browser")?;
    let browser = tools.browser()?;
    // The page as visitors get it.
    let site = workspace::target_dir(&root).join("bench-site");
    if site.exists() {
        fs::remove_dir_all(&site).with_context(|| format!("cannot empty {}", site.display()))?;
    }
    publish::write_site(&root, &site, false)?;
    let server = Server::start(&site, Some(0))?;
    let mut node = tools.command("node");
    node.arg("tests/browser/bench-page.mjs");
    node.env("WORDLIGHT_URL", server.url()).env("CHROMIUM", browser.chromium);
    if options.tfjs {
        tools.npm_ci("tests/tfjs")?;
        let out = workspace::target_dir(&root).join("tfjs");
        fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
        tools.esbuild(json!({
            "entryPoints": [root.join("tests/tfjs/tfjs.js")], "outfile": out.join("tfjs.js"), "bundle": true,
            "format": "iife", "globalName": "tfjs", "minify": true,
            // Its gradients are registered by a module that its package calls free of side effects.
            "ignoreAnnotations": true,
        }))?;
        let cores = root.join("tests/tfjs/node_modules/@tensorflow/tfjs-backend-wasm/dist");
        for file in fs::read_dir(&cores).with_context(|| format!("cannot read {}", cores.display()))? {
            let file = file?;
            if file.path().extension().is_some_and(|end| end == "wasm") {
                fs::copy(file.path(), out.join(file.file_name())).context("cannot copy a core of TensorFlow.js")?;
            }
        }
        node.env("WORDLIGHT_TFJS", &out);
    }
    run::check(&mut node)?;
    Ok(ExitCode::SUCCESS)
}
