//! Which number is explained: a logit, or something made of the logits.
//!
//! The class is chosen once, on the real input, and stays: along a path, under removal and under noise it is the same
//! class whose number is looked at.

use ndarray::{Array1, ArrayView1};
use wordlight_nn::Real;
use wordlight_nn::model::{argmax, softmax};
use wordlight_nn::ops::flat;

use crate::spec::Choice;
use crate::{Error, Result};

/// Which number of a class is explained. `z` are the logits, `k` is the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TargetKind {
    /// The logit, `z_k`.
    #[default]
    Logit,
    /// The probability, `p_k = softmax(z)_k`.
    Probability,
    /// The logarithm of the probability, `log p_k`.
    LogProbability,
    /// The margin, `z_k - z_r`, with `r` the strongest other class.
    Margin,
    /// The expected score, `sum_j j p_j`: the mean class on the scale from 0 to `Y - 1`.
    ExpectedScore,
}

impl TargetKind {
    /// All of them, the default first.
    pub const ALL: [Self; 5] =
        [Self::Logit, Self::Probability, Self::LogProbability, Self::Margin, Self::ExpectedScore];

    /// Id, name and meaning.
    pub const fn choice(self) -> Choice {
        match self {
            Self::Logit => Choice { id: "logit", name: "logit", meaning: "the class's score before the softmax" },
            Self::Probability => Choice {
                id: "probability",
                name: "probability",
                meaning: "the class's share after the softmax, 0 to 1",
            },
            Self::LogProbability => Choice {
                id: "log-probability",
                name: "log-probability",
                meaning: "the logarithm of the probability, as in the training loss",
            },
            Self::Margin => Choice {
                id: "margin",
                name: "margin",
                meaning: "the class's logit minus that of the strongest other class: why this and not that",
            },
            Self::ExpectedScore => Choice {
                id: "expected-score",
                name: "expected score",
                meaning: "the mean class on the scale from 0 (first) to 4 (last), weighted by probability",
            },
        }
    }

    /// # Errors
    /// [`Error::Unknown`]
    pub fn parse(id: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.choice().id == id)
            .ok_or_else(|| Error::unknown("target", id, Self::ALL.iter().map(|kind| kind.choice().id)))
    }
}

/// The number to be explained: a kind and a class that stays the same wherever the network is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    kind: TargetKind,
    class: usize,
    runner_up: usize,
}

impl Target {
    /// Which number of the class is explained.
    pub fn kind(&self) -> TargetKind {
        self.kind
    }

    /// The class, `k`.
    pub fn class(&self) -> usize {
        self.class
    }

    /// The same class with another number of it.
    pub fn with_kind(self, kind: TargetKind) -> Self {
        Self { kind, ..self }
    }

    /// The strongest other class on the real input, `r`.
    pub fn runner_up(&self) -> usize {
        self.runner_up
    }

    /// Pins the class: the given one, or the predicted one.
    ///
    /// # Errors
    /// [`Error::Class`] if there is no such class.
    pub fn pin<F: Real>(kind: TargetKind, class: Option<usize>, logits: ArrayView1<'_, F>) -> Result<Self> {
        let class = class.unwrap_or_else(|| argmax(logits));
        if class >= logits.len() {
            return Err(Error::Class { found: class, last: logits.len() - 1 });
        }
        let mut others = flat(&logits).into_owned();
        others[class] = F::neg_infinity();
        Ok(Self { kind, class, runner_up: argmax(others.as_slice().into()) })
    }

    /// `F(z)`, for logits `[Y]` of the network for which the class was pinned.
    ///
    /// # Panics
    /// If there are fewer logits than that network has classes.
    pub fn value<F: Real>(&self, z: ArrayView1<'_, F>) -> F {
        match self.kind {
            TargetKind::Logit => z[self.class],
            TargetKind::Margin => z[self.class] - z[self.runner_up],
            TargetKind::Probability => softmax(z)[self.class],
            TargetKind::LogProbability => {
                let top = z.iter().copied().fold(F::neg_infinity(), F::max);
                z[self.class] - top - F::from_f64(z.iter().map(|z| (*z - top).e_to()).sum::<F>().as_f64().ln())
            }
            TargetKind::ExpectedScore => score(softmax(z).view()),
        }
    }

    /// `dF/dz`, `[Y]`, for logits as in [`Self::value`].
    ///
    /// # Panics
    /// As [`Self::value`].
    pub fn gradient<F: Real>(&self, z: ArrayView1<'_, F>) -> Array1<F> {
        let is = |class: usize, j: usize| if j == class { F::one() } else { F::zero() };
        let slopes = |slope: &dyn Fn(usize) -> F| (0..z.len()).map(slope).collect();
        match self.kind {
            TargetKind::Logit => slopes(&|j| is(self.class, j)),
            TargetKind::Margin => slopes(&|j| is(self.class, j) - is(self.runner_up, j)),
            TargetKind::Probability => {
                let p = softmax(z);
                slopes(&|j| (is(self.class, j) - p[j]) * p[self.class])
            }
            TargetKind::LogProbability => {
                let p = softmax(z);
                slopes(&|j| is(self.class, j) - p[j])
            }
            TargetKind::ExpectedScore => {
                let p = softmax(z);
                let mean = score(p.view());
                slopes(&|j| p[j] * (F::from_f64(j as f64) - mean))
            }
        }
    }

    /// Whether the value is a sum of multiples of logits, so that explaining it needs no view of the softmax.
    pub fn is_linear(&self) -> bool {
        matches!(self.kind, TargetKind::Logit | TargetKind::Margin)
    }
}

/// `sum_j j p_j`
fn score<F: Real>(p: ArrayView1<'_, F>) -> F {
    p.iter().enumerate().map(|(j, p)| F::from_f64(j as f64) * *p).sum()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn values_by_hand() {
        // exp(0) : exp(ln 3) = 1 : 3
        let z = array![0.0, 3.0f64.ln()];
        let value = |kind| Target::pin(kind, None, z.view()).unwrap().value(z.view());
        assert_eq!(value(TargetKind::Logit), 3.0f64.ln());
        assert!((value(TargetKind::Probability) - 0.75).abs() < 1e-15);
        assert!((value(TargetKind::LogProbability) - 0.75f64.ln()).abs() < 1e-15);
        assert_eq!(value(TargetKind::Margin), 3.0f64.ln());
        assert!((value(TargetKind::ExpectedScore) - 0.75).abs() < 1e-15);
    }

    #[test]
    fn every_gradient_is_the_finite_difference() {
        let z = array![0.3, -1.2, 0.9, 0.1, 0.4];
        for kind in TargetKind::ALL {
            for class in 0..5 {
                let target = Target::pin(kind, Some(class), z.view()).unwrap();
                let gradient = target.gradient(z.view());
                for j in 0..5 {
                    let at = |h: f64| {
                        let mut z = z.clone();
                        z[j] += h;
                        target.value(z.view())
                    };
                    let difference = (at(1e-6) - at(-1e-6)) / 2e-6;
                    assert!((gradient[j] - difference).abs() < 1e-9, "{kind:?} of {class}, logit {j}");
                }
            }
        }
    }

    #[test]
    fn a_class_that_does_not_exist_is_refused() {
        let error = Target::pin(TargetKind::Logit, Some(5), array![0.0, 1.0].view()).unwrap_err();
        assert_eq!(error.to_string(), "class 5 does not exist; the network has classes 0 to 1");
    }
}
