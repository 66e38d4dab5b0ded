//! A row on its way in: what kind of file it comes from, its text, or why there is none.

use std::path::Path;

use bytes::Bytes;

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

/// Why a row is not explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Under what it is counted.
    pub kind: &'static str,
    /// What is wrong.
    pub text: String,
}
