//! A binary file read front to back: numbers, words and rows, each error with the byte it is at. A vector grows with the
//! bytes that are there, so what a damaged header claims takes no memory.

use std::io::BufRead;

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
    /// The disk failed.
    #[error("byte {at}: {source}")]
    Io {
        /// How far the file was read.
        at: u64,
        /// What the system says.
        source: std::io::Error,
    },
}

/// How many floats are read in one go.
const MAX_PIECE: u64 = 1 << 14;

/// A reader that knows its place.
pub(super) struct Bytes<R> {
    reader: R,
    at: u64,
    /// A piece of a row.
    piece: Vec<u8>,
}

impl<R: BufRead> Bytes<R> {
    /// Begins at byte 0.
    pub(super) fn new(reader: R) -> Self {
        Self { reader, at: 0, piece: Vec::new() }
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
        let read = self.reader.read_until(end, &mut bytes).map_err(|source| Malformed::Io { at, source })?;
        self.at += read as u64;
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
