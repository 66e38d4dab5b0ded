//! The one hot loop: sliding windows times filters, register-tiled.
//!
//! A window of `K` words is `K D` consecutive numbers of the row-major input, so a convolution is a matrix product
//! whose left rows overlap. Filters are packed in tiles of [`LANES`], and each step of the inner loop multiplies one
//! number of each of [`ROWS`] windows with one vector of filters. The accumulators live in registers: 8 of 4 lanes on
//! wasm, 8 of 8 lanes with AVX2, of 16 registers each. It is plain Rust on fixed-size arrays, which the compiler turns
//! into vector instructions; the only `unsafe` is the call of the AVX2 build after the check that the CPU has it.
//!
//! Every sum is made in the order of its terms and each product is rounded by itself, whatever the tiles: a fused
//! multiply-add would be a little more accurate, and another number than the browser's. An explanation that was saved
//! in a browser can be made again here, bit for bit.

use crate::scalar::Scalar;

/// Filters in a packed tile.
#[cfg(target_arch = "wasm32")]
const LANES: usize = 8;
#[cfg(not(target_arch = "wasm32"))]
const LANES: usize = 16;

/// Windows computed together.
const ROWS: usize = 4;

/// Tiles computed together where there is one window alone.
const TILES: usize = 4;

/// Filters in the order in which the kernel reads them.
#[derive(Clone, Debug)]
pub struct Packed<F> {
    /// `[tiles, depth, LANES]`, zero beyond the last filter.
    tiles: Vec<F>,
    filters: usize,
    depth: usize,
}

impl<F: Scalar> Packed<F> {
    /// Packs `filters` rows of `depth = K D` weights each, row-major.
    /// # Panics
    /// If `weight` does not hold `filters * depth` numbers.
    pub fn new(weight: &[F], filters: usize, depth: usize) -> Self {
        assert_eq!(weight.len(), filters * depth, "weight is [filters, depth]");
        let mut tiles = vec![F::zero(); filters.div_ceil(LANES) * depth * LANES];
        for c in 0..filters {
            let (tile, lane) = (c / LANES, c % LANES);
            for (i, &w) in weight[c * depth..][..depth].iter().enumerate() {
                tiles[(tile * depth + i) * LANES + lane] = w;
            }
        }
        Self { tiles, filters, depth }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn slide_avx2(&self, x: &[F], step: usize, windows: usize, out: &mut [F]) {
        self.slide_body(x, step, windows, out);
    }

    /// Adds to what is in `out`.
    #[inline(always)]
    fn slide_body(&self, x: &[F], step: usize, windows: usize, out: &mut [F]) {
        let whole = self.filters / LANES;
        let mut done = 0;
        if windows == 1 {
            // Several tiles at a time: the sums of one alone would wait for each other.
            let groups = self.tiles.chunks_exact(TILES * self.depth * LANES).take(whole / TILES);
            for (tiles, out) in groups.zip(out.chunks_exact_mut(TILES * LANES)) {
                window::<F, TILES>(x, tiles, self.depth, out);
                done += TILES;
            }
        }
        for (t, tile) in self.tiles.chunks_exact(self.depth * LANES).enumerate().skip(done) {
            let mut p = 0;
            while p < windows {
                let rows = ROWS.min(windows - p);
                let x = &x[p * step..];
                let sums = &mut out[p * self.filters + t * LANES..];
                if t < whole {
                    self.rows(x, step, tile, rows, sums, self.filters);
                } else {
                    // The last tile has fewer filters than lanes.
                    let mut wide = [F::zero(); LANES * ROWS];
                    let left = self.filters - t * LANES;
                    for n in 0..rows {
                        wide[n * LANES..][..left].copy_from_slice(&sums[n * self.filters..][..left]);
                    }
                    self.rows(x, step, tile, rows, &mut wide, LANES);
                    for n in 0..rows {
                        sums[n * self.filters..][..left].copy_from_slice(&wide[n * LANES..][..left]);
                    }
                }
                p += rows;
            }
        }
    }

    /// At most [`ROWS`] windows times one tile.
    #[inline(always)]
    fn rows(&self, x: &[F], step: usize, tile: &[F], rows: usize, sums: &mut [F], apart: usize) {
        if rows == ROWS {
            return four(x, step, tile, sums, apart);
        }
        let mut n = 0;
        while n < rows {
            let (x, sums) = (&x[n * step..], &mut sums[n * apart..]);
            if rows - n >= 2 {
                two(x, step, tile, sums, apart);
                n += 2;
            } else {
                one(x, step, tile, sums, apart);
                n += 1;
            }
        }
    }
}

/// The entry of [`crate::Kernels::slide`].
pub(crate) fn slide<F: Scalar>(filters: &Packed<F>, x: &[F], step: usize, windows: usize, bias: &[F], out: &mut [F]) {
    assert_eq!(bias.len(), filters.filters, "bias is [filters]");
    out.chunks_exact_mut(bias.len()).for_each(|row| row.copy_from_slice(bias));
    slide_onto(filters, x, step, windows, out);
}

/// The entry of [`crate::Kernels::slide_onto`]. One function for both: the page's core has room for the loops once.
#[inline(never)]
pub(crate) fn slide_onto<F: Scalar>(filters: &Packed<F>, x: &[F], step: usize, windows: usize, out: &mut [F]) {
    assert_eq!(out.len(), windows * filters.filters, "out is [windows, filters]");
    assert!(windows == 0 || x.len() >= (windows - 1) * step + filters.depth, "x is too short");
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the line above made sure that this CPU has AVX2.
        unsafe {
            filters.slide_avx2(x, step, windows, out);
        }
        return;
    }
    filters.slide_body(x, step, windows, out);
}

/// A function that adds some windows times one tile of filters to as many rows of `out`, which are `apart`. The sums of each
/// window have a name: where they are rows of one array, the compiler keeps them in memory and adds number by number, which
/// takes fourteen times as long.
macro_rules! block {
    ($name:ident: $($n:literal $window:ident $sums:ident),+) => {
        #[inline(always)]
        fn $name<F: Scalar>(x: &[F], step: usize, tile: &[F], out: &mut [F], apart: usize) {
            let (tile, _) = tile.as_chunks::<LANES>();
            $(let $window = &x[$n * step..][..tile.len()];)+
            $(let mut $sums = *lanes(&out[$n * apart..]);)+
            for (i, w) in tile.iter().enumerate() {
                $(add(&mut $sums, $window[i], w);)+
            }
            $(out[$n * apart..][..LANES].copy_from_slice(&$sums);)+
        }
    };
}

block!(one: 0 x_0 sums_0);
block!(two: 0 x_0 sums_0, 1 x_1 sums_1);
block!(four: 0 x_0 sums_0, 1 x_1 sums_1, 2 x_2 sums_2, 3 x_3 sums_3);

#[inline(always)]
fn add<F: Scalar>(sums: &mut [F; LANES], value: F, w: &[F; LANES]) {
    for lane in 0..LANES {
        sums[lane] += value * w[lane];
    }
}

/// Adds one window times `N` tiles of filters to `out`.
#[inline(always)]
fn window<F: Scalar, const N: usize>(x: &[F], tiles: &[F], depth: usize, out: &mut [F]) {
    let x = &x[..depth];
    let tiles: [&[[F; LANES]]; N] =
        std::array::from_fn(|k| &tiles[k * depth * LANES..][..depth * LANES].as_chunks::<LANES>().0[..depth]);
    let mut sums: [[F; LANES]; N] = std::array::from_fn(|k| *lanes(&out[k * LANES..]));
    for i in 0..depth {
        for k in 0..N {
            for lane in 0..LANES {
                sums[k][lane] += x[i] * tiles[k][i][lane];
            }
        }
    }
    for (k, sums) in sums.into_iter().enumerate() {
        out[k * LANES..][..LANES].copy_from_slice(&sums);
    }
}

/// The first numbers, as many as a tile has filters.
#[inline(always)]
fn lanes<F>(values: &[F]) -> &[F; LANES] {
    values.first_chunk().expect("a whole tile")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[windows, filters]` by the definition.
    fn literal(x: &[f64], step: usize, windows: usize, weight: &[f64], bias: &[f64]) -> Vec<f64> {
        let depth = weight.len() / bias.len();
        let mut out = Vec::new();
        for p in 0..windows {
            for (c, b) in bias.iter().enumerate() {
                let mut sum = *b;
                for i in 0..depth {
                    sum += weight[c * depth + i] * x[p * step + i];
                }
                out.push(sum);
            }
        }
        out
    }

    #[test]
    fn every_remainder_of_windows_and_filters_agrees_with_the_definition() {
        for filters in [1, 3, 8, 16, 17, 100] {
            for windows in 0..15 {
                let (step, depth) = (3, 7);
                let at = |i: usize| ((i * 2_654_435_761) % 1009) as f64 / 504.5 - 1.0;
                let weight: Vec<f64> = (0..filters * depth).map(at).collect();
                let bias: Vec<f64> = (0..filters).map(|i| at(i + 77)).collect();
                let x: Vec<f64> = (0..windows * step + depth).map(|i| at(i + 5)).collect();
                let mut out = vec![f64::NAN; windows * filters];
                slide(&Packed::new(&weight, filters, depth), &x, step, windows, &bias, &mut out);
                for (a, b) in out.iter().zip(literal(&x, step, windows, &weight, &bias)) {
                    assert!((a - b).abs() < 1e-13, "{filters} filters, {windows} windows: {a} and {b}");
                }
            }
        }
    }

    #[test]
    fn sums_are_bit_for_bit_those_of_one_term_after_the_other() {
        let at = |i: usize| ((i * 2_654_435_761) % 1009) as f32 / 504.5 - 1.0;
        let (filters, depth, step, windows) = (100, 120, 60, 39);
        let weight: Vec<f32> = (0..filters * depth).map(at).collect();
        let bias: Vec<f32> = (0..filters).map(|i| at(i + 77)).collect();
        let x: Vec<f32> = (0..(windows - 1) * step + depth).map(|i| at(i + 5)).collect();
        let mut out = vec![0.0; windows * filters];
        slide(&Packed::new(&weight, filters, depth), &x, step, windows, &bias, &mut out);
        for (k, got) in out.iter().enumerate() {
            let (p, c) = (k / filters, k % filters);
            let mut sum = bias[c];
            for i in 0..depth {
                sum += x[p * step + i] * weight[c * depth + i];
            }
            assert_eq!(got.to_bits(), sum.to_bits(), "window {p}, filter {c}");
        }
    }

    #[test]
    fn one_window_and_sums_that_have_begun_have_the_same_bits() {
        let at = |i: usize| ((i * 2_654_435_761) % 1009) as f32 / 504.5 - 1.0;
        for filters in [1, 16, 63, 64, 65, 150, 400] {
            let depth = 37;
            let weight: Vec<f32> = (0..filters * depth).map(at).collect();
            let packed = Packed::new(&weight, filters, depth);
            let x: Vec<f32> = (0..9 * depth).map(|i| at(i + 5)).collect();
            let begun: Vec<f32> = (0..9 * filters).map(|i| at(i + 77)).collect();
            let mut together = begun.clone();
            slide_onto(&packed, &x, depth, 9, &mut together);
            for (row, x) in x.chunks_exact(depth).enumerate() {
                let bias = &begun[row * filters..][..filters];
                let (mut alone, mut onto) = (vec![0.0; filters], bias.to_vec());
                slide(&packed, x, depth, 1, bias, &mut alone);
                slide_onto(&packed, x, depth, 1, &mut onto);
                let literal: Vec<f32> = (0..filters)
                    .map(|c| (0..depth).fold(bias[c], |sum, i| sum + x[i] * weight[c * depth + i]))
                    .collect();
                assert_eq!((&alone, &onto), (&literal, &literal), "{filters} filters, row {row}");
                assert_eq!(together[row * filters..][..filters], literal);
            }
        }
    }

    /// Where the compiler keeps the sums in memory every number is right, and everything takes fourteen times as long. One sum
    /// whose additions wait for each other is the measure on any machine: a sum at a time is twice as fast, AVX2 twenty times.
    #[cfg(not(debug_assertions))]
    #[test]
    fn sums_are_made_side_by_side() {
        let at = |i: usize| ((i * 2_654_435_761) % 1009) as f32 / 504.5 - 1.0;
        let (filters, depth, windows) = (96, 300, 64);
        let weight: Vec<f32> = (0..filters * depth).map(at).collect();
        let x: Vec<f32> = (0..windows * depth).map(at).collect();
        let packed = Packed::new(&weight, filters, depth);
        let mut out = vec![0.0; windows * filters];
        let fastest = |work: &mut dyn FnMut()| {
            let time = |_| {
                let began = std::time::Instant::now();
                work();
                began.elapsed().as_secs_f64()
            };
            (0..50).map(time).fold(f64::INFINITY, f64::min)
        };
        let mut sum = 0.0;
        let one = fastest(&mut || weight.iter().zip(&x).for_each(|(w, x)| sum += w * x));
        let all = fastest(&mut || slide_onto(&packed, &x, depth, windows, &mut out));
        assert!(sum.is_finite() && out.iter().all(|sum| sum.is_finite()));
        let ratio = one * windows as f64 / all;
        assert!(ratio > 5.0, "{ratio:.1} times as fast as one sum");
    }

    #[test]
    fn an_empty_input_gives_no_windows() {
        let mut out: Vec<f32> = Vec::new();
        slide(&Packed::new(&[1.0f32, 2.0], 1, 2), &[], 2, 0, &[0.0], &mut out);
        assert!(out.is_empty());
    }
}
