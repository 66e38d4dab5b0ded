//! What "no information" looks like: the input from which a path or a difference starts.

use ndarray::{Array1, Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::ops::{flat, shaped};

use crate::{Error, Result};

/// A baseline: the input that stands for "no information", in the shape of the real one.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Baseline<F> {
    /// The zero vector at every position, padding included: this network's `<unk>` and `<pad>`.
    #[default]
    Zero,
    /// The same vector `[D]` at every position, padding included.
    Everywhere(Array1<F>),
    /// A vector for each position, `[N, D]` with `N <= E`; positions after the last row are zero.
    Rows(Array2<F>),
}

impl<F: Real> Baseline<F> {
    /// The baseline in the shape of an input, `[E, D]`.
    ///
    /// # Errors
    /// [`Error::BaselineShape`] for another number of dimensions or more rows than the input has.
    pub fn like(&self, x: ArrayView2<'_, F>) -> Result<Array2<F>> {
        let (rows, dim) = x.dim();
        let refuse = |found: &[usize]| Error::BaselineShape { expected: vec![rows, dim], found: found.to_vec() };
        let mut out = match self {
            Self::Zero => Vec::new(),
            Self::Everywhere(row) if row.len() == dim => flat(&row.view()).repeat(rows),
            Self::Everywhere(row) => return Err(refuse(&[rows, row.len()])),
            Self::Rows(given) if given.ncols() == dim && given.nrows() <= rows => flat(&given.view()).into_owned(),
            Self::Rows(given) => return Err(refuse(given.shape())),
        };
        if let Some((index, value)) = out.iter().enumerate().find(|(_, v)| !v.is_finite()) {
            return Err(Error::Network(wordlight_nn::Error::NotFinite {
                what: "the baseline".to_owned(),
                index,
                value: value.as_f64(),
            }));
        }
        out.resize(rows * dim, F::zero());
        Ok(shaped((rows, dim), out))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_short_sentence_is_followed_by_zeros() {
        let x = array![[1.0, 1.0], [2.0, 2.0]];
        let rows = Baseline::Rows(array![[5.0, 6.0]]).like(x.view()).unwrap();
        assert_eq!(rows, array![[5.0, 6.0], [0.0, 0.0]]);
        let row = Baseline::Everywhere(array![5.0, 6.0]).like(x.view()).unwrap();
        assert_eq!(row, array![[5.0, 6.0], [5.0, 6.0]]);
    }

    #[test]
    fn a_wrong_length_is_refused_with_both_shapes() {
        let x = array![[1.0, 1.0]];
        let error = Baseline::Rows(array![[1.0, 1.0], [1.0, 1.0]]).like(x.view()).unwrap_err();
        assert_eq!(error.to_string(), "the baseline has shape [2, 2], expected [1, 2]");
        assert!(Baseline::Everywhere(array![1.0]).like(x.view()).is_err());
        assert!(Baseline::Everywhere(array![1.0, f64::NAN]).like(x.view()).is_err());
    }
}
