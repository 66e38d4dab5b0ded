//! Looking at every number once.

use crate::scalar::Scalar;

#[inline(always)]
pub(crate) fn sums<F: Scalar>(values: &[F]) -> (f64, f64) {
    // Four sums side by side: one chain of additions would wait for itself.
    let (mut sum, mut size) = ([0.0; 4], [0.0; 4]);
    let (chunks, rest) = values.as_chunks::<4>();
    for chunk in chunks {
        for lane in 0..4 {
            sum[lane] += chunk[lane].as_f64();
            size[lane] += chunk[lane].as_f64().abs();
        }
    }
    for v in rest {
        sum[0] += v.as_f64();
        size[0] += v.as_f64().abs();
    }
    let add = |[a, b, c, d]: [f64; 4]| (a + b) + (c + d);
    (add(sum), add(size))
}

#[inline(always)]
pub(crate) fn all_finite<F: Scalar>(values: &[F]) -> bool {
    // Without an early exit, so that several numbers are looked at together: in all but broken input all of them are read.
    values.iter().fold(true, |finite, v| finite & (v.abs() <= F::max_value()))
}

#[inline(always)]
pub(crate) fn column_maxima<F: Scalar>(scores: &[F], best: &mut [F], row: &mut [usize]) {
    assert_eq!(best.len(), row.len(), "one row per column");
    for (p, scores) in scores.chunks_exact(best.len()).enumerate().skip(1) {
        for ((best, row), &score) in best.iter_mut().zip(row.iter_mut()).zip(scores) {
            // Both are written either way: a choice is quicker than a branch that nobody can predict.
            let higher = score > *best;
            *best = if higher { score } else { *best };
            *row = if higher { p } else { *row };
        }
    }
}

#[inline(always)]
pub(crate) fn raise<F: Scalar>(best: &mut [F], rows: &[F], starts: &[usize]) {
    // So many columns side by side, and what is left of them in fours and alone.
    let done = raise_some::<F, 16>(best, rows, starts, 0);
    let done = raise_some::<F, 4>(best, rows, starts, done);
    raise_some::<F, 1>(best, rows, starts, done);
}

/// Raises `N` columns at a time from column `from` on, and returns up to which one.
#[inline(always)]
fn raise_some<F: Scalar, const N: usize>(best: &mut [F], rows: &[F], starts: &[usize], from: usize) -> usize {
    let (chunks, _) = best[from..].as_chunks_mut::<N>();
    let mut column = from;
    for best in chunks {
        let mut most = *best;
        for &start in starts {
            let row: &[F; N] = rows[start + column..].first_chunk().expect("a whole row");
            for lane in 0..N {
                most[lane] = if row[lane] > most[lane] { row[lane] } else { most[lane] };
            }
        }
        *best = most;
        column += N;
    }
    column
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub(crate) fn raise_avx2<F: Scalar>(best: &mut [F], rows: &[F], starts: &[usize]) {
    raise(best, rows, starts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_broken_number_is_seen_wherever_it_is() {
        for broken in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for i in 0..21 {
                let mut values = vec![f32::MAX; 21];
                assert!(all_finite(&values));
                values[i] = broken;
                assert!(!all_finite(&values), "{broken} at {i}");
            }
        }
        assert!(all_finite::<f64>(&[]));
    }

    #[test]
    fn values_and_magnitudes_add_up() {
        for n in 0..14 {
            let values: Vec<f32> = (0..n).map(|i| if i % 3 == 0 { -(i as f32) } else { i as f32 }).collect();
            let size = (n * n - n) as f64 / 2.0;
            let below: f64 = (0..n).step_by(3).map(f64::from).sum();
            assert_eq!(sums(&values), (size - 2.0 * below, size), "{n}");
        }
    }

    #[test]
    fn the_first_of_the_largest_is_kept() {
        let (mut best, mut row) = ([1.0, -2.0, 5.0], [0; 3]);
        column_maxima(&[1.0, -2.0, 5.0, 4.0, -1.0, 5.0, 4.0, -3.0, 2.0], &mut best, &mut row);
        assert_eq!((best, row), ([4.0, -1.0, 5.0], [1, 1, 0]));
    }

    #[test]
    fn every_column_is_raised_to_the_largest_of_the_chosen_rows() {
        let at = |i: usize| ((i * 2_654_435_761) % 1009) as f32 / 504.5 - 1.0;
        for columns in [0, 1, 3, 15, 16, 17, 22, 100] {
            let rows: Vec<f32> = (0..9 * columns + 3).map(at).collect();
            for starts in [vec![], vec![3], vec![2 * columns, 3, 7 * columns + 1]] {
                let before: Vec<f32> = (0..columns).map(|c| at(c + 31)).collect();
                let want: Vec<f32> = (0..columns)
                    .map(|c| starts.iter().fold(before[c], |most, start| rows[start + c].max(most)))
                    .collect();
                let mut best = before;
                <f32 as crate::Kernels>::raise(&mut best, &rows, &starts);
                assert_eq!(best, want, "{columns} columns, {starts:?}");
            }
        }
    }
}
