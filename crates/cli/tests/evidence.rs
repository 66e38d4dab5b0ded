//! The evidence, the figures, the replication and the explanation of whole files, as a user meets them: on the shipped
//! networks, with a treebank and reviews that are made up here.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use indicatif::ProgressBar;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::Value;
use tempfile::TempDir;
use wordlight_engine::Corpus;
use wordlight_evaluation::job::{Job, Sample};
use wordlight_evaluation::plan::Plan;
use wordlight_evaluation::records::Section;
use wordlight_evaluation::summary::Summary;
use wordlight_site::Site;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn models() -> String {
    root().join("www/models").display().to_string()
}

fn wordlight(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wordlight")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn good(args: &[&str]) -> (String, String) {
    let output = wordlight(args);
    let (out, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{args:?}: {errors}");
    (out, errors)
}

/// What a command that fails says: one line, without a panic.
fn bad(args: &[&str]) -> String {
    let output = wordlight(args);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && !errors.contains("panicked"), "{args:?}: {errors}");
    errors
}

/// Forty test sentences in which people's words are labelled.
fn treebank() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let (good, bad) = (["superb", "lovely", "warm", "funny"], ["dull", "stale", "lame", "boring"]);
    let sentence = |i: usize| match i % 2 {
        0 => format!("(4 (2 A) (4 (3 {}) (2 (2 film) (2 .))))\n", good[i / 2 % 4]),
        _ => format!("(0 (2 The) (0 (1 (0 {}) (2 plot)) (2 (2 is) (1 (1 poor) (2 .)))))\n", bad[i / 2 % 4]),
    };
    for name in ["train", "dev", "test"] {
        std::fs::write(dir.path().join(format!("{name}.txt")), (0..40).map(sentence).collect::<String>()).unwrap();
    }
    dir
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

const METHODS: &str = "gradient,gradient-x-input,lrp-z,lrp-alpha-beta,shapley";

fn evidence(treebank: &Path, out: &Path, more: &[&str]) {
    let models = models();
    let args =
        ["evidence", "--treebank", text(treebank), "--models", &models, "--out", text(out), "--methods", METHODS];
    good(&[&args[..], &["--resamples", "50"], more].concat());
}

fn section<'a>(summary: &'a Summary, model: &str) -> &'a Section {
    summary.sections.iter().find(|section| section.model == model).unwrap()
}

#[test]
fn any_number_of_threads_and_any_order_of_models_give_the_same_bytes_and_all_that_follows() {
    let (treebank, dir) = (treebank(), tempfile::tempdir().unwrap());
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    // Two seeds of the paper's network, and an LSTM.
    let seeds = ["--seeds", "1,2", "--model"];
    evidence(treebank.path(), &one, &[&seeds[..], &["paper-cnn,bilstm", "--threads", "1"]].concat());
    evidence(treebank.path(), &two, &[&seeds[..], &["bilstm", "--threads", "2"]].concat());
    evidence(treebank.path(), &two, &[&seeds[..], &["paper-cnn", "--threads", "2"]].concat());
    let rows = ["rows-paper-cnn.csv", "rows-paper-cnn.parquet", "rows-bilstm.csv", "rows-bilstm.parquet"];
    for name in rows.iter().chain(&["means.csv", "summary.json"]) {
        assert!(std::fs::read(one.join(name)).unwrap() == std::fs::read(two.join(name)).unwrap(), "{name} differs");
    }
    assert_eq!(std::fs::read_dir(&one).unwrap().count(), 6, "the chunks are gone");
    let summary = Summary::read(&one.join("summary.json")).unwrap();
    let (cnn, lstm) = (section(&summary, "paper-cnn"), section(&summary, "bilstm"));
    let mean = |method: &str, measure: &str| cnn.mean("paper-cnn-10", method, measure).unwrap();
    assert_eq!(mean("control-greedy", "deletion_share").mean, 1.0);
    assert_eq!(mean("shapley", "shapley_distance").mean, 0.0);
    assert!(mean("lrp-z", "completeness_gap").mean < 1e-4);
    assert!(cnn.identity.iter().all(|identity| identity.lrp_z < 1e-5 && identity.exact < 1e-5));
    let same = cnn.comparison("paper-cnn-10", "deletion_aopc", "lrp-z", "gradient-x-input").unwrap();
    assert_eq!(same.verdict, "identical");

    // Every sentence is asked everything, by all seeds of a narrow network and by the LSTM.
    assert!(cnn.is_whole(40) && lstm.is_whole(40) && !cnn.is_whole(41));
    assert_eq!((mean("shapley", "deletion_aopc").n, mean("shapley", "max_sensitivity").n), (40, 40));
    let sentences: Vec<(u64, bool, usize)> = cnn.checkpoints.iter().map(|c| (c.seed, c.shown, c.sentences)).collect();
    assert_eq!(sentences, [vec![(1, true, 40); 3], vec![(2, false, 40); 3]].concat());
    let of_lstm = |measure: &str| lstm.mean("bilstm-5", "gradient", measure).unwrap().n;
    assert_eq!((of_lstm("deletion_aopc"), of_lstm("max_sensitivity")), (40, 40));
    let over =
        |measure: &str| cnn.over_seeds.iter().find(|o| o.epoch == 5 && o.method == "gradient" && o.measure == measure);
    let of_seeds = |measure: &str| over(measure).map(|over| (over.seeds, over.n)).unwrap();
    assert_eq!((of_seeds("deletion_aopc"), of_seeds("max_sensitivity")), ((2, 40), (2, 40)));
    let expensive = cnn.over_seeds.iter().find(|o| o.method == "shapley" && o.measure == "max_sensitivity").unwrap();
    assert_eq!((expensive.seeds, expensive.n), (2, 40));
    let of = |differ: &str| cnn.stability.iter().filter(|s| s.differ == differ && s.method == "gradient").count();
    assert_eq!((of("epochs"), of("seeds")), (6, 3), "three spans by one seed and by both, three numbers of epochs");

    // What a network cannot do is said, and nothing stands in its place.
    let out = lstm.left_out.iter().find(|out| out.method == "shapley").unwrap();
    assert!(out.reason.contains("maximum over time"), "{}", out.reason);
    assert!(lstm.mean("bilstm-5", "shapley", "deletion_aopc").is_none());
    assert!(summary.orders.iter().any(|order| order.differ == "models" && order.b == "bilstm-5"));
    let csv = std::fs::read_to_string(one.join("rows-paper-cnn.csv")).unwrap();
    assert!(
        csv.lines().any(|line| line.starts_with("10,paper-cnn,paper-cnn-seed-2-20,lrp-z,2,20,")),
        "model, seed, epoch"
    );

    follows(&one, dir.path());

    // A part of what is there does not take its place, and neither do other sentences.
    let models = models();
    let args = [
        "evidence",
        "--treebank",
        text(treebank.path()),
        "--models",
        &models,
        "--out",
        text(&one),
        "--methods",
        METHODS,
    ];
    let args = [&args[..], &["--resamples", "50"]].concat();
    let part = bad(&[&args[..], &["--checkpoint", "paper-cnn-10"]].concat());
    assert!(
        part.contains("holds more of paper-cnn, which this run would throw away (paper-cnn-5, paper-cnn-20,"),
        "{part}"
    );
    let other = bad(&[&args[..], &["--model", "bilstm", "--sentences", "30"]].concat());
    assert!(other.contains("was made with another choice of sentences"), "{other}");
}

/// The document says what the summary says, and notices when it does not; the figures are drawn.
fn follows(one: &Path, dir: &Path) {
    let (summary_file, document, json) = (one.join("summary.json"), dir.join("R.md"), dir.join("r.json"));
    let models = models();
    let replicate = ["replicate", "--evidence", text(&summary_file), "--models", &models, "--to", text(&document)];
    let replicate = [&replicate[..], &["--json", text(&json)]].concat();
    good(&replicate);
    let written = std::fs::read_to_string(&document).unwrap();
    assert!(written.contains("**refuted: they are one method here**"), "{written}");
    assert!(written.contains("| `control-random` |") && written.contains("of 2 seeds"));
    assert!(written.contains("Left out: `shapley`"), "{written}");
    assert!(
        written.contains("are taken on all of them. Faithful") && !written.contains("fewer sentences"),
        "{written}"
    );
    let findings: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    let claims = findings["claims"].as_array().unwrap();
    assert!(claims.iter().all(|f| f["verdict"].as_str().is_some_and(|v| !v.is_empty())));
    for id in ["truth-paper-cnn", "truth-bilstm", "methods-in-order"] {
        assert!(claims.iter().any(|f| f["id"] == id), "{id} is missing");
    }
    good(&[&replicate[..], &["--check"]].concat());
    std::fs::write(&document, written.replace("refuted", "proven")).unwrap();
    assert!(bad(&[&replicate[..], &["--check"]].concat()).contains("run `wordlight replicate`"));

    let figures = dir.join("figures");
    good(&["figures", "--evidence", text(&summary_file), "--models", &models, "--out", text(&figures)]);
    let stems = ["figure-4", "figure-6", "table-1", "path-error", "stability-paper-cnn"].map(str::to_owned);
    let each = ["deletion", "measures", "human-by-class"];
    let each = each.iter().flat_map(|stem| ["paper-cnn", "bilstm"].map(|model| format!("{stem}-{model}")));
    for stem in stems.into_iter().chain(each) {
        assert!(std::fs::read(figures.join(format!("{stem}.png"))).unwrap().starts_with(b"\x89PNG"), "{stem}");
    }
    let review = std::fs::read_to_string(figures.join("figure-4.svg")).unwrap();
    assert!(review.contains("professionalism") && review.contains("Method: Integrated Gradients"));

    // What was measured on fewer sentences is said.
    let mut summary: Value = serde_json::from_slice(&std::fs::read(&summary_file).unwrap()).unwrap();
    let means = summary["sections"][1]["means"].as_array_mut().unwrap();
    means.iter_mut().find(|mean| mean["measure"] == "max_sensitivity").unwrap()["n"] = 4.into();
    let (fewer, document) = (dir.join("fewer.json"), dir.join("fewer.md"));
    std::fs::write(&fewer, summary.to_string()).unwrap();
    let (to, json) = (text(&document), text(&json));
    good(&["replicate", "--evidence", text(&fewer), "--models", &models, "--to", to, "--json", json]);
    let written = std::fs::read_to_string(&document).unwrap();
    let said = "are taken on all of them, but of Bidirectional LSTM what is expensive is taken on fewer.";
    assert!(written.contains(said) && written.contains("on fewer sentences"), "{written}");

    // Numbers of other weights are not taken for those of the networks that are there.
    let stale = std::fs::read_to_string(&summary_file).unwrap();
    let weights = &Summary::read(&summary_file).unwrap().sections[0].checkpoints[0].weights;
    std::fs::write(dir.join("stale.json"), stale.replace(weights.as_str(), &"0".repeat(64))).unwrap();
    let stale = bad(&["replicate", "--evidence", text(&dir.join("stale.json")), "--models", &models]);
    assert!(
        stale.contains("was measured with other weights") && stale.contains("evidence --model paper-cnn"),
        "{stale}"
    );
}

#[test]
fn the_document_in_the_repository_is_what_its_evidence_gives() {
    let root = root();
    let [evidence, models, document, json] =
        ["experiments/evidence/summary.json", "www/models", "docs/evaluation.md", "www/models/replication.json"]
            .map(|path| root.join(path).display().to_string());
    good(&["replicate", "--evidence", &evidence, "--models", &models, "--to", &document, "--json", &json, "--check"]);
    let document = std::fs::read_to_string(root.join("docs/evaluation.md")).unwrap();
    let negative_zero = |word: &str| word.starts_with('-') && word.trim_matches(['-', ',', ']', '0']) == ".";
    let found: Vec<&str> = document.split([' ', '[']).filter(|word| negative_zero(word)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_job_that_was_killed_goes_on_where_it_was() {
    let (treebank, dir) = (treebank(), tempfile::tempdir().unwrap());
    let site = Site::open(&root().join("www/models")).unwrap();
    let plan = Plan {
        treebank: treebank.path().to_owned(),
        methods: vec!["gradient".to_owned(), "lrp-z".to_owned()],
        checkpoints: vec!["paper-cnn-10".to_owned()],
        seed: 3,
        ..Plan::default()
    };
    let sample = Sample::prepare(&plan, 50).unwrap();
    let job = Job::prepare(&site, &sample, &plan.choose(&site).unwrap()[0]).unwrap();
    let whole = job.run(dir.path(), &ProgressBar::hidden(), &|| false).unwrap();
    let chunks = std::fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap().path();
    let first = std::fs::read(chunks.join("00000.json")).unwrap();
    std::fs::remove_file(chunks.join("00001.json")).unwrap();
    std::fs::write(chunks.join(".wordlight-half"), "what a killed run leaves").unwrap();
    assert_eq!(job.run(dir.path(), &ProgressBar::hidden(), &|| false).unwrap(), whole);
    assert_eq!(std::fs::read(chunks.join("00000.json")).unwrap(), first);
    assert_eq!(std::fs::read_dir(&chunks).unwrap().count(), 2);
    // Another seed is another job.
    let plan = Plan { seed: 4, ..plan };
    let sample = Sample::prepare(&plan, 50).unwrap();
    let other = Job::prepare(&site, &sample, &plan.choose(&site).unwrap()[0]).unwrap();
    assert_ne!(other.fingerprint(), job.fingerprint());
}

/// The site's LSTM with a second seed, which has the first one's weights.
fn two_seeds_of_an_lstm() -> TempDir {
    let (site, dir) = (root().join("www/models"), tempfile::tempdir().unwrap());
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(site.join("manifest.json")).unwrap()).unwrap();
    let models = manifest["models"].as_array_mut().unwrap();
    models.retain(|model| model["id"] == "bilstm");
    let model = &mut models[0];
    for file in [&model["vectors"]["file"], &model["checkpoints"][0]["file"]].map(|file| file.as_str().unwrap()) {
        std::fs::copy(site.join(file), dir.path().join(file)).unwrap();
    }
    let mut second = model["checkpoints"][0].clone();
    (second["id"], second["seed"]) = ("bilstm-seed-2-5".into(), 2.into());
    model["checkpoints"].as_array_mut().unwrap().push(second);
    model["seeds"] = serde_json::json!([
        { "seed": 1, "checkpoints": ["bilstm-5"] },
        { "seed": 2, "checkpoints": ["bilstm-seed-2-5"] }
    ]);
    std::fs::write(dir.path().join("manifest.json"), manifest.to_string()).unwrap();
    dir
}

#[test]
fn another_seed_of_a_large_network_sees_a_tenth_unless_everything_is_asked_for() {
    let (treebank, dir, models) = (treebank(), tempfile::tempdir().unwrap(), two_seeds_of_an_lstm());
    let (models, out) = (models.path().display().to_string(), dir.path().join("out"));
    let summary_file = out.join("summary.json");
    let args = ["evidence", "--treebank", text(treebank.path()), "--models", &models, "--out", text(&out)];
    let args = [&args[..], &["--sentences", "21", "--methods", "gradient", "--resamples", "20"]].concat();
    let measured = || {
        let summary = Summary::read(&summary_file).unwrap();
        let lstm = section(&summary, "bilstm");
        let over = |measure: &str| lstm.over_seeds.iter().find(|o| o.measure == measure && o.method == "gradient");
        let of = |measure: &str| over(measure).map_or(0, |over| over.n);
        let sentences: Vec<usize> = lstm.checkpoints.iter().map(|checkpoint| checkpoint.sentences).collect();
        (sentences, of("deletion_aopc"), of("max_sensitivity"), lstm.is_whole(21))
    };
    good(&args);
    assert_eq!(measured(), (vec![21, 3], 3, 2, false));
    good(&[&args[..], &["--everything"]].concat());
    assert_eq!(measured(), (vec![21, 21], 21, 21, true));
}

#[test]
fn what_cannot_be_measured_is_refused_by_name() {
    let (treebank, dir) = (treebank(), tempfile::tempdir().unwrap());
    let models = models();
    let args = ["evidence", "--treebank", text(treebank.path()), "--models", &models, "--out", text(dir.path())];
    assert!(bad(&[&args[..], &["--methods", "magic"]].concat()).contains("there is no method \"magic\""));
    assert!(bad(&[&args[..], &["--checkpoint", "paper-cnn-7000"]].concat()).contains("paper-cnn-7000"));
    assert!(
        bad(&[&args[..], &["--model", "gpt"]].concat())
            .contains("there is no model \"gpt\"; expected one of paper-cnn,")
    );
    assert!(bad(&[&args[..], &["--seeds", "77"]].concat()).contains("no checkpoint was trained from seed 77"));
    let nothing = bad(&[&args[..], &["--model", "kim-cnn", "--seeds", "2"]].concat());
    assert!(nothing.contains("no checkpoint is of the models, checkpoints and seeds"), "{nothing}");
    assert!(bad(&["replicate", "--evidence", "nowhere.json", "--models", &models]).contains("nowhere.json"));
}

/// Explains `input` by the default checkpoint.
fn explain(input: &Path, output: &Path) -> (String, String) {
    let models = models();
    good(&[
        "explain",
        "--models",
        &models,
        "--input",
        text(input),
        "--output",
        text(output),
        "--method",
        "gradient-x-input",
    ])
}

#[test]
fn a_bad_row_says_so_and_spoils_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let (csv, out) = (dir.path().join("reviews.csv"), dir.path().join("out.jsonl"));
    let mut bytes = b"id,text\n1,A lovely film.\n2,\n3,\"caf\xe9\"\n4,\"never closed\n5,one,too many\n6,\"".to_vec();
    bytes.extend("dull ".repeat(60_000).bytes());
    bytes.extend(b"\"\n7,\"A dull, stale plot.\"\n");
    std::fs::write(&csv, bytes).unwrap();
    let (_, tally) = explain(&csv, &out);
    assert!(
        tally.contains("7 rows, 2 explained, 1 empty, 1 not UTF-8, 1 of another width, 1 too long, 1 wrongly quoted")
    );
    assert!(tally.contains("row 4: line 5 is wrongly quoted"), "{tally}");
    let rows: Vec<Value> =
        std::fs::read_to_string(&out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.iter().map(|row| row["row"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(rows[6]["words"], serde_json::json!(["A", "dull", ",", "stale", "plot", "."]));
    assert!(rows[0]["error"].is_null() && rows[2]["error"].as_str().unwrap().contains("not UTF-8"));

    // The scores are those of one sentence by itself.
    let models = models();
    let one = ["explain", "--models", &models, "--method", "gradient-x-input", "--format", "json", "A lovely film."];
    let reply: Value = serde_json::from_str(&good(&one).0).unwrap();
    let words = reply["sentences"][0]["rows"][0]["words"].as_array().unwrap();
    for (word, score) in words.iter().zip(rows[0]["scores"].as_array().unwrap()) {
        assert!((word["score"].as_f64().unwrap() - score.as_f64().unwrap()).abs() < 1e-5);
    }
}

#[test]
fn all_three_forms_hold_the_same_rows() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("reviews.jsonl");
    let lines =
        ["{\"text\":\"A lovely film.\",\"n\":1}", "{\"text\":7}", "oops", "{\"text\":\"Dull \\\"and\\\" stale.\"}"];
    std::fs::write(&input, lines.join("\n")).unwrap();
    let out = |end: &str| dir.path().join(format!("out.{end}"));
    ["csv", "jsonl", "parquet"].iter().for_each(|end| drop(explain(&input, &out(end))));
    let json: Vec<Value> = std::fs::read_to_string(out("jsonl"))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut csv = csv::Reader::from_path(out("csv")).unwrap();
    let csv: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    let file = SerializedFileReader::new(std::fs::File::open(out("parquet")).unwrap()).unwrap();
    let parquet: Vec<_> = file.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!((json.len(), csv.len(), parquet.len()), (4, 4, 4));
    for ((json, csv), parquet) in json.iter().zip(&csv).zip(&parquet) {
        assert_eq!(json["row"].as_i64().unwrap(), parquet.get_long(0).unwrap());
        assert_eq!(json["error"].as_str().unwrap_or(""), &csv[7]);
        if json["error"].is_null() {
            let list: Value = serde_json::from_str(&csv[5]).unwrap();
            assert_eq!(json["words"], list);
            assert_eq!(json["predicted"].as_str().unwrap(), parquet.get_string(1).unwrap());
            let elements = parquet.get_list(5).unwrap().len();
            assert_eq!(elements, list.as_array().unwrap().len());
        } else {
            assert_eq!(json["error"].as_str().unwrap(), parquet.get_string(7).unwrap());
        }
    }
    // What was written can be read again.
    let models = models();
    let again =
        ["explain", "--models", &models, "--input", text(&out("parquet")), "--column", "predicted"].map(str::to_owned);
    let again: Vec<&str> = again.iter().map(String::as_str).chain(["--output"]).collect();
    let (_, tally) = good(&[&again[..], &[text(&out("ndjson"))]].concat());
    assert!(tally.contains("4 rows, 2 explained, 2 empty"), "{tally}");
}

#[test]
fn a_killed_run_goes_on_and_ends_with_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let (input, whole, out) = (dir.path().join("r.csv"), dir.path().join("whole.csv"), dir.path().join("out.csv"));
    let rows: String =
        (0..110_000).map(|i| format!("{i},\"A {} film, number {i}.\"\n", ["dull", "warm"][i % 2])).collect();
    std::fs::write(&input, format!("id,text\n{rows}")).unwrap();
    explain(&input, &whole);
    let models = models();
    let mut child = Command::new(env!("CARGO_BIN_EXE_wordlight"))
        .args(["explain", "--models", &models, "--input", text(&input), "--output", text(&out)])
        .args(["--method", "gradient-x-input"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let first = dir.path().join(".out.csv.parts/0000000.json");
    for _ in 0..3000 {
        if first.exists() || child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!out.exists(), "nothing half-written");
    explain(&input, &out);
    assert!(std::fs::read(&out).unwrap() == std::fs::read(&whole).unwrap());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3, "the parts are gone");
}

#[test]
fn the_tables_of_the_page_are_written_from_the_treebank() {
    let (treebank, dir) = (treebank(), tempfile::tempdir().unwrap());
    let (models, path) = (models(), dir.path().join("corpus.txt"));
    let run = ["evidence", "--treebank", text(treebank.path()), "--models", &models];
    good(&[&run[..], &["--corpus", text(&path), "--checkpoints", "paper-cnn-10,bilstm-5"]].concat());
    let corpus = Corpus::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let [cnn, bilstm] = &corpus.networks[..] else { panic!("two networks") };
    assert_eq!((cnn.width, bilstm.width, cnn.sentences), (2, 0, 40));
    for network in [cnn, bilstm] {
        let rows: Vec<usize> = network.confusion.iter().map(|row| row.iter().sum()).collect();
        assert_eq!(rows, [20, 0, 0, 0, 20], "as many of each class as the test sentences have");
        assert!(network.classes.iter().all(|class| class.words.iter().all(|entry| entry.count >= 10)));
    }
    assert!(cnn.classes[0].windows.iter().any(|entry| entry.text == "is poor" && entry.human.is_none()));
    assert!(bilstm.classes.iter().all(|class| class.windows.is_empty()));
    let phrases = dir.path().join("phrases.txt");
    let other = bad(&[&run[..], &["--phrases", text(&phrases)]].concat());
    assert!(other.contains("test sentence 50 is not \"an engaging overview"), "{other}");
    assert!(!phrases.exists());
}

#[test]
fn a_file_that_cannot_be_explained_is_refused_before_any_work() {
    let dir = tempfile::tempdir().unwrap();
    let (csv, out) = (dir.path().join("r.csv"), dir.path().join("out.csv"));
    std::fs::write(&csv, "id,review\n1,fine\n").unwrap();
    let models = models();
    let run =
        |input: &Path, more: &[&str]| bad(&[&["explain", "--models", &models, "--input", text(input)], more].concat());
    assert!(run(&csv, &["--output", text(&out)]).contains("has no column \"text\"; it has id, review"));
    assert!(run(&csv, &["--output", "x.docx"]).contains("expected .csv, .jsonl or .parquet"));
    let missing = run(&csv, &["--output", "/nowhere/at/all/out.csv", "--column", "review"]);
    assert!(missing.contains("/nowhere/at/all"), "{missing}");
    let fake = dir.path().join("r.parquet");
    std::fs::write(&fake, "not one").unwrap();
    assert!(run(&fake, &["--output", text(&out)]).contains("is no Parquet file"));
    let many = run(&csv, &["--output", text(&out), "--column", "review", "--method", "all"]);
    assert!(many.contains("takes one method and one checkpoint"), "{many}");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "nothing was left behind");
}
