//! From a text to what is shown about it, with the networks that the site ships.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use ndarray::Array2;
use wordlight_engine::{
    Document, Engine, List, ListOrder, Manifest, NetworkMark, Reply, Request, RowRequest, Scale, TargetRequest, Wanted,
    examples,
};
use wordlight_explain::spec::ParamValue;
use wordlight_nn::layer::Embedding;
use wordlight_nn::text::tokenize;

const RELEVANCE: [&str; 5] = ["gradient-x-input", "integrated-gradients", "lrp-z", "lrp-epsilon", "lrp-alpha-beta"];

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/models")
}

fn manifest() -> Manifest {
    serde_json::from_slice(&std::fs::read(models().join("manifest.json")).unwrap()).unwrap()
}

/// The default model with the checkpoints of the paper, which have files of their own.
fn engine() -> (Engine, Vec<String>) {
    let manifest = manifest();
    let model = manifest.models.iter().find(|m| m.id == manifest.default_model).unwrap();
    let read = |file: &str| std::fs::read(models().join(file)).unwrap();
    let mut engine = Engine::new();
    engine.add_vectors(&model.id, &read(&model.vectors.file)).unwrap();
    let own: Vec<_> = model.checkpoints.iter().filter(|checkpoint| checkpoint.part.is_none()).collect();
    for checkpoint in &own {
        engine.add_checkpoint(&checkpoint.id, &checkpoint.name, &model.id, &read(&checkpoint.file), None).unwrap();
    }
    (engine, own.iter().map(|c| c.id.clone()).collect())
}

fn row(checkpoint: &str, method: &str) -> RowRequest {
    RowRequest {
        checkpoint: checkpoint.to_owned(),
        method: method.to_owned(),
        params: Default::default(),
        target: TargetRequest::default(),
        baseline: "zero".to_owned(),
    }
}

fn request(text: &str, rows: Vec<RowRequest>) -> Request {
    Request { text: text.to_owned(), rows, scale: Scale::Shared, truth: None, max_sentences: 50 }
}

fn explain(text: &str, method: &str) -> Reply {
    let (engine, checkpoints) = engine();
    engine.explain(&request(text, vec![row(&checkpoints[1], method)])).unwrap()
}

/// The same with the first words' vectors alone.
fn first_engine() -> (Engine, String, Vec<u8>) {
    let manifest = manifest();
    let model = manifest.models.iter().find(|m| m.id == manifest.default_model).unwrap();
    let read = |file: &str| std::fs::read(models().join(file)).unwrap();
    let mut engine = Engine::new();
    let first = model.vectors.first.as_ref().expect("`wordlight first-words` has not been run on the default model");
    engine.add_first_vectors(&model.id, &read(&first.file)).unwrap();
    let shown = model.checkpoints.iter().find(|c| c.id == model.default_checkpoint).unwrap();
    engine.add_checkpoint(&shown.id, &shown.name, &model.id, &read(&shown.file), None).unwrap();
    (engine, model.id.clone(), read(&model.vectors.file))
}

#[test]
fn the_first_words_are_those_of_the_examples_and_have_the_same_vectors() {
    let manifest = manifest();
    let model = manifest.models.iter().find(|m| m.id == manifest.default_model).unwrap();
    let (first, _, whole) = first_engine();
    let (some, all) = (first.embedding(&model.id).unwrap(), Embedding::from_bytes(&whole).unwrap());
    assert_eq!(some.vocab().len(), model.vectors.first.as_ref().unwrap().words);
    assert!(some.vocab().len() < all.vocab().len() / 2, "the first words are not few");
    assert_eq!(some.mean(), all.mean());
    for row in 0..some.vocab().len() {
        let there = all.vocab().get(some.vocab().word(row).unwrap());
        let (mine, its): (Array2<f32>, Array2<f32>) = (some.embed(&[Some(row)], 1), all.embed(&[there], 1));
        assert_eq!(mine, its, "{:?}", some.vocab().word(row));
    }
    let offered = examples().into_iter().filter(|e| e.group == "try").map(|e| e.text);
    for word in offered.flat_map(|text| tokenize(&text)).map(|token| token.form) {
        assert_eq!(some.vocab().get(&word).is_some(), all.vocab().get(&word).is_some(), "{word}");
    }
}

#[test]
fn a_text_of_first_words_is_answered_to_the_bit_and_any_other_when_the_rest_is_there() {
    let (mut first, id, whole) = first_engine();
    let (engine, checkpoints) = engine();
    assert_eq!(first.vectors_pending().collect::<Vec<_>>(), [id.as_str()]);
    let common = "The plot is thin, but the actors are wonderful. I was never bored.";
    let rare = "The plot is thin, but the omnipotent actors are wonderful.";
    let unknown = "The plot is zyzzyvous.";
    let ask = |text: &str, baseline: &str| {
        let rows =
            RELEVANCE.iter().map(|method| RowRequest { baseline: baseline.to_owned(), ..row(&checkpoints[1], method) });
        request(text, rows.collect())
    };
    let answer = |engine: &Engine, asked: &Request| serde_json::to_string(&engine.explain(asked).unwrap()).unwrap();
    for baseline in ["zero", "mean", "text:the film"] {
        let asked = ask(common, baseline);
        assert_eq!(answer(&first, &asked), answer(&engine, &asked), "{baseline}");
    }
    for (text, word) in [(rare, "omnipotent"), (unknown, "zyzzyvous")] {
        let error = first.explain(&ask(text, "zero")).unwrap_err();
        assert_eq!(error.code(), "vectors-pending");
        assert!(error.to_string().contains(&format!("{word:?}")), "{error}");
    }
    let reply = first.explain(&ask(common, "text:omnipotent")).unwrap();
    let codes = reply.sentences[0].rows.iter().map(|row| row.error.as_ref().map(|error| error.code.as_str()));
    assert!(codes.clone().all(|code| code == Some("vectors-pending")), "{:?}", codes.collect::<Vec<_>>());
    first.add_vectors(&id, &whole).unwrap();
    assert_eq!(first.vectors_pending().count(), 0);
    for text in [common, rare, unknown] {
        assert_eq!(answer(&first, &ask(text, "zero")), answer(&engine, &ask(text, "zero")));
    }
}

#[test]
fn the_shipped_network_is_the_papers_and_reads_every_word_of_its_reviews() {
    let (engine, checkpoints) = engine();
    assert_eq!(checkpoints.len(), 3);
    for example in examples().iter().filter(|e| e.group == "paper") {
        let mut rows = Vec::new();
        for checkpoint in &checkpoints {
            rows.extend(RELEVANCE.iter().map(|method| row(checkpoint, method)));
        }
        let asked = Request { truth: example.truth.clone(), ..request(&example.text, rows) };
        let reply = engine.explain(&asked).unwrap();
        assert_eq!((reply.sentence_count, reply.whole.len()), (1, 3), "{}", example.name);
        let sentence = &reply.sentences[0];
        assert!(sentence.tokens.iter().all(|t| t.known), "{} has a word without a vector", example.name);
        assert!(reply.whole.iter().all(|v| v.correct.is_some()));
        for row in &sentence.rows {
            assert!(row.error.is_none() && row.ledger.ok && row.ledger.proves, "{}: {row:?}", example.name);
            assert_eq!(row.words.len(), sentence.tokens.len());
            let words: f32 = row.words.iter().map(|w| w.score).sum();
            let booked = row.ledger.entries.iter().find(|e| e.id == "words").unwrap().amount;
            assert!((words - booked).abs() < 1e-4, "{}", row.method);
        }
        // Three names, one number: the finding that the page shows.
        for rows in sentence.rows.chunks(RELEVANCE.len()) {
            for (a, b, c) in (0..rows[0].words.len()).map(|i| (&rows[0].words[i], &rows[1].words[i], &rows[2].words[i]))
            {
                assert!((a.score - b.score).abs() < 1e-4 && (a.score - c.score).abs() < 1e-4);
            }
        }
    }
}

#[test]
fn the_text_comes_back_whole_from_tokens_and_gaps() {
    let texts = [
        "A good film.  A bad\none?\n\nYes — “really” bad!",
        "It's n't\tthat <script>alert(1)</script> 😀👍🏽 映画 é",
        "  (no) way...   ",
    ];
    for text in texts {
        let reply = explain(text, "gradient-x-input");
        let back: String =
            reply.sentences.iter().flat_map(|s| &s.tokens).map(|t| format!("{}{}", t.gap, t.text)).collect();
        assert!(text.starts_with(&back), "{back:?} is not the beginning of {text:?}");
        assert!(text[back.len()..].trim().is_empty(), "{text:?} lost {:?}", &text[back.len()..]);
    }
}

#[test]
fn a_review_is_explained_sentence_by_sentence_and_judged_as_a_whole() {
    let reply = explain("The actors are wonderful. The story is a mess. I left early.", "lrp-z");
    assert_eq!((reply.sentence_count, reply.sentences.len(), reply.whole.len()), (3, 3, 1));
    let (engine, checkpoints) = engine();
    let few = Request { max_sentences: 1, ..request("One. Two. Three.", vec![row(&checkpoints[0], "lrp-z")]) };
    let reply = engine.explain(&few).unwrap();
    assert_eq!((reply.sentence_count, reply.sentences.len()), (3, 1));
}

#[test]
fn nothing_and_nothing_known_are_said_in_words() {
    for text in ["", "   \n ", "\u{200b}"] {
        let reply = explain(text, "gradient");
        assert!(reply.empty && reply.sentences.is_empty());
        assert_eq!(reply.message.as_deref(), Some("Type a sentence to see which of its words decide."));
    }
    let reply = explain("映画はとても良かった", "gradient-x-input");
    assert!(reply.message.unwrap().starts_with("The network knows none of these words"));
    assert!(reply.sentences[0].rows[0].words.iter().all(|w| w.score == 0.0));
}

#[test]
fn a_hundred_thousand_characters_are_read_and_a_million_words_are_refused() {
    let reply = explain(&"a good film . ".repeat(7_200), "gradient-x-input");
    assert_eq!((reply.sentence_count, reply.sentences.len()), (7_200, 50));
    let (engine, checkpoints) = engine();
    let long = request(&"word ".repeat(60_000), vec![row(&checkpoints[0], "gradient")]);
    assert_eq!(engine.explain(&long).unwrap_err().to_string(), "the text has 60000 words; the limit is 50000");
}

#[test]
fn a_bad_row_spoils_no_other() {
    let (engine, checkpoints) = engine();
    let id = &checkpoints[0];
    let mut bad_param = row(id, "lrp-epsilon");
    bad_param.params.insert("epsilon".to_owned(), ParamValue::Number(-1.0));
    let mut bad_class = row(id, "lrp-z");
    bad_class.target.class = Some(7);
    let mut bad_baseline = row(id, "integrated-gradients");
    bad_baseline.baseline = "nowhere".to_owned();
    let rows = vec![row(id, "lrp-z"), row(id, "magic"), bad_param, bad_class, bad_baseline, row("none", "lrp-z")];
    let reply = engine.explain(&request("a good film", rows)).unwrap();
    let errors: Vec<Option<&str>> =
        reply.sentences[0].rows.iter().map(|r| r.error.as_ref().map(|e| e.message.as_str())).collect();
    assert_eq!(errors[0], None);
    assert!(errors[1].unwrap().starts_with("there is no method \"magic\"; there is gradient, "));
    assert_eq!(errors[2], Some("epsilon is -1, expected a number from 0 to 10"));
    assert_eq!(errors[3], Some("class 7 does not exist; the network has classes 0 to 4"));
    assert!(errors[4].unwrap().starts_with("there is no baseline \"nowhere\""));
    assert!(errors[5].unwrap().starts_with("there is no loaded checkpoint \"none\""));
}

#[test]
fn rows_share_a_scale_only_with_rows_in_the_same_unit() {
    let (engine, checkpoints) = engine();
    let rows = ["gradient", "gradient-x-input", "lrp-alpha-beta"].map(|m| row(&checkpoints[2], m)).to_vec();
    let reply = engine.explain(&request("An unforgettable and deeply moving film.", rows)).unwrap();
    let rows = &reply.sentences[0].rows;
    assert_ne!(rows[0].scale_max, rows[1].scale_max);
    assert_eq!(rows[1].scale_max, rows[2].scale_max);
    let largest = rows[1..].iter().flat_map(|r| &r.words).map(|w| w.intensity.abs()).fold(0.0, f32::max);
    assert_eq!(largest, 1.0);
    assert!(rows[0].scale_text.ends_with("logit per embedding unit"), "{}", rows[0].scale_text);
}

#[test]
fn a_request_and_a_reply_survive_json() {
    let (engine, checkpoints) = engine();
    let asked = request("a good film", vec![row(&checkpoints[0], "lrp-epsilon")]);
    let back: Request = serde_json::from_str(&serde_json::to_string(&asked).unwrap()).unwrap();
    assert_eq!(back, asked);
    let reply = engine.explain(&asked).unwrap();
    let back: Reply = serde_json::from_str(&serde_json::to_string(&reply).unwrap()).unwrap();
    assert_eq!(back, reply);
}

fn mark(checkpoint: &str) -> wordlight_explain::Result<NetworkMark> {
    Ok(NetworkMark { checkpoint: checkpoint.to_owned(), sha256: "a".to_owned(), vectors_sha256: "b".to_owned() })
}

#[test]
fn a_document_made_again_from_its_own_request_is_the_same_text() {
    let (engine, checkpoints) = engine();
    let rows = checkpoints.iter().flat_map(|c| RELEVANCE.map(|method| row(c, method))).collect();
    let requests = vec![
        request("The cast is wonderful. The plot is not!", rows),
        request("", vec![row(&checkpoints[0], "lrp-z")]),
    ];
    let document = Document::make(&engine, requests, mark).unwrap();
    let text = document.to_json();
    let read: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(read, document, "every number survives the way through its digits");
    let again = read.explanations.into_iter().map(|one| one.request).collect();
    assert_eq!(Document::make(&engine, again, mark).unwrap().to_json(), text);
    assert_eq!(document.networks.len(), checkpoints.len());
    let steps = &document.explanations[0].request.rows[1].params;
    assert!(steps.contains_key("steps") && steps.contains_key("quadrature"), "defaults are written out: {steps:?}");
}

#[test]
fn a_list_gives_each_text_the_verdict_it_has_alone() {
    let (engine, checkpoints) = engine();
    let row = row(&checkpoints[1], "integrated-gradients");
    let texts = ["A wonderful film.", "Dull, dull, dull.", "...", "Not bad at all."];
    let mut list = List::read("texts.txt", texts.join("\n").as_bytes()).unwrap();
    list.advance(&engine, &row, 1).unwrap();
    assert!(list.card().message.starts_with("1 of 4 texts read: 1 very positive"), "{}", list.card().message);
    list.advance(&engine, &row, 100).unwrap();
    assert_eq!(list.card().done, 4);
    for (line, text) in list.page((ListOrder::Number, false), &Wanted::default(), 0, 10).lines.iter().zip(texts) {
        let reply = engine.explain(&request(text, vec![row.clone()])).unwrap();
        assert_eq!(format!("{} ({})", line.class_name, line.percent), reply.whole[0].text, "{text}");
        let first = line.words.first().map(|word| word.text.as_str());
        let strongest = reply.sentences[0].rows[0].words.iter().position(|word| word.rank == 1);
        assert_eq!(first, strongest.map(|k| reply.sentences[0].tokens[k].text.as_str()), "{text}");
    }
    let sorted = list.page((ListOrder::Confidence, true), &Wanted::default(), 0, 10).lines;
    let chances: Vec<f32> = sorted
        .iter()
        .map(|line| {
            engine.explain(&request(&line.text, vec![row.clone()])).unwrap().whole[0]
                .probabilities
                .iter()
                .copied()
                .fold(0.0, f32::max)
        })
        .collect();
    assert!(chances.is_sorted_by(|a, b| a >= b), "{chances:?}");
    assert_eq!(list.page((ListOrder::Class, false), &Wanted::default(), 2, 1).lines.len(), 1);
    assert_eq!(list.to_csv().lines().count(), 5);
    list.restart(0).unwrap();
    assert_eq!(list.card().done, 0);
    let mut unknown = row.clone();
    unknown.checkpoint = "none".to_owned();
    assert!(list.advance(&engine, &unknown, 1).is_err(), "what is wrong with the wish is no line of the list");
}

/// Answers of two networks in one list would be counted under the labels of one.
#[test]
fn a_list_is_of_one_network() {
    let (mut engine, checkpoints) = engine();
    let mut list = List::read("texts.txt", "A wonderful film.\nDull.\nNot bad at all.").unwrap();
    let first = row(&checkpoints[0], "integrated-gradients");
    let said = |list: &mut List| -> Vec<String> {
        let lines = list.page((ListOrder::Number, false), &Wanted::default(), 0, 10).lines;
        lines.into_iter().map(|line| line.percent).collect()
    };
    list.advance(&engine, &first, 2).unwrap();
    let before = said(&mut list);
    // Another network, and another method of it.
    let mut asked = row(&checkpoints[1], "integrated-gradients");
    list.advance(&engine, &asked, 1).unwrap();
    assert_eq!(list.card().done, 1);
    asked.method = "gradient-x-input".to_owned();
    list.advance(&engine, &asked, 2).unwrap();
    assert_eq!(list.card().done, 2);
    assert_ne!(said(&mut list), before);
    // Other weights under the same name.
    let manifest = manifest();
    let model = manifest.models.iter().find(|m| m.id == manifest.default_model).unwrap();
    let other = model.checkpoints.iter().find(|checkpoint| checkpoint.id == checkpoints[0]).unwrap();
    let bytes = std::fs::read(models().join(&other.file)).unwrap();
    engine.add_checkpoint(&checkpoints[1], "exchanged", &model.id, &bytes, None).unwrap();
    list.advance(&engine, &asked, 1).unwrap();
    assert_eq!((list.card().done, said(&mut list)), (1, before[..1].to_vec()));
    list.advance(&engine, &asked, 1).unwrap();
    assert_eq!(said(&mut list), before);
}

#[test]
fn trees_are_read_with_their_true_classes_and_a_cell_of_the_matrix_chooses_among_them() {
    let (engine, checkpoints) = engine();
    let row = row(&checkpoints[1], "gradient-x-input");
    let file = "(3 (2 A) (3 (4 wonderful) (2 film)))\n(0 (2 Dull) (1 (2 and) (0 tedious)))\n(0 (2 A) (4 (4 wonderful) (2 mess)))\n";
    let mut list = List::trees("test.txt", file.as_bytes()).unwrap();
    assert_eq!(
        List::read("any.txt", file.as_bytes()).unwrap().card(),
        list.card(),
        "trees are known when they are met"
    );
    list.advance(&engine, &row, 9).unwrap();
    let said: Vec<usize> = ["A wonderful film", "Dull and tedious", "A wonderful mess"]
        .map(|text| engine.explain(&request(text, vec![row.clone()])).unwrap().whole[0].predicted)
        .to_vec();
    let matrix = list.confusion(&Wanted::default()).unwrap();
    for (truth, line) in matrix.tables[0].lines.iter().take(5).enumerate() {
        for taken in 0..5 {
            let want = [3, 0, 0].iter().zip(&said).filter(|pair| *pair == (&truth, &taken)).count();
            assert_eq!(line.cells[taken].text, want.to_string(), "{truth} taken for {taken}");
        }
    }
    let wanted = Wanted::parse("0.all").unwrap();
    let page = list.page((ListOrder::Number, false), &wanted, 0, 10);
    let found: Vec<(usize, &str)> = page.lines.iter().map(|line| (line.number, line.truth.as_str())).collect();
    assert_eq!((page.total, found), (2, vec![(2, "very negative"), (3, "very negative")]));
    assert!(list.confusion(&wanted).unwrap().text.starts_with("2 of 3 sentences are very negative. They are listed"));
    let numbers = |list: &mut List, wanted: &str| -> Vec<usize> {
        let page = list.page((ListOrder::Number, false), &Wanted::parse(wanted).unwrap(), 0, 10);
        page.lines.iter().map(|line| line.number).collect()
    };
    assert_eq!(numbers(&mut list, "all a wonderful"), [1, 3]);
    assert_eq!(numbers(&mut list, "0.all wonderful"), [3]);
    assert_eq!(numbers(&mut list, "all wonder"), [] as [usize; 0], "a part of a word is none");
    let asked = |wanted: &str| list.confusion(&Wanted::parse(wanted).unwrap()).unwrap();
    assert!(asked("all wonderful").text.starts_with("2 sentences with “wonderful” are listed below; "));
    assert_eq!(asked("all wonderful").tables[0].lines[5].cells[5].text, "2", "the matrix counts these alone");
    assert!(asked("0.all tedious").text.starts_with("1 of 1 sentence with “tedious” is very negative. It is listed"));
    assert!(asked("all grand").text.starts_with("No sentence of this file has “grand”."));
    let truths: Vec<usize> =
        list.page((ListOrder::Truth, true), &Wanted::default(), 0, 9).lines.iter().map(|line| line.number).collect();
    assert_eq!(truths, [1, 2, 3]);
    assert!(list.to_csv().starts_with("number,text,true class,predicted,"));
    assert_eq!(List::read("a.txt", b"(3 (2 It)\n").unwrap().confusion(&Wanted::default()), None, "no tree: a text");
}
