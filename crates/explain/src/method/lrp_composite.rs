//! Layer-wise relevance propagation with a rule per layer: a *composite* (Montavon et al. 2019), under the names that the
//! libraries gave to the usual ones.
//!
//! | preset | dense layer | convolution | from |
//! |---|---|---|---|
//! | `epsilon-plus` | epsilon 1e-6 | z-plus | Zennit `EpsilonPlus` |
//! | `epsilon-alpha2-beta1` | epsilon 1e-6 | alpha-beta, alpha 2, textbook | Zennit `EpsilonAlpha2Beta1` |
//! | `epsilon-plus-flat` | epsilon 1e-6 | flat | Zennit `EpsilonPlusFlat`, `EpsilonAlpha2Beta1Flat` |
//! | `epsilon-gamma-box` | epsilon 1e-6 | z-box | Zennit `EpsilonGammaBox` |
//! | `preset-a` | epsilon 0.1 | alpha-beta, alpha 1, iNNvestigate's reading | iNNvestigate `lrp.sequential_preset_a` |
//! | `preset-b` | epsilon 0.1 | alpha-beta, alpha 2, iNNvestigate's reading | iNNvestigate `lrp.sequential_preset_b` |
//! | `preset-flat` | epsilon 0.1 | flat | iNNvestigate `lrp.sequential_preset_a_flat`, `..._b_flat` |
//! | `custom` | any rule | any rule | |
//!
//! In an LSTM the rule of the convolution is that of the cell, which reads the words, and states follow the rule of the dense
//! layer.
//!
//! A text CNN has one layer of convolutions, and it reads the words; so a preset's rule for the first layer is the rule of
//! the convolution, and what it says of convolutions further up has no place. Zennit gives the first-layer rule to the
//! first *module* only, so with several widths side by side the others get another rule; here all of them get it.
//! The Zennit presets keep its stabiliser of 1e-6 in every denominator.

use wordlight_nn::Real;

use super::Method;
use super::lrp::propagate;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::composite::Composite;
use crate::rule::{self, AlphaBeta, Bias, Epsilon, Flat, Reading, Rule, ZBox, ZPlus};
use crate::spec::{Choice, MethodSpec, ParamSpec, Params, Range};
use crate::stabiliser::Stabiliser;
use crate::{Result, cite};

/// A rule per layer.
#[derive(Clone, Copy, Debug)]
pub struct LrpComposite;

const RULES: &[Choice] = &[
    choice(&rule::Z_SPEC),
    choice(&rule::EPSILON_SPEC),
    choice(&rule::GAMMA_SPEC),
    choice(&rule::ALPHA_BETA_SPEC),
    choice(&rule::Z_PLUS_SPEC),
    choice(&rule::W_SQUARE_SPEC),
    choice(&rule::FLAT_SPEC),
    choice(&rule::Z_BOX_SPEC),
];

const fn choice(rule: &rule::RuleSpec) -> Choice {
    Choice { id: rule.id, name: rule.name, meaning: rule.summary }
}

const SPEC: MethodSpec = MethodSpec {
    id: "lrp",
    name: "LRP composite",
    summary: "LRP with one rule for the layer that decides and another for the layer that reads the words.",
    formula: "R_i = Σ_j c_ij / Σ_i c_ij · R_j, with one rule’s c_ij in each layer",
    cite: cite::MONTAVON_2019,
    in_target_units: true,
    uses_baseline: false,
    params: &[
        ParamSpec {
            id: "preset",
            name: "preset",
            meaning: "a published choice of rules, or your own",
            range: Range::OneOf {
                options: &[
                    Choice { id: "epsilon-plus", name: "EpsilonPlus", meaning: "Zennit: epsilon, then z-plus" },
                    Choice {
                        id: "epsilon-alpha2-beta1",
                        name: "EpsilonAlpha2Beta1",
                        meaning: "Zennit: epsilon, then alpha-beta with alpha 2",
                    },
                    Choice { id: "epsilon-plus-flat", name: "EpsilonPlusFlat", meaning: "Zennit: epsilon, then flat" },
                    Choice {
                        id: "epsilon-gamma-box",
                        name: "EpsilonGammaBox",
                        meaning: "Zennit: epsilon, then z-box between low and high",
                    },
                    Choice {
                        id: "preset-a",
                        name: "sequential preset a",
                        meaning: "iNNvestigate: epsilon 0.1, then alpha-beta with alpha 1",
                    },
                    Choice {
                        id: "preset-b",
                        name: "sequential preset b",
                        meaning: "iNNvestigate: epsilon 0.1, then alpha-beta with alpha 2",
                    },
                    Choice {
                        id: "preset-flat",
                        name: "sequential preset a or b, flat",
                        meaning: "iNNvestigate: epsilon 0.1, then flat",
                    },
                    Choice { id: "custom", name: "custom", meaning: "the two rules below" },
                ],
                default: "epsilon-plus",
            },
        },
        ParamSpec {
            id: "dense",
            name: "rule of the dense layer",
            meaning: "with preset custom: the rule of the layer that makes the logits",
            range: Range::OneOf { options: RULES, default: "epsilon" },
        },
        ParamSpec {
            id: "conv",
            name: "rule of the convolution",
            meaning: "with preset custom: the rule of the layer that reads the words",
            range: Range::OneOf { options: RULES, default: "gamma" },
        },
        rule::EPSILON_SPEC.params[0],
        rule::GAMMA_SPEC.params[0],
        rule::ALPHA_BETA_SPEC.params[0],
        rule::ALPHA_BETA_SPEC.params[1],
        rule::BIAS,
        rule::Z_BOX_SPEC.params[0],
        rule::Z_BOX_SPEC.params[1],
    ],
};

impl<F: Real> Method<F> for LrpComposite {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>, params: &Params) -> Result<Attribution<F>> {
        Ok(propagate(case, &composite(params)?))
    }
}

/// The rules that the parameters name.
fn composite<F: Real>(params: &Params) -> Result<Composite<F>> {
    let zennit = Stabiliser::Epsilon(F::of(1e-6));
    let alpha_beta = |alpha: f64, reading, stabiliser| -> Result<Box<dyn Rule<F>>> {
        let mut rule = AlphaBeta::new(F::of(alpha), reading, Bias::Absorb)?;
        rule.stabiliser = stabiliser;
        Ok(Box::new(rule))
    };
    let flat = |stabiliser| -> Box<dyn Rule<F>> {
        let mut rule = Flat::new();
        rule.stabiliser = stabiliser;
        Box::new(rule)
    };
    let (epsilon, conv): (f64, Box<dyn Rule<F>>) = match params.choice("preset") {
        "epsilon-plus" => (1e-6, Box::new(ZPlus::new(Bias::Absorb).with_stabiliser(zennit))),
        "epsilon-alpha2-beta1" => (1e-6, alpha_beta(2.0, Reading::Textbook, zennit)?),
        "epsilon-plus-flat" => (1e-6, flat(zennit)),
        "epsilon-gamma-box" => {
            let mut rule = ZBox::new(F::of(params.number("low")), F::of(params.number("high")))?;
            rule.stabiliser = zennit;
            (1e-6, Box::new(rule))
        }
        "preset-a" => (0.1, alpha_beta(1.0, Reading::Innvestigate, Stabiliser::ZeroOnly)?),
        "preset-b" => (0.1, alpha_beta(2.0, Reading::Innvestigate, Stabiliser::ZeroOnly)?),
        "preset-flat" => (0.1, flat(Stabiliser::ZeroOnly)),
        _ => {
            let of = |layer| rule::rule(params.choice(layer))?.build(params);
            return Ok(Composite { dense: of("dense")?, conv: of("conv")? });
        }
    };
    Ok(Composite { dense: Box::new(Epsilon::new(F::of(epsilon), Bias::Absorb)?), conv })
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{explain, name, number};

    #[test]
    fn epsilon_takes_its_share_and_flat_hands_on_the_rest() {
        // The logit 6 loses 0.1 of 6.1 to epsilon; the winner's window is one number wide.
        let got = explain("lrp", &[3.0, 1.0], &[], &[name("preset", "preset-flat")]);
        assert!((got[0] - 36.0 / 6.1).abs() < 1e-14 && got[1] == 0.0, "{got:?}");
    }

    #[test]
    fn custom_takes_the_two_rules_and_their_settings() {
        let given = [name("preset", "custom"), name("conv", "epsilon"), number("epsilon", 1.0)];
        let got = explain("lrp", &[3.0, 1.0], &[], &given);
        assert!((got[0] - 6.0 * 6.0 / 7.0 * 3.0 / 4.0).abs() < 1e-14, "{got:?}");
    }
}
