//! What the engine keeps for the study's next question: it belongs to one network and one vocabulary, and an engine
//! that has answered others says what a fresh one says.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use wordlight_engine::{Engine, Manifest, Panel, Question, RowRequest};

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/models")
}

fn read(file: &str) -> Vec<u8> {
    std::fs::read(models().join(file)).unwrap()
}

fn manifest() -> Manifest {
    serde_json::from_slice(&read("manifest.json")).unwrap()
}

/// Loads the default checkpoint of a model.
fn load(engine: &mut Engine, model: &str) {
    let manifest = manifest();
    let model = manifest.models.iter().find(|entry| entry.id == model).unwrap();
    let shown = model.checkpoints.iter().find(|entry| entry.id == model.default_checkpoint).unwrap();
    engine.add_vectors(&model.id, &read(&model.vectors.file)).unwrap();
    engine.add_checkpoint(&shown.id, &shown.name, &model.id, &read(&shown.file), None).unwrap();
}

fn ask(engine: &mut Engine, about: &str, checkpoint: &str) -> Panel {
    let row = RowRequest {
        checkpoint: checkpoint.to_owned(),
        method: "gradient-x-input".to_owned(),
        params: Default::default(),
        target: Default::default(),
        baseline: "zero".to_owned(),
    };
    let text = "A dull film.".to_owned();
    let question = Question { about: about.to_owned(), text, word: Some(1), rows: vec![row], ..Question::default() };
    engine.study(&question, &mut |_| true).unwrap()
}

#[test]
fn a_network_whose_products_are_too_many_to_keep_does_not_get_those_of_the_last_one() {
    let mut both = Engine::new();
    load(&mut both, "paper-cnn");
    load(&mut both, "kim-cnn");
    let mut fresh = Engine::new();
    load(&mut fresh, "kim-cnn");
    for about in ["detectors", "flips"] {
        ask(&mut both, about, "paper-cnn-10");
        assert_eq!(ask(&mut both, about, "kim-cnn-28"), ask(&mut fresh, about, "kim-cnn-28"), "{about}");
    }
    let mut paper = Engine::new();
    load(&mut paper, "paper-cnn");
    assert_eq!(ask(&mut both, "detectors", "paper-cnn-10"), ask(&mut paper, "detectors", "paper-cnn-10"));
}

#[test]
fn a_vocabulary_that_has_grown_is_looked_through_anew() {
    let manifest = manifest();
    let model = manifest.models.iter().find(|entry| entry.id == "paper-cnn").unwrap();
    let shown = model.checkpoints.iter().find(|entry| entry.id == "paper-cnn-10").unwrap();
    let mut grown = Engine::new();
    grown.add_first_vectors(&model.id, &read(&model.vectors.first.as_ref().unwrap().file)).unwrap();
    grown.add_checkpoint(&shown.id, &shown.name, &model.id, &read(&shown.file), None).unwrap();
    let mut fresh = Engine::new();
    load(&mut fresh, "paper-cnn");
    for about in ["detectors", "flips"] {
        ask(&mut grown, about, "paper-cnn-10");
        grown.add_vectors(&model.id, &read(&model.vectors.file)).unwrap();
        assert_eq!(ask(&mut grown, about, "paper-cnn-10"), ask(&mut fresh, about, "paper-cnn-10"), "{about}");
        grown.add_first_vectors(&model.id, &read(&model.vectors.first.as_ref().unwrap().file)).unwrap();
    }
}
