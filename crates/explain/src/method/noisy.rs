//! Gradients at noisy copies of the sentence, of which SmoothGrad takes the mean and VarGrad the variance.

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::ops::{flat, shaped};

use super::gradient::slopes;
use crate::Result;
use crate::attribution::Attribution;
use crate::case::{Case, GRADIENT};
use crate::random::{Draws, Running};
use crate::spec::{ParamSpec, Params, Range};

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

/// Mean and variance of the gradient over noisy copies of the input, with the seed that `params` has.
pub(super) fn under_noise<F: Real>(method: &'static str, case: &Case<'_, F>, params: &Params) -> Result<Running> {
    let mut draws = Draws::new(params.integer("seed"));
    under(method, case, params, &mut || draws.normal())
}

/// The same with numbers of the standard normal distribution from anywhere.
fn under<F: Real>(
    method: &'static str,
    case: &Case<'_, F>,
    params: &Params,
    normal: &mut dyn FnMut() -> f64,
) -> Result<Running> {
    case.afford(method, GRADIENT * params.integer("samples"))?;
    let words = case.tokens * case.x().ncols();
    let x = flat(&case.x()).into_owned();
    let (low, high) = x[..words].iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v.wide()), h.max(v.wide())));
    let sigma = params.number("noise") * (high - low).max(0.0);
    let mut running = Running::new(case.x().len());
    for _ in 0..params.integer("samples") {
        let mut x = x.clone();
        for value in &mut x[..words] {
            *value += F::of(sigma * normal());
        }
        let gradient = case.gradient_at(shaped(case.x().dim(), x))?;
        running.add(flat(&gradient.view()).iter().map(|v| v.wide()));
    }
    Ok(running)
}

/// SmoothGrad's answer.
pub(super) fn mean<F: Real>(case: &Case<'_, F>, running: Running, params: &Params) -> Attribution<F> {
    slopes(case, narrowed(case, running.mean), params)
}

/// VarGrad's answer.
pub(super) fn variance<F: Real>(case: &Case<'_, F>, running: &Running) -> Attribution<F> {
    Attribution::summed(case, narrowed(case, running.variance()), Vec::new()).without_claim()
}

/// `[E, D]`
pub(super) fn narrowed<F: Real>(case: &Case<'_, F>, values: Vec<f64>) -> Array2<F> {
    shaped(case.x().dim(), values.into_iter().map(F::of).collect())
}

/// SmoothGrad and VarGrad look at the same noisy copies. Where both are asked about many cases of the same size, this draws
/// the noise once and looks at each copy once.
#[derive(Clone, Debug)]
pub struct SharedNoise {
    params: Params,
    draws: Vec<f64>,
}

impl SharedNoise {
    /// The noise of SmoothGrad's `params`, which has VarGrad's too, for sentences that have so many `numbers`, `T D`.
    pub fn new(params: Params, numbers: usize) -> Self {
        let mut draws = Draws::new(params.integer("seed"));
        let draws = (0..params.integer("samples") * numbers).map(|_| draws.normal()).collect();
        Self { params, draws }
    }

    /// What SmoothGrad and VarGrad would say, bit for bit.
    ///
    /// # Errors
    /// As the methods.
    ///
    /// # Panics
    /// If the case has more numbers than there is noise for.
    pub fn smooth_and_var_grad<F: Real>(&self, case: &Case<'_, F>) -> Result<[Attribution<F>; 2]> {
        let mut draws = self.draws.iter();
        let running = under("SmoothGrad", case, &self.params, &mut || *draws.next().expect("noise for every number"))?;
        let variance = variance(case, &running);
        Ok([mean(case, running, &self.params), variance])
    }
}

#[cfg(test)]
mod tests {
    use super::super::method;
    use super::*;
    use crate::faithfulness::by_hand::with_case;
    use crate::spec::ParamValue;

    #[test]
    fn together_they_say_what_each_says_alone() {
        // So much noise that winners change, and with them the slopes.
        let given = [("noise".to_owned(), ParamValue::Number(2.0))].into();
        with_case(|case| {
            let params = |id: &str| Params::check(method::<f64>(id).unwrap().spec().params, &given).unwrap();
            let shared = SharedNoise::new(params("smooth-grad"), case.tokens * case.x().ncols());
            let both = shared.smooth_and_var_grad(case).unwrap();
            assert!(both[1].per_token.iter().any(|v| *v > 0.0), "the noise changes something");
            for (id, together) in ["smooth-grad", "var-grad"].iter().zip(&both) {
                let alone = method::<f64>(id).unwrap().attribute(case, &params(id)).unwrap();
                assert_eq!(
                    (&alone.per_token, &alone.per_feature),
                    (&together.per_token, &together.per_feature),
                    "{id}"
                );
            }
        });
    }
}
