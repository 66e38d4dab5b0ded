//! Records one after another, from a stream or from bytes that are there.

use std::borrow::Cow;
use std::io::{BufRead, Cursor, Error, ErrorKind, Result};

use super::bad_row::BadRow;
use super::cut::{Cut, Kind, Span};
use super::encoding::{skip_mark, wide_encoding};
use super::fields::Fields;
use super::separator::Dialect;
use super::{Limits, StrayQuotes};

/// Bytes that are taken from the input at once.
const CHUNK: usize = 1 << 18;
/// Bytes that may be read in vain, in records that turn out to be none only after their first line, beyond those that have
/// been given out. After that every record must end on its line, so the work never grows faster than the file.
const SPARE: u64 = 256 << 20;

/// A record, or what is wrong with it.
#[derive(Debug)]
pub struct Record<'a> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The byte of the input at which it begins.
    pub start: u64,
    /// Its fields, as many as the first record has, or why there are none.
    pub content: std::result::Result<Fields<'a>, BadRow>,
}

/// Reads records one after another.
#[derive(Debug)]
pub struct Records<R> {
    input: R,
    dialect: Dialect,
    limits: Limits,
    /// Fields of the first record.
    width: Option<usize>,
    /// What has been read and not yet given out; never much more than a record may have.
    held: Vec<u8>,
    /// How much of `held` has been given out.
    given: usize,
    /// Where `held` begins in the input.
    offset: u64,
    /// The line that is next, from 1.
    line: u64,
    ended: bool,
    /// Bytes that were read in vain.
    vain: u64,
    /// Of the record that was given out last.
    spans: Vec<Span>,
}

impl<R: BufRead> Records<R> {
    /// Begins at the start of `input`, after its byte-order mark if it has one, and learns from the first line how the table
    /// is written.
    ///
    /// # Errors
    /// If the input cannot be read, or is in UTF-16 or UTF-32 ([`ErrorKind::InvalidData`]).
    pub fn new(input: R, stray_quotes: StrayQuotes, limits: Limits) -> Result<Self> {
        let keep = stray_quotes == StrayQuotes::Keep;
        let dialect = Dialect { separator: b',', returns: false, stray_quotes: keep };
        let mut records = Self {
            input,
            dialect,
            limits,
            width: None,
            held: Vec::new(),
            given: 0,
            offset: 0,
            line: 1,
            ended: false,
            vain: 0,
            spans: Vec::new(),
        };
        records.fill_to(4)?;
        if let Some(encoding) = wide_encoding(&records.held) {
            return Err(Error::new(ErrorKind::InvalidData, format!("it is in {encoding}; save it as UTF-8")));
        }
        records.given = skip_mark(&records.held);
        records.dialect = loop {
            let held = &records.held[records.given..];
            // No more than a record may have, however much has arrived.
            let begins = &held[..held.len().min(limits.record + 1)];
            let whole = records.ended || begins.len() > limits.record;
            if let Some(dialect) = Dialect::of(begins, whole, keep) {
                break dialect;
            }
            let length = held.len();
            records.fill_to(2 * length)?;
        };
        records.obey_hint()?;
        Ok(records)
    }

    /// A first line like `sep=;`, which Excel writes and reads, says what separates fields and is no record.
    fn obey_hint(&mut self) -> Result<()> {
        let begins = self.held[self.given..].iter().take(self.limits.record);
        let empty = begins.take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator, b'\n' | b'\r', ..] =
            self.held[self.given + empty..]
            && (separator == b'\t' || (separator.is_ascii_punctuation() && separator != b'"'))
        {
            self.dialect.separator = separator;
            self.give(empty);
            self.skip_line()?;
        }
        Ok(())
    }

    /// The next record; lines without any byte are passed over.
    ///
    /// # Errors
    /// If the input cannot be read.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>> {
        loop {
            if self.given == self.held.len() && !self.fill()? {
                return Ok(None);
            }
            let cut = self.cut()?;
            let (line, start) = (self.line, self.position());
            let length = match cut {
                Ok(length) => length,
                Err((bad, length)) => {
                    self.give(length);
                    self.skip_line()?;
                    return Ok(Some(Record { line, start, content: Err(bad) }));
                }
            };
            let from = self.given;
            self.give(length);
            if matches!(self.spans[..], [Span { start: 0, end: 0, kind: Kind::Plain }]) {
                continue;
            }
            let found = self.spans.len();
            let content = match *self.width.get_or_insert(found) {
                expected if expected != found => Err(BadRow::Width { expected, found }),
                _ => Ok(Fields { record: &self.held[from..from + length], spans: Cow::Borrowed(&self.spans) }),
            };
            return Ok(Some(Record { line, start, content }));
        }
    }

    /// How many bytes of the input have been given out.
    pub fn position(&self) -> u64 {
        self.offset + self.given as u64
    }

    /// The length of the next record, whose fields are then in `spans`, or what is wrong with it and how much of it is to be
    /// passed over, besides the rest of the line after that.
    fn cut(&mut self) -> Result<std::result::Result<usize, (BadRow, usize)>> {
        let Limits { record, fields, quoted: look_ahead } = self.limits;
        // Two more for the line end.
        let most = record.saturating_add(2);
        let alone = self.vain > SPARE.saturating_add(self.position());
        // What is looked at; never more than that, or the answer would depend on how much has arrived.
        let mut limit = most;
        loop {
            let held = &self.held[self.given..];
            let mut piece = &held[..held.len().min(limit)];
            let mut ended = self.ended && piece.len() == held.len();
            if alone && let Some(end) = piece.iter().position(|byte| self.dialect.ends(*byte)) {
                (piece, ended) = (&piece[..=end], true);
            }
            let too_long = BadRow::TooLong { limit: record };
            let cut = self.dialect.cut(piece, ended, fields, &mut self.spans);
            let bad = match cut {
                Cut::Whole(length) if self.content(&piece[..length]) <= record => return Ok(Ok(length)),
                // Without its line end, which is passed over afterwards.
                Cut::Whole(length) => (too_long, self.content(&piece[..length])),
                Cut::Broken(bad, read) => {
                    self.vain += read as u64;
                    (bad, 0)
                }
                Cut::More { .. } if piece.len() < limit => {
                    let length = (2 * held.len()).min(limit);
                    self.fill_to(length)?;
                    continue;
                }
                // What is quoted is read on beyond the limit, so that a text that is too long is one row and not many.
                Cut::More { quoted: true } if limit < look_ahead => {
                    limit = look_ahead;
                    continue;
                }
                Cut::More { quoted: true } => {
                    self.vain += piece.len() as u64;
                    let first = piece.iter().position(|byte| self.dialect.ends(*byte)).unwrap_or(piece.len());
                    (if first > record { too_long } else { BadRow::Unclosed }, 0)
                }
                // The end of what is held may be half a line end.
                Cut::More { quoted: false } => (too_long, piece.len() - usize::from(piece.ends_with(b"\r"))),
            };
            return Ok(Err(bad));
        }
    }

    /// The length of a record without its line end.
    fn content(&self, record: &[u8]) -> usize {
        let end = match record {
            [.., b'\r', b'\n'] => 2,
            [.., byte] if self.dialect.ends(*byte) => 1,
            _ => 0,
        };
        record.len() - end
    }

    /// Gives up the rest of the line, of which more may have to be read.
    fn skip_line(&mut self) -> Result<()> {
        loop {
            let rest = &self.held[self.given..];
            let end = rest.iter().position(|byte| self.dialect.ends(*byte));
            match end.map(|end| (end, &rest[end..])) {
                Some((_, b"\r")) if !self.ended => {
                    let length = rest.len();
                    self.fill_to(length + 1)?;
                }
                Some((end, rest)) => {
                    self.give(end + if rest.starts_with(b"\r\n") { 2 } else { 1 });
                    return Ok(());
                }
                None => {
                    self.give(rest.len());
                    if !self.fill()? {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn give(&mut self, length: usize) {
        self.line += self.dialect.line_ends(&self.held[self.given..self.given + length]);
        self.given += length;
    }

    /// Reads until so many bytes are held that have not been given out, or the input has ended.
    fn fill_to(&mut self, length: usize) -> Result<()> {
        while self.held.len() - self.given < length && self.fill()? {}
        Ok(())
    }

    /// Reads more; false at the end.
    fn fill(&mut self) -> Result<bool> {
        self.held.drain(..self.given);
        // After a record that was far too long.
        self.held.shrink_to(2 * self.limits.record.max(CHUNK));
        self.offset += self.given as u64;
        self.given = 0;
        let more = self.input.fill_buf()?;
        let length = more.len().min(CHUNK);
        self.held.extend_from_slice(&more[..length]);
        self.input.consume(length);
        self.ended = length == 0;
        Ok(length > 0)
    }
}

impl<T: AsRef<[u8]>> Records<Cursor<T>> {
    /// The fields of a record that was given out before and began at `start`; none if no record begins there.
    pub fn again(&self, start: u64) -> Option<Fields<'_>> {
        let bytes = self.input.get_ref().as_ref().get(usize::try_from(start).ok()?..)?;
        let mut spans = Vec::new();
        match self.dialect.cut(bytes, true, self.limits.fields, &mut spans) {
            Cut::Whole(length) => Some(Fields { record: &bytes[..length], spans: Cow::Owned(spans) }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
