//! The entry points of the loops: each is compiled here, once per scalar type, and for AVX2 where the processor has it.

use crate::part::Part;
use crate::slide::Packed;
use crate::{gate, scan, slide, window};

/// The loops, per scalar type.
pub trait Kernels: Sized {
    /// `out[p, c] = bias[c] + sum_i w[c, i] x[p * step + i]` for `windows` windows.
    ///
    /// # Shapes
    /// `x` holds at least `(windows - 1) step + depth` numbers, `bias` is `[C]`, `out` is `[windows, C]`, row-major.
    fn slide(filters: &Packed<Self>, x: &[Self], step: usize, windows: usize, bias: &[Self], out: &mut [Self]);

    /// `out[p, c] += sum_i w[c, i] x[p * step + i]`, otherwise as [`Self::slide`].
    fn slide_onto(filters: &Packed<Self>, x: &[Self], step: usize, windows: usize, out: &mut [Self]);

    /// `sum_i f(w_i) x_i`; `w` and `x` have the same length.
    fn dot(w: &[Self], f: Part<Self>, x: &[Self]) -> Self;

    /// `out_i += s f(w_i)`; `out` and `w` have the same length.
    fn add_scaled(out: &mut [Self], s: Self, w: &[Self], f: Part<Self>);

    /// The sum of the positive and the sum of the negative products `w_i x_i`; `w` and `x` have the same length.
    fn signed_dot(w: &[Self], x: &[Self]) -> [Self; 2];

    /// `out_i += s w_i x_i` with `s[0]` for a positive product and `s[1]` for a negative one; all have the same length.
    fn add_signed(out: &mut [Self], s: [Self; 2], w: &[Self], x: &[Self]);

    /// The sum of the values and the sum of their magnitudes, in `f64`.
    fn sums(values: &[Self]) -> (f64, f64);

    /// Whether no value is NaN or infinite.
    fn all_finite(values: &[Self]) -> bool;

    /// The largest value of each column and the first row that has it. `scores` is `[P, C]`, `best` and `row` are `[C]`
    /// and hold the values of the first row.
    fn column_maxima(scores: &[Self], best: &mut [Self], row: &mut [usize]);

    /// Raises each of `best` `[C]` to the largest of the numbers at its place in the rows, `C` long, that begin at `starts`.
    fn raise(best: &mut [Self], rows: &[Self], starts: &[usize]);

    /// One step of an LSTM of `H` units: from the gates `z` `[4H]` (i, f, g, o) and the memory before to the memory and the
    /// state after, `[H]` each.
    fn lstm_step(z: &[Self], before: &[Self], memory: &mut [Self], state: &mut [Self]);
}

macro_rules! kernels {
    ($float:ty) => {
        impl Kernels for $float {
            fn slide(filters: &Packed<Self>, x: &[Self], step: usize, windows: usize, bias: &[Self], out: &mut [Self]) {
                slide::slide(filters, x, step, windows, bias, out);
            }

            fn slide_onto(filters: &Packed<Self>, x: &[Self], step: usize, windows: usize, out: &mut [Self]) {
                slide::slide_onto(filters, x, step, windows, out);
            }

            fn dot(w: &[Self], f: Part<Self>, x: &[Self]) -> Self {
                #[cfg(target_arch = "x86_64")]
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the line above made sure that this CPU has AVX2.
                    return unsafe { window::dot_avx2(w, f, x) };
                }
                window::dot(w, f, x)
            }

            fn add_scaled(out: &mut [Self], s: Self, w: &[Self], f: Part<Self>) {
                #[cfg(target_arch = "x86_64")]
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the line above made sure that this CPU has AVX2.
                    unsafe { window::add_scaled_avx2(out, s, w, f) };
                    return;
                }
                window::add_scaled(out, s, w, f);
            }

            fn signed_dot(w: &[Self], x: &[Self]) -> [Self; 2] {
                #[cfg(target_arch = "x86_64")]
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the line above made sure that this CPU has AVX2.
                    return unsafe { window::signed_dot_avx2(w, x) };
                }
                window::signed_dot(w, x)
            }

            fn add_signed(out: &mut [Self], s: [Self; 2], w: &[Self], x: &[Self]) {
                #[cfg(target_arch = "x86_64")]
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the line above made sure that this CPU has AVX2.
                    unsafe { window::add_signed_avx2(out, s, w, x) };
                    return;
                }
                window::add_signed(out, s, w, x);
            }

            fn sums(values: &[Self]) -> (f64, f64) {
                scan::sums(values)
            }

            fn all_finite(values: &[Self]) -> bool {
                scan::all_finite(values)
            }

            fn column_maxima(scores: &[Self], best: &mut [Self], row: &mut [usize]) {
                scan::column_maxima(scores, best, row);
            }

            fn raise(best: &mut [Self], rows: &[Self], starts: &[usize]) {
                #[cfg(target_arch = "x86_64")]
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the line above made sure that this CPU has AVX2.
                    unsafe { scan::raise_avx2(best, rows, starts) };
                    return;
                }
                scan::raise(best, rows, starts);
            }

            fn lstm_step(z: &[Self], before: &[Self], memory: &mut [Self], state: &mut [Self]) {
                #[cfg(target_arch = "x86_64")]
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the line above made sure that this CPU has AVX2.
                    unsafe { gate::lstm_step_avx2(z, before, memory, state) };
                    return;
                }
                gate::lstm_step(z, before, memory, state);
            }
        }
    };
}

kernels!(f32);
kernels!(f64);
