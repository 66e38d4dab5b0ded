//! The sum under every row: where the explained value went.
//!
//! ```text
//! explained value = words + padding + biases + ... + residual
//! ```
//!
//! Every account is computed from its own formula, never as "what is left", so that the residual is a check: it holds
//! what rounding or a quadrature left over, and nothing else.
//!
//! Some methods claim no such sum: a gradient is a slope, an occlusion a drop. Their ledger has no entries, and
//! [`Ledger::proves`] is false.

use wordlight_nn::Real;

/// What a part of the explained value is booked as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Account {
    /// The scores of the words.
    Words,
    /// The scores of the padding.
    Padding,
    /// What the biases of all layers keep. No word gets it.
    Biases,
    /// What is lost where a stabiliser enlarges a denominator.
    Stabiliser,
    /// The value at the baseline, `F(x')`, from which the words are counted.
    Baseline,
    /// The difference between a curved target (a probability, for example) and its first-order account by the logits.
    Softmax,
    /// The difference between the curved functions and products of an LSTM and their first-order account.
    Gates,
    /// What reaches the state of an LSTM before its first word. No word gets it.
    Start,
    /// The contributions of filters, where those are asked for instead of words.
    Filters,
    /// The credits of windows, where those are asked for instead of words.
    Ngrams,
}

impl Account {
    /// The id of the account, for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Padding => "padding",
            Self::Biases => "biases",
            Self::Stabiliser => "stabiliser",
            Self::Baseline => "baseline",
            Self::Softmax => "softmax",
            Self::Gates => "gates",
            Self::Start => "start",
            Self::Filters => "filters",
            Self::Ngrams => "ngrams",
        }
    }

    /// The name of the account, for readers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Padding => "padding",
            Self::Biases => "biases",
            Self::Stabiliser => "lost to the stabiliser",
            Self::Baseline => "value at the baseline",
            Self::Softmax => "curvature of the softmax",
            Self::Gates => "curvature of the gates",
            Self::Start => "state before the first word",
            Self::Filters => "filters",
            Self::Ngrams => "phrases",
        }
    }
}

/// The accounts of one attribution, and whether they add up to the explained value.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger<F> {
    /// The accounts with their amounts, words first; empty where nothing is claimed.
    pub entries: Vec<(Account, F)>,
    /// The explained value, `F(x)`.
    pub explained: F,
    /// What no account holds: `explained` minus the sum of the entries.
    pub residual: F,
    /// The largest magnitude of the residual that counts as rounding.
    pub tolerance: F,
    /// How many points of a path a quadrature looked at; 0 where nothing was approximated.
    pub nodes: usize,
    /// Whether the method claims that the entries add up to the explained value.
    pub proves: bool,
}

impl<F: Real> Ledger<F> {
    /// Units in the last place that adding up may cost.
    const ROUNDING: f64 = 64.0;

    /// Closes the books. `magnitude` is the sum of the magnitudes of all numbers that were added, which is what rounding
    /// errors are relative to.
    pub fn close(explained: F, entries: Vec<(Account, F)>, magnitude: F) -> Self {
        let total: f64 = entries.iter().map(|(_, amount)| amount.as_f64()).sum();
        let residual = F::from_f64(explained.as_f64() - total);
        let booked: F = entries.iter().map(|(_, amount)| amount.abs()).sum();
        let tolerance = F::from_f64(Self::ROUNDING) * F::epsilon() * (magnitude + booked + explained.abs());
        Self { entries, explained, residual, tolerance, nodes: 0, proves: true }
    }

    /// Allows for the rounding of numbers of this `magnitude` that were added up on the way, beside those of the accounts.
    pub fn allow(&mut self, magnitude: f64) {
        self.tolerance += F::from_f64(Self::ROUNDING * magnitude) * F::epsilon();
    }

    /// For a method whose scores do not add up to anything.
    pub fn no_claim(explained: F) -> Self {
        let zero = F::zero();
        Self { entries: Vec::new(), explained, residual: zero, tolerance: zero, nodes: 0, proves: false }
    }

    /// Whether the residual is rounding. Also true where nothing is claimed.
    pub fn holds(&self) -> bool {
        !self.proves || self.residual.abs() <= self.tolerance
    }

    /// The amount booked under `account`; zero if there is no such entry.
    pub fn amount(&self, account: Account) -> F {
        self.entries.iter().filter(|(a, _)| *a == account).map(|(_, amount)| *amount).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_shows_in_the_residual() {
        let ledger = Ledger::close(1.0, vec![(Account::Words, 0.5), (Account::Biases, 0.25)], 0.75);
        assert_eq!(ledger.residual, 0.25);
        assert!(!ledger.holds());
        let ledger = Ledger::close(0.75, vec![(Account::Words, 0.5), (Account::Biases, 0.25)], 0.75);
        assert!(ledger.holds());
    }
}
