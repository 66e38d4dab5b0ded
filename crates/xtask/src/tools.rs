//! Finds the programs that this crate runs, and installs the ones it can.
//!
//! What can be installed without asking goes to `target/tools/` and stays there: wasm-pack, wasm-bindgen, cargo-mutants
//! and cargo-fuzz from crates.io, wasm-opt from npm. Chromium, ChromeDriver and Node.js come from the system's packages, which only root on a
//! Debian-like system can add; everybody else gets a [`Missing`] that says what to install.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::run::{self, Missing};
use crate::workspace;

/// The compilation target of the page's core.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The wasm-pack that is installed, and the oldest that is accepted: older ones do not know `--profile` or `--no-opt`.
const WASM_PACK: &str = "0.15.1";
const WASM_PACK_OLDEST: (u64, u64) = (0, 15);

/// The cargo-mutants that is used; rates are only comparable between runs of one version.
const CARGO_MUTANTS: &str = "27.1.0";

/// The cargo-fuzz that is used.
const CARGO_FUZZ: &str = "0.13.2";

/// Older ones lack parts of the test runner that the page's tests use.
const NODE_OLDEST: (u64, u64) = (20, 0);

/// Where a Chromium may be that is not on the path.
const MAC_CHROME: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// A browser and the program that steers it.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// The tools of one repository.
pub(crate) struct Tools {
    root: PathBuf,
    dir: PathBuf,
}

impl Tools {
    /// The tools of the repository at `root`; nothing is looked for yet.
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), dir: workspace::target_dir(root).join("tools") }
    }

    /// A command that runs `program` at the repository's root and sees the tools installed here before any others.
    pub(crate) fn command(&self, program: &str) -> Command {
        // npm is a batch file on Windows, and only the full name finds it.
        let program = if cfg!(windows) && program == "npm" { "npm.cmd" } else { program };
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path());
        command
    }

    fn path(&self) -> OsString {
        let ours = std::iter::once(self.dir.join("bin"));
        let theirs = env::var_os("PATH").unwrap_or_default();
        env::join_paths(ours.chain(env::split_paths(&theirs))).unwrap_or(theirs)
    }

    /// The full path of `program`, if it is there.
    fn find(&self, program: &str) -> Option<PathBuf> {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&self.path()).map(|dir| dir.join(&name)).find(|path| path.is_file())
    }

    /// The version that `program --version` prints: the first word that looks like one.
    fn version(&self, program: &str) -> Option<String> {
        let text = run::output(self.command(program).arg("--version")).ok()?;
        let word = text.split_whitespace().find(|word| version_numbers(word).is_some())?;
        Some(word.trim_start_matches('v').to_owned())
    }

    /// Makes sure that Rust can compile to WebAssembly.
    ///
    /// # Errors
    /// [`Missing`] when the target is not there and rustup cannot add it.
    pub(crate) fn wasm_target(&self) -> Result<()> {
        let sysroot = run::output(self.command("rustc").args(["--print", "sysroot"]))?;
        if Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).is_dir() {
            return Ok(());
        }
        println!("Adding the Rust target {WASM_TARGET}");
        run::check(self.command("rustup").args(["target", "add", WASM_TARGET])).map_err(|error| {
            Missing(format!("the Rust target {WASM_TARGET}: `rustup target add {WASM_TARGET}` ({error})")).into()
        })
    }

    /// Makes sure that `wasm-bindgen` is the version that Cargo.lock names: both write parts of one format.
    ///
    /// # Errors
    /// When it has to be installed and cannot be.
    pub(crate) fn wasm_bindgen(&self) -> Result<()> {
        let version = workspace::version_of(&self.root, "wasm-bindgen")?;
        if self.version("wasm-bindgen").as_deref() == Some(&version) {
            return Ok(());
        }
        self.cargo_install("wasm-bindgen-cli", &version, &[])
    }

    /// Makes sure that `wasm-pack` is there and knows the options used here.
    ///
    /// # Errors
    /// When it has to be installed and cannot be.
    pub(crate) fn wasm_pack(&self) -> Result<()> {
        let found = self.version("wasm-pack");
        if found.as_deref().and_then(version_numbers).is_some_and(|version| version >= WASM_PACK_OLDEST) {
            return Ok(());
        }
        // It only starts other programs, so it is compiled without optimisation: that takes a third of the time.
        self.cargo_install("wasm-pack", WASM_PACK, &["--debug"])
    }

    /// Makes sure that `cargo mutants` is there in the version used here: others make other changes.
    ///
    /// # Errors
    /// When it has to be installed and cannot be.
    pub(crate) fn cargo_mutants(&self) -> Result<()> {
        let said = run::output(self.command("cargo").args(["mutants", "--version"])).unwrap_or_default();
        if said.split_whitespace().any(|word| word == CARGO_MUTANTS) {
            return Ok(());
        }
        // It waits for the compiler nearly all of its time.
        self.cargo_install("cargo-mutants", CARGO_MUTANTS, &["--debug"])
    }

    /// cargo-fuzz, installed if it is not there.
    ///
    /// # Errors
    /// When it has to be installed and cannot be.
    pub(crate) fn cargo_fuzz(&self) -> Result<()> {
        let said = run::output(self.command("cargo").args(["fuzz", "--version"])).unwrap_or_default();
        if said.split_whitespace().any(|word| word == CARGO_FUZZ) {
            return Ok(());
        }
        self.cargo_install("cargo-fuzz", CARGO_FUZZ, &["--debug"])
    }

    fn cargo_install(&self, package: &str, version: &str, options: &[&str]) -> Result<()> {
        println!("Installing {package} {version} into {} (once; a few minutes)", self.dir.display());
        let build = self.dir.join("build");
        let install = |locked: &[&str]| {
            let mut cargo = self.command("cargo");
            cargo.args(["install", "--quiet", "--force", package, "--version", version, "--root"]).arg(&self.dir);
            cargo.args(locked).args(options);
            // What is set for the page must not reach a native tool.
            cargo.env("CARGO_TARGET_DIR", &build).env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
            run::check(&mut cargo)
        };
        install(&["--locked"]).or_else(|_| {
            println!("The lockfile of {package} cannot be met by this registry; trying with the versions it has.");
            install(&[])
        })?;
        // Only the finished programs are worth their space.
        let _ = fs::remove_dir_all(build);
        Ok(())
    }

    /// Makes sure that Node.js is there; installs it as root on Debian-like systems.
    ///
    /// # Errors
    /// [`Missing`] otherwise.
    pub(crate) fn node(&self) -> Result<()> {
        let works = || {
            let version = self.version("node");
            let recent = version.as_deref().and_then(version_numbers).is_some_and(|version| version >= NODE_OLDEST);
            recent && self.version("npm").is_some()
        };
        if works() || (self.apt_install(&["nodejs", "npm"])? && works()) {
            return Ok(());
        }
        Err(Missing(format!("Node.js {} or newer with npm: https://nodejs.org", NODE_OLDEST.0)).into())
    }

    /// The path of `wasm-opt`, a script for Node.js, in the version that crates/xtask/tools pins.
    ///
    /// # Errors
    /// [`Missing`] without Node.js; else when npm cannot install it.
    pub(crate) fn wasm_opt(&self) -> Result<PathBuf> {
        self.node()?;
        let dir = self.dir.join("npm");
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let from = self.root.join("crates/xtask/tools");
        let mut changed = false;
        for name in ["package.json", "package-lock.json"] {
            let wanted =
                fs::read(from.join(name)).with_context(|| format!("cannot read {}", from.join(name).display()))?;
            if fs::read(dir.join(name)).ok().as_ref() != Some(&wanted) {
                fs::write(dir.join(name), wanted)
                    .with_context(|| format!("cannot write {}", dir.join(name).display()))?;
                changed = true;
            }
        }
        let program = dir.join("node_modules/binaryen/bin/wasm-opt");
        if changed || !program.is_file() {
            println!("Installing wasm-opt into {}", dir.display());
            run::check(self.command("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&dir))?;
        }
        ensure!(program.is_file(), "npm installed binaryen without {}", program.display());
        Ok(program)
    }

    /// Installs the packages of `dir` (relative to the root) as its package-lock.json says, unless they are there.
    ///
    /// # Errors
    /// [`Missing`] without Node.js; else when npm fails.
    pub(crate) fn npm_ci(&self, dir: &str) -> Result<()> {
        self.node()?;
        let dir = self.root.join(dir);
        let age = |path: &str| fs::metadata(dir.join(path)).and_then(|data| data.modified());
        let lock = age("package-lock.json").with_context(|| format!("no package-lock.json in {}", dir.display()))?;
        if age("node_modules/.package-lock.json").is_ok_and(|installed| installed >= lock) {
            return Ok(());
        }
        let mut npm = self.command("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&dir);
        // Browsers come from the system's packages, whatever a package's install script would like.
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").env("PUPPETEER_SKIP_DOWNLOAD", "1");
        run::check(&mut npm)
    }

    /// Bundles scripts or style sheets with esbuild, which tests/browser pins; what it says of its inputs and outputs.
    ///
    /// # Errors
    /// [`Missing`] without Node.js; else what esbuild finds wrong.
    pub(crate) fn esbuild(&self, mut options: Value) -> Result<Value> {
        self.npm_ci("tests/browser")?;
        for (name, value) in [("metafile", json!(true)), ("logLevel", json!("error"))] {
            options[name] = value;
        }
        // By its module: what lies in its bin folder is a script on one platform and a program on another.
        let mut node = self.command("node");
        node.args(["-e", &format!("console.log(JSON.stringify(require('esbuild').buildSync({options}).metafile))")]);
        let said = run::output(node.current_dir(self.root.join("tests/browser")))?;
        serde_json::from_str(&said).context("esbuild does not say what it did")
    }

    /// Chromium and ChromeDriver: from `CHROMIUM` and `CHROMEDRIVER`, the path, or installed as root on Debian-like systems.
    ///
    /// # Errors
    /// [`Missing`] otherwise.
    pub(crate) fn browser(&self) -> Result<Browser> {
        let look = || {
            let chromium = env::var_os("CHROMIUM").map(PathBuf::from).or_else(|| {
                let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
                let mac = Path::new(MAC_CHROME);
                names.iter().find_map(|name| self.find(name)).or_else(|| mac.is_file().then(|| mac.to_owned()))
            })?;
            let driver = env::var_os("CHROMEDRIVER").map(PathBuf::from).or_else(|| self.find("chromedriver"))?;
            Some(Browser { chromium, driver })
        };
        if let Some(browser) = look() {
            return Ok(browser);
        }
        self.apt_install(&["chromium", "chromium-driver"])?;
        look().ok_or_else(|| {
            let text = "Chromium and ChromeDriver of one version: on Debian `sudo apt-get install chromium chromium-driver`; \
                        elsewhere set CHROMIUM and CHROMEDRIVER to their paths";
            Missing(text.to_owned()).into()
        })
    }

    /// Firefox, which is installed where that can be done without asking. Without one its tests are skipped and say so.
    pub(crate) fn firefox(&self) {
        let there = ["firefox-esr", "firefox"].iter().any(|name| self.find(name).is_some());
        if there || env::var_os("FIREFOX").is_some() {
            return;
        }
        if let Err(error) = self.apt_install(&["firefox-esr"]) {
            println!("Firefox cannot be installed, and its tests are skipped: {error:#}");
        }
    }

    /// Installs Debian packages; `false` where this is not a Debian-like system or the user is not root.
    fn apt_install(&self, packages: &[&str]) -> Result<bool> {
        let is_root = run::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
        if !is_root || self.find("apt-get").is_none() {
            return Ok(false);
        }
        println!("Installing {} with apt-get", packages.join(" and "));
        let apt = || {
            let mut apt = self.command("apt-get");
            apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
            apt
        };
        // A new machine has no package lists; an old one has outdated ones.
        run::check(apt().arg("update"))?;
        run::check(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))?;
        Ok(true)
    }
}

/// Major and minor of `v20.20.2`, `0.15.1` and the like.
fn version_numbers(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(version_numbers("v20.9.1"), Some((20, 9)));
        assert!(version_numbers("0.15.1").unwrap() >= WASM_PACK_OLDEST);
        assert!(version_numbers("0.9.1").unwrap() < WASM_PACK_OLDEST);
        assert!(version_numbers("1.0.0").unwrap() >= WASM_PACK_OLDEST);
        assert_eq!(version_numbers("wasm-pack"), None);
        assert_eq!(version_numbers("12"), None);
    }

    #[test]
    fn tools_installed_here_come_first_on_the_path() {
        let tools = Tools::new(Path::new("/repository"));
        let first = env::split_paths(&tools.path()).next().unwrap();
        assert_eq!(first, tools.dir.join("bin"));
        assert!(tools.find("cargo").is_some());
        assert_eq!(tools.find("no-such-program-here"), None);
    }

    #[test]
    fn a_version_is_read_from_what_a_program_prints() {
        let tools = Tools::new(&workspace::root().unwrap());
        let version = tools.version("cargo").unwrap();
        assert!(version_numbers(&version).is_some_and(|version| version >= (1, 0)), "{version}");
        assert_eq!(tools.version("no-such-program-here"), None);
    }
}
