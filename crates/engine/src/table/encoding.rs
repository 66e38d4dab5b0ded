//! How the bytes of a file are to be read: UTF-8, with or without a byte-order mark.

use std::io::{Error, ErrorKind, Result};

const MARK: &[u8] = "\u{feff}".as_bytes();

/// How many of the first bytes of a file, at least four if it has as many, are a byte-order mark.
///
/// # Errors
/// [`ErrorKind::InvalidData`] for UTF-16 and UTF-32. Without a mark they are told by a zero among the first two bytes: no
/// text in UTF-8 has one there.
pub fn skip_mark(first: &[u8]) -> Result<usize> {
    let other = match first {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "UTF-32",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16",
        [0, other, ..] | [other, 0, ..] if *other != 0 => "UTF-16",
        _ if first.starts_with(MARK) => return Ok(MARK.len()),
        _ => return Ok(0),
    };
    Err(Error::new(ErrorKind::InvalidData, format!("in {other}; save it as UTF-8")))
}

/// The bytes after the byte-order mark.
///
/// # Errors
/// As [`skip_mark`].
pub fn without_mark(bytes: &[u8]) -> Result<&[u8]> {
    Ok(&bytes[skip_mark(bytes)?..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_taken_off_and_wide_characters_are_refused() {
        assert_eq!(without_mark("\u{feff}id".as_bytes()).unwrap(), b"id");
        assert_eq!(without_mark(b"id").unwrap(), b"id");
        assert_eq!((without_mark(b"").unwrap(), without_mark(b"a").unwrap()), (&b""[..], &b"a"[..]));
        for bytes in [&b"\xff\xfei\0"[..], b"\xfe\xff\0i", b"i\0d\0", b"\0i\0d"] {
            assert_eq!(skip_mark(bytes).unwrap_err().to_string(), "in UTF-16; save it as UTF-8");
        }
        assert!(skip_mark(b"\xff\xfe\0\0i\0\0\0").unwrap_err().to_string().contains("UTF-32"));
    }
}
