//! Maximum over time (Collobert et al. 2011; Kim 2014): each filter keeps its strongest window.

use ndarray::ArrayView2;

use super::Activation;
use crate::Real;
use crate::ops::flat;

/// The winner and its score *before* the activation, per filter.
///
/// The network takes the maximum of `f(s)`. Where a ReLU sets every window to zero, all of them tie at 0 and the first one
/// wins, as in the frameworks this is compared with; otherwise the first of the largest scores wins.
///
/// # Shapes
/// `scores` is `[P, C]` with `P >= 1`; `window` and `best` are extended by `C` values.
pub fn max_over_time<F: Real>(scores: ArrayView2<'_, F>, f: Activation, window: &mut Vec<usize>, best: &mut Vec<F>) {
    let (from, filters) = (best.len(), scores.ncols());
    let scores = flat(&scores);
    best.extend_from_slice(&scores[..filters]);
    window.resize(from + filters, 0);
    let (best, window) = (&mut best[from..], &mut window[from..]);
    F::column_maxima(&scores, best, window);
    if f == Activation::Relu {
        for ((best, window), &first) in best.iter_mut().zip(window.iter_mut()).zip(&*scores) {
            if *best <= F::zero() {
                *best = first;
                *window = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn winners(f: Activation) -> (Vec<usize>, Vec<f64>) {
        let scores = array![[1.0, -2.0, 5.0], [4.0, -1.0, 5.0], [4.0, -3.0, 2.0]];
        let (mut window, mut best) = (Vec::new(), Vec::new());
        max_over_time(scores.view(), f, &mut window, &mut best);
        (window, best)
    }

    #[test]
    fn the_first_of_the_largest_wins() {
        assert_eq!(winners(Activation::Linear), (vec![1, 1, 0], vec![4.0, -1.0, 5.0]));
    }

    #[test]
    fn a_silent_filter_is_won_by_its_first_window() {
        assert_eq!(winners(Activation::Relu), (vec![1, 0, 0], vec![4.0, -2.0, 5.0]));
    }
}
