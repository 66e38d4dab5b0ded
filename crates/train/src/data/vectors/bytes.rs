//! A binary file read front to back: numbers, words and rows, each error with the byte it is at. A vector grows with the
//! bytes that are there, so what a damaged header claims takes no memory.

use std::io::{BufRead, Read};

use super::size::no_room;

/// Why a binary file of vectors cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Malformed {
    /// Something else is there.
    #[error("byte {at}: expected {expected}, found {found}")]
    Unexpected {
        /// Where it begins.
        at: u64,
        /// What the format has there.
        expected: String,
        /// What the file has there.
        found: String,
    },
    /// The file ends too early.
    #[error("byte {at}: expected {expected}, found the end of the file after {found} bytes")]
    CutOff {
        /// Where it begins.
        at: u64,
        /// What the format has there.
        expected: String,
        /// How many bytes of it are there.
        found: u64,
    },
    /// The header claims more than there is.
    #[error("{0}")]
    NoRoom(String),
    /// The disk failed.
    #[error("byte {at}: {source}")]
    Io {
        /// How far the file was read.
        at: u64,
        /// What the system says.
        source: std::io::Error,
    },
}

/// The most bytes of a word, and of what else ends with a mark.
pub(super) const MAX_WORD: u64 = 1 << 16;

/// How many floats are read in one go.
const MAX_PIECE: u64 = 1 << 14;

/// A reader that knows its place.
pub(super) struct Bytes<R> {
    reader: R,
    size: Option<u64>,
    at: u64,
    /// A piece of a row.
    piece: Vec<u8>,
}

impl<R: BufRead> Bytes<R> {
    /// Begins at byte 0 of a file that has so many bytes, if that is known.
    pub(super) fn new(reader: R, size: Option<u64>) -> Self {
        Self { reader, size, at: 0, piece: Vec::new() }
    }

    /// Refuses more things than there is room for in the bytes that are left, each of which takes `each` at least.
    pub(super) fn check_room(&self, count: u64, each: u64, what: &str) -> Result<(), Malformed> {
        match self.size.and_then(|size| no_room(count, what, size.saturating_sub(self.at), each)) {
            Some(reason) => Err(Malformed::NoRoom(reason)),
            None => Ok(()),
        }
    }

    /// How many bytes have been read.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// `N` bytes, for one number.
    pub(super) fn array<const N: usize>(&mut self, expected: &str) -> Result<[u8; N], Malformed> {
        let mut bytes = [0; N];
        self.fill(&mut bytes, &|| expected.to_owned())?;
        Ok(bytes)
    }

    /// Appends `count` floats, little-endian.
    pub(super) fn floats(&mut self, count: u64, values: &mut Vec<f32>, what: &str) -> Result<(), Malformed> {
        let mut piece = std::mem::take(&mut self.piece);
        let mut left = count;
        while left > 0 {
            let now = left.min(MAX_PIECE);
            piece.resize(4 * now as usize, 0);
            self.fill(&mut piece, &|| format!("{left} more floats of {what}"))?;
            values.extend(piece.as_chunks().0.iter().map(|float| f32::from_le_bytes(*float)));
            left -= now;
        }
        self.piece = piece;
        Ok(())
    }

    /// The text up to `end`, which is passed over.
    pub(super) fn text(&mut self, end: u8, expected: &str) -> Result<String, Malformed> {
        let at = self.at;
        let mut bytes = Vec::new();
        let mut some = (&mut self.reader).take(MAX_WORD + 1);
        let read = some.read_until(end, &mut bytes).map_err(|source| Malformed::Io { at, source })?;
        self.at += read as u64;
        if read as u64 > MAX_WORD {
            return Err(Malformed::Unexpected {
                at,
                expected: format!("{expected}, at most {MAX_WORD} bytes"),
                found: "more".to_owned(),
            });
        }
        if bytes.pop() != Some(end) {
            return Err(Malformed::CutOff { at, expected: expected.to_owned(), found: read as u64 });
        }
        String::from_utf8(bytes).map_err(|error| {
            let shown = String::from_utf8_lossy(error.as_bytes()).chars().take(40).collect::<String>();
            Malformed::Unexpected { at, expected: format!("{expected} in UTF-8"), found: format!("{shown:?}") }
        })
    }

    /// The next byte, if there is one; it is not passed over.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Malformed> {
        let at = self.at;
        let left = self.reader.fill_buf().map_err(|source| Malformed::Io { at, source })?;
        Ok(left.first().copied())
    }

    fn fill(&mut self, bytes: &mut [u8], expected: &dyn Fn() -> String) -> Result<(), Malformed> {
        let at = self.at;
        let mut found = 0;
        while found < bytes.len() {
            match self.reader.read(&mut bytes[found..]) {
                Ok(0) => return Err(Malformed::CutOff { at, expected: expected(), found: found as u64 }),
                Ok(read) => {
                    found += read;
                    self.at += read as u64;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => return Err(Malformed::Io { at: self.at, source }),
            }
        }
        Ok(())
    }
}

/// A vector brought to length 1 and back, rounded on the way. Tables made of binary files have always had these numbers,
/// and a checkpoint names its table by hash; so they are made to the last bit as before.
pub(super) fn through_length_one(values: &mut [f32]) {
    let view = ndarray::ArrayView1::from(&*values);
    let norm = view.dot(&view).sqrt();
    if !norm.is_finite() {
        return;
    }
    for value in values {
        if norm != 0.0 {
            *value /= norm;
        }
        *value *= norm;
    }
}
