//! Whole-array arithmetic as plain loops over slices.
//!
//! The arrays here have a few thousand numbers. An expression such as `&a * &b` compiles to a dozen functions for each
//! combination of owned, borrowed and broadcast operands, and a general matrix product to ten kilobytes; a browser would
//! download all of it for nothing. These few functions are shared instead.

use std::borrow::Cow;

use ndarray::{Array1, Array2, ArrayView, ArrayView1, ArrayView2, Dimension};
use wordlight_kernel::Part;

use crate::Real;

/// The numbers of an array in row-major order, borrowed where they lie that way already.
pub fn flat<'a, F: Real, D: Dimension>(x: &'a ArrayView<'_, F, D>) -> Cow<'a, [F]> {
    match x.as_slice() {
        Some(numbers) => Cow::Borrowed(numbers),
        None => Cow::Owned(x.iter().copied().collect()),
    }
}

/// The numbers of an array that this program made, which always lie in row-major order.
///
/// # Panics
/// If they do not.
pub fn flat_mut<F: Real>(x: &mut Array2<F>) -> &mut [F] {
    x.as_slice_mut().expect("an array of our own is row-major")
}

/// The same numbers in row-major order, copied only if they lie in another.
pub fn row_major<F: Real>(x: Array2<F>) -> Array2<F> {
    if x.is_standard_layout() { x } else { shaped(x.dim(), flat(&x.view()).into_owned()) }
}

/// A matrix of `rows` by `columns` from its numbers in row-major order.
///
/// # Panics
/// If there are more or fewer numbers.
pub fn shaped<F>(dim: (usize, usize), numbers: Vec<F>) -> Array2<F> {
    Array2::from_shape_vec(dim, numbers).expect("as many numbers as the shape holds")
}

/// A matrix of one row.
pub fn one_row<F>(numbers: Vec<F>) -> Array2<F> {
    shaped((1, numbers.len()), numbers)
}

/// `f(x)`, element by element.
pub fn map<F: Real>(x: ArrayView2<'_, F>, f: impl Fn(F) -> F) -> Array2<F> {
    shaped(x.dim(), flat(&x).iter().map(|&v| f(v)).collect())
}

/// Changes each number of `into` with the number of `other` at its place.
///
/// # Panics
/// If the shapes differ.
pub fn zip<F: Real>(into: &mut Array2<F>, other: ArrayView2<'_, F>, mut f: impl FnMut(&mut F, F)) {
    assert_eq!(into.dim(), other.dim(), "shapes agree");
    for (a, &b) in flat_mut(into).iter_mut().zip(&*flat(&other)) {
        f(a, b);
    }
}

/// Copies row `from` of `x` to row `to` of `into`, which is as wide.
///
/// # Panics
/// If it is not, or if there is no such row.
pub fn copy_row<F: Real>(x: &ArrayView2<'_, F>, from: usize, into: &mut Array2<F>, to: usize) {
    let width = x.ncols();
    assert_eq!(width, into.ncols(), "rows of one width");
    let x = flat(x);
    flat_mut(into)[to * width..][..width].copy_from_slice(&x[from * width..][..width]);
}

/// `into += other`
///
/// # Panics
/// If the shapes differ.
pub fn add<F: Real>(into: &mut Array2<F>, other: ArrayView2<'_, F>) {
    zip(into, other, |a, b| *a += b);
}

/// `into += s other`, for slices of one length.
pub fn add_scaled<F: Real>(into: &mut [F], s: F, other: &[F]) {
    F::add_scaled(into, s, other, Part::All);
}

/// `a b`, element by element.
///
/// # Panics
/// If the shapes differ.
pub fn product<F: Real>(mut a: Array2<F>, b: ArrayView2<'_, F>) -> Array2<F> {
    zip(&mut a, b, |a, b| *a *= b);
    a
}

/// `a - b`, element by element.
///
/// # Panics
/// If the shapes differ.
pub fn difference<F: Real>(a: ArrayView2<'_, F>, b: ArrayView2<'_, F>) -> Array2<F> {
    let mut out = shaped(a.dim(), flat(&a).into_owned());
    zip(&mut out, b, |a, b| *a -= b);
    out
}

/// `a . b`, summed in `f64`.
pub fn dot<F: Real>(a: &[F], b: &[F]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a.as_f64() * b.as_f64()).sum()
}

/// The sum of each column, `[columns]`.
pub fn column_sums<F: Real>(m: ArrayView2<'_, F>) -> Array1<F> {
    let mut sums = vec![F::zero(); m.ncols()];
    for row in m.outer_iter() {
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
    Array1::from(sums)
}

/// `v M`, `[columns]`: the rows of `m` weighted by `v`.
///
/// # Panics
/// If `v` does not have one value per row.
pub fn rows_weighted<F: Real>(v: ArrayView1<'_, F>, m: ArrayView2<'_, F>) -> Array1<F> {
    assert_eq!(v.len(), m.nrows(), "one weight per row");
    let mut sum = vec![F::zero(); m.ncols()];
    for (&weight, row) in v.iter().zip(m.outer_iter()) {
        for (sum, &value) in sum.iter_mut().zip(row) {
            *sum += weight * value;
        }
    }
    Array1::from(sum)
}

/// `M v`, `[rows]`: each row of `m` times `v`.
///
/// # Panics
/// If `v` does not have one value per column.
pub fn rows_times<F: Real>(m: ArrayView2<'_, F>, v: ArrayView1<'_, F>) -> Array1<F> {
    assert_eq!(v.len(), m.ncols(), "one value per column");
    m.outer_iter().map(|row| row.iter().zip(v.iter()).map(|(&a, &b)| a * b).sum()).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn both_products_by_hand() {
        let m = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        assert_eq!(rows_weighted(array![1.0, 10.0].view(), m.view()), array![41.0, 52.0, 63.0]);
        assert_eq!(rows_times(m.view(), array![1.0, 0.0, -1.0].view()), array![-2.0, -2.0]);
        assert_eq!(column_sums(m.view()), array![5.0, 7.0, 9.0]);
    }

    #[test]
    fn elements_meet_the_elements_at_their_place_in_any_layout() {
        let (a, b) = (array![[1.0, 2.0], [3.0, 4.0]], array![[1.0, 10.0], [100.0, 1000.0]]);
        assert_eq!(product(a.clone(), b.t()), array![[1.0, 200.0], [30.0, 4000.0]]);
        assert_eq!(difference(a.t(), b.view()), array![[0.0, -7.0], [-98.0, -996.0]]);
        assert_eq!(map(a.t(), |v| -v), array![[-1.0, -3.0], [-2.0, -4.0]]);
        assert_eq!(row_major(a.clone().reversed_axes()).as_slice(), Some(&[1.0, 3.0, 2.0, 4.0][..]));
        let mut sum = a;
        add(&mut sum, b.t());
        assert_eq!(sum, array![[2.0, 102.0], [13.0, 1004.0]]);
    }
}
