//! Shapley values estimated from random orders of the words (Štrumbelj & Kononenko 2010), for any network and target,
//!
//! ```text
//! A_i = mean over the drawn orders of  F(those before i, and i) - F(those before i)
//! ```
//!
//! The mean comes with the standard error of every word. Each order adds up to `F(x) - F(all words absent)` by itself,
//! so the ledger closes however few were drawn: it proves the adding up, and the standard error says how far to trust
//! each word. Absent words are their rows of the baseline, as in `shapley`, which is exact where it applies.

use wordlight_nn::Real;

use super::Method;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::exact::coalitions::{Coalitions, Removal};
use crate::ledger::Account;
use crate::order::{Direction, steps};
use crate::random::{Draws, Running, SEED};
use crate::spec::{MethodSpec, ParamSpec, Params, Range};
use crate::{Error, Result, cite};

/// Shapley values from a sample of orders.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `samples` | 100 | a whole number from 2 to 5000 | how many random orders of the words are walked through; the error falls with their square root |
/// | `seed` | 0 | a whole number from 0 to 9999 | which random draw; the same seed always gives the same answer |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapleySampling {
    /// How many random orders of the words are walked through; 0 counts as 1.
    pub samples: usize,
    /// Seed of the draw.
    pub seed: usize,
}

impl Default for ShapleySampling {
    fn default() -> Self {
        from_params(&Params::defaults(SPEC.params)).expect("the defaults are in range")
    }
}

pub(super) fn from_params(params: &Params) -> Result<ShapleySampling> {
    Ok(ShapleySampling { samples: params.integer("samples"), seed: params.integer("seed") })
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "shapley-sampling",
    name: "Shapley sampling",
    summary: "Shapley values estimated from random orders of the words, each with its standard error.",
    formula: "φ_t ≈ mean over random orders of F(t and the words before it) − F(the words before it)",
    cite: cite::STRUMBELJ_2010,
    in_target_units: true,
    uses_baseline: true,
    params: &[
        ParamSpec {
            id: "samples",
            name: "orders",
            meaning: "how many random orders of the words are walked through; the error falls with their square root",
            range: Range::Integer { min: 2, max: 5000, default: 100 },
        },
        SEED,
    ],
};

/// Half a minute for 300 filters.
const MAX_LOOKS: f64 = 5e7;

impl<F: Real> Method<F> for ShapleySampling {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        self.attribute_watched(case, &mut |_| true)
    }

    fn attribute_watched(
        &self,
        case: &Case<'_, F>,
        progress: &mut dyn FnMut(f64) -> bool,
    ) -> Result<Attribution<F>> {
        let samples = self.samples.max(1);
        // Every order looks at every window once for every word.
        if samples as f64 * (case.tokens() as f64).powi(2) > MAX_LOOKS {
            return Err(Error::Unsupported {
                method: SPEC.name,
                reason: "so many orders of so many words would take minutes",
            });
        }
        case.afford(SPEC.name, samples.saturating_mul(case.tokens()))?;
        let mut draws = Draws::new(self.seed);
        let mut coalitions = Coalitions::new(case);
        let start = coalitions.value(&vec![false; case.tokens()])?;
        let mut order: Vec<usize> = (0..case.tokens()).collect();
        let mut added = vec![0.0; case.tokens()];
        let mut running = Running::new(case.tokens());
        let mut drawn = 0;
        while drawn < samples {
            let orders = draws.orders(&mut order, coalitions.orders_together().min(samples - drawn));
            coalitions.foresee(&mut orders.iter().flat_map(|o| steps(o, Direction::Insertion)), Removal::Baseline)?;
            for order in orders {
                let mut present = vec![false; case.tokens()];
                let mut before = start.as_f64();
                for i in order {
                    present[i] = true;
                    let after = coalitions.value(&present)?.as_f64();
                    added[i] = after - before;
                    before = after;
                }
                running.add(added.iter().copied());
                drawn += 1;
                if !progress(drawn as f64 / samples as f64) {
                    return Err(Error::Cancelled);
                }
            }
        }
        let mut attribution = Attribution::by_word(case, &running.mean, vec![(Account::Baseline, start)]);
        attribution.standard_error = running.standard_error().map(|errors| errors.into_iter().map(F::from_f64).collect());
        Ok(attribution)
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{explain, number};

    #[test]
    fn every_order_adds_up_so_their_mean_does() {
        // Either order gives 6 in all: 6 and 0, or 4 and 2.
        let got = explain("shapley-sampling", &[3.0, 1.0], &[], &[number("samples", 2000.0)]);
        assert!((got[0] + got[1] - 6.0).abs() < 1e-12 && (got[0] - 5.0).abs() < 0.1, "{got:?}");
    }
}
