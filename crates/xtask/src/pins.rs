//! The published page refuses other compiled cores and another list of models than it was published with.
//!
//! `cargo xtask site` writes their hashes into the copy: into www/engine/pins.js, through which the page fetches them, and into the
//! lines of the page that ask for them early.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::digest;
use crate::site::{self, INDEX};

/// The module that fetches them.
const CODE: &str = "www/engine/pins.js";

/// The line of the module that the hashes take the place of.
const PLACE: &str = "const PINS = {};";

/// The list of models.
const LIST: &str = "www/models/manifest.json";

/// Writes the hashes into the copy in `out`, before its modules are bundled.
///
/// # Errors
/// When a file of the copy cannot be read or written, or is not as expected.
pub(crate) fn write(out: &Path) -> Result<()> {
    let mut pins = Vec::new();
    for path in site::files(out)? {
        if path == LIST || path.ends_with(".wasm") {
            let bytes = fs::read(out.join(&path)).with_context(|| format!("cannot read {path}"))?;
            pins.push((path, digest::integrity(&bytes)));
        }
    }
    for (path, change) in [(INDEX, early as fn(&str, &Pins) -> Result<String>), (CODE, code)] {
        let text = fs::read_to_string(out.join(path)).with_context(|| format!("cannot read {path}"))?;
        fs::write(out.join(path), change(&text, &pins)?).with_context(|| format!("cannot write {path}"))?;
    }
    Ok(())
}

/// A path and the hash of what is there.
type Pins = [(String, String)];

/// The module with the hashes in it.
fn code(code: &str, pins: &Pins) -> Result<String> {
    ensure!(code.contains(PLACE), "{CODE} has no line {PLACE:?}");
    ensure!(pins.iter().any(|(path, _)| path == LIST), "there is no {LIST}");
    ensure!(pins.iter().any(|(path, _)| path.ends_with(".wasm")), "there is no compiled core");
    let list: Map<String, Value> = pins.iter().map(|(path, hash)| (path.clone(), hash.as_str().into())).collect();
    Ok(code.replace(PLACE, &format!("const PINS = {};", Value::Object(list))))
}

/// The page, whose early requests have the hashes too: a browser takes no others for the ones that are made later.
fn early(index: &str, pins: &Pins) -> Result<String> {
    let mut index = index.to_owned();
    for (path, hash) in pins {
        let link = format!("<link rel=\"preload\" as=\"fetch\" crossorigin href=\"./{path}\"");
        index = index.replace(&format!("{link}>"), &format!("{link} integrity=\"{hash}\">"));
    }
    let missed = index.lines().find(|line| line.contains("rel=\"preload\"") && line.contains(".wasm\">"));
    ensure!(missed.is_none(), "the page asks for a core that is not there: {}", missed.unwrap_or_default().trim());
    Ok(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins() -> Vec<(String, String)> {
        [("pkg/a_bg.wasm", "sha256-A="), (LIST, "sha256-L=")]
            .map(|(path, hash)| (path.to_owned(), hash.to_owned()))
            .to_vec()
    }

    #[test]
    fn the_module_and_the_page_get_the_hashes() {
        let made = code(&format!("// head\n{PLACE}\n// tail\n"), &pins()).unwrap();
        assert_eq!(
            made,
            "// head\nconst PINS = {\"pkg/a_bg.wasm\":\"sha256-A=\",\"www/models/manifest.json\":\"sha256-L=\"};\n// tail\n"
        );
        let line = |path: &str, more: &str| {
            format!("  <link rel=\"preload\" as=\"fetch\" crossorigin href=\"./{path}\"{more}>\n")
        };
        let page = format!("{}{}", line("pkg/a_bg.wasm", ""), line("www/models/x.safetensors", ""));
        let expected = page.replace("a_bg.wasm\">", "a_bg.wasm\" integrity=\"sha256-A=\">");
        assert_eq!(early(&page, &pins()).unwrap(), expected);
    }

    #[test]
    fn what_is_not_as_expected_is_an_error() {
        assert!(code("const PINS = 1;", &pins()).is_err() && code(PLACE, &pins()[..1]).is_err());
        assert!(code(PLACE, &pins()[1..]).is_err());
        let gone = "<link rel=\"preload\" as=\"fetch\" crossorigin href=\"./pkg/gone_bg.wasm\">";
        assert!(early(gone, &pins()).unwrap_err().to_string().contains("gone_bg.wasm"));
    }

    /// The module of the repository is the one that the copy is made of.
    #[test]
    fn this_repository_has_the_places() {
        let root = crate::workspace::root().unwrap();
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        let pins: Vec<_> = ["pkg/wordlight_bg.wasm", LIST].map(|path| (path.to_owned(), "h".to_owned())).to_vec();
        assert_ne!(code(&read(CODE), &pins).unwrap(), read(CODE));
        assert_ne!(early(&read(INDEX), &pins).unwrap(), read(INDEX));
    }
}
