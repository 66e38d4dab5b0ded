//! What every network can do.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

use super::{TextCnn, TextCnnPass};
use crate::backward::Backward;
use crate::ops::{copy_row, one_row};
use crate::{Real, Result};

/// A network that scores classes. Implement it, and [`Pass`], to explain a network of your own.
pub trait Classifier<F: Real>: Send + Sync {
    /// `D`
    fn dim(&self) -> usize;

    /// `Y`
    fn classes(&self) -> usize;

    /// `E`, the rows of input that can matter for a text of `tokens` words.
    ///
    /// A network that pads short texts to a fixed length sees many windows that hold nothing but padding. They all have
    /// the same score, so one of them is enough: a text of `T` words needs `T` rows and one widest window of padding.
    fn positions(&self, tokens: usize) -> usize;

    /// The length to which a text of `tokens` words is padded; what the page calls "+31 padding" is this minus `T`.
    fn padded_len(&self, tokens: usize) -> usize;

    /// Reads `x` `[E, D]`.
    ///
    /// # Errors
    /// [`crate::Error::Shape`] for another number of dimensions or fewer rows than the widest filter,
    /// [`crate::Error::NotFinite`] for an input or a logit that is NaN or infinite, [`crate::Error::TooLong`].
    fn forward<'m>(&'m self, x: Array2<F>) -> Result<Box<dyn Pass<F> + 'm>>;

    /// The logits of many inputs, whose rows are rows of `rows` `[R, D]`: row `i` of input `b` is row `inputs[b][i]`. `[B, Y]`,
    /// each bit for bit what [`Self::forward`] gives.
    ///
    /// # Errors
    /// As [`Self::forward`].
    fn logits_of(&self, rows: ArrayView2<'_, F>, inputs: &[Vec<usize>]) -> Result<Array2<F>> {
        let mut logits = Array2::zeros((inputs.len(), self.classes()));
        for (b, input) in inputs.iter().enumerate() {
            let mut x = Array2::zeros((input.len(), rows.ncols()));
            for (to, &from) in input.iter().enumerate() {
                copy_row(&rows, from, &mut x, to);
            }
            let pass = self.forward(x)?;
            copy_row(&one_row(pass.logits().to_vec()).view(), 0, &mut logits, b);
        }
        Ok(logits)
    }

    /// The network as a convolution with maximum over time, for the methods that are exact on those.
    fn as_text_cnn(&self) -> Option<&TextCnn<F>> {
        None
    }
}

/// One forward pass: it owns its activations and borrows the model, so a model is never changed by being used.
pub trait Pass<F: Real> {
    /// The input, `[E, D]`.
    fn input(&self) -> ArrayView2<'_, F>;

    /// The logits, `[Y]`.
    fn logits(&self) -> ArrayView1<'_, F>;

    /// The pass of a convolution with maximum over time, for the methods that are exact on those.
    fn as_text_cnn(&self) -> Option<&TextCnnPass<'_, F>> {
        None
    }

    /// Sends `seed` `[Y]` back to the word vectors, splitting as `policy` says. The result is `[E, D]`.
    fn pull_back(&self, seed: Array1<F>, policy: &mut dyn Backward<F>) -> Array2<F>;
}
