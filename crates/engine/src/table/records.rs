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
            let whole = records.ended || held.len() > limits.record;
            if let Some(dialect) = Dialect::of(held, whole, keep) {
                break dialect;
            }
            let length = held.len();
            records.fill_to(2 * length)?;
        };
        Ok(records)
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
        loop {
            let held = &self.held[self.given..];
            let mut piece = &held[..held.len().min(most.max(look_ahead))];
            let mut ended = self.ended && piece.len() == held.len();
            if alone && let Some(end) = piece.iter().position(|byte| self.dialect.ends(*byte)) {
                (piece, ended) = (&piece[..=end], true);
            }
            let too_long = BadRow::TooLong { limit: record };
            let cut = self.dialect.cut(piece, ended, fields, &mut self.spans);
            // What is quoted is read on beyond the limit, so that a text that is too long is one row and not many.
            let limit = if matches!(cut, Cut::More { quoted: true }) { most.max(look_ahead) } else { most };
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
mod tests {
    use std::io::{BufReader, Read};

    use super::*;

    const SMALL: Limits = Limits { record: 1000, fields: 5, quoted: 10_000 };

    /// Records with their lines; bad ones as "! " and their reason, others as their fields with a bar between them.
    fn all(input: impl BufRead, stray_quotes: StrayQuotes, limits: Limits) -> Vec<(u64, String)> {
        let mut records = Records::new(input, stray_quotes, limits).unwrap();
        let mut all = Vec::new();
        while let Some(Record { line, content, .. }) = records.next_record().unwrap() {
            let fields = |fields: Fields<'_>| {
                (0..fields.len())
                    .map(|k| fields.text(k).map(Cow::into_owned))
                    .collect::<std::result::Result<Vec<_>, _>>()
            };
            all.push((line, content.and_then(fields).map_or_else(|bad| format!("! {bad}"), |all| all.join("|"))));
        }
        all
    }

    /// The same whatever comes at once.
    fn read(text: impl AsRef<[u8]>) -> Vec<(u64, String)> {
        let text = text.as_ref();
        let of = |size| all(BufReader::with_capacity(size, text), StrayQuotes::Refuse, SMALL);
        let whole = of(10_000);
        [1, 2, 3, 7, 100].iter().for_each(|size| assert_eq!(of(*size), whole, "{size} bytes at once"));
        whole
    }

    fn good(text: impl AsRef<[u8]>) -> Vec<String> {
        read(text).into_iter().map(|(_, record)| record).collect()
    }

    #[test]
    fn records_are_the_same_however_they_arrive() {
        let want = [(1, "a|b"), (2, "1|x, \"y\"\nz"), (5, "2|"), (6, "3|last")];
        let got = read("a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n2,\n3,last");
        assert!(got.iter().map(|(line, text)| (*line, text.as_str())).eq(want), "{got:?}");
        assert!(read("").is_empty() && read("\u{feff}").is_empty() && read("\n\r\n\n").is_empty());
    }

    #[test]
    fn only_a_line_without_a_byte_is_no_row() {
        let text = "\u{feff}\"text\"\n\"good film\"\n\"\"\n\"bad film\"\n\n \n\"\"\n\"fine\"\n\"\"";
        assert_eq!(good(text), ["text", "good film", "", "bad film", " ", "", "fine", ""]);
        assert_eq!(good("a,b,c\n,,\n\r\n,,"), ["a|b|c", "||", "||"]);
        assert_eq!(good("\"\",\n1,2\n"), ["|", "1|2"]);
    }

    #[test]
    fn a_carriage_return_ends_lines_if_it_ends_the_first() {
        let got = read("text,id\rA \"good\" film.,1\r\r\"A bad\rfilm.\",2\r\"open\r3,4");
        let lines: Vec<(u64, &str)> = got.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(lines[0], (1, "text|id"));
        assert!(lines[1].1.starts_with("! is wrongly quoted: a quote stands within"));
        assert_eq!(lines[2], (4, "A bad\rfilm.|2"));
        assert_eq!((lines[3].0, lines[4]), (6, (7, "3|4")));
        assert_eq!(good("text\r1\r\n2\n3\r\r\n"), ["text", "1", "2", "3"]);
        assert_eq!(good("text\na\rb\nc\r\n"), ["text", "a\rb", "c"], "otherwise it is part of the text");
    }

    #[test]
    fn the_mark_is_taken_off_before_records_are_cut() {
        assert_eq!(good("\u{feff}\"text\",\"id\"\r\n\"A good film.\",\"1\"\r\n"), ["text|id", "A good film.|1"]);
        let error = Records::new(&b"\xff\xfei\0d\0"[..], StrayQuotes::Refuse, SMALL).unwrap_err();
        assert_eq!(error.to_string(), "it is in UTF-16; save it as UTF-8");
    }

    #[test]
    fn semicolons_and_tabs_separate_where_the_first_line_has_more_of_them() {
        assert_eq!(good("id;text\n1;\"good, really; yes\"\n2;a, b\n"), ["id|text", "1|good, really; yes", "2|a, b"]);
        assert_eq!(good("id\tn\ttext, or none\n1\t2\tgood;\n"), ["id|n|text, or none", "1|2|good;"]);
    }

    #[test]
    fn a_wrong_quote_spoils_its_own_line_only() {
        let got = read(
            "id,text\n1,\"never closed\n2,fine\n3,\"closed\" not\n4,a \"b\" c\n5,\"fine, too\"\n6,\"open at the end\n",
        );
        let bad: Vec<(u64, bool)> = got.iter().map(|(line, text)| (*line, text.starts_with('!'))).collect();
        assert_eq!(bad, [(1, false), (2, true), (3, false), (4, true), (5, true), (6, false), (7, true)], "{got:?}");
        assert_eq!(got[3].1, "! is wrongly quoted: something follows a closing quote");
        assert_eq!(got[6].1, "! is wrongly quoted: a quote is opened and not closed");
    }

    #[test]
    fn a_stray_quote_may_be_kept_but_no_other_mistake_is() {
        let text = "id,text\n1,5'10\" tall\n2,\"a\"b\n3, \"b\"\n4,\"open\n";
        let got = all(text.as_bytes(), StrayQuotes::Keep, SMALL);
        assert_eq!((got[1].1.as_str(), got[3].1.as_str()), ("1|5'10\" tall", "3| \"b\""));
        assert!(got[2].1.contains("something follows") && got[4].1.contains("not closed"), "{got:?}");
        assert!(read(text)[1].1.contains("a quote stands within"));
    }

    #[test]
    fn every_record_is_as_wide_as_the_first() {
        let got = good("text\ngood, really\nfine\n1,2,3,4,5,6\nfine\n");
        let bad = ["! has 2 fields, the first line has 1", "! has more than 5 fields, which is the limit"];
        assert_eq!(got, ["text", bad[0], "fine", bad[1], "fine"]);
        assert_eq!(good("a,b\nx\n")[1], "! has 1 field, the first line has 2");
    }

    #[test]
    fn bytes_that_are_no_text_are_told_where_they_are_asked_for() {
        let got = read(b"id,text\n1,caf\xe9\n2,\"\"\"caf\xe9\"\n\xff,fine\n");
        assert_eq!(got[1], (2, "! is not UTF-8: the byte at 3 of its text begins no character".to_owned()));
        assert_eq!(got[2], (3, "! is not UTF-8: the byte at 4 of its text begins no character".to_owned()));
        let mut records = Records::new(&b"\xff,fine\n"[..], StrayQuotes::Refuse, SMALL).unwrap();
        let fields = records.next_record().unwrap().unwrap().content.unwrap();
        assert_eq!(fields.text(1).unwrap(), "fine");
        assert!(fields.text(0).is_err());
    }

    #[test]
    fn limits_are_kept_whatever_the_input_holds() {
        let long = "x".repeat(1000);
        assert_eq!(good(format!("1\n{long}\n{long}y\r\nfine\n")).len(), 4);
        for opened in ["", "\""] {
            // A line of 20 MB.
            let endless = std::io::repeat(b'x').take(20_000_000);
            let text = format!("1,2\na,{opened}").into_bytes();
            let input = BufReader::new(Cursor::new(text).chain(endless).chain(&b"\n3,fine\n"[..]));
            let mut records = Records::new(input, StrayQuotes::Refuse, SMALL).unwrap();
            assert!(records.next_record().unwrap().unwrap().content.is_ok());
            let bad = records.next_record().unwrap().unwrap().content.unwrap_err();
            assert_eq!(bad, BadRow::TooLong { limit: 1000 });
            let Record { line, content, .. } = records.next_record().unwrap().unwrap();
            assert_eq!((line, content.unwrap().text(1).unwrap()), (3, "fine".into()));
            assert!(records.held.capacity() < 3 * CHUNK, "{} bytes are held", records.held.capacity());
            assert!(records.spans.capacity() < 20);
        }
        let wide = ",".repeat(5_000_000);
        let mut records = Records::new(wide.as_bytes(), StrayQuotes::Refuse, Limits::default()).unwrap();
        let bad = records.next_record().unwrap().unwrap().content.unwrap_err();
        assert_eq!(bad, BadRow::TooManyFields { limit: 10_000 });
    }

    #[test]
    fn a_quoted_record_that_is_too_long_is_one_row() {
        let too_long = "! is too long: the limit is 1,000 bytes";
        for (lines, end) in [(125, "\n"), (126, "\n"), (126, "\r\n"), (800, "\n")] {
            // Lines of eight bytes, but for the first one and for the quotes: 1,000 bytes are just not too long.
            let text = &"1234567\n".repeat(lines)[2..];
            let got = read(format!("text{end}\"{text}\"{end}fine{end}"));
            let row = if lines == 125 { text } else { too_long };
            let fine = (lines as u64 + 3, "fine".to_owned());
            assert_eq!(got[1..], [(2, row.to_owned()), fine], "{lines} {end:?}");
        }
        // A long field without quotes after a quoted one with a line end in it.
        let got = read(format!("a,b\n\"1\n2\",{}\r\n3,4\n", "x".repeat(20_000)));
        assert_eq!(got[1..], [(2, too_long.to_owned()), (4, "3|4".to_owned())]);
        // A quote that is closed nowhere near was not meant.
        let text = "1234567\n".repeat(3000);
        let got = read(format!("text\n\"{text}end\"\n"));
        assert_eq!(got[1].1, "! is wrongly quoted: a quote is opened and not closed");
        assert_eq!((got.len(), got[2].1.as_str()), (3002, "1234567"));
    }

    #[test]
    fn records_that_fail_late_again_and_again_take_no_more_than_a_few_times_the_file() {
        // From every line's start a quote is open at its end, and the record goes on until it has too many fields.
        let line = format!("{0}\",{0},\"{0}\n", "x".repeat(300));
        let mut records = Records::new(BufReader::new(Cursor::new(line.repeat(10_000))), StrayQuotes::Keep, {
            Limits { fields: 5_000, ..Limits::default() }
        })
        .unwrap();
        let mut rows = 0;
        while records.next_record().unwrap().is_some() {
            rows += 1;
        }
        assert_eq!(rows, 10_000);
        let file = records.position();
        assert!(records.vain > SPARE && records.vain < SPARE + 3 * file, "{} for {file} bytes", records.vain);
    }

    #[test]
    fn a_record_is_found_again_where_it_began() {
        let text = "\u{feff}id;text\n1;\"a \"\"b\"\"\n;\"\n\n2;c\n";
        let mut records = Records::new(Cursor::new(text), StrayQuotes::Refuse, SMALL).unwrap();
        let mut starts = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            starts.push(record.start);
        }
        assert_eq!(records.position(), text.len() as u64);
        let texts: Vec<String> = starts.iter().map(|at| records.again(*at).unwrap().text(1).unwrap().into()).collect();
        assert_eq!(texts, ["text", "a \"b\"\n;", "c"]);
        assert!(records.again(text.len() as u64 + 1).is_none());
    }
}
