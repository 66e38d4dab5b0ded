//! Which part of a weight takes part.

use crate::scalar::Scalar;

/// A map `f` of single weights `w`: it says which part of a layer takes part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<F> {
    /// The weight as it is, `w`.
    All,
    /// The positive weights, `max(w, 0)`.
    Positive,
    /// The negative weights, `min(w, 0)`.
    Negative,
    /// Positive weights count `1 + gamma` times: `w + gamma max(w, 0)`.
    FavourPositive(F),
    /// Negative weights count `1 + gamma` times: `w + gamma min(w, 0)`.
    FavourNegative(F),
    /// The square, `w^2`.
    Square,
    /// 1, whatever the weight.
    One,
    /// 0, whatever the weight.
    Zero,
}

impl<F: Scalar> Part<F> {
    /// The mapped weight, `f(w)`.
    #[inline(always)]
    pub fn of(self, w: F) -> F {
        let zero = F::zero();
        match self {
            Self::All => w,
            Self::Positive => w.max(zero),
            Self::Negative => w.min(zero),
            Self::FavourPositive(gamma) => w + gamma * w.max(zero),
            Self::FavourNegative(gamma) => w + gamma * w.min(zero),
            Self::Square => w * w,
            Self::One => F::one(),
            Self::Zero => zero,
        }
    }
}
