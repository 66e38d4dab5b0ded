//! DeepLIFT with the rescale rule (Shrikumar, Greenside & Kundaje 2017): what a difference from the baseline in the input
//! contributes to the difference in the output.
//!
//! A linear layer passes `w (x - x')`; a function of one number passes its *mean slope* between baseline and input,
//! `(f(s) - f(s')) / (s - s')`, where the gradient would take the slope at the input. With `s`, `s'` the scores and
//! `m`, `m'` the maxima for input and baseline:
//!
//! ```text
//! A = (x - x') * sum_c u_c  (m_c - m'_c) / (s[p,c] - s'[p,c])  w_c placed at p
//! ```
//!
//! where `p` is the winner for the input if the maximum rose, and the winner for the baseline if it fell: a rise is due
//! to who is there now, a fall to who is gone. The quotient lies between 0 and 1, nothing is divided by less than it is
//! worth, and the scores add up to `F(x) - F(x')`. This is Captum's treatment of the maximum, when Captum does not lose
//! it: an `nn.ReLU` that feeds the pooling directly makes it drop the quotient (see `tests/golden/README.md`). Where
//! `s` and `s'` agree to 1e-10 the slope stands in for the quotient, as there.
//!
//! Behind a softmax, `u = dF/dz` becomes its mean over the straight line between the two logit vectors; for one variable
//! that is the rescale rule. Captum rescales each exponential on its own, which does not add up.
//!
//! An LSTM has no maximum but products; how those are shared is [`super::rescale`]'s.

use ndarray::{Array1, Array2, ArrayView1, s};
use wordlight_nn::Real;
use wordlight_nn::layer::Activation;
use wordlight_nn::model::{Classifier, Pass};
use wordlight_nn::ops::{add_scaled, difference, flat_mut, product, rows_weighted};

use super::Method;
use super::rescale::{Recording, TINY};
use crate::attribution::Attribution;
use crate::case::Case;
use crate::exact::lines::is_same_everywhere;
use crate::exact::mean_slope::MeanSlope;
use crate::ledger::Account;
use crate::spec::{MethodSpec, Params};
use crate::{Error, Result, cite};

/// DeepLIFT.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeepLift;

pub(super) fn from_params(_: &Params) -> Result<DeepLift> {
    Ok(DeepLift)
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "deep-lift",
    name: "DeepLIFT",
    summary: "What each word's difference from a baseline contributes to the difference in score.",
    formula: "A_t = Σ_i (x_i − x′_i) · mean slope of each step between x′ and x",
    cite: cite::SHRIKUMAR_2017,
    in_target_units: true,
    uses_baseline: true,
    params: &[],
};

impl<F: Real> Method<F> for DeepLift {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        let Some(now) = case.text_cnn() else {
            return through_gates(case);
        };
        let cnn = now.model();
        // Where all its rows are one, all windows of the baseline are the first one.
        let rows = if is_same_everywhere(case.baseline()) { cnn.positions(0) } else { case.baseline().nrows() };
        let then = cnn.pass(case.baseline().slice(s![..rows, ..]).to_owned(), None)?;
        let seed = mean_seed(case, then.logits());
        let share = rows_weighted(seed.view(), cnn.dense().weight());
        let relu = cnn.config().activation == Activation::Relu;
        let dim = cnn.config().dim;
        let mut slope = Array2::zeros(case.x().raw_dim());
        let slopes = flat_mut(&mut slope);
        for (filter, &share) in share.iter().enumerate() {
            let (i, c) = (filter / cnn.config().filters, filter % cnn.config().filters);
            let rise = now.features()[filter].as_f64() - then.features()[filter].as_f64();
            let p = if rise >= 0.0 { now.winners().window[filter] } else { then.winners().window[filter] };
            let before = &then.scores()[i];
            let before = before[[p.min(before.nrows() - 1), c]].as_f64();
            let s = now.scores()[i][[p, c]].as_f64();
            let quotient = if (s - before).abs() >= TINY {
                rise / (s - before)
            } else if relu && s <= 0.0 {
                0.0
            } else {
                1.0
            };
            let multiplier = share * F::from_f64(quotient);
            let weight = cnn.convs()[i].weight();
            let w = weight.row(c).to_slice().expect("row-major since new");
            add_scaled(&mut slopes[p * dim..][..w.len()], multiplier, w);
        }
        let start = case.target().value(then.logits());
        let way = difference(case.x(), case.baseline());
        Ok(Attribution::summed(case, product(slope, way.view()), vec![(Account::Baseline, start)]))
    }
}

/// The mean of `dF/dz` `[Y]` on the straight way from the baseline's logits to the input's.
fn mean_seed<F: Real>(case: &Case<'_, F>, start: ArrayView1<'_, F>) -> Array1<F> {
    if case.target().is_linear() {
        return case.seed();
    }
    let start: Array1<f64> = start.iter().map(|v| v.as_f64()).collect();
    let way: Array1<f64> = case.logits().iter().zip(&start).map(|(z, start)| z.as_f64() - start).collect();
    MeanSlope::default().along(&case.target(), &start, &way).iter().map(|v| F::from_f64(*v)).collect()
}

/// Any network that has no maximum.
fn through_gates<F: Real>(case: &Case<'_, F>) -> Result<Attribution<F>> {
    let then = case.model().forward(case.baseline().to_owned())?;
    let mut baseline = Recording::new();
    then.pull_back(Array1::zeros(then.logits().len()), &mut baseline);
    let mut policy = baseline.rescale();
    let multipliers = case.pull_back(mean_seed(case, then.logits()), &mut policy);
    if policy.lost {
        return Err(Error::Unsupported {
            method: SPEC.name,
            reason: "its rule for a maximum needs a convolution with maximum over time",
        });
    }
    let way = difference(case.x(), case.baseline());
    let start = case.target().value(then.logits());
    Ok(Attribution::summed(case, product(multipliers, way.view()), vec![(Account::Baseline, start)]))
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::explain;

    #[test]
    fn a_rise_goes_to_the_new_winner_and_a_fall_to_the_old() {
        // Twice the largest word: from 2 to 3, a third of the new winner's way of 3.
        assert_eq!(explain("deep-lift", &[3.0, 1.0], &[0.0, 2.0], &[]), [2.0, 0.0]);
        // From 2 to 1, half of the old winner's way of -2.
        assert_eq!(explain("deep-lift", &[1.0, 0.0], &[0.0, 2.0], &[]), [0.0, -2.0]);
    }
}
