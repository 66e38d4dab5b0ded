//! The two inner loops of a batch: the strongest window of each filter, and a weighted sum of vectors.
//!
//! Plain Rust on fixed-size arrays that live in registers; the compiler makes vector instructions of it. Built twice,
//! once for any x86-64 and once for those with AVX2 and FMA; the only `unsafe` is the call of the second build after
//! the check that the CPU has them. The third loop, the products, is [`Kernels::slide`](crate::Kernels::slide).

use crate::Real;

/// `(body)(args)` in the AVX2 build where the CPU has it, in the portable one elsewhere.
macro_rules! dispatch {
    ($portable:ident, $avx2:ident, ($($arg:expr),*)) => {{
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            // SAFETY: the line above made sure that this CPU has AVX2 and FMA.
            #[allow(unsafe_code)]
            return unsafe { $avx2($($arg),*) };
        }
        $portable::<_, false>($($arg),*)
    }};
}

/// For each filter `c` the largest `sum_j rows[p + j][j C + c]` over all windows `p`, and the first window that has it.
///
/// # Shapes
/// Each row is `[K C]`: what a word says at each place of a window, for each filter. `best` and `winner` are `[C]`.
pub fn strongest<F: Real>(rows: &[&[F]], width: usize, best: &mut [F], winner: &mut [u32]) {
    dispatch!(strongest_body, strongest_avx2, (rows, width, best, winner))
}

/// `out = sum signal * vector`, in the order of the terms. Every vector has the length of `out`.
pub fn weighted_sum<F: Real>(terms: &[(F, &[F])], out: &mut [F]) {
    dispatch!(weighted_sum_body, weighted_sum_avx2, (terms, out))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn strongest_avx2<F: Real>(rows: &[&[F]], width: usize, best: &mut [F], winner: &mut [u32]) {
    strongest_body::<F, true>(rows, width, best, winner);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn weighted_sum_avx2<F: Real>(terms: &[(F, &[F])], out: &mut [F]) {
    weighted_sum_body::<F, true>(terms, out);
}

#[inline(always)]
fn strongest_body<F: Real, const FMA: bool>(rows: &[&[F]], width: usize, best: &mut [F], winner: &mut [u32]) {
    let mut c = 0;
    while c < best.len() {
        c += match best.len() - c {
            32.. => strongest_of::<F, 32>(rows, width, c, best, winner),
            16.. => strongest_of::<F, 16>(rows, width, c, best, winner),
            4.. => strongest_of::<F, 4>(rows, width, c, best, winner),
            _ => strongest_of::<F, 1>(rows, width, c, best, winner),
        };
    }
}

/// Filters `c` to `c + N`.
#[inline(always)]
fn strongest_of<F: Real, const N: usize>(
    rows: &[&[F]],
    width: usize,
    c: usize,
    best: &mut [F],
    winner: &mut [u32],
) -> usize {
    let filters = best.len();
    let (mut top, mut at) = ([F::neg_infinity(); N], [0u32; N]);
    let said = |row: &[F], j: usize| -> [F; N] { *row[j * filters + c..].first_chunk().expect("a row is [K C]") };
    for (p, window) in rows.windows(width).enumerate() {
        let mut score = said(window[0], 0);
        for (j, row) in window.iter().enumerate().skip(1) {
            let more = said(row, j);
            for lane in 0..N {
                score[lane] += more[lane];
            }
        }
        for lane in 0..N {
            let better = score[lane] > top[lane];
            top[lane] = if better { score[lane] } else { top[lane] };
            at[lane] = if better { p as u32 } else { at[lane] };
        }
    }
    best[c..c + N].copy_from_slice(&top);
    winner[c..c + N].copy_from_slice(&at);
    N
}

#[inline(always)]
fn weighted_sum_body<F: Real, const FMA: bool>(terms: &[(F, &[F])], out: &mut [F]) {
    let mut d = 0;
    while d < out.len() {
        d += match out.len() - d {
            32.. => weighted_sum_of::<F, 32, FMA>(terms, d, out),
            16.. => weighted_sum_of::<F, 16, FMA>(terms, d, out),
            8.. => weighted_sum_of::<F, 8, FMA>(terms, d, out),
            4.. => weighted_sum_of::<F, 4, FMA>(terms, d, out),
            _ => weighted_sum_of::<F, 1, FMA>(terms, d, out),
        };
    }
}

/// Dimensions `d` to `d + N`.
#[inline(always)]
fn weighted_sum_of<F: Real, const N: usize, const FMA: bool>(terms: &[(F, &[F])], d: usize, out: &mut [F]) -> usize {
    let mut sums = [F::zero(); N];
    for (signal, vector) in terms {
        let vector: &[F; N] = vector[d..].first_chunk().expect("as long as the sum");
        for lane in 0..N {
            sums[lane] =
                if FMA { signal.mul_add(vector[lane], sums[lane]) } else { *signal * vector[lane] + sums[lane] };
        }
    }
    out[d..d + N].copy_from_slice(&sums);
    N
}

/// Eight sums side by side: one chain of additions would wait for itself.
pub fn dot<F: Real>(a: &[F], b: &[F]) -> F {
    let mut sums = [F::zero(); 8];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.into_iter().sum::<F>() + a_rest.iter().zip(b_rest).map(|(&a, &b)| a * b).sum::<F>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_strongest_windows_wins() {
        // Two filters, two words wide: window scores (1 + 30, 2 + 40), (10 + 3, 20 + 4), (1 + 30, 2 + 40).
        let (a, b) = ([1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]);
        let rows: [&[f64]; 4] = [&a, &b, &a, &b];
        let (mut best, mut winner) = ([0.0; 2], [9; 2]);
        strongest(&rows, 2, &mut best, &mut winner);
        assert_eq!((best, winner), ([31.0, 42.0], [0, 0]));
        strongest(&rows[1..], 2, &mut best, &mut winner);
        assert_eq!((best, winner), ([31.0, 42.0], [1, 1]));
    }

    #[test]
    fn every_block_size_agrees_with_the_definition() {
        for length in 0..75 {
            let vectors: Vec<Vec<f64>> =
                (0..9).map(|i| (0..length).map(|d| ((i * 31 + d * 17) % 13) as f64 - 6.0).collect()).collect();
            let terms: Vec<(f64, &[f64])> =
                vectors.iter().zip(-4..).map(|(v, s)| (f64::from(s), v.as_slice())).collect();
            let mut out = vec![f64::NAN; length];
            weighted_sum(&terms, &mut out);
            let want: Vec<f64> = (0..length).map(|d| terms.iter().map(|(s, v)| s * v[d]).sum()).collect();
            assert_eq!(out, want, "whole numbers are exact");

            let (mut best, mut winner) = (vec![0.0; length], vec![9; length]);
            let rows: Vec<&[f64]> = vectors.iter().map(Vec::as_slice).collect();
            strongest(&rows, 1, &mut best, &mut winner);
            for c in 0..length {
                let top = (0..9).map(|p| rows[p][c]).fold(f64::NEG_INFINITY, f64::max);
                assert_eq!(best[c], top);
                assert_eq!(winner[c] as usize, (0..9).position(|p| rows[p][c] == top).unwrap());
            }
        }
    }

    #[test]
    fn a_dot_product_of_any_length_is_that_of_integers() {
        // 1 + 4 + 9 + ... is whole, so that no order of additions makes a difference.
        let numbers: Vec<f64> = (1..40u32).map(f64::from).collect();
        for n in 0..numbers.len() {
            let squares = n * (n + 1) * (2 * n + 1) / 6;
            assert_eq!(dot(&numbers[..n], &numbers[..n]), squares as f64, "{n} numbers");
        }
    }
}
