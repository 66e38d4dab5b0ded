//! Runs that are stopped and taken up again, experiments as files, bundles: what a user of the training commands meets.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::slice::from_ref;
use std::time::Instant;

use common::{bad, data, good, names, text, wordlight};
use serde_json::Value;
use wordlight_nn::model::Classifier;
use wordlight_train::data::Document;
use wordlight_train::data::treebank::Treebank;
use wordlight_train::distillation::Teachers;
use wordlight_train::run::{Run, load};

/// A network whose word vectors are learned on phrases, with everything switched on that a run has to remember.
const TUNED: &str = r#"
about = "a test"

[vectors]
dim = 8
length = 0

[training]
examples = "phrases"
epochs = [6]
patience = 5
seed = 3
batch = 8
learning_rate = 0.01
table_learning_rate = 0.01
dropout = 0.3
word_dropout = 0.1
weight_decay = 0.01
max_norm = 3
clip = 5
averaging = 0.9
precision = "f16"
network = { kind = "text-cnn", dim = 8, classes = 5, widths = [1, 2], filters = 40, activation = "relu", pad_to = 0 }
"#;

/// The paper's training at a small size.
const PAPER: &str = r#"
[vectors]
dim = 6

[training]
epochs = [2, 4]
seed = 1
batch = 8
learning_rate = 0.01
network = { kind = "text-cnn", dim = 6, classes = 5, widths = [2], filters = 10, activation = "linear", pad_to = 8 }
"#;

fn experiment(dir: &Path, text: &str) -> PathBuf {
    let path = dir.join("experiment.toml");
    std::fs::write(&path, text).unwrap();
    path
}

fn arguments(dir: &Path, experiment: &Path, out: &Path) -> Vec<String> {
    let (treebank, vectors) = (text(dir), text(&dir.join("vectors.txt")));
    let (experiment, out) = (text(experiment), text(out));
    let args = ["train", "--experiment", &experiment, "--treebank", &treebank, "--vectors", &vectors, "--out", &out];
    args.map(str::to_owned).to_vec()
}

fn run(dir: &Path, settings: &str, out: &str) -> PathBuf {
    let out = dir.join(out);
    let args = arguments(dir, &experiment(dir, settings), &out);
    good(&args.iter().map(String::as_str).collect::<Vec<_>>(), b"");
    out
}

fn fails(dir: &Path, settings: &str, more: &[&str]) -> String {
    let args = arguments(dir, &experiment(dir, settings), &dir.join("refused"));
    let args: Vec<&str> = args.iter().map(String::as_str).chain(more.iter().copied()).collect();
    bad(&args, b"")
}

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    names(dir).into_iter().map(|name| (name.clone(), std::fs::read(dir.join(name)).unwrap())).collect()
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_with_the_same_bytes() {
    let data = data();
    for settings in [TUNED, PAPER] {
        let start = Instant::now();
        let whole = run(data.path(), settings, "whole");
        let life = start.elapsed();
        let out = data.path().join("killed");
        let args = arguments(data.path(), &experiment(data.path(), settings), &out);
        let mut kills = 0;
        // On a busy machine a whole run can slip into the first wait; then it is tried again.
        for _ in 0..30 {
            // Each attempt lives a little longer; a death may fall into an epoch, a write or a rename.
            for attempt in 1.. {
                let mut child = Command::new(env!("CARGO_BIN_EXE_wordlight"))
                    .args(&args)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap();
                std::thread::sleep(life * attempt / 20);
                match child.try_wait().unwrap() {
                    Some(status) if status.success() => break,
                    Some(status) => panic!("attempt {attempt} failed by itself: {status}"),
                    None => {
                        let _ = child.kill();
                        let status = child.wait().unwrap();
                        if status.success() || out.join("run.json").exists() {
                            break;
                        }
                        kills += 1;
                    }
                }
            }
            assert!(files(&whole) == files(&out), "the killed run differs");
            std::fs::remove_dir_all(&out).unwrap();
            let _ = std::fs::remove_dir_all(data.path().join("killed.unfinished"));
            if kills > 2 {
                break;
            }
        }
        assert!(kills > 2, "no run could be killed before it was over");
        std::fs::remove_dir_all(&whole).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_stops_with_a_message_and_keeps_the_last_epoch() {
    let data = data();
    let whole = run(data.path(), TUNED, "whole");
    let out = data.path().join("full");
    let args = arguments(data.path(), &experiment(data.path(), TUNED), &out);
    // The largest file that may be written: room for weights (under 3 KB), not for the state (over 10 KB).
    let limited = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 6; exec \"$@\"", "bash", env!("CARGO_BIN_EXE_wordlight")])
        .args(&args)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&limited.stderr);
    assert!(!limited.status.success() && said.contains("cannot write"), "{said}");
    assert!(said.contains("full.unfinished"), "{said}");
    assert!(!out.exists());
    good(&args.iter().map(String::as_str).collect::<Vec<_>>(), b"");
    assert!(files(&whole) == files(&out), "the run after the full disk differs");
    assert!(!data.path().join("full.unfinished").exists());
}

#[test]
fn weights_that_diverge_stop_the_run_and_keep_what_was_good() {
    let data = data();
    let wild = TUNED.replace("learning_rate = 0.01\ntable", "learning_rate = 1e38\ntable").replace("max_norm = 3", "");
    let said = fails(data.path(), &wild, &[]);
    assert!(said.contains("the weights diverged; try a smaller --lr"), "{said}");
    assert!(said.contains("stays in"), "{said}");
    assert_eq!(names(&data.path().join("refused.unfinished")), ["run", "state.safetensors"]);
    // Other settings do not go on with it.
    let said = fails(data.path(), TUNED, &[]);
    assert!(said.contains("cannot go on with") && said.contains("other data, settings"), "{said}");
    std::fs::write(data.path().join("refused.unfinished/state.safetensors"), b"cut off").unwrap();
    assert!(fails(data.path(), &wild, &[]).contains("remove it or add --force"));
}

#[test]
fn an_experiment_that_is_wrong_is_named_with_file_and_line() {
    let data = data();
    let line = |settings: &str| settings.lines().position(|line| line.starts_with("speed")).unwrap() + 1;
    let unknown = PAPER.replace("seed = 1", "seed = 1\nspeed = 9");
    let said = fails(data.path(), &unknown, &[]);
    assert!(
        said.contains(&format!("experiment.toml:{}: unknown field `speed`, expected one of", line(&unknown))),
        "{said}"
    );
    let said = fails(data.path(), &PAPER.replace("dim = 6,", "dim = 7,"), &[]);
    assert!(said.contains("experiment.toml: vectors.dim is 6, expected 7, which training.network reads"), "{said}");
    let said = fails(data.path(), &PAPER.replacen("dim = 6", "dim = 9", 1).replace("dim = 6,", "dim = 9,"), &[]);
    assert!(said.contains("expected --dim from 1 to 8"), "{said}");
    assert!(fails(data.path(), PAPER, &["--epochs", "3"]).contains("cannot be used with"));
    let missing = ["train", "--experiment", "nowhere.toml", "--treebank", "x", "--out", "y"];
    assert!(bad(&missing, b"").contains("cannot read nowhere.toml"));
    let file = text(&experiment(data.path(), PAPER));
    let treebank = text(data.path());
    let without = ["train", "--experiment", &file, "--treebank", &treebank, "--out", "y"];
    assert!(bad(&without, b"").contains("name it with --vectors"));
}

#[test]
fn learned_vectors_travel_with_their_epoch_and_can_be_read_by_another_run() {
    let data = data();
    let out = run(data.path(), TUNED, "tuned");
    let description: Value = serde_json::from_slice(&std::fs::read(out.join("run.json")).unwrap()).unwrap();
    let best = description["checkpoints"][0]["epoch"].as_u64().unwrap();
    let (model, vectors) = (
        text(&out.join(format!("epoch-{best:03}.safetensors"))),
        text(&out.join(format!("epoch-{best:03}.vectors.safetensors"))),
    );
    let treebank = text(data.path());
    let evaluate =
        ["evaluate", "--model", &model, "--vectors", &vectors, "--treebank", &treebank, "--cut", "40", "--json"];
    let measured: Value = serde_json::from_str(&good(&evaluate, b"")).unwrap();
    assert_eq!(measured["result"], description["checkpoints"][0]["test"], "what is stored is what was measured");
    assert!(
        bad(
            &[
                "evaluate",
                "--model",
                &model,
                "--vectors",
                &text(&out.join("vectors.safetensors")),
                "--treebank",
                &treebank
            ],
            b""
        )
        .contains("was trained on vectors with SHA-256")
    );

    // The paper's network on those vectors, frozen.
    let frozen = PAPER.replacen("dim = 6", "dim = 8\nlength = 0", 1).replace("dim = 6,", "dim = 8,");
    let file = text(&experiment(data.path(), &frozen));
    let next = text(&data.path().join("next"));
    good(&["train", "--experiment", &file, "--treebank", &treebank, "--vectors", &vectors, "--out", &next], b"");
    let run: Value = serde_json::from_slice(&std::fs::read(Path::new(&next).join("run.json")).unwrap()).unwrap();
    let source = run["vectors"]["source"].as_str().unwrap();
    assert!(source.contains("learned with the network"), "{source}");

    let models = text(&data.path().join("models"));
    good(&["export", "--run", &text(&out), "--to", &models, "--id", "tuned"], b"");
    let shown = format!("tuned-{best}");
    let explained =
        good(&["explain", "--models", &models, "--checkpoint", &shown, "--method", "gradient", "A great film"], b"");
    assert!(explained.contains("great"), "{explained}");
    let bundle = ["export", "--run", &text(&out), "--to", &models, "--timeline", "--treebank", &treebank];
    assert!(bad(&bundle, b"").contains("each epoch has its own"));
}

#[test]
fn a_bundle_has_every_epoch_and_every_seed_and_each_can_be_explained() {
    let data = data();
    let single = run(data.path(), PAPER, "single");
    let several = run(data.path(), &format!("seeds = [1, 2, 3]\n{PAPER}"), "several");
    assert_eq!(names(&several), ["seed-001", "seed-002", "seed-003"]);
    assert!(files(&single) == files(&several.join("seed-001")), "a seed among several is the same run");
    let (models, treebank) = (text(&data.path().join("models")), text(data.path()));
    let (one, all) = (text(&single), text(&several));
    let export = ["export", "--run", &one, "--to", &models, "--timeline", "--seeds", &all, "--treebank", &treebank];
    good(&export, b"");
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(Path::new(&models).join("manifest.json")).unwrap()).unwrap();
    let entry = &manifest["models"][0];
    let timeline: Vec<&str> = entry["timeline"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(timeline, ["paper-cnn-0", "paper-cnn-1", "paper-cnn-2", "paper-cnn-3", "paper-cnn-4"]);
    assert_eq!(entry["seeds"][0]["checkpoints"], serde_json::json!(["paper-cnn-2", "paper-cnn-4"]));
    assert_eq!(entry["seeds"][2]["checkpoints"], serde_json::json!(["paper-cnn-seed-3-2", "paper-cnn-seed-3-4"]));
    let files: std::collections::BTreeSet<&str> =
        entry["checkpoints"].as_array().unwrap().iter().map(|c| c["file"].as_str().unwrap()).collect();
    assert_eq!(files.len(), 4, "two checkpoints of their own, the other epochs, the other seeds: {files:?}");
    let confusion = entry["card"]["confusion"].as_array().unwrap();
    let total: u64 = confusion.iter().flat_map(|row| row.as_array().unwrap()).map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(total, 20, "every test sentence is somewhere");
    for id in ["paper-cnn-0", "paper-cnn-3", "paper-cnn-seed-2-4"] {
        let reply: Value = serde_json::from_str(&good(
            &["explain", "--models", &models, "--checkpoint", id, "--format", "json", "A great film"],
            b"",
        ))
        .unwrap();
        assert_eq!(reply["sentences"][0]["rows"][0]["checkpoint"], id);
    }

    let table = good(&["table", &all, "--save", &text(&data.path().join("results.json"))], b"");
    assert!(table.contains("3 seeds") && table.contains("| 4 against 2 epochs |"), "{table}");
    assert_eq!(good(&["table", &text(&data.path().join("results.json"))], b""), table, "kept as it was");
    assert!(bad(&["table", &one], b"").contains("holds no runs"));

    let other = run(data.path(), &format!("seeds = [4, 5]\n{}", PAPER.replace("0.01", "0.02")), "others");
    let mixed = ["export", "--run", &one, "--to", &models, "--seeds", &text(&other), "--treebank", &treebank];
    assert!(bad(&mixed, b"").contains("with other settings or vectors"));
    let output = wordlight(&["export", "--run", &one, "--to", &models, "--timeline"], b"");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--treebank"));
}

/// A network of the paper's kind that is taught.
fn taught(teaching: &str) -> String {
    PAPER.replace("seed = 1", &format!("seed = 7\nteaching = {teaching}"))
}

#[test]
fn a_taught_network_aims_at_the_mean_of_its_teachers_and_the_label() {
    let data = data();
    let (one, two) = (run(data.path(), PAPER, "one"), run(data.path(), &PAPER.replace("seed = 1", "seed = 2"), "two"));
    let treebank = Treebank::read(data.path()).unwrap();
    let aims = |runs: &[PathBuf], teaching| {
        let mut documents: Vec<Document> =
            treebank.train.iter().map(|sentence| Document::labelled(Vec::new(), sentence.label)).collect();
        Teachers::read(runs, teaching).unwrap().aim(&treebank.train, &mut documents).unwrap();
        documents
    };
    let (of_one, of_two) = (aims(from_ref(&one), 1.0), aims(from_ref(&two), 1.0));
    let of_both = aims(&[one.clone(), two.clone()], 0.5);
    for ((a, b), both) in of_one.iter().zip(&of_two).zip(&of_both) {
        assert!((both.aim.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        for (class, &q) in both.aim.iter().enumerate() {
            let want = 0.25 * (a.aim[class] + b.aim[class]) + if class == both.label { 0.5 } else { 0.0 };
            assert!((q - want).abs() < 1e-6, "{q} is not {want}");
        }
    }
    // The command line says the same probabilities of the teacher.
    let epochs = Run::read(&one).unwrap().checkpoints.last().unwrap().epoch;
    let (network, embedding) = load(&one, epochs).unwrap();
    let words = Document::new(&treebank.train[0], embedding.vocab(), 0).words;
    let pass = network.forward(embedding.embed(&words, network.positions(words.len()))).unwrap();
    let total: f32 = pass.logits().iter().map(|z| z.exp()).sum();
    for (&z, &q) in pass.logits().iter().zip(&of_one[0].aim) {
        assert!((z.exp() / total - q).abs() < 1e-5);
    }
}

#[test]
fn teachers_change_what_is_learned_and_stand_in_the_run() {
    let data = data();
    let teacher = run(data.path(), PAPER, "teacher");
    let plain = run(data.path(), &taught("0.0"), "plain");
    let out = data.path().join("student");
    let settings = experiment(data.path(), &taught("1.0"));
    let mut args = arguments(data.path(), &settings, &out);
    args.extend(["--teacher".to_owned(), text(&teacher)]);
    good(&args.iter().map(String::as_str).collect::<Vec<_>>(), b"");
    let student = Run::read(&out).unwrap();
    let weights = std::fs::read(teacher.join("epoch-004.safetensors")).unwrap();
    assert_eq!(student.teachers, [wordlight_train::files::sha256(&weights)]);
    assert_ne!(student.epochs, Run::read(&plain).unwrap().epochs);
    assert!(Run::read(&plain).unwrap().teachers.is_empty());
}

#[test]
fn teachers_that_are_missing_or_not_wanted_are_named() {
    let data = data();
    let teacher = run(data.path(), PAPER, "teacher");
    let empty = data.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let message = fails(data.path(), &taught("0.5"), &[]);
    assert!(message.contains("teaching is 0.5; name at least one teacher's run with --teacher"), "{message}");
    let message = fails(data.path(), PAPER, &["--teacher", &text(&teacher)]);
    assert!(message.contains("has no teaching, so --teacher would change nothing"), "{message}");
    let message = fails(data.path(), &taught("0.5"), &["--teacher", &text(&empty)]);
    assert!(message.contains("holds no runs of `wordlight train`"), "{message}");
    let message = fails(data.path(), &taught("1.5"), &["--teacher", &text(&teacher)]);
    assert!(message.contains("teaching is 1.5, expected a share from 0 to 1"), "{message}");
}
