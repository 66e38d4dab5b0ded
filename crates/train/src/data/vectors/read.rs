//! Which format a file has.

use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::raw::RawVectors;
use super::rows::Rows;
use super::{fasttext, text, word2vec};

impl RawVectors {
    /// Reads a whole file; `progress` is told how many bytes have been read.
    ///
    /// A `.safetensors` file holds the vectors of another run; a `.bin` file is fastText's if it begins as those do, and
    /// word2vec's otherwise. Of fastText the vectors of its words are read, with their subwords in them.
    ///
    /// Words are brought into the form that the tokenizer makes. Where several spellings share a form, the one that is
    /// spelt like the form wins, otherwise the first.
    ///
    /// # Errors
    /// A file that cannot be read, or whose rows differ in their number of columns or hold something that is no finite
    /// number; the message has the file and the line, or the byte. A file with more or fewer rows than its header says.
    pub fn read(path: &Path, progress: &mut dyn FnMut(u64)) -> Result<Self> {
        if path.extension().is_some_and(|extension| extension == "safetensors") {
            return Self::read_own(path);
        }
        let shown = path.display();
        let file = std::fs::File::open(path).with_context(|| format!("cannot open the vectors {shown}"))?;
        let about = file.metadata().with_context(|| format!("reading {shown}"))?;
        // A pipe has no size.
        let size = about.is_file().then_some(about.len());
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let mut rows = Rows::default();
        if path.extension().is_none_or(|extension| extension != "bin") {
            text::read(reader, (&shown.to_string(), size), &mut rows, progress)?;
        } else if reader.fill_buf().with_context(|| format!("reading {shown}"))?.starts_with(&fasttext::MAGIC) {
            fasttext::read(reader, size, &mut rows, progress).with_context(|| format!("{shown}: fastText's format"))?;
        } else {
            word2vec::read(reader, size, &mut rows, progress).with_context(|| format!("{shown}: word2vec's format"))?;
        }
        if rows.lines == 0 {
            bail!("{shown} has no vectors");
        }
        rows.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_bin(bytes: &[u8]) -> Result<RawVectors> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("v.bin");
        std::fs::write(&path, bytes)?;
        RawVectors::read(&path, &mut |_| ())
    }

    #[test]
    fn a_binary_file_is_told_by_how_it_begins() {
        let word2vec = [b"1 1\ngood ".as_slice(), &0.5f32.to_le_bytes()].concat();
        assert_eq!(read_bin(&word2vec).unwrap().words, ["good"]);
        let error = |bytes: &[u8]| format!("{:#}", read_bin(bytes).unwrap_err());
        assert!(error(&word2vec[..word2vec.len() - 2]).contains("v.bin: word2vec's format: byte 9: "));
        assert!(error(b"").contains("v.bin: word2vec's format: byte 0: "));
        let fast_text = [&fasttext::MAGIC[..], &[0xff; 8]].concat();
        assert!(error(&fast_text).contains("v.bin: fastText's format: byte 4: expected version 12"));
    }
}
