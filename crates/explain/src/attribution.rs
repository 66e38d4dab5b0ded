//! What a method returns.

use ndarray::{Array1, Array2};
use wordlight_nn::Real;
use wordlight_nn::ops::{dot, flat};

use crate::case::Case;
use crate::ledger::{Account, Ledger};
use crate::target::TargetKind;

/// An explanation: the scores of one method for one case, with the [`Ledger`] that checks their sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution<F> {
    /// The score of every feature, padding included, `[E, D]`. Methods that score whole words leave it empty, `[0, 0]`.
    pub per_feature: Array2<F>,
    /// The score of every word, `[T]`: signed, and never scaled, clipped or made absolute.
    pub per_token: Array1<F>,
    /// The sum of the scores of the padding; zero for methods that score whole words.
    pub padding: F,
    /// The explained value, `F(x)`.
    pub explained: F,
    /// The accounts of the explained value: what the words hold, what everything else holds, and what is left over.
    pub ledger: Ledger<F>,
    /// The standard error of every word's score, `[T]`, for methods that sample.
    pub standard_error: Option<Array1<F>>,
}

impl<F: Real> Attribution<F> {
    /// Sums the features of each word, and books words and padding beside `others`.
    pub fn summed(case: &Case<'_, F>, per_feature: Array2<F>, others: Vec<(Account, F)>) -> Self {
        // Sums run in f64: a residual must not come from the adding up.
        let mut magnitude = inherited(case);
        let mut sum = |row: &[F]| {
            let (sum, size) = F::sums(row);
            magnitude += size;
            sum
        };
        let rows: Vec<f64> = flat(&per_feature.view()).chunks_exact(per_feature.ncols()).map(&mut sum).collect();
        let (words, padding) = rows.split_at(case.tokens());
        let (words_total, padding_total) = (F::from_f64(words.iter().sum()), F::from_f64(padding.iter().sum()));
        let mut entries = vec![(Account::Words, words_total), (Account::Padding, padding_total)];
        entries.extend(others);
        let explained = case.value();
        Self {
            per_token: words.iter().map(|v| F::from_f64(*v)).collect(),
            per_feature,
            padding: padding_total,
            explained,
            ledger: Ledger::close(explained, entries, F::from_f64(magnitude)),
            standard_error: None,
        }
    }

    /// For a method that scores whole words, `words` `[T]`; padding has no score of its own.
    pub fn by_word(case: &Case<'_, F>, words: &[f64], others: Vec<(Account, F)>) -> Self {
        debug_assert_eq!(words.len(), case.tokens());
        let mut entries = vec![(Account::Words, F::from_f64(words.iter().sum()))];
        entries.extend(others);
        let explained = case.value();
        let magnitude = words.iter().map(|v| v.abs()).sum::<f64>() + inherited(case);
        Self {
            per_feature: Array2::zeros((0, 0)),
            per_token: words.iter().map(|v| F::from_f64(*v)).collect(),
            padding: F::zero(),
            explained,
            ledger: Ledger::close(explained, entries, F::from_f64(magnitude)),
            standard_error: None,
        }
    }

    /// Withdraws the claim that the scores add up to the explained value.
    pub fn without_claim(mut self) -> Self {
        self.ledger = Ledger::no_claim(self.explained);
        self
    }
}

/// The size of numbers whose rounding the value inherits although they are not booked: a margin, and the logarithm of a
/// probability near 1, are small differences of numbers as large as the logits.
pub(crate) fn inherited<F: Real>(case: &Case<'_, F>) -> f64 {
    match case.target().kind() {
        TargetKind::Margin | TargetKind::LogProbability => {
            case.logits().iter().fold(0.0, |m: f64, z| m.max(z.as_f64().abs()))
        }
        _ => 0.0,
    }
}

/// `F - sum_j z_j dF/dz_j`: what a first-order account of the logits leaves out of a curved target.
pub(crate) fn curvature<F: Real>(case: &Case<'_, F>) -> Option<(Account, F)> {
    if case.target().is_linear() {
        return None;
    }
    Some((Account::Softmax, case.value() - F::from_f64(dot(&flat(&case.seed().view()), &flat(&case.logits())))))
}
