//! The explained value with some of the words absent: what removal methods ask again and again.
//!
//! An absent word is its row of the baseline; padding stays as it is. For a convolution with maximum over time a
//! removal does not convolve: it adds up what the present and the absent words bring to each window
//! (`super::projection`), which is `D` times less work. Where a single run of words is absent, only the windows that touch
//! it are added up; the others have their maxima already. Any other network reads the changed input.
//!
//! A word can also be *deleted* ([`Removal::Delete`]): the sentence closes up, its neighbours meet, and the padding that
//! the shorter sentence has is that of a sentence of its length. What is looked up is the same; only the places differ.

use std::ops::Range;

use ndarray::{Array1, Array2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::layer::Activation;
use wordlight_nn::model::TextCnn;
use wordlight_nn::ops::{copy_row, flat_mut};

use super::projection::Projection;
use crate::Result;
use crate::case::Case;

/// What is left where a word was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Removal {
    /// The word's row of the baseline: the zero vector, the mean word, or whatever the case has.
    #[default]
    Baseline,
    /// Nothing: the sentence closes up.
    Delete,
}

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

    /// The case whose values these are.
    pub fn case(&self) -> &'a Case<'c, F> {
        self.case
    }

    /// The logits with the words `i` whose `present[i]` holds, `[Y]`.
    ///
    /// # Errors
    /// As [`wordlight_nn::model::Classifier::forward`].
    pub fn logits(&mut self, present: &[bool], removal: Removal) -> Result<Array1<F>> {
        debug_assert_eq!(present.len(), self.case.tokens);
        match removal {
            Removal::Baseline => self.pooled(&|i| present.get(i).is_none_or(|present| *present), None),
            Removal::Delete => self.closed_up(present),
        }
    }

    /// The logits of the sentence of the present words alone.
    fn closed_up(&mut self, present: &[bool]) -> Result<Array1<F>> {
        let kept: Vec<usize> = (0..self.case.tokens).filter(|i| present[*i]).collect();
        let rows = self.case.model.positions(kept.len());
        if let Some(fast) = &mut self.fast {
            return Ok(fast.logits(rows, &|p| kept.get(p).map(|i| (*i, true)), None).row(0).to_owned());
        }
        let mut x = Array2::zeros((rows, self.case.x().ncols()));
        for (to, from) in kept.into_iter().enumerate() {
            copy_row(&self.case.x(), from, &mut x, to);
        }
        Ok(self.case.model.forward(x)?.logits().to_owned())
    }

    /// `F` with the words `i` whose `present[i]` holds, `[T]`.
    ///
    /// # Errors
    /// As [`wordlight_nn::model::Classifier::forward`].
    pub fn value(&mut self, present: &[bool]) -> Result<F> {
        debug_assert_eq!(present.len(), self.case.tokens);
        // Padding is never absent.
        Ok(self.case.target.value(self.logits(present, Removal::Baseline)?.view()))
    }

    /// `F` with all words but those of `gap`, which lie within the words.
    ///
    /// # Errors
    /// As [`wordlight_nn::model::Classifier::forward`].
    pub fn value_without(&mut self, gap: Range<usize>) -> Result<F> {
        debug_assert!(gap.end <= self.case.tokens);
        Ok(self.case.target.value(self.pooled(&|i| !gap.contains(&i), Some(&gap))?.view()))
    }

    /// `gap` says that what is absent lies within it.
    fn pooled(&mut self, present: &dyn Fn(usize) -> bool, gap: Option<&Range<usize>>) -> Result<Array1<F>> {
        if let Some(fast) = &mut self.fast {
            let rows = self.case.x().nrows();
            return Ok(fast.logits(rows, &|i| Some((i, present(i))), gap).row(0).to_owned());
        }
        let mut x = self.case.x().to_owned();
        for i in (0..self.case.tokens).filter(|i| !present(*i)) {
            copy_row(&self.case.baseline.view(), i, &mut x, i);
        }
        Ok(self.case.model.forward(x)?.logits().to_owned())
    }
}

/// What stands at a place of the changed sentence: a row of the input and whether it is itself (or its row of the
/// baseline), or the zero vector.
type At<'a> = &'a dyn Fn(usize) -> Option<(usize, bool)>;

impl<F: Real> Fast<'_, F> {
    /// `[1, Y]` for a sentence of so many rows. With a `gap`, everything outside it stands where it stood.
    fn logits(&mut self, rows: usize, at: At<'_>, gap: Option<&Range<usize>>) -> Array2<F> {
        let relu = self.cnn.config().activation == Activation::Relu;
        let least = if relu { F::zero() } else { F::neg_infinity() };
        let per_width = self.cnn.config().filters;
        let features = self.features.as_slice_mut().expect("owned");
        for (width, best) in self.widths.iter_mut().zip(features.chunks_exact_mut(per_width)) {
            best.fill(least);
            let windows = rows + 1 - width.projection.width;
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
                width.add_up(p, at);
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
    fn add_up(&mut self, p: usize, at: At<'_>) {
        let (filters, k) = (self.scores.len(), self.projection.width);
        self.scores.copy_from_slice(self.projection.bias.as_slice().expect("owned"));
        for j in 0..k {
            let Some((row, present)) = at(p + j) else { continue };
            let table = if present { &self.with } else { &self.without };
            let u = &table.as_slice().expect("owned")[row * k * filters + j * filters..][..filters];
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
            self.add_up(p, &|i| Some((i, true)));
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
