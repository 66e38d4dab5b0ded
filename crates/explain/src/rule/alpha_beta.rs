//! The alpha-beta rule: positive and negative contributions are shared out apart (Bach et al. 2015, eq. 60),
//!
//! ```text
//! R_i = sum_j ( alpha c_ij^+ / (sum_i c_ij^+ + b_j^+)  -  beta c_ij^- / (sum_i c_ij^- + b_j^-) ) R_j
//! ```
//!
//! with `beta = alpha - 1`, so that the whole conserves. It exists in two readings. In the **textbook** the bias is split
//! by its own sign, as above. **iNNvestigate** (1.0.9 to 2.1.2, and so the paper's figures) adds the whole bias,
//! whatever its sign, to *both* denominators; a denominator can then change sign or vanish, and the words together
//! receive more or less than came in (its issues 116 and 327). The second is offered because it is what was published.

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, Part};

use super::{Bias, Branch, Rule, RuleSpec, Split};
use crate::spec::{Choice, MethodSpec, ParamSpec, Params, Range};
use crate::stabiliser::Stabiliser;
use crate::{Error, Result, cite};

pub(super) static SPEC: RuleSpec = RuleSpec {
    id: "alpha-beta",
    name: "alpha-beta",
    summary: "evidence for and against is shared out apart, the first alpha times, the second beta times",
    method: MethodSpec {
        id: "lrp-alpha-beta",
        name: "LRP-αβ",
        summary: "LRP in which evidence for and against is shared out apart.",
        formula: "R_i = Σ_j (α c_ij⁺ / z_j⁺ − β c_ij⁻ / z_j⁻) R_j, c_ij = x_i w_ij, α − β = 1",
        cite: cite::BACH_2015,
        in_target_units: true,
        uses_baseline: false,
        params: &[
        ParamSpec {
            id: "alpha",
            name: "alpha",
            meaning: "weight of what speaks for the output; what speaks against it has weight alpha - 1",
            range: Range::Number { min: 1.0, max: 10.0, default: 2.0, log: false },
        },
        ParamSpec {
            id: "reading",
            name: "reading",
            meaning: "how the bias enters the two denominators",
            range: Range::OneOf {
                options: &[
                    Choice { id: "textbook", name: "textbook", meaning: "the bias is split by its own sign" },
                    Choice {
                        id: "innvestigate",
                        name: "iNNvestigate",
                        meaning: "the whole bias is in both denominators, as in the paper's figures",
                    },
                ],
                default: "textbook",
            },
        },
        super::BIAS,
    ],
    },
};

pub(super) fn from_params<F: Real>(params: &Params) -> Result<AlphaBeta<F>> {
    AlphaBeta::new(F::from_f64(params.number("alpha")), Reading::from_params(params), Bias::from_params(params))
}

/// How the bias enters the two denominators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// The bias is split by its own sign: a positive one joins the first denominator, a negative one the second.
    #[default]
    Textbook,
    /// The whole bias joins both denominators, as in iNNvestigate.
    Innvestigate,
}

impl Reading {
    pub(super) fn from_params(params: &Params) -> Self {
        if params.choice("reading") == "innvestigate" { Self::Innvestigate } else { Self::Textbook }
    }
}

/// The alpha-beta rule.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `alpha` | 2 | a number from 1 to 10 | weight of what speaks for the output; what speaks against it has weight alpha - 1 |
/// | `reading` | textbook | one of textbook, innvestigate | how the bias enters the two denominators |
/// | `bias` | absorb | one of absorb, ignore | whether the bias takes its share of the relevance, or the words share everything |
#[derive(Clone, Copy, Debug)]
pub struct AlphaBeta<F> {
    alpha: F,
    reading: Reading,
    bias: Bias,
    /// How denominators are kept from zero.
    pub stabiliser: Stabiliser<F>,
}

impl<F: Real> AlphaBeta<F> {
    /// The rule with `beta = alpha - 1`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for an alpha below 1 or not finite.
    pub fn new(alpha: F, reading: Reading, bias: Bias) -> Result<Self> {
        if !(alpha >= F::one() && alpha.is_finite()) {
            return Err(Error::Parameter {
                name: "alpha".to_owned(),
                expected: "a finite number from 1".to_owned(),
                found: alpha.to_string(),
            });
        }
        Ok(Self { alpha, reading, bias, stabiliser: Stabiliser::ZeroOnly })
    }

    /// `alpha = 1`: only what speaks for an output gets a share.
    pub(super) fn one(bias: Bias) -> Self {
        Self { alpha: F::one(), reading: Reading::Textbook, bias, stabiliser: Stabiliser::ZeroOnly }
    }

    /// The weight of the contributions against an output, `beta = alpha - 1`.
    pub fn beta(&self) -> F {
        self.alpha - F::one()
    }
}

impl<F: Real> Rule<F> for AlphaBeta<F> {
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        _: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        let bias = |own: Part<F>| {
            self.bias.part(match self.reading {
                Reading::Textbook => own,
                Reading::Innvestigate => Part::All,
            })
        };
        let side = |fraction: F, contributions: Array2<F>, own: Part<F>| {
            let branch = Branch { fraction, bias: bias(own), stabiliser: self.stabiliser };
            branch.hand_out(layer, contributions, r)
        };
        let [excitation, inhibition] = layer.contributions(x);
        let (s, kept, lost) = side(self.alpha, excitation, Part::Positive);
        // With beta = 0 nothing is handed out along the inhibition.
        let (s_against, kept_against, lost_against) = side(-self.beta(), inhibition, Part::Negative);
        Split {
            relevance: layer.share(x, [s.view(), s_against.view()]),
            bias: kept + kept_against,
            stabiliser: lost + lost_against,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, split};
    use super::*;

    #[test]
    fn textbook_by_hand() {
        // For: 3 of 3 + 1, twice R = 2. Against: all of -2, once.
        let split = split(&AlphaBeta::new(2.0, Reading::Textbook, Bias::Absorb).unwrap());
        assert_close(&split.relevance, [3.0, -2.0]);
        assert_eq!(split.bias, 1.0);
    }

    #[test]
    fn innvestigate_puts_the_whole_bias_in_both_denominators() {
        // For: 3 of 3 + 1, twice. Against: -2 of -2 + 1 = -1, once: twice what came in.
        let split = split(&AlphaBeta::new(2.0, Reading::Innvestigate, Bias::Absorb).unwrap());
        assert_close(&split.relevance, [3.0, -4.0]);
        assert_eq!(split.bias, 3.0);
    }

    #[test]
    fn any_alpha_from_one_is_taken_and_beta_follows() {
        assert!((AlphaBeta::new(2.3f64, Reading::Textbook, Bias::Absorb).unwrap().beta() - 1.3).abs() < 1e-15);
        assert!(AlphaBeta::new(0.5f64, Reading::Textbook, Bias::Absorb).is_err());
    }
}
