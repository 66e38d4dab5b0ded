//! What no file may exceed; `docs/limits.md` has them all in a table.

/// Longer texts are refused: an eighth of this has more words than a network reads.
pub const MAX_TEXT: usize = 1 << 20;
/// The most bytes of a page of a Parquet file, packed or unpacked. DuckDB writes the largest ones: 100 MB, and a row.
pub const MAX_PAGE: usize = 128 << 20;
/// The most bytes of the footer of a Parquet file.
pub const MAX_FOOTER: u64 = 64 << 20;
/// How deep the columns of a Parquet file may be nested.
pub const MAX_NESTING: usize = 100;
/// The most bytes of a line of JSON Lines, as of a record of a table.
pub const MAX_LINE: usize = 4 << 20;
/// The most numbers that the quick way keeps of a vocabulary: 2 GiB. A larger one is explained text by text.
pub const MAX_QUICK: usize = 1 << 29;
