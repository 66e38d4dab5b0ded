//! Principal components: fewer dimensions for the same words (Pearson 1901; Jolliffe 2002).
//!
//! The vectors are turned and cut but **not centred**: the zero vector, which stands for padding and for unknown words,
//! stays the zero vector.

use anyhow::{Result, bail};
use nalgebra::{DMatrix, SymmetricEigen};
use ndarray::{Array2, ArrayView2};

/// A projection to fewer dimensions.
#[derive(Clone, Debug)]
pub struct Pca {
    /// `[D, d]`, orthonormal columns in order of falling variance.
    pub components: Array2<f64>,
    /// The share of the variance that the `d` components keep, 0 to 1.
    pub kept: f64,
}

impl Pca {
    /// The `dim` directions of largest variance of `vectors` `[V, D]`, where row `i` counts `weight[i]` times.
    ///
    /// Of the two directions of each component the one is taken whose largest number is positive, so the same vectors
    /// always give the same numbers.
    ///
    /// # Errors
    /// More dimensions than there are, or none.
    pub fn fit(vectors: ArrayView2<'_, f32>, weight: &[f64], dim: usize) -> Result<Self> {
        let size = vectors.ncols();
        if dim == 0 || dim > size {
            bail!("expected --dim from 1 to {size}, the dimensions of the vectors; found {dim}");
        }
        let total: f64 = weight.iter().sum();
        let mut mean = vec![0.0; size];
        for (row, w) in vectors.outer_iter().zip(weight) {
            for (m, &v) in mean.iter_mut().zip(row) {
                *m += w * f64::from(v) / total;
            }
        }
        let mut covariance = DMatrix::<f64>::zeros(size, size);
        let mut centred = vec![0.0; size];
        for (row, &w) in vectors.outer_iter().zip(weight) {
            if w == 0.0 {
                continue;
            }
            for ((c, &v), m) in centred.iter_mut().zip(row).zip(&mean) {
                *c = f64::from(v) - m;
            }
            for j in 0..size {
                let scaled = w / total * centred[j];
                let mut column = covariance.column_mut(j);
                for (cell, c) in column.iter_mut().zip(&centred) {
                    *cell += scaled * c;
                }
            }
        }
        let eigen = SymmetricEigen::new(covariance);
        let mut order: Vec<usize> = (0..size).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let mut components = Array2::zeros((size, dim));
        for (k, &column) in order.iter().take(dim).enumerate() {
            let direction = eigen.eigenvectors.column(column);
            let largest = direction.iter().fold(0.0f64, |m, v| if v.abs() > m.abs() { *v } else { m });
            let sign = if largest < 0.0 { -1.0 } else { 1.0 };
            for (i, v) in direction.iter().enumerate() {
                components[[i, k]] = sign * v;
            }
        }
        let variance = |columns: &[usize]| columns.iter().map(|&c| eigen.eigenvalues[c]).sum::<f64>();
        Ok(Self { components, kept: variance(&order[..dim]) / variance(&order) })
    }

    /// `[V, D]` to `[V, d]`.
    pub fn project(&self, vectors: ArrayView2<'_, f32>) -> Array2<f32> {
        vectors.mapv(f64::from).dot(&self.components).mapv(|v| v as f32)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_long_axis_of_four_points_comes_first() {
        // Points along (3, 4)/5 with spread 2 and across it with spread 1.
        let points = array![[6.0f32, 8.0], [-6.0, -8.0], [-4.0, 3.0], [4.0, -3.0]] / 5.0;
        let pca = Pca::fit(points.view(), &[1.0; 4], 1).unwrap();
        // The points are 32-bit numbers, so the axis is as exact as they are.
        assert!((pca.components[[0, 0]] - 0.6).abs() < 1e-7 && (pca.components[[1, 0]] - 0.8).abs() < 1e-7);
        assert!((pca.kept - 0.8).abs() < 1e-7, "{}", pca.kept);
        let projected = pca.project(points.view());
        for (got, want) in projected.iter().zip([2.0f32, -2.0, 0.0, 0.0]) {
            assert!((got - want).abs() < 1e-6);
        }
    }

    #[test]
    fn weights_count_like_repeated_rows() {
        let points = array![[1.0f32, 0.5, 0.0], [0.0, 2.0, 1.0], [3.0, 0.0, -1.0], [0.5, 0.5, 0.25]];
        let repeated = array![[1.0f32, 0.5, 0.0], [1.0, 0.5, 0.0], [0.0, 2.0, 1.0], [3.0, 0.0, -1.0], [0.5, 0.5, 0.25]];
        let a = Pca::fit(points.view(), &[2.0, 1.0, 1.0, 1.0], 2).unwrap();
        let b = Pca::fit(repeated.view(), &[1.0; 5], 2).unwrap();
        assert!((a.components - b.components).iter().all(|d| d.abs() < 1e-10));
    }

    #[test]
    fn more_dimensions_than_there_are_are_refused() {
        assert!(Pca::fit(array![[1.0f32, 2.0]].view(), &[1.0], 3).unwrap_err().to_string().contains("from 1 to 2"));
    }
}
