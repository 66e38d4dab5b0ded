//! Small products, as plain loops: the matrices around a text CNN's last layer have a few hundred columns, and a general
//! matrix product is ten kilobytes that a browser would download for nothing.

use ndarray::{Array1, ArrayView1, ArrayView2};

use crate::Real;

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
    }
}
