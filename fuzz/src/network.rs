//! A small network, and explanations by it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use wordlight_engine::{Engine, OwnNetwork, Reply, Request, RowRequest, Scale, TargetRequest, to_json};
use wordlight_explain::method::specs;
use wordlight_nn::import::File;

/// The id of the network that [`ENGINE`] has.
pub(crate) const ID: &str = "kitchen";

/// The network that PyTorch saved for the golden tests.
pub(crate) const KITCHEN: &[u8] = include_bytes!("../../tests/golden/own-cnn.safetensors");

pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let read = OwnNetwork::read(&[File { name: "kitchen.safetensors", bytes: KITCHEN }], |_| "0".repeat(64));
    let network = read.expect("a golden file");
    let mut engine = Engine::new();
    engine.add_vectors(ID, &network.vectors).expect("its vectors");
    engine.add_checkpoint(ID, "kitchen", ID, &network.network, None).expect("its weights");
    engine
});

/// A question by this method of this number.
pub(crate) fn row(method: &str, target: &str) -> RowRequest {
    RowRequest {
        checkpoint: ID.to_owned(),
        method: method.to_owned(),
        params: BTreeMap::new(),
        target: TargetRequest { kind: target.to_owned(), class: None },
        baseline: "zero".to_owned(),
    }
}

/// The first byte chooses the method and the second the target; the rest is the text. The reply puts the text together again,
/// its ledgers close, and its numbers are numbers.
pub fn explain(data: &[u8]) {
    let [method, target, text @ ..] = data else { return };
    let specs = specs();
    let kinds = ["logit", "probability", "log-probability", "margin", "expected-score"];
    let row = row(specs[usize::from(*method) % specs.len()].id, kinds[usize::from(*target) % kinds.len()]);
    let text = String::from_utf8_lossy(text).into_owned();
    let request = Request { text, rows: vec![row], scale: Scale::Row, truth: None, max_sentences: 3 };
    if let Ok(reply) = ENGINE.explain(&request) {
        check(&request, &reply);
    }
}

/// What holds of every reply.
pub(crate) fn check(request: &Request, reply: &Reply) {
    for sentence in &reply.sentences {
        let whole: String = sentence.tokens.iter().flat_map(|token| [token.gap.as_str(), &token.text]).collect();
        assert!(request.text.contains(whole.trim_start()), "{whole:?} is no part of the text");
        for row in &sentence.rows {
            assert_eq!(row.error.is_none(), row.words.len() == sentence.tokens.len());
            assert!(row.words.iter().all(|word| word.score.is_finite() && word.intensity.abs() <= 1.0), "{row:?}");
            assert!(row.error.is_some() || row.ledger.ok, "the ledger does not close: {}", row.ledger.text);
        }
    }
    let json = to_json(reply);
    let again: Reply = serde_json::from_str(&json).expect("a reply reads again");
    assert_eq!(to_json(&again), json);
}
