//! Division that cannot blow up: the one place where a small number is added to a denominator.

use wordlight_nn::Real;

/// How a denominator is kept away from zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stabiliser<F> {
    /// Nothing, except that a denominator of exactly zero becomes 1e-7 (the `SafeDivide` of iNNvestigate): contributions
    /// that cancel exactly share `1e7 R`, large scores whose sum is zero, and the ledger books `R` as the stabiliser's.
    ZeroOnly,
    /// `z + epsilon sign(z)`, with `sign(0) = +` (Bach et al. 2015, eq. 58).
    Epsilon(F),
}

impl<F: Real> Stabiliser<F> {
    /// What stands in for a denominator of exactly zero.
    const TINY: f64 = 1e-7;

    /// The number to be added to the denominator `z`.
    #[inline]
    pub fn offset(self, z: F) -> F {
        match self {
            Self::ZeroOnly if z == F::zero() => F::from_f64(Self::TINY),
            Self::ZeroOnly => F::zero(),
            Self::Epsilon(epsilon) if epsilon == F::zero() && z == F::zero() => F::from_f64(Self::TINY),
            Self::Epsilon(epsilon) if z < F::zero() => -epsilon,
            Self::Epsilon(epsilon) => epsilon,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stabiliser::*;

    #[test]
    fn epsilon_moves_away_from_zero_on_both_sides() {
        assert_eq!([-2.0, 0.0, 2.0].map(|z| Epsilon(0.5).offset(z)), [-0.5, 0.5, 0.5]);
    }

    #[test]
    fn zero_only_leaves_everything_else_alone() {
        assert_eq!([-2.0, 2.0].map(|z| ZeroOnly.offset(z)), [0.0, 0.0]);
        assert!(ZeroOnly.offset(0.0f32) > 0.0 && Epsilon(0.0f32).offset(0.0) > 0.0);
    }
}
