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

use super::Lrp;
use crate::composite::Composite;
use crate::rule::{self, AlphaBeta, Bias, Epsilon, Flat, Reading, Rule, ZBox, ZPlus};
use crate::spec::{Choice, MethodSpec, ParamSpec, Params, Range};
use crate::stabiliser::Stabiliser;
use crate::{Result, cite};

/// A published choice of rules; the table at the head of this file says which.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `preset` | epsilon-plus | one of epsilon-plus, epsilon-alpha2-beta1, epsilon-plus-flat, epsilon-gamma-box, preset-a, preset-b, preset-flat, custom | a published choice of rules, or your own |
/// | `dense` | epsilon | one of z, epsilon, alpha-beta, gamma, z-plus, w-square, flat, z-box | with preset custom: the rule of the layer that makes the logits |
/// | `conv` | gamma | one of z, epsilon, alpha-beta, gamma, z-plus, w-square, flat, z-box | with preset custom: the rule of the layer that reads the words |
/// | `bias` | absorb | one of absorb, ignore | whether the bias takes its share of the relevance, or the words share everything |
/// | `epsilon` | 0.01 | a number from 0 to 10 | added to every denominator, away from zero; its share of the relevance is lost |
/// | `alpha` | 2 | a number from 1 to 10 | weight of what speaks for the output; what speaks against it has weight alpha - 1 |
/// | `reading` | textbook | one of textbook, innvestigate | how the bias enters the two denominators |
/// | `gamma` | 0.25 | a number from 0 to 100 | how much more a contribution counts that has the sign of the output |
/// | `low` | -3 | a number from -100 to 0 | the smallest value a word vector's component is taken to have |
/// | `high` | 3 | a number from 0 to 100 | the largest value a word vector's component is taken to have |
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Preset {
    /// Zennit's `EpsilonPlus`.
    EpsilonPlus,
    /// Zennit's `EpsilonAlpha2Beta1`.
    EpsilonAlpha2Beta1,
    /// Zennit's `EpsilonPlusFlat`.
    EpsilonPlusFlat,
    /// Zennit's `EpsilonGammaBox`.
    EpsilonGammaBox {
        /// The smallest value a word vector's component is taken to have, at most 0.
        low: f64,
        /// The largest value a word vector's component is taken to have, at least 0.
        high: f64,
    },
    /// iNNvestigate's `lrp.sequential_preset_a`.
    SequentialA,
    /// iNNvestigate's `lrp.sequential_preset_b`.
    SequentialB,
    /// iNNvestigate's `lrp.sequential_preset_a_flat` and `..._b_flat`.
    SequentialFlat,
}

impl Preset {
    /// Its rules.
    ///
    /// # Errors
    /// As [`ZBox::new`], for a box that does not hold 0.
    pub fn composite<F: Real>(self) -> Result<Composite<F>> {
        let zennit = Stabiliser::Epsilon(F::from_f64(1e-6));
        let alpha_beta = |alpha: f64, reading, stabiliser| -> Result<Box<dyn Rule<F>>> {
            let mut rule = AlphaBeta::new(F::from_f64(alpha), reading, Bias::Absorb)?;
            rule.stabiliser = stabiliser;
            Ok(Box::new(rule))
        };
        let flat = |stabiliser| -> Box<dyn Rule<F>> {
            let mut rule = Flat::new();
            rule.stabiliser = stabiliser;
            Box::new(rule)
        };
        let (epsilon, conv): (f64, Box<dyn Rule<F>>) = match self {
            Self::EpsilonPlus => (1e-6, Box::new(ZPlus::new(Bias::Absorb).with_stabiliser(zennit))),
            Self::EpsilonAlpha2Beta1 => (1e-6, alpha_beta(2.0, Reading::Textbook, zennit)?),
            Self::EpsilonPlusFlat => (1e-6, flat(zennit)),
            Self::EpsilonGammaBox { low, high } => {
                let mut rule = ZBox::new(F::from_f64(low), F::from_f64(high))?;
                rule.stabiliser = zennit;
                (1e-6, Box::new(rule))
            }
            Self::SequentialA => (0.1, alpha_beta(1.0, Reading::Innvestigate, Stabiliser::ZeroOnly)?),
            Self::SequentialB => (0.1, alpha_beta(2.0, Reading::Innvestigate, Stabiliser::ZeroOnly)?),
            Self::SequentialFlat => (0.1, flat(Stabiliser::ZeroOnly)),
        };
        Ok(Composite { dense: Box::new(Epsilon::new(F::from_f64(epsilon), Bias::Absorb)?), conv })
    }
}

static PRESETS: &[Choice] = &[
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

];

/// The parameters that name the rules.
static NAMES: [ParamSpec; 3] = [
    ParamSpec {
        id: "preset",
        name: "preset",
        meaning: "a published choice of rules, or your own",
        range: Range::OneOf { options: PRESETS, default: "epsilon-plus" },
    },
    ParamSpec {
        id: "dense",
        name: "rule of the dense layer",
        meaning: "with preset custom: the rule of the layer that makes the logits",
        range: Range::OneOf { options: rule::CHOICES, default: "epsilon" },
    },
    ParamSpec {
        id: "conv",
        name: "rule of the convolution",
        meaning: "with preset custom: the rule of the layer that reads the words",
        range: Range::OneOf { options: rule::CHOICES, default: "gamma" },
    },
];

/// Those and every parameter of every rule, each once, and how many they are.
static PARAMS: ([ParamSpec; 16], usize) = {
    let (mut all, mut len) = ([NAMES[0]; 16], 0);
    while len < NAMES.len() {
        all[len] = NAMES[len];
        len += 1;
    }
    let mut i = 0;
    while i < rule::RULES.len() {
        let params = rule::RULES[i].method.params;
        let mut j = 0;
        while j < params.len() {
            if !contains(all.split_at(len).0, params[j].id) {
                all[len] = params[j];
                len += 1;
            }
            j += 1;
        }
        i += 1;
    }
    (all, len)
};

const fn contains(params: &[ParamSpec], id: &str) -> bool {
    let mut i = 0;
    while i < params.len() {
        if same(params[i].id.as_bytes(), id.as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "lrp",
    name: "LRP composite",
    summary: "LRP with one rule for the layer that decides and another for the layer that reads the words.",
    formula: "R_i = Σ_j c_ij / Σ_i c_ij · R_j, with one rule’s c_ij in each layer",
    cite: cite::MONTAVON_2019,
    in_target_units: true,
    uses_baseline: false,
    params: PARAMS.0.split_at(PARAMS.1).0,
};

pub(super) fn from_params<F: Real>(params: &Params) -> Result<Lrp<F>> {
    let preset = match params.choice("preset") {
        "epsilon-plus" => Preset::EpsilonPlus,
        "epsilon-alpha2-beta1" => Preset::EpsilonAlpha2Beta1,
        "epsilon-plus-flat" => Preset::EpsilonPlusFlat,
        "epsilon-gamma-box" => Preset::EpsilonGammaBox { low: params.number("low"), high: params.number("high") },
        "preset-a" => Preset::SequentialA,
        "preset-b" => Preset::SequentialB,
        "preset-flat" => Preset::SequentialFlat,
        _ => {
            let of = |layer| rule::build(params.choice(layer), params);
            return Ok(Lrp::new(Composite { dense: of("dense")?, conv: of("conv")? }));
        }
    };
    Ok(Lrp::new(preset.composite()?))
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{explain, name, number};
    use super::*;

    #[test]
    fn rules_with_the_same_parameter_mean_the_same_by_it() {
        for param in rule::RULES.iter().flat_map(|rule| rule.method.params) {
            let taken = SPEC.params.iter().find(|taken| taken.id == param.id).unwrap();
            assert_eq!(taken.meaning, param.meaning, "{}", param.id);
        }
    }

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
