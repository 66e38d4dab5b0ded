//! Cutting one record into fields.

use super::bad_row::BadRow;
use super::separator::Dialect;

/// Where a field stands in its record, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// How a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Without quotes.
    Plain,
    /// In quotes.
    Quoted,
    /// In quotes, with doubled quotes in it.
    Doubled,
}

/// What the first bytes come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// A record of so many bytes, its line end included.
    Whole(usize),
    /// No record, which shows after so many bytes.
    Broken(BadRow, usize),
    /// More bytes are needed to tell.
    More {
        /// Whether they end inside quotes.
        quoted: bool,
    },
}

impl Dialect {
    /// Cuts the first record out of `bytes` into `spans`: at most `most` fields. `ended` says that nothing follows `bytes`.
    pub(super) fn cut(self, bytes: &[u8], ended: bool, most: usize, spans: &mut Vec<Span>) -> Cut {
        spans.clear();
        let mut at = 0;
        loop {
            if spans.len() == most {
                return Cut::Broken(BadRow::TooManyFields { limit: most }, at);
            }
            let span = match bytes.get(at) {
                Some(b'"') => quoted(bytes, ended, at + 1),
                _ => self.plain(bytes, ended, at),
            };
            let span = match span {
                Ok(span) => span,
                Err(cut) => return cut,
            };
            at = span.end + usize::from(span.kind != Kind::Plain);
            spans.push(span);
            let next = bytes.get(at + 1);
            at += match bytes.get(at) {
                Some(&byte) if byte == self.separator => {
                    at += 1;
                    continue;
                }
                None if !ended => return Cut::More { quoted: false },
                None => 0,
                Some(b'\n') => 1,
                Some(b'\r') if next == Some(&b'\n') => 2,
                Some(b'\r') if next.is_none() && !ended => return Cut::More { quoted: false },
                Some(b'\r') if next.is_none() || self.returns => 1,
                Some(_) => return Cut::Broken(BadRow::AfterQuote, at),
            };
            return Cut::Whole(at);
        }
    }

    /// The field without quotes that begins at `start`. A carriage return before its line end is not part of it.
    fn plain(self, bytes: &[u8], ended: bool, start: usize) -> Result<Span, Cut> {
        let refused = if self.stray_quotes { self.separator } else { b'"' };
        let stops = |byte: &u8| *byte == self.separator || self.ends(*byte) || *byte == refused;
        let end = match bytes[start..].iter().position(stops) {
            None if !ended => return Err(Cut::More { quoted: false }),
            None => bytes.len(),
            Some(length) => start + length,
        };
        match bytes.get(end) {
            Some(b'"') => return Err(Cut::Broken(BadRow::StrayQuote, end)),
            Some(&byte) if byte == self.separator => return Ok(Span { start, end, kind: Kind::Plain }),
            _ => {}
        }
        let returned = bytes[start..end].ends_with(b"\r");
        Ok(Span { start, end: end - usize::from(returned), kind: Kind::Plain })
    }
}

/// The quoted field whose text begins at `start`.
fn quoted(bytes: &[u8], ended: bool, start: usize) -> Result<Span, Cut> {
    let mut at = start;
    let mut kind = Kind::Quoted;
    loop {
        match bytes[at..].iter().position(|byte| *byte == b'"') {
            None if ended => return Err(Cut::Broken(BadRow::Unclosed, bytes.len())),
            None => return Err(Cut::More { quoted: true }),
            Some(length) => at += length,
        }
        match bytes.get(at + 1) {
            Some(b'"') => (at, kind) = (at + 2, Kind::Doubled),
            None if !ended => return Err(Cut::More { quoted: true }),
            _ => return Ok(Span { start, end: at, kind }),
        }
    }
}
