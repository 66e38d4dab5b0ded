//! The path of Integrated Gradients through a max-over-time network, without a quadrature error.
//!
//! Along `x(t) = x' + t (x - x')` the score of every window is a line,
//!
//! ```text
//! s[p,c](t) = (1 - t) s[p,c](x') + t s[p,c](x)
//! ```
//!
//! so filter `c` follows the **upper envelope** of its lines (and of the zero line, if there is a ReLU): window `p` holds
//! the maximum on a stretch `I[p,c]` of `[0, 1]`. With `z = V m + a` and `u_y(t) = dF/dz_y`, the integral of
//! Sundararajan, Taly & Yan 2017, eq. 1, is
//!
//! ```text
//! A = (x - x') * sum_c sum_p  ( sum_y V[y,c] integral of u_y over I[p,c] )  w_c placed at p
//! ```
//!
//! - For a target that is linear in the logits `u` is constant, and the inner integral is a length: nothing is
//!   approximated.
//! - Behind a softmax `z(t)` is still linear between the sorted breakpoints of all filters, and a dozen Gauss-Legendre
//!   nodes on each piece at most integrate to rounding.
//!
//! The cost is the two convolutions at the ends of the path, the envelopes, and one scatter of as many filters as there
//! are stretches. If the baseline is the same at every position all lines of a filter start at one point, so the highest
//! end wins all the way and a single window of the baseline's convolution is enough.

use ndarray::{Array1, Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::layer::Activation;
use wordlight_nn::model::{Pass, TextCnn, TextCnnPass};
use wordlight_nn::ops::{add_scaled, difference, flat, flat_mut, one_row, product, rows_times, shaped};

use super::lines::{Lines, is_same_everywhere};
use super::mean_slope::MeanSlope;
use crate::order::ascending;
use crate::target::Target;

/// A stretch of the path on which one window holds a filter's maximum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// The index of the filter, `0 .. M`, counted over all widths.
    pub filter: usize,
    /// The index of the window that holds the maximum; `None` where a ReLU sets all windows to zero.
    pub window: Option<usize>,
    /// Where on the path the stretch begins, in `[0, 1]`.
    pub from: f64,
    /// Where on the path it ends, in `[0, 1]`.
    pub to: f64,
    /// `dm_c/dt`: how fast the filter's maximum rises along the stretch.
    pub slope: f64,
}

/// The path from a baseline to an input, as the filters see it.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The stretches, ordered by filter and then along the path.
    pub stretches: Vec<Stretch>,
    /// The maxima `m` at the baseline, `[M]`.
    pub start: Array1<f64>,
    /// The maxima `m` at the input, `[M]`.
    pub end: Array1<f64>,
}

impl Envelope {
    /// Follows every filter from `baseline` `[E, D]` to the input of a pass.
    pub fn new<F: Real>(pass: &TextCnnPass<'_, F>, baseline: ArrayView2<'_, F>) -> Self {
        let cnn = pass.model();
        let relu = cnn.config().activation == Activation::Relu;
        let same_everywhere = is_same_everywhere(baseline);
        let mut all = Self { stretches: Vec::new(), start: Array1::zeros(0), end: Array1::zeros(0) };
        let (mut start, mut end) = (Vec::new(), Vec::new());
        for (conv, scores) in cnn.convs().iter().zip(pass.scores()) {
            let lines = if same_everywhere {
                Lines::from_one_point(conv, scores.view(), baseline)
            } else {
                Lines::between(conv.scores(baseline), scores.view())
            };
            for c in 0..conv.filters() {
                let filter = start.len();
                lines.walk(c, relu, &mut |window, from, to, slope| {
                    all.stretches.push(Stretch { filter, window, from, to, slope });
                });
                let (a, b) = lines.ends(c);
                start.push(if relu { a.max(0.0) } else { a });
                end.push(if relu { b.max(0.0) } else { b });
            }
        }
        (all.start, all.end) = (start.into(), end.into());
        all
    }

    /// The integrals of `u = dF/dz` over each stretch, times `V`: what the winner of the stretch passes on.
    pub(super) fn credit<F: Real>(&self, cnn: &TextCnn<F>, target: &Target) -> Vec<f64> {
        let weight = cnn.dense().weight();
        let dense = shaped(weight.dim(), flat(&weight).iter().map(|v| v.as_f64()).collect());
        let mut z = rows_times(dense.view(), self.start.view());
        z.iter_mut().zip(cnn.dense().bias()).for_each(|(z, b)| *z += b.as_f64());
        let through = |u: &[f64], filter: usize| u.iter().zip(dense.column(filter)).map(|(u, v)| u * v).sum::<f64>();
        if target.is_linear() {
            let u = target.gradient(z.view());
            let u = u.as_slice().expect("owned");
            return self.stretches.iter().map(|s| (s.to - s.from) * through(u, s.filter)).collect();
        }
        let passed = Passed::new(self, &dense, z, target);
        self.stretches.iter().map(|s| through(&passed.between(s.from, s.to), s.filter)).collect()
    }
}

/// `integral of u_y from 0 to t` at every breakpoint of the path.
struct Passed {
    /// Sorted, from 0 to 1.
    at: Vec<f64>,
    /// `[breakpoints][Y]`
    sum: Vec<Vec<f64>>,
}

impl Passed {
    /// Follows the logits from breakpoint to breakpoint; between two of them they are linear.
    fn new(envelope: &Envelope, dense: &Array2<f64>, start: Array1<f64>, target: &Target) -> Self {
        // Where a filter changes its window, its slope changes.
        let from: Vec<f64> = envelope.stretches.iter().map(|s| s.from).collect();
        let changes: Vec<(f64, usize, f64)> =
            ascending(&from).into_iter().map(|i| &envelope.stretches[i]).map(|s| (s.from, s.filter, s.slope)).collect();
        let mut mean_slope = MeanSlope::default();
        let mut slopes = vec![0.0; envelope.start.len()];
        let mut speed = Array1::<f64>::zeros(start.len());
        let mut z = start;
        let mut sum = vec![0.0; z.len()];
        let mut passed = Self { at: vec![0.0], sum: vec![sum.clone()] };
        let mut from = 0.0;
        let mut i = 0;
        while from < 1.0 {
            while i < changes.len() && changes[i].0 <= from {
                let (_, filter, slope) = changes[i];
                let change = slope - slopes[filter];
                speed.iter_mut().zip(dense.column(filter)).for_each(|(speed, v)| *speed += change * v);
                slopes[filter] = slope;
                i += 1;
            }
            let to = changes.get(i).map_or(1.0, |change| change.0);
            let way: Array1<f64> = speed.iter().map(|speed| speed * (to - from)).collect();
            for (sum, mean) in sum.iter_mut().zip(&mean_slope.along(target, &z, &way)) {
                *sum += (to - from) * mean;
            }
            z.iter_mut().zip(&way).for_each(|(z, way)| *z += way);
            passed.at.push(to);
            passed.sum.push(sum.clone());
            from = to;
        }
        passed
    }

    fn between(&self, from: f64, to: f64) -> Vec<f64> {
        let find = |t: f64| {
            let place = self.at.binary_search_by(|at| at.total_cmp(&t));
            &self.sum[place.expect("every end of a stretch is a breakpoint")]
        };
        find(to).iter().zip(find(from)).map(|(to, from)| to - from).collect()
    }
}

/// Integrated Gradients with no quadrature error.
#[derive(Clone, Debug)]
pub struct ExactPath<F> {
    /// The scores of every feature, padding included, `[E, D]`.
    pub per_feature: Array2<F>,
    /// The explained value at the baseline, `F(x')`.
    pub start: F,
}

/// Integrated Gradients on the straight path from `baseline` `[E, D]` to the input of a pass.
pub fn integrated_gradients<F: Real>(
    pass: &TextCnnPass<'_, F>,
    baseline: ArrayView2<'_, F>,
    target: &Target,
) -> ExactPath<F> {
    let (cnn, x) = (pass.model(), pass.input());
    let envelope = Envelope::new(pass, baseline);
    let credit = envelope.credit(cnn, target);
    let mut slope = Array2::zeros(x.raw_dim());
    let dim = x.ncols();
    let slopes = flat_mut(&mut slope);
    let per_width = cnn.config().filters;
    for (stretch, credit) in envelope.stretches.iter().zip(credit) {
        let Some(window) = stretch.window else { continue };
        let (conv, c) = (&cnn.convs()[stretch.filter / per_width], stretch.filter % per_width);
        let (credit, weight) = (F::from_f64(credit), conv.weight());
        let w = weight.row(c).to_slice().expect("standard layout since new");
        add_scaled(&mut slopes[window * dim..][..w.len()], credit, w);
    }
    let m = one_row(envelope.start.iter().map(|m| F::from_f64(*m)).collect());
    let z = cnn.dense().apply(m.view(), WeightMap::AS_IS);
    ExactPath { per_feature: product(slope, difference(x, baseline).view()), start: target.value(z.row(0)) }
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use wordlight_nn::layer::{Conv1d, Dense};
    use wordlight_nn::model::TextCnnConfig;

    use super::*;
    use crate::target::TargetKind;

    /// One filter over one word of one dimension, w = 1, b = 0; logits 2 m and 0.
    fn by_hand(activation: Activation) -> TextCnn<f64> {
        let config = TextCnnConfig { dim: 1, classes: 2, widths: vec![1], filters: 1, activation, pad_to: 0 };
        let conv = Conv1d::new(array![[1.0]], array![0.0], 1).unwrap();
        TextCnn::new(config, vec![conv], Dense::new(array![[2.0], [0.0]], array![0.0, 0.0]).unwrap()).unwrap()
    }

    fn first_logit() -> Target {
        Target::pin(TargetKind::Logit, Some(0), array![0.0, 0.0].view()).unwrap()
    }

    #[test]
    fn two_words_change_places_half_way() {
        // 3 t meets 2 - t at t = 1/2.
        let cnn = by_hand(Activation::Linear);
        let (x, start) = (array![[3.0], [1.0]], array![[0.0], [2.0]]);
        let pass = cnn.pass(x, None).unwrap();
        let envelope = Envelope::new(&pass, start.view());
        let stretch = |window, from, to, slope| Stretch { filter: 0, window: Some(window), from, to, slope };
        assert_eq!(envelope.stretches, [stretch(1, 0.0, 0.5, -1.0), stretch(0, 0.5, 1.0, 3.0)]);
        let path = integrated_gradients(&pass, start.view(), &first_logit());
        assert_eq!(path.per_feature, array![[3.0], [-1.0]]);
        assert_eq!(path.start, 4.0);
    }

    #[test]
    fn a_relu_is_silent_until_the_score_is_positive() {
        // -1 + 4 t is positive from t = 1/4 on; the second word never is.
        let cnn = by_hand(Activation::Relu);
        let (x, start) = (array![[3.0], [-5.0]], array![[-1.0], [-2.0]]);
        let pass = cnn.pass(x, None).unwrap();
        let envelope = Envelope::new(&pass, start.view());
        assert_eq!(envelope.stretches[0], Stretch { filter: 0, window: None, from: 0.0, to: 0.25, slope: 0.0 });
        let path = integrated_gradients(&pass, start.view(), &first_logit());
        assert_eq!(path.per_feature, array![[6.0], [0.0]]);
        assert_eq!(path.start, 0.0);
    }
}
