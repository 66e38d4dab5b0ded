//! The logits of a convolution with maximum over time with some of the words absent, without convolving: what the present
//! and the absent words bring to each window ([`Projection`]) is added up, and the sums are remembered.

use std::ops::Range;

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::layer::Activation;
use wordlight_nn::model::TextCnn;
use wordlight_nn::ops::flat_mut;

use super::projection::Projection;
use crate::case::Case;

/// So many numbers of a width are remembered at most: a megabyte.
pub(super) const MAX_SEEN: usize = 1 << 18;

/// The words' projections, one entry per width.
pub(super) struct WindowSums<'a, F> {
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
    /// The scores of every window of the sentence with every set of its words, `[P, 2^K, C]`, as far as they were asked for;
    /// empty where that would be too much.
    seen: Vec<F>,
    /// Which of them were, `[P, 2^K]`.
    is_seen: Vec<bool>,
    /// What stands at the places that are looked at, and where the windows' scores are in `seen`.
    places: Vec<Place>,
    starts: Vec<usize>,
    /// Row `p` has the maxima over the windows before `p` of the whole sentence, `[P + 1, C]`; made when asked for.
    before: Array2<F>,
    /// Row `p` has the maxima over the windows from `p` on.
    from: Array2<F>,
}

/// What stands at a place of the changed sentence: a row of the input and whether it is itself (or its row of the
/// baseline), or the zero vector.
type Place = Option<(usize, bool)>;
type At<'a> = &'a dyn Fn(usize) -> Place;

impl<'a, F: Real> WindowSums<'a, F> {
    /// Prepares a case of the network `cnn`.
    pub(super) fn new(cnn: &'a TextCnn<F>, case: &Case<'_, F>) -> Self {
        let widths = cnn.convs().iter().map(|conv| {
            let projection = Projection::of(conv);
            let (with, without) = (projection.apply(case.x()), projection.apply(case.baseline()));
            let (before, from) = (Array2::zeros((0, 0)), Array2::zeros((0, 0)));
            let scores = vec![F::zero(); conv.filters()];
            let (seen, is_seen, places, starts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            Width { projection, with, without, scores, seen, is_seen, places, starts, before, from }
        });
        Self { cnn, widths: widths.collect(), features: Array2::zeros((1, cnn.config().features())) }
    }

    /// `[1, Y]` for a sentence of so many rows. With a `gap`, everything outside it stands where it stood.
    pub(super) fn logits(&mut self, rows: usize, at: At<'_>, gap: Option<&Range<usize>>) -> Array2<F> {
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
                    F::raise(best, width.before.as_slice().expect("owned"), &[touched.start * per_width]);
                    F::raise(best, width.from.as_slice().expect("owned"), &[touched.end * per_width]);
                    touched
                }
            };
            width.raise(best, touched, (at, gap.is_none()));
        }
        self.cnn.dense().apply(self.features.view(), WeightMap::AS_IS)
    }
}

impl<F: Real> Width<F> {
    /// `P`
    fn windows(&self) -> usize {
        self.with.nrows() + 1 - self.projection.width
    }

    /// Raises `best` `[C]` to the scores of some windows. What is likely to be asked for again is remembered.
    fn raise(&mut self, best: &mut [F], windows: Range<usize>, (at, again): (At<'_>, bool)) {
        let k = self.projection.width;
        self.starts.clear();
        self.places.clear();
        self.places.extend((windows.start..windows.end + k - 1).map(at));
        let places = std::mem::take(&mut self.places);
        for (p, places) in windows.zip(places.windows(k)) {
            if again && let Some(start) = self.look_up(p, places) {
                self.starts.push(start);
            } else {
                add_up(&self.projection, (&self.with, &self.without), places, &mut self.scores);
                F::raise(best, &self.scores, &[0]);
            }
        }
        self.places = places;
        F::raise(best, &self.seen, &self.starts);
    }

    /// Where in `seen` the scores of window `p` are, if its words stand where they stood.
    fn look_up(&mut self, p: usize, places: &[Place]) -> Option<usize> {
        let (filters, k) = (self.scores.len(), self.projection.width);
        let mut entry = p;
        for (j, place) in places.iter().enumerate() {
            let (row, present) = (*place)?;
            if row != p + j {
                return None;
            }
            entry = entry << 1 | usize::from(present);
        }
        if self.is_seen.is_empty() {
            // As many as there are sets of a window's words, for each window.
            let entries = 1usize.checked_shl(k as u32)?.checked_mul(self.windows())?;
            if entries > MAX_SEEN / filters {
                return None;
            }
            self.is_seen = vec![false; entries];
            self.seen = vec![F::zero(); entries * filters];
        }
        let start = entry * filters;
        if !self.is_seen[entry] {
            self.is_seen[entry] = true;
            add_up(&self.projection, (&self.with, &self.without), places, &mut self.seen[start..][..filters]);
        }
        Some(start)
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
            let places: Vec<Place> = (p..p + self.projection.width).map(|i| Some((i, true))).collect();
            add_up(&self.projection, (&self.with, &self.without), &places, &mut self.scores);
            flat_mut(&mut self.before)[(p + 1) * filters..][..filters].copy_from_slice(&self.scores);
            flat_mut(&mut self.from)[p * filters..][..filters].copy_from_slice(&self.scores);
        }
        for p in 0..windows {
            let (earlier, later) = flat_mut(&mut self.before)[p * filters..].split_at_mut(filters);
            F::raise(&mut later[..filters], earlier, &[0]);
        }
        for p in (0..windows).rev() {
            let (earlier, later) = flat_mut(&mut self.from)[p * filters..].split_at_mut(filters);
            F::raise(earlier, later, &[0]);
        }
    }
}

/// The scores of a window, `[C]`, from what its words bring `with` them and `without`.
fn add_up<F: Real>(
    projection: &Projection<F>,
    (with, without): (&Array2<F>, &Array2<F>),
    places: &[Place],
    scores: &mut [F],
) {
    let (filters, k) = (scores.len(), projection.width);
    scores.copy_from_slice(projection.bias.as_slice().expect("owned"));
    for (j, place) in places.iter().enumerate() {
        let Some((row, present)) = *place else { continue };
        let table = if present { with } else { without };
        let u = &table.as_slice().expect("owned")[row * k * filters + j * filters..][..filters];
        for (score, &u) in scores.iter_mut().zip(u) {
            *score += u;
        }
    }
}
