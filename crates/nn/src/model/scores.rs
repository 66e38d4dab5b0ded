//! From logits to probabilities and to a class.

use ndarray::{Array1, ArrayView1};

use crate::Real;

/// The softmax of the logits `[Y]`, without overflow; the result is `[Y]` and sums to 1.
pub fn softmax<F: Real>(logits: ArrayView1<'_, F>) -> Array1<F> {
    let top = logits.iter().copied().fold(F::neg_infinity(), F::max);
    let mut exp: Vec<F> = logits.iter().map(|&z| (z - top).e_to()).collect();
    let sum: F = exp.iter().copied().sum();
    exp.iter_mut().for_each(|v| *v /= sum);
    Array1::from(exp)
}

/// The first class with the largest logit, counted from 0.
pub fn argmax<F: Real>(logits: ArrayView1<'_, F>) -> usize {
    let mut best = 0;
    for (k, z) in logits.iter().enumerate() {
        if *z > logits[best] {
            best = k;
        }
    }
    best
}
