//! Word vectors in text: a word and its numbers per line, as GloVe writes them, or the same with a header line, as
//! fastText does.
//!
//! ```text
//! words dimensions                  only in files of fastText
//! then for each word, in UTF-8:
//! word number number ...            separated by single blanks
//! ```

use std::io::{BufRead, Read};

use anyhow::{Context, Result, bail};

use super::rows::Rows;
use super::size::{check_size, no_room};

/// The most bytes of a line: a word, and the most numbers that there may be.
const MAX_LINE: u64 = 1 << 20;

/// Reads a whole file, which the errors call `name`; `progress` is told how many bytes have been read.
pub(super) fn read(
    mut reader: impl BufRead,
    (name, size): (&str, Option<u64>),
    rows: &mut Rows,
    progress: &mut dyn FnMut(u64),
) -> Result<()> {
    let (mut line, mut number, mut bytes) = (Vec::new(), 0usize, 0u64);
    let mut promised = None;
    loop {
        line.clear();
        let some = (&mut reader).take(MAX_LINE + 1).read_until(b'\n', &mut line);
        let read = some.with_context(|| format!("reading {name}"))?;
        if read == 0 {
            break;
        }
        number += 1;
        bytes += read as u64;
        let place = || format!("{name}:{number}");
        if read as u64 > MAX_LINE {
            bail!("{}: the line has more than {MAX_LINE} bytes", place());
        }
        let text = std::str::from_utf8(&line).with_context(|| format!("{}: not UTF-8", place()))?;
        let text = text.trim_end_matches(['\n', '\r', ' ']);
        if number == 1
            && let Some(header) = header(text)
        {
            let (words, dim) = (header.0 as u64, header.1 as u64);
            // A letter and its line end; a blank and a digit for each number. The last line end may be missing.
            let (left, each) =
                (size.map(|size| (size + 1).saturating_sub(bytes)), dim.saturating_mul(2).saturating_add(2));
            if let Some(reason) = left.and_then(|left| no_room(words, "words", left, each)) {
                bail!("{}: {reason}", place());
            }
            check_size(words, dim).with_context(place)?;
            promised = Some(header.0);
            rows.dim = Some(header.1);
            continue;
        }
        rows.push(text).with_context(place)?;
        if number.is_multiple_of(1000) {
            progress(bytes);
        }
    }
    progress(bytes);
    let found = rows.lines;
    if let Some(promised) = promised.filter(|promised| *promised != found) {
        bail!("{name}: the header promises {promised} words, found {found}; is the file cut off?");
    }
    Ok(())
}

/// `words dimensions`, the first line of a fastText file.
fn header(line: &str) -> Option<(usize, usize)> {
    let mut parts = line.split_whitespace();
    let header = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(header)
}

#[cfg(test)]
mod tests {
    use crate::data::vectors::RawVectors;
    use anyhow::Result;

    fn read(text: &str) -> Result<RawVectors> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("v.txt");
        std::fs::write(&path, text)?;
        RawVectors::read(&path, &mut |_| ())
    }

    fn fails(text: &str) -> String {
        format!("{:#}", read(text).unwrap_err())
    }

    #[test]
    fn glove_and_fasttext_read_the_same() {
        let glove = read("the 1 2\ngood -0.5 3e-2\n").unwrap();
        let fasttext = read("2 2\nthe 1 2 \ngood -0.5 3e-2 \n").unwrap();
        assert_eq!(glove.values, fasttext.values);
        assert_eq!(glove.words, ["the", "good"]);
        assert_eq!(glove.dim(), 2);
    }

    #[test]
    fn a_word_spelt_like_its_form_wins_over_one_that_is_not() {
        let vectors = read("The 1 1\nthe 2 2\nTHE 3 3\n-LRB- 4 4\n").unwrap();
        assert_eq!(vectors.words, ["the", "("]);
        assert_eq!(vectors.values.row(0).to_vec(), [2.0, 2.0]);
        assert_eq!(vectors.index["("], 1);
    }

    #[test]
    fn a_wrong_column_count_is_named_with_file_and_line() {
        let message = fails("the 1 2 3\ngood 1 2\n");
        assert!(
            message.ends_with("v.txt:2: expected a word and 3 numbers, found 2 numbers after \"good\""),
            "{message}"
        );
        let message = fails("2 4\nthe 1 2 3\ngood 1 2 3\n");
        assert!(
            message.ends_with("v.txt:2: expected a word and 4 numbers, found 3 numbers after \"the\""),
            "{message}"
        );
    }

    #[test]
    fn what_is_no_finite_number_is_refused() {
        assert!(fails("the 1 x\n").ends_with("v.txt:1: expected a finite number after \"the\", found \"x\""));
        assert!(fails("the 1 inf\n").contains("found \"inf\""));
        assert!(fails("word\n").contains("expected a word and 1 numbers, found 0 numbers"));
        assert!(fails("a 1 2\n 1 2\n").contains("expected a word and its numbers"));
    }

    #[test]
    fn vectors_have_at_most_so_many_dimensions_and_lines_so_many_bytes() {
        let row = |dim: usize| format!("a{}\n", " 1".repeat(dim));
        assert_eq!(read(&row(4096)).unwrap().dim(), 4096);
        for text in [row(4097), format!("1 4097\n{}", row(4097))] {
            assert!(
                fails(&text).contains(":1: 4,097 dimensions are claimed; at most 4,096 are read"),
                "{}",
                fails(&text)
            );
        }
        let long = |bytes: usize| format!("a{}1\n", " ".repeat(bytes - 3));
        assert!(fails(&long(1 << 20)).contains("found \"\""));
        assert!(fails(&long((1 << 20) + 1)).contains(":1: the line has more than 1048576 bytes"));
    }

    #[test]
    fn a_file_shorter_than_its_header_is_cut_off() {
        assert!(
            fails("3 1\na 1\nb 2\n").contains(":1: it claims 3 words, the file has room for 2 of 4 bytes at least")
        );
        assert!(fails("3 1\na 1.00\nb 2.00\n").contains("promises 3 words, found 2"));
        assert_eq!(read("3 1\na 1\nb 2\nc 3").unwrap().words, ["a", "b", "c"]);
        assert!(fails("99999999999 1\n").contains("claims 99,999,999,999 words, the file has room for 0"));
        assert!(fails("").contains("has no vectors"));
    }
}
