//! What is asked of a file before anything in it.

use wordlight_explain::{Error, Result};

use crate::table::{skip_mark, wide_encoding};

/// The most bytes of a file.
const MAX_BYTES: usize = 64_000_000;

/// How many of the first bytes are a byte-order mark.
///
/// # Errors
/// [`Error::Parameter`] for a file that is too large, or in UTF-16 or UTF-32.
pub(super) fn check(name: &str, bytes: &[u8]) -> Result<usize> {
    if bytes.len() > MAX_BYTES {
        return Err(refuse(name, &format!("at most {MAX_BYTES} bytes"), format!("{} bytes long", bytes.len())));
    }
    match wide_encoding(bytes) {
        Some(encoding) => Err(refuse(name, "text in UTF-8", format!("in {encoding}"))),
        None => Ok(skip_mark(bytes)),
    }
}

/// A file whose byte at `at` begins no character.
pub(super) fn not_text(name: &str, at: usize) -> Error {
    refuse(name, "text in UTF-8", format!("no text: the byte at {at} begins no character"))
}

/// A file that is not as expected.
pub(super) fn refuse(name: &str, expected: &str, found: String) -> Error {
    Error::Parameter { name: format!("the file {name:?}"), expected: expected.to_owned(), found }
}
