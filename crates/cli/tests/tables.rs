//! Tables as people save them: what the command makes of them, and that the page makes the same of them.
#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::{bad, text, wordlight};
use indicatif::ProgressBar;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;
use tempfile::TempDir;
use wordlight_cli::batch::parts::{Job, Parts};
use wordlight_cli::batch::row::Content;
use wordlight_cli::batch::source::{Source, Total};
use wordlight_cli::batch::{Explainer, Files, Question, Tally, explain_file};
use wordlight_engine::{List, ListOrder, NetworkMark, RowRequest, TargetRequest, Wanted};
use wordlight_site::Site;

const CHECKPOINT: &str = "paper-cnn-10";

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/models")
}

/// A file of these bytes.
fn file(bytes: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("reviews.csv");
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

fn arguments(input: &Path, output: &Path) -> Vec<String> {
    let ends = ["--method", "gradient-x-input", "--input", &text(input), "--output", &text(output)].map(str::to_owned);
    ["explain", "--models", &text(&models())].into_iter().map(str::to_owned).chain(ends).collect()
}

/// What the command says of a table, and the words and the error of each row.
fn explained(bytes: impl AsRef<[u8]>) -> (String, Vec<(String, String)>) {
    let (dir, input) = file(bytes);
    let output = dir.path().join("out.jsonl");
    let arguments = arguments(&input, &output);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let run = wordlight(&arguments, b"");
    let tally = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{tally}");
    let lines = std::fs::read_to_string(&output).unwrap();
    let rows = lines.lines().enumerate().map(|(i, line)| {
        let row: Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["row"], i + 1, "rows are in order, and none is left out");
        let words = row["words"].as_array().map(|words| words.iter().map(|w| w.as_str().unwrap()).collect::<Vec<_>>());
        (words.unwrap_or_default().join(" "), row["error"].as_str().unwrap_or("").to_owned())
    });
    (tally, rows.collect())
}

/// The message of a refusal, after which no output is there.
fn refused(bytes: impl AsRef<[u8]>) -> String {
    let (dir, input) = file(bytes);
    let output = dir.path().join("out.jsonl");
    let arguments = arguments(&input, &output);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let message = bad(&arguments, b"");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is written");
    message
}

fn rows(texts: &[(&str, &str)]) -> Vec<(String, String)> {
    texts.iter().map(|(words, error)| ((*words).to_owned(), (*error).to_owned())).collect()
}

#[test]
fn an_empty_text_is_a_row_of_its_own() {
    let empty = ("", "the text has no word");
    let want = rows(&[("good film", ""), empty, ("bad film", ""), empty, ("fine", "")]);
    let (tally, got) = explained("\u{feff}\"text\"\n\"good film\"\n\"\"\n\"bad film\"\n\"\"\n\"fine\"\n");
    assert_eq!(got, want);
    assert!(tally.contains("5 rows, 3 explained, 2 empty"), "{tally}");
    assert_eq!(explained("text,id\ngood film,1\n,\n\nbad film,3\n\"\",\nfine,\n").1, want, "a blank line is no row");
}

#[test]
fn marks_and_line_ends_of_other_systems_are_read() {
    let want = rows(&[("A good film .", ""), ("A bad film .", "")]);
    assert_eq!(explained("\u{feff}\"text\",\"id\"\r\n\"A good film.\",\"1\"\r\n\"A bad film.\",\"2\"\r\n").1, want);
    assert_eq!(explained("text,id\rA good film.,1\rA bad film.,2\r").1, want);
    assert_eq!(explained("id;text\n1;A good film.\n2;\"A bad film.\"\n").1, want);
    assert_eq!(explained("id\ttext\n1\tA good film.\n2\tA bad film.\n").1, want);
    for wide in [&b"\xff\xfei\0d\0,\0t\0e\0x\0t\0\n\0"[..], b"i\0d\0,\0t\0e\0x\0t\0\n\0"] {
        let said = refused(wide);
        assert!(said.contains("reviews.csv: it is in UTF-16; save it as UTF-8"), "{said}");
    }
}

#[test]
fn the_column_is_there_once() {
    assert!(refused("text,text\ngood,bad\n").contains("reviews.csv has 2 columns \"text\"; expected one"));
    let escaped = refused("\u{1b}]0;OWNED\u{7},b\n1,2\n");
    assert!(escaped.contains("has no column \"text\"; it has \\u{1b}]0;OWNED\\u{7}, b"), "{escaped}");
    assert!(!escaped.contains(['\u{1b}', '\u{7}']));
    assert!(
        refused("\"id,text\n1,good\n").contains("has no header: line 1 is wrongly quoted: a quote is opened and not")
    );
    assert!(refused(",".repeat(20_000)).contains("has no header: line 1 has more than 10,000 fields"));
    assert!(refused("\n\n").contains("is empty; expected a first line that names the columns"));
}

#[test]
fn a_bad_row_says_its_row_and_its_line() {
    let mut bytes =
        b"id,text\n1,\"A good\nfilm.\"\n2,caf\xe9\n3,one, two\n4,a \"b\" c\n5,\"b\" c\n6,\"open\n7,".to_vec();
    bytes.extend("x".repeat(5 << 20).bytes());
    bytes.extend(b"\n8,fine\n");
    let (tally, got) = explained(bytes);
    let errors: Vec<&str> = got.iter().map(|(_, error)| error.as_str()).collect();
    let want = [
        "",
        "line 4 is not UTF-8: the byte at 3 of its text begins no character",
        "line 5 has 3 fields, the first line has 2",
        "line 6 is wrongly quoted: a quote stands within a field that does not begin with one",
        "line 7 is wrongly quoted: something follows a closing quote",
        "line 8 is wrongly quoted: a quote is opened and not closed",
        "line 9 is too long: the limit is 4,194,304 bytes",
        "",
    ];
    assert_eq!(errors, want);
    assert!(
        tally.contains("8 rows, 2 explained, 1 not UTF-8, 1 of another width, 1 too long, 3 wrongly quoted"),
        "{tally}"
    );
    assert!(tally.contains("row 2: line 4 is not UTF-8"), "{tally}");
}

/// Texts, or why there are none, as the command's source has them.
fn by_the_command(bytes: &[u8], column: &str) -> Vec<Result<String, String>> {
    let (_dir, input) = file(bytes);
    let mut source = Source::open(&input, column).unwrap();
    let mut all = Vec::new();
    loop {
        let part = source.part(7, 1 << 20).unwrap();
        if part.is_empty() {
            return all;
        }
        all.extend(part.into_iter().map(|row| match row.content {
            Content::Text(text) => Ok(String::from_utf8(text.to_vec()).unwrap()),
            Content::Bad(problem) => Err(problem.text),
        }));
    }
}

/// The same as the page's list has them, which has found that column by itself.
fn by_the_page(site: &Site, bytes: &[u8], column: &str) -> Vec<Result<String, String>> {
    let engine = site.load(&[CHECKPOINT.to_owned()]).unwrap();
    let row = RowRequest {
        checkpoint: CHECKPOINT.to_owned(),
        method: "gradient-x-input".to_owned(),
        params: BTreeMap::new(),
        target: TargetRequest { kind: "logit".to_owned(), class: None },
        baseline: "zero".to_owned(),
    };
    let mut list = List::read("reviews.csv", bytes).unwrap();
    let card = list.card();
    assert_eq!(card.columns[card.column].name, column);
    while list.card().done < list.card().total {
        list.advance(&engine, &row, 100).unwrap();
    }
    let page = list.page((ListOrder::Number, false), &Wanted::default(), 0, usize::MAX);
    assert_eq!(page.total, list.card().total);
    let told = |problem: &Option<String>| problem.clone().filter(|problem| problem.starts_with("line "));
    page.lines.into_iter().map(|line| told(&line.problem).map_or(Ok(line.text), Err)).collect()
}

#[test]
fn the_page_reads_a_table_as_the_command_does() {
    let site = Site::open(&models()).unwrap();
    let long: String = (0..30_000).map(|i| format!("{i},\"A film, number {i}.\"\r\n")).collect();
    let long = format!("id,text\n{long}");
    let tables: [&[u8]; 8] = [
        b"id,stars,text\n1,5,good film\n2,1,bad film\n",
        b"\xef\xbb\xbf\"text\"\n\"good film\"\n\"\"\n\"bad film\"\n\"\"\n\"fine\"",
        b"text\ngood film\n\"\"\nbad film\n\n \nfine\n",
        b"text,id\rA good film.,1\rA bad film.,2\r\"A \"\"film\"\"\r.\",3",
        b"id;text\r\n1;\"a; b\"\r\n2;\"c\r\nd\"\r\n;\r\n\r\n;;\r\n3;caf\xe9\r\n4;\"open\r\n5;\"b\" c\r\n6;\xc3\xa9\r\n",
        b"id\tn\ttext\n1\t2\ta, b, c; d\n2\t2\t\"tab\there\"\n3\n4\t5\t\"\"\"\"\n",
        b"id,text\n1,\"It&#39;s &quot;good&quot; &amp; fun\"\n2,\"good\"\n",
        long.as_bytes(),
    ];
    for table in tables {
        let (command, page) = (by_the_command(table, "text"), by_the_page(&site, table, "text"));
        assert!(command.len() >= 2);
        assert_eq!(command, page, "{:?}", String::from_utf8_lossy(&table[..table.len().min(200)]));
    }
}

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
        part: (32_768, 32 << 20),
    }
}

#[test]
fn parts_of_another_number_of_rows_than_the_input_has_are_an_error() {
    let (dir, input) = file("text\nA good film.\nA bad film.\n");
    let output = dir.path().join("out.csv");
    let parts = Parts::open(&output, &job(&input)).unwrap();
    parts.put(0, b"1,,,,,,,\n", &Tally { rows: 1, ..Tally::default() }).unwrap();
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
    let bytes = "text\nA good film.\nA bad film.\n";
    let (dir, input) = file(bytes);
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
        assert_eq!(std::fs::read_to_string(&input).unwrap(), bytes, "{output:?}");
    }
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
    let (dir, input) = file("text\nA good film.\nA bad film.\n");
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
    let (dir, input) = file("text\nA good film.\nA bad film.\n");
    let output = dir.path().join("out.csv");
    explain(&input, &output, &ProgressBar::hidden()).unwrap();
    let whole = std::fs::read_to_string(&output).unwrap();
    let rows = whole.split_once('\n').unwrap().1;
    let tally = Tally { rows: 2, ..Tally::default() };
    for damaged in [&rows[..rows.len() / 2], "", &rows.replace("good", "mood")] {
        let parts = Parts::open(&output, &job(&input)).unwrap();
        parts.put(0, rows.as_bytes(), &tally).unwrap();
        assert_eq!(parts.done(0).unwrap(), Some(tally.clone()));
        std::fs::write(parts.folder().join("0000000.part"), damaged).unwrap();
        assert_eq!(parts.done(0).unwrap(), None);
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
        parts.put(0, b"1,,,,,,,\n", &Tally { rows: 1, ..Tally::default() }).unwrap();
    };
    put();
    assert!(Parts::open(&output, &same).unwrap().done(0).unwrap().is_some());
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
        assert!(Parts::open(&output, &other).unwrap().done(0).unwrap().is_none(), "{:?}", other.network);
    }
}
