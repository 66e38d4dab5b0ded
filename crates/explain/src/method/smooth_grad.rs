//! SmoothGrad: the mean gradient over noisy copies of the input (Smilkov et al. 2017),
//!
//! ```text
//! A = 1/n  sum_k  dF/dx (x + e_k),     e_k ~ N(0, sigma^2),   sigma = noise (max x - min x)
//! ```
//!
//! It averages over the neighbouring linear pieces of a network with kinks, where a single gradient may sit on an
//! untypical one. Every sample is noisy, as in the paper and in Captum; Zennit makes its last sample the input itself.
//! Noise falls on the words only: padding is not part of the sentence. `sigma` is measured by the range of the words'
//! components, as in the paper, so it means the same for any vectors. Like the gradient it adds up to nothing.

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::ops::{flat, shaped};

use super::Method;
use super::draws::{Draws, Running, SEED};
use super::gradient::{AGGREGATE, slopes};
use crate::attribution::Attribution;
use crate::case::{Case, GRADIENT};
use crate::spec::{MethodSpec, ParamSpec, Params, Range};
use crate::{Result, cite};

/// SmoothGrad.
#[derive(Clone, Copy, Debug)]
pub struct SmoothGrad;

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

const SPEC: MethodSpec = MethodSpec {
    id: "smooth-grad",
    name: "SmoothGrad",
    summary: "The mean slope over many slightly disturbed copies of the sentence.",
    formula: "A_i = 1/N Σ_n ∂F/∂x_i (x + noise_n)",
    cite: cite::SMILKOV_2017,
    in_target_units: false,
    uses_baseline: false,
    params: &[SAMPLES, NOISE, SEED, AGGREGATE],
};

impl<F: Real> Method<F> for SmoothGrad {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>, params: &Params) -> Result<Attribution<F>> {
        let mean = under_noise(SPEC.name, case, params, &|x| case.gradient_at(x))?.mean;
        Ok(slopes(case, narrowed(case, mean), params))
    }
}

/// Mean and variance of any `gradient` `[E, D]` over noisy copies of the input.
pub(super) fn under_noise<F: Real>(
    method: &'static str,
    case: &Case<'_, F>,
    params: &Params,
    gradient: &dyn Fn(Array2<F>) -> Result<Array2<F>>,
) -> Result<Running> {
    case.afford(method, GRADIENT * params.integer("samples"))?;
    let words = case.tokens * case.x().ncols();
    let x = flat(&case.x()).into_owned();
    let (low, high) = x[..words].iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v.wide()), h.max(v.wide())));
    let sigma = params.number("noise") * (high - low).max(0.0);
    let mut draws = Draws::new(params.integer("seed"));
    let mut running = Running::new(case.x().len());
    for _ in 0..params.integer("samples") {
        let mut x = x.clone();
        for value in &mut x[..words] {
            *value += F::of(sigma * draws.normal());
        }
        let gradient = gradient(shaped(case.x().dim(), x))?;
        running.add(flat(&gradient.view()).iter().map(|v| v.wide()));
    }
    Ok(running)
}

/// `[E, D]`
pub(super) fn narrowed<F: Real>(case: &Case<'_, F>, values: Vec<f64>) -> Array2<F> {
    shaped(case.x().dim(), values.into_iter().map(F::of).collect())
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{explain, number};

    #[test]
    fn noise_that_changes_no_winner_changes_nothing() {
        let little = [number("noise", 0.001)];
        assert_eq!(explain("smooth-grad", &[3.0, -3.0], &[], &little), [2.0, 0.0]);
        assert_eq!(explain("var-grad", &[3.0, -3.0], &[], &little), [0.0, 0.0]);
    }

    #[test]
    fn words_that_noise_makes_win_in_turn_share_the_slope() {
        // Two equal words: each wins half of the time, with slope 2 or 0, mean 1 and variance 1.
        let given = [number("noise", 0.5), number("samples", 1000.0)];
        let words = [1.0, 1.0, -9.0];
        for (id, want) in [("smooth-grad", [1.0, 1.0]), ("var-grad", [1.0, 1.0])] {
            let got = explain(id, &words, &[], &given);
            assert!((got[0] - want[0]).abs() < 0.15 && (got[1] - want[1]).abs() < 0.15, "{id}: {got:?}");
        }
    }
}
