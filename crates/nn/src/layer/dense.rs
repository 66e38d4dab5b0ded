//! The dense layer `z = W x + b`, applied to each row.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

use crate::affine::{Affine, AffineGrad, Part, WeightMap};
use crate::ops::{column_sums, flat, flat_mut, row_major, shaped};
use crate::{Error, Real, Result};

/// A dense layer.
///
/// # Shapes
/// `weight` is `[Y, M]`, `bias` is `[Y]`; it maps `[N, M]` to `[N, Y]`.
#[derive(Clone, Debug)]
pub struct Dense<F> {
    weight: Array2<F>,
    bias: Array1<F>,
}

impl<F: Real> Dense<F> {
    /// A layer from its parameters.
    ///
    /// # Errors
    /// [`Error::Shape`] if the bias does not have one value per row of the weight, [`Error::NotFinite`] for a NaN or
    /// an infinity.
    pub fn new(weight: Array2<F>, bias: Array1<F>) -> Result<Self> {
        Error::check_shape("dense.bias", &[weight.nrows()], bias.shape())?;
        // A reversed or transposed array is as good as any; the parameters are handed out as plain slices.
        let (weight, bias) = (row_major(weight), Array1::from(flat(&bias.view()).into_owned()));
        Error::check_finite("dense.weight", &flat(&weight.view()))?;
        Error::check_finite("dense.bias", &flat(&bias.view()))?;
        Ok(Self { weight, bias })
    }

    /// The weights, `[Y, M]`.
    pub fn weight(&self) -> ArrayView2<'_, F> {
        self.weight.view()
    }

    /// Hands the parameters out to be changed: weight, then bias, each in row-major order.
    pub(crate) fn update(&mut self, change: &mut dyn FnMut(&str, &mut [F])) {
        change("weight", self.weight.as_slice_mut().expect("owned and row-major since new"));
        change("bias", self.bias.as_slice_mut().expect("owned and contiguous"));
    }
}

impl<F: Real> Affine<F> for Dense<F> {
    fn apply(&self, x: ArrayView2<'_, F>, map: WeightMap<F>) -> Array2<F> {
        let (classes, features) = self.weight.dim();
        let (x, weight) = (flat(&x), self.weight());
        let mut out = Vec::with_capacity(x.len() / features * classes);
        for x in x.chunks_exact(features) {
            let rows = flat(&weight);
            let rows = rows.chunks_exact(features).zip(self.bias.iter());
            out.extend(rows.map(|(row, &bias)| F::dot(row, map.weight, x) + map.bias.of(bias)));
        }
        shaped((out.len() / classes, classes), out)
    }

    fn adjoint(&self, s: ArrayView2<'_, F>, map: WeightMap<F>) -> Array2<F> {
        let (classes, features) = self.weight.dim();
        let mut out = Array2::zeros((s.nrows(), features));
        for (out, s) in flat_mut(&mut out).chunks_exact_mut(features).zip(flat(&s).chunks_exact(classes)) {
            for (&s, row) in s.iter().zip(flat(&self.weight()).chunks_exact(features)) {
                // In an LSTM three quarters of all relevance is zero: its gates have none.
                if s != F::zero() {
                    F::add_scaled(out, s, row, map.weight);
                }
            }
        }
        out
    }

    fn grad(&self, x: ArrayView2<'_, F>, s: ArrayView2<'_, F>) -> AffineGrad<F> {
        let (classes, features) = self.weight.dim();
        let mut weight = Array2::zeros((classes, features));
        for (x, s) in flat(&x).chunks_exact(features).zip(flat(&s).chunks_exact(classes)) {
            for (row, &s) in flat_mut(&mut weight).chunks_exact_mut(features).zip(s) {
                F::add_scaled(row, s, x, Part::All);
            }
        }
        AffineGrad { weight, bias: column_sums(s) }
    }

    fn bias(&self) -> ArrayView1<'_, F> {
        self.bias.view()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::affine::Part;

    #[test]
    fn two_by_two_by_hand() {
        let layer = Dense::new(array![[1.0, -2.0], [3.0, 4.0]], array![0.5, -1.0]).unwrap();
        let x = array![[2.0, 1.0]];
        assert_eq!(layer.apply(x.view(), WeightMap::AS_IS), array![[0.5, 9.0]]);
        let positive = WeightMap { weight: Part::Positive, bias: Part::Positive };
        assert_eq!(layer.apply(x.view(), positive), array![[2.5, 10.0]]);
        assert_eq!(layer.adjoint(array![[1.0, 1.0]].view(), WeightMap::AS_IS), array![[4.0, 2.0]]);
        let grad = layer.grad(x.view(), array![[1.0, 0.5]].view());
        assert_eq!(grad.weight, array![[2.0, 1.0], [1.0, 0.5]]);
        assert_eq!(grad.bias, array![1.0, 0.5]);
    }

    #[test]
    fn a_nan_is_refused_with_its_place() {
        let error = Dense::new(array![[1.0, f64::NAN]], array![0.0]).unwrap_err();
        assert!(error.to_string().contains("dense.weight has the value NaN at index 1"), "{error}");
    }
}
