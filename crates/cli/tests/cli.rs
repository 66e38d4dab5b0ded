//! The `wordlight` command as a user meets it: a whole round of train, evaluate, export and explain on a made-up
//! treebank, and everything that can be wrong with what it is given.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

mod common;

use std::io::Write;
use std::path::Path;
use std::process::Command;

use common::{bad, data, good, names, site, text, train};
use serde_json::Value;

#[test]
fn train_evaluate_export_and_explain_are_one_story() {
    let (data, models) = site();
    let run = data.path().join("run");
    assert_eq!(names(&run).len(), 9 + 2, "epochs 0 to 8, the vectors and the description: {:?}", names(&run));

    let model = text(&run.join("epoch-008.safetensors"));
    let vectors = text(&run.join("vectors.safetensors"));
    let treebank = text(data.path());
    let args = ["evaluate", "--model", &model, "--vectors", &vectors, "--treebank", &treebank, "--json"];
    let result: Value = serde_json::from_str(&good(&args, b"")).unwrap();
    assert_eq!(result["result"]["accuracy"], 1.0, "the adjective decides: {result}");
    assert_eq!((&result["tokens"], &result["unknown_tokens"]), (&80.into(), &10.into()), "zyzzyva has no vector");
    let table = good(&args[..7], b"");
    assert!(table.contains("20 sentences of test, cut after 40 words, padded to 40"), "{table}");
    assert!(table.contains("10 of 80 tokens have no vector (12.50 %)"), "{table}");

    let manifest: Value = serde_json::from_slice(&std::fs::read(models.join("manifest.json")).unwrap()).unwrap();
    let entry = &manifest["models"][0];
    assert_eq!(
        (&manifest["default_model"], &entry["default_checkpoint"]),
        (&"paper-cnn".into(), &"paper-cnn-4".into())
    );
    assert_eq!(entry["curve"].as_array().unwrap().len(), 9);
    for blob in entry["checkpoints"].as_array().unwrap().iter().chain([&entry["vectors"]]) {
        let file = models.join(blob["file"].as_str().unwrap());
        assert_eq!(std::fs::metadata(&file).unwrap().len(), blob["bytes"].as_u64().unwrap());
        assert!(text(&file).contains(&blob["sha256"].as_str().unwrap()[..8]), "named by its content: {file:?}");
    }

    let models = text(&models);
    let args = ["explain", "--models", &models, "--format", "json", "--checkpoint", "paper-cnn-8", "A great film"];
    let reply: Value = serde_json::from_str(&good(&args, b"")).unwrap();
    assert_eq!(reply["whole"][0]["predicted_name"], "very positive");
    let words = reply["sentences"][0]["rows"][0]["words"].as_array().unwrap();
    assert_eq!(words[1]["rank"], 1, "`great` is the largest of {words:?}");
}

#[test]
fn the_same_run_has_the_same_bytes_on_any_number_of_threads() {
    let data = data();
    let files = |threads: &str| {
        let run = data.path().join(format!("run-{threads}"));
        assert!(train(data.path(), &run, &["--threads", threads, "--dropout", "0.25"]).status.success());
        names(&run).into_iter().map(|name| (std::fs::read(run.join(&name)).unwrap(), name)).collect::<Vec<_>>()
    };
    assert!(files("1") == files("3"), "the files of one and three threads differ");
}

#[test]
fn a_finished_run_is_not_overwritten_by_accident() {
    let data = data();
    let run = data.path().join("run");
    assert!(train(data.path(), &run, &[]).status.success());
    let before = names(data.path());
    let output = train(data.path(), &run, &[]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("add --force to replace it"));
    assert!(train(data.path(), &run, &["--force", "--epochs", "1"]).status.success());
    assert_eq!(names(data.path()), before, "nothing is left beside the run");
    assert_eq!(names(&run).len(), 2 + 2);
}

#[test]
fn training_data_that_does_not_parse_is_named_with_file_and_line() {
    let fails = |break_it: &dyn Fn(&Path)| {
        let data = data();
        break_it(data.path());
        let before = names(data.path());
        let output = train(data.path(), &data.path().join("run"), &[]);
        assert!(!output.status.success());
        assert_eq!(names(data.path()), before, "a failed run leaves nothing");
        String::from_utf8(output.stderr).unwrap()
    };
    let append = |file: &'static str, line: &'static str| {
        move |dir: &Path| {
            let mut file = std::fs::OpenOptions::new().append(true).open(dir.join(file)).unwrap();
            file.write_all(line.as_bytes()).unwrap();
        }
    };
    let message = fails(&append("trees/dev.txt", "(3 (2 cut) (2 off\n"));
    assert!(
        message.contains("dev.txt:21: not a tree: expected `)` at column 18, found the end of the line"),
        "{message}"
    );
    let message = fails(&append("vectors.txt", "short 1 2 3\n"));
    assert!(
        message.contains("vectors.txt:21: expected a word and 8 numbers, found 3 numbers after \"short\""),
        "{message}"
    );
    let message = fails(&|dir| std::fs::remove_file(dir.join("trees/test.txt")).unwrap());
    assert!(message.contains("no test.txt in") && message.contains("trainDevTestTrees_PTB.zip"), "{message}");
    let message = fails(&|dir| std::fs::write(dir.join("vectors.txt"), "kala 1 2\nmaja 3 4\n").unwrap());
    assert!(message.contains("none of the treebank's"), "{message}");
    let message = fails(&|dir| std::fs::write(dir.join("trees/train.txt"), "\n\n").unwrap());
    assert!(message.contains("train.txt has no tree"), "{message}");
}

#[test]
fn settings_out_of_range_are_refused_before_any_work() {
    let data = data();
    for (flags, message) in [
        (["--epochs", "10,5"], "expected numbers from 1 that grow"),
        (["--epochs", "0"], "expected numbers from 1 that grow"),
        (["--dropout", "1"], "dropout is 1, expected"),
        (["--batch", "0"], "expected at least one sentence"),
        (["--lr", "-1"], "expected a number above 0"),
        (["--length", "-2"], "expected a number from 0"),
        (["--dim", "9"], "expected --dim from 1 to 8"),
        (["--widths", "0"], "width is 0, expected"),
    ] {
        let (treebank, vectors) = (text(data.path()), text(&data.path().join("vectors.txt")));
        let args = ["train", "--treebank", &treebank, "--vectors", &vectors, "--out", "nowhere"];
        let said = bad(&[&args[..], &flags].concat(), b"");
        assert!(said.contains(message), "{flags:?}: {said}");
    }
    assert!(!Path::new("nowhere").exists());
    assert!(bad(&["train", "--nonsense"], b"").contains("--nonsense"));
}

#[test]
fn weights_that_are_cut_off_changed_or_of_another_table_are_refused() {
    let (data, models) = site();
    let manifest: Value = serde_json::from_slice(&std::fs::read(models.join("manifest.json")).unwrap()).unwrap();
    let blob = models.join(manifest["models"][0]["checkpoints"][1]["file"].as_str().unwrap());
    let whole = std::fs::read(&blob).unwrap();
    let folder = text(&models);
    let explain = ["explain", "--models", &folder, "good"];
    good(&explain, b"");

    std::fs::write(&blob, &whole[..whole.len() / 2]).unwrap();
    assert!(bad(&explain, b"").contains("is it cut off?"));
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&blob, &changed).unwrap();
    assert!(bad(&explain, b"").contains("the manifest says"));
    std::fs::remove_file(&blob).unwrap();
    assert!(bad(&explain, b"").contains("cannot read"));
    assert!(bad(&["explain", "--models", "nowhere", "good"], b"").contains("wordlight export"));

    let (run, treebank) = (data.path().join("run"), text(data.path()));
    let (model, vectors) = (text(&run.join("epoch-004.safetensors")), text(&run.join("vectors.safetensors")));
    let evaluate = ["evaluate", "--model", &model, "--vectors", &vectors, "--treebank", &treebank];
    let weights = std::fs::read(&model).unwrap();
    for length in [0, 7, 100, weights.len() - 1] {
        std::fs::write(&model, &weights[..length]).unwrap();
        assert!(bad(&evaluate, b"").contains("not a whole safetensors file"), "{length} bytes");
    }
    std::fs::write(&model, &weights).unwrap();
    let mut other = std::fs::read(&vectors).unwrap();
    *other.last_mut().unwrap() ^= 1;
    std::fs::write(&vectors, &other).unwrap();
    assert!(bad(&evaluate, b"").contains("was trained on vectors with SHA-256"));
    assert!(
        bad(&["export", "--run", &text(&run), "--to", &folder, "--default-epoch", "10"], b"").contains("none after 10")
    );
    assert!(bad(&["export", "--run", &treebank], b"").contains("holds no run"));
}

#[test]
fn any_text_has_an_answer() {
    let (_data, models) = site();
    let models = text(&models);
    let json = |input: &str| -> Value {
        let args = ["explain", "--models", &models, "--format", "json", "--method", "all"];
        serde_json::from_str(&good(&args, input.as_bytes())).unwrap()
    };
    assert_eq!(json("")["empty"], true);
    assert_eq!(json(" \n\t ")["empty"], true);
    for unknown in ["Это плохой фильм", "映画", "😀👩‍👩‍👧", "zyzzyva"] {
        let reply = json(unknown);
        assert!(reply["message"].as_str().unwrap().contains("knows none of these words"), "{unknown}: {reply}");
        assert!(!reply["whole"][0]["predicted_name"].as_str().unwrap().is_empty());
    }
    let reply = json("A good <script>alert(1)</script> film");
    let back: String = reply["sentences"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|sentence| sentence["tokens"].as_array().unwrap())
        .flat_map(|token| [token["gap"].as_str().unwrap(), token["text"].as_str().unwrap()])
        .collect();
    assert_eq!(back, "A good <script>alert(1)</script> film", "the words are the text, unchanged");
    let long = "good bad film ".repeat(7143);
    assert!(long.len() > 100_000);
    let args = ["explain", "--models", &models, "--format", "csv"];
    assert_eq!(good(&args, long.as_bytes()).lines().count(), 1 + 3 * 7143);
    assert!(bad(&args, "good ".repeat(60_000).as_bytes()).contains("the limit is 50000"));
    assert!(bad(&args, b"caf\xe9").contains("is not UTF-8: the byte at 3"));
}

#[test]
fn a_terminal_shows_words_signs_and_no_control_characters() {
    let (_data, models) = site();
    let models = text(&models);
    let shown = good(
        &["explain", "--models", &models, "--truth", "very positive", "A great \u{1b}[31m film.\nDull plot."],
        b"",
    );
    assert!(!shown.contains('\u{1b}'), "NO_COLOR is set: {shown}");
    for part in ["great", "sentence 2 of 2", "supports", "speaks against", "Integrated Gradients", "residual"] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    assert!(shown.contains('✓') || shown.contains('✗'), "{shown}");
    let coloured = Command::new(env!("CARGO_BIN_EXE_wordlight"))
        .args(["explain", "--models", &models, "great"])
        .env_remove("NO_COLOR")
        .env("CLICOLOR_FORCE", "1")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&coloured.stdout).contains("\u{1b}[48;"), "a word has a background");
}

#[test]
fn wrong_flags_are_explained() {
    let (_data, models) = site();
    let models = text(&models);
    for (flags, message) in [
        (["--target", "logit:7"], "there is no class \"7\""),
        (["--target", "loudness"], "no target \"loudness\""),
        (["--baseline", "noise"], "no baseline \"noise\""),
        (["--method", "guess"], "no method \"guess\""),
        (["--checkpoint", "paper-cnn-5"], "expected one of paper-cnn-2, paper-cnn-4, paper-cnn-8"),
        (["--param", "steps"], "expected NAME=VALUE"),
        (["--param", "loudness=3"], "no chosen method has a parameter \"loudness\""),
        (["--truth", "so-so"], "no class \"so-so\""),
        (["--format", "xml"], "possible values: terminal, json, document, csv"),
        (["--file", "nowhere.txt"], "cannot read nowhere.txt"),
    ] {
        let input = if flags[0] == "--file" { vec![] } else { vec!["good"] };
        let said = bad(&[&["explain", "--models", &models][..], &flags, &input].concat(), b"");
        assert!(said.contains(message), "{flags:?}: {said}");
    }
    let epsilon = ["explain", "--models", &models, "--method", "lrp-epsilon", "--param", "epsilon=-4", "good"];
    assert!(bad(&epsilon, b"").contains("epsilon is -4, expected"));
    let list = good(&["explain", "--list-methods"], b"");
    for part in ["integrated-gradients", "lrp-alpha-beta", "epsilon", "targets", "baselines", "text:..."] {
        assert!(list.contains(part), "{part} is missing in {list}");
    }
}

#[test]
fn a_saved_explanation_is_made_again_and_a_changed_one_is_refused() {
    let (data, models) = site();
    let models = text(&models);
    let saved =
        good(&["explain", "--models", &models, "--format", "document", "--method", "all", "A great film."], b"");
    let path = data.path().join("saved.json");
    let from = text(&path);
    std::fs::write(&path, &saved).unwrap();
    let again = ["explain", "--models", &models, "--from", &from];
    assert_eq!(good(&again, b""), saved);
    for (change, message) in [
        (saved.replacen("\"sha256\": \"", "\"sha256\": \"00", 1), "another network of the name"),
        (saved.replacen("\"schema\": 1", "\"schema\": 2", 1), "has the schema 2, this program reads 1"),
        (saved.replacen("wordlight explanation", "shopping list", 1), "is a \"shopping list\", expected"),
        (saved[..40].to_owned(), "is no explanation that wordlight saved"),
    ] {
        std::fs::write(&path, change).unwrap();
        let said = bad(&again, b"");
        assert!(said.contains(message), "{said}");
    }
}
