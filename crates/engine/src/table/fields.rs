//! The fields of a record, as bytes and as text.

use std::borrow::Cow;

use super::bad_row::BadRow;
use super::cut::{Kind, Span};

/// The fields of a record.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    pub(super) record: &'a [u8],
    pub(super) spans: Cow<'a, [Span]>,
}

impl<'a> Fields<'a> {
    /// How many there are; one at least.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// The field at `k`, from 0, as bytes.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn bytes(&self, k: usize) -> Cow<'a, [u8]> {
        let Span { start, end, kind } = self.spans[k];
        let bytes = &self.record[start..end];
        if kind != Kind::Doubled {
            return Cow::Borrowed(bytes);
        }
        // Of two quotes the second goes; there are only pairs.
        let mut second = false;
        let keep = |byte: &u8| {
            second = *byte == b'"' && !second;
            *byte != b'"' || second
        };
        Cow::Owned(bytes.iter().copied().filter(keep).collect())
    }

    /// The field at `k`, from 0.
    ///
    /// # Errors
    /// [`BadRow::NotUtf8`]
    ///
    /// # Panics
    /// If there are not so many.
    pub fn text(&self, k: usize) -> Result<Cow<'a, str>, BadRow> {
        match self.bytes(k) {
            Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Borrowed(text)),
                Err(error) => Err(BadRow::NotUtf8 { at: error.valid_up_to() }),
            },
            Cow::Owned(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Owned(text)),
                Err(error) => Err(BadRow::NotUtf8 { at: error.utf8_error().valid_up_to() }),
            },
        }
    }
}
