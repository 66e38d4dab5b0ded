//! Bytes as text, for the hashes that files are named and checked by.

/// Two lower-case hexadecimal digits for each byte.
///
/// ```
/// assert_eq!(wordlight_nn::hex::hex(&[0x00, 0x0a, 0xff]), "000aff");
/// ```
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_reads_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = hex(&bytes);
        assert_eq!(text.len(), 512);
        let back =
            text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
        assert!(back.eq(bytes), "{text}");
        assert!(!text.contains(char::is_uppercase));
    }
}
