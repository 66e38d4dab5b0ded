//! What no file may exceed, at the limit and past it, and how much memory it takes: by the bytes that are there, never by what
//! a header claims. `docs/limits.md` is the table.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};

use common::measure::{Measured, measured};
use common::parquet::{BINARY, File, INT32, Page, STRUCT, binary, int, list, structure, unsigned};
use common::{data, names, text};
use flate2::Compression;
use flate2::write::GzEncoder;
use wordlight_cli::batch::limits::{MAX_PAGE, MAX_TEXT};
use wordlight_cli::batch::source::Source;

const MIB: u64 = 1 << 20;

fn models() -> String {
    text(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/models"))
}

/// What the command makes of a file in a folder.
fn explain_in(folder: &Path, input: &Path) -> Measured {
    let (models, output) = (models(), text(&folder.join("out.csv")));
    let question = ["explain", "--models", &models, "--method", "gradient-x-input", "--threads", "2"];
    measured(&[&question[..], &["--input", &text(input), "--output", &output]].concat())
}

/// What the command makes of a Parquet file: it says so and leaves nothing.
fn refused(bytes: &[u8], most: u64) -> String {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.parquet");
    std::fs::write(&input, bytes).unwrap();
    let run = explain_in(folder.path(), &input);
    assert_eq!(run.code, Some(1), "{}", run.errors);
    assert!(run.errors.contains("error: cannot read") && run.errors.contains("in.parquet"), "{}", run.errors);
    assert!(!run.errors.contains("panicked"), "{}", run.errors);
    assert!(run.peak < most, "{} MiB: {}", run.peak / MIB, run.errors);
    assert_eq!(names(folder.path()), ["in.parquet"], "nothing is left");
    run.errors
}

/// What it makes of one that it reads.
fn read(bytes: &[u8], most: u64) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.parquet");
    std::fs::write(&input, bytes).unwrap();
    let run = explain_in(folder.path(), &input);
    assert_eq!(run.code, Some(0), "{}", run.errors);
    assert!(run.peak < most, "{} MiB: {}", run.peak / MIB, run.errors);
    (run.errors, std::fs::read_to_string(folder.path().join("out.csv")).unwrap())
}

fn gzip(bytes: &mut impl std::io::Read) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::copy(bytes, &mut packed).unwrap();
    packed.finish().unwrap()
}

fn honest() -> File {
    File::of(vec![Page::honest(&[b"a good film", b"a bad film"])])
}

#[test]
fn a_page_has_a_limit_whatever_its_header_claims() {
    let (said, rows) = read(&honest().bytes(), 100 * MIB);
    assert!(said.contains("2 rows, 2 explained") && rows.lines().count() == 3, "{said}");
    // One text that fills a page of the largest size; the page, and once more while it is unpacked.
    let mut page = Page::honest(&[&vec![b'a'; MAX_PAGE - 4]]);
    assert_eq!(page.unpacked, MAX_PAGE as i64);
    page.body = gzip(&mut &page.body[..]);
    let largest = File { codec: 2, ..File::of(vec![page.clone()]) };
    let (said, _) = read(&largest.bytes(), 400 * MIB);
    assert!(said.contains("1 rows, 0 explained, 1 too long\n  row 1: the text has 134217724 bytes"), "{said}");
    for claimed in [MAX_PAGE as i64 + 1, i64::from(i32::MAX)] {
        page.unpacked = claimed;
        let said = refused(&File { codec: 2, ..File::of(vec![page.clone()]) }.bytes(), 100 * MIB);
        let why = format!("the page at byte 4: it claims {claimed} bytes, and at most 128 MiB of a page are read");
        assert!(said.contains(&why), "{said}");
        // The same of every codec, and without one.
        for codec in [0, 1, 5, 6, 7] {
            refused(&File { codec, ..File::of(vec![page.clone()]) }.bytes(), 100 * MIB);
        }
    }
}

#[test]
fn a_text_has_a_limit_in_every_kind_of_file() {
    let texts = [" ".repeat(MAX_TEXT - 4) + "good", " ".repeat(MAX_TEXT - 3) + "good"];
    let csv = format!("text\n{}\n{}\n", texts[0], texts[1]);
    let json: String = texts.iter().map(|text| format!("{{\"text\":\"{text}\"}}\n")).collect();
    let parquet = File::of(vec![Page::honest(&[texts[0].as_bytes(), texts[1].as_bytes()])]).bytes();
    for (name, bytes) in [("in.csv", csv.as_bytes()), ("in.jsonl", json.as_bytes()), ("in.parquet", &parquet)] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join(name);
        std::fs::write(&input, bytes).unwrap();
        let run = explain_in(folder.path(), &input);
        let why = "2 rows, 1 explained, 1 too long\n  row 2: the text has 1048577 bytes; the limit is 1048576";
        assert!(run.errors.contains(why), "{name}: {}", run.errors);
    }
}

#[test]
fn a_page_holds_no_more_than_its_header_says() {
    let body = gzip(&mut std::io::Read::take(std::io::repeat(0), 600 * MIB));
    let page = Page { body, unpacked: 1000, ..Page::honest(&[b"a"]) };
    let said = refused(&File { codec: 2, ..File::of(vec![page.clone()]) }.bytes(), 100 * MIB);
    assert!(said.contains("row 1: ") && said.contains("holds more than the 1000 bytes it claims"), "{said}");
    let frame = [&[4, 0x22, 0x4d, 0x18][..], &[0; 60]].concat();
    let said = refused(&File { codec: 5, ..File::of(vec![Page { body: frame, ..page.clone() }]) }.bytes(), 100 * MIB);
    assert!(said.contains("packed in frames of LZ4, which are not read"), "{said}");
    let said = refused(&File { codec: 4, ..File::of(vec![page]) }.bytes(), 100 * MIB);
    assert!(
        said.contains("in.parquet: it is packed with brotli, which is not read; write it again with zstd"),
        "{said}"
    );
}

#[test]
fn counts_of_texts_are_no_larger_than_their_bytes() {
    let dictionary = |values| Page { dictionary: true, values, ..Page::honest(&[b"good", b"bad"]) };
    // Indices of one bit: two runs of one.
    let indices = Page { encoding: 8, body: vec![1, 2, 0, 2, 1], unpacked: 5, ..Page::honest(&[b"", b""]) };
    let file = |values| File::of(vec![dictionary(values), indices.clone()]).bytes();
    assert!(read(&file(2), 100 * MIB).0.contains("2 rows, 2 explained"));
    let said = refused(&file(2_000_000_000), 100 * MIB);
    assert!(said.contains("its dictionary claims 2000000000 texts, and has room for 3"), "{said}");
    let empty = plain_dictionary(MAX_PAGE / 32);
    let said = refused(&File::of(vec![empty, indices]).bytes(), 100 * MIB);
    assert!(said.contains("its dictionary of 4194304 texts takes more than 128 MiB"), "{said}");

    // A billion lengths of nothing in a dozen bytes: a block of all, one part of it, of no bits.
    for encoding in [6, 7] {
        for (claimed, values) in [(1_000_000_000, 1_000_000_000), (u64::MAX / 2, 2)] {
            let body = [unsigned(1 << 31), unsigned(1), unsigned(claimed), int(0), int(0), vec![0]].concat();
            let unpacked = body.len() as i64;
            let said = refused(
                &File::of(vec![Page { dictionary: false, values, encoding, unpacked, body }]).bytes(),
                100 * MIB,
            );
            assert!(said.contains("lengths"), "{said}");
        }
    }
}

/// A dictionary of so many empty texts.
fn plain_dictionary(texts: usize) -> Page {
    let body = vec![0; 4 * texts];
    Page { dictionary: true, values: texts as i64, encoding: 0, unpacked: body.len() as i64, body }
}

#[test]
fn a_footer_that_lies_is_an_error() {
    for (footer, group, why) in [
        (5, 2, "it says that it has 5 rows, but has 2"),
        (2, 5, "the column \"text\" in row group 1: it says that it has 5 rows, but has 2"),
        (1, 1, "it says that it has 1 rows, but has 2"),
        (-1, 2, "it says that it has -1 rows, but has 2"),
        (i64::MAX, i64::MAX, "it says that it has 9223372036854775807 rows, but has 2"),
    ] {
        let said = refused(&File { rows: (footer, group), ..honest() }.bytes(), 100 * MIB);
        assert!(said.contains(why), "{said}");
    }
    for (offset, why) in [
        (-4, "it is damaged: column start and length should not be negative"),
        (i64::MIN, "it is damaged: column start and length should not be negative"),
        (i64::MAX, "bytes from byte 9223372036854775807 on, and the file has"),
    ] {
        let said = refused(&File { offset, ..honest() }.bytes(), 100 * MIB);
        assert!(said.contains(why), "{said}");
    }
    let many = File {
        copies: 1000,
        groups: 1000,
        rows: (2000, 2),
        pages: vec![Page::honest(&[&[b'a'; 500], b"b"])],
        ..honest()
    };
    let said = refused(&many.bytes(), 100 * MIB);
    assert!(said.contains("its row groups claim") && said.contains("bytes of the column, and the file has"), "{said}");
    let said = refused(&File { groups: 2_000_000_000, ..honest() }.bytes(), 100 * MIB);
    assert!(said.contains("a list claims 2000000000 elements where"), "{said}");
}

#[test]
fn a_schema_is_as_deep_as_a_stack() {
    let leaf = structure(&[(1, INT32, int(6)), (3, INT32, int(0)), (4, BINARY, binary(b"text"))]);
    let group = |children| structure(&[(3, INT32, int(0)), (4, BINARY, binary(b"g")), (5, INT32, int(children))]);
    let nested = |depth| {
        let nodes = [vec![group(1); depth], vec![leaf.clone()]].concat();
        File { schema: Some(list(STRUCT, nodes.len(), &nodes)), ..honest() }.bytes()
    };
    // The column has another path then, which is no reason to fall over.
    assert!(refused(&nested(100), 100 * MIB).contains("has no column \"text\"; it has g.g"));
    for depth in [101, 200_000] {
        assert!(refused(&nested(depth), 200 * MIB).contains("its columns are nested more than 100 deep"));
    }
    let wide = File { schema: Some(list(STRUCT, 2, &[group(i64::from(i32::MAX)), leaf])), ..honest() };
    let said = refused(&wide.bytes(), 100 * MIB);
    assert!(said.contains("a column claims 2147483647 parts, and the schema has 2 in all"), "{said}");
}

#[test]
fn no_damaged_file_makes_the_reader_panic() {
    let dictionary = Page { dictionary: true, ..Page::honest(&[b"good", b"bad"]) };
    let indices = Page { encoding: 8, body: vec![1, 2, 0, 2, 1], unpacked: 5, ..Page::honest(&[b"", b""]) };
    let lengths =
        [unsigned(128), unsigned(4), unsigned(2), int(4), int(-1), vec![0, 0, 0, 0], b"goodbad".to_vec()].concat();
    let deltas = Page { encoding: 6, unpacked: lengths.len() as i64, body: lengths, ..Page::honest(&[b"", b""]) };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.parquet");
    let (mut opened, mut tried) = (0, 0);
    for file in [honest(), File::of(vec![dictionary, indices]), File::of(vec![deltas])] {
        let whole = file.bytes();
        for at in 0..whole.len() {
            for other in [0, 1, 0x7f, 0x80, 0xff, whole[at] ^ 1, whole[at] ^ 0x10, whole[at].wrapping_add(1)] {
                let mut damaged = whole.clone();
                damaged[at] = other;
                std::fs::write(&path, &damaged).unwrap();
                tried += 1;
                let Ok(mut source) = Source::open(&path, "text") else { continue };
                opened += 1;
                while source.part(100, 1 << 20).is_ok_and(|rows| !rows.is_empty()) {}
            }
        }
    }
    assert!(opened > 100 && tried > 2 * opened, "{opened} of {tried} could be opened");
}

#[test]
fn a_part_is_cut_by_its_words_too() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&input).unwrap());
    file.write_all(b"text\n").unwrap();
    for _ in 0..500 {
        file.write_all("a ".repeat(50_000).as_bytes()).unwrap();
        file.write_all(b"\n").unwrap();
    }
    file.flush().unwrap();
    let run = explain_in(folder.path(), &input);
    assert!(run.errors.contains("500 rows, 500 explained"), "{}", run.errors);
    assert!(run.peak < 700 * MIB, "{} MiB", run.peak / MIB);
}

#[test]
fn a_text_is_refused_by_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.txt");
    let (models, file) = (models(), text(&path));
    let explain = |args: &[&str]| measured(&[&["explain", "--models", &models], args].concat());
    std::fs::write(&path, format!("A good film.{}", " ".repeat(MAX_TEXT - 12))).unwrap();
    assert_eq!(explain(&["--file", &file]).code, Some(0));
    std::fs::write(&path, format!("A good film.{}", " ".repeat(MAX_TEXT - 11))).unwrap();
    let run = explain(&["--file", &file]);
    assert!(
        run.code == Some(1) && run.errors.contains("it has 1048577 bytes; at most 1048576 are read"),
        "{}",
        run.errors
    );
    // 300 MB that are nowhere on the disk, and an input without an end.
    std::fs::File::create(&path).unwrap().set_len(300_000_000).unwrap();
    for (args, why) in [
        (["--file", &file], "review.txt: it has 300000000 bytes; at most 1048576 are read"),
        (["--file", "/dev/zero"], "/dev/zero: it has more than 1048576 bytes, and no more are read"),
        (["--network", "/dev/zero"], "/dev/zero: it has more than 536870912 bytes, and no more are read"),
        (["--from", "/dev/zero"], "/dev/zero: it has more than 67108864 bytes, and no more are read"),
    ] {
        let most = if args[0] == "--network" { 1200 * MIB } else { 250 * MIB };
        let run = explain(&args);
        assert!(run.code == Some(1) && run.errors.contains(why), "{}", run.errors);
        assert!(run.peak < most, "{args:?}: {} MiB", run.peak / MIB);
    }
}

#[test]
fn word_vectors_take_the_memory_of_their_bytes() {
    let data = data();
    let train = |name: &str, bytes: &[u8]| {
        let path = data.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let (treebank, vectors, out) = (text(data.path()), text(&path), text(&data.path().join("out")));
        let run = measured(&["train", "--treebank", &treebank, "--vectors", &vectors, "--out", &out]);
        assert_eq!(run.code, Some(1), "{}", run.errors);
        assert!(run.peak < 50 * MIB, "{name}: {} MiB", run.peak / MIB);
        assert!(run.errors.contains(name) && !data.path().join("out").exists(), "{}", run.errors);
        run.errors
    };
    let said = train("claims.bin", b"1000000000 300\nthe ");
    assert!(said.contains("claims 1,000,000,000 words, the file has room for 0"), "{said}");
    let said = train("claims.vec", b"1000000000 300\nthe 1");
    assert!(said.contains("claims 1,000,000,000 words, the file has room for 0"), "{said}");
}
