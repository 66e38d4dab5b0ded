//! JSON Lines: one object a line.

use std::collections::VecDeque;
use std::fmt::{Formatter, Result as Formatted};
use std::io::BufRead;

use anyhow::{Result, bail};
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use wordlight_engine::table::{skip_mark, wide_encoding};

use crate::batch::limits::MAX_LINE;
use crate::batch::row::{Content, Problem};

/// As many lines are looked at for the keys of an object before the first row is given out, and as many bytes.
const MAX_AHEAD: (usize, usize) = (100, MAX_LINE);

/// A line without its end, none if it is too long; and how many bytes it took with it.
type Line = (Option<Vec<u8>>, usize);

/// Reads lines one after another.
pub(super) struct JsonLines<R> {
    input: R,
    /// Lines that have been read and not yet given out.
    ahead: VecDeque<Line>,
    /// Bytes of the byte-order mark, until they are counted.
    mark: usize,
    /// Whether no line has had anything in it.
    blank: bool,
    /// The number of the line that was given out last, from 1.
    line: u64,
}

impl<R: BufRead> JsonLines<R> {
    /// Begins at the start of `input`, after its byte-order mark if it has one.
    ///
    /// # Errors
    /// If the input cannot be read, is empty, or is in UTF-16 or UTF-32.
    pub(super) fn new(mut input: R) -> Result<Self> {
        let start = input.fill_buf()?;
        if start.is_empty() {
            bail!("it is empty");
        }
        if let Some(encoding) = wide_encoding(start) {
            bail!("it is in {encoding}; save it as UTF-8");
        }
        let mark = skip_mark(start);
        input.consume(mark);
        Ok(Self { input, ahead: VecDeque::new(), mark, blank: true, line: 0 })
    }

    /// The keys of the first objects, if none of them has this one. None if one has it, or there is no object.
    ///
    /// # Errors
    /// If the input cannot be read.
    pub(super) fn keys_without(&mut self, key: &str) -> Result<Option<Vec<String>>> {
        let (mut bytes, mut keys) = (0, Vec::new());
        while self.ahead.len() < MAX_AHEAD.0 && bytes < MAX_AHEAD.1 {
            let (line, length) = read_line(&mut self.input)?;
            if length == 0 {
                break;
            }
            bytes += length;
            let object = line.as_deref().and_then(|line| serde_json::from_slice(line).ok());
            self.ahead.push_back((line, length));
            let Some(serde_json::Value::Object(object)) = object else { continue };
            if object.contains_key(key) {
                return Ok(None);
            }
            for (other, _) in object {
                if !keys.contains(&other) {
                    keys.push(other);
                }
            }
        }
        Ok((!keys.is_empty()).then_some(keys))
    }

    /// The text under a key of the next object, and how many bytes were read for it. Blank lines are passed over.
    ///
    /// # Errors
    /// If the input cannot be read, or has blank lines only.
    pub(super) fn next_text(&mut self, key: &str) -> Result<(Option<Content>, usize)> {
        let mut read = std::mem::take(&mut self.mark);
        loop {
            let (text, length) = match self.ahead.pop_front() {
                Some(line) => line,
                None => read_line(&mut self.input)?,
            };
            if length == 0 && self.blank {
                bail!("it has blank lines only");
            }
            if length == 0 {
                return Ok((None, read));
            }
            read += length;
            self.line += 1;
            let content = match text {
                Some(text) if text.trim_ascii().is_empty() => continue,
                Some(text) => text_of(&text, key, self.line),
                None => bad("too long", format!("line {} has more than {MAX_LINE} bytes", self.line)),
            };
            self.blank = false;
            return Ok((Some(content), read));
        }
    }
}

/// The next line; 0 bytes at the end. A carriage return ends a line too, alone or before a line feed: within an object it can
/// only be white space.
fn read_line(input: &mut impl BufRead) -> Result<Line> {
    let (mut line, mut length) = (Vec::new(), 0);
    loop {
        let held = input.fill_buf()?;
        if held.is_empty() {
            break;
        }
        let end = held.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let text = end.unwrap_or(held.len());
        if line.len() <= MAX_LINE {
            line.extend_from_slice(&held[..text]);
        }
        let returned = end.is_some_and(|end| held[end] == b'\r');
        let taken = text + usize::from(end.is_some());
        input.consume(taken);
        length += taken;
        if returned && input.fill_buf()?.first() == Some(&b'\n') {
            input.consume(1);
            length += 1;
        }
        if end.is_some() {
            break;
        }
    }
    Ok(((line.len() <= MAX_LINE).then_some(line), length))
}

/// The text under a key of a line's object.
fn text_of(line: &[u8], key: &str, number: u64) -> Content {
    if let Err(error) = std::str::from_utf8(line) {
        let at = error.valid_up_to();
        return bad("not UTF-8", format!("line {number} is not UTF-8: the byte at {at} begins no character"));
    }
    let mut json = serde_json::Deserializer::from_slice(line);
    let value = json.deserialize_map(Under(key)).and_then(|value| json.end().map(|()| value));
    match value {
        Err(error) => bad("no JSON", format!("line {number} is no JSON object: {error}")),
        Ok(Value::Text(text)) => Content::Text(text.into()),
        Ok(Value::Missing) => bad("empty", format!("line {number} has no {key:?}")),
        Ok(Value::Other) => bad("no text", format!("{key:?} of line {number} is no string")),
        Ok(Value::Twice) => bad("no text", format!("line {number} has {key:?} twice")),
    }
}

fn bad(kind: &'static str, text: String) -> Content {
    Content::Bad(Problem { kind, text })
}

/// What is under a key.
enum Value {
    Text(String),
    /// Nothing, or null.
    Missing,
    Other,
    Twice,
}

/// Finds the value under a key and builds nothing else.
struct Under<'a>(&'a str);

impl<'de> Visitor<'de> for Under<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut Formatter<'_>) -> Formatted {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            if key != self.0 {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = match map.next_value::<serde_json::Value>() {
                Ok(serde_json::Value::String(text)) => Value::Text(text),
                Ok(serde_json::Value::Null) => Value::Missing,
                Ok(_) => Value::Other,
                Err(error) => return Err(A::Error::custom(error)),
            };
            found = Some(if found.is_some() { Value::Twice } else { value });
        }
        Ok(found.unwrap_or(Value::Missing))
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// The texts under `text`; problems as "! " and what is wrong. The same whatever comes at once.
    fn all(input: &str) -> Vec<String> {
        let read = |size: usize| {
            let mut lines = JsonLines::new(BufReader::with_capacity(size, input.as_bytes())).unwrap();
            lines.keys_without("text").unwrap();
            let (mut all, mut bytes) = (Vec::new(), 0);
            loop {
                let (content, read) = lines.next_text("text").unwrap();
                bytes += read;
                match content {
                    None => break,
                    Some(Content::Text(text)) => all.push(String::from_utf8(text.to_vec()).unwrap()),
                    Some(Content::Bad(problem)) => all.push(format!("! {}", problem.text)),
                }
            }
            assert_eq!(bytes, input.len(), "every byte is counted once");
            all
        };
        let whole = read(10_000);
        [3, 4, 7, 100].iter().for_each(|size| assert_eq!(read(*size), whole, "{size} bytes at once"));
        whole
    }

    #[test]
    fn every_line_that_is_not_blank_is_a_row() {
        assert_eq!(all("\u{feff}{\"text\":\"a\"}\n\n \n{\"id\":1,\"text\":\"b\\nc\"}"), ["a", "b\nc"]);
        assert_eq!(all("{\"text\":\"a\"}\r{\"text\":\"b\"}\r\n{\"text\":\"c\"}\r"), ["a", "b", "c"]);
        let blank = JsonLines::new(&b"\n\r\n "[..]).unwrap().next_text("text").err().unwrap().to_string();
        assert_eq!(blank, "it has blank lines only");
    }

    #[test]
    fn what_is_wrong_with_a_line_is_in_its_row() {
        let got = all(
            "no\n\n{\"text\":1}\n{\"text\":null}\n{}\n[\"text\"]\n{\"text\":\"a\",\"text\":\"b\"}\n{\"text\":\"a\"} b\n",
        );
        let want = [
            "! line 1 is no JSON object: expected ident at line 1 column 2",
            "! \"text\" of line 3 is no string",
            "! line 4 has no \"text\"",
            "! line 5 has no \"text\"",
            "! line 6 is no JSON object: invalid type: sequence, expected an object at line 1 column 0",
            "! line 7 has \"text\" twice",
            "! line 8 is no JSON object: trailing characters at line 1 column 14",
        ];
        assert_eq!(got, want);
        let deep = format!("{{\"other\":{}1{},\"text\":\"a\"}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(all(&deep), ["a"], "nothing is built of what is not asked for");
        let deep = format!("{{\"text\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(all(&deep)[0].contains("recursion limit exceeded"));
    }

    #[test]
    fn a_line_may_be_as_long_as_a_record_of_a_table() {
        let line = |length: usize| format!("{{\"text\":\"{}\"}}", "x".repeat(length - 11));
        let got = all(&format!("{}\n{}\n{}\n", line(MAX_LINE), line(MAX_LINE + 1), line(12)));
        assert_eq!((got[0].len(), got[1].as_str(), got[2].as_str()), {
            (MAX_LINE - 11, "! line 2 has more than 4194304 bytes", "x")
        });
    }

    #[test]
    fn a_key_may_be_missing_from_some_lines_but_not_from_all() {
        let keys = |input: &str| JsonLines::new(input.as_bytes()).unwrap().keys_without("text").unwrap();
        assert_eq!(keys("{\"id\":1}\n{\"text\":\"good\"}\n"), None);
        let without = keys("no\n{\"id\":1}\n{\"id\":2,\"review\":\"good\"}\n");
        assert_eq!(without, Some(vec!["id".to_owned(), "review".to_owned()]));
        assert_eq!(all("{\"id\":1}\n{\"text\":\"good\"}\n"), ["! line 1 has no \"text\"", "good"]);
    }

    #[test]
    fn what_is_no_json_at_all_is_told_at_once() {
        let error = |bytes: &[u8]| JsonLines::new(bytes).err().unwrap().to_string();
        assert_eq!(error(b""), "it is empty");
        assert_eq!(error(b"\xff\xfe{\0"), "it is in UTF-16; save it as UTF-8");
    }
}
