//! Which files of the repository are the page, and what a browser is told about each.
//!
//! One rule for the server and for the published copy: what `cargo demo` shows is what `cargo xtask site` writes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The page itself, at the repository's root.
pub(crate) const INDEX: &str = "index.html";

/// What the page may do, as its `meta` element says too: a header reaches what an element cannot, the script of a worker.
pub(crate) const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// The folders that belong to the page.
pub(crate) const FOLDERS: [&str; 2] = ["www", "pkg"];

/// Files in those folders that only an editor or a compiler reads.
const DEVELOPMENT: [&str; 4] = ["package.json", "package-lock.json", "tsconfig.json", "jsconfig.json"];

/// Whether `path` (relative to the root, with forward slashes) is a file of the page.
///
/// Only names are judged here; a caller that opens the file also has to make sure that no symbolic link leads out.
pub(crate) fn is_public(path: &str) -> bool {
    if path == INDEX {
        return true;
    }
    let mut segments = path.split('/');
    let (Some(folder), Some(name)) = (segments.next(), path.rsplit('/').next()) else {
        return false;
    };
    FOLDERS.contains(&folder)
        && path.contains('/')
        && segments.all(is_plain_name)
        && !DEVELOPMENT.contains(&name)
        && !name.contains(".test.")
}

/// A path segment that is a visible name on every platform: no dot files, no `..`, no drive letters, no separators.
fn is_plain_name(segment: &str) -> bool {
    !segment.is_empty() && !segment.starts_with('.') && !segment.contains(['\\', ':', '\0'])
}

/// The media type of a file, from the end of its name.
pub(crate) fn content_type(path: &str) -> &'static str {
    let extension =
        path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension);
    match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "txt" | "md" | "ts" | "csv" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Every file of the page under `root`, relative with forward slashes, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    if root.join(INDEX).is_file() {
        found.push(INDEX.to_owned());
    }
    for folder in FOLDERS {
        if root.join(folder).is_dir() {
            collect(&root.join(folder), folder, &mut found)?;
        }
    }
    found.retain(|path| is_public(path));
    found.sort();
    Ok(found)
}

fn collect(dir: &Path, prefix: &str, found: &mut Vec<String>) -> Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read {}", dir.display()))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}/{name}");
        // Not followed: a symbolic link is neither a file nor a folder here.
        let kind = entry.file_type().with_context(|| format!("cannot read {}", entry.path().display()))?;
        if kind.is_dir() {
            collect(&entry.path(), &path, found)?;
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// The file on disk that `path` names, if it is a file of the page and does not lead out of its folder.
///
/// `root` has to be canonical.
pub(crate) fn locate(root: &Path, path: &str) -> Option<PathBuf> {
    if !is_public(path) {
        return None;
    }
    let file = root.join(path).canonicalize().ok()?;
    let home = match path.split_once('/') {
        Some((folder, _)) => root.join(folder).canonicalize().ok()?,
        None => root.to_owned(),
    };
    (file.is_file() && file.starts_with(home)).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_its_two_folders_are_public() {
        for path in
            ["index.html", "www/main.js", "www/models/manifest.json", "www/views/chips.js", "pkg/wordlight_bg.wasm"]
        {
            assert!(is_public(path), "{path}");
        }
    }

    #[test]
    fn the_page_has_the_policy_that_is_sent_with_it() {
        let root = crate::workspace::root().unwrap();
        let policy = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
        assert!(fs::read_to_string(root.join(INDEX)).unwrap().contains(&policy), "{policy}");
        let documented = fs::read_to_string(root.join("docs/hosting.md")).unwrap();
        assert!(documented.contains(&format!("Content-Security-Policy: {POLICY}\n")), "{POLICY}");
    }

    #[test]
    fn nothing_else_is_public() {
        for path in [
            "",
            "/",
            "Cargo.toml",
            "target/release/xtask",
            "crates/xtask/src/main.rs",
            "tests/www/chips.test.js",
            "README.md",
            "www",
            "www/",
            "pkg/",
            "www//main.js",
            "/www/main.js",
            "www/../Cargo.toml",
            "www/./main.js",
            "../www/main.js",
            "www\\..\\Cargo.toml",
            "www/..\\..\\Cargo.toml",
            "www/c:main.js",
            "www/main.js\0",
            "www/.env",
            ".git/config",
            "pkg/.gitignore",
            "pkg/package.json",
            "www/jsconfig.json",
            "www/lib/colours.test.js",
            "index.html/",
            "INDEX.HTML",
        ] {
            assert!(!is_public(path), "{path:?}");
        }
    }

    #[test]
    fn media_types_are_what_browsers_insist_on() {
        assert_eq!(content_type("pkg/wordlight_bg.wasm"), "application/wasm");
        assert_eq!(content_type("www/main.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("www/models/sst5.safetensors"), "application/octet-stream");
        assert_eq!(content_type("www/models/manifest.json"), "application/json");
        assert_eq!(content_type("www/favicon.svg"), "image/svg+xml");
        assert_eq!(content_type("pkg/wordlight.d.ts"), "text/plain; charset=utf-8");
        assert_eq!(content_type("www.d/noextension"), "application/octet-stream");
    }

    #[test]
    fn files_lists_the_page_and_leaves_out_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "index.html",
            "Cargo.toml",
            "www/main.js",
            "www/lib/a.test.js",
            "www/lib/a.js",
            "pkg/x.wasm",
            "pkg/.gitignore",
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        assert_eq!(files(dir.path()).unwrap(), ["index.html", "pkg/x.wasm", "www/lib/a.js", "www/main.js"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_out_of_the_folder_is_neither_served_nor_listed() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        fs::create_dir(root.join("www")).unwrap();
        fs::write(root.join("secret.js"), "secret").unwrap();
        fs::write(root.join("www/open.js"), "open").unwrap();
        std::os::unix::fs::symlink("../secret.js", root.join("www/leak.js")).unwrap();
        assert_eq!(locate(&root, "www/leak.js"), None);
        assert_eq!(locate(&root, "www/open.js"), Some(root.join("www/open.js")));
        assert_eq!(files(&root).unwrap(), ["www/open.js"]);
    }
}
