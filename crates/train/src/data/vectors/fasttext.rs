//! fastText's binary format, version 12 and before.
//!
//! ```text
//! u32   793712314                 the magic number
//! u32   version
//! u32   dimensions, window, epochs, least count, negatives, word n-grams, loss, model, buckets, shortest n-gram,
//!       longest n-gram, update rate
//! f64   sampling threshold
//! u32   entries, words, labels
//! u64   tokens
//! i64   size of the pruned index  -1: not pruned
//! then for each entry:
//!   UTF-8, 0, u64 count, u8 type  0: a word, 1: a label
//! u8    quantised                 0: no
//! u64   rows, columns             of the input matrix: a row for each word, then one for each bucket
//! f32 × rows × columns
//! ```
//!
//! and the output matrix, which nobody needs here. All numbers are little-endian. The vector of a word is the mean of its
//! own row and those of the buckets of its n-grams (Bojanowski et al. 2017).

use std::io::BufRead;

use anyhow::{Context, Result};

use super::bytes::{Bytes, Malformed, through_length_one};
use super::rows::Rows;
use super::size::check_size;

/// How a file begins: 793712314.
pub(super) const MAGIC: [u8; 4] = 793_712_314_u32.to_le_bytes();

/// The newest version there is.
const VERSION: u32 = 12;

/// Longer n-grams are refused: every one of every word is looked up.
const MAX_GRAM: u32 = 64;

/// What of the header says how vectors are made.
struct Header {
    dim: u32,
    buckets: u32,
    shortest: u32,
    longest: u32,
}

/// Reads a whole file; `progress` is told how many bytes have been read.
pub(super) fn read(
    reader: impl BufRead,
    size: Option<u64>,
    rows: &mut Rows,
    progress: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut bytes = Bytes::new(reader, size);
    let header = read_header(&mut bytes)?;
    check_size(0, u64::from(header.dim))?;
    let words = read_words(&mut bytes)?;
    let matrix = read_matrix(&mut bytes, &header, words.len(), progress)?;
    let dim = header.dim as usize;
    let row = |index: usize| &matrix[index * dim..][..dim];
    let mut values = Vec::new();
    for (index, word) in words.iter().enumerate() {
        values.clear();
        values.extend_from_slice(row(index));
        let mut parts = 1u32;
        for bucket in header.buckets_of(word) {
            values.iter_mut().zip(row(words.len() + bucket)).for_each(|(sum, value)| *sum += value);
            parts += 1;
        }
        if parts > 1 {
            values.iter_mut().for_each(|sum| *sum /= parts as f32);
        }
        through_length_one(&mut values);
        rows.add(word, values.iter().copied()).with_context(|| format!("word {} of {}", index + 1, words.len()))?;
    }
    Ok(())
}

impl Header {
    /// The bucket of each n-gram of `<word>`, from the first character on, the longest first.
    fn buckets_of(&self, word: &str) -> Vec<usize> {
        let word = format!("<{word}>");
        let starts: Vec<usize> = word.char_indices().map(|(start, _)| start).chain([word.len()]).collect();
        let (shortest, longest) = (self.shortest.max(1) as usize, self.longest as usize);
        let mut buckets = Vec::new();
        if self.buckets == 0 {
            return buckets;
        }
        for first in 0..starts.len() - 1 {
            for length in (shortest..=longest.min(starts.len() - 1 - first)).rev() {
                let gram = &word[starts[first]..starts[first + length]];
                buckets.push((hash(gram) % self.buckets) as usize);
            }
        }
        buckets
    }
}

/// FNV-1a over bytes that are extended with their sign, as fastText's compilers did it.
fn hash(gram: &str) -> u32 {
    gram.bytes().fold(2_166_136_261, |hash, byte| (hash ^ i32::from(byte as i8) as u32).wrapping_mul(16_777_619))
}

fn read_header(bytes: &mut Bytes<impl BufRead>) -> Result<Header, Malformed> {
    let magic = u32::from_le_bytes(MAGIC);
    number(bytes, &format!("{magic}, which a model of fastText begins with"), |found| found == magic)?;
    number(bytes, &format!("version {VERSION} or an older one"), |found| found <= VERSION)?;
    let dim = number(bytes, "the number of dimensions, at least 1", |found| found > 0)?;
    for skipped in ["the window", "the epochs", "the least count", "the negatives", "the word n-grams"] {
        number(bytes, skipped, |_| true)?;
    }
    number(bytes, "the loss, 1 to 4", |found| (1..=4).contains(&found))?;
    number(bytes, "the model, 1 to 3", |found| (1..=3).contains(&found))?;
    let buckets = number(bytes, "the number of buckets, below 2^31", |found| i32::try_from(found).is_ok())?;
    let shortest = number(bytes, "the shortest n-gram", |_| true)?;
    let longest = number(bytes, &format!("the longest n-gram, at most {MAX_GRAM}"), |found| found <= MAX_GRAM)?;
    number(bytes, "the update rate", |_| true)?;
    bytes.array::<8>("the sampling threshold")?;
    Ok(Header { dim, buckets, shortest, longest })
}

fn read_words(bytes: &mut Bytes<impl BufRead>) -> Result<Vec<String>, Malformed> {
    let entries = number(bytes, "the number of entries", |_| true)?;
    number(bytes, "the number of words", |_| true)?;
    number(bytes, "no labels (a classifier has no vectors of words to read)", |found| found == 0)?;
    bytes.array::<8>("the number of tokens")?;
    let at = bytes.at();
    let pruned = i64::from_le_bytes(bytes.array("the size of the pruned index")?);
    if pruned >= 0 {
        return Err(unexpected(at, "-1, for an index that is not pruned", pruned));
    }
    // A zero, a count and a type.
    bytes.check_room(u64::from(entries), 10, "words")?;
    let mut words = Vec::new();
    for number in 1..=entries {
        words.push(bytes.text(0, &format!("word {number} of {entries} and a zero"))?);
        bytes.array::<8>("the count of a word")?;
        let at = bytes.at();
        let [kind] = bytes.array("the type of an entry")?;
        if kind != 0 {
            return Err(unexpected(at, "0, the type of a word", kind));
        }
    }
    Ok(words)
}

/// The input matrix, row after row.
fn read_matrix(
    bytes: &mut Bytes<impl BufRead>,
    header: &Header,
    words: usize,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<f32>, Malformed> {
    let at = bytes.at();
    let [quantised] = bytes.array("whether the matrix is quantised")?;
    if quantised != 0 {
        return Err(unexpected(at, "0, for a matrix that is not quantised", quantised));
    }
    let rows = words as u64 + u64::from(header.buckets);
    for (expected, what) in [(rows, "rows, one a word and one a bucket"), (u64::from(header.dim), "columns")] {
        let at = bytes.at();
        let found = u64::from_le_bytes(bytes.array(what)?);
        if found != expected {
            return Err(unexpected(at, &format!("{expected} {what}"), found));
        }
    }
    bytes.check_room(rows, 4 * u64::from(header.dim), "rows")?;
    let mut matrix = Vec::new();
    for row in 0..rows {
        bytes.floats(u64::from(header.dim), &mut matrix, &format!("row {row} of {rows}"))?;
        if row.is_multiple_of(1000) {
            progress(bytes.at());
        }
    }
    progress(bytes.at());
    Ok(matrix)
}

/// A number of the header that has to pass `good`.
fn number(bytes: &mut Bytes<impl BufRead>, expected: &str, good: impl Fn(u32) -> bool) -> Result<u32, Malformed> {
    let at = bytes.at();
    let found = u32::from_le_bytes(bytes.array(expected)?);
    if good(found) { Ok(found) } else { Err(unexpected(at, expected, found)) }
}

fn unexpected(at: u64, expected: &str, found: impl ToString) -> Malformed {
    Malformed::Unexpected { at, expected: expected.to_owned(), found: found.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::vectors::RawVectors;

    /// A model as fastText writes it, field by field.
    #[derive(Clone)]
    struct Model {
        version: u32,
        dim: u32,
        loss: u32,
        kind: u32,
        buckets: u32,
        grams: (u32, u32),
        words: Vec<&'static str>,
        entries: u32,
        labels: u32,
        pruned: i64,
        entry_kind: u8,
        quantised: u8,
        shape: (u64, u64),
        matrix: Vec<f32>,
    }

    impl Model {
        /// Numbers that no rounding is exact for.
        fn new(words: &[&'static str], buckets: u32, grams: (u32, u32), dim: u32) -> Self {
            let rows = words.len() as u32 + buckets;
            let matrix = (0..rows * dim).map(|i| ((i * 37 + 11) % 101) as f32 / 101.0 - 0.4).collect();
            Self {
                version: 12,
                dim,
                loss: 2,
                kind: 2,
                buckets,
                grams,
                words: words.to_vec(),
                entries: words.len() as u32,
                labels: 0,
                pruned: -1,
                entry_kind: 0,
                quantised: 0,
                shape: (u64::from(rows), u64::from(dim)),
                matrix,
            }
        }

        fn bytes(&self) -> Vec<u8> {
            let mut bytes = vec![0xba, 0x16, 0x4f, 0x2f];
            let header = [self.version, self.dim, 5, 5, 5, 5, 1, self.loss, self.kind, self.buckets];
            for number in header.into_iter().chain([self.grams.0, self.grams.1, 100]) {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(1e-4f64.to_le_bytes());
            for number in [self.entries, self.entries, self.labels] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(1234u64.to_le_bytes());
            bytes.extend(self.pruned.to_le_bytes());
            for word in &self.words {
                bytes.extend(word.as_bytes());
                bytes.push(0);
                bytes.extend(7u64.to_le_bytes());
                bytes.push(self.entry_kind);
            }
            bytes.push(self.quantised);
            bytes.extend(self.shape.0.to_le_bytes());
            bytes.extend(self.shape.1.to_le_bytes());
            self.matrix.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
            bytes
        }
    }

    fn parse(bytes: &[u8]) -> Result<RawVectors> {
        let mut rows = Rows::default();
        read(bytes, None, &mut rows, &mut |_| ())?;
        rows.finish()
    }

    fn fails(model: &Model) -> String {
        format!("{:#}", parse(&model.bytes()).unwrap_err())
    }

    fn bits(vectors: &RawVectors) -> Vec<u32> {
        vectors.values.iter().map(|value| value.to_bits()).collect()
    }

    #[test]
    fn the_hash_is_fnv_1a_and_extends_the_sign_of_bytes() {
        // Published values of FNV-1a for 7-bit text.
        assert_eq!(hash(""), 0x811c_9dc5);
        assert_eq!(hash("a"), 0xe40c_292c);
        assert_eq!(hash("foobar"), 0xbf9c_f968);
        // One byte more than 7 bits: 0xffffffc3 and 0xffffffa9 instead of 0xc3 and 0xa9.
        assert_eq!(hash("é"), 0x3cfa_68c1);
    }

    #[test]
    fn a_word_is_the_mean_of_its_row_and_of_its_n_grams() {
        // "<é>" has the n-grams "<é>", "<é" and "é>" of 2 to 3 characters.
        let model = Model::new(&["é"], 5, (2, 3), 3);
        let mut want = model.matrix[..3].to_vec();
        for gram in ["<é>", "<é", "é>"] {
            let bucket = (hash(gram) % 5) as usize;
            want.iter_mut().zip(&model.matrix[3 + 3 * bucket..]).for_each(|(sum, value)| *sum += value);
        }
        let got = parse(&model.bytes()).unwrap();
        for (got, want) in got.values.iter().zip(want) {
            assert!((got - want / 4.0).abs() < 1e-6, "{got} {want}");
        }
    }

    /// What the library gave that read these files before: tables keep their hashes.
    #[test]
    fn means_are_rounded_as_ever() {
        let model = Model::new(&["good", "straße"], 7, (3, 6), 2);
        assert_eq!(bits(&parse(&model.bytes()).unwrap()), [0xbb48_8f63, 0x3e39_d02a, 0xbcfa_282f, 0x3e36_2cc5]);
    }

    #[test]
    fn without_n_grams_a_word_is_its_row() {
        for model in [Model::new(&["good", "bad"], 0, (3, 6), 2), Model::new(&["good", "bad"], 4, (0, 0), 2)] {
            let got = parse(&model.bytes()).unwrap();
            for (got, want) in got.values.iter().zip(&model.matrix) {
                assert!((got - want).abs() < 1e-6, "{got} {want}");
            }
        }
    }

    #[test]
    fn every_place_where_the_file_can_be_cut_is_an_error_with_its_byte() {
        let whole = Model::new(&["good", "bad"], 2, (3, 6), 2).bytes();
        for cut in 0..whole.len() {
            let message = format!("{:#}", parse(&whole[..cut]).unwrap_err());
            assert!(message.starts_with("byte "), "{cut}: {message}");
            assert!(message.contains("found the end of the file after"), "{cut}: {message}");
        }
        // The output matrix follows and is not read.
        assert!(parse(&[&whole[..], &[0, 1, 2, 3]].concat()).is_ok());
    }

    #[test]
    fn what_the_header_claims_takes_no_memory() {
        let good = Model::new(&["good"], 2, (3, 6), 2);
        // Two claims that agree with each other and not with the file.
        let dim = 4096;
        let wide = Model { dim, shape: (3, u64::from(dim)), ..good.clone() };
        assert!(fails(&wide).contains(&format!("expected {dim} more floats of row 0 of 3")), "{}", fails(&wide));
        let wider = Model { dim: dim + 1, ..good.clone() };
        assert!(fails(&wider).contains("4,097 dimensions are claimed; at most 4,096 are read"));
        let buckets = i32::MAX as u32;
        let long = Model { buckets, shape: (u64::from(buckets) + 1, 2), ..good.clone() };
        assert!(fails(&long).contains("expected 2 more floats of row 3 of 2147483648"), "{}", fails(&long));
        let mut many = Model { entries: u32::MAX, ..good }.bytes();
        many.truncate(106);
        let message = format!("{:#}", parse(&many).unwrap_err());
        assert!(message.starts_with("byte 106: expected word 2 of 4294967295 and a zero"), "{message}");
        // Where the size of the file is known, nothing of it is read.
        for (bytes, what) in
            [(many, "4,294,967,295 words, the file has room for 1"), (long.bytes(), "2,147,483,648 rows")]
        {
            let error = read(&bytes[..], Some(bytes.len() as u64), &mut Rows::default(), &mut |_| ()).unwrap_err();
            assert!(format!("{error:#}").contains(&format!("it claims {what}")), "{error:#}");
        }
    }

    #[test]
    fn what_is_not_read_is_refused_with_what_was_found() {
        let good = Model::new(&["good"], 2, (3, 6), 2);
        assert!(parse(&good.bytes()).is_ok());
        let cases: [(Model, &str); 11] = [
            (Model { version: 13, ..good.clone() }, "byte 4: expected version 12 or an older one, found 13"),
            (Model { dim: 0, ..good.clone() }, "byte 8: expected the number of dimensions, at least 1, found 0"),
            (Model { loss: 9, ..good.clone() }, "byte 32: expected the loss, 1 to 4, found 9"),
            (Model { kind: 0, ..good.clone() }, "byte 36: expected the model, 1 to 3, found 0"),
            (Model { grams: (3, 65), ..good.clone() }, "byte 48: expected the longest n-gram, at most 64, found 65"),
            (Model { buckets: 1 << 31, ..good.clone() }, "byte 40: expected the number of buckets, below 2^31, found"),
            (Model { labels: 1, ..good.clone() }, "byte 72: expected no labels"),
            (Model { pruned: 3, ..good.clone() }, "byte 84: expected -1, for an index that is not pruned, found 3"),
            (Model { entry_kind: 1, ..good.clone() }, "byte 105: expected 0, the type of a word, found 1"),
            (
                Model { quantised: 1, ..good.clone() },
                "byte 106: expected 0, for a matrix that is not quantised, found 1",
            ),
            (
                Model { shape: (4, 2), ..good.clone() },
                "byte 107: expected 3 rows, one a word and one a bucket, found 4",
            ),
        ];
        for (model, want) in cases {
            assert!(fails(&model).starts_with(want), "{} instead of {want}", fails(&model));
        }
        let wide = Model { shape: (3, 1 << 60), ..good };
        assert_eq!(fails(&wide), format!("byte 115: expected 2 columns, found {}", 1u64 << 60));
    }
}
