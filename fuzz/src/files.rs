//! Files of networks, trees, vectors and saved explanations.

use std::io::Write;

use ndarray::Array2;
use wordlight_engine::{Document, OwnNetwork, Request};
use wordlight_nn::import::File;
use wordlight_nn::model::Classifier as _;
use wordlight_nn::text::trees::parse_spans;
use wordlight_nn::weights::read_model;
use wordlight_train::data::vectors::RawVectors;

use crate::network::{ENGINE, ID, KITCHEN, check};

/// A weight file is read, or refused with a reason; what is read has finite logits or says so.
pub fn weights(data: &[u8]) {
    if let Ok((model, card)) = read_model::<f32>(data) {
        assert_eq!(card.labels.len(), model.classes());
        let rows = model.positions(2).min(64);
        if rows * model.dim() < 1 << 20
            && let Ok(pass) = model.forward(Array2::zeros((rows, model.dim())))
        {
            assert!(pass.logits().iter().all(|logit| logit.is_finite()));
        }
    }
}

/// A network from elsewhere is read or refused. The first byte says where the bytes are cut into two files.
pub fn import(data: &[u8]) {
    let Some((cut, bytes)) = data.split_first() else { return };
    let (first, second) = bytes.split_at(bytes.len() * usize::from(*cut) / 255);
    let files = [File { name: "a", bytes: first }, File { name: "b", bytes: second }];
    let _ = OwnNetwork::read(&files[..if second.is_empty() { 1 } else { 2 }], |_| "0".repeat(64));
    // A description beside a network that is in order.
    let _ =
        OwnNetwork::read(&[File { name: "kitchen", bytes: KITCHEN }, File { name: "b", bytes }], |_| "0".repeat(64));
}

/// A tree of the treebank is read, or refused at a column that the line has; its spans are of its words, the root last.
pub fn trees(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for line in text.lines() {
        match parse_spans(line) {
            Ok((words, spans)) => {
                assert!(spans.iter().all(|span| span.words.end <= words.len() && span.label <= 4));
                assert_eq!(spans.last().map(|root| root.words.clone()), Some(0..words.len()));
            }
            Err(error) => assert!((1..=line.chars().count() + 1).contains(&error.column), "{error}"),
        }
    }
}

/// A saved explanation that reads is saved as the same bytes after it was read.
pub fn document(data: &[u8]) {
    if let Ok(document) = serde_json::from_slice::<Document>(data) {
        let json = document.to_json();
        let again: Document = serde_json::from_str(&json).expect("a saved document always reads again");
        assert_eq!(again.to_json(), json);
    }
}

/// A request is answered or refused, whatever it asks for.
pub fn request(data: &[u8]) {
    if let Ok(mut request) = serde_json::from_slice::<Request>(data) {
        // Work, not reading, is bounded here: a request may ask for hours.
        request.rows.truncate(2);
        request.max_sentences = request.max_sentences.min(3);
        request.text = request.text.chars().take(200).collect();
        request.rows.iter_mut().for_each(|row| ID.clone_into(&mut row.checkpoint));
        for params in request.rows.iter_mut().map(|row| &mut row.params) {
            params.retain(|name, _| !matches!(name.as_str(), "samples" | "steps" | "orders"));
        }
        if let Ok(reply) = ENGINE.explain(&request) {
            check(&request, &reply);
        }
    }
}

/// A file of word vectors is read or refused; the first byte chooses the format by the name's end.
pub fn vectors(data: &[u8]) {
    let Some((format, bytes)) = data.split_first() else { return };
    let end = ["txt", "bin", "vec", "safetensors"][usize::from(*format) % 4];
    let mut file =
        tempfile::Builder::new().suffix(&format!(".{end}")).tempfile().expect("a folder for temporary files");
    file.write_all(bytes).expect("a few bytes");
    if let Ok(read) = RawVectors::read(file.path(), &mut |_| ()) {
        assert_eq!(read.words.len(), read.values.nrows());
        assert!(read.values.iter().all(|value| value.is_finite()));
    }
}
