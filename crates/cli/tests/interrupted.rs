//! A disk that is full and an interrupt, while a file is explained and while the evidence is measured: what was there stays, what
//! is done is kept, the message says how far it got, and the same command ends with the same bytes.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{good, names, out_of_room, text};

fn models() -> String {
    text(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/models"))
}

/// A file whose first part of 32,768 rows is short, and whose second is more than twice as long.
fn reviews(folder: &Path) -> PathBuf {
    let path = folder.join("r.csv");
    let row = |i: usize| match i < 32_768 {
        true => format!("{i},A dull film.\n"),
        false => format!("{i},{}\n", "a warm and lovely film ".repeat(12)),
    };
    std::fs::write(&path, format!("id,text\n{}", (0..40_000).map(row).collect::<String>())).unwrap();
    path
}

fn args(input: &Path, output: &Path) -> Vec<String> {
    let args = ["explain", "--models", &models(), "--method", "gradient-x-input", "--input", &text(input), "--output"];
    args.iter().map(|arg| (*arg).to_owned()).chain([text(output)]).collect()
}

fn borrowed(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

/// Starts the command and interrupts it at that moment; what it says then, or nothing if it had ended by then.
fn interrupt(args: &[String], moment: &dyn Fn() -> bool) -> Option<String> {
    // A test that runs in the background ignores interrupts, and so would its child.
    let mut child = Command::new("env")
        .args(["--default-signal=INT", env!("CARGO_BIN_EXE_wordlight")])
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !moment() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 130)), "{output:?}");
    (!output.status.success()).then(|| String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_full_disk_keeps_the_old_output_and_what_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let (input, whole) = (reviews(dir.path()), dir.path().join("whole.csv"));
    good(&borrowed(&args(&input, &whole)), b"");
    let bytes = std::fs::metadata(&whole).unwrap().len();
    let out = dir.path().join("out.csv");
    std::fs::write(&out, "what was there").unwrap();
    let args = args(&input, &out);
    let again = |room: u64| out_of_room(room, &borrowed(&args));
    let parts = dir.path().join(".out.csv.parts");

    let first = again(bytes / 10);
    assert!(first.contains("stopped at row 1: the 0 rows before it are explained and kept in"), "{first}");
    let second = again(bytes / 2);
    assert!(second.contains("stopped at row 32769: the 32768 rows before it are explained"), "{second}");
    assert_eq!(names(&parts), ["0000000.json", "0000000.part", "job.json", "lock"], "no half of a part");
    // Room for every part, but not for all of them in one file.
    let last = again(bytes * 9 / 10);
    assert!(last.contains("all 40000 rows are explained and kept in"), "{last}");
    assert!(names(&parts).iter().all(|name| !name.starts_with(".wordlight-")));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "what was there");

    good(&borrowed(&args), b"");
    assert!(std::fs::read(&out).unwrap() == std::fs::read(&whole).unwrap());
    assert_eq!(names(dir.path()), ["out.csv", "r.csv", "whole.csv"]);
}

#[test]
fn an_interrupt_keeps_the_old_output_and_what_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let (input, whole) = (reviews(dir.path()), dir.path().join("whole.csv"));
    good(&borrowed(&args(&input, &whole)), b"");
    let out = dir.path().join("out.csv");
    std::fs::write(&out, "what was there").unwrap();
    let args = args(&input, &out);
    let first = dir.path().join(".out.csv.parts/0000000.json");
    // It may have been quicker than the interrupt; then the output is the new one.
    let interrupted = interrupt(&args, &|| first.exists());
    let there = std::fs::read(&out).unwrap();
    match interrupted {
        Some(said) => {
            assert!(there == b"what was there");
            assert!(
                said.contains("error: interrupted after row 32768: the rows up to it are explained and kept in"),
                "{said}"
            );
        }
        None => assert!(there == std::fs::read(&whole).unwrap()),
    }
    good(&borrowed(&args), b"");
    assert!(std::fs::read(&out).unwrap() == std::fs::read(&whole).unwrap());
    assert_eq!(names(dir.path()), ["out.csv", "r.csv", "whole.csv"]);
}

#[test]
fn evidence_on_a_full_disk_says_where_it_stopped_and_goes_on() {
    let data = common::data();
    let (whole, out) = (data.path().join("whole"), data.path().join("out"));
    let run = |out: &Path| {
        let fixed = ["evidence", "--checkpoint", "paper-cnn-10", "--resamples", "20", "--sentences", "4"];
        let named = ["--models", &models(), "--treebank", &text(&data.path().join("trees")), "--out", &text(out)]
            .map(str::to_owned);
        fixed.map(str::to_owned).into_iter().chain(named).collect::<Vec<_>>()
    };
    good(&borrowed(&run(&whole)), b"");
    let before = std::fs::read(whole.join("summary.json")).unwrap();
    let stopped = out_of_room(4096, &borrowed(&run(&out)));
    assert!(stopped.contains("stopped at sentences 0 to 3 of paper-cnn"), "{stopped}");
    assert!(stopped.contains("the same command goes on from there"), "{stopped}");
    // The chunk fits, the summary does not: the old one stays.
    let stopped = out_of_room(before.len() as u64 * 9 / 10, &borrowed(&run(&whole)));
    assert!(stopped.contains("cannot write") && stopped.contains("whole/summary.json"), "{stopped}");
    assert!(std::fs::read(whole.join("summary.json")).unwrap() == before);
    good(&borrowed(&run(&out)), b"");
    good(&borrowed(&run(&whole)), b"");
    for folder in [&whole, &out] {
        assert!(std::fs::read(folder.join("summary.json")).unwrap() == before);
        assert_eq!(names(folder), ["means.csv", "rows-paper-cnn.csv", "rows-paper-cnn.parquet", "summary.json"]);
    }
}

#[test]
fn evidence_that_is_interrupted_keeps_the_chunks_that_are_done() {
    let data = common::data();
    // Three chunks.
    let test = data.path().join("trees/test.txt");
    std::fs::write(&test, std::fs::read_to_string(&test).unwrap().repeat(4)).unwrap();
    let (whole, out) = (data.path().join("whole"), data.path().join("out"));
    let run = |out: &Path| {
        let fixed = ["evidence", "--checkpoint", "paper-cnn-10", "--resamples", "20", "--threads", "1"];
        let named = ["--models", &models(), "--treebank", &text(&data.path().join("trees")), "--out", &text(out)];
        let methods = ["--methods", "gradient,lrp-z"];
        fixed.iter().chain(&named).chain(&methods).map(|arg| (*arg).to_owned()).collect::<Vec<_>>()
    };
    good(&borrowed(&run(&whole)), b"");
    let one_is_done = || {
        let mut folders = std::fs::read_dir(&out).into_iter().flatten().flatten().filter(|entry| entry.path().is_dir());
        folders.any(|folder| names(&folder.path()).iter().any(|name| name.ends_with(".json")))
    };
    if let Some(said) = interrupt(&run(&out), &one_is_done) {
        assert!(!out.join("summary.json").exists() && one_is_done());
        assert!(said.contains("error: interrupted: stopped at sentences"), "{said}");
    }
    good(&borrowed(&run(&out)), b"");
    for name in ["means.csv", "rows-paper-cnn.csv", "rows-paper-cnn.parquet", "summary.json"] {
        assert!(std::fs::read(whole.join(name)).unwrap() == std::fs::read(out.join(name)).unwrap(), "{name}");
    }
    assert_eq!(names(&out), names(&whole), "the chunks are gone");
}
