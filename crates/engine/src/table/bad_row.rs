//! Why a row has no text.

use std::fmt::{Display, Formatter, Result};

use crate::wording::grouped;

/// What is wrong with a row. As text it goes on from "line 5 ".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRow {
    /// A quote inside a field that does not begin with one.
    StrayQuote,
    /// Something between a closing quote and the end of the field.
    AfterQuote,
    /// A quote that is opened and not closed, or not within [`Limits::quoted`](super::Limits::quoted).
    Unclosed,
    /// More bytes than a record may have.
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// More fields than a record may have.
    TooManyFields {
        /// The limit.
        limit: usize,
    },
    /// Another number of fields than the first line has.
    Width {
        /// Fields of the first line.
        expected: usize,
        /// Fields of this row.
        found: usize,
    },
    /// Bytes that are no text.
    NotUtf8 {
        /// The first byte of the field, from 0, that begins no character.
        at: usize,
    },
}

impl Display for BadRow {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let fields = |n: usize| if n == 1 { "field" } else { "fields" };
        match *self {
            Self::StrayQuote => {
                f.write_str("is wrongly quoted: a quote stands within a field that does not begin with one")
            }
            Self::AfterQuote => f.write_str("is wrongly quoted: something follows a closing quote"),
            Self::Unclosed => f.write_str("is wrongly quoted: a quote is opened and not closed"),
            Self::TooLong { limit } => write!(f, "is too long: the limit is {} bytes", grouped(limit)),
            Self::TooManyFields { limit } => {
                write!(f, "has more than {} {}, which is the limit", grouped(limit), fields(limit))
            }
            Self::Width { expected, found } => {
                write!(f, "has {} {}, the first line has {}", grouped(found), fields(found), grouped(expected))
            }
            Self::NotUtf8 { at } => write!(f, "is not UTF-8: the byte at {at} of its text begins no character"),
        }
    }
}
