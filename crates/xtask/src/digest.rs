//! SHA-256 of bytes and of folders, in hexadecimal digits.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Two lower-case digits for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The SHA-256 of `content`.
pub(crate) fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// The SHA-256 of `content` as the web writes it: in a content security policy, and in what `fetch` is told.
pub(crate) fn integrity(content: &[u8]) -> String {
    format!("sha256-{}", base64(&Sha256::digest(content)))
}

/// Base64 (RFC 4648).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (k, byte)| word | u32::from(*byte) << (16 - 8 * k));
        for k in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * k)) as usize & 63];
            out.push(if k <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// A digest over names and contents of all files at or below `paths`.
pub(crate) fn files(root: &Path, paths: &[&str]) -> Result<String> {
    let mut files = BTreeSet::new();
    let mut waiting: Vec<PathBuf> = paths.iter().map(|path| root.join(path)).collect();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))? {
                waiting.push(entry.with_context(|| format!("cannot read {}", path.display()))?.path());
            }
        } else {
            files.insert(path);
        }
    }
    let mut hash = Sha256::new();
    for path in files {
        let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        hash.update(path.to_string_lossy().as_bytes());
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(&content);
    }
    Ok(hex(&hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hex(&[]), "");
        assert_eq!(hex(&[0, 1, 0x0f, 0x10, 0xab, 0xff]), "00010f10abff");
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        let examples =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (text, encoded) in examples {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn the_digest_is_that_of_the_standard() {
        // FIPS 180-4, of "abc".
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_digest_sees_names_and_contents() {
        let one = tempfile::tempdir().unwrap();
        fs::create_dir_all(one.path().join("src/deep")).unwrap();
        fs::write(one.path().join("src/a"), "1").unwrap();
        fs::write(one.path().join("src/deep/b"), "2").unwrap();
        let before = files(one.path(), &["src"]).unwrap();
        assert_eq!(before, files(one.path(), &["src"]).unwrap());
        fs::write(one.path().join("src/deep/b"), "3").unwrap();
        assert_ne!(before, files(one.path(), &["src"]).unwrap());
        fs::write(one.path().join("src/deep/b"), "2").unwrap();
        assert_eq!(before, files(one.path(), &["src"]).unwrap());
        fs::rename(one.path().join("src/deep/b"), one.path().join("src/deep/c")).unwrap();
        assert_ne!(before, files(one.path(), &["src"]).unwrap());
    }
}
