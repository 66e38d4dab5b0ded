//! Tables of comma-separated values, one record at a time: the one reader of the page and the command line.
//!
//! A record is cut out by the rules of RFC 4180. One that breaks them is a [`BadRow`] and is given up at the end of the line
//! on which it begins, so it costs no other row anything. A record is never dropped: only a line without any byte is passed
//! over. Memory is bounded by the [`Limits`], whatever the input holds or claims.
//!
//! The first line decides three things: what separates fields (commas, semicolons or tabs, whichever are most), how lines
//! end (`\n` and `\r\n`, or `\r` alone), and how many fields every record has.

mod bad_row;
mod cut;
mod encoding;
mod fields;
mod header;
mod records;
mod separator;

pub use bad_row::BadRow;
pub use encoding::{skip_mark, wide_encoding};
pub use fields::Fields;
pub use header::{ColumnError, Header};
pub use records::{Record, Records};

/// What a record may come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a record, without its line end.
    pub record: usize,
    /// Fields of a record.
    pub fields: usize,
    /// Bytes in which a quoted field has to end. A record that is too long is one row up to here, whatever line ends are in
    /// it; beyond, the quote was not meant, and every line is a row.
    pub quoted: usize,
}

impl Default for Limits {
    /// 4 MiB and 10,000 fields; a quoted field has to end within 64 MiB.
    fn default() -> Self {
        Self { record: 4 << 20, fields: 10_000, quoted: 64 << 20 }
    }
}

/// What is made of a quote inside a field that does not begin with one, as in `5'10" tall`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrayQuotes {
    /// The row is wrongly quoted.
    Refuse,
    /// It is a character like any other.
    Keep,
}

/// Text from a file, fit for a message: what would steer a terminal is escaped, and what is long is cut.
pub fn printable(text: &str) -> String {
    const LONGEST: usize = 60;
    let start: String = text.chars().take(LONGEST).collect();
    let mut shown = wordlight_nn::text::printable(&start).into_owned();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_long_texts_cut() {
        assert_eq!(printable("\u{1b}]0;OWNED\u{7}"), "\\u{1b}]0;OWNED\\u{7}");
        assert_eq!(printable(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(printable(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }
}
