//! Places of the answers to the page that every other test walked past: each of these was changed once without a test
//! that noticed.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::path::PathBuf;

use conformance::ask::Ask;
use ndarray::{Array2, array};
use wordlight_engine::table::{Limits, Records, StrayQuotes};
use wordlight_engine::{
    Engine, List, ListOrder, Manifest, Panel, Question, Request, Row, RowRequest, Scale, TargetRequest, Wanted,
};
use wordlight_explain::baseline::Baseline;
use wordlight_nn::layer::{Activation, Conv1d, Dense, Embedding, VectorsCard};
use wordlight_nn::model::{AnyModel, Classifier, TextCnn, TextCnnConfig};
use wordlight_nn::text::{Vocab, tokenize};
use wordlight_nn::weights::{ModelCard, Precision, read_model, write_model};

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/models")
}

/// An engine with one model of the site; each of `checkpoints` is loaded under the name before it.
struct Site {
    engine: Engine,
    model: String,
    files: Vec<Vec<u8>>,
}

fn site(model: &str, checkpoints: &[(&str, &str)]) -> Site {
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(models().join("manifest.json")).unwrap()).unwrap();
    let entry = manifest.models.iter().find(|m| m.id == model).unwrap();
    let read = |file: &str| std::fs::read(models().join(file)).unwrap();
    let mut engine = Engine::new();
    engine.add_vectors(model, &read(&entry.vectors.file)).unwrap();
    let mut files = Vec::new();
    for (name, id) in checkpoints {
        let bytes = read(&entry.checkpoints.iter().find(|c| c.id == *id).unwrap().file);
        engine.add_checkpoint(name, name, model, &bytes, None).unwrap();
        files.push(bytes);
    }
    Site { engine, model: model.to_owned(), files }
}

impl Site {
    /// The network of file `n`, and what it reads of a text that is one sentence.
    fn read(&self, n: usize, text: &str) -> (AnyModel<f32>, Array2<f32>, usize) {
        let network = read_model::<f32>(&self.files[n]).unwrap().0;
        let embedding = self.engine.embedding(&self.model).unwrap();
        let words = embedding.look_up(&tokenize(text));
        let x = embedding.embed(&words, network.positions(words.len()));
        (network, x, words.len())
    }
}

fn row(checkpoint: &str, method: &str, class: usize) -> RowRequest {
    RowRequest {
        checkpoint: checkpoint.to_owned(),
        method: method.to_owned(),
        params: Default::default(),
        target: TargetRequest { class: Some(class), ..TargetRequest::default() },
        baseline: "zero".to_owned(),
    }
}

fn rows_of(site: &Site, text: &str, rows: Vec<RowRequest>) -> Vec<Vec<Row>> {
    let request = Request { text: text.to_owned(), rows, scale: Scale::Row, truth: None, max_sentences: 9 };
    site.engine.explain(&request).unwrap().sentences.into_iter().map(|sentence| sentence.rows).collect()
}

/// A number as it is written on the page.
fn read(text: &str) -> f32 {
    text.replace('\u{2212}', "-").parse().unwrap()
}

#[test]
fn the_number_on_the_chip_of_the_padding_is_the_sum_of_its_rows() {
    let site = site("paper-cnn", &[("ten", "paper-cnn-10")]);
    let text = "A film that never works.";
    let asked = RowRequest { baseline: "mean".to_owned(), ..row("ten", "integrated-gradients", 1) };
    let got = &rows_of(&site, text, vec![asked])[0][0];
    let (network, x, tokens) = site.read(0, text);
    let mut ask = Ask::logit(&network, x, tokens, 1);
    ask.baseline = Baseline::Everywhere(site.engine.embedding("paper-cnn").unwrap().mean().clone());
    let features = ask.explain("integrated-gradients", &[]).unwrap().per_feature;
    let want: f64 = features.slice(ndarray::s![tokens.., ..]).iter().map(|v| f64::from(*v)).sum();
    let chip = got.padding.as_ref().unwrap();
    assert!(want.abs() > 0.1, "padding that says something: {want}");
    assert!((f64::from(chip.score) - want).abs() < 1e-6, "{} and {want}", chip.score);
    assert!((f64::from(read(&chip.text)) - want).abs() < 0.006, "{} and {want}", chip.text);
    assert_eq!(chip.sign, if want > 0.0 { "+" } else { "-" });
    assert_eq!(got.padding_count, 40 - tokens);
    assert!(chip.describe.starts_with(&format!("{} positions of padding: {} ", 40 - tokens, chip.text)), "{chip:?}");
}

#[test]
fn every_row_has_its_own_networks_scores_one_for_each_word() {
    let site = site("paper-cnn", &[("five", "paper-cnn-5"), ("twenty", "paper-cnn-20")]);
    let sentences = ["A dull film.", "Not one of its many jokes works, and it never ends!"];
    let asked = [("five", "lrp-epsilon", 0), ("twenty", "gradient-x-input", 4), ("five", "shapley", 3)];
    let rows = asked.iter().map(|(checkpoint, method, class)| row(checkpoint, method, *class)).collect();
    let got = rows_of(&site, &sentences.join(" "), rows);
    assert_eq!(got.len(), 2);
    for (got, text) in got.iter().zip(sentences) {
        assert_eq!(got.len(), asked.len());
        for (got, (checkpoint, method, class)) in got.iter().zip(asked) {
            let (network, x, tokens) = site.read(usize::from(checkpoint == "twenty"), text);
            let want = Ask::logit(&network, x, tokens, class).explain(method, &[]).unwrap().per_token;
            let scores: Vec<f32> = got.words.iter().map(|word| word.score).collect();
            assert_eq!(scores, want.to_vec(), "{method} on {text}");
            assert_eq!((got.checkpoint.as_str(), got.method.as_str(), got.class), (checkpoint, method, class));
            assert_eq!(got.words.len(), tokenize(text).len());
            for (word, score) in got.words.iter().zip(scores) {
                assert!((read(&word.text) - score).abs() < 0.0051, "{} is {score}", word.text);
            }
        }
    }
}

#[test]
fn a_line_of_a_list_names_the_words_with_the_largest_scores() {
    let site = site("paper-cnn", &[("ten", "paper-cnn-10")]);
    let texts = ["A wonderful film with a dull end.", "Dull.", "It is not bad at all, and often moving."];
    let asked = row("ten", "gradient-x-input", 4);
    let mut list = List::read("texts.txt", texts.join("\n").as_bytes()).unwrap();
    list.advance(&site.engine, &asked, 9).unwrap();
    let page = list.page((ListOrder::Number, false), &Wanted::default(), 0, 9);
    assert_eq!(page.lines.len(), texts.len());
    for (line, text) in page.lines.iter().zip(texts) {
        let (network, x, tokens) = site.read(0, text);
        let scores = Ask::logit(&network, x, tokens, 4).explain("gradient-x-input", &[]).unwrap().per_token;
        let words = tokenize(text);
        assert_eq!(scores.len(), words.len());
        // At most three for and three against, none that has less than a fortieth of all.
        let least = scores.iter().map(|score| score.abs()).sum::<f32>() / 40.0;
        for (sign, factor) in [("+", 1.0), ("-", -1.0)] {
            let mut order: Vec<usize> = (0..words.len()).filter(|i| factor * scores[*i] > least).collect();
            order.sort_by(|a, b| scores[*b].abs().total_cmp(&scores[*a].abs()));
            let want: Vec<&str> = order.iter().take(3).map(|i| &text[words[*i].span.clone()]).collect();
            let got: Vec<&str> = line.words.iter().filter(|w| w.sign == sign).map(|w| w.text.as_str()).collect();
            assert_eq!(got, want, "{sign} in {text}");
        }
        let named = |name: &str| (0..words.len()).find(|i| &text[words[*i].span.clone()] == name).unwrap();
        let sizes = line.words.iter().map(|word| scores[named(&word.text)].abs());
        assert!(!line.words.is_empty() && sizes.is_sorted_by(|a, b| a >= b), "{text}");
    }
}

fn exchanges(site: &mut Site, checkpoint: &str, text: &str, word: usize) -> Panel {
    let rows = vec![row(checkpoint, "gradient-x-input", 3)];
    let asked =
        Question { about: "flips".to_owned(), text: text.to_owned(), word: Some(word), rows, ..Question::default() };
    site.engine.study(&asked, &mut |_| true).unwrap()
}

/// A filter of Kim's network that finds nothing positive anywhere is silent; its strongest window says nothing.
#[test]
fn an_exchange_in_kims_network_is_what_it_says_of_the_text() {
    let mut site = site("kim-cnn", &[("kim", "kim-cnn-28")]);
    let text = "The plot is thin, but the actors are wonderful and I was never bored.";
    let panel = exchanges(&mut site, "kim", text, 9);
    let logit = |site: &Site, text: &str| {
        let (network, x, _) = site.read(0, text);
        network.forward(x).unwrap().logits()[3]
    };
    let before = logit(&site, text);
    let moves = panel.tables.iter().find(|table| table.caption.starts_with("What moves")).unwrap();
    assert_eq!(moves.lines.len(), 10);
    for line in &moves.lines {
        let change = read(&line.cells[0].text);
        let want = logit(&site, line.apply.as_deref().unwrap()) - before;
        assert!((change - want).abs() < 0.006, "{}: {change} and {want}", line.name);
    }
}

#[test]
fn a_checkpoint_that_takes_anothers_name_is_asked_with_its_own_filters() {
    let text = "The actors are wonderful.";
    let mut replaced = site("paper-cnn", &[("mine", "paper-cnn-5")]);
    let old = exchanges(&mut replaced, "mine", text, 3);
    let mut fresh = site("paper-cnn", &[("mine", "paper-cnn-20")]);
    let want = exchanges(&mut fresh, "mine", text, 3);
    replaced.engine.add_checkpoint("mine", "mine", "paper-cnn", &fresh.files[0], None).unwrap();
    let got = exchanges(&mut replaced, "mine", text, 3);
    assert_eq!(got, want);
    assert_ne!(got, old);
}

/// One filter over one word of one dimension, and two classes: the more a word has, the more it is of the second.
fn small(words: &[(&str, f32)]) -> Site {
    let mut vectors: Vec<f32> = words.iter().map(|(_, value)| *value).collect();
    // The rows of an unknown word and of the padding.
    vectors.extend([0.0, 0.0]);
    let table = Array2::from_shape_vec((vectors.len(), 1), vectors).unwrap();
    let vocab = Vocab::new(words.iter().map(|(word, _)| *word)).unwrap();
    let card = VectorsCard { source: "by hand".to_owned(), licence: "CC0".to_owned() };
    let embedding = Embedding::of_floats(vocab, table, card).unwrap();
    let config =
        TextCnnConfig { dim: 1, classes: 2, widths: vec![1], filters: 1, activation: Activation::Linear, pad_to: 0 };
    let conv = Conv1d::new(array![[1.0]], array![0.0], 1).unwrap();
    let dense = Dense::new(array![[0.0], [1.0]], array![0.0, 0.0]).unwrap();
    let network: AnyModel<f32> = TextCnn::new(config, vec![conv], dense).unwrap().into();
    let card = ModelCard {
        architecture: network.architecture(),
        labels: ["bad", "good"].map(str::to_owned).to_vec(),
        vectors_sha256: String::new(),
        training: Default::default(),
        licence: "CC0".to_owned(),
    };
    let bytes = write_model(&network, &card, Precision::F32).unwrap();
    let mut engine = Engine::new();
    engine.add_vectors("small", &embedding.to_bytes().unwrap()).unwrap();
    engine.add_checkpoint("small", "small", "small", &bytes, None).unwrap();
    Site { engine, model: "small".to_owned(), files: vec![bytes] }
}

/// The vocabulary begins with the most frequent words, so that the first of several is the best known.
#[test]
fn of_words_that_do_the_same_the_first_is_named() {
    let mut site = small(&[("dull", -1.0), ("drab", -1.0), ("great", 1.0), ("superb", 1.0), ("film", -2.0)]);
    let row = row("small", "gradient-x-input", 1);
    let mut ask = |choice: &str| {
        let rows = vec![row.clone()];
        let (about, text, choice) = ("flips".to_owned(), "dull drab".to_owned(), choice.to_owned());
        let asked = Question { about, text, word: Some(0), rows, choice, ..Question::default() };
        site.engine.study(&asked, &mut |_| true).unwrap()
    };
    let word = ask("word");
    let best = word.tables.iter().find(|table| table.caption.starts_with("The best word")).unwrap();
    assert_eq!(best.lines[1].apply.as_deref(), Some("great drab"));
    // Either word of the sentence may go with the same effect.
    let whole = ask("sentence");
    assert!(whole.text.contains("The strongest: with “great” for “dull”, good gets "), "{}", whole.text);
}

#[test]
fn what_a_word_left_in_the_memory_is_told_of_the_word_that_is_asked_about() {
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(models().join("manifest.json")).unwrap()).unwrap();
    let id = &manifest.models.iter().find(|m| m.id == "bilstm").unwrap().default_checkpoint;
    let mut site = site("bilstm", &[("lstm", id)]);
    let text = "Never a dull film.";
    for (k, word) in tokenize(text).into_iter().enumerate() {
        let rows = vec![row("lstm", "gradient-x-input", 3)];
        let asked =
            Question { about: "why".to_owned(), text: text.to_owned(), word: Some(k), rows, ..Question::default() };
        let panel = site.engine.study(&asked, &mut |_| true).unwrap();
        assert!(panel.text.starts_with(&format!("“{}” adds ", &text[word.span])), "{}", panel.text);
        let here: Vec<usize> = (0..5).filter(|i| panel.tables[0].lines[*i].kind == "here").collect();
        assert_eq!(here, [k]);
    }
}

#[test]
fn progress_goes_from_nothing_to_all_and_never_back() {
    let mut site = site("paper-cnn", &[("ten", "paper-cnn-10")]);
    let rows = ["gradient-x-input", "shapley", "shapley-sampling"].map(|method| row("ten", method, 3)).to_vec();
    let text = "The plot is thin, but the actors are wonderful.".to_owned();
    let asked = Question { about: "curves".to_owned(), text, rows, ..Question::default() };
    let mut told = Vec::new();
    site.engine
        .study(&asked, &mut |done| {
            told.push(done);
            true
        })
        .unwrap();
    assert!(told.len() > 2 && told.is_sorted(), "{told:?}");
    assert!(told[0] >= 0.0 && *told.last().unwrap() <= 1.0, "{told:?}");
}

#[test]
fn three_names_say_which_setting_they_were_asked_in() {
    let mut site = site("paper-cnn", &[("ten", "paper-cnn-10")]);
    let mut ask = |choice: &str| {
        let rows = vec![row("ten", "gradient-x-input", 3)];
        let (about, text, choice) = ("identity".to_owned(), "A dull film.".to_owned(), choice.to_owned());
        site.engine.study(&Question { about, text, choice, rows, ..Question::default() }, &mut |_| true).unwrap()
    };
    let first = ask("");
    assert_eq!(first.choice, first.options[0].0);
    for (id, _) in &first.options {
        assert_eq!(ask(id).choice, *id);
    }
}

/// Lines that end with a carriage return may have a line feed too.
#[test]
fn after_a_bad_row_the_next_one_is_read_whole() {
    let text = "text,id\rA \"good\" film.,1\r\nA fine one.,2\rA long and \"wrong\" row.,3\rThe last.,4";
    let mut records = Records::new(text.as_bytes(), StrayQuotes::Refuse, Limits::default()).unwrap();
    let mut rows = Vec::new();
    while let Some(record) = records.next_record().unwrap() {
        rows.push((record.line, record.content.ok().map(|fields| fields.text(0).unwrap().into_owned())));
    }
    let want = [Some("text"), None, Some("A fine one."), None, Some("The last.")].map(|row| row.map(str::to_owned));
    assert_eq!(rows, (1..).zip(want).collect::<Vec<_>>());
}
