//! Jobs of files: where the output may go, what a job goes on from, and who may read what it writes.
#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use common::{file, models, names, text};
use indicatif::ProgressBar;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use wordlight_cli::batch::parts::{Job, Parts, mark_of};
use wordlight_cli::batch::source::{Source, Total};
use wordlight_cli::batch::{Explainer, Files, Question, Tally, explain_file};
use wordlight_engine::NetworkMark;
use wordlight_site::Site;

const CHECKPOINT: &str = "paper-cnn-10";
const REVIEWS: &str = "text\nA good film.\nA bad film.\n";

/// A Parquet file of so many texts.
fn parquet(path: &Path, count: usize) {
    let schema = Arc::new(parse_message_type("message texts { required binary text (utf8); }").unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(std::fs::File::create(path).unwrap(), schema, properties).unwrap();
    let texts: Vec<ByteArray> = (0..count).map(|i| ByteArray::from(format!("film number {i}").as_str())).collect();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
}

/// Explains the column `text`, as the command does.
fn explain(input: &Path, output: &Path, bar: &ProgressBar) -> anyhow::Result<Tally> {
    let site = Site::open(&models()).unwrap();
    let (network, embedding) = (site.network(CHECKPOINT).unwrap(), site.embedding(CHECKPOINT).unwrap());
    let question = question();
    let explainer = Explainer::new(&network, &embedding, &question).unwrap();
    let files = Files { input: input.to_owned(), column: "text".to_owned(), output: output.to_owned() };
    explain_file(&explainer, &question, &files, (&labels(), &mark()), bar)
}

/// What the job says when it fails.
fn fails(input: &Path, output: &Path) -> String {
    format!("{:#}", explain(input, output, &ProgressBar::hidden()).unwrap_err())
}

/// What the rows of the first part are.
fn mark_of_rows(input: &Path) -> String {
    mark_of(&Source::open(input, "text").unwrap().part(32_768, 24 << 20).unwrap())
}

fn question() -> Question {
    let (method, target) = ("gradient-x-input".to_owned(), "logit".to_owned());
    Question { method, params: BTreeMap::new(), target, class: None }
}

fn mark() -> NetworkMark {
    Site::open(&models()).unwrap().mark(CHECKPOINT).unwrap()
}

fn labels() -> Vec<String> {
    Site::open(&models()).unwrap().find(CHECKPOINT).unwrap().0.labels.clone()
}

#[test]
fn progress_ends_where_it_should_for_every_kind_of_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    parquet(&path("a.parquet"), 33_000);
    std::fs::write(path("a.csv"), "text\n\nA good film.\n\n").unwrap();
    std::fs::write(path("a.jsonl"), "{\"text\":\"A good film.\"}\n\n{\"text\":\"A bad film.\"}").unwrap();
    for (name, total) in
        [("a.parquet", Total::Rows(33_000)), ("a.csv", Total::Bytes(20)), ("a.jsonl", Total::Bytes(47))]
    {
        assert_eq!(Source::open(&path(name), "text").unwrap().total(), total);
        // As the command makes it, before the file is open.
        let bar = ProgressBar::hidden();
        bar.set_length(0);
        explain(&path(name), &path("out.jsonl"), &bar).unwrap();
        let (Total::Rows(all) | Total::Bytes(all)) = total;
        assert_eq!((bar.length(), bar.position()), (Some(all), all), "{name}");
    }
}

/// The job that [`explain`] does.
fn job(input: &Path) -> Job {
    let about = std::fs::metadata(input).unwrap();
    Job {
        input: text(input),
        bytes: about.len(),
        changed: about.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64,
        column: "text".to_owned(),
        question: serde_json::to_string(&question()).unwrap(),
        network: mark(),
        labels: labels(),
        part: (32_768, 24 << 20),
    }
}

#[test]
fn parts_of_another_number_of_rows_than_the_input_has_are_an_error() {
    let (dir, input) = file(REVIEWS);
    let output = dir.path().join("out.csv");
    let parts = Parts::open(&output, &job(&input)).unwrap();
    parts.put(0, b"1,,,,,,,\n", &mark_of_rows(&input), &Tally { rows: 1, ..Tally::default() }).unwrap();
    let folder = parts.folder().to_owned();
    drop(parts);
    let error = explain(&input, &output, &ProgressBar::hidden()).unwrap_err().to_string();
    assert!(error.contains("reviews.csv has 2 rows, but 1 are explained and kept in"), "{error}");
    assert!(!output.exists());
    std::fs::remove_dir_all(folder).unwrap();
    assert_eq!(explain(&input, &output, &ProgressBar::hidden()).unwrap().rows, 2);
}

#[test]
fn an_output_that_is_the_input_is_refused_under_any_name() {
    let (dir, input) = file(REVIEWS);
    let mut names = vec![input.clone(), dir.path().join("./reviews.csv")];
    let hard = dir.path().join("hard.csv");
    std::fs::hard_link(&input, &hard).unwrap();
    names.push(hard);
    #[cfg(unix)]
    {
        let soft = dir.path().join("soft.csv");
        std::os::unix::fs::symlink(&input, &soft).unwrap();
        names.push(soft);
    }
    for output in names {
        let error = explain(&input, &output, &ProgressBar::hidden()).unwrap_err().to_string();
        assert!(error.contains("is the input"), "{output:?}: {error}");
        assert_eq!(std::fs::read_to_string(&input).unwrap(), REVIEWS, "{output:?}");
    }
    let slash = dir.path().join("new.csv/");
    assert!(fails(&input, &slash).contains("is the name of a folder"));
    let folder = dir.path().join("folder.csv");
    std::fs::create_dir(&folder).unwrap();
    let error = explain(&input, &folder, &ProgressBar::hidden()).unwrap_err().to_string();
    assert!(error.contains("is a folder; name a file"), "{error}");
    // Another file that is there already is replaced, as ever.
    let other = dir.path().join("other.csv");
    std::fs::write(&other, "old").unwrap();
    assert_eq!(explain(&input, &other, &ProgressBar::hidden()).unwrap().rows, 2);
    assert!(std::fs::read_to_string(&other).unwrap().starts_with("row,"));
}

#[test]
fn two_runs_do_not_write_one_output_at_a_time() {
    let (dir, input) = file(REVIEWS);
    let output = dir.path().join("out.csv");
    let other = Parts::open(&output, &job(&input)).unwrap();
    let error = format!("{:#}", explain(&input, &output, &ProgressBar::hidden()).unwrap_err());
    assert!(error.contains("out.csv: another run is writing it; its parts are in"), "{error}");
    assert!(error.contains(".out.csv.parts"), "{error}");
    assert!(!output.exists() && other.folder().is_dir());
    drop(other);
    assert_eq!(explain(&input, &output, &ProgressBar::hidden()).unwrap().rows, 2);
    assert!(!dir.path().join(".out.csv.parts").exists());
}

#[test]
fn a_part_that_is_no_longer_what_was_written_is_explained_again() {
    let (dir, input) = file(REVIEWS);
    let output = dir.path().join("out.csv");
    explain(&input, &output, &ProgressBar::hidden()).unwrap();
    let whole = std::fs::read_to_string(&output).unwrap();
    let rows = whole.split_once('\n').unwrap().1;
    let (mark, tally) = (mark_of_rows(&input), Tally { rows: 2, ..Tally::default() });
    for damaged in [&rows[..rows.len() / 2], "", &rows.replace("good", "mood")] {
        let parts = Parts::open(&output, &job(&input)).unwrap();
        parts.put(0, rows.as_bytes(), &mark, &tally).unwrap();
        assert_eq!(parts.done(0, &mark).unwrap(), Some(tally.clone()));
        assert_eq!(parts.done(0, "of other rows").unwrap(), None);
        std::fs::write(parts.folder().join("0000000.part"), damaged).unwrap();
        assert_eq!(parts.done(0, &mark).unwrap(), None);
        drop(parts);
        explain(&input, &output, &ProgressBar::hidden()).unwrap();
        assert_eq!(std::fs::read_to_string(&output).unwrap(), whole);
    }
}

#[test]
fn a_job_goes_on_under_the_same_network_and_vectors_only() {
    let (dir, input) = file("text\nA good film.\n");
    let output = dir.path().join("out.csv");
    let same = job(&input);
    let put = || {
        let parts = Parts::open(&output, &same).unwrap();
        parts.put(0, b"1,,,,,,,\n", &mark_of_rows(&input), &Tally { rows: 1, ..Tally::default() }).unwrap();
    };
    put();
    assert!(Parts::open(&output, &same).unwrap().done(0, &mark_of_rows(&input)).unwrap().is_some());
    // Checkpoints of one bundle share its hash, and a network can be given other vectors.
    let changes: [fn(&mut NetworkMark); 3] = [
        |network| network.checkpoint.push('x'),
        |network| network.sha256.push('0'),
        |network| network.vectors_sha256.push('0'),
    ];
    for change in changes {
        put();
        let mut other = same.clone();
        change(&mut other.network);
        assert!(
            Parts::open(&output, &other).unwrap().done(0, &mark_of_rows(&input)).unwrap().is_none(),
            "{:?}",
            other.network
        );
    }
}

#[test]
fn an_input_of_the_same_length_and_time_is_noticed_by_its_rows() {
    let (dir, input) = file(REVIEWS);
    let output = dir.path().join("out.csv");
    let time = std::fs::metadata(&input).unwrap().modified().unwrap();
    let parts = Parts::open(&output, &job(&input)).unwrap();
    parts.put(0, b"1,,,,,,,\n2,,,,,,,\n", &mark_of_rows(&input), &Tally { rows: 2, ..Tally::default() }).unwrap();
    drop(parts);
    std::fs::write(&input, REVIEWS.replace("good", "dull")).unwrap();
    std::fs::File::options().write(true).open(&input).unwrap().set_modified(time).unwrap();
    explain(&input, &output, &ProgressBar::hidden()).unwrap();
    assert!(std::fs::read_to_string(&output).unwrap().contains("dull"));
}

#[test]
fn an_input_that_grows_meanwhile_makes_no_output() {
    // Twice what is read before the first part is explained.
    let (dir, input) = file(format!("text\n{}", "A good film.\n".repeat(200_000)));
    let output = dir.path().join("out.csv");
    let said = std::thread::scope(|scope| {
        let first = dir.path().join(".out.csv.parts/0000000.json");
        let grows = input.clone();
        scope.spawn(move || {
            while !first.exists() {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            use std::io::Write;
            std::fs::File::options().append(true).open(grows).unwrap().write_all(b"Another film.\n").unwrap();
        });
        fails(&input, &output)
    });
    assert!(said.ends_with("reviews.csv was changed while it was read; give the same command again"), "{said}");
    assert!(!output.exists());
    assert_eq!(explain(&input, &output, &ProgressBar::hidden()).unwrap().rows, 200_001);
    assert_eq!(names(dir.path()), ["out.csv", "reviews.csv"]);
}

#[test]
fn a_folder_of_parts_that_is_something_else_is_left_alone() {
    let (dir, input) = file(REVIEWS);
    let (output, folder) = (dir.path().join("out.csv"), dir.path().join(".out.csv.parts"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("diary.txt"), "mine").unwrap();
    let said = fails(&input, &output);
    assert!(said.contains(".out.csv.parts is in the way"), "{said}");
    assert_eq!(names(&folder), ["diary.txt"]);
    // Names that a job would choose do not make it one.
    std::fs::write(folder.join("lock"), "").unwrap();
    std::fs::write(folder.join("job.json"), "{\"mine\":1}").unwrap();
    assert!(fails(&input, &output).contains("is in the way"));
    assert_eq!(names(&folder), ["diary.txt", "job.json", "lock"]);
    // One that a job has made, into which somebody has put a file.
    std::fs::write(folder.join("job.json"), serde_json::to_vec(&job(&input)).unwrap()).unwrap();
    std::fs::write(folder.join("2024.json"), "mine").unwrap();
    explain(&input, &output, &ProgressBar::hidden()).unwrap();
    assert_eq!(names(&folder), ["2024.json", "diary.txt"]);
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "a file").unwrap();
    assert!(fails(&input, &output).contains("is in the way"));
    assert_eq!(std::fs::read_to_string(&folder).unwrap(), "a file");
}

#[test]
fn a_job_without_a_finished_part_leaves_nothing() {
    let (dir, input) = file("text\n");
    std::fs::write(&input, REVIEWS).unwrap();
    let output = dir.path().join("out.csv");
    drop(Parts::open(&output, &job(&input)).unwrap());
    assert_eq!(names(dir.path()), ["reviews.csv"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    fn pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn an_output_through_a_link_keeps_the_link() {
        let (dir, input) = file(REVIEWS);
        let path = |name: &str| dir.path().join(name);
        std::fs::create_dir(path("elsewhere")).unwrap();
        std::fs::write(path("elsewhere/real.csv"), "old").unwrap();
        symlink("elsewhere/real.csv", path("out.csv")).unwrap();
        explain(&input, &path("out.csv"), &ProgressBar::hidden()).unwrap();
        assert!(path("out.csv").is_symlink());
        assert!(std::fs::read_to_string(path("elsewhere/real.csv")).unwrap().starts_with("row,"));
        // A run under the other name works on the same output.
        let other = Parts::open(&path("elsewhere/real.csv"), &job(&input)).unwrap();
        assert!(fails(&input, &path("out.csv")).contains("another run is writing it"));
        drop(other);
        symlink("nowhere.csv", path("lost.csv")).unwrap();
        assert!(fails(&input, &path("lost.csv")).ends_with("lost.csv is a link to nothing"));
    }

    #[test]
    fn an_output_that_is_a_pipe_or_a_device_is_refused_at_once() {
        let (dir, input) = file(REVIEWS);
        let path = dir.path().join("out.csv");
        pipe(&path);
        assert!(fails(&input, &path).contains("is a pipe or a device"));
        let null = dir.path().join("null.csv");
        symlink("/dev/null", &null).unwrap();
        assert!(fails(&input, &null).contains("is a pipe or a device"));
        assert_eq!(names(dir.path()), ["null.csv", "out.csv", "reviews.csv"]);
    }

    #[test]
    fn a_link_in_the_place_of_the_parts_is_not_followed() {
        let (dir, input) = file(REVIEWS);
        let precious = dir.path().join("precious");
        std::fs::create_dir(&precious).unwrap();
        std::fs::write(precious.join("0000000.part"), "mine").unwrap();
        std::fs::write(precious.join("lock"), "").unwrap();
        symlink(&precious, dir.path().join(".out.csv.parts")).unwrap();
        assert!(fails(&input, &dir.path().join("out.csv")).contains("is in the way"));
        assert_eq!(names(&precious), ["0000000.part", "lock"]);
    }

    #[test]
    fn a_pipe_is_read_once_and_from_its_beginning() {
        let (dir, _) = file(REVIEWS);
        for (name, content) in [
            ("in.csv", REVIEWS.to_owned()),
            ("in.jsonl", "{\"text\":\"A good film.\"}\n{\"text\":\"A bad film.\"}\n".to_owned()),
        ] {
            let (input, output) = (dir.path().join(name), dir.path().join("out.csv"));
            pipe(&input);
            let writer = {
                let input = input.clone();
                std::thread::spawn(move || std::fs::write(input, content).unwrap())
            };
            assert_eq!(explain(&input, &output, &ProgressBar::hidden()).unwrap().rows, 2, "{name}");
            writer.join().unwrap();
            assert!(std::fs::read_to_string(&output).unwrap().contains("good"));
        }
    }

    #[test]
    fn who_may_read_the_output_is_the_users_choice() {
        let (dir, input) = file(REVIEWS);
        let output = dir.path().join("out.csv");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        std::fs::write(&output, "old").unwrap();
        std::fs::set_permissions(&output, PermissionsExt::from_mode(0o600)).unwrap();
        explain(&input, &output, &ProgressBar::hidden()).unwrap();
        assert_eq!(mode(&output), 0o600, "an old file's permissions stay");
        std::fs::remove_file(&output).unwrap();
        let models = text(&models());
        let (input, output) = (text(&input), text(&output));
        let command = format!(
            "umask 077; exec {} explain --models {models} --method gradient --input {input} --output {output}",
            env!("CARGO_BIN_EXE_wordlight")
        );
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
        assert_eq!(mode(Path::new(&output)), 0o600, "a new file's are those of the umask");
        let folder = dir.path().join(".out.csv.parts");
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o777)).unwrap();
        let parts = Parts::open(Path::new(&output), &job(Path::new(&input))).unwrap();
        assert_eq!(mode(parts.folder()), 0o700, "finished parts are nobody else's business");
    }
}
