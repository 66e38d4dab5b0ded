//! JSON, for what is kept and for what is shown: one serialiser for both, so that the page downloads it once.
//!
//! Numbers are written by the standard library with the fewest digits that read back as themselves; `serde_json`'s own
//! way gives the same digits and brings a second table of powers of ten along.

use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

/// A value on one line.
pub fn to_json(value: &impl Serialize) -> String {
    written(value, None)
}

/// A value two spaces deep, with a line break at the end.
pub(crate) fn to_pretty_json(value: &impl Serialize) -> String {
    written(value, Some(0)) + "\n"
}

fn written(value: &impl Serialize, depth: Option<usize>) -> String {
    let mut out = Vec::new();
    let layout = Layout { depth, empty: true };
    value
        .serialize(&mut serde_json::Serializer::with_formatter(&mut out, layout))
        .expect("plain data with names for keys is always written");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// How deep we are, if lines are broken at all, and whether the innermost list or object has nothing in it yet.
struct Layout {
    depth: Option<usize>,
    empty: bool,
}

impl Layout {
    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.map(|depth| depth + 1);
        self.empty = true;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.map(|depth| depth - 1);
        if !self.empty {
            self.line(writer)?;
        }
        self.empty = false;
        writer.write_all(bracket)
    }

    fn next<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.empty = false;
        self.line(writer)
    }

    fn line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        if let Some(depth) = self.depth {
            writer.write_all(b"\n")?;
            for _ in 0..depth {
                writer.write_all(b"  ")?;
            }
        }
        Ok(())
    }
}

impl Formatter for Layout {
    fn write_f32<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        write!(writer, "{value:?}")
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write!(writer, "{value:?}")
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.depth.is_some() { b": " } else { b":" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Numbers {
        single: [f32; 5],
        double: f64,
        none: Option<f32>,
        nothing: [u32; 0],
        text: &'static str,
    }

    const NUMBERS: Numbers = Numbers {
        single: [0.1, -2.0, 1e-9, 16_777_216.0, 3e30],
        double: 0.1,
        none: None,
        nothing: [],
        text: "a \"b\"\n\u{1}",
    };

    #[test]
    fn numbers_are_written_with_the_fewest_digits_that_read_back() {
        let json = to_json(&NUMBERS);
        assert_eq!(
            json,
            r#"{"single":[0.1,-2.0,1e-9,16777216.0,3e30],"double":0.1,"none":null,"nothing":[],"text":"a \"b\"\n\u0001"}"#
        );
        let back: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(back["single"][2].as_f64().unwrap() as f32, 1e-9);
        assert_eq!(to_json(&f32::NAN), "null");
    }

    #[test]
    fn a_pretty_document_is_that_of_serde_json_but_for_exponents() {
        let numbers = Numbers { single: [0.1, 0.2, 0.3, 0.4, 0.5], ..NUMBERS };
        assert_eq!(to_pretty_json(&numbers), serde_json::to_string_pretty(&numbers).unwrap() + "\n");
    }
}
