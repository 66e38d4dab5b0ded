//! `cargo xtask site`: a copy of the page for any static host, or the whole page in one file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::{ArgGroup, Args};

use crate::tools::Tools;
use crate::{bundle, manifest, offline, one_file, pins, pkg, site, workspace};

/// Copy the page to a folder that any static host can publish
///
/// Writes index.html, www/ (its modules bundled, without tests and editor settings), pkg/ and a service worker, with which the
/// page works without a network after the first visit. Addresses on the page are relative, so that it works under any path.
#[derive(Args)]
#[group(skip)]
#[command(group(ArgGroup::new("form").required(true).multiple(true).args(["out", "single_file"])))]
pub(crate) struct Options {
    /// Folder to write to; it is made, and has to be empty if it is there
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Copy modules and style sheets as they are in the repository: without Node.js, for a page that loads more slowly
    #[arg(long, requires = "out")]
    plain: bool,
    /// Write the whole page into one file that opens by double click; it is replaced if it is there
    #[arg(long, value_name = "OUT.html")]
    single_file: Option<PathBuf>,
}

/// Copies the page.
///
/// # Errors
/// When the page is incomplete, a model or a text cannot be read, the folder is not empty, or a file cannot be copied.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let root = workspace::root()?;
    ensure!(pkg::is_there(&root), "pkg/ is incomplete; `cargo xtask pkg` builds it");
    // Nobody is to find out on the published page.
    manifest::check(&root.join("www/models"))?;
    manifest::read_all(&root, &Tools::new(&root))?;
    if let Some(out) = &options.out {
        let (files, bytes) = write_site(&root, out, options.plain)?;
        println!("{files} files, {:.1} MB, are in {}", bytes as f64 / 1e6, out.display());
    }
    if let Some(file) = &options.single_file {
        let bytes = write_one_file(&root, file)?;
        println!("{} has {:.2} MB", file.display(), bytes as f64 / 1e6);
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the page under `root` as a folder, bundled unless it is to be `plain`; how many files, and how many bytes.
///
/// # Errors
/// When the folder is not empty, which is left as it is; or when a step fails, and then the folder is gone.
pub(crate) fn write_site(root: &Path, out: &Path, plain: bool) -> Result<(usize, u64)> {
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let mut present = fs::read_dir(out).with_context(|| format!("cannot read {}", out.display()))?;
    ensure!(present.next().is_none(), "{} is not empty; name an empty or a new folder", out.display());
    let written = fill(root, out, plain);
    if written.is_err() {
        // A half-written page would be published by mistake, and stand in the way of the next try.
        fs::remove_dir_all(out).with_context(|| format!("cannot remove {}", out.display()))?;
    }
    written
}

/// Writes the page into an empty folder.
fn fill(root: &Path, out: &Path, plain: bool) -> Result<(usize, u64)> {
    copy(root, out)?;
    pins::write(out)?;
    if !plain {
        bundle::write(root, out).context("cannot bundle the page (--plain copies its modules as they are)")?;
    }
    offline::write(out)?;
    let files = site::files(out)?;
    let mut bytes = 0;
    for path in &files {
        bytes += fs::metadata(out.join(path)).with_context(|| format!("cannot read {path}"))?.len();
    }
    Ok((files.len(), bytes))
}

/// Writes the page under `root` as one file; how many bytes.
pub(crate) fn write_one_file(root: &Path, out: &Path) -> Result<usize> {
    one_file::write(root, out)
}

/// Copies the page under `root` to `out`.
fn copy(root: &Path, out: &Path) -> Result<()> {
    let files = site::files(root)?;
    ensure!(files.iter().any(|path| path == site::INDEX), "there is no {} in {}", site::INDEX, root.display());
    for path in &files {
        let to = out.join(path);
        if let Some(dir) = to.parent() {
            fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        }
        fs::copy(root.join(path), &to).with_context(|| format!("cannot copy {path} to {}", to.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for path in ["index.html", "Cargo.toml", "www/lib/dom.js", "www/lib/dom.test.js", "pkg/wordlight.js"] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "12345").unwrap();
        }
        dir
    }

    #[test]
    fn the_copy_is_the_page_and_nothing_else() {
        let (from, to) = (sample(), tempfile::tempdir().unwrap());
        let out = to.path().join("new/site");
        copy(from.path(), &out).unwrap();
        assert_eq!(site::files(&out).unwrap(), site::files(from.path()).unwrap());
        assert!(!out.join("Cargo.toml").exists() && !out.join("www/lib/dom.test.js").exists());
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let (from, to) = (sample(), tempfile::tempdir().unwrap());
        fs::write(to.path().join("mine.txt"), "mine").unwrap();
        let error = write_site(from.path(), to.path(), true).unwrap_err();
        assert!(error.to_string().contains("is not empty"), "{error}");
        assert_eq!(fs::read_dir(to.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_fails_leaves_nothing_half_written() {
        let (from, to) = (sample(), tempfile::tempdir().unwrap());
        let out = to.path().join("site");
        // The sample has neither a bundler nor a list of models.
        for plain in [false, true] {
            write_site(from.path(), &out, plain).unwrap_err();
            assert!(!out.exists(), "plain: {plain}");
        }
    }
}
