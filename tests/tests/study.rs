//! The study's answers, held to what the same network says when it is asked directly.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use wordlight_engine::{
    DATA_FILES, Engine, Line, Manifest, Panel, Question, QuestionSpec, Reply, Request, RowRequest, Scale, Table,
    TargetRequest, questions,
};

const TEXT: &str = "The plot is thin, but the actors are wonderful and I was never bored.";
const WONDERFUL: usize = 9;

fn engine() -> (Engine, Vec<String>) {
    let models = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/models");
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(models.join("manifest.json")).unwrap()).unwrap();
    let model = manifest.models.iter().find(|m| m.id == manifest.default_model).unwrap();
    let read = |file: &str| std::fs::read(models.join(file)).unwrap();
    let mut engine = Engine::new();
    engine.add_vectors(&model.id, &read(&model.vectors.file)).unwrap();
    let shown = ["paper-cnn-5", "paper-cnn-10", "paper-cnn-20"];
    assert_eq!(manifest.data_files.iter().map(|file| file.id.as_str()).collect::<Vec<_>>(), DATA_FILES);
    for data in &manifest.data_files {
        engine.add_data_file(&data.id, &read(&data.file)).unwrap();
    }
    for checkpoint in model.checkpoints.iter().filter(|c| shown.contains(&c.id.as_str())) {
        let (bytes, part) = (read(&checkpoint.file), checkpoint.part.as_deref());
        engine.add_checkpoint(&checkpoint.id, &checkpoint.name, &model.id, &bytes, part).unwrap();
    }
    (engine, shown.map(str::to_owned).to_vec())
}

fn row(checkpoint: &str, method: &str) -> RowRequest {
    RowRequest {
        checkpoint: checkpoint.to_owned(),
        method: method.to_owned(),
        params: Default::default(),
        target: TargetRequest { class: Some(3), ..TargetRequest::default() },
        baseline: "zero".to_owned(),
    }
}

fn question(about: &str) -> Question {
    Question {
        about: about.to_owned(),
        text: TEXT.to_owned(),
        word: Some(WONDERFUL),
        rows: vec![row("paper-cnn-10", "gradient-x-input")],
        ..Question::default()
    }
}

fn ask(question: &Question) -> Panel {
    engine().0.study(question, &mut |_| true).unwrap()
}

fn explain(text: &str) -> Reply {
    let rows = vec![row("paper-cnn-10", "gradient-x-input")];
    let request = Request { text: text.to_owned(), rows, scale: Scale::Row, truth: None, max_sentences: 9 };
    engine().0.explain(&request).unwrap()
}

fn table<'a>(panel: &'a Panel, start: &str) -> &'a Table {
    panel.tables.iter().find(|table| table.caption.starts_with(start)).unwrap()
}

fn line<'a>(table: &'a Table, name: &str) -> &'a Line {
    table.lines.iter().find(|line| line.name == name).unwrap()
}

/// A number as it is written on the page.
fn read(text: &str) -> f32 {
    text.replace('\u{2212}', "-").parse().unwrap()
}

/// Half of the last of three digits of a number of this size.
fn digits(value: f32) -> f32 {
    0.006 * value.abs().max(0.1)
}

#[test]
fn every_question_is_answered_with_tables_that_are_as_wide_as_their_heads() {
    let (mut engine, checkpoints) = engine();
    for QuestionSpec { id: about, .. } in questions() {
        let rows = checkpoints.iter().map(|id| row(id, "lrp-z")).collect();
        let asked = Question { rows, other: "The plot is thin.".to_owned(), ..question(about) };
        let panel = engine.study(&asked, &mut |_| true).unwrap();
        assert!(!panel.text.is_empty() && !panel.tables.is_empty(), "{about}");
        for table in &panel.tables {
            for line in &table.lines {
                assert_eq!(line.cells.len() + 1, table.columns.len(), "{about}: {} {line:?}", table.caption);
            }
        }
        for chart in &panel.charts {
            assert!(chart.x.ticks.len() > 1 && chart.y.ticks.len() > 1, "{about}: {}", chart.title);
            assert!(!chart.text.is_empty() && chart.curves.iter().all(|c| c.x.len() == c.y.len() && !c.x.is_empty()));
        }
    }
}

#[test]
fn why_adds_up_to_the_words_score_and_the_phrases_to_the_logit() {
    let panel = ask(&question("why"));
    let reply = explain(TEXT);
    let score = reply.sentences[0].rows[0].words[WONDERFUL].score;
    let filters = table(&panel, "The filters they won");
    let total = read(&line(filters, "sum").cells[4].text);
    assert!((total - score).abs() < digits(score), "{total} and {score}");
    let added: f32 = filters.lines.iter().filter(|l| l.name != "sum").map(|l| read(&l.cells[4].text)).sum();
    assert!((added - total).abs() < 0.05, "{added} and {total}");
    let windows = table(&panel, "The windows");
    let own: f32 = windows.lines.iter().map(|l| read(&l.cells[2].text)).sum();
    assert!((own - score).abs() < 0.02, "{own} and {score}");
    let phrases = table(&panel, "The whole logit");
    let logit = reply.whole[0].logits[3];
    assert!((read(&phrases.lines.last().unwrap().cells[1].text) - logit).abs() < digits(logit));
    assert!(phrases.note.ends_with("rounding."), "{}", phrases.note);
    assert!(panel.text.starts_with("The windows with “wonderful” won "), "{}", panel.text);
}

#[test]
fn filters_have_their_strongest_words_and_their_strongest_windows_of_the_treebank() {
    let panel = ask(&question("detectors"));
    assert_eq!(panel.tables[0].lines.len(), 5);
    for line in &panel.tables[0].lines {
        let places: Vec<Vec<&str>> = line.cells[1].text.split(" | ").map(|list| list.split(", ").collect()).collect();
        assert!(places.len() == 2 && places.iter().all(|list| list.len() == 5), "{line:?}");
        let windows: Vec<&str> = line.cells[2].text.split("; ").collect();
        assert!(windows.len() == 5 && windows.iter().all(|window| window.split(' ').count() == 2), "{line:?}");
    }
    let other = Question { rows: vec![row("paper-cnn-20", "lrp-z")], ..question("detectors") };
    assert_eq!(ask(&other).tables[0].lines[0].cells[2].text, "not looked up for this network");
}

#[test]
fn without_a_choice_the_word_that_adds_most_is_looked_at() {
    let asked = Question { word: None, ..question("why") };
    let strongest = explain(TEXT).sentences[0].rows[0].words.iter().position(|w| w.rank == 1);
    assert_eq!(ask(&asked).word, strongest);
    assert_eq!(ask(&Question { word: Some(999), ..asked }).word, strongest);
}

#[test]
fn a_flip_is_what_the_network_says_of_the_text_it_proposes() {
    let panel = ask(&question("flips"));
    let best = table(&panel, "The best word for each class");
    for (class, line) in best.lines.iter().enumerate() {
        let reply = explain(line.apply.as_deref().unwrap());
        let verdict = &reply.sentences[0].verdicts[0];
        assert_eq!(line.cells[1].text, verdict.percent[class], "{line:?}");
        let wins = if class == 3 { "stays" } else { "changes" };
        assert_eq!(line.cells[3].text == wins, verdict.predicted == class, "{line:?}");
    }
    let before = explain(TEXT).whole[0].logits[3];
    for line in &table(&panel, "What moves").lines {
        let after = explain(line.apply.as_deref().unwrap()).whole[0].logits[3];
        let change = read(&line.cells[0].text);
        assert!((after - before - change).abs() < digits(change), "{line:?}: {}", after - before);
    }
}

#[test]
fn no_word_of_a_sample_beats_the_best_flip() {
    let panel = ask(&question("flips"));
    let best = read(&table(&panel, "What moves").lines[0].cells[0].text);
    let before = explain(TEXT).whole[0].logits[3];
    for word in ["superb", "great", "moving", "brilliant", "terrible", "film", "enjoyable", "honest", "charming"] {
        let after = explain(&TEXT.replace("wonderful", word)).whole[0].logits[3];
        assert!(after - before <= best + digits(best), "{word}: {}", after - before);
    }
}

#[test]
fn the_whole_sentence_is_searched_place_by_place_and_can_be_stopped() {
    let asked = Question { choice: "sentence".to_owned(), ..question("flips") };
    let panel = ask(&asked);
    assert_eq!(panel.tables[0].lines.len(), 16);
    let one = ask(&question("flips"));
    let count = |panel: &Panel| panel.tables[0].lines[WONDERFUL].cells[0].text.clone();
    assert!(one.text.contains(&format!("“wonderful”, {} of", count(&panel))), "{}", one.text);
    let mut calls = 0;
    let stopped = engine().0.study(&asked, &mut |_| {
        calls += 1;
        calls < 3
    });
    assert_eq!((stopped.unwrap_err().code(), calls), ("cancelled", 3));
}

#[test]
fn three_names_are_one_number_until_something_breaks_it() {
    let plain = ask(&question("identity"));
    assert!(plain.text.starts_with("Three names, one number: "), "{}", plain.text);
    for (id, _) in &plain.options[1..] {
        let broken = ask(&Question { choice: id.clone(), ..question("identity") });
        assert!(broken.text.starts_with("Not one number: they differ by up to "), "{id}: {}", broken.text);
    }
    let error = engine().0.study(&Question { choice: "x".to_owned(), ..question("identity") }, &mut |_| true);
    assert_eq!(
        error.unwrap_err().to_string(),
        "there is no setting \"x\"; there is plain, epsilon, probability, mean, sentence"
    );
}

#[test]
fn steps_err_only_where_the_path_has_kinks() {
    let panel = ask(&question("steps"));
    let [zero, sentence] = &panel.charts[0].curves[..] else { panic!("two curves") };
    assert!(zero.y.iter().all(|error| *error < 1e-5), "{:?}", zero.y);
    assert!(sentence.y[0] > 1e-3 && sentence.y.last().unwrap() < &(sentence.y[0] / 20.0), "{:?}", sentence.y);
}

#[test]
fn an_edit_is_what_the_network_says_of_the_edited_text() {
    let panel = ask(&Question { other: "dreadful".to_owned(), ..question("edits") });
    let texts: Vec<&str> = panel.tables[0].lines.iter().filter_map(|l| l.apply.as_deref()).collect();
    assert_eq!(
        texts,
        [
            "The plot is thin, but the actors are and I was never bored.",
            "The plot is thin, but the actors are not wonderful and I was never bored.",
            "The plot is thin, but the actors are very wonderful and I was never bored.",
            "The plot is thin, but the actors are dreadful and I was never bored.",
        ]
    );
    for line in &panel.tables[0].lines[1..] {
        let verdict = &explain(line.apply.as_deref().unwrap()).whole[0];
        assert_eq!(line.cells[0].text, verdict.text);
        assert!((read(&line.cells[1].text) - verdict.logits[3]).abs() < digits(verdict.logits[3]));
    }
}

#[test]
fn deleting_the_only_word_leaves_nothing_to_read() {
    let panel = ask(&Question { text: "Wonderful".to_owned(), word: Some(0), ..question("edits") });
    assert_eq!(panel.tables[0].lines[1].cells[0].text, "nothing is left to read");
    assert_eq!(panel.tables[0].lines[1].apply, None);
}

#[test]
fn a_difference_is_split_without_a_remainder() {
    let other = "The plot is thin, but the actors are dreadful and I was never bored.";
    let panel = ask(&Question { other: other.to_owned(), ..question("pair") });
    let table = table(&panel, "Word by word");
    let total = |name: &str| read(&line(table, name).cells[4].text);
    let change = explain(other).whole[0].logits[3] - explain(TEXT).whole[0].logits[3];
    assert!((total("logit of positive") - change).abs() < digits(change));
    let parts =
        total("exchanged, added, dropped") + total("same words, new neighbours") + total("padding, biases, baseline");
    assert!((parts - change).abs() < 0.03, "{parts} and {change}");
    assert_eq!(line(table, "exchanged").cells[2].text, "dreadful");
    let presets = ask(&question("pair"));
    assert!(presets.tables[0].lines.iter().all(|l| l.apply.is_some() && l.other.is_some()));
}

#[test]
fn epochs_and_seeds_ask_all_networks_about_one_class() {
    let (mut engine, checkpoints) = engine();
    let mut rows: Vec<RowRequest> = checkpoints.iter().map(|id| row(id, "gradient-x-input")).collect();
    rows.iter_mut().for_each(|row| row.target.class = None);
    let panel = engine.study(&Question { rows: rows.clone(), ..question("epochs") }, &mut |_| true).unwrap();
    assert!(panel.text.starts_with("What changed most is “"), "{}", panel.text);
    assert_eq!(panel.charts[0].curves.len(), 5);
    let sums: Vec<f32> = (0..3).map(|k| panel.charts[0].curves.iter().map(|c| c.y[k]).sum()).collect();
    assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5), "{sums:?}");
    assert!(panel.tables[0].lines.iter().all(|l| l.cells[0].curve.len() == 3));
    let seeds = engine.study(&Question { rows, ..question("seeds") }, &mut |_| true).unwrap();
    assert!(seeds.text.contains("of 16 words have the same sign under all 3 seeds. The verdict is "), "{}", seeds.text);
}

#[test]
fn curves_begin_and_end_where_the_network_does_and_greed_beats_every_method() {
    let rows = ["gradient-x-input", "gradient", "shapley"].map(|method| row("paper-cnn-10", method)).to_vec();
    for (choice, whole, none) in [("deletion", 0, 16), ("insertion", 16, 0)] {
        let asked = Question { choice: choice.to_owned(), rows: rows.clone(), ..question("curves") };
        let panel = ask(&asked);
        let [band, methods @ .., greedy] = &panel.charts[0].curves[..] else { panic!("a band and curves") };
        assert_eq!((band.kind.as_str(), methods.len(), greedy.y.len()), ("band", 3, 17));
        assert!(band.y.iter().zip(&band.top).all(|(low, high)| low <= high));
        let probability = explain(TEXT).whole[0].probabilities[3];
        let empty = methods[0].y[none];
        for curve in methods.iter().chain([greedy]) {
            assert!((curve.y[whole] - probability).abs() < 1e-5, "{choice}: {}", curve.name);
            assert!((curve.y[none] - empty).abs() < 1e-6, "{choice}: {}", curve.name);
        }
        for curve in methods {
            let first = greedy.y[1] - curve.y[1];
            assert!(if choice == "deletion" { first < 1e-6 } else { first > -1e-6 }, "{choice}: {}", curve.name);
        }
    }
}

#[test]
fn the_reference_is_at_no_distance_from_itself() {
    let rows = ["shapley", "gradient-x-input", "gradient"].map(|method| row("paper-cnn-10", method)).to_vec();
    let panel = ask(&Question { rows, ..question("reference") });
    let cells = |k: usize| panel.tables[0].lines[k].cells.iter().map(|c| c.text.as_str()).collect::<Vec<_>>();
    assert_eq!(cells(0), ["0", "+1.00", "+1.00", "the same"]);
    assert!(read(cells(1)[0]) > 0.0);
    assert_eq!(cells(2)[0], "another unit");
    let sum: f32 = panel.tables[1].lines.iter().map(|l| read(&l.cells[0].text)).sum();
    let reply = explain(TEXT);
    let change = reply.whole[0].logits[3] - explain("zzzz qqqq").whole[0].logits[3];
    assert!((sum - change).abs() < 0.03, "{sum} and {change}");
}

#[test]
fn people_are_asked_about_words_and_a_negative_class_is_turned() {
    let side = |class: usize| {
        let mut asked = question("people");
        asked.rows[0].target.class = Some(class);
        ask(&asked)
    };
    let positive = side(3);
    assert_eq!(line(&positive.tables[0], "wonderful").cells[2].text, "yes");
    assert!(read(&line(&positive.tables[0], "wonderful").cells[1].text) >= 0.5);
    assert!(side(0).text.contains("the signs are turned, because very negative lies on the negative side"));
    assert!(side(2).text.starts_with("neutral lies in the middle"));
    let unasked = Question { text: "Flumptious.".to_owned(), word: None, ..question("people") };
    assert_eq!(ask(&unasked).tables[0].lines[0].cells[1].text, "not asked");
}

#[test]
fn a_network_drawn_anew_is_the_same_for_one_seed_and_another_for_the_next() {
    let drawn = |choice: &str, seed: u32| ask(&Question { choice: choice.to_owned(), seed, ..question("randomise") });
    for layers in ["dense", "conv", "both"] {
        assert_eq!(drawn(layers, 1), drawn(layers, 1));
        assert_ne!(drawn(layers, 1).tables, drawn(layers, 2).tables);
        let before =
            |seed| drawn(layers, seed).tables[1].lines.iter().map(|l| l.cells[0].text.clone()).collect::<Vec<_>>();
        assert_eq!(before(1), before(2), "the trained network's scores");
    }
    let wrong = engine().0.study(&Question { choice: "all".to_owned(), ..question("randomise") }, &mut |_| true);
    assert_eq!(wrong.unwrap_err().to_string(), "there is no choice of layers \"all\"; there is dense, conv, both");
}

#[test]
fn the_corpus_has_words_and_windows_of_each_class_and_says_on_whose_side_people_are() {
    let class = |choice: &str| ask(&Question { choice: choice.to_owned(), ..question("corpus") });
    let shown = class("");
    assert_eq!((shown.choice.as_str(), shown.options.len()), ("3", 5), "the class that is explained");
    let worst = class("0");
    assert!(worst.text.starts_with("“pathetic” speaks for very negative most, +2.81 on average."), "{}", worst.text);
    assert!(worst.text.contains("people find 19 negative and 0 positive") || worst.text.contains("negative and"));
    let [words, windows] = &worst.tables[..] else { panic!("words and windows") };
    assert!(words.lines.len() == 20 && windows.lines.iter().all(|line| line.name.split(' ').count() == 2));
    assert!(class("2").text.contains("neutral lies in the middle"));
    let wrong = engine().0.study(&Question { choice: "9".to_owned(), ..question("corpus") }, &mut |_| true);
    assert_eq!(wrong.unwrap_err().to_string(), "there is no class \"9\"; there is 0, 1, 2, 3, 4");
}

#[test]
fn the_matrix_counts_the_same_test_sentences_as_the_models_card() {
    let models = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/models");
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(models.join("manifest.json")).unwrap()).unwrap();
    let card = &manifest.models.iter().find(|m| m.id == manifest.default_model).unwrap().card;
    let panel = ask(&question("confusion"));
    for (k, truth) in card.confusion.iter().enumerate() {
        let cells: Vec<usize> = panel.tables[0].lines[k].cells.iter().map(|c| c.text.parse().unwrap()).collect();
        assert_eq!(cells[5], truth.iter().sum::<usize>());
        // The card's network read no more than 40 words of each.
        assert!(cells.iter().zip(truth).all(|(a, b)| a.abs_diff(*b) <= 2), "{cells:?} and {truth:?}");
    }
    assert!(panel.text.starts_with("Of 2,210 test sentences 946 are right (43\u{a0}%)."), "{}", panel.text);
    let cell = ask(&Question { choice: "0.1".to_owned(), ..question("confusion") });
    assert!(cell.text.starts_with("204 of 2,210 test sentences are very negative and taken for negative. Choose "));
}

#[test]
fn a_networks_corpus_that_was_not_measured_is_said_to_be_none() {
    let (mut engine, _) = engine();
    engine.add_corpus("").unwrap();
    for about in ["corpus", "confusion"] {
        let panel = engine.study(&question(about), &mut |_| true).unwrap();
        assert!(panel.text.starts_with("This network was not "), "{}", panel.text);
        assert!(panel.tables.is_empty());
    }
}

#[test]
fn phrases_of_a_review_are_an_outline_beside_the_sums_of_their_words() {
    let review = "an engaging overview of johnson 's eccentric career .";
    let rows = ["gradient-x-input", "gradient", "lrp-alpha-beta"].map(|method| row("paper-cnn-10", method)).to_vec();
    let panel = ask(&Question { text: review.to_owned(), rows, ..question("phrases") });
    let outline = &panel.tables[0];
    let lines: Vec<(usize, &str)> = outline.lines.iter().map(|line| (line.depth, line.name.as_str())).collect();
    assert_eq!(lines[..4], [(0, review), (1, &review[..51]), (2, "an engaging overview"), (3, "engaging overview")]);
    let scores: Vec<f32> = explain(review).sentences[0].rows[0].words.iter().map(|word| word.score).collect();
    assert!((read(&outline.lines[2].cells[1].text) - scores[..3].iter().sum::<f32>()).abs() < 0.01);
    assert_eq!((outline.lines[2].cells[0].text.as_str(), panel.tables[1].lines.len()), ("+0.50", 3));
    assert!(
        panel.text.starts_with("Of 4 phrases that people found positive or negative, the words of "),
        "{}",
        panel.text
    );
    let offer = ask(&question("phrases"));
    let texts: Vec<&str> = offer.tables[0].lines.iter().filter_map(|line| line.apply.as_deref()).collect();
    assert!(texts.len() == 6 && texts.contains(&review), "{texts:?}");
}

#[test]
fn bad_questions_are_refused_in_words() {
    let mut engine = engine().0;
    let mut refused = |asked: Question| engine.study(&asked, &mut |_| true).unwrap_err().to_string();
    assert!(refused(question("magic")).starts_with("there is no question \"magic\"; there is why, "));
    let none = refused(Question { rows: Vec::new(), ..question("why") });
    assert_eq!(none, "rows is none, expected at least the row that is shown");
    let far = refused(Question { sentence: 7, ..question("why") });
    assert_eq!(far, "the sentence is 7, expected one of the 1 of the text, counted from 0");
    let empty = refused(Question { text: String::new(), ..question("edits") });
    assert_eq!(empty, "the sentence is 0, expected one of the 0 of the text, counted from 0");
    let lost = refused(Question { rows: vec![row("lost", "lrp-z")], ..question("why") });
    assert!(lost.starts_with("there is no loaded checkpoint \"lost\""));
}

/// An engine with the bidirectional LSTM alone.
fn recurrent() -> Engine {
    let models = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/models");
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(models.join("manifest.json")).unwrap()).unwrap();
    let model = manifest.models.iter().find(|m| m.id == "bilstm").unwrap();
    let read = |file: &str| std::fs::read(models.join(file)).unwrap();
    let mut engine = Engine::new();
    engine.add_vectors("bilstm", &read(&model.vectors.file)).unwrap();
    engine.add_checkpoint("bilstm-5", "5 epochs", "bilstm", &read(&model.checkpoints[0].file), None).unwrap();
    assert_eq!(manifest.data_files.iter().map(|file| file.id.as_str()).collect::<Vec<_>>(), DATA_FILES);
    for data in &manifest.data_files {
        engine.add_data_file(&data.id, &read(&data.file)).unwrap();
    }
    engine
}

#[test]
fn a_network_that_reads_word_by_word_is_asked_everything_too() {
    let mut engine = recurrent();
    for QuestionSpec { id: about, .. } in questions() {
        let asked = Question {
            rows: vec![row("bilstm-5", "gradient-x-input")],
            text: "Never a dull film.".to_owned(),
            word: Some(2),
            other: "Never a good film.".to_owned(),
            ..question(about)
        };
        let panel = engine.study(&asked, &mut |_| true).unwrap();
        assert!(!panel.text.is_empty(), "{about}");
        assert_eq!(panel.tables.is_empty(), *about == "detectors", "{about}: {}", panel.text);
    }
}

#[test]
fn what_words_left_in_the_memory_adds_up_to_the_logit() {
    let mut engine = recurrent();
    let rows = vec![row("bilstm-5", "gradient-x-input")];
    let request =
        Request { text: TEXT.to_owned(), rows: rows.clone(), scale: Scale::Row, truth: None, max_sentences: 1 };
    let logit = engine.explain(&request).unwrap().whole[0].logits[3];
    let panel = engine.study(&Question { rows, ..question("why") }, &mut |_| true).unwrap();
    let table = &panel.tables[0];
    assert!((read(&line(table, "logit of positive").cells[4].text) - logit).abs() < digits(logit));
    let words: f32 = table.lines[..16].iter().map(|line| read(&line.cells[4].text)).sum();
    assert!((words - read(&line(table, "all words").cells[4].text)).abs() < 0.05);
    assert_eq!(
        (table.lines[15].cells[1].text.as_str(), table.lines[0].cells[3].text.as_str()),
        ("100\u{a0}%", "100\u{a0}%")
    );
    assert!(panel.text.starts_with("“wonderful” adds "), "{}", panel.text);
}

#[test]
fn an_exchange_in_a_network_that_reads_word_by_word_is_what_it_says_of_the_text() {
    let mut engine = recurrent();
    let rows = vec![row("bilstm-5", "gradient-x-input")];
    let asked = Question { text: "A dull film.".to_owned(), word: Some(1), rows: rows.clone(), ..question("flips") };
    let panel = engine.study(&asked, &mut |_| true).unwrap();
    for (class, line) in table(&panel, "The best word for each class").lines.iter().enumerate() {
        let text = line.apply.clone().unwrap();
        let request = Request { text, rows: rows.clone(), scale: Scale::Row, truth: None, max_sentences: 1 };
        assert_eq!(line.cells[1].text, engine.explain(&request).unwrap().whole[0].percent[class], "{line:?}");
    }
    let mut calls = 0;
    let stopped = engine.study(&asked, &mut |_| {
        calls += 1;
        calls < 2
    });
    assert_eq!((stopped.unwrap_err().code(), calls), ("cancelled", 2));
}
