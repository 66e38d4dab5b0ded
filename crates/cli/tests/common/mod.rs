//! A made-up treebank and the `wordlight` command run on it.

#![allow(dead_code, reason = "each test binary uses its part")]

pub(crate) mod measure;
pub(crate) mod parquet;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const GOOD: [&str; 6] = ["good", "great", "fine", "lovely", "warm", "bright"];
const BAD: [&str; 6] = ["bad", "dull", "poor", "weak", "cold", "grey"];

/// A treebank of 60 + 20 + 20 sentences in which the adjective decides, and vectors of 8 dimensions in which good and
/// bad words differ in the first.
pub(crate) fn data() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let trees = dir.path().join("trees");
    std::fs::create_dir(&trees).unwrap();
    let sentence = |i: usize| match i % 2 {
        0 => format!("(4 (2 A) (4 (3 {}) (2 (2 film) (2 -LRB-))))\n", GOOD[i / 2 % 6]),
        _ => format!("(0 (2 The) (0 (1 {}) (2 (2 plot) (2 zyzzyva))))\n", BAD[i / 2 % 6]),
    };
    for (name, count) in [("train", 60), ("dev", 20), ("test", 20)] {
        std::fs::write(trees.join(format!("{name}.txt")), (0..count).map(sentence).collect::<String>()).unwrap();
    }
    let other = ["a", "the", "film", "plot", "(", "of", "and", "sun"];
    let mut vectors = String::new();
    for (i, word) in GOOD.iter().chain(&BAD).chain(&other).enumerate() {
        let first = if GOOD.contains(word) {
            1.5
        } else if BAD.contains(word) {
            -1.5
        } else {
            0.0
        };
        let rest: Vec<String> =
            (1..8).map(|d| format!("{:.3}", ((i * 37 + d * 53) % 19) as f64 / 19.0 - 0.5)).collect();
        vectors.push_str(&format!("{word} {first} {}\n", rest.join(" ")));
    }
    std::fs::write(dir.path().join("vectors.txt"), vectors).unwrap();
    dir
}

/// The models that the page ships.
pub(crate) fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/models")
}

/// `reviews.csv` of these bytes, alone in its folder.
pub(crate) fn file(bytes: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("reviews.csv");
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

pub(crate) fn wordlight(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wordlight"))
        .args(args)
        .env_remove("CLICOLOR_FORCE")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails early does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// What a command that succeeds prints.
pub(crate) fn good(args: &[&str], input: &[u8]) -> String {
    let output = wordlight(args, input);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?} failed: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command that fails says: one line, without a panic.
pub(crate) fn bad(args: &[&str], input: &[u8]) -> String {
    let output = wordlight(args, input);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{args:?} succeeded: {}", String::from_utf8_lossy(&output.stdout));
    assert!(!errors.contains("panicked"), "{errors}");
    assert_eq!(errors.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{errors}");
    errors
}

pub(crate) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

pub(crate) fn train(data: &Path, out: &Path, more: &[&str]) -> Output {
    let (treebank, vectors, out) = (text(data), text(&data.join("vectors.txt")), text(out));
    let args = ["train", "--treebank", &treebank, "--vectors", &vectors, "--out", &out, "--dim", "6"];
    let epochs: &[&str] = if more.contains(&"--epochs") { &[] } else { &["--epochs", "2,4,8"] };
    wordlight(&[&args, epochs, more].concat(), b"")
}

/// A made-up site, trained and exported.
pub(crate) fn site() -> (TempDir, PathBuf) {
    let data = data();
    let (run, models) = (data.path().join("run"), data.path().join("models"));
    let output = train(data.path(), &run, &["--batch", "8", "--lr", "0.01"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    good(&["export", "--run", &text(&run), "--to", &text(&models), "--default-epoch", "4"], b"");
    (data, models)
}

pub(crate) fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Runs the command where no file can have more than so many bytes, as on a disk that is full.
#[cfg(target_os = "linux")]
pub(crate) fn with_little_room(bytes: u64, args: &[&str]) -> Output {
    // A write beyond the limit raises a signal; a process that ignores it gets an error instead, which exec keeps. The limit
    // is in blocks of 512 bytes.
    Command::new("sh")
        .args(["-c", &format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", bytes / 512)])
        .arg(env!("CARGO_BIN_EXE_wordlight"))
        .args(args)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What a command that runs out of room says.
#[cfg(target_os = "linux")]
pub(crate) fn out_of_room(bytes: u64, args: &[&str]) -> String {
    let output = with_little_room(bytes, args);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{args:?}: {errors}");
    assert!(errors.contains("File too large") && !errors.contains("panicked"), "{errors}");
    errors
}
