//! Which part of a weight takes part.

use crate::scalar::Scalar;

/// A map over single weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<F> {
    /// `w`
    All,
    /// `max(w, 0)`
    Positive,
    /// `min(w, 0)`
    Negative,
    /// `w + gamma max(w, 0)`
    FavourPositive(F),
    /// `w + gamma min(w, 0)`
    FavourNegative(F),
    /// `w^2`
    Square,
    /// `1`
    One,
    /// `0`
    Zero,
}

impl<F: Scalar> Part<F> {
    /// The mapped weight.
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
