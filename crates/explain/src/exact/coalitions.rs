//! The explained value with some of the words absent: what removal methods ask again and again.
//!
//! An absent word is its row of the baseline; padding stays as it is. For a convolution with maximum over time a
//! removal does not convolve: it adds up what the present and the absent words bring to each window
//! (`super::projection`), which is `D` times less work. Where a single run of words is absent, only the windows that touch
//! it are added up; the others have their maxima already. Any other network reads the changed input.

use std::ops::Range;

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::layer::Activation;
use wordlight_nn::model::TextCnn;
use wordlight_nn::ops::{copy_row, flat_mut};

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
    /// Row `p` has the maxima over the windows before `p` of the whole sentence, `[P + 1, C]`; made when asked for.
    before: Array2<F>,
    /// Row `p` has the maxima over the windows from `p` on.
    from: Array2<F>,
}

impl<'a, 'c, F: Real> Coalitions<'a, 'c, F> {
    /// Prepares a case.
    pub fn new(case: &'a Case<'c, F>) -> Self {
        let fast = case.model.as_text_cnn().map(|cnn| {
            let widths = cnn.convs().iter().map(|conv| {
                let projection = Projection::of(conv);
                let (with, without) = (projection.apply(case.x()), projection.apply(case.baseline.view()));
                let (before, from) = (Array2::zeros((0, 0)), Array2::zeros((0, 0)));
                Width { projection, with, without, scores: vec![F::zero(); conv.filters()], before, from }
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
        // Padding is never absent.
        self.pooled(&|i| present.get(i).is_none_or(|present| *present), None)
    }

    /// `F` with all words but those of `gap`, which lie within the words.
    ///
    /// # Errors
    /// As [`wordlight_nn::model::Classifier::forward`].
    pub fn value_without(&mut self, gap: Range<usize>) -> Result<F> {
        debug_assert!(gap.end <= self.case.tokens);
        self.pooled(&|i| !gap.contains(&i), Some(&gap))
    }

    /// `gap` says that what is absent lies within it.
    fn pooled(&mut self, present: &dyn Fn(usize) -> bool, gap: Option<&Range<usize>>) -> Result<F> {
        if let Some(fast) = &mut self.fast {
            let logits = fast.logits(present, gap);
            return Ok(self.case.target.value(logits.row(0)));
        }
        let mut x = self.case.x().to_owned();
        for i in (0..self.case.tokens).filter(|i| !present(*i)) {
            copy_row(&self.case.baseline.view(), i, &mut x, i);
        }
        self.case.value_at(x)
    }
}

impl<F: Real> Fast<'_, F> {
    /// `[1, Y]`
    fn logits(&mut self, present: &dyn Fn(usize) -> bool, gap: Option<&Range<usize>>) -> Array2<F> {
        let relu = self.cnn.config().activation == Activation::Relu;
        let least = if relu { F::zero() } else { F::neg_infinity() };
        let per_width = self.cnn.config().filters;
        let features = self.features.as_slice_mut().expect("owned");
        for (width, best) in self.widths.iter_mut().zip(features.chunks_exact_mut(per_width)) {
            best.fill(least);
            let windows = width.windows();
            let touched = match gap {
                None => 0..windows,
                Some(gap) => {
                    width.remember_maxima(least);
                    let touched = (gap.start + 1).saturating_sub(width.projection.width)..gap.end.min(windows);
                    raise(best, width.before.row(touched.start).as_slice().expect("a row"));
                    raise(best, width.from.row(touched.end).as_slice().expect("a row"));
                    touched
                }
            };
            for p in touched {
                width.add_up(p, present);
                raise(best, &width.scores);
            }
        }
        self.cnn.dense().apply(self.features.view(), WeightMap::AS_IS)
    }
}

/// Raises `best` to `other` where that is higher.
fn raise<F: Real>(best: &mut [F], other: &[F]) {
    for (best, &other) in best.iter_mut().zip(other) {
        *best = if other > *best { other } else { *best };
    }
}

impl<F: Real> Width<F> {
    /// `P`
    fn windows(&self) -> usize {
        self.with.nrows() + 1 - self.projection.width
    }

    /// The scores of window `p`.
    fn add_up(&mut self, p: usize, present: &dyn Fn(usize) -> bool) {
        let (filters, k) = (self.scores.len(), self.projection.width);
        self.scores.copy_from_slice(self.projection.bias.as_slice().expect("owned"));
        for j in 0..k {
            let table = if present(p + j) { &self.with } else { &self.without };
            let u = &table.as_slice().expect("owned")[(p + j) * k * filters + j * filters..][..filters];
            for (score, &u) in self.scores.iter_mut().zip(u) {
                *score += u;
            }
        }
    }

    /// The running maxima of the whole sentence, from either end.
    fn remember_maxima(&mut self, least: F) {
        if self.before.nrows() > 0 {
            return;
        }
        let (windows, filters) = (self.windows(), self.scores.len());
        self.before = Array2::from_elem((windows + 1, filters), least);
        self.from = self.before.clone();
        for p in 0..windows {
            self.add_up(p, &|_| true);
            flat_mut(&mut self.before)[(p + 1) * filters..][..filters].copy_from_slice(&self.scores);
            flat_mut(&mut self.from)[p * filters..][..filters].copy_from_slice(&self.scores);
        }
        for p in 0..windows {
            let (earlier, later) = flat_mut(&mut self.before)[p * filters..].split_at_mut(filters);
            raise(&mut later[..filters], earlier);
        }
        for p in (0..windows).rev() {
            let (earlier, later) = flat_mut(&mut self.from)[p * filters..].split_at_mut(filters);
            raise(earlier, &later[..filters]);
        }
    }
}
