//! What the page shows before its core is there, against the networks that the site ships.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use wordlight_engine::{Engine, Manifest, ModelEntry, Request, RowRequest, Scale, TargetRequest};
use wordlight_site::{text_of, with_first_picture};

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/models")
}

fn read(file: &str) -> Vec<u8> {
    std::fs::read(models().join(file)).unwrap()
}

fn page() -> String {
    std::fs::read_to_string(models().join("../../index.html")).unwrap()
}

fn default_model() -> ModelEntry {
    let manifest: Manifest = serde_json::from_slice(&read("manifest.json")).unwrap();
    manifest.models.iter().find(|m| m.id == manifest.default_model).unwrap().clone()
}

fn with_checkpoint(mut engine: Engine, model: &ModelEntry) -> Engine {
    let shown = model.checkpoints.iter().find(|c| c.id == model.default_checkpoint).unwrap();
    engine.add_checkpoint(&shown.id, &shown.name, &model.id, &read(&shown.file), None).unwrap();
    engine
}

fn request(model: &ModelEntry, text: String) -> Request {
    let row = RowRequest {
        checkpoint: model.default_checkpoint.clone(),
        method: "integrated-gradients".to_owned(),
        params: Default::default(),
        target: TargetRequest::default(),
        baseline: "zero".to_owned(),
    };
    Request { text, rows: vec![row], scale: Scale::Row, truth: None, max_sentences: 1 }
}

#[test]
fn the_pages_first_picture_is_what_the_shipped_network_gives() {
    let (page, model) = (page(), default_model());
    let mut engine = Engine::new();
    engine.add_vectors(&model.id, &read(&model.vectors.file)).unwrap();
    let engine = with_checkpoint(engine, &model);
    let made = with_first_picture(&page, &engine.explain(&request(&model, text_of(&page).unwrap())).unwrap()).unwrap();
    assert!(made == page, "index.html is out of date: cargo wordlight still");
}

#[test]
fn the_first_words_answer_the_pages_own_text() {
    let (page, model) = (page(), default_model());
    let mut engine = Engine::new();
    engine.add_first_vectors(&model.id, &read(&model.vectors.first.as_ref().unwrap().file)).unwrap();
    let engine = with_checkpoint(engine, &model);
    engine.explain(&request(&model, text_of(&page).unwrap())).unwrap();
}
