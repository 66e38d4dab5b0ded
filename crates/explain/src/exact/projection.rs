//! What each word adds to the windows it stands in: the convolution, taken apart by word.
//!
//! ```text
//! s[p,c] = b_c + sum_j u[p + j, j, c]        u[i, j, c] = w_c[j] . x[i]
//! ```
//!
//! A word that is replaced changes its own `u` and nothing else, so the scores of a window with some of its words
//! absent are sums of `K` numbers. That is what makes thousands of removals cheap.

use ndarray::{Array1, Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::Conv1d;

/// The products of one width's filters with words, taken apart by the word's place in the window.
#[derive(Clone, Debug)]
pub(super) struct Projection<F> {
    /// `K` filters of one word for each of the `C` filters: row `j C + c` is `w_c[j]`.
    by_word: Conv1d<F>,
    /// `b`, `[C]`
    pub(super) bias: Array1<F>,
    /// `K`
    pub(super) width: usize,
}

impl<F: Real> Projection<F> {
    pub(super) fn of(conv: &Conv1d<F>) -> Self {
        let (filters, width, dim) = (conv.filters(), conv.width(), conv.dim());
        let mut weight = Array2::zeros((width * filters, dim));
        for (c, row) in conv.weight().outer_iter().enumerate() {
            for (j, word) in row.exact_chunks(dim).into_iter().enumerate() {
                weight.row_mut(j * filters + c).assign(&word);
            }
        }
        let by_word = Conv1d::new(weight, Array1::zeros(width * filters), 1).expect("the same weights, rearranged");
        Self { by_word, bias: conv.bias().to_owned(), width }
    }

    /// `u`, `[E, K C]` with the filter running fastest.
    pub(super) fn apply(&self, x: ArrayView2<'_, F>) -> Array2<F> {
        if x.iter().all(|v| *v == F::zero()) {
            return Array2::zeros((x.nrows(), self.by_word.filters()));
        }
        self.by_word.scores(x)
    }
}
