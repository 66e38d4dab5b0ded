//! What a word leaves in the last state, and what another word in its place would have left.
//!
//! The memory is a sum: what step `s` wrote is weakened by every forget gate that follows,
//!
//! ```text
//! c_T = sum over s of  a_s        a_s = (product over r > s of sigmoid(z_f)_r)  sigmoid(z_i)_s tanh(z_g)_s
//! h_T = sum over t of  sigmoid(z_o)_T (tanh(a_1 + .. + a_t) - tanh(a_1 + .. + a_{t-1}))
//! ```
//!
//! so the last state is shared out among the words without a remainder (Murdoch & Szlam 2017, their second
//! decomposition). A word's part depends on the words that were read before it.

use ndarray::{Array2, ArrayView2};

use super::{Lstm, Order, Steps};
use crate::Real;
use crate::affine::Affine;
use crate::layer::Activation;
use crate::ops::{flat, flat_mut};

/// What each word leaves in the last state of a layer.
#[derive(Clone, Debug)]
pub struct Left<F> {
    /// The part of each word, `[T, H]`; the rows add up to [`Steps::last`].
    pub parts: Array2<F>,
    /// `[T, H]`, how much of what the word wrote into the memory is still there at the end, 0 to 1.
    pub kept: Array2<F>,
}

impl<F: Real> Lstm<F> {
    /// Shares the last state of `steps` out among the words.
    pub fn left(&self, steps: &Steps<F>, order: Order) -> Left<F> {
        let (words, hidden) = (steps.z.nrows(), self.hidden());
        let gate = |word: usize, part: usize, k: usize| Activation::Sigmoid.of(steps.z[[word, part * hidden + k]]);
        let (mut parts, mut kept) = (Array2::zeros((words, hidden)), Array2::from_elem((words, hidden), F::one()));
        for step in (1..words).rev() {
            let (after, before) = (order.word(step, words), order.word(step - 1, words));
            for k in 0..hidden {
                kept[[before, k]] = kept[[after, k]] * gate(after, 1, k);
            }
        }
        let Some(last) = words.checked_sub(1).map(|step| order.word(step, words)) else {
            return Left { parts, kept };
        };
        for k in 0..hidden {
            let (shown, mut memory, mut before) = (gate(last, 3, k), F::zero(), F::zero());
            for word in (0..words).map(|step| order.word(step, words)) {
                let new = gate(word, 0, k) * Activation::Tanh.of(steps.z[[word, 2 * hidden + k]]);
                memory += kept[[word, k]] * new;
                let after = Activation::Tanh.of(memory);
                parts[[word, k]] = shown * (after - before);
                before = after;
            }
        }
        Left { parts, kept }
    }

    /// The last states with each row of `others` `[B, D]` read in the place of word `place` of `x`: `[B, H]`. What was
    /// read before it is taken from `steps`.
    pub fn exchanged(
        &self,
        steps: &Steps<F>,
        (x, order): (ArrayView2<'_, F>, Order),
        place: usize,
        others: ArrayView2<'_, F>,
    ) -> Array2<F> {
        let (words, batch, hidden) = (x.nrows(), others.nrows(), self.hidden());
        let (gates, dim) = (4 * hidden, self.dim());
        let bias = self.cell.bias();
        let bias = flat(&bias);
        // A word is read as early as the other order reads it late.
        let first = order.word(place, words);
        let (mut z, mut of_word) = (Array2::zeros((batch, gates)), vec![F::zero(); gates]);
        F::slide(&self.of_state, &flat(&steps.h.row(first)), hidden, 1, &bias, &mut of_word);
        F::slide(&self.of_words, &flat(&others), dim, batch, &of_word, flat_mut(&mut z));
        let mut c = Array2::zeros((batch, hidden));
        flat_mut(&mut c).chunks_exact_mut(hidden).for_each(|row| row.copy_from_slice(&flat(&steps.c.row(first))));
        let mut h = Array2::zeros((batch, hidden));
        for step in first..words {
            if step > first {
                let word = x.row(order.word(step, words));
                F::slide(&self.of_words, &flat(&word), dim, 1, &bias, &mut of_word);
                F::slide(&self.of_state, &flat(&h.view()), hidden, batch, &of_word, flat_mut(&mut z));
            }
            let rows = flat_mut(&mut c).chunks_exact_mut(hidden).zip(flat_mut(&mut h).chunks_exact_mut(hidden));
            for ((c, h), z) in rows.zip(flat(&z.view()).chunks_exact(gates)) {
                let before = c.to_vec();
                F::lstm_step(z, &before, c, h);
            }
        }
        h
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, array};

    use super::*;

    /// Two units that read two numbers, with weights that no symmetry spares.
    fn layer() -> Lstm<f64> {
        let weight = Array2::from_shape_fn((8, 4), |(i, j)| ((5 * i + 3 * j) % 7) as f64 / 5.0 - 0.6);
        Lstm::new(weight, Array1::from_shape_fn(8, |i| i as f64 / 9.0 - 0.4)).unwrap()
    }

    fn words() -> Array2<f64> {
        array![[0.5, -1.0], [1.5, 0.25], [-0.75, 0.5], [0.1, 0.9]]
    }

    #[test]
    fn the_parts_add_up_to_the_last_state() {
        for order in [Order::Forwards, Order::Backwards] {
            let steps = layer().read(words().view(), order);
            let left = layer().left(&steps, order);
            for k in 0..2 {
                assert!((left.parts.column(k).sum() - steps.last()[k]).abs() < 1e-15, "{order:?}");
            }
            let end = if order == Order::Forwards { 3 } else { 0 };
            assert!(left.kept.row(end).iter().all(|kept| *kept == 1.0), "nothing follows the last word");
            assert!(left.kept.iter().all(|kept| *kept > 0.0 && *kept <= 1.0));
        }
        let none = layer().read(Array2::zeros((0, 2)).view(), Order::Forwards);
        assert_eq!(layer().left(&none, Order::Forwards).parts.dim(), (0, 2));
    }

    #[test]
    fn an_exchange_leaves_the_state_of_the_sentence_that_has_it() {
        let others = array![[0.3, 0.3], [-2.0, 1.0], [0.5, -1.0]];
        for order in [Order::Forwards, Order::Backwards] {
            let (x, steps) = (words(), layer().read(words().view(), order));
            for place in 0..4 {
                let states = layer().exchanged(&steps, (x.view(), order), place, others.view());
                for (other, state) in others.outer_iter().zip(states.outer_iter()) {
                    let mut edited = words();
                    edited.row_mut(place).assign(&other);
                    let want = layer().read(edited.view(), order);
                    for k in 0..2 {
                        assert!((state[k] - want.last()[k]).abs() < 1e-15, "{order:?}, place {place}");
                    }
                }
            }
        }
    }
}
