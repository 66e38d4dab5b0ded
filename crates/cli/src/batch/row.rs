//! A row on its way in: what kind of file it comes from, its text, or why there is none.

use std::path::Path;

use bytes::Bytes;

use super::limits::MAX_TEXT;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Comma-separated, the first line naming the columns.
    Csv,
    /// One JSON object per line.
    JsonLines,
    /// Parquet.
    Parquet,
}

impl Kind {
    /// By the end of its name, for a file that is read: a table may be separated by tabs.
    pub fn of_input(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "tsv" | "tab" => Some(Self::Csv),
            _ => Self::of(path),
        }
    }

    /// By the end of its name, for a file that is written.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// A row before it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct RawRow {
    /// From 1, without a header.
    pub row: u64,
    /// The text, or why there is none.
    pub content: Content,
}

/// What is in a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Bytes that should be UTF-8.
    Text(Bytes),
    /// Why there is no text.
    Bad(Problem),
}

impl Content {
    /// What it takes to explain it, by its bytes and its words: each word brings a place, a score and a cell of output.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len() + WORD * words(text),
            Self::Bad(problem) => problem.text.len(),
        }
    }
}

/// What a word weighs beside its own bytes.
const WORD: usize = 8;

/// About how many words a text has, and rarely fewer than that: marks stand alone, and so may letters outside of ASCII.
fn words(text: &[u8]) -> usize {
    let mut before = b' ';
    let begins = |byte: &&u8| {
        let inside = byte.is_ascii_alphanumeric() && before.is_ascii_alphanumeric();
        before = **byte;
        !inside && (byte.is_ascii_graphic() || **byte >= 0xc0)
    };
    text.iter().filter(begins).count()
}

/// Why a row is not explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Under what it is counted.
    pub kind: &'static str,
    /// What is wrong.
    pub text: String,
}

impl Problem {
    /// Of a text that is longer than [`MAX_TEXT`].
    pub(super) fn too_many_bytes(bytes: usize) -> Self {
        Self { kind: "too long", text: format!("the text has {bytes} bytes; the limit is {MAX_TEXT}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_without_being_cut() {
        for (text, count) in
            [("", 0), ("a good film", 3), ("a b\tc", 3), ("don't, x", 5), ("h\u{e9}t\u{e9} \u{1f600}", 5)]
        {
            assert_eq!(words(text.as_bytes()), count, "{text:?}");
        }
    }
}
