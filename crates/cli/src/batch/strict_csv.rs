//! CSV records, strictly: a quote that is not closed, or not followed by a comma, spoils its own line and no other.
//!
//! The `csv` crate reads on to the end of the file after a quote that is never closed, and takes `"a" b` for `a b`. Here a
//! record is cut out first, by RFC 4180's rules, and a record that breaks them is given up at its first line end, where the
//! next one begins. Fields are bytes: whether they are UTF-8 is the next one's question.

use std::io::{BufRead, Result};

/// A quoted field may have line ends in it, but a record of more bytes than this is one whose quote was not meant.
pub const MAX_RECORD: usize = 4 << 20;

/// A record or what is wrong with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// The fields.
    Fields(Vec<Vec<u8>>),
    /// Why the line is no record.
    Bad(String),
}

/// Reads records one after another.
pub struct StrictCsv<R> {
    input: R,
    /// What has been read and not yet given out.
    held: Vec<u8>,
    /// How much of `held` has been given out.
    given: usize,
    /// The line that is next, from 1.
    line: u64,
    /// Bytes taken from the input.
    pub read: u64,
    ended: bool,
}

enum Cut {
    /// A record of so many bytes, its line end included.
    Whole(Vec<Vec<u8>>, usize),
    /// It breaks the rules.
    Broken(&'static str),
    /// More is needed to tell.
    More,
}

impl<R: BufRead> StrictCsv<R> {
    /// Begins at the start of `input`.
    pub fn new(input: R) -> Self {
        Self { input, held: Vec::new(), given: 0, line: 1, read: 0, ended: false }
    }

    /// The next record and the line on which it begins; blank lines are passed over.
    ///
    /// # Errors
    /// If the input cannot be read.
    pub fn next_record(&mut self) -> Result<Option<(u64, Record)>> {
        loop {
            if self.given == self.held.len() && !self.fill()? {
                return Ok(None);
            }
            match cut(&self.held[self.given..], self.ended) {
                Cut::More if self.held.len() - self.given <= MAX_RECORD => {
                    self.fill()?;
                }
                Cut::Whole(fields, length) => {
                    let line = self.line;
                    self.give(length);
                    if fields.len() == 1 && fields[0].is_empty() {
                        continue;
                    }
                    return Ok(Some((line, Record::Fields(fields))));
                }
                broken => {
                    let why = match broken {
                        Cut::Broken(why) => why,
                        _ => "a quote is opened and not closed within 4 MiB",
                    };
                    let line = self.line;
                    // The rest of the line, of which more may have to be read.
                    loop {
                        let rest = &self.held[self.given..];
                        match rest.iter().position(|byte| *byte == b'\n') {
                            Some(end) => break self.give(end + 1),
                            None if self.ended => break self.give(rest.len()),
                            None => {
                                self.give(rest.len());
                                self.fill()?;
                            }
                        }
                    }
                    return Ok(Some((line, Record::Bad(format!("line {line} is wrongly quoted: {why}")))));
                }
            }
        }
    }

    fn give(&mut self, length: usize) {
        let bytes = &self.held[self.given..self.given + length];
        self.line += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.given += length;
    }

    /// Reads more; false at the end.
    fn fill(&mut self) -> Result<bool> {
        self.held.drain(..self.given);
        self.given = 0;
        let more = self.input.fill_buf()?;
        let length = more.len();
        self.held.extend_from_slice(more);
        self.input.consume(length);
        self.read += length as u64;
        self.ended = length == 0;
        Ok(length > 0)
    }
}

/// Cuts the first record out of `bytes`. `ended` says that nothing follows them.
fn cut(bytes: &[u8], ended: bool) -> Cut {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let mut field = Vec::new();
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            loop {
                match bytes[at..].iter().position(|byte| *byte == b'"') {
                    None if ended => return Cut::Broken("a quote is opened and not closed"),
                    None => return Cut::More,
                    Some(end) => {
                        field.extend_from_slice(&bytes[at..at + end]);
                        at += end + 1;
                    }
                }
                match bytes.get(at) {
                    Some(b'"') => {
                        field.push(b'"');
                        at += 1;
                    }
                    None if !ended => return Cut::More,
                    _ => break,
                }
            }
        } else {
            let end = bytes[at..].iter().position(|byte| matches!(byte, b',' | b'\n' | b'"'));
            match end {
                None if !ended => return Cut::More,
                end => {
                    let end = at + end.unwrap_or(bytes.len() - at);
                    if bytes.get(end) == Some(&b'"') {
                        return Cut::Broken("a quote stands within a field that does not begin with one");
                    }
                    field.extend_from_slice(&bytes[at..end]);
                    at = end;
                }
            }
            // The carriage return belongs to the line end.
            if bytes.get(at) != Some(&b',') && field.last() == Some(&b'\r') {
                field.pop();
            }
        }
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b','), _) => {
                fields.push(field);
                at += 1;
            }
            (None, _) if !ended => return Cut::More,
            (None, _) => {
                fields.push(field);
                return Cut::Whole(fields, at);
            }
            (Some(b'\n'), _) => {
                fields.push(field);
                return Cut::Whole(fields, at + 1);
            }
            (Some(b'\r'), Some(b'\n')) => {
                fields.push(field);
                return Cut::Whole(fields, at + 2);
            }
            (Some(b'\r'), None) if !ended => return Cut::More,
            _ => return Cut::Broken("something follows a closing quote"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// Records with their lines; bad ones as their reason.
    fn read(text: &[u8], buffer: usize) -> Vec<(u64, String)> {
        let mut csv = StrictCsv::new(BufReader::with_capacity(buffer, text));
        let mut all = Vec::new();
        while let Some((line, record)) = csv.next_record().unwrap() {
            all.push((
                line,
                match record {
                    Record::Bad(why) => format!("! {why}"),
                    Record::Fields(fields) => {
                        fields.iter().map(|f| String::from_utf8_lossy(f).into_owned()).collect::<Vec<_>>().join("|")
                    }
                },
            ));
        }
        assert_eq!(csv.read, text.len() as u64);
        all
    }

    #[test]
    fn records_are_the_same_however_they_arrive() {
        let text = b"a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n2,\n3,last";
        let want = [(1, "a|b"), (2, "1|x, \"y\"\nz"), (5, "2|"), (6, "3|last")];
        for buffer in [1, 2, 3, 7, 100] {
            let got = read(text, buffer);
            assert!(got.iter().map(|(line, text)| (*line, text.as_str())).eq(want), "{buffer}: {got:?}");
        }
    }

    #[test]
    fn a_wrong_quote_spoils_its_own_line_only() {
        let text =
            b"id,text\n1,\"never closed\n2,fine\n3,\"closed\" not\n4,a \"b\" c\n5,\"fine, too\"\n6,\"open at the end\n";
        for buffer in [1, 5, 1000] {
            let got = read(text, buffer);
            let lines: Vec<(u64, bool)> = got.iter().map(|(line, text)| (*line, text.starts_with('!'))).collect();
            let want = [(1, false), (2, true), (3, false), (4, true), (5, true), (6, false), (7, true)];
            assert_eq!(lines, want, "{got:?}");
        }
    }

    #[test]
    fn an_endless_quote_is_given_up() {
        let mut text = b"1,\"".to_vec();
        text.extend(vec![b'x'; MAX_RECORD + 10]);
        text.extend(b"\n2,fine\n");
        let got = read(&text, 1 << 16);
        assert!(got[0].1.contains("not closed"), "{}", got[0].1);
        assert_eq!(got[1], (2, "2|fine".to_owned()));
    }

    #[test]
    fn a_file_that_the_csv_crate_reads_is_read_alike() {
        let text = b"x,y\n\"a\"\"b\",c\n,\n\"\",\"d\ne\"\n";
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
        let theirs: Vec<String> = reader.records().map(|r| r.unwrap().iter().collect::<Vec<_>>().join("|")).collect();
        assert!(read(text, 4).into_iter().map(|(_, record)| record).eq(theirs));
    }
}
