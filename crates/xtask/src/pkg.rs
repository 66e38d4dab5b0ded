//! `cargo xtask pkg`: builds pkg/ from crates/wasm, byte for byte the same wherever the repository lies.
//!
//! pkg/ is committed, so that a clone is a site; the check of `verify` that it belongs to the sources only means something
//! when the same sources always give the same bytes. Hence: compiler, wasm-bindgen and wasm-opt are pinned, paths of this
//! machine are mapped away ([`rust_flags`]), and the build goes to `target/` first, so that nothing is half-written.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::digest;
use crate::run;
use crate::tools::{Tools, WASM_TARGET};
use crate::workspace;

/// A build of one of the wasm crates.
struct Core {
    /// The name that the page imports.
    name: &'static str,
    /// The crate.
    folder: &'static str,
    /// Features of the crate.
    features: &'static str,
    /// The most that it may weigh when sent gzipped.
    limit: u64,
}

/// How large the page's first core may be, gzipped. It was 256 KiB until the crates were split, and the full core 380,000
/// bytes until its questions became one list and its tables got the command line's reader; that is to be won back.
const MAX_CORE: u64 = 264 * 1024;

/// The core that every visitor loads, the one with the study, which is loaded when that is opened, and the one that
/// reads a visitor's own network.
const CORES: [Core; 3] = [
    Core { name: "wordlight", folder: "crates/wasm", features: "", limit: MAX_CORE },
    Core { name: "full", folder: "crates/wasm", features: "full", limit: 400_000 },
    Core { name: "import", folder: "crates/wasm-import", features: "", limit: 200_000 },
];

/// What `wasm-pack build --target web` writes, without the files that only npm reads.
const FILES: [&str; 12] = [
    "wordlight.d.ts",
    "wordlight.js",
    "wordlight_bg.wasm",
    "wordlight_bg.wasm.d.ts",
    "full.d.ts",
    "full.js",
    "full_bg.wasm",
    "full_bg.wasm.d.ts",
    "import.d.ts",
    "import.js",
    "import_bg.wasm",
    "import_bg.wasm.d.ts",
];

/// What rustc may emit for this target, so what wasm-opt has to accept; every browser with SIMD128 has all of it.
const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What decides what pkg/ holds, for the note that it is out of date.
const SOURCES: [&str; 10] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "rust-toolchain.toml",
    "crates/kernel",
    "crates/nn",
    "crates/explain",
    "crates/engine",
    "crates/wasm",
    "crates/wasm-import",
];

/// Build pkg/, the WebAssembly core of the page
///
/// Installs what is missing: the Rust target, wasm-pack, wasm-bindgen and wasm-opt. Equal sources give equal bytes.
#[derive(Args)]
pub(crate) struct Options {
    /// Build beside pkg/ and report every file that differs, instead of replacing it
    #[arg(long)]
    check: bool,
}

/// Builds or checks pkg/.
///
/// # Errors
/// When the build fails, the result is too large, or (with `--check`) pkg/ is not what the sources give.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let root = workspace::root()?;
    if options.check {
        check(&root)?
    } else {
        rebuild(&root)?
    };
    Ok(ExitCode::SUCCESS)
}

/// Builds, and replaces pkg/ with the result.
pub(crate) fn rebuild(root: &Path) -> Result<()> {
    let built = build(root)?;
    let pkg = root.join("pkg");
    // Renamed into place: a run that is stopped leaves the old folder or the new one.
    let (new, old) = (root.join("pkg.new.tmp"), root.join("pkg.old.tmp"));
    for dir in [&new, &old] {
        remove(dir)?;
    }
    fs::create_dir(&new).with_context(|| format!("cannot make {}", new.display()))?;
    for name in FILES {
        fs::copy(built.join(name), new.join(name)).with_context(|| format!("cannot copy {name}"))?;
    }
    if pkg.exists() {
        fs::rename(&pkg, &old).with_context(|| format!("cannot move {} away", pkg.display()))?;
    }
    fs::rename(&new, &pkg).with_context(|| format!("cannot move the new {} into place", pkg.display()))?;
    remove(&old)?;
    fs::write(stamp_path(root), stamp(root)?).context("cannot note what pkg/ was built from")?;
    // Only now: a core that is too large still works, which helps to find out why it is.
    check_size(root)
}

/// Builds, and compares pkg/ with the result.
pub(crate) fn check(root: &Path) -> Result<()> {
    let built = build(root)?;
    let differences = differences(&built, &root.join("pkg"))?;
    ensure!(
        differences.is_empty(),
        "pkg/ is not what the sources give; `cargo xtask pkg` rebuilds it\n{}",
        differences.join("\n")
    );
    println!("pkg/ is exactly what the sources give.");
    check_size(root)
}

/// Whether pkg/ holds all that the page imports.
pub(crate) fn is_there(root: &Path) -> bool {
    FILES.iter().all(|name| root.join("pkg").join(name).is_file())
}

/// Whether the sources changed since pkg/ was last built in this checkout.
///
/// `false` if it never was, or if pkg/ itself changed since (say, by a `git pull`): then there is nothing to compare with.
pub(crate) fn is_stale(root: &Path) -> bool {
    let (Ok(then), Ok(now)) = (fs::read_to_string(stamp_path(root)), stamp(root)) else { return false };
    let (mut then, mut now) = (then.lines(), now.lines());
    then.next() == now.next() && then.next() != now.next()
}

fn stamp_path(root: &Path) -> PathBuf {
    workspace::target_dir(root).join("pkg.stamp")
}

/// Two lines: the digest of pkg/ and the digest of its sources.
fn stamp(root: &Path) -> Result<String> {
    Ok(format!("{}\n{}\n", digest::files(root, &["pkg"])?, digest::files(root, &SOURCES)?))
}

/// Builds into `target/pkg`; the folder.
fn build(root: &Path) -> Result<PathBuf> {
    let tools = Tools::new(root);
    tools.wasm_target()?;
    let wasm_opt = tools.wasm_opt()?;
    tools.wasm_bindgen()?;
    tools.wasm_pack()?;

    // Before the flags are made: the registry's folder has to be there to be mapped.
    run::check(tools.command("cargo").args(["fetch", "--quiet", "--locked", "--target", WASM_TARGET]))?;
    let out = workspace::target_dir(root).join("pkg");
    remove(&out)?;
    let flags = rust_flags(root, &tools)?.join("\u{1f}");
    for Core { name, folder, features, .. } in CORES {
        // wasm-pack's own wasm-opt would be whichever version is on the path.
        let mut wasm_pack = tools.command("wasm-pack");
        wasm_pack.args(["--log-level", "warn", "build", folder, "--target", "web", "--profile", "release-wasm"]);
        wasm_pack.args(["--no-opt", "--no-pack", "--no-gitignore", "--out-name", name, "--out-dir"]).arg(&out);
        wasm_pack.args(["--", "--locked", "--features", features]);
        wasm_pack.env("CARGO_ENCODED_RUSTFLAGS", &flags).env_remove("RUSTFLAGS");
        run::check(&mut wasm_pack)?;

        let wasm = out.join(format!("{name}_bg.wasm"));
        let optimised = out.join("optimised.wasm");
        let mut node = tools.command("node");
        node.arg(&wasm_opt)
            .args(FEATURES)
            .args(["-Os", "--strip-debug", "--strip-producers", "-o"])
            .arg(&optimised)
            .arg(&wasm);
        run::check(&mut node)?;
        fs::rename(&optimised, &wasm).with_context(|| format!("cannot replace {}", wasm.display()))?;
    }
    for name in FILES {
        ensure!(out.join(name).is_file(), "the build did not write {name}");
    }
    Ok(out)
}

/// The compiler flags of the page's core: SIMD, and stand-ins for every path of this machine that could reach the result
/// through panic messages.
///
/// rustc lets the last matching mapping win, so the wider ones come first.
fn rust_flags(root: &Path, tools: &Tools) -> Result<Vec<String>> {
    let mut flags = vec!["-Ctarget-feature=+simd128".to_owned()];
    let mut map = |from: &Path, to: &str| flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    map(root, "/wordlight");
    map(&workspace::target_dir(root), "/wordlight/target");
    let registry = cargo_home()?.join("registry/src");
    // One folder per registry, named after it; a mirror has another name and the same crates.
    if registry.is_dir() {
        for entry in fs::read_dir(&registry).with_context(|| format!("cannot read {}", registry.display()))? {
            map(&entry.with_context(|| format!("cannot read {}", registry.display()))?.path(), "/registry");
        }
    }
    // With the rust-src component, std's paths are those of this machine; without it they already are /rustc/<commit>.
    let sysroot = run::output(tools.command("rustc").args(["--print", "sysroot"]))?;
    let version = run::output(tools.command("rustc").arg("-vV"))?;
    let commit =
        version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).context("rustc -vV names no commit")?;
    map(&Path::new(&sysroot).join("lib/rustlib/src/rust"), &format!("/rustc/{commit}"));
    Ok(flags)
}

fn cargo_home() -> Result<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    home.context("neither CARGO_HOME nor a home directory is known")
}

/// Prints how much a visitor downloads, and refuses what is over the limit.
fn check_size(root: &Path) -> Result<()> {
    for Core { name, limit, .. } in CORES {
        let wasm = root.join("pkg").join(format!("{name}_bg.wasm"));
        let raw = fs::metadata(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?.len();
        // What a web server sends; Node's zlib is tuned for speed and packs 2 % less tightly.
        let packed =
            Tools::new(root).command("gzip").args(["-9", "-c"]).arg(&wasm).output().context("cannot run gzip")?;
        ensure!(packed.status.success(), "gzip failed: {}", String::from_utf8_lossy(&packed.stderr));
        let gzipped = packed.stdout.len() as u64;
        let kilobytes = |bytes: u64| bytes as f64 / 1e3;
        println!(
            "{name}_bg.wasm: {:.1} KB, {:.1} KB gzipped (at most {:.0} KB)",
            kilobytes(raw),
            kilobytes(gzipped),
            kilobytes(limit)
        );
        ensure!(gzipped <= limit, "{name}_bg.wasm has {gzipped} bytes gzipped, more than the {limit} it may have");
    }
    Ok(())
}

/// One line for each file that is not the same in `expected` and `found`.
fn differences(expected: &Path, found: &Path) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for name in FILES {
        let wanted = fs::read(expected.join(name)).with_context(|| format!("cannot read {name} of the build"))?;
        match fs::read(found.join(name)) {
            Err(error) => lines.push(format!("  {name}: cannot be read: {error}")),
            Ok(present) if present == wanted => {}
            Ok(present) => {
                let same = wanted.iter().zip(&present).take_while(|(left, right)| left == right).count();
                lines.push(format!(
                    "  {name}: {} bytes expected, {} found, first difference at byte {same}",
                    wanted.len(),
                    present.len()
                ));
            }
        }
    }
    if found.is_dir() {
        for entry in fs::read_dir(found).with_context(|| format!("cannot read {}", found.display()))? {
            let name = entry.with_context(|| format!("cannot read {}", found.display()))?.file_name();
            if !FILES.iter().any(|file| name == *file) {
                lines.push(format!("  {}: is not part of a build", name.to_string_lossy()));
            }
        }
    }
    Ok(lines)
}

fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn folder(files: &[(&str, &str)]) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        dir
    }

    fn complete() -> TempDir {
        folder(&FILES.map(|name| (name, "content")))
    }

    #[test]
    fn every_core_has_its_files() {
        for core in CORES {
            for end in [".d.ts", ".js", "_bg.wasm", "_bg.wasm.d.ts"] {
                assert!(FILES.contains(&format!("{}{end}", core.name).as_str()), "{}{end}", core.name);
            }
        }
    }

    #[test]
    fn every_file_of_a_build_is_public() {
        for name in FILES {
            assert!(crate::site::is_public(&format!("pkg/{name}")), "{name}");
        }
    }

    #[test]
    fn equal_folders_have_no_differences() {
        let (a, b) = (complete(), complete());
        assert_eq!(differences(a.path(), b.path()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn changed_missing_and_foreign_files_are_each_named() {
        let (a, b) = (complete(), complete());
        fs::write(b.path().join("wordlight.js"), "contrast!").unwrap();
        fs::remove_file(b.path().join("wordlight.d.ts")).unwrap();
        fs::write(b.path().join("package.json"), "{}").unwrap();
        let text = differences(a.path(), b.path()).unwrap().join("\n");
        assert!(text.contains("wordlight.js: 7 bytes expected, 9 found, first difference at byte 4"), "{text}");
        assert!(text.contains("wordlight.d.ts: cannot be read"), "{text}");
        assert!(text.contains("package.json: is not part of a build"), "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
    }

    #[test]
    fn the_sources_are_there_and_hold_the_locked_dependencies() {
        let root = workspace::root().unwrap();
        for source in SOURCES {
            assert!(root.join(source).exists(), "{source}");
        }
        let build = folder(&SOURCES.map(|source| (source, "before")));
        let before = digest::files(build.path(), &SOURCES).unwrap();
        fs::write(build.path().join("Cargo.lock"), "after").unwrap();
        assert_ne!(before, digest::files(build.path(), &SOURCES).unwrap());
    }

    #[test]
    fn the_flags_leave_no_path_of_this_machine_unmapped() {
        let root = workspace::root().unwrap();
        let flags = rust_flags(&root, &Tools::new(&root)).unwrap();
        assert_eq!(flags[0], "-Ctarget-feature=+simd128");
        let mapped = |to: &str| flags.iter().any(|flag| flag.starts_with("--remap-path-prefix=") && flag.ends_with(to));
        assert!(mapped("=/wordlight") && mapped("=/wordlight/target") && mapped("=/registry"), "{flags:?}");
        assert!(flags.last().unwrap().contains("=/rustc/"), "{flags:?}");
    }
}
