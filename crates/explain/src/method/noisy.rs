//! Gradients at noisy copies of the sentence, of which SmoothGrad takes the mean and VarGrad the variance.

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::ops::{flat, shaped};

use super::SmoothGrad;
use super::gradient::{Aggregate, slopes};
use crate::attribution::Attribution;
use crate::case::{Case, GRADIENT};
use crate::random::{Draws, Running, SEED};
use crate::spec::{ParamSpec, Params, Range};
use crate::{Error, Result};

pub(super) const SAMPLES: ParamSpec = ParamSpec {
    id: "samples",
    name: "samples",
    meaning: "how many noisy copies of the sentence are looked at",
    range: Range::Integer { min: 2, max: 1000, default: 50 },
};

pub(super) const NOISE: ParamSpec = ParamSpec {
    id: "noise",
    name: "noise",
    meaning: "standard deviation of the noise, as a part of the range of the words' components",
    range: Range::Number { min: 0.0, max: 2.0, default: 0.1, log: false },
};

/// How noisy copies of a sentence are drawn: how many, how noisy, from which seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    samples: usize,
    deviation: f64,
    seed: usize,
}

impl Noise {
    /// So many `samples`, 1 or more, whose `deviation` from 0 is a part of the range of the words' components.
    ///
    /// # Errors
    /// [`Error::Parameter`] for no samples, or a deviation that is negative or not finite.
    pub fn new(samples: usize, deviation: f64, seed: usize) -> Result<Self> {
        let refuse = |name: &str, expected: &str, found: String| {
            Err(Error::Parameter { name: name.to_owned(), expected: expected.to_owned(), found })
        };
        if samples == 0 {
            return refuse("samples", "at least 1", samples.to_string());
        }
        if !(deviation >= 0.0 && deviation.is_finite()) {
            return refuse("noise", "a finite number from 0", deviation.to_string());
        }
        Ok(Self { samples, deviation, seed })
    }

    pub(super) fn from_params(params: &Params) -> Self {
        Self { samples: params.integer("samples"), deviation: params.number("noise"), seed: params.integer("seed") }
    }
}

/// 50 samples with a tenth of the range as deviation.
impl Default for Noise {
    fn default() -> Self {
        Self::from_params(&Params::defaults(&[SAMPLES, NOISE, SEED]))
    }
}

/// Mean and variance of the gradient over noisy copies of the input.
pub(super) fn under_noise<F: Real>(method: &'static str, case: &Case<'_, F>, noise: Noise) -> Result<Running> {
    let mut draws = Draws::new(noise.seed);
    under(method, case, noise, &mut || draws.normal())
}

/// The same with numbers of the standard normal distribution from anywhere.
fn under<F: Real>(
    method: &'static str,
    case: &Case<'_, F>,
    noise: Noise,
    normal: &mut dyn FnMut() -> f64,
) -> Result<Running> {
    case.afford(method, GRADIENT.saturating_mul(noise.samples))?;
    let words = case.tokens() * case.x().ncols();
    let x = flat(&case.x()).into_owned();
    let (low, high) = x[..words].iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v.as_f64()), h.max(v.as_f64())));
    let sigma = noise.deviation * (high - low).max(0.0);
    let mut running = Running::new(case.x().len());
    for _ in 0..noise.samples {
        let mut x = x.clone();
        for value in &mut x[..words] {
            *value += F::from_f64(sigma * normal());
        }
        let gradient = case.gradient_at(shaped(case.x().dim(), x))?;
        running.add(flat(&gradient.view()).iter().map(|v| v.as_f64()));
    }
    Ok(running)
}

/// SmoothGrad's answer.
pub(super) fn mean<F: Real>(case: &Case<'_, F>, running: Running, aggregate: Aggregate) -> Attribution<F> {
    slopes(case, narrowed(case, running.mean), aggregate)
}

/// VarGrad's answer.
pub(super) fn variance<F: Real>(case: &Case<'_, F>, running: &Running) -> Attribution<F> {
    Attribution::summed(case, narrowed(case, running.variance()), Vec::new()).without_claim()
}

/// `[E, D]`
pub(super) fn narrowed<F: Real>(case: &Case<'_, F>, values: Vec<f64>) -> Array2<F> {
    shaped(case.x().dim(), values.into_iter().map(F::from_f64).collect())
}

/// SmoothGrad and VarGrad look at the same noisy copies. Where both are asked about many cases of the same size, this draws
/// the noise once and looks at each copy once.
#[derive(Clone, Debug)]
pub struct SharedNoise {
    method: SmoothGrad,
    draws: Vec<f64>,
}

impl SharedNoise {
    /// Draws the noise of this SmoothGrad for sentences of `numbers` numbers, `T D`.
    pub fn new(method: SmoothGrad, numbers: usize) -> Self {
        let mut draws = Draws::new(method.noise.seed);
        let draws = (0..method.noise.samples * numbers).map(|_| draws.normal()).collect();
        Self { method, draws }
    }

    /// What SmoothGrad, and VarGrad with the same noise, would say, bit for bit.
    ///
    /// # Errors
    /// As the methods.
    ///
    /// # Panics
    /// If the case has more numbers than there is noise for.
    pub fn smooth_and_var_grad<F: Real>(&self, case: &Case<'_, F>) -> Result<[Attribution<F>; 2]> {
        let mut draws = self.draws.iter();
        let running =
            under("SmoothGrad", case, self.method.noise, &mut || *draws.next().expect("noise for every number"))?;
        let variance = variance(case, &running);
        Ok([mean(case, running, self.method.aggregate), variance])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Method, VarGrad};
    use super::*;
    use crate::faithfulness::by_hand::with_case;

    #[test]
    fn together_they_say_what_each_says_alone() {
        // So much noise that winners change, and with them the slopes.
        let noise = Noise::new(50, 2.0, 0).unwrap();
        let smooth = SmoothGrad { noise, aggregate: Aggregate::Sum };
        with_case(|case| {
            let shared = SharedNoise::new(smooth, case.tokens() * case.x().ncols());
            let both = shared.smooth_and_var_grad(case).unwrap();
            assert!(both[1].per_token.iter().any(|v| *v > 0.0), "the noise changes something");
            for (alone, together) in [smooth.attribute(case), VarGrad { noise }.attribute(case)].into_iter().zip(&both)
            {
                let alone = alone.unwrap();
                assert_eq!((&alone.per_token, &alone.per_feature), (&together.per_token, &together.per_feature));
            }
        });
    }

    #[test]
    fn noise_that_is_no_number_is_refused() {
        assert!(Noise::new(0, 0.1, 0).is_err());
        assert!(Noise::new(1, -0.1, 0).is_err() && Noise::new(1, f64::NAN, 0).is_err());
    }
}
