//! Networks that their owners saved in PyTorch, read as a visitor's own, against PyTorch's logits and gradients.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use conformance::golden::{load, path};
use conformance::tolerance::{Tolerance, assert_close};
use ndarray::Array2;
use serde::Deserialize;
use wordlight_engine::{Engine, OwnNetwork, Question, Request, RowRequest, Scale, TargetRequest, method_cards};
use wordlight_nn::import::File;

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    file: String,
    classes: Vec<String>,
    /// Without `<pad>` and `<unk>`.
    words: usize,
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
    /// `[Y]`, or the one logit.
    logits: Vec<f64>,
    /// `[Y][T]`
    gradient_x_input: Vec<Vec<f64>>,
}

/// A stand-in for SHA-256, which this package does not need.
fn hash(bytes: &[u8]) -> String {
    format!("{:012x}", bytes.iter().fold(7u64, |h, b| (h * 31 + u64::from(*b)) % (1 << 40)))
}

fn own(case: &Case) -> (Engine, OwnNetwork) {
    let bytes = std::fs::read(path(&case.file)).unwrap();
    let own = OwnNetwork::read(&[File { name: &case.file, bytes: &bytes }], hash).unwrap();
    let (mut engine, id) = (Engine::new(), &own.card.entry.id);
    engine.add_vectors(id, &own.vectors).unwrap();
    engine.add_checkpoint(id, &own.card.entry.checkpoints[0].name, id, &own.network, None).unwrap();
    (engine, own)
}

fn row(id: &str, method: &str, kind: &str, class: usize) -> RowRequest {
    RowRequest {
        checkpoint: id.to_owned(),
        method: method.to_owned(),
        params: Default::default(),
        target: TargetRequest { kind: kind.to_owned(), class: Some(class) },
        baseline: "zero".to_owned(),
    }
}

fn matrix(values: impl IntoIterator<Item = f64>) -> Array2<f64> {
    let values: Vec<f64> = values.into_iter().collect();
    Array2::from_shape_vec((1, values.len()), values).unwrap()
}

#[test]
fn a_network_as_pytorch_saved_it_says_what_pytorch_says() {
    let golden: Golden = load("own");
    assert_eq!(golden.cases.len(), 3);
    for case in &golden.cases {
        let (engine, own) = own(case);
        let (id, entry) = (&own.card.entry.id, &own.card.entry);
        assert_eq!((&entry.labels, entry.vectors.words), (&case.classes, case.words));
        assert_eq!(entry.checkpoints[0].name, format!("kitchen {}", case.name));
        for sentence in &case.sentences {
            // One logit is the margin of two.
            let one = sentence.logits.len() == 1;
            let asked = |k: usize| {
                if one { row(id, "gradient-x-input", "margin", 1) } else { row(id, "gradient-x-input", "logit", k) }
            };
            let rows = (0..sentence.logits.len()).map(asked).collect();
            let request =
                Request { text: sentence.text.clone(), rows, scale: Scale::Row, truth: None, max_sentences: 9 };
            let reply = engine.explain(&request).unwrap();
            assert_eq!(reply.class_names, case.classes);
            let logits: Vec<f64> = reply.whole[0].logits.iter().map(|z| f64::from(*z)).collect();
            let logits = if one { vec![logits[1] - logits[0]] } else { logits };
            let what = format!("{}: {}", case.name, sentence.text);
            assert_close(&what, matrix(logits).view(), matrix(sentence.logits.clone()).view(), Tolerance::Single);
            for (row, want) in reply.sentences[0].rows.iter().zip(&sentence.gradient_x_input) {
                assert_eq!(row.error, None);
                let scores = matrix(row.words.iter().map(|word| f64::from(word.score)));
                assert_close(&what, scores.view(), matrix(want.clone()).view(), Tolerance::Single);
            }
        }
    }
}

#[test]
fn every_method_explains_it_and_every_ledger_closes() {
    for case in &load::<Golden>("own").cases {
        let (engine, own) = own(case);
        let rows = method_cards().iter().map(|card| row(&own.card.entry.id, &card.id, "logit", 1)).collect();
        let text = case.sentences[1].text.clone();
        let request = Request { text, rows, scale: Scale::Row, truth: None, max_sentences: 9 };
        for row in &engine.explain(&request).unwrap().sentences[0].rows {
            // Exact Shapley values need a maximum over time.
            match &row.error {
                Some(error) => assert!(row.method == "shapley" && case.name != "cnn", "{}: {error:?}", row.method),
                None => assert!(row.ledger.ok, "{} of {}: {}", row.method, case.name, row.ledger.text),
            }
        }
    }
}

#[test]
fn a_true_class_that_a_network_does_not_have_is_no_truth_for_it() {
    let golden: Golden = load("own");
    let (engine, own) = own(&golden.cases[0]);
    let asked = |truth: &str| {
        let rows = vec![row(&own.card.entry.id, "gradient", "logit", 0)];
        let request = Request {
            text: "sweet".to_owned(),
            rows,
            scale: Scale::Row,
            truth: Some(truth.to_owned()),
            max_sentences: 1,
        };
        engine.explain(&request).unwrap().whole[0].truth
    };
    assert_eq!((asked("late"), asked("very negative")), (Some(2), None));
}

#[test]
fn nobody_is_asked_what_people_said_of_other_classes() {
    let golden: Golden = load("own");
    let (mut engine, own) = own(&golden.cases[0]);
    engine.add_human_values("fresh\t50\n".to_owned()).unwrap();
    let question = Question {
        about: "people".to_owned(),
        text: "fresh bread".to_owned(),
        rows: vec![row(&own.card.entry.id, "gradient-x-input", "logit", 0)],
        ..Question::default()
    };
    let panel = engine.study(&question, &mut |_| true).unwrap();
    assert!(panel.text.contains("classes are others (good, bad, late)") && panel.tables.is_empty(), "{}", panel.text);
}

#[test]
fn unknown_words_are_said_to_read_a_word_of_their_own() {
    let golden: Golden = load("own");
    let (engine, own) = own(&golden.cases[0]);
    let rows = vec![row(&own.card.entry.id, "gradient", "logit", 0)];
    let request = Request { text: "zebra".to_owned(), rows, scale: Scale::Row, truth: None, max_sentences: 1 };
    let message = engine.explain(&request).unwrap().message.unwrap();
    assert_eq!(message, "The network knows none of these words, so each of them reads as its unknown word.");
}

#[test]
fn the_id_says_which_files_it_was() {
    let case = &load::<Golden>("own").cases[0];
    let bytes = std::fs::read(path(&case.file)).unwrap();
    let (alone, description) = (File { name: "a", bytes: &bytes }, br#"{"name": "other"}"#);
    let beside = File { name: "b.json", bytes: description };
    let third = File { name: "c.json", bytes: br#"{"licence": "none"}"# };
    let read = |files: &[File<'_>]| OwnNetwork::read(files, hash).unwrap().card.entry;
    let (one, own) = (read(&[alone]), hash(&bytes));
    assert_eq!(one.id, format!("own-{}{}", &own[..6], &own[..6]));
    assert_eq!((one.vectors.sha256, one.checkpoints[0].bytes), (own.clone(), bytes.len() as u64));
    let two = read(&[alone, beside]);
    assert_eq!(two.vectors.sha256, hash(description));
    assert_eq!(two.id, read(&[beside, alone]).id);
    let three = read(&[alone, beside, third]);
    assert_eq!(three.id, read(&[third, beside, alone]).id);
    assert!(three.id.ends_with(&own[..6]) && three.id != two.id);
}
