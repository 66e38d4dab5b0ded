//! The hot loops, and the scalar type they are written for.
//!
//! A crate of its own for one reason: the page's core is compiled for size, and these loops must not be. Generic code is
//! compiled where it is used, so each loop has an entry point per scalar type ([`Kernels`]) that is compiled here.

mod part;
mod real;
mod scan;
mod slide;
mod window;

pub use part::Part;
pub use real::Real;
pub use slide::Packed;

/// The loops, per scalar type.
pub trait Kernels: Sized {
    /// `out[p, c] = bias[c] + sum_i w[c, i] x[p * step + i]` for `windows` windows.
    ///
    /// # Shapes
    /// `x` holds at least `(windows - 1) step + depth` numbers, `bias` is `[C]`, `out` is `[windows, C]`, row-major.
    fn slide(filters: &Packed<Self>, x: &[Self], step: usize, windows: usize, bias: &[Self], out: &mut [Self]);

    /// `sum_i f(w_i) x_i`; `w` and `x` have the same length.
    fn dot(w: &[Self], f: Part<Self>, x: &[Self]) -> Self;

    /// `out_i += s f(w_i)`; `out` and `w` have the same length.
    fn add_scaled(out: &mut [Self], s: Self, w: &[Self], f: Part<Self>);

    /// Whether no value is NaN or infinite.
    fn all_finite(values: &[Self]) -> bool;

    /// The largest value of each column and the first row that has it. `scores` is `[P, C]`, `best` and `row` are `[C]`
    /// and hold the values of the first row.
    fn column_maxima(scores: &[Self], best: &mut [Self], row: &mut [usize]);
}

macro_rules! kernels {
    ($float:ty) => {
        impl Kernels for $float {
            fn slide(filters: &Packed<Self>, x: &[Self], step: usize, windows: usize, bias: &[Self], out: &mut [Self]) {
                slide::slide(filters, x, step, windows, bias, out);
            }

            fn dot(w: &[Self], f: Part<Self>, x: &[Self]) -> Self {
                window::dot(w, f, x)
            }

            fn add_scaled(out: &mut [Self], s: Self, w: &[Self], f: Part<Self>) {
                window::add_scaled(out, s, w, f);
            }

            fn all_finite(values: &[Self]) -> bool {
                scan::all_finite(values)
            }

            fn column_maxima(scores: &[Self], best: &mut [Self], row: &mut [usize]) {
                scan::column_maxima(scores, best, row);
            }
        }
    };
}

kernels!(f32);
kernels!(f64);
