//! Word vectors: a vocabulary and a row of numbers per word, 8 bits with a scale or 32 bits.
//!
//! Our own vectors are quantised *before* training, and a network is trained on the dequantised values. What a browser
//! loads is therefore exactly what the network was trained on: quantising costs no fidelity. A network from elsewhere
//! keeps the numbers that it has. A word that is not in the vocabulary reads as the zero vector, and so does padding,
//! unless the network was trained with vectors of their own for them.

use ndarray::{Array1, Array2, ArrayView2};
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};

use crate::ops::{flat, row_major, shaped};
use crate::text::{Token, Vocab};
use crate::weights::{Container, write_container};
use crate::{Error, Real, Result};

/// Where a table of word vectors comes from; travels in the file's metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VectorsCard {
    /// Name of the vectors, and what was done to them.
    pub source: String,
    /// Their licence.
    pub licence: String,
}

/// A table of vectors, 8 bits per number.
///
/// Row `i` stands for `scale[i] * q[i, ..]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    /// `[V * D]`
    q: Vec<i8>,
    /// `[V]`
    scale: Vec<f32>,
    dim: usize,
}

impl Quantised {
    /// Rounds each row to 8 bits: `scale = max|x| / 127`, `q = round(x / scale)`.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a NaN or an infinity.
    pub fn new(vectors: ArrayView2<'_, f32>) -> Result<Self> {
        Error::check_finite("vectors", &flat(&vectors))?;
        let mut q = Vec::with_capacity(vectors.len());
        let mut scale = Vec::with_capacity(vectors.nrows());
        for row in vectors.outer_iter() {
            let step = row.iter().fold(0.0f32, |m, x| m.max(x.abs())) / 127.0;
            scale.push(step);
            let inverse = if step > 0.0 { 1.0 / step } else { 0.0 };
            // In range by the choice of the step; `as` saturates all the same.
            q.extend(row.iter().map(|x| (x * inverse).round() as i8));
        }
        Ok(Self { q, scale, dim: vectors.ncols() })
    }

    /// What a row becomes by being stored: each number as [`Self::new`] rounds it and a reader gets it back.
    pub fn round<F: Real>(row: &mut [F]) {
        let step = row.iter().fold(0.0f32, |m, x| m.max((x.as_f64() as f32).abs())) / 127.0;
        let inverse = if step > 0.0 { 1.0 / step } else { 0.0 };
        for x in row {
            let q = (x.as_f64() as f32 * inverse).round() as i8;
            *x = F::from_f64(f64::from(step * f32::from(q)));
        }
    }

    /// The dimensions of a vector, `D`.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// The number of vectors, `V`.
    pub fn rows(&self) -> usize {
        self.scale.len()
    }

    /// Writes row `index` into `out` `[D]`.
    #[inline]
    fn write_row<F: Real>(&self, index: usize, out: &mut [F]) {
        let scale = self.scale[index];
        for (out, &q) in out.iter_mut().zip(&self.q[index * self.dim..][..self.dim]) {
            *out = F::from_f64(f64::from(scale * f32::from(q)));
        }
    }
}

/// The rows.
#[derive(Clone, Debug, PartialEq)]
enum Table {
    /// `[V, D]`
    Bytes(Quantised),
    /// `[V + 2, D]`: the last two are those of a word that is not in the vocabulary, and of padding.
    Floats(Array2<f32>),
}

impl Table {
    fn dim(&self) -> usize {
        match self {
            Self::Bytes(table) => table.dim,
            Self::Floats(table) => table.ncols(),
        }
    }

    fn rows(&self) -> usize {
        match self {
            Self::Bytes(table) => table.rows(),
            Self::Floats(table) => table.nrows(),
        }
    }

    /// The same rows, bit for bit; those that are no word's stay at the end.
    fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Bytes(Quantised { q, scale, dim }) => Self::Bytes(Quantised {
                q: rows.iter().flat_map(|row| &q[row * dim..][..*dim]).copied().collect(),
                scale: rows.iter().map(|&row| scale[row]).collect(),
                dim: *dim,
            }),
            Self::Floats(table) => {
                let words = table.nrows() - 2;
                let kept: Vec<usize> = rows.iter().copied().chain([words, words + 1]).collect();
                Self::Floats(table.select(ndarray::Axis(0), &kept))
            }
        }
    }

    /// Writes row `index` into `out` `[D]`, which is zero; a row that there is not is zero as well.
    #[inline]
    fn write_row<F: Real>(&self, index: usize, out: &mut [F]) {
        match self {
            Self::Bytes(table) if index < table.rows() => table.write_row(index, out),
            Self::Bytes(_) => {}
            Self::Floats(table) => {
                for (out, value) in out.iter_mut().zip(&table.as_slice().expect("row-major")[index * table.ncols()..]) {
                    *out = F::from_f64(f64::from(*value));
                }
            }
        }
    }
}

/// A vocabulary with its vectors.
#[derive(Clone, Debug)]
pub struct Embedding {
    vocab: Vocab,
    table: Table,
    mean: Array1<f32>,
    card: VectorsCard,
}

impl Embedding {
    /// Joins a vocabulary and its vectors. `mean` `[D]` is the average word, for use as a baseline.
    ///
    /// # Errors
    /// [`Error::Shape`] if the number of words is not the number of rows, or `mean` does not have `D` values.
    pub fn new(vocab: Vocab, table: Quantised, mean: Array1<f32>, card: VectorsCard) -> Result<Self> {
        Self::join(vocab, Table::Bytes(table), mean, card)
    }

    /// Joins a vocabulary and vectors of full precision, `[V + 2, D]`: after the words a row that every word reads which is
    /// not in the vocabulary, and one for padding. The average word is the mean of the words' rows.
    ///
    /// # Errors
    /// [`Error::Shape`] and [`Error::NotFinite`].
    pub fn of_floats(vocab: Vocab, table: Array2<f32>, card: VectorsCard) -> Result<Self> {
        Error::check_finite("vectors", &flat(&table.view()))?;
        let mut mean = Array1::<f64>::zeros(table.ncols());
        for row in table.outer_iter().take(vocab.len()) {
            mean.iter_mut().zip(&row).for_each(|(sum, value)| *sum += f64::from(*value));
        }
        let words = vocab.len().max(1) as f64;
        Self::join(vocab, Table::Floats(row_major(table)), mean.mapv(|sum| (sum / words) as f32), card)
    }

    fn join(vocab: Vocab, table: Table, mean: Array1<f32>, card: VectorsCard) -> Result<Self> {
        let others = if matches!(table, Table::Bytes(_)) { 0 } else { 2 };
        Error::check_shape("vectors", &[vocab.len() + others, table.dim()], &[table.rows(), table.dim()])?;
        Error::check_shape("mean", &[table.dim()], mean.shape())?;
        Error::check_finite("mean", &flat(&mean.view()))?;
        Ok(Self { vocab, table, mean, card })
    }

    /// Whether a word that is not in the vocabulary has a vector of its own instead of zeros.
    pub fn reads_unknown_words(&self) -> bool {
        let mut row = vec![0.0f32; self.dim()];
        self.table.write_row(self.vocab.len(), &mut row);
        row.iter().any(|value| *value != 0.0)
    }

    /// The dimensions of a vector, `D`.
    pub fn dim(&self) -> usize {
        self.table.dim()
    }

    /// The words that have a vector, each with its row.
    pub fn vocab(&self) -> &Vocab {
        &self.vocab
    }

    /// The average word, `[D]`.
    pub fn mean(&self) -> &Array1<f32> {
        &self.mean
    }

    /// Where the vectors come from.
    pub fn card(&self) -> &VectorsCard {
        &self.card
    }

    /// The row of each token, `None` for a word without a vector.
    pub fn look_up(&self, tokens: &[Token]) -> Vec<Option<usize>> {
        tokens.iter().map(|token| self.vocab.get(&token.form)).collect()
    }

    /// The vectors of a text, `[rows, D]`: one row per word, then padding.
    ///
    /// Words beyond `rows` are left out, which is how an evaluation cuts at a length.
    pub fn embed<F: Real>(&self, words: &[Option<usize>], rows: usize) -> Array2<F> {
        let dim = self.dim();
        let mut x = Array2::zeros((rows, dim));
        let flat = x.as_slice_mut().expect("owned");
        let unknown = self.vocab.len();
        // A network has at least one dimension; the table of a file that has none is empty.
        for (i, row) in flat.chunks_exact_mut(dim.max(1)).enumerate() {
            self.table.write_row(words.get(i).map_or(unknown + 1, |word| word.unwrap_or(unknown)), row);
        }
        x
    }

    /// The same vectors, bit for bit, for the words of these rows only. The average word stays that of all words.
    ///
    /// # Errors
    /// [`Error::Vocab`] if a row is there twice.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> Result<Self> {
        let vocab = Vocab::new(rows.iter().map(|&row| self.vocab.word(row).expect("a row of the table")))?;
        let table = self.table.select(rows);
        Self::join(vocab, table, self.mean.clone(), self.card.clone())
    }

    /// Reads a file that [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`Error::Container`] if the bytes are cut off or no safetensors file, and the errors of its tensors: missing,
    /// of the wrong type or shape, not finite, or a vocabulary that does not read.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let file = Container::read(bytes)?;
        let vocab = Vocab::from_bytes(file.bytes("words", Dtype::U8)?.1)?;
        let name = if file.has("vectors") { "vectors" } else { "vectors.q" };
        let shape = file.shape(name)?;
        let [rows, dim] = *shape else {
            return Err(Error::Shape { what: name.to_owned(), expected: vec![vocab.len(), 0], found: shape.to_vec() });
        };
        file.expect_only(&["words", name, "vectors.scale", "vectors.mean"])?;
        let table = if name == "vectors" {
            Table::Floats(shaped((rows, dim), file.floats(name, shape)?))
        } else {
            Error::check_shape(name, &[vocab.len(), dim], shape)?;
            let q = file.bytes(name, Dtype::I8)?.1.iter().map(|&b| b.cast_signed()).collect();
            Table::Bytes(Quantised { q, scale: file.floats("vectors.scale", &[rows])?, dim })
        };
        let mean: Vec<f32> = file.floats("vectors.mean", &[dim])?;
        let card = file.metadata("vectors")?;
        let card = VectorsCard { source: card.text("source")?, licence: card.text("licence")? };
        Self::join(vocab, table, Array1::from(mean), card)
    }

    /// The safetensors file: `words` (U8, joined by line feeds), the table, `vectors.mean` (F32 `[D]`), and the card as JSON
    /// in the metadata. A table of 8 bits is `vectors.q` (I8 `[V, D]`) and `vectors.scale` (F32 `[V]`), one of 32 bits
    /// `vectors` (F32 `[V + 2, D]`).
    ///
    /// # Errors
    /// [`Error::Container`] if the writer refuses.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let words = self.vocab.to_bytes();
        let little = |v: &[f32]| v.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
        let (rows, dim) = (self.table.rows(), self.table.dim());
        let mut parts: Vec<(&str, Dtype, Vec<usize>, Vec<u8>)> = vec![("words", Dtype::U8, vec![words.len()], words)];
        match &self.table {
            Table::Bytes(table) => {
                let q = table.q.iter().map(|b| b.cast_unsigned()).collect();
                parts.push(("vectors.q", Dtype::I8, vec![rows, dim], q));
                parts.push(("vectors.scale", Dtype::F32, vec![rows], little(&table.scale)));
            }
            Table::Floats(table) => {
                let values = table.as_slice().expect("row-major by construction");
                parts.push(("vectors", Dtype::F32, vec![rows, dim], little(values)));
            }
        }
        parts.push(("vectors.mean", Dtype::F32, vec![dim], little(self.mean.as_slice().expect("owned"))));
        let views = parts.iter().map(|(name, dtype, shape, data)| {
            let view = TensorView::new(*dtype, shape.clone(), data);
            view.map(|view| (*name, view)).map_err(|e| Error::Container { found: 0, reason: e.to_string() })
        });
        write_container(views.collect::<Result<_>>()?, "vectors", &self.card)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn small() -> Embedding {
        let vocab = Vocab::from_bytes(b"good\nbad").unwrap();
        let table = Quantised::new(array![[1.27, -0.5, 0.004], [0.0, 0.0, 0.0]].view()).unwrap();
        let card = VectorsCard { source: "by hand".to_owned(), licence: "CC0".to_owned() };
        Embedding::new(vocab, table, array![0.5, 0.25, 0.0], card).unwrap()
    }

    #[test]
    fn a_row_is_rounded_to_127_steps_of_its_largest_number() {
        let x: Array2<f64> = small().embed(&[Some(0), None, Some(1)], 4);
        assert_eq!(x.dim(), (4, 3));
        for (got, want) in x.row(0).iter().zip([1.27, -0.5, 0.0]) {
            assert!((got - want).abs() < 1e-7, "{got} {want}");
        }
        assert!(x.rows().into_iter().skip(1).all(|row| row.iter().all(|v| *v == 0.0)));
    }

    #[test]
    fn a_rounded_row_is_what_a_reader_gets() {
        let mut row = [0.3f32, -1.1, 0.007, 0.9];
        let table = Quantised::new(ArrayView2::from_shape((1, 4), &row).unwrap()).unwrap();
        let mut read = [0.0f32; 4];
        table.write_row(0, &mut read);
        Quantised::round(&mut row);
        assert_eq!(row, read);
    }

    fn full() -> Embedding {
        let vocab = Vocab::from_bytes(b"good\nbad").unwrap();
        let table = array![[1.27, -0.5, 0.004], [0.5, 0.25, 0.0], [0.125, 0.0, 0.0], [0.0, 0.0, 2.0]];
        Embedding::of_floats(vocab, table, VectorsCard::default()).unwrap()
    }

    #[test]
    fn full_precision_is_kept_and_what_has_no_word_reads_its_own_vector() {
        for embedding in [full(), Embedding::from_bytes(&full().to_bytes().unwrap()).unwrap()] {
            let x: Array2<f32> = embedding.embed(&[Some(0), None], 3);
            assert_eq!(x, array![[1.27, -0.5, 0.004], [0.125, 0.0, 0.0], [0.0, 0.0, 2.0]]);
            assert_eq!(embedding.mean(), array![0.885, -0.125, 0.002]);
            assert!(embedding.reads_unknown_words() && !small().reads_unknown_words());
            assert_eq!(embedding.to_bytes().unwrap(), full().to_bytes().unwrap());
        }
        let vocab = Vocab::from_bytes(b"good").unwrap();
        let error = Embedding::of_floats(vocab, array![[1.0, 2.0]], VectorsCard::default()).unwrap_err();
        assert_eq!(error.to_string(), "vectors has shape [1, 2], expected [3, 2]");
    }

    #[test]
    fn a_written_file_reads_back_the_same() {
        let bytes = small().to_bytes().unwrap();
        let back = Embedding::from_bytes(&bytes).unwrap();
        assert_eq!(back.table, small().table);
        assert_eq!(back.card(), small().card());
        assert_eq!(back.vocab().get("bad"), Some(1));
        assert_eq!(bytes, back.to_bytes().unwrap());
    }

    #[test]
    fn selected_words_keep_their_vectors_to_the_bit() {
        let some = small().select(&[1]).unwrap();
        assert_eq!((some.vocab().len(), some.vocab().get("bad"), some.vocab().get("good")), (1, Some(0), None));
        let (all, one): (Array2<f32>, Array2<f32>) = (small().embed(&[Some(1)], 1), some.embed(&[Some(0)], 1));
        assert_eq!(all, one);
        assert_eq!((some.mean(), some.card()), (small().mean(), small().card()));
        assert!(small().select(&[0, 0]).is_err(), "a word twice");
    }

    #[test]
    fn a_cut_off_file_is_refused_at_every_length() {
        for bytes in [small().to_bytes().unwrap(), full().to_bytes().unwrap()] {
            for length in 0..bytes.len() {
                assert!(Embedding::from_bytes(&bytes[..length]).is_err(), "{length} bytes were taken for a whole file");
            }
        }
    }
}
