//! The scores of a filter's windows along a straight path: lines, of which the highest holds the maximum.
//!
//! Decided against: sorting the lines by slope (a convex hull). The walk below looks at every line once per stretch,
//! and filters have few stretches (the envelope of `P` random lines has about `log P`).

use ndarray::{Array2, ArrayView2, CowArray, Ix2, s};
use wordlight_nn::Real;
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::{Activation, Conv1d, max_over_time};
use wordlight_nn::ops::{flat, one_row};

/// Whether all rows of a baseline are one row.
pub(crate) fn is_same_everywhere<F: Real>(baseline: ArrayView2<'_, F>) -> bool {
    let numbers = flat(&baseline);
    numbers.chunks_exact(baseline.ncols()).all(|row| *row == numbers[..baseline.ncols()])
}

/// The scores of the candidates of one width at both ends of the path.
pub(super) struct Lines<'a, F: Real> {
    /// At the baseline, `[N, C]`.
    start: Array2<F>,
    /// At the input, `[N, C]`.
    end: CowArray<'a, F, Ix2>,
    /// The window of each candidate; empty if candidate `n` is window `n`.
    window: Vec<usize>,
}

impl<'a, F: Real> Lines<'a, F> {
    pub(super) fn between(start: Array2<F>, end: ArrayView2<'a, F>) -> Self {
        Self { start, end: end.into(), window: Vec::new() }
    }

    /// Only the highest end can win. `end` are the scores of all windows at the input, `[P, C]`.
    pub(super) fn from_one_point(conv: &Conv1d<F>, end: ArrayView2<'_, F>, baseline: ArrayView2<'_, F>) -> Self {
        let (mut window, mut best) = (Vec::new(), Vec::new());
        max_over_time(end, Activation::Linear, &mut window, &mut best);
        let baseline = baseline.slice(s![..conv.width(), ..]);
        let start = if flat(&baseline).iter().all(|v| *v == F::zero()) {
            one_row(conv.bias().to_vec())
        } else {
            conv.scores(baseline)
        };
        Self { start, end: one_row(best).into(), window }
    }

    /// The candidate's line of filter `c` at both ends.
    fn line(&self, n: usize, c: usize) -> (f64, f64) {
        (self.start[[n, c]].as_f64(), self.end[[n, c]].as_f64())
    }

    /// The largest score of filter `c` at both ends.
    pub(super) fn ends(&self, c: usize) -> (f64, f64) {
        let most =
            |scores: ArrayView2<'_, F>| scores.column(c).iter().fold(f64::NEG_INFINITY, |m, s| m.max(s.as_f64()));
        (most(self.start.view()), most(self.end.view()))
    }

    /// Walks along the upper envelope of filter `c` and reports each stretch: window, from, to, slope.
    ///
    /// The line that holds the maximum can only lose it to one that ends higher. Where it does, at
    /// `gap(0) / (gap(0) - gap(1))`, the first of them takes over; among several at one point, the steepest.
    pub(super) fn walk(&self, c: usize, relu: bool, report: &mut impl FnMut(Option<usize>, f64, f64, f64)) {
        let candidates = self.start.nrows();
        let name = |n: usize| self.window.get(c).copied().unwrap_or(n);
        // The first of the highest starts. A line that is zero loses to the ReLU's own, whose slope is the ReLU's
        // derivative at its kink.
        let mut holder = if relu { (None, 0.0, 0.0) } else { (Some(0), self.line(0, c).0, self.line(0, c).1) };
        for n in 0..candidates {
            let (start, end) = self.line(n, c);
            if start > holder.1 {
                holder = (Some(n), start, end);
            }
        }
        let mut from = 0.0;
        loop {
            let mut next = (1.0, None, holder.1, holder.2);
            let mut offer = |window: Option<usize>, start: f64, end: f64| {
                if end > holder.2 {
                    let (before, after) = (holder.1 - start, holder.2 - end);
                    let at = before / (before - after);
                    // Rounding may put the point a little before the path's place; -0 would not be found again.
                    let at = if at > from { at.min(1.0) } else { from };
                    if at < next.0 || (at == next.0 && end > next.3) {
                        next = (at, window, start, end);
                    }
                }
            };
            if relu && holder.0.is_some() {
                offer(None, 0.0, 0.0);
            }
            for n in 0..candidates {
                let (start, end) = self.line(n, c);
                offer(Some(n), start, end);
            }
            let (to, window, start, end) = next;
            if to > from {
                report(holder.0.map(name), from, to, holder.2 - holder.1);
            }
            if to >= 1.0 {
                return;
            }
            (from, holder) = (to, (window, start, end));
        }
    }
}
