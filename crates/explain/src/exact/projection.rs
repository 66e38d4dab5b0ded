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
use wordlight_nn::ops::{flat, shaped};

/// The products of one width's filters with words, taken apart by the word's place in the window.
#[derive(Clone, Debug)]
pub struct Projection<F> {
    /// `K` filters of one word for each of the `C` filters: row `j C + c` is `w_c[j]`.
    by_word: Conv1d<F>,
    /// The biases of the filters, `b`, `[C]`.
    pub bias: Array1<F>,
    /// The words per window, `K`.
    pub width: usize,
}

impl<F: Real> Projection<F> {
    /// The projection through the filters of a convolution.
    pub fn of(conv: &Conv1d<F>) -> Self {
        let (filters, width, dim) = (conv.filters(), conv.width(), conv.dim());
        let (by_filter, words) = (conv.weight(), filters * width);
        let by_filter = flat(&by_filter);
        let place = |row: usize| (row % filters * width + row / filters) * dim;
        let weight = (0..words).flat_map(|row| by_filter[place(row)..][..dim].to_vec()).collect();
        let weight = shaped((words, dim), weight);
        let by_word = Conv1d::new(weight, Array1::zeros(width * filters), 1).expect("the same weights, rearranged");
        Self { by_word, bias: conv.bias().to_owned(), width }
    }

    /// `u`, `[E, K C]` with the filter running fastest.
    pub fn apply(&self, x: ArrayView2<'_, F>) -> Array2<F> {
        if x.iter().all(|v| *v == F::zero()) {
            return Array2::zeros((x.nrows(), self.by_word.filters()));
        }
        self.by_word.scores(x)
    }
}
