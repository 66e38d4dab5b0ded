//! One-dimensional convolution over word vectors, and the same layer read only where the maximum was found.
//!
//! `s[p, c] = b_c + sum_j w_c[j] . x[p + j]` (Kim 2014, eq. 2, before the activation). No padding of its own, stride 1.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use wordlight_kernel::Packed;

use crate::affine::{Affine, AffineGrad, Part, WeightMap};
use crate::ops::{column_sums, flat, flat_mut, one_row, row_major};
use crate::{Error, Real, Result};

/// A convolution of `C` filters, each `K` words wide.
///
/// # Shapes
/// Maps `[E, D]` to `[P, C]` with `P = E - K + 1`. The weight is kept as `[C, K D]`: row `c` is filter `c` as it lies
/// over a window, word after word.
#[derive(Clone, Debug)]
pub struct Conv1d<F> {
    weight: Array2<F>,
    bias: Array1<F>,
    width: usize,
    packed: Packed<F>,
}

impl<F: Real> Conv1d<F> {
    /// A layer from `weight` `[C, K D]` (window-major, see the type) and `bias` `[C]`.
    ///
    /// # Errors
    /// [`Error::Shape`] if the sizes do not fit together, [`Error::NotFinite`] for a NaN or an infinity.
    pub fn new(weight: Array2<F>, bias: Array1<F>, width: usize) -> Result<Self> {
        let (filters, depth) = weight.dim();
        Error::check_shape("conv.bias", &[filters], bias.shape())?;
        if width == 0 || depth == 0 || depth % width != 0 {
            return Err(Error::Shape {
                what: format!("conv.weight, whose rows must be whole windows of {width} words,"),
                expected: vec![filters, depth.div_ceil(width.max(1)).max(1) * width.max(1)],
                found: vec![filters, depth],
            });
        }
        // A reversed or transposed array is as good as any; the kernels want plain rows.
        let (weight, bias) = (row_major(weight), Array1::from(flat(&bias.view()).into_owned()));
        Error::check_finite("conv.weight", &flat(&weight.view()))?;
        Error::check_finite("conv.bias", &flat(&bias.view()))?;
        let packed = Packed::new(weight.as_slice().expect("standard layout"), filters, depth);
        Ok(Self { weight, bias, width, packed })
    }

    /// The words per window, `K`.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The number of filters, `C`.
    pub fn filters(&self) -> usize {
        self.weight.nrows()
    }

    /// The dimensions of a word vector, `D`.
    pub fn dim(&self) -> usize {
        self.weight.ncols() / self.width
    }

    /// The weights, `[C, K D]`: one row per filter, word by word.
    pub fn weight(&self) -> ArrayView2<'_, F> {
        self.weight.view()
    }

    /// The scores of every window, `[P, C]`. `x` is `[E, D]` in row-major order with `E >= K`.
    pub fn scores(&self, x: ArrayView2<'_, F>) -> Array2<F> {
        Self::slide(&self.packed, &self.bias, self.width, x)
    }

    fn slide(packed: &Packed<F>, bias: &Array1<F>, width: usize, x: ArrayView2<'_, F>) -> Array2<F> {
        let (rows, dim) = x.dim();
        let windows = (rows + 1).saturating_sub(width);
        let mut out = Array2::zeros((windows, bias.len()));
        F::slide(packed, &flat(&x), dim, windows, &flat(&bias.view()), flat_mut(&mut out));
        out
    }

    /// This layer read at one window per filter, `window[c]`: what is left of it after a maximum.
    pub fn at<'a>(&'a self, window: &'a [usize], rows: usize) -> Conv1dAt<'a, F> {
        debug_assert_eq!(window.len(), self.filters());
        debug_assert!(window.iter().all(|p| p + self.width <= rows));
        Conv1dAt { conv: self, window, rows }
    }

    /// Hands the parameters out to be changed (weight, then bias, row-major), then packs the filters anew.
    pub(crate) fn update(&mut self, change: &mut dyn FnMut(&str, &mut [F])) {
        change("weight", self.weight.as_slice_mut().expect("standard layout since new"));
        change("bias", self.bias.as_slice_mut().expect("owned"));
        let (filters, depth) = self.weight.dim();
        self.packed = Packed::new(self.weight.as_slice().expect("standard layout"), filters, depth);
    }
}

impl<F: Real> Affine<F> for Conv1d<F> {
    fn apply(&self, x: ArrayView2<'_, F>, map: WeightMap<F>) -> Array2<F> {
        if map == WeightMap::AS_IS {
            return self.scores(x);
        }
        let (filters, depth) = self.weight.dim();
        let weight: Vec<F> = self.weight.iter().map(|&w| map.weight.of(w)).collect();
        let bias = self.bias.iter().map(|&b| map.bias.of(b)).collect();
        Self::slide(&Packed::new(&weight, filters, depth), &bias, self.width, x)
    }

    fn adjoint(&self, s: ArrayView2<'_, F>, map: WeightMap<F>) -> Array2<F> {
        let (filters, depth) = self.weight.dim();
        let (windows, dim) = (s.nrows(), self.dim());
        let mut x = Array2::zeros((windows + self.width - 1, dim));
        for (p, s) in flat(&s).chunks_exact(filters).enumerate() {
            let window = &mut flat_mut(&mut x)[p * dim..][..depth];
            for (&s, w) in s.iter().zip(flat(&self.weight()).chunks_exact(depth)) {
                F::add_scaled(window, s, w, map.weight);
            }
        }
        x
    }

    fn grad(&self, x: ArrayView2<'_, F>, s: ArrayView2<'_, F>) -> AffineGrad<F> {
        let (filters, depth) = self.weight.dim();
        let x = flat(&x);
        let mut weight = Array2::zeros((filters, depth));
        for (p, s) in flat(&s).chunks_exact(filters).enumerate() {
            let window = &x[p * self.dim()..][..depth];
            for (row, &s) in flat_mut(&mut weight).chunks_exact_mut(depth).zip(s) {
                F::add_scaled(row, s, window, Part::All);
            }
        }
        AffineGrad { weight, bias: column_sums(s) }
    }

    fn bias(&self) -> ArrayView1<'_, F> {
        self.bias.view()
    }
}

/// A convolution after its maximum: filter `c` looks at window `window[c]` and at nothing else.
///
/// The maximum passes everything to its winner, so all that comes back from a maximum passes through this layer. It
/// costs `C K D` multiply-adds where the whole convolution costs `P` times as much; this is why an explanation costs
/// little more than the prediction.
///
/// # Shapes
/// Maps `[E, D]` to `[1, C]`.
#[derive(Clone, Copy, Debug)]
pub struct Conv1dAt<'a, F> {
    conv: &'a Conv1d<F>,
    window: &'a [usize],
    rows: usize,
}

impl<F: Real> Conv1dAt<'_, F> {
    /// Where the window of each filter begins in the flat input.
    fn starts(&self) -> impl Iterator<Item = usize> {
        let dim = self.conv.dim();
        self.window.iter().map(move |p| p * dim)
    }
}

impl<F: Real> Affine<F> for Conv1dAt<'_, F> {
    fn apply(&self, x: ArrayView2<'_, F>, map: WeightMap<F>) -> Array2<F> {
        let depth = self.conv.weight.ncols();
        let (x, weight) = (flat(&x), self.conv.weight());
        let weight = flat(&weight);
        let outputs = self.conv.bias.iter().zip(weight.chunks_exact(depth)).zip(self.starts());
        let one = |((&bias, w), start)| F::dot(w, map.weight, &x[start..start + depth]) + map.bias.of(bias);
        one_row(outputs.map(one).collect())
    }

    fn adjoint(&self, s: ArrayView2<'_, F>, map: WeightMap<F>) -> Array2<F> {
        let depth = self.conv.weight.ncols();
        let mut x = Array2::zeros((self.rows, self.conv.dim()));
        let (s, weight) = (flat(&s), self.conv.weight());
        let weight = flat(&weight);
        for ((&s, w), start) in s.iter().zip(weight.chunks_exact(depth)).zip(self.starts()) {
            if s != F::zero() {
                F::add_scaled(&mut flat_mut(&mut x)[start..start + depth], s, w, map.weight);
            }
        }
        x
    }

    fn contributions(&self, x: ArrayView2<'_, F>) -> [Array2<F>; 2] {
        let depth = self.conv.weight.ncols();
        let (x, weight) = (flat(&x), self.conv.weight());
        let weight = flat(&weight);
        let (mut positive, mut negative) = (Vec::new(), Vec::new());
        for (w, start) in weight.chunks_exact(depth).zip(self.starts()) {
            let [above, below] = F::signed_dot(w, &x[start..start + depth]);
            positive.push(above);
            negative.push(below);
        }
        [one_row(positive), one_row(negative)]
    }

    fn share(&self, x: ArrayView2<'_, F>, s: [ArrayView2<'_, F>; 2]) -> Array2<F> {
        let depth = self.conv.weight.ncols();
        let mut out = Array2::zeros(x.raw_dim());
        let (x, weight) = (flat(&x), self.conv.weight());
        let (weight, above, below) = (flat(&weight), flat(&s[0]), flat(&s[1]));
        for (((w, start), &above), &below) in weight.chunks_exact(depth).zip(self.starts()).zip(&*above).zip(&*below) {
            let window = start..start + depth;
            F::add_signed(&mut flat_mut(&mut out)[window.clone()], [above, below], w, &x[window]);
        }
        out
    }

    fn grad(&self, x: ArrayView2<'_, F>, s: ArrayView2<'_, F>) -> AffineGrad<F> {
        let depth = self.conv.weight.ncols();
        let (x, s) = (flat(&x), flat(&s));
        let mut weight = Array2::zeros((s.len(), depth));
        for ((row, &s), start) in flat_mut(&mut weight).chunks_exact_mut(depth).zip(&*s).zip(self.starts()) {
            F::add_scaled(row, s, &x[start..start + depth], Part::All);
        }
        AffineGrad { weight, bias: Array1::from(s.into_owned()) }
    }

    fn bias(&self) -> ArrayView1<'_, F> {
        self.conv.bias.view()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// Two filters of two words of one dimension: differences and sums of neighbours.
    fn layer() -> Conv1d<f64> {
        Conv1d::new(array![[1.0, -1.0], [1.0, 1.0]], array![0.0, 0.5], 2).unwrap()
    }

    #[test]
    fn neighbours_by_hand() {
        let x = array![[1.0], [3.0], [2.0]];
        assert_eq!(layer().scores(x.view()), array![[-2.0, 4.5], [1.0, 5.5]]);
        let s = array![[1.0, 0.0], [0.0, 2.0]];
        assert_eq!(layer().adjoint(s.view(), WeightMap::AS_IS), array![[1.0], [1.0], [2.0]]);
        let grad = layer().grad(x.view(), s.view());
        assert_eq!(grad.weight, array![[1.0, 3.0], [6.0, 4.0]]);
        assert_eq!(grad.bias, array![1.0, 2.0]);
    }

    #[test]
    fn reading_at_the_winners_is_the_convolution_with_a_one_hot_signal() {
        let x = array![[1.0], [3.0], [2.0]];
        let layer = layer();
        let window = [1, 0];
        let at = layer.at(&window, 3);
        for part in [Part::All, Part::Positive, Part::Negative, Part::Square, Part::One, Part::FavourPositive(0.3)] {
            let map = WeightMap { weight: part, bias: Part::Positive };
            let whole = layer.apply(x.view(), map);
            assert_eq!(at.apply(x.view(), map), array![[whole[[1, 0]], whole[[0, 1]]]]);
            let (s, sparse) = (array![[5.0, 7.0]], array![[0.0, 7.0], [5.0, 0.0]]);
            assert_eq!(at.adjoint(s.view(), map), layer.adjoint(sparse.view(), map));
            assert_eq!(at.grad(x.view(), s.view()).weight, layer.grad(x.view(), sparse.view()).weight);
        }
    }

    #[test]
    fn contributions_at_the_winners_are_those_of_the_convolution() {
        let x = array![[1.0], [-3.0], [2.0]];
        let layer = layer();
        let window = [1, 0];
        let at = layer.at(&window, 3);
        let (ours, whole) = (at.contributions(x.view()), layer.contributions(x.view()));
        assert_eq!((&ours[0], &ours[1]), (&array![[0.0, 1.0]], &array![[-5.0, -3.0]]));
        for (ours, whole) in ours.iter().zip(&whole) {
            assert_eq!(*ours, array![[whole[[1, 0]], whole[[0, 1]]]]);
        }
        let (pos, neg) = (array![[5.0, 7.0]], array![[2.0, 3.0]]);
        let (sparse_pos, sparse_neg) = (array![[0.0, 7.0], [5.0, 0.0]], array![[0.0, 3.0], [2.0, 0.0]]);
        let shares = at.share(x.view(), [pos.view(), neg.view()]);
        assert_eq!(shares, array![[7.0], [-15.0], [-4.0]]);
        assert_eq!(shares, layer.share(x.view(), [sparse_pos.view(), sparse_neg.view()]));
    }

    #[test]
    fn a_row_that_is_no_whole_number_of_words_is_refused() {
        assert!(Conv1d::new(array![[1.0, 2.0, 3.0]], array![0.0], 2).is_err());
    }
}
