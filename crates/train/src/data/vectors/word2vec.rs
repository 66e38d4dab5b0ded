//! word2vec's binary format.
//!
//! ```text
//! words ' ' dimensions '\n'       two decimal numbers
//! then for each word:
//!   word ' '                      UTF-8; white space around it is no part of it
//!   float32 × dimensions          little-endian
//!   '\n'                          word2vec writes it, Gensim does not
//! ```

use std::io::BufRead;

use anyhow::{Context, Result};

use super::bytes::{Bytes, Malformed, through_length_one};
use super::rows::Rows;
use super::size::check_size;

/// Reads a whole file; `progress` is told how many bytes have been read.
pub(super) fn read(
    reader: impl BufRead,
    size: Option<u64>,
    rows: &mut Rows,
    progress: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut bytes = Bytes::new(reader, size);
    let words = number(&mut bytes, b' ', "the number of words")?;
    let dim = number(&mut bytes, b'\n', "the number of dimensions")?;
    // A blank after the word, and the numbers.
    bytes.check_room(words, dim.saturating_mul(4).saturating_add(1), "words")?;
    check_size(words, dim)?;
    let mut values = Vec::new();
    for number in 1..=words {
        let at = bytes.at();
        let word = bytes.text(b' ', &format!("word {number} of {words} and a blank"))?;
        let word = word.trim();
        values.clear();
        bytes.floats(dim, &mut values, &format!("{word:?}, word {number} of {words}"))?;
        through_length_one(&mut values);
        rows.add(word, values.iter().copied()).with_context(|| format!("word {number} at byte {at}"))?;
        if number.is_multiple_of(1000) {
            progress(bytes.at());
        }
    }
    while let Some(byte) = bytes.peek()? {
        let at = bytes.at();
        if !byte.is_ascii_whitespace() {
            let expected = format!("the end of the file after {words} words");
            return Err(Malformed::Unexpected { at, expected, found: "more".to_owned() }.into());
        }
        bytes.array::<1>("a line feed")?;
    }
    progress(bytes.at());
    Ok(())
}

/// A decimal number of the header, at least 1.
fn number(bytes: &mut Bytes<impl BufRead>, end: u8, expected: &str) -> Result<u64, Malformed> {
    let at = bytes.at();
    let text = bytes.text(end, expected)?;
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| {
        let found = format!("{:?}", text.chars().take(40).collect::<String>());
        Malformed::Unexpected { at, expected: format!("{expected}, at least 1"), found }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::vectors::RawVectors;

    /// As word2vec writes: a header line, then each word, a blank, its numbers as little-endian floats and a line feed.
    fn file(words: &str, rows: &[(&str, [f32; 2])]) -> Vec<u8> {
        let mut bytes = format!("{words} 2\n").into_bytes();
        for (word, values) in rows {
            bytes.extend(word.as_bytes());
            bytes.push(b' ');
            values.iter().for_each(|v| bytes.extend(v.to_le_bytes()));
            bytes.push(b'\n');
        }
        bytes
    }

    fn parse(bytes: &[u8]) -> Result<RawVectors> {
        let mut rows = Rows::default();
        read(bytes, None, &mut rows, &mut |_| ())?;
        rows.finish()
    }

    fn fails(bytes: &[u8]) -> String {
        format!("{:#}", parse(bytes).unwrap_err())
    }

    const ROWS: [(&str, [f32; 2]); 2] = [("the", [3.0, -4.0]), ("good", [0.5, 0.25])];

    #[test]
    fn words_and_numbers_are_read_with_and_without_line_feeds() {
        let with = file("2", &ROWS);
        let without: Vec<u8> = [
            b"2 2\n".as_slice(),
            b"the ",
            &3.0f32.to_le_bytes(),
            &(-4.0f32).to_le_bytes(),
            b"good ",
            &0.5f32.to_le_bytes(),
            &0.25f32.to_le_bytes(),
        ]
        .concat();
        for bytes in [with, without] {
            let vectors = parse(&bytes).unwrap();
            assert_eq!(vectors.words, ["the", "good"]);
            for (got, want) in vectors.values.iter().zip([3.0f32, -4.0, 0.5, 0.25]) {
                assert!((got - want).abs() < 1e-6, "the way through length 1 rounds, but no more: {got} {want}");
            }
        }
    }

    /// What the library gave that read these files before: tables keep their hashes.
    #[test]
    fn the_way_through_length_one_is_rounded_as_ever() {
        let vectors = parse(&file("2", &[("a", [0.1, 0.7]), ("b", [0.9, 0.8])])).unwrap();
        let bits: Vec<u32> = vectors.values.iter().map(|value| value.to_bits()).collect();
        // 0.8 is 0x3f4ccccd and loses its last bit.
        assert_eq!(bits, [0x3dcc_cccd, 0x3f33_3333, 0x3f66_6666, 0x3f4c_cccc]);
    }

    #[test]
    fn a_zero_vector_and_very_long_ones_stay_what_they_are() {
        let vectors = parse(&file("2", &[("zero", [0.0, 0.0]), ("long", [1e30, -2e30])])).unwrap();
        assert_eq!(vectors.values.iter().copied().collect::<Vec<_>>(), [0.0, 0.0, 1e30, -2e30]);
        assert!(
            fails(&file("1", &[("x", [f32::INFINITY, 0.0])])).contains("expected a finite number after \"x\", found")
        );
    }

    #[test]
    fn every_place_where_the_file_can_be_cut_is_an_error_with_its_byte() {
        let whole = file("2", &ROWS);
        // The last line feed may be missing.
        for cut in 0..whole.len() - 1 {
            let message = fails(&whole[..cut]);
            assert!(message.starts_with("byte "), "{cut}: {message}");
            assert!(message.contains("found the end of the file after"), "{cut}: {message}");
        }
        assert_eq!(
            fails(&whole[..whole.len() - 6]),
            "byte 22: expected 2 more floats of \"good\", word 2 of 2, found the end of the file after 3 bytes"
        );
    }

    #[test]
    fn what_the_header_claims_is_held_to_the_bytes_that_are_there() {
        let read_sized = |bytes: &[u8]| -> Result<RawVectors> {
            let mut rows = Rows::default();
            read(bytes, Some(bytes.len() as u64), &mut rows, &mut |_| ())?;
            rows.finish()
        };
        let fails_sized = |bytes: &[u8]| format!("{:#}", read_sized(bytes).unwrap_err());
        assert_eq!(read_sized(&file("2", &ROWS)).unwrap().words, ["the", "good"]);
        assert_eq!(
            fails_sized(&file("4", &ROWS)),
            "it claims 4 words, the file has room for 3 of 9 bytes at least; is it cut off?"
        );
        let claims = u64::MAX.to_string();
        assert!(fails_sized(&file(&claims, &ROWS)).contains("the file has room for 3 of 9 bytes"));
        assert!(fails_sized(format!("1 {claims}\nthe 0123").as_bytes()).contains("the file has room for 0 of"));
        // Where the size is not known, there is a limit, and what is read grows with what is there.
        assert!(fails(&file(&claims, &ROWS)).contains("words are claimed; at most 10,000,000 are read"));
        assert!(fails(&file("10000000", &ROWS)).contains("expected word 3 of 10000000 and a blank"));
        assert!(fails(b"1 4097\nthe 0123").contains("4,097 dimensions are claimed; at most 4,096 are read"));
        assert_eq!(
            fails(b"1 4096\nthe 0123456789"),
            "byte 11: expected 4096 more floats of \"the\", word 1 of 1, found the end of the file after 10 bytes"
        );
        let endless = [b"1 2\n".to_vec(), vec![b'a'; 1 << 17]].concat();
        assert!(fails(&endless).contains("byte 4: expected word 1 of 1 and a blank, at most 65536 bytes, found more"));
    }

    #[test]
    fn what_is_no_header_is_shown() {
        assert_eq!(fails(b"x 2\n"), "byte 0: expected the number of words, at least 1, found \"x\"");
        assert_eq!(fails(b"2 0\n"), "byte 2: expected the number of dimensions, at least 1, found \"0\"");
    }

    #[test]
    fn more_words_than_the_header_says_and_words_that_are_no_text_are_refused() {
        assert!(fails(&file("1", &ROWS)).contains("byte 17: expected the end of the file after 1 words, found more"));
        let mut broken = file("2", &ROWS);
        broken[5] = 0xff;
        assert!(fails(&broken).contains("byte 4: expected word 1 of 2 and a blank in UTF-8, found \"t\u{fffd}e\""));
    }
}
