//! Dropout: while training, each feature is dropped with probability `rate` and the others are scaled up to keep the
//! expected value (Srivastava et al. 2014, in its "inverted" form). It does nothing at prediction.

use ndarray::Array1;

use crate::{Error, Real, Result};

/// A dropout rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    rate: f64,
}

impl Dropout {
    /// # Errors
    /// [`Error::Setting`] unless `0 <= rate < 1`.
    pub fn new(rate: f64) -> Result<Self> {
        if !(0.0..1.0).contains(&rate) {
            return Err(Error::Setting {
                name: "dropout",
                expected: "a rate from 0 up to, but not including, 1".to_owned(),
                found: rate.to_string(),
            });
        }
        Ok(Self { rate })
    }

    /// The rate.
    pub fn rate(self) -> f64 {
        self.rate
    }

    /// `[len]`: 0 where a feature is dropped, `1 / (1 - rate)` elsewhere. `uniform` draws from `[0, 1)`.
    pub fn mask<F: Real>(self, len: usize, mut uniform: impl FnMut() -> f64) -> Array1<F> {
        let kept = F::from_f64(1.0 / (1.0 - self.rate));
        Array1::from_shape_simple_fn(len, || if uniform() < self.rate { F::zero() } else { kept })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_four_is_silenced_and_the_rest_scaled() {
        let mut draws = [0.1, 0.3, 0.9, 0.25].into_iter();
        let mask: Array1<f64> = Dropout::new(0.25).unwrap().mask(4, || draws.next().unwrap());
        let kept = 1.0 / 0.75;
        assert_eq!(mask.to_vec(), [0.0, kept, kept, kept]);
    }

    #[test]
    fn a_rate_of_one_is_refused() {
        assert!(Dropout::new(1.0).unwrap_err().to_string().starts_with("dropout is 1, expected"));
        assert!(Dropout::new(f64::NAN).is_err());
    }
}
