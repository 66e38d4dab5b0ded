//! Word vectors in text: a word and its numbers per line, as GloVe writes them, or the same with a header line, as
//! fastText does; and in the binary formats of word2vec and fastText, which the crate finalfusion reads.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use finalfusion::compat::fasttext::ReadFastText;
use finalfusion::compat::word2vec::ReadWord2Vec;
use finalfusion::prelude::Embeddings;
use ndarray::Array2;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use wordlight_nn::layer::Embedding;

use super::treebank::{Treebank, form};

/// How a binary file of fastText begins: 793712314, little-endian.
const FASTTEXT_MAGIC: [u8; 4] = 793_712_314_u32.to_le_bytes();

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

    /// word2vec's or fastText's binary format.
    fn read_binary(path: &Path) -> Result<Self> {
        let shown = path.display();
        let file = std::fs::File::open(path).with_context(|| format!("cannot open the vectors {shown}"))?;
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let fast_text = reader.fill_buf().with_context(|| format!("reading {shown}"))?.starts_with(&FASTTEXT_MAGIC);
        let mut rows = Rows::default();
        if fast_text {
            let vectors =
                Embeddings::read_fasttext(&mut reader).with_context(|| format!("{shown}: fastText's format"))?;
            for (word, vector) in vectors.iter_with_norms().map(|one| (one.0.to_owned(), one.1.into_unnormalized())) {
                rows.add(&word, vector.iter().copied()).with_context(|| shown.to_string())?;
            }
        } else {
            let vectors =
                Embeddings::read_word2vec_binary(&mut reader).with_context(|| format!("{shown}: word2vec's format"))?;
            for (word, vector) in vectors.iter_with_norms().map(|one| (one.0.to_owned(), one.1.into_unnormalized())) {
                rows.add(&word, vector.iter().copied()).with_context(|| shown.to_string())?;
            }
        }
        if rows.lines == 0 {
            bail!("{shown} has no vectors");
        }
        rows.finish()
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
    /// A file that cannot be read, or whose lines differ in their number of columns or hold something that is no
    /// finite number; the message has file and line. A file with fewer lines than its header says.
    pub fn read(path: &Path, progress: &mut dyn FnMut(u64)) -> Result<Self> {
        if path.extension().is_some_and(|extension| extension == "safetensors") {
            return Self::read_own(path);
        }
        if path.extension().is_some_and(|extension| extension == "bin") {
            return Self::read_binary(path);
        }
        let file = std::fs::File::open(path).with_context(|| format!("cannot open the vectors {}", path.display()))?;
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let mut rows = Rows::default();
        let (mut line, mut number, mut bytes) = (Vec::new(), 0usize, 0u64);
        let mut promised = None;
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).with_context(|| format!("reading {}", path.display()))?;
            if read == 0 {
                break;
            }
            number += 1;
            bytes += read as u64;
            let place = || format!("{}:{number}", path.display());
            let text = std::str::from_utf8(&line).with_context(|| format!("{}: not UTF-8", place()))?;
            let text = text.trim_end_matches(['\n', '\r', ' ']);
            if number == 1
                && let Some(header) = header(text)
            {
                promised = Some(header.0);
                rows.dim = Some(header.1);
                continue;
            }
            rows.push(text).with_context(place)?;
            if number.is_multiple_of(1000) {
                progress(bytes);
            }
        }
        progress(bytes);
        let found = rows.lines;
        if let Some(promised) = promised.filter(|p| *p != found) {
            bail!("{}: the header promises {promised} words, found {found}; is the file cut off?", path.display());
        }
        if found == 0 {
            bail!("{} has no vectors", path.display());
        }
        rows.finish()
    }

    /// `D`
    pub fn dim(&self) -> usize {
        self.values.ncols()
    }
}

/// `words dimensions`, the first line of a fastText file.
fn header(line: &str) -> Option<(usize, usize)> {
    let mut parts = line.split_whitespace();
    let header = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(header)
}

#[derive(Default)]
struct Rows {
    dim: Option<usize>,
    lines: usize,
    words: Vec<String>,
    values: Vec<f32>,
    /// Whether the row's word was spelt like its form.
    exact: Vec<bool>,
    index: HashMap<String, usize>,
}

impl Rows {
    fn push(&mut self, line: &str) -> Result<()> {
        let mut columns = line.split(' ');
        let word = columns.next().unwrap_or_default();
        if word.is_empty() {
            bail!("expected a word and its numbers, found {:?}", line.chars().take(40).collect::<String>());
        }
        let values = columns.map(|column| match column.parse::<f32>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(column),
        });
        let values: Vec<f32> = values
            .collect::<Result<_, _>>()
            .map_err(|column| anyhow::anyhow!("expected a finite number after {word:?}, found {column:?}"))?;
        self.add(word, values.into_iter())
    }

    /// A word and its numbers.
    fn add(&mut self, word: &str, values: impl Iterator<Item = f32>) -> Result<()> {
        self.lines += 1;
        let start = self.values.len();
        self.values.extend(values);
        if let Some(value) = self.values[start..].iter().find(|value| !value.is_finite()) {
            bail!("expected a finite number after {word:?}, found {value}");
        }
        let found = self.values.len() - start;
        let dim = *self.dim.get_or_insert(found);
        if found != dim || found == 0 {
            bail!("expected a word and {} numbers, found {found} numbers after {word:?}", dim.max(1));
        }
        let form = form(word);
        let exact = form == word;
        match self.index.get(&form) {
            Some(&row) if exact && !self.exact[row] => {
                let (kept, new) = self.values.split_at_mut(start);
                kept[row * dim..][..dim].copy_from_slice(new);
                self.exact[row] = true;
                self.values.truncate(start);
            }
            Some(_) => self.values.truncate(start),
            None => {
                self.index.insert(form.clone(), self.words.len());
                self.words.push(form);
                self.exact.push(exact);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<RawVectors> {
        let shape = (self.words.len(), self.dim.unwrap_or(0));
        let values = Array2::from_shape_vec(shape, self.values).context("rows of equal length")?;
        Ok(RawVectors { words: self.words, values, index: self.index, provenance: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<RawVectors> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("v.txt");
        std::fs::write(&path, text)?;
        RawVectors::read(&path, &mut |_| ())
    }

    fn fails(text: &str) -> String {
        format!("{:#}", read(text).unwrap_err())
    }

    #[test]
    fn glove_and_fasttext_read_the_same() {
        let glove = read("the 1 2\ngood -0.5 3e-2\n").unwrap();
        let fasttext = read("2 2\nthe 1 2 \ngood -0.5 3e-2 \n").unwrap();
        assert_eq!(glove.values, fasttext.values);
        assert_eq!(glove.words, ["the", "good"]);
        assert_eq!(glove.dim(), 2);
    }

    /// As word2vec writes: a header line, then each word, a blank, its numbers as little-endian floats and a line feed.
    fn word2vec(rows: &[(&str, [f32; 2])]) -> Vec<u8> {
        let mut bytes = format!("{} 2\n", rows.len()).into_bytes();
        for (word, values) in rows {
            bytes.extend(word.as_bytes());
            bytes.push(b' ');
            values.iter().for_each(|v| bytes.extend(v.to_le_bytes()));
            bytes.push(b'\n');
        }
        bytes
    }

    fn read_bin(bytes: &[u8]) -> Result<RawVectors> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("v.bin");
        std::fs::write(&path, bytes)?;
        RawVectors::read(&path, &mut |_| ())
    }

    #[test]
    fn word2vecs_binary_format_reads_like_text() {
        let vectors = read_bin(&word2vec(&[("the", [3.0, -4.0]), ("good", [0.5, 0.25])])).unwrap();
        assert_eq!(vectors.words, ["the", "good"]);
        for (got, want) in vectors.values.iter().zip([3.0f32, -4.0, 0.5, 0.25]) {
            assert!((got - want).abs() < 1e-6, "the reader brings each vector to length 1 and back: {got} {want}");
        }
    }

    #[test]
    fn a_binary_file_that_is_cut_off_or_something_else_is_refused() {
        let whole = word2vec(&[("the", [3.0, -4.0]), ("good", [0.5, 0.25])]);
        assert!(format!("{:#}", read_bin(&whole[..whole.len() - 6]).unwrap_err()).contains("word2vec's format"));
        assert!(read_bin(b"").is_err());
        let fast_text = [&FASTTEXT_MAGIC[..], &[0xff; 8]].concat();
        assert!(format!("{:#}", read_bin(&fast_text).unwrap_err()).contains("fastText's format"));
    }

    #[test]
    fn a_word_spelt_like_its_form_wins_over_one_that_is_not() {
        let vectors = read("The 1 1\nthe 2 2\nTHE 3 3\n-LRB- 4 4\n").unwrap();
        assert_eq!(vectors.words, ["the", "("]);
        assert_eq!(vectors.values.row(0).to_vec(), [2.0, 2.0]);
        assert_eq!(vectors.index["("], 1);
    }

    #[test]
    fn a_wrong_column_count_is_named_with_file_and_line() {
        let message = fails("the 1 2 3\ngood 1 2\n");
        assert!(
            message.ends_with("v.txt:2: expected a word and 3 numbers, found 2 numbers after \"good\""),
            "{message}"
        );
        let message = fails("2 4\nthe 1 2 3\ngood 1 2 3\n");
        assert!(
            message.ends_with("v.txt:2: expected a word and 4 numbers, found 3 numbers after \"the\""),
            "{message}"
        );
    }

    #[test]
    fn what_is_no_finite_number_is_refused() {
        assert!(fails("the 1 x\n").ends_with("v.txt:1: expected a finite number after \"the\", found \"x\""));
        assert!(fails("the 1 inf\n").contains("found \"inf\""));
        assert!(fails("word\n").contains("expected a word and 1 numbers, found 0 numbers"));
        assert!(fails("a 1 2\n 1 2\n").contains("expected a word and its numbers"));
    }

    #[test]
    fn a_file_shorter_than_its_header_is_cut_off() {
        assert!(fails("3 1\na 1\nb 2\n").contains("promises 3 words, found 2"));
        assert!(fails("").contains("has no vectors"));
    }
}
