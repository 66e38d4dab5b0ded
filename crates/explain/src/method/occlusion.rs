//! Occlusion: what is lost when a word, or a run of words, is not there (Zeiler & Fergus 2014; for words Li, Monroe &
//! Jurafsky 2016, as *representation erasure*),
//!
//! ```text
//! A_i = mean over the windows that contain word i of  F(x) - F(x without the window)
//! ```
//!
//! For one word at a time it is the leave-one-out difference. It needs no gradient and asks a question that anybody
//! understands; but two words that say the same cover for each other, and both get nothing. The scores add up to
//! nothing.
//!
//! A word is taken out in one of two ways: its row of the baseline takes its place (with the zero baseline that is the
//! network's `<unk>` and `<pad>`), or the word is **deleted** and the sentence closes up, so that its neighbours meet.
//! Windows lie within the words. Captum's `Occlusion` is the first way, with the same mean.

use wordlight_nn::Real;

use super::Method;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::exact::coalitions::{Coalitions, Removal};
use crate::spec::{Choice, MethodSpec, ParamSpec, Params, Range};
use crate::{Result, cite};

/// Occlusion.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `window` | 1 | a whole number from 1 to 5 | how many neighbouring words are taken away together |
/// | `removal` | baseline | one of baseline, delete | what is left in the word's place |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occlusion {
    /// How many neighbouring words are taken away together, 1 or more; at most all of them are.
    pub window: usize,
    /// What is left in the word's place.
    pub removal: Removal,
}

impl Default for Occlusion {
    fn default() -> Self {
        Self { window: 1, removal: Removal::Baseline }
    }
}

pub(super) fn from_params(params: &Params) -> Result<Occlusion> {
    let removal = if params.choice("removal") == "delete" { Removal::Delete } else { Removal::Baseline };
    Ok(Occlusion { window: params.integer("window"), removal })
}

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "occlusion",
    name: "Occlusion",
    summary: "How far the score falls when the word is taken away.",
    formula: "A_t = F(x) − F(x without t)",
    cite: cite::LI_2016,
    in_target_units: true,
    uses_baseline: true,
    params: &[
        ParamSpec {
            id: "window",
            name: "words at a time",
            meaning: "how many neighbouring words are taken away together",
            range: Range::Integer { min: 1, max: 5, default: 1 },
        },
        ParamSpec {
            id: "removal",
            name: "removal",
            meaning: "what is left in the word's place",
            range: Range::OneOf {
                options: &[
                    Choice {
                        id: "baseline",
                        name: "baseline",
                        meaning: "the baseline's vector takes the word's place",
                    },
                    Choice { id: "delete", name: "delete", meaning: "the sentence closes up around the gap" },
                ],
                default: "baseline",
            },
        },
    ],
};

impl<F: Real> Method<F> for Occlusion {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        let words = case.tokens();
        let window = self.window.clamp(1, words.max(1)).min(words);
        let removal = self.removal;
        case.afford(SPEC.name, words)?;
        let mut coalitions = Coalitions::new(case);
        // In the arithmetic of the removals, so that a removal that changes nothing is exactly zero.
        let whole = coalitions.value(&vec![true; words])?;
        let gaps = (0..(words + 1).saturating_sub(window.max(1))).map(|from| from..from + window);
        let without = |gap: std::ops::Range<usize>| (0..words).map(|i| !gap.contains(&i)).collect::<Vec<bool>>();
        coalitions.foresee(&mut gaps.clone().map(without), removal)?;
        let (mut sums, mut counts) = (vec![0.0; words], vec![0.0; words]);
        for gap in gaps {
            let left = if removal == Removal::Delete {
                let present = without(gap.clone());
                case.target().value(coalitions.logits(&present, Removal::Delete)?.view())
            } else {
                coalitions.value_without(gap.clone())?
            };
            for i in gap {
                sums[i] += whole.as_f64() - left.as_f64();
                counts[i] += 1.0;
            }
        }
        let means: Vec<f64> = sums.iter().zip(counts).map(|(sum, count)| sum / count).collect();
        Ok(Attribution::by_word(case, &means, Vec::new()).without_claim())
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{explain, name, number};

    #[test]
    fn the_drop_of_a_maximum_by_hand() {
        // The logit is twice the largest word. Without the 3 it is 2; without both it is 0.
        assert_eq!(explain("occlusion", &[3.0, 1.0], &[], &[]), [4.0, 0.0]);
        assert_eq!(explain("occlusion", &[3.0, 1.0], &[], &[number("window", 2.0)]), [6.0, 6.0]);
    }

    #[test]
    fn a_deleted_word_leaves_no_zero_behind() {
        assert_eq!(explain("occlusion", &[3.0, -1.0], &[], &[]), [6.0, 0.0]);
        assert_eq!(explain("occlusion", &[3.0, -1.0], &[], &[name("removal", "delete")]), [8.0, 0.0]);
    }

    #[test]
    fn a_window_longer_than_the_sentence_is_the_sentence() {
        assert_eq!(explain("occlusion", &[3.0], &[], &[number("window", 5.0)]), [6.0]);
    }
}
