//! The explained value with some of the words absent: what removal methods ask again and again.
//!
//! An absent word is its row of the baseline; padding stays as it is. For a convolution with maximum over time a
//! removal does not convolve: it adds up what the present and the absent words bring to each window
//! (`super::projection`), which is `D` times less work. Any other network reads the changed input.

use ndarray::{Array2, Axis};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::layer::Activation;
use wordlight_nn::model::TextCnn;

use super::projection::Projection;
use crate::Result;
use crate::case::Case;

/// Values of one case under removals.
pub struct Coalitions<'a, 'c, F: Real> {
    case: &'a Case<'c, F>,
    fast: Option<Fast<'a, F>>,
}

/// The words' projections, one entry per width.
struct Fast<'a, F> {
    cnn: &'a TextCnn<F>,
    widths: Vec<Width<F>>,
    /// `[1, M]`
    features: Array2<F>,
}

struct Width<F> {
    projection: Projection<F>,
    /// With the word, `[E, K C]`.
    with: Array2<F>,
    /// With its row of the baseline.
    without: Array2<F>,
    /// A window's scores, `[C]`.
    scores: Vec<F>,
}

impl<'a, 'c, F: Real> Coalitions<'a, 'c, F> {
    /// Prepares a case.
    pub fn new(case: &'a Case<'c, F>) -> Self {
        let fast = case.model.as_text_cnn().map(|cnn| {
            let widths = cnn.convs().iter().map(|conv| {
                let projection = Projection::of(conv);
                let (with, without) = (projection.apply(case.x()), projection.apply(case.baseline.view()));
                Width { projection, with, without, scores: vec![F::zero(); conv.filters()] }
            });
            Fast { cnn, widths: widths.collect(), features: Array2::zeros((1, cnn.config().features())) }
        });
        Self { case, fast }
    }

    /// `F` with the words `i` whose `present[i]` holds, `[T]`.
    ///
    /// # Errors
    /// As [`wordlight_nn::model::Classifier::forward`].
    pub fn value(&mut self, present: &[bool]) -> Result<F> {
        debug_assert_eq!(present.len(), self.case.tokens);
        if let Some(fast) = &mut self.fast {
            let logits = fast.logits(present);
            return Ok(self.case.target.value(logits.row(0)));
        }
        let mut x = self.case.x().to_owned();
        for (i, _) in present.iter().enumerate().filter(|(_, present)| !**present) {
            x.row_mut(i).assign(&self.case.baseline.row(i));
        }
        self.case.value_at(x)
    }
}

impl<F: Real> Fast<'_, F> {
    /// `[1, Y]`
    fn logits(&mut self, present: &[bool]) -> Array2<F> {
        let relu = self.cnn.config().activation == Activation::Relu;
        let per_width = self.cnn.config().filters;
        let features = self.features.as_slice_mut().expect("owned");
        for (width, best) in self.widths.iter_mut().zip(features.chunks_exact_mut(per_width)) {
            best.fill(if relu { F::zero() } else { F::neg_infinity() });
            width.pool(present, best);
        }
        let logits = self.cnn.dense().apply(self.features.view(), WeightMap::AS_IS);
        debug_assert_eq!(logits.len_of(Axis(0)), 1);
        logits
    }
}

impl<F: Real> Width<F> {
    /// Raises `best` `[C]` to the scores of all windows.
    fn pool(&mut self, present: &[bool], best: &mut [F]) {
        let (filters, k) = (best.len(), self.projection.width);
        let bias = self.projection.bias.as_slice().expect("owned");
        for p in 0..=self.with.nrows() - k {
            self.scores.copy_from_slice(bias);
            for j in 0..k {
                // Padding is never absent.
                let table = if present.get(p + j).is_none_or(|present| *present) { &self.with } else { &self.without };
                let u = &table.as_slice().expect("owned")[(p + j) * k * filters + j * filters..][..filters];
                for (score, &u) in self.scores.iter_mut().zip(u) {
                    *score += u;
                }
            }
            for (best, &score) in best.iter_mut().zip(&self.scores) {
                *best = if score > *best { score } else { *best };
            }
        }
    }
}
