//! What each filter contributed, exactly: its conductance on the path from the baseline,
//!
//! ```text
//! contribution_c = integral over t in [0, 1] of  dF/dm_c (t)  dm_c/dt
//! ```
//!
//! (Dhamdhere, Sundararajan & Yan 2018). The contributions add up to `F(x) - F(x')`. For a logit or a margin, which
//! are linear in the features, this is `V[k,c] (m_c(x) - m_c(x'))`; behind a softmax the integral is taken along the
//! same envelope as Integrated Gradients ([`super::envelope`]). Use it to ask *which detectors fired*, where a method
//! over words says what they fired on.

use ndarray::Array1;
use wordlight_nn::Real;

use super::envelope::Envelope;
use crate::attribution::inherited;
use crate::case::Case;
use crate::ledger::{Account, Ledger};
use crate::{Error, Result};

/// The contributions of the filters.
#[derive(Clone, Debug, PartialEq)]
pub struct Filters<F> {
    /// What each filter contributed, `[M]`, the filters of the first width first.
    pub contribution: Array1<F>,
    /// Whether they and the value at the baseline add up. Filters are booked under [`Account::Filters`].
    pub ledger: Ledger<F>,
}

/// The contribution of every filter to a case.
///
/// # Errors
/// [`Error::Unsupported`] if the network is no convolution with maximum over time, or an error of the network.
pub fn filters<F: Real>(case: &Case<'_, F>) -> Result<Filters<F>> {
    let Some(pass) = case.text_cnn() else {
        return Err(Error::Unsupported {
            method: "Filter conductance",
            reason: "it has no filters with a maximum over time",
        });
    };
    let envelope = Envelope::new(pass, case.baseline());
    let cnn = pass.model();
    let mut sums = vec![0.0; cnn.config().features()];
    for (stretch, credit) in envelope.stretches.iter().zip(envelope.credit(cnn, &case.target())) {
        sums[stretch.filter] += credit * stretch.slope;
    }
    let magnitude = F::from_f64(sums.iter().map(|v| v.abs()).sum::<f64>() + inherited(case));
    let total = F::from_f64(sums.iter().sum());
    let start = case.value_at(case.baseline().to_owned())?;
    let entries = vec![(Account::Filters, total), (Account::Baseline, start)];
    Ok(Filters {
        contribution: sums.into_iter().map(F::from_f64).collect(),
        ledger: Ledger::close(case.value(), entries, magnitude),
    })
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use wordlight_nn::layer::{Activation, Conv1d, Dense};
    use wordlight_nn::model::{Classifier, TextCnn, TextCnnConfig};

    use super::*;
    use crate::baseline::Baseline;
    use crate::target::TargetKind;

    /// Two filters that read one word of one number each, and two classes.
    fn network(conv: Conv1d<f64>, dense: Dense<f64>) -> TextCnn<f64> {
        let config = TextCnnConfig {
            dim: 1,
            classes: 2,
            widths: vec![1],
            filters: 2,
            activation: Activation::Linear,
            pad_to: 0,
        };
        TextCnn::new(config, vec![conv], dense).unwrap()
    }

    #[test]
    fn two_filters_by_hand() {
        // m = max(1, 3) = 3 and max(-1, -3) = -1, from 0 at the baseline; logit 2 m_0 + m_1, bias 1/2.
        let conv = Conv1d::new(array![[1.0], [-1.0]], array![0.0, 0.0], 1).unwrap();
        let dense = Dense::new(array![[2.0, 1.0], [0.0, 0.0]], array![0.5, 0.0]).unwrap();
        let cnn = network(conv, dense);
        let pass = cnn.forward(array![[1.0], [3.0]]).unwrap();
        for (kind, sum) in [
            (TargetKind::Logit, 5.0),
            (TargetKind::Probability, 5.5f64.exp() / (5.5f64.exp() + 1.0) - 0.5f64.exp() / (0.5f64.exp() + 1.0)),
        ] {
            let case = Case::new(&cnn, pass.as_ref(), 2, (kind, Some(0)), &Baseline::Zero).unwrap();
            let filters = filters(&case).unwrap();
            assert!((filters.contribution.sum() - sum).abs() < 1e-15 && filters.ledger.holds());
            if kind == TargetKind::Logit {
                assert_eq!(filters.contribution, array![6.0, -1.0]);
            }
        }
    }

    #[test]
    fn the_ledger_allows_for_contributions_that_cancel() {
        // A million from one filter and minus a million from the other: their rounding is as large as that of millions.
        let conv = Conv1d::new(array![[1.0], [1.0]], array![0.0, 0.0], 1).unwrap();
        let dense = Dense::new(array![[1e6, -1e6], [0.0, 0.0]], array![0.5, 0.0]).unwrap();
        let cnn = network(conv, dense);
        let pass = cnn.forward(array![[1.0]]).unwrap();
        let case = Case::new(&cnn, pass.as_ref(), 1, (TargetKind::Logit, Some(0)), &Baseline::Zero).unwrap();
        let filters = filters(&case).unwrap();
        assert_eq!(filters.contribution, array![1e6, -1e6]);
        assert!(filters.ledger.tolerance > 1e6 * f64::EPSILON, "{}", filters.ledger.tolerance);
    }
}
