//! Tables as people save them: what the command makes of them, and that the page makes the same of them.
#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{bad, file, models, text, wordlight};
use serde_json::Value;
use wordlight_cli::batch::row::Content;
use wordlight_cli::batch::source::Source;
use wordlight_engine::{List, ListOrder, RowRequest, TargetRequest, Wanted};
use wordlight_site::Site;

const CHECKPOINT: &str = "paper-cnn-10";

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

#[test]
fn an_option_that_would_make_no_difference_is_refused() {
    let (dir, input) = file("text\nA good film.\n");
    let output = text(&dir.path().join("out.csv"));
    let (models, input) = (text(&models()), text(&input));
    let with = |more: &[&str]| bad(&[&["explain", "--models", &models][..], more].concat(), b"");
    for (more, name) in [
        (&["A good film.", "--output", &output][..], "--output"),
        (&["A good film.", "--column", "review"], "--column"),
        (&["A good film.", "--threads", "2"], "--threads"),
    ] {
        assert!(with(more).contains(&format!("{name} goes with --input, which is not given")), "{more:?}");
    }
    for (option, value) in [("--format", "json"), ("--max-sentences", "1"), ("--truth", "0"), ("--scale", "row")] {
        let said = with(&["--input", &input, "--output", &output, option, value]);
        assert!(said.contains(&format!("{option} makes no difference with --input")), "{said}");
    }
    for (option, value) in [("--method", "gradient"), ("--target", "margin"), ("--output", &output)] {
        let said = with(&["--from", "wordlight.json", option, value]);
        assert!(said.contains(&format!("{option} makes no difference with --from")), "{said}");
    }
    let said = with(&["--spreadsheet", "A good film."]);
    assert!(said.contains("--spreadsheet goes with --format csv"), "{said}");
}

#[test]
fn a_table_may_be_made_safe_for_spreadsheets() {
    let models = text(&models());
    let table = |more: &[&str]| {
        let arguments = [&["explain", "--models", &models, "--format", "csv", "A film = fun -"][..], more].concat();
        let run = wordlight(&arguments, b"");
        assert!(run.status.success());
        String::from_utf8(run.stdout).unwrap()
    };
    assert!(table(&[]).contains(",=,="));
    let safe = table(&["--spreadsheet"]);
    assert!(safe.contains(",'=,'=,") && safe.contains(",'-,'-,") && !safe.contains(",=,"), "{safe}");
    // Numbers are numbers.
    let scores = safe.lines().skip(1).map(|line| line.split(',').nth(11).unwrap().parse::<f64>().unwrap());
    assert!(scores.count() >= 5);
}

#[test]
fn tables_with_tabs_and_lines_that_name_the_separator_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let (input, output) = (dir.path().join("reviews.tsv"), dir.path().join("out.jsonl"));
    std::fs::write(&input, "id\ttext\n1\tA good, long film.\n").unwrap();
    let run = |input: &Path| {
        let arguments = arguments(input, &output);
        let run = wordlight(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), b"");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        std::fs::read_to_string(&output).unwrap()
    };
    assert!(run(&input).contains("[\"A\",\"good\",\",\",\"long\",\"film\",\".\"]"));
    let input = dir.path().join("excel.csv");
    std::fs::write(&input, "sep=;\r\nid;text\r\n1;\"It&#39;s &quot;good&quot;\"\r\n").unwrap();
    assert!(run(&input).contains("[\"It\",\"&#39;s\",\"&quot;\",\"good\",\"&quot;\"]"));
}
