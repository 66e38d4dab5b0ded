//! What is published is read first: a folder of models that nobody could use is an error that names the file.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use wordlight_site::Site;
use wordlight_site::check::check;
use wordlight_train::files::sha256;

fn shipped() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/models")
}

/// The default model and the files of text, in a folder of their own.
fn copy() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    change(&shipped(), dir.path(), |manifest| {
        let default = manifest["default_model"].clone();
        manifest["models"].as_array_mut().unwrap().retain(|model| model["id"] == default);
    });
    for entry in fs::read_dir(shipped()).unwrap() {
        let name = entry.unwrap().file_name();
        if name != "manifest.json" {
            fs::copy(shipped().join(&name), dir.path().join(&name)).unwrap();
        }
    }
    dir
}

/// Writes the manifest of one folder to another with a change.
fn change(from: &Path, to: &Path, change: impl FnOnce(&mut Value)) {
    let mut manifest: Value = serde_json::from_slice(&fs::read(from.join("manifest.json")).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(to.join("manifest.json"), manifest.to_string()).unwrap();
}

/// What is said of a folder whose manifest was changed.
fn said(made: impl FnOnce(&mut Value)) -> String {
    let dir = copy();
    change(dir.path(), dir.path(), made);
    format!("{:#}", check(dir.path()).unwrap_err())
}

/// What is said of a folder with other bytes in a file that the manifest lists under `id`, length and hash included.
fn said_of_text(id: &str, text: &[u8]) -> String {
    let dir = copy();
    change(dir.path(), dir.path(), |manifest| {
        let file = manifest["data_files"].as_array_mut().unwrap().iter_mut().find(|file| file["id"] == id).unwrap();
        fs::write(dir.path().join(file["file"].as_str().unwrap()), text).unwrap();
        file["bytes"] = text.len().into();
        file["sha256"] = sha256(text).into();
    });
    format!("{:#}", check(dir.path()).unwrap_err())
}

#[test]
fn what_is_shipped_passes() {
    let found = check(&shipped()).unwrap();
    assert!(found.models > 1 && found.checkpoints > 20 && found.data_files == 3, "{found:?}");
    let copy = copy();
    assert_eq!(check(copy.path()).unwrap().models, 1);
    // A site without findings is one without that panel.
    fs::remove_file(copy.path().join("replication.json")).unwrap();
    check(copy.path()).unwrap();
}

#[test]
fn another_format_is_read_by_nobody() {
    let text = said(|manifest| manifest["schema"] = 2.into());
    assert!(text.contains("manifest.json is no list of models: it has the schema 2; this program reads 1"), "{text}");
    let dir = copy();
    // Even where nothing else is as it was.
    fs::write(dir.path().join("manifest.json"), r#"{"schema": 7, "networks": {}}"#).unwrap();
    assert!(format!("{:#}", Site::open(dir.path()).unwrap_err()).contains("schema 7"));
}

#[test]
fn names_in_the_manifest_lead_somewhere() {
    let text = said(|manifest| manifest["default_model"] = "nope".into());
    assert_eq!(text, "manifest.json: the manifest's default model \"nope\" is not in it");
    let text = said(|manifest| manifest["models"][0]["default_checkpoint"] = "nope".into());
    assert!(text.contains("manifest.json: the model") && text.contains("\"nope\", which it does not have"), "{text}");
    let text = said(|manifest| manifest["models"][0]["timeline"][0] = "gone".into());
    assert!(text.contains("the checkpoint \"gone\", which it does not have"), "{text}");
    let text = said(|manifest| manifest["models"][0]["vectors"]["first"]["file"] = "../first".into());
    assert!(text.contains("manifest.json: \"../first\" is no name of a file in this folder"), "{text}");
    let text = said(|manifest| {
        let twice = manifest["models"][0]["checkpoints"][0].clone();
        manifest["models"][0]["checkpoints"].as_array_mut().unwrap().push(twice);
    });
    assert!(text.contains("there are two of the checkpoint"), "{text}");
}

#[test]
fn the_manifest_says_of_weights_what_their_own_card_says() {
    let text = said(|manifest| manifest["models"][0]["labels"].as_array_mut().unwrap().swap(0, 4));
    assert!(
        text.contains(".safetensors: the checkpoint \"") && text.contains("its labels are [\"very negative\""),
        "{text}"
    );
    let text = said(|manifest| manifest["models"][0]["kind"] = "bilstm".into());
    assert!(text.contains("it is a text-cnn, manifest.json says \"bilstm\""), "{text}");
    let text = said(|manifest| manifest["models"][0]["vectors"]["words"] = 7.into());
    assert!(text.contains("words of ") && text.contains("manifest.json says 7 of "), "{text}");
    let text = said(|manifest| manifest["models"][0]["vectors"]["first"]["words"] = 7.into());
    assert!(text.contains("first-words") && text.contains("manifest.json says 7"), "{text}");
    let text = said(|manifest| manifest["models"][0]["card"]["confusion"] = json!([[1]]));
    assert!(text.contains("labels and counts of others"), "{text}");
}

#[test]
fn a_file_of_text_is_read_whatever_its_hash() {
    let text = said(|manifest| manifest["data_files"][0]["id"] = "human-value".into());
    assert!(text.starts_with("human-values.txt: there is no data file \"human-value\""), "{text}");
    let text = said_of_text("human-values", b"good\t50\nbad\n");
    assert!(text.starts_with("human-values.txt: line 2 of the human values is \"bad\""), "{text}");
    let text = said_of_text("strongest-windows", b"1\t2\tx");
    assert!(text.starts_with("strongest-windows.txt: line 1 of the strongest windows"), "{text}");
    let text = said_of_text("corpus", b"caf\xe9");
    assert!(text.starts_with("corpus.txt: the data file corpus is no text"), "{text}");
}

#[test]
fn findings_are_whole() {
    let dir = copy();
    let path = dir.path().join("replication.json");
    let whole = fs::read(&path).unwrap();
    let said = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        format!("{:#}", check(dir.path()).unwrap_err())
    };
    let cut = said(&whole[..whole.len() / 2]);
    assert!(cut.starts_with("replication.json: it is no ledger of findings: EOF"), "{cut}");
    let text = said(br#"{"schema": 2, "claims": [], "pitfalls": []}"#);
    assert_eq!(text, "replication.json: it has the schema 2; this program reads 1");
    let text = said(
        br#"{"schema": 1, "claims": [{"claim": "c", "evidence": "e", "result": "", "verdict": "v"}], "pitfalls": []}"#,
    );
    assert_eq!(text, "replication.json: the finding \"c\" is incomplete");
}

#[test]
fn a_damaged_file_is_named_once_for_each_that_needs_it_and_the_rest_is_checked_too() {
    let dir = copy();
    let manifest: Value = serde_json::from_slice(&fs::read(dir.path().join("manifest.json")).unwrap()).unwrap();
    let name = manifest["models"][0]["checkpoints"][0]["file"].as_str().unwrap();
    let path = dir.path().join(name);
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    fs::write(dir.path().join("replication.json"), "{").unwrap();
    let text = format!("{:#}", check(dir.path()).unwrap_err());
    assert!(text.contains(&format!("{name}: the checkpoint")) && text.contains("has the SHA-256"), "{text}");
    assert!(text.contains("\nreplication.json: it is no ledger"), "{text}");
}
