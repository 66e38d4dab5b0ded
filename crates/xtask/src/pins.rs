//! The published page refuses other compiled cores and another list of models than it was published with.
//!
//! `cargo xtask site` writes their hashes into the copy of www/engine/pins.js, through which the page fetches them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::digest;
use crate::site;

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
    let text = fs::read_to_string(out.join(CODE)).with_context(|| format!("cannot read {CODE}"))?;
    fs::write(out.join(CODE), code(&text, &pins)?).with_context(|| format!("cannot write {CODE}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pins() -> Vec<(String, String)> {
        [("pkg/a_bg.wasm", "sha256-A="), (LIST, "sha256-L=")]
            .map(|(path, hash)| (path.to_owned(), hash.to_owned()))
            .to_vec()
    }

    #[test]
    fn the_module_gets_the_hashes() {
        let made = code(&format!("// head\n{PLACE}\n// tail\n"), &pins()).unwrap();
        assert_eq!(
            made,
            "// head\nconst PINS = {\"pkg/a_bg.wasm\":\"sha256-A=\",\"www/models/manifest.json\":\"sha256-L=\"};\n// tail\n"
        );
    }

    #[test]
    fn what_is_not_as_expected_is_an_error() {
        assert!(code("const PINS = 1;", &pins()).is_err() && code(PLACE, &pins()[..1]).is_err());
        assert!(code(PLACE, &pins()[1..]).is_err());
    }

    /// The module of the repository is the one that the copy is made of.
    #[test]
    fn this_repository_has_the_place() {
        let root = crate::workspace::root().unwrap();
        let module = fs::read_to_string(root.join(CODE)).unwrap();
        let pins: Vec<_> = ["pkg/wordlight_bg.wasm", LIST].map(|path| (path.to_owned(), "h".to_owned())).to_vec();
        assert_ne!(code(&module, &pins).unwrap(), module);
    }
}
