//! Expected gradients: Integrated Gradients, averaged over many baselines instead of one (Erion et al. 2021),
//!
//! ```text
//! A = mean over baselines x' of  (x - x')  integral over t in [0, 1] of  dF/dx (x' + t (x - x'))
//! ```
//!
//! One baseline is one opinion of what "nothing" is. Here the opinions are sentences made of the baseline's own words: for
//! every sample, each word position draws one of the baseline's first `T` rows, with repetition. With the words of a
//! neutral sentence as the baseline these are scrambled neutral sentences; a baseline that is the same at every position,
//! such as zero or the mean vector, leaves nothing to draw, and the answer is Integrated Gradients itself. Erion et al.
//! draw whole training inputs, which a network that travels without its data does not have.
//!
//! They also draw a single `t` per baseline. Each path is integrated exactly here where that is possible, so the only
//! randomness left is the choice of baselines, and its standard error is reported. The scores add up to `F(x)` minus the
//! mean of `F` over the baselines.

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::ops::{copy_row, flat};

use super::Method;
use super::integrated_gradients::{MIN_NODES, exact};
use super::noisy::narrowed;
use crate::attribution::Attribution;
use crate::case::{Case, GRADIENT};
use crate::ledger::Account;
use crate::random::{Draws, Running, SEED};
use crate::spec::{MethodSpec, ParamSpec, Params, Range};
use crate::{Result, cite};

/// Expected gradients.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `samples` | 50 | a whole number from 2 to 1000 | how many baselines are drawn |
/// | `seed` | 0 | a whole number from 0 to 9999 | which random draw; the same seed always gives the same answer |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedGradients {
    /// How many baselines are drawn; 0 counts as 1.
    pub samples: usize,
    /// Seed of the draw.
    pub seed: usize,
}

impl Default for ExpectedGradients {
    fn default() -> Self {
        from_params(&Params::defaults(SPEC.params)).expect("the defaults are in range")
    }
}

pub(super) fn from_params(params: &Params) -> Result<ExpectedGradients> {
    Ok(ExpectedGradients { samples: params.integer("samples"), seed: params.integer("seed") })
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "expected-gradients",
    name: "Expected gradients",
    summary: "Integrated Gradients averaged over many baselines, drawn from the words of the chosen one.",
    formula: "A_t = mean over x′ and α of Σ_i (x_i − x′_i) · ∂F/∂x_i (x′ + α (x − x′))",
    cite: cite::ERION_2021,
    in_target_units: true,
    uses_baseline: true,
    params: &[
        ParamSpec {
            id: "samples",
            name: "baselines",
            meaning: "how many baselines are drawn",
            range: Range::Integer { min: 2, max: 1000, default: 50 },
        },
        SEED,
    ],
};

impl<F: Real> Method<F> for ExpectedGradients {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        let samples = self.samples.max(1);
        case.afford(SPEC.name, (GRADIENT * MIN_NODES).saturating_mul(samples))?;
        let mut draws = Draws::new(self.seed);
        let mut features = Running::new(case.x().len());
        let mut words = Running::new(case.tokens());
        let mut start = Running::new(1);
        let mut last: Option<(Array2<F>, Attribution<F>)> = None;
        for _ in 0..samples {
            let drawn = drawn(case, &mut draws);
            // Where all rows of the baseline are alike, so are all draws.
            let (_, path) = match last.take().filter(|(before, _)| flat(&before.view()) == flat(&drawn.view())) {
                Some(same) => last.insert(same),
                None => {
                    let path = exact(case, drawn.view())?;
                    last.insert((drawn, path))
                }
            };
            features.add(flat(&path.per_feature.view()).iter().map(|v| v.as_f64()));
            words.add(path.per_token.iter().map(|v| v.as_f64()));
            start.add([path.ledger.amount(Account::Baseline).as_f64()]);
        }
        let baseline = (Account::Baseline, F::from_f64(start.mean[0]));
        let mut attribution = Attribution::summed(case, narrowed(case, features.mean), vec![baseline]);
        attribution.standard_error = words.standard_error().map(|errors| errors.into_iter().map(F::from_f64).collect());
        Ok(attribution)
    }
}

/// A baseline whose words are drawn from the words of the case's baseline, `[E, D]`.
fn drawn<F: Real>(case: &Case<'_, F>, draws: &mut Draws) -> Array2<F> {
    let mut drawn = case.baseline().to_owned();
    for i in 0..case.tokens() {
        copy_row(&case.baseline(), draws.below(case.tokens()), &mut drawn, i);
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::explain;

    #[test]
    fn from_zero_it_is_integrated_gradients() {
        assert_eq!(explain("expected-gradients", &[3.0, 1.0], &[], &[]), [6.0, 0.0]);
    }

    #[test]
    fn one_word_has_one_baseline() {
        assert_eq!(explain("expected-gradients", &[3.0], &[1.0], &[]), [4.0]);
    }
}
