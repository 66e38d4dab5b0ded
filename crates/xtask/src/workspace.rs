//! Where the repository is, and what its lockfile pins.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::run;

/// The repository's root, canonical.
///
/// Cargo says at run time where this crate is; the path of compile time is only the fallback, because a binary may have
/// been built in another checkout that shares the target folder.
pub(crate) fn root() -> Result<PathBuf> {
    let crate_dir = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&crate_dir).join("../..");
    let root = root.canonicalize().with_context(|| format!("no repository at {}", root.display()))?;
    ensure!(root.join("Cargo.lock").is_file(), "{} is not the repository: it has no Cargo.lock", root.display());
    Ok(plain(root))
}

/// Every file of the repository at `root` that Git tracks, or would if it were added; from the root, with forward slashes.
///
/// Without Git or its folder, as in an unpacked archive: every file that is not in a folder of things built or installed.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files(root: &Path) -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["-c", "core.quotepath=off", "ls-files", "--cached", "--others", "--exclude-standard"]);
    let mut files: Vec<String> = match run::output(&mut git) {
        // A folder inside of a repository is not one.
        Ok(list) if root.join(".git").exists() => list.lines().map(str::to_owned).collect(),
        _ => walk(root)?,
    };
    // One that was just deleted is still tracked.
    files.retain(|file| root.join(file).is_file());
    files.sort();
    files.dedup();
    Ok(files)
}

/// Every file at or below `root`, but for what is built or installed.
fn walk(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut waiting = vec![String::new()];
    while let Some(folder) = waiting.pop() {
        let dir = root.join(&folder);
        for entry in fs::read_dir(&dir).with_context(|| format!("cannot read {}", dir.display()))? {
            let entry = entry.with_context(|| format!("cannot read {}", dir.display()))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type().with_context(|| format!("cannot read {path}"))?;
            if kind.is_file() {
                found.push(path);
            } else if kind.is_dir() && ![".git", "target", "node_modules"].contains(&name.as_str()) {
                waiting.push(path);
            }
        }
    }
    Ok(found)
}

/// Where Cargo writes what it builds: `CARGO_TARGET_DIR`, else `target/` of the repository.
pub(crate) fn target_dir(root: &Path) -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root.join(dir),
        None => root.join("target"),
    }
}

/// The version of `package` in the lockfile's text, or `None` where it is not in there.
///
/// A lockfile entry is a `name` line followed by its `version` line, so no TOML parser is needed.
fn locked_version<'lock>(lockfile: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lockfile.lines().skip_while(|line| *line != name).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// The version of `package` that this repository is locked to.
///
/// # Errors
/// When Cargo.lock cannot be read or does not list the package.
pub(crate) fn version_of(root: &Path, package: &str) -> Result<String> {
    let path = root.join("Cargo.lock");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let version = locked_version(&text, package).with_context(|| format!("Cargo.lock does not list {package}"))?;
    Ok(version.to_owned())
}

/// Windows' canonical paths start with `\\?\`, which Node and wasm-bindgen do not take.
fn plain(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(text) => PathBuf::from(text),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCKFILE: &str = "version = 4\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n\
                            [[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.80\"\n";

    #[test]
    fn a_locked_version_belongs_to_the_exact_name() {
        assert_eq!(locked_version(LOCKFILE, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCKFILE, "wasm-bindgen-test"), Some("0.3.80"));
    }

    #[test]
    fn a_package_that_is_not_locked_has_no_version() {
        assert_eq!(locked_version(LOCKFILE, "wasm"), None);
        assert_eq!(locked_version("", "wasm-bindgen"), None);
    }

    #[test]
    fn the_files_are_sources_and_not_what_was_built() {
        let files = files(&root().unwrap()).unwrap();
        assert!(files.iter().any(|file| file == "crates/xtask/src/workspace.rs"));
        assert!(!files.iter().any(|file| file.starts_with("target/") || file.starts_with(".git/")));
    }

    #[test]
    fn without_git_what_is_built_or_installed_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["a.rs", "b/c.rs", "target/d.rs", "b/node_modules/e.js", ".github/f.yml"] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(files(dir.path()).unwrap(), [".github/f.yml", "a.rs", "b/c.rs"]);
    }

    #[test]
    fn the_root_holds_the_workspace_manifest() {
        assert!(root().unwrap().join("crates/xtask/Cargo.toml").is_file());
    }
}
