//! The published page asks for few files: its modules bundled, its style sheets in one.
//!
//! In the repository every module is a file of its own, which is what one wants to read and to debug. A browser pays for each
//! with a request, and a first visit would make fifty before it explains anything, of which the bundled copy makes twenty.
//! Nothing else is changed: the engine, the models and what the page does are the same, and the tests of the published page run
//! on this copy.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::site::INDEX;
use crate::tools::Tools;

/// What a browser starts. Groups share no module, so that one does not wait for the files of another.
const ENTRIES: [&[&str]; 3] =
    [&["www/main.js", "www/engine/preload.js"], &["www/engine/worker.js"], &["www/offline/register.js"]];

/// What has to be there before anything is explained.
const FIRST: [&str; 2] = ["www/main.js", "www/engine/preload.js"];

/// Where the parts go: modules that look for files do so from here.
const PARTS: &str = "engine/[name]-[hash]";

/// The one style sheet.
const STYLE: &str = "www/styles/page.css";

/// Bundles the copy of the page in `out`, in place.
///
/// # Errors
/// When Node.js is missing, the bundler fails, or the page is not built as expected.
pub(crate) fn write(root: &Path, out: &Path) -> Result<()> {
    let tools = Tools::new(root);
    let out = out.canonicalize().with_context(|| format!("cannot find {}", out.display()))?;
    let (mut read, mut written, mut first) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for entries in ENTRIES {
        let made = tools.esbuild(json!({
            "absWorkingDir": out, "entryPoints": entries, "outdir": "www", "outbase": "www", "allowOverwrite": true,
            "bundle": true, "splitting": true, "format": "esm", "minify": true, "charset": "utf8", "target": "es2022",
            "chunkNames": PARTS,
        }))?;
        let keys = |name: &str| made[name].as_object().into_iter().flatten().map(|(path, _)| path.clone());
        read.extend(keys("inputs"));
        written.extend(keys("outputs"));
        if entries.contains(&FIRST[0]) {
            first = at_once(&made, &FIRST);
        }
    }
    // Only now: a module can be in two groups.
    for path in read.difference(&written) {
        fs::remove_file(out.join(path)).with_context(|| format!("cannot remove {path}"))?;
    }
    let index = fs::read_to_string(out.join(INDEX)).context("cannot read the copied page")?;
    let mut style = String::new();
    for path in styles(&index) {
        style.push_str(&fs::read_to_string(out.join(path)).with_context(|| format!("cannot read {path}"))?);
        fs::remove_file(out.join(path)).with_context(|| format!("cannot remove {path}"))?;
    }
    fs::write(out.join(STYLE), style).with_context(|| format!("cannot write {STYLE}"))?;
    tools.esbuild(json!({
        "absWorkingDir": out, "entryPoints": [STYLE], "outfile": STYLE, "allowOverwrite": true, "minify": true,
        "charset": "utf8",
    }))?;
    fs::write(out.join(INDEX), rewrite(&index, &first)?).context("cannot write the page")
}

/// The parts that these need before they can run, sorted.
fn at_once(made: &Value, entries: &[&str]) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<&str> = entries.to_vec();
    while let Some(path) = waiting.pop() {
        for import in made["outputs"][path]["imports"].as_array().into_iter().flatten() {
            let Some(other) = import["path"].as_str().filter(|_| import["kind"] == "import-statement") else {
                continue;
            };
            if !entries.contains(&other) && found.insert(other.to_owned()) {
                waiting.push(other);
            }
        }
    }
    found.into_iter().collect()
}

/// The address of a line that links a style sheet.
fn style(line: &str) -> Option<&str> {
    line.trim().strip_prefix("<link rel=\"stylesheet\" href=\"./")?.strip_suffix("\">")
}

fn styles(index: &str) -> Vec<&str> {
    index.lines().filter_map(style).collect()
}

/// The page with one style sheet, and with the parts of its modules in the place of the modules.
fn rewrite(index: &str, parts: &[String]) -> Result<String> {
    let preload = "<script type=\"module\" src=\"./www/engine/preload.js\" async></script>";
    ensure!(index.contains(preload) && !styles(index).is_empty(), "the page has no style sheet or no line {preload}");
    let mut lines: Vec<String> = Vec::new();
    let mut styled = false;
    for line in index.lines() {
        if style(line).is_some() {
            if !styled {
                lines.push(format!("  <link rel=\"stylesheet\" href=\"./{STYLE}\">"));
            }
            styled = true;
        } else if !line.trim().starts_with("<link rel=\"modulepreload\"") {
            lines.push(line.to_owned());
            if line.trim() == preload {
                lines.extend(parts.iter().map(|path| format!("  <link rel=\"modulepreload\" href=\"./{path}\">")));
            }
        }
    }
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_one_style_sheet_and_the_parts() {
        let index = "<head>\n  <link rel=\"stylesheet\" href=\"./www/styles/a.css\">\n  <link rel=\"stylesheet\" href=\"./www/styles/b.css\">\n  \
            <script type=\"module\" src=\"./www/engine/preload.js\" async></script>\n  <link rel=\"modulepreload\" href=\"./www/lib/dom.js\">\n  \
            <link rel=\"preload\" as=\"fetch\" href=\"./x.bin\">\n</head>\n";
        let page = rewrite(index, &["www/engine/part-1.js".to_owned()]).unwrap();
        assert_eq!(
            page,
            "<head>\n  <link rel=\"stylesheet\" href=\"./www/styles/page.css\">\n  \
            <script type=\"module\" src=\"./www/engine/preload.js\" async></script>\n  <link rel=\"modulepreload\" href=\"./www/engine/part-1.js\">\n  \
            <link rel=\"preload\" as=\"fetch\" href=\"./x.bin\">\n</head>\n"
        );
        assert!(rewrite("<head></head>", &[]).is_err());
    }

    #[test]
    fn what_is_needed_at_once_is_found_through_parts_and_not_through_later_imports() {
        let import = |path: &str, kind: &str| json!({ "path": path, "kind": kind });
        let made = json!({ "outputs": {
            "www/main.js": { "imports": [import("a.js", "import-statement"), import("www/engine/preload.js", "import-statement"), import("later.js", "dynamic-import")] },
            "www/engine/preload.js": { "imports": [import("a.js", "import-statement")] },
            "a.js": { "imports": [import("b.js", "import-statement")] },
            "b.js": { "imports": [] },
            "later.js": { "imports": [import("c.js", "import-statement")] },
        } });
        assert_eq!(at_once(&made, &FIRST), ["a.js", "b.js"]);
    }
}
