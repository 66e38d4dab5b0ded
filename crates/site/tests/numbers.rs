//! Numbers that are none: NaN and infinity never reach a score, a document or a table, and rounding is no reason.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use wordlight_engine::{Document, Reply, Request, Row, RowRequest, Scale, TargetRequest};
use wordlight_explain::method::specs;
use wordlight_explain::spec::ParamValue;
use wordlight_site::Site;

/// The kitchen network that PyTorch saved, with every weight of some tensors changed.
fn changed(tensors: &[&str], change: impl Fn(f32) -> f32) -> (TempDir, PathBuf) {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/own-cnn.safetensors");
    let mut bytes = std::fs::read(golden).unwrap();
    let data = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut header: Value = serde_json::from_slice(&bytes[8..data]).unwrap();
    for tensor in tensors {
        let ends = header[tensor]["data_offsets"].as_array().unwrap().iter().map(|end| end.as_u64().unwrap() as usize);
        let ends: Vec<usize> = ends.collect();
        for value in bytes[data + ends[0]..data + ends[1]].chunks_exact_mut(4) {
            let new = change(f32::from_le_bytes(value.try_into().unwrap()));
            value.copy_from_slice(&new.to_le_bytes());
        }
    }
    // What the network as it was says of its examples is not true of the new one.
    header["__metadata__"].as_object_mut().unwrap().remove("examples");
    let header = header.to_string();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("network.safetensors");
    let whole = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes[data..]].concat();
    std::fs::write(&path, whole).unwrap();
    (folder, path)
}

fn row(checkpoint: &str, method: &str, target: &str) -> RowRequest {
    RowRequest {
        checkpoint: checkpoint.to_owned(),
        method: method.to_owned(),
        params: Default::default(),
        target: TargetRequest { kind: target.to_owned(), class: None },
        baseline: "zero".to_owned(),
    }
}

fn request(rows: Vec<RowRequest>) -> Request {
    let text = "The bread is fresh, but nobody came.".to_owned();
    Request { text, rows, scale: Scale::Shared, truth: None, max_sentences: 50 }
}

/// Explains by every method, and reads the saved document again.
fn explain(path: &Path, target: &str) -> Result<Reply, String> {
    let mut site = Site::empty();
    let id = site.add_imported(&[path]).unwrap().entry.id;
    let engine = site.load(std::slice::from_ref(&id)).unwrap();
    let rows = specs().into_iter().map(|method| row(&id, method.id, target)).collect();
    let document = Document::make(&engine, vec![request(rows)], |id| site.mark(id)).map_err(|e| format!("{e:#}"))?;
    let json = document.to_json();
    let read: Document = serde_json::from_str(&json).unwrap();
    assert_eq!(read.to_json(), json, "a saved document always reads again");
    Ok(document.explanations.into_iter().next().unwrap().reply)
}

fn finite(row: &Row) -> bool {
    row.words.iter().all(|word| word.score.is_finite() && word.intensity.is_finite())
}

#[test]
fn logits_beyond_all_bounds_are_an_error() {
    let (_folder, path) = changed(&["convs.0.weight", "convs.1.weight", "fc.weight"], |weight| weight * 1e30);
    let error = explain(&path, "logit").unwrap_err();
    assert!(error.contains("the logit vector has the value"), "{error}");
}

#[test]
fn scores_beyond_all_bounds_are_an_error_of_their_row() {
    // The logits are just within the range of f32; twice as much, or a square, is not.
    let (_folder, path) = changed(&["fc.weight"], |weight| weight.signum() * 3e37);
    let reply = explain(&path, "logit").unwrap();
    let (failed, fine): (Vec<&Row>, Vec<&Row>) = reply.sentences[0].rows.iter().partition(|row| row.error.is_some());
    assert!(failed.iter().any(|row| row.error.as_ref().unwrap().code == "not-finite"), "{failed:?}");
    assert!(!fine.is_empty() && fine.iter().all(|row| finite(row)));
}

#[test]
fn rounding_is_no_reason_and_has_no_colour() {
    // One class has all the probability, with the words and without them.
    let (_folder, path) = changed(&["fc.bias"], |bias| if bias > 0.0 { bias * 1e4 } else { 0.0 });
    let reply = explain(&path, "probability").unwrap();
    let verdict = &reply.sentences[0].verdicts[0];
    assert!(verdict.probabilities[verdict.predicted] > 0.999_999);
    for row in &reply.sentences[0].rows {
        let in_target_units = specs().into_iter().find(|spec| spec.id == row.method).unwrap().in_target_units;
        if row.error.is_none() && in_target_units {
            assert!(row.words.iter().all(|word| word.intensity == 0.0 && word.sign == "0"), "{row:?}");
            assert!(row.summary.ends_with("No word has a score."), "{}", row.summary);
        }
    }
}

#[test]
fn lime_gives_words_that_change_nothing_exactly_zero() {
    let models = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/models");
    let site = Site::open(&models).unwrap();
    let id = site.default_checkpoint().unwrap().to_owned();
    let engine = site.load(std::slice::from_ref(&id)).unwrap();
    let mut asked = request(vec![row(&id, "lime", "logit")]);
    asked.text = "Zzzq qqqx zzyq.".to_owned();
    asked.text.pop();
    let reply = engine.explain(&asked).unwrap();
    assert!(reply.sentences[0].rows[0].words.iter().all(|word| word.score == 0.0));
}

#[test]
fn a_parameter_that_is_no_number_is_refused_where_it_is_set() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let deserializer = serde::de::value::F64Deserializer::<serde::de::value::Error>::new(number);
        let error = <ParamValue as serde::Deserialize>::deserialize(deserializer).unwrap_err().to_string();
        assert!(error.contains("expected a finite number or a name"), "{error}");
    }
    let site = Site::open(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/models")).unwrap();
    let id = site.default_checkpoint().unwrap().to_owned();
    let engine = site.load(std::slice::from_ref(&id)).unwrap();
    let mut asked = row(&id, "lrp-epsilon", "logit");
    asked.params.insert("epsilon".to_owned(), ParamValue::Number(f64::NAN));
    let error = Document::make(&engine, vec![request(vec![asked])], |id| site.mark(id)).unwrap_err().to_string();
    assert_eq!(error, "epsilon is Number(NaN), expected a finite number");
}
