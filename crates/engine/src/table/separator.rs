//! What separates fields and ends lines.

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// A comma, a semicolon or a tab.
    pub(super) separator: u8,
    /// Whether a carriage return alone ends a line.
    pub(super) returns: bool,
    /// Whether a quote inside a field that does not begin with one is a character like any other.
    pub(super) stray_quotes: bool,
}

/// The separators; of those that are equally many in the first line, the first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

impl Dialect {
    /// As the first line with a byte in it says, `bytes` being the beginning of the input; what is quoted does not count.
    /// None: more bytes are needed to tell. `ended` says that no more will come.
    pub(super) fn of(bytes: &[u8], ended: bool, stray_quotes: bool) -> Option<Self> {
        let empty = bytes.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let bytes = &bytes[empty..];
        let mut counts = [0usize; SEPARATORS.len()];
        let mut quoted = false;
        // Where a quote opens: at the beginning of a field, or again after one that seemed to close.
        let mut opens = true;
        for (i, &byte) in bytes.iter().enumerate() {
            match byte {
                b'"' if quoted => (quoted, opens) = (false, true),
                b'"' if opens => quoted = true,
                _ if quoted => {}
                b'\n' | b'\r' => {
                    let next = bytes.get(i + 1);
                    if byte == b'\r' && next.is_none() && !ended {
                        return None;
                    }
                    return Some(Self::with(counts, byte == b'\r' && next != Some(&b'\n'), stray_quotes));
                }
                _ => {
                    let separator = SEPARATORS.iter().position(|separator| *separator == byte);
                    separator.into_iter().for_each(|k| counts[k] += 1);
                    opens = separator.is_some();
                }
            }
        }
        ended.then(|| Self::with(counts, false, stray_quotes))
    }

    fn with(counts: [usize; SEPARATORS.len()], returns: bool, stray_quotes: bool) -> Self {
        // The last of equals is taken, so from behind.
        let most = (0..SEPARATORS.len()).rev().max_by_key(|k| counts[*k]).unwrap_or(0);
        Self { separator: SEPARATORS[most], returns, stray_quotes }
    }

    /// Whether the line ends with this byte.
    pub(super) fn ends(self, byte: u8) -> bool {
        byte == b'\n' || (self.returns && byte == b'\r')
    }

    /// How many lines end within `bytes`, which end after a line end or before none.
    pub(super) fn line_ends(self, bytes: &[u8]) -> u64 {
        let feeds = bytes.iter().filter(|byte| **byte == b'\n').count();
        if !self.returns {
            return feeds as u64;
        }
        let returns = bytes.iter().filter(|byte| **byte == b'\r').count();
        (feeds + returns - bytes.windows(2).filter(|pair| pair == b"\r\n").count()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_what_separates_fields_and_ends_lines() {
        let of = |text: &str| {
            let dialect = Dialect::of(text.as_bytes(), true, false).unwrap();
            (char::from(dialect.separator), dialect.returns)
        };
        assert_eq!(of("a;b,c;d\n1,2,3,4"), (';', false), "the most frequent of the first line");
        assert_eq!(of("a\tb"), ('\t', false));
        assert_eq!((of("a;b,c\n"), of("text\n"), of("")), ((',', false), (',', false), (',', false)));
        assert_eq!(of("\"a;b;c\",\"d\"\"e;;\"\n"), (',', false), "what is quoted does not count");
        assert_eq!(of("\"a\n;;\",b\n"), (',', false), "a quoted line end does not end the line");
        assert_eq!(of("5'10\" tall;b\n,,,\n"), (';', false), "a quote inside a field opens nothing");
        assert_eq!((of("a\r1\r"), of("a\r\n1\r"), of("a\n1\r2"), of("a\r")), {
            ((',', true), (',', false), (',', false), (',', true))
        });
        assert_eq!(of("\"a\rb\"\n"), (',', false));
        assert_eq!((of("\n\r\na;b\n"), of("\r\ra;b\r1;2"), of("\r\n")), ((';', false), (';', true), (',', false)));
    }

    #[test]
    fn more_is_asked_for_until_the_first_line_is_there() {
        for some in [&b""[..], b"a;b", b"a;b\r", b"\"a\nb", b"\n\n", b"\n;"] {
            assert_eq!(Dialect::of(some, false, false), None);
        }
        assert!(Dialect::of(b"a;b\r\n", false, false).is_some());
    }

    #[test]
    fn lines_are_counted_by_their_ends() {
        let plain = Dialect { separator: b',', returns: false, stray_quotes: false };
        assert_eq!(plain.line_ends(b"a\r\nb\rc\n"), 2);
        assert_eq!(Dialect { returns: true, ..plain }.line_ends(b"a\r\nb\rc\n\r"), 4);
    }
}
