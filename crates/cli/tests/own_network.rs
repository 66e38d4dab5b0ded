//! `wordlight explain --network`: a network from elsewhere on the command line.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

mod common;

use common::{bad, good, text};
use serde_json::Value;

/// A network that PyTorch saved; `tests/golden/README.md` says how.
fn golden(name: &str) -> String {
    format!("{}/../../tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// No other models are needed.
const NOWHERE: [&str; 3] = ["explain", "--models", "nowhere"];

#[test]
fn a_network_from_elsewhere_is_explained_and_its_document_makes_itself_again() {
    let network = golden("own-cnn.safetensors");
    let args = [&NOWHERE[..], &["--network", &network, "--method", "all", "--target", "logit:late"]].concat();
    let document = good(&[&args[..], &["--format", "document", "The bread is fresh. Nobody came!"]].concat(), b"");
    let read: Value = serde_json::from_str(&document).unwrap();
    let mark = &read["networks"][0];
    assert!(mark["checkpoint"].as_str().unwrap().starts_with("own-"), "{mark}");
    assert_eq!(mark["sha256"], mark["vectors_sha256"], "all in one file");
    let reply = &read["explanations"][0]["reply"];
    assert_eq!(reply["class_names"], serde_json::json!(["good", "bad", "late"]));
    assert_eq!(reply["whole"][0]["checkpoint_name"], "kitchen cnn");
    assert_eq!(reply["sentences"][1]["rows"][0]["class_name"], "late");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wordlight.json");
    std::fs::write(&file, &document).unwrap();
    let file = text(&file);
    assert_eq!(good(&[&NOWHERE[..], &["--network", &network, "--from", &file]].concat(), b""), document);
    let other = golden("own-lstm.safetensors");
    let error = bad(&[&NOWHERE[..], &["--network", &other, "--from", &file]].concat(), b"");
    assert!(error.contains("is a network of somebody’s own: name its files with --network, which own-"), "{error}");
}

#[test]
fn many_texts_are_explained_as_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
    std::fs::write(&input, "text\nzebra bread\nfresh\n").unwrap();
    for name in ["own-cnn.safetensors", "own-binary.safetensors"] {
        let network = golden(name);
        let own = ["--network", &network, "--method", "gradient-x-input"];
        good(&[&NOWHERE[..], &own, &["--input", &text(&input), "--output", &text(&output)]].concat(), b"");
        let rows = std::fs::read_to_string(&output).unwrap();
        let one = good(&[&NOWHERE[..], &own, &["--format", "json", "zebra bread"]].concat(), b"");
        let reply: Value = serde_json::from_str(&one).unwrap();
        let first = rows.lines().nth(1).unwrap();
        assert!(first.contains(reply["whole"][0]["predicted_name"].as_str().unwrap()), "{first}");
        let score = reply["sentences"][0]["rows"][0]["words"][0]["score"].as_f64().unwrap();
        assert!(
            score != 0.0 && first.contains(&format!("{score}")[..6]),
            "an unknown word has a vector: {first} {score}"
        );
        std::fs::remove_file(&output).unwrap();
    }
}

#[test]
fn what_is_wrong_with_a_network_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("cut.safetensors");
    let whole = std::fs::read(golden("own-cnn.safetensors")).unwrap();
    std::fs::write(&cut, &whole[..whole.len() - 9]).unwrap();
    let error = bad(&[&NOWHERE[..], &["--network", &text(&cut), "good"]].concat(), b"");
    assert!(error.contains("cut.safetensors: not a whole safetensors file"), "{error}");
    let error = bad(&[&NOWHERE[..], &["--network", "missing.safetensors", "good"]].concat(), b"");
    assert!(error.contains("cannot read missing.safetensors"), "{error}");
    let error = bad(&[&NOWHERE[..], &["--vectors", &text(&cut), "good"]].concat(), b"");
    assert!(error.contains("--network"), "{error}");
    let network = golden("own-cnn.safetensors");
    let error = bad(&[&NOWHERE[..], &["--network", &network, "--target", "logit:never", "good"]].concat(), b"");
    assert!(error.contains("expected one of good, bad, late, or 0 to 2"), "{error}");
}

/// The kitchen network with another value in its metadata.
fn with_metadata(key: &str, value: &str) -> Vec<u8> {
    let bytes = std::fs::read(golden("own-cnn.safetensors")).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut header: Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    header["__metadata__"][key] = value.into();
    let header = header.to_string();
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes[8 + length..]].concat()
}

#[test]
fn what_a_file_says_of_itself_cannot_steer_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("network.safetensors");
    // As a terminal gets it, with colours.
    let printed = |key: &str, value: &str| {
        std::fs::write(&path, with_metadata(key, value)).unwrap();
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_wordlight"))
            .args([&NOWHERE[..], &["--network", &text(&path), "fresh bread"]].concat())
            .env_remove("NO_COLOR")
            .env("CLICOLOR_FORCE", "1")
            .output()
            .unwrap();
        let printed = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        // All that is left are colours.
        let mut parts = printed.split('\u{1b}');
        parts.next();
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_digit() && !matches!(c, '[' | ';')).unwrap();
            assert!(part.starts_with('[') && part[end..].starts_with('m'), "{part:?}");
        }
        assert!(!printed.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\u{1b}')), "{printed:?}");
        (run.status.success(), printed)
    };
    let (fine, said) = printed("\u{1b}[2Jkey\u{9b}2J", "x");
    assert!(fine && said.contains("“\\u{1b}[2Jkey\\u{9b}2J” was not understood"), "{said}");
    for key in ["name", "tokenizer", "licence", "source"] {
        let (fine, said) = printed(key, "\u{1b}]0;OWNED\u{7}");
        assert!(!fine && said.contains("expected a text without control characters"), "{said}");
    }
    let (fine, said) = printed("name", "right\u{202e}tfel");
    assert!(fine && said.contains("right\\u{202e}tfel"), "{said}");
}
