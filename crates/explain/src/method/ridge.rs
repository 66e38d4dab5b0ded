//! Weighted ridge regression with an intercept, by Cholesky's decomposition.

use ndarray::{Array1, Array2};
use wordlight_nn::ops::{add_scaled, flat_mut, rows_weighted};

/// The `a` `[T]` that minimises `sum_s k_s (y_s - b - a . z_s)^2 + ridge |a|^2` over `a` and `b`.
///
/// # Shapes
/// `z` is `[N, T]`, `y` and `weights` are `[N]`. The intercept is not penalised.
pub(super) fn fit(mut z: Array2<f64>, y: &Array1<f64>, weights: &Array1<f64>, ridge: f64) -> Array1<f64> {
    // With the weighted means taken off, the intercept is gone.
    let columns = z.ncols();
    let total: f64 = weights.iter().sum();
    let means = rows_weighted(weights.view(), z.view());
    let mean = weights.iter().zip(y).map(|(weight, y)| weight * y).sum::<f64>() / total;
    let mut normal = Array2::zeros((columns, columns));
    let mut right = Array1::zeros(columns);
    for ((row, &weight), y) in flat_mut(&mut z).chunks_exact_mut(columns.max(1)).zip(weights).zip(y) {
        row.iter_mut().zip(&means).for_each(|(z, sum)| *z -= sum / total);
        for (i, &z) in row.iter().enumerate() {
            right[i] += weight * z * (y - mean);
            add_scaled(&mut flat_mut(&mut normal)[i * columns..][..columns], weight * z, row);
        }
    }
    for i in 0..columns {
        normal[[i, i]] += ridge;
    }
    solve(normal, right)
}

/// Solves `A a = b` for a symmetric positive definite `A` `[T, T]`, in place: `A = L L^T`.
fn solve(mut a: Array2<f64>, mut b: Array1<f64>) -> Array1<f64> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let mut sum = a[[i, j]];
            for k in 0..j {
                sum -= a[[i, k]] * a[[j, k]];
            }
            // Rounding can push a pivot that is only the ridge below zero.
            a[[i, j]] = if i == j { sum.max(f64::MIN_POSITIVE).sqrt() } else { sum / a[[j, j]] };
        }
    }
    for i in 0..n {
        for k in 0..i {
            b[i] -= a[[i, k]] * b[k];
        }
        b[i] /= a[[i, i]];
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            b[i] -= a[[k, i]] * b[k];
        }
        b[i] /= a[[i, i]];
    }
    b
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn two_equations_by_hand() {
        // 4 a + 2 b = 10, 2 a + 3 b = 9
        let a = solve(array![[4.0, 2.0], [2.0, 3.0]], array![10.0, 9.0]);
        assert!((a - array![1.5, 2.0]).iter().all(|gap| gap.abs() < 1e-15));
    }

    #[test]
    fn three_equations_of_which_every_pair_shares_unknowns() {
        // 4 a + 6 b + 2 c = 22, 6 a + 10 b + 7 c = 47, 2 a + 7 b + 42 c = 142; the factor is (2), (3, 1), (1, 4, 5).
        let a = solve(array![[4.0, 6.0, 2.0], [6.0, 10.0, 7.0], [2.0, 7.0, 42.0]], array![22.0, 47.0, 142.0]);
        assert!((a - array![1.0, 2.0, 3.0]).iter().all(|gap| gap.abs() < 1e-14));
    }

    #[test]
    fn a_line_is_found_and_the_ridge_bends_it() {
        // y = 1 + 2 z on z = 0, 2 with weights 1, 1: the centred z are -1, 1, so a = 4 / (2 + ridge).
        let fit = |ridge| fit(array![[0.0], [2.0]], &array![1.0, 5.0], &array![1.0, 1.0], ridge)[0];
        assert!((fit(0.0) - 2.0f64).abs() < 1e-15 && (fit(2.0) - 1.0f64).abs() < 1e-15);
    }

    #[test]
    fn a_sample_without_weight_does_not_count() {
        let a = fit(array![[0.0], [1.0], [2.0]], &array![1.0, 99.0, 5.0], &array![1.0, 0.0, 1.0], 0.0)[0];
        assert!((a - 2.0).abs() < 1e-15);
    }
}
