//! How the bytes of a file are to be read: UTF-8, with or without a byte-order mark.

const MARK: &[u8] = "\u{feff}".as_bytes();

/// How many of the first bytes of a file, three at least if it has as many, are the byte-order mark of UTF-8.
pub fn skip_mark(first: &[u8]) -> usize {
    if first.starts_with(MARK) { MARK.len() } else { 0 }
}

/// The encoding of a file, given its first four bytes if it has as many, where that is UTF-16 or UTF-32. Without a mark they
/// are told by a zero among the first two bytes: no text in UTF-8 has one there.
pub fn wide_encoding(first: &[u8]) -> Option<&'static str> {
    match first {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        [0, other, ..] | [other, 0, ..] if *other != 0 => Some("UTF-16"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_taken_off_and_wide_characters_are_told() {
        assert_eq!(["\u{feff}id", "id", "", "a"].map(|text| skip_mark(text.as_bytes())), [3, 0, 0, 0]);
        for bytes in [&b"\xff\xfei\0"[..], b"\xfe\xff\0i", b"i\0d\0", b"\0i\0d"] {
            assert_eq!(wide_encoding(bytes), Some("UTF-16"));
        }
        assert_eq!(wide_encoding(b"\xff\xfe\0\0i\0\0\0"), Some("UTF-32"));
        assert_eq!(["\u{feff}id", "id", "", "a", "\0\0"].map(|text| wide_encoding(text.as_bytes())), [None; 5]);
    }
}
