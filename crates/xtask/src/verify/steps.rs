//! The checks themselves, in the order in which they are run: cheap ones first.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::run::{self, Counts};
use crate::server::Server;
use crate::tools::{Tools, WASM_TARGET};
use crate::{links, manifest, pkg, publish, structure, workspace};

/// Where the checks run, and with which tools.
pub(super) struct Scene {
    pub(super) root: PathBuf,
    pub(super) tools: Tools,
}

/// One check.
pub(super) struct Step {
    /// What `--only` and `--skip` call it.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// Whether it runs tests, so that running none of them is a failure.
    pub(super) has_tests: bool,
    /// Carries it out and counts its tests; an error is a failure, or [`run::Missing`] if it could not be run.
    pub(super) run: fn(&Scene, &mut Counts) -> Result<()>,
}

/// Every check.
pub(super) const STEPS: [Step; 13] = [
    Step { name: "fmt", title: "Rust code is formatted", has_tests: false, run: format },
    Step {
        name: "structure",
        title: "no new circle of files, no dependency against the order of crates, no file or crate that is too large",
        has_tests: false,
        run: structure,
    },
    Step { name: "links", title: "links within the documents lead to what is there", has_tests: false, run: links },
    Step { name: "clippy", title: "no lint in any crate, test or benchmark", has_tests: false, run: lints },
    Step {
        name: "clippy-wasm",
        title: "no lint in what is compiled to WebAssembly",
        has_tests: false,
        run: lints_of_wasm,
    },
    Step {
        name: "test",
        title: "tests of all crates, with those in the documentation, and of the hot loops as they are released",
        has_tests: true,
        run: native_tests,
    },
    Step { name: "doc", title: "documentation builds without a warning", has_tests: false, run: documentation },
    Step {
        name: "models",
        title: "every file of www/models is what the manifest says, and can be read",
        has_tests: false,
        run: models,
    },
    Step { name: "types", title: "the page's modules and their tests type-check", has_tests: false, run: types },
    Step { name: "www", title: "unit tests of the page's modules", has_tests: true, run: page_tests },
    Step { name: "pkg", title: "pkg/ is what the sources give, byte for byte", has_tests: false, run: freshness },
    Step {
        name: "wasm",
        title: "tests of the WebAssembly core in headless Chromium",
        has_tests: true,
        run: browser_tests,
    },
    Step { name: "e2e", title: "the page in Chromium, against the command line", has_tests: true, run: end_to_end },
];

fn format(scene: &Scene, _: &mut Counts) -> Result<()> {
    run::check(scene.tools.command("cargo").args(["fmt", "--all", "--check"]))
}

fn structure(scene: &Scene, _: &mut Counts) -> Result<()> {
    structure::check(&scene.root)
}

fn links(scene: &Scene, _: &mut Counts) -> Result<()> {
    let (documents, links) = links::check(&scene.root)?;
    println!("{links} links within {documents} documents lead to what is there");
    Ok(())
}

fn lints(scene: &Scene, _: &mut Counts) -> Result<()> {
    let mut cargo = scene.tools.command("cargo");
    run::check(cargo.args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn lints_of_wasm(scene: &Scene, _: &mut Counts) -> Result<()> {
    scene.tools.wasm_target()?;
    // The tests of the libraries run natively, and their test dependencies do not compile to WebAssembly.
    let libraries = ["-p", "wordlight-nn", "-p", "wordlight-explain", "-p", "wordlight-engine"].as_slice();
    let page = ["-p", "wordlight-wasm", "--all-targets"].as_slice();
    let import = ["-p", "wordlight-wasm-import"].as_slice();
    for packages in [libraries, page, import, &["-p", "wordlight-wasm", "--all-targets", "--features", "full"]] {
        let mut cargo = with_simd(scene.tools.command("cargo"));
        cargo.args(["clippy", "--locked", "--target", WASM_TARGET]).args(packages).args(["--", "-D", "warnings"]);
        run::check(&mut cargo)?;
    }
    Ok(())
}

/// Compiles as for the page: with SIMD, so that the fast kernels are what is linted and tested.
fn with_simd(mut command: Command) -> Command {
    command.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", "-Ctarget-feature=+simd128");
    command
}

fn native_tests(scene: &Scene, counts: &mut Counts) -> Result<()> {
    let mut cargo = scene.tools.command("cargo");
    run::check_tests(cargo.args(["test", "--locked", "--workspace", "--no-fail-fast"]), counts)?;
    // Their speed is a matter of what the compiler makes of them.
    let mut cargo = scene.tools.command("cargo");
    run::check_tests(cargo.args(["test", "--locked", "--release", "--package", "wordlight-kernel"]), counts)
}

fn documentation(scene: &Scene, _: &mut Counts) -> Result<()> {
    let mut cargo = scene.tools.command("cargo");
    run::check(cargo.args(["doc", "--locked", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

fn models(scene: &Scene, _: &mut Counts) -> Result<()> {
    let (blobs, bytes) = manifest::check(&scene.root.join("www/models"))?;
    println!("{blobs} blobs, {:.2} MB, all with the SHA-256 that the manifest promises", bytes as f64 / 1e6);
    manifest::read_all(&scene.root, &scene.tools)
}

/// Holds package.json for the type checker and the browser driver.
const BROWSER_TESTS: &str = "tests/browser";

fn types(scene: &Scene, _: &mut Counts) -> Result<()> {
    scene.tools.npm_ci(BROWSER_TESTS)?;
    run::check(
        scene.tools.command("npm").args(["run", "--silent", "check"]).current_dir(scene.root.join(BROWSER_TESTS)),
    )
}

fn page_tests(scene: &Scene, counts: &mut Counts) -> Result<()> {
    scene.tools.node()?;
    let files = node_tests(&scene.root, "tests/www")?;
    run::check_tests(node_test(scene).args(files), counts)
}

fn freshness(scene: &Scene, _: &mut Counts) -> Result<()> {
    pkg::check(&scene.root)
}

fn browser_tests(scene: &Scene, counts: &mut Counts) -> Result<()> {
    scene.tools.wasm_target()?;
    let browser = scene.tools.browser()?;
    scene.tools.wasm_bindgen()?;
    scene.tools.wasm_pack()?;
    let mut wasm_pack = with_simd(scene.tools.command("wasm-pack"));
    wasm_pack.args(["--log-level", "warn", "test", "--headless", "--chrome", "--chromedriver"]).arg(browser.driver);
    wasm_pack.args(["crates/wasm", "--features", "full"]);
    // The usual 5 and 20 seconds are short for a first browser start on a busy machine.
    wasm_pack.env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60").env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    run::check_tests(&mut wasm_pack, counts)
}

fn end_to_end(scene: &Scene, counts: &mut Counts) -> Result<()> {
    scene.tools.npm_ci(BROWSER_TESTS)?;
    let browser = scene.tools.browser()?;
    scene.tools.firefox();
    let files = node_tests(&scene.root, BROWSER_TESTS)?;
    run::check(scene.tools.command("cargo").args(["build", "--locked", "--release", "--package", "wordlight"]))?;
    let program = workspace::target_dir(&scene.root).join("release").join(format!("wordlight{EXE_SUFFIX}"));
    ensure!(program.is_file(), "cargo did not build {}", program.display());

    // The page as it is published, in both forms.
    let published = workspace::target_dir(&scene.root).join("published");
    if published.exists() {
        fs::remove_dir_all(&published).with_context(|| format!("cannot empty {}", published.display()))?;
    }
    let (copy, one_file) = (published.join("site"), published.join("wordlight.html"));
    publish::write_site(&scene.root, &copy, false)?;
    publish::write_one_file(&scene.root, &one_file)?;

    let server = Server::start(&scene.root, Some(0))?;
    let mut node = node_test(scene);
    node.env("WORDLIGHT_SITE", copy).env("WORDLIGHT_ONE_FILE", one_file);
    // One at a time: two browsers on two cores would make the timings meaningless.
    node.arg("--test-concurrency=1").args(files);
    node.env("WORDLIGHT_URL", server.url()).env("WORDLIGHT_BIN", program);
    node.env("CHROMIUM", browser.chromium).env("CHROMEDRIVER", browser.driver);
    run::check_tests(&mut node, counts)
}

fn node_test(scene: &Scene) -> Command {
    let mut node = scene.tools.command("node");
    node.args(["--test", "--test-reporter=spec"]);
    node
}

/// Every `*.test.js` and `*.test.mjs` at or below `dir`, relative to the root, sorted.
///
/// Listed here because Node's versions disagree on what a folder given to `--test` means.
fn node_tests(root: &Path, dir: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut waiting = vec![dir.to_owned()];
    while let Some(dir) = waiting.pop() {
        let path = root.join(&dir);
        for entry in fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))? {
            let entry = entry.with_context(|| format!("cannot read {}", path.display()))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let is_dir = entry.file_type().with_context(|| format!("cannot read {}", path.display()))?.is_dir();
            if is_dir && name != "node_modules" {
                waiting.push(format!("{dir}/{name}"));
            } else if name.ends_with(".test.js") || name.ends_with(".test.mjs") {
                found.push(format!("{dir}/{name}"));
            }
        }
    }
    ensure!(!found.is_empty(), "there is no *.test.js or *.test.mjs in {dir}");
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_tests_are_found_below_a_folder_and_not_in_packages() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["t/a.test.mjs", "t/deep/b.test.js", "t/helper.js", "t/node_modules/p/c.test.js"] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(node_tests(dir.path(), "t").unwrap(), ["t/a.test.mjs", "t/deep/b.test.js"]);
        let error = node_tests(dir.path(), "t/node_modules/p/none").unwrap_err();
        assert!(error.to_string().contains("cannot read"));
        fs::create_dir(dir.path().join("empty")).unwrap();
        assert!(node_tests(dir.path(), "empty").unwrap_err().to_string().contains("there is no *.test.js"));
    }

    #[test]
    fn the_lints_of_webassembly_see_the_fast_kernels() {
        let command = with_simd(Command::new("cargo"));
        let flags = command.get_envs().find(|(name, _)| *name == "RUSTFLAGS").and_then(|(_, value)| value);
        assert_eq!(flags, Some("-Ctarget-feature=+simd128".as_ref()));
    }
}
