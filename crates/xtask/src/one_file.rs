//! `cargo xtask site --single-file`: the whole page in one HTML file that opens by double click.
//!
//! From a disk (`file://`) a browser loads no module, no worker and nothing by `fetch`. So modules are bundled into two
//! plain scripts, the worker is made from text inside the page, and whatever it would fetch lies in the page as base64
//! of gzip. The policy allows exactly the one script and the one style sheet by their hashes, and no connection at all.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::digest::{base64, integrity};
use crate::site::INDEX;
use crate::tools::Tools;
use crate::workspace;

/// The most that the file may weigh: mail programs and learning platforms take it.
const LIMIT: usize = 4_000_000;

/// Modules of the page that are replaced.
const REPLACED: [&str; 2] = ["place.js", "files.js"];

/// Writes the page under `root` into one file; how many bytes it has.
///
/// # Errors
/// When Node.js is missing, the bundler fails, the page is not built as expected, or the file would be too large.
pub(crate) fn write(root: &Path, out: &Path) -> Result<usize> {
    let tools = Tools::new(root);
    let stage = workspace::target_dir(root).join("one-file");
    if stage.exists() {
        fs::remove_dir_all(&stage).with_context(|| format!("cannot empty {}", stage.display()))?;
    }
    for path in crate::site::files(root)? {
        let to = stage.join(&path);
        fs::create_dir_all(to.parent().expect("a file has a folder"))?;
        fs::copy(root.join(&path), &to).with_context(|| format!("cannot copy {path}"))?;
    }
    for name in REPLACED {
        let from = stage.join("www/one-file").join(name);
        fs::copy(&from, stage.join("www/engine").join(name))
            .with_context(|| format!("cannot copy {}", from.display()))?;
    }
    let page = bundle(&tools, &stage, "www/main.js")?;
    let worker = bundle(&tools, &stage, "www/engine/worker.js")?;
    let read = |path: &str| fs::read(stage.join(path)).with_context(|| format!("cannot read {path}"));
    let index = String::from_utf8(read(INDEX)?).context("the page is not UTF-8")?;

    let mut files = Vec::new();
    const FILES: [&str; 5] = [
        "pkg/full_bg.wasm",
        "pkg/import_bg.wasm",
        "www/models/human-values.txt",
        "www/models/strongest-windows.txt",
        "www/models/corpus.txt",
    ];
    for path in FILES {
        let name = path.rsplit('/').next().expect("a path ends in a name");
        files.push((name.to_owned(), packed(&read(path)?)));
    }
    // The ledger is there once `wordlight replicate` has written it; the page says so if it is not.
    if stage.join("www/models/replication.json").is_file() {
        files.push(("replication.json".to_owned(), packed(&read("www/models/replication.json")?)));
    }
    let manifest: Value = serde_json::from_slice(&read("www/models/manifest.json")?).context("the list of models")?;
    let (manifest, names) = essential(manifest)?;
    files.push(("manifest.json".to_owned(), packed(manifest.to_string().as_bytes())));
    for name in names {
        files.push((name.clone(), packed(&read(&format!("www/models/{name}"))?)));
    }
    let html = assemble(&index, &page, &worker, &files, |path| Ok(String::from_utf8(read(path)?)?))?;
    ensure!(html.len() <= LIMIT, "the page would have {} bytes in one file, at most {LIMIT} are wanted", html.len());
    // Beside its place and renamed: whoever looks sees the old file or the whole new one.
    let mut beside = out.as_os_str().to_owned();
    beside.push(".tmp");
    fs::write(&beside, &html).with_context(|| format!("cannot write {}", Path::new(&beside).display()))?;
    fs::rename(&beside, out).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(html.len())
}

/// One plain script of a module and all it imports.
fn bundle(tools: &Tools, stage: &Path, entry: &str) -> Result<String> {
    let out = stage.join(entry.replace('/', "-"));
    tools.esbuild(json!({
        "entryPoints": [stage.join(entry)], "outfile": out, "bundle": true, "format": "iife", "minify": true,
        "charset": "utf8", "target": "es2022",
    }))?;
    let code = fs::read_to_string(&out).with_context(|| format!("cannot read {}", out.display()))?;
    // The one thing that would end a script inside a page.
    Ok(code.replace("</script", "<\\/script"))
}

/// The list of models with the default model alone, and the names of its files. The other seeds are left out: they would
/// be a quarter of the file. So are the first words, which save time only where there is a network.
fn essential(mut manifest: Value) -> Result<(Value, Vec<String>)> {
    let default = manifest["default_model"].clone();
    let models = manifest["models"].as_array_mut().context("the list of models has no models")?;
    models.retain(|model| model["id"] == default);
    let model = models.first_mut().context("the list of models does not hold its default model")?;
    if let Some(vectors) = model["vectors"].as_object_mut() {
        vectors.remove("first");
    }
    let others = model.as_object_mut().and_then(|fields| fields.remove("seeds"));
    let timeline = model["timeline"].clone();
    let checkpoints = model["checkpoints"].as_array_mut().context("the default model has no checkpoints")?;
    let is_in = |list: &Value, id: &Value| list.as_array().is_some_and(|ids| ids.contains(id));
    if others.is_some() {
        checkpoints.retain(|checkpoint| checkpoint["part"].is_null() || is_in(&timeline, &checkpoint["id"]));
    }
    let mut names: Vec<&Value> = vec![];
    names.extend(checkpoints.iter().map(|checkpoint| &checkpoint["file"]));
    let mut names: Vec<String> = names.into_iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    names.push(model["vectors"]["file"].as_str().context("the default model has no vectors")?.to_owned());
    names.dedup();
    Ok((manifest, names))
}

/// Base64 of the gzipped bytes.
fn packed(bytes: &[u8]) -> String {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).expect("memory takes all");
    base64(&gzip.finish().expect("memory takes all"))
}

/// The page's HTML with everything inside it.
fn assemble(
    index: &str,
    page: &str,
    worker: &str,
    files: &[(String, String)],
    style: impl Fn(&str) -> Result<String>,
) -> Result<String> {
    let (mut head, mut css) = (String::new(), String::new());
    let mut script = false;
    for line in index.lines() {
        let trimmed = line.trim();
        if let Some(path) =
            trimmed.strip_prefix("<link rel=\"stylesheet\" href=\"./").and_then(|rest| rest.strip_suffix("\">"))
        {
            css.push_str(&style(path)?);
        } else if let Some(path) = trimmed
            .strip_prefix("<link rel=\"icon\"")
            .and_then(|rest| rest.split_once("href=\"./").and_then(|(_, rest)| rest.strip_suffix("\">")))
        {
            let icon = base64(style(path)?.as_bytes());
            let _ = writeln!(head, "  <link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\">");
        } else if trimmed.starts_with("<script type=\"module\"") {
            script = true;
        } else if !trimmed.starts_with("<meta http-equiv=\"Content-Security-Policy\"") && !trimmed.starts_with("<link ")
        {
            head.push_str(line);
            head.push('\n');
        }
    }
    ensure!(script && !css.is_empty(), "the page has no style sheet or no script");
    let policy = format!(
        "default-src 'none'; script-src '{}' 'wasm-unsafe-eval'; style-src '{}'; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'",
        integrity(page.as_bytes()),
        integrity(css.as_bytes())
    );
    let charset = "<meta charset=\"utf-8\">\n";
    let (Some((before, rest)), Some(_)) = (head.split_once(charset), head.find("</body>")) else {
        bail!("the page has no charset or no end");
    };
    let mut inside = String::new();
    for (name, text) in files {
        let _ = writeln!(inside, "<script type=\"application/octet-stream\" data-file=\"{name}\">{text}</script>");
    }
    let _ = writeln!(inside, "<script type=\"text/plain\" data-inside=\"worker\">{worker}</script>");
    let html = format!(
        "{before}{charset}  <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n  <style>{css}</style>\n{rest}"
    );
    Ok(html.replace("</body>", &format!("{inside}<script>{page}</script>\n</body>")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_inside_and_only_by_hash() {
        let index = "<!doctype html>\n<html>\n<head>\n  <meta charset=\"utf-8\">\n  \
            <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">\n  \
            <link rel=\"icon\" type=\"image/svg+xml\" href=\"./www/favicon.svg\">\n  \
            <link rel=\"stylesheet\" href=\"./www/a.css\">\n  <link rel=\"stylesheet\" href=\"./www/b.css\">\n  \
            <script type=\"module\" src=\"./www/main.js\"></script>\n</head>\n<body>\n<p>hello</p>\n</body>\n</html>\n";
        let files = [("x.bin".to_owned(), "AAAA".to_owned())];
        let html = assemble(index, "run()", "work()", &files, |path| Ok(format!("/*{path}*/"))).unwrap();
        assert!(html.contains("<style>/*www/a.css*//*www/b.css*/</style>"));
        assert!(
            html.contains("<p>hello</p>\n<script type=\"application/octet-stream\" data-file=\"x.bin\">AAAA</script>")
        );
        assert!(html.ends_with("<script>run()</script>\n</body>\n</html>\n"));
        assert!(html.contains(&format!("script-src '{}' 'wasm-unsafe-eval'", integrity(b"run()"))));
        assert!(!html.contains("'self'") && !html.contains("href=\"./") && !html.contains("src="));
    }

    #[test]
    fn only_the_default_model_goes_into_the_file() {
        let manifest = json!({ "default_model": "a", "models": [
            { "id": "b", "checkpoints": [], "vectors": { "file": "b.vec" } },
            { "id": "a", "timeline": ["x"], "seeds": [{ "seed": 2, "checkpoints": ["z"] }], "vectors": { "file": "a.vec", "first": { "file": "few.vec" } },
              "checkpoints": [
                { "id": "x", "file": "all.st", "part": "x" },
                { "id": "z", "file": "seeds.st", "part": "z" },
                { "id": "y", "file": "y.st" },
              ] },
        ] });
        let (kept, names) = essential(manifest).unwrap();
        assert_eq!(names, ["all.st", "y.st", "a.vec"]);
        assert_eq!(kept["models"].as_array().unwrap().len(), 1);
        assert!(kept["models"][0]["seeds"].is_null() && kept["models"][0]["vectors"]["first"].is_null());
    }
}
