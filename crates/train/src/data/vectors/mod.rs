//! Word vectors: as text, and in the binary formats of word2vec and fastText. One file here is one format.

mod bytes;
mod fasttext;
mod rows;
mod text;
mod word2vec;

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use ndarray::Array2;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use wordlight_nn::layer::Embedding;

use super::treebank::{Treebank, form};
use rows::Rows;

/// The vectors of a file, one per form, in the order of the file (which is the order of frequency).
#[derive(Clone, Debug)]
pub struct RawVectors {
    /// Forms, `[V]`, each once.
    pub words: Vec<String>,
    /// `[V, D]`
    pub values: Array2<f32>,
    /// Row of each form.
    pub index: HashMap<String, usize>,
    /// Source and licence, where the file itself says them.
    pub provenance: Option<(String, String)>,
}

impl RawVectors {
    /// Uniform draws from -0.25 to 0.25 for every word of the treebank, as Kim (2014) draws those of unknown words.
    pub fn random(treebank: &Treebank, dim: usize, seed: u64) -> Self {
        let sentences = [&treebank.train, &treebank.dev, &treebank.test].into_iter().flatten();
        let forms: BTreeSet<String> = sentences.flat_map(|sentence| &sentence.words).map(|word| form(word)).collect();
        let words: Vec<String> = forms.into_iter().collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let values = Array2::from_shape_simple_fn((words.len(), dim), || {
            // 24 bits are what a 32-bit float has.
            ((rng.next_u32() >> 8) as f32 / (1u32 << 24) as f32 - 0.5) * 0.5
        });
        let index = words.iter().cloned().enumerate().map(|(row, word)| (word, row)).collect();
        Self { words, values, index, provenance: None }
    }

    /// The table of another run, as this program writes it.
    fn read_own(path: &Path) -> Result<Self> {
        let embedding =
            Embedding::from_bytes(&crate::files::read(path)?).with_context(|| path.display().to_string())?;
        let words: Vec<String> = embedding.vocab().iter().map(str::to_owned).collect();
        let index = words.iter().cloned().enumerate().map(|(row, word)| (word, row)).collect();
        let card = embedding.card();
        let provenance = Some((card.source.clone(), card.licence.clone()));
        Ok(Self { words, values: super::all_vectors(&embedding), index, provenance })
    }

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
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let mut rows = Rows::default();
        if path.extension().is_none_or(|extension| extension != "bin") {
            text::read(reader, &shown.to_string(), &mut rows, progress)?;
        } else if reader.fill_buf().with_context(|| format!("reading {shown}"))?.starts_with(&fasttext::MAGIC) {
            fasttext::read(reader, &mut rows, progress).with_context(|| format!("{shown}: fastText's format"))?;
        } else {
            word2vec::read(reader, &mut rows, progress).with_context(|| format!("{shown}: word2vec's format"))?;
        }
        if rows.lines == 0 {
            bail!("{shown} has no vectors");
        }
        rows.finish()
    }

    /// `D`
    pub fn dim(&self) -> usize {
        self.values.ncols()
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
