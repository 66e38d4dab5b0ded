//! LIME for text (Ribeiro, Singh & Guestrin 2016): a linear model of which words are there, fitted around the sentence.
//!
//! Random subsets of the words are kept; each gets a weight by its nearness to the whole sentence, and a ridge regression
//! with an intercept is fitted to the explained value:
//!
//! ```text
//! minimise over a, b   sum_s k_s (F(x_s) - b - a . z_s)^2 + ridge |a|^2,     k_s = exp(-d_s^2 / (2 width^2))
//! ```
//!
//! with `z_s` the presence of the words and `d_s = 1 - sqrt(kept / T)`, the cosine distance from the whole sentence. As
//! in the authors' program the number of words removed is drawn first (1 to `T`) and then which, the first sample is the
//! sentence itself, `width` is 25 on a scale of 100, and the ridge is 1. Its choice of a few features is left out: every
//! word has a score here. An absent word is its row of the baseline. The authors explain a probability; any target will do.
//!
//! The scores are a fit. They add up to nothing that the network computes, and another seed gives other scores.

use ndarray::{Array1, Array2};
use wordlight_nn::Real;
use wordlight_nn::ops::shaped;

use super::Method;
use super::ridge;
use crate::attribution::Attribution;
use crate::case::Case;
use crate::exact::coalitions::{Coalitions, Removal};
use crate::random::{Draws, SEED};
use crate::spec::{MethodSpec, ParamSpec, ParamValue, Params, Range};
use crate::{Error, Result, cite};

/// LIME.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `samples` | 1000 | a whole number from 10 to 20000 | how many random parts of the sentence are looked at |
/// | `width` | 0.25 | a number from 0.05 to 10 | how far from the whole sentence a part may be and still count; small is near |
/// | `ridge` | 1 | a number from 0.000001 to 100 | how strongly large weights are discouraged |
/// | `seed` | 0 | a whole number from 0 to 9999 | which random draw; the same seed always gives the same answer |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lime {
    samples: usize,
    width: f64,
    ridge: f64,
    seed: usize,
}

impl Lime {
    /// # Errors
    /// [`Error::Parameter`] for a value outside the ranges of the table.
    pub fn new(samples: usize, width: f64, ridge: f64, seed: usize) -> Result<Self> {
        let number = |id: &str, value: f64| (id.to_owned(), ParamValue::Number(value));
        let given = [number("samples", samples as f64), number("width", width), number("ridge", ridge)];
        Params::check(&SPEC.params[..3], &given.into())?;
        Ok(Self { samples, width, ridge, seed })
    }
}

impl Default for Lime {
    fn default() -> Self {
        from_params(&Params::defaults(SPEC.params)).expect("the defaults are in range")
    }
}

pub(super) fn from_params(params: &Params) -> Result<Lime> {
    Ok(Lime {
        samples: params.integer("samples"),
        width: params.number("width"),
        ridge: params.number("ridge"),
        seed: params.integer("seed"),
    })
}

/// The regression has a matrix of words by words.
const MAX_WORDS: usize = 500;

pub(super) static SPEC: MethodSpec = MethodSpec {
    id: "lime",
    name: "LIME",
    summary: "The weights of a linear model that was fitted to the network on random parts of the sentence.",
    formula: "A = argmin_a Σ_s k_s (F(x_s) − b − a · z_s)² + λ |a|², z_s the words that sample s keeps",
    cite: cite::RIBEIRO_2016,
    in_target_units: true,
    uses_baseline: true,
    params: &[
        ParamSpec {
            id: "samples",
            name: "samples",
            meaning: "how many random parts of the sentence are looked at",
            range: Range::Integer { min: 10, max: 20_000, default: 1000 },
        },
        ParamSpec {
            id: "width",
            name: "kernel width",
            meaning: "how far from the whole sentence a part may be and still count; small is near",
            range: Range::Number { min: 0.05, max: 10.0, default: 0.25, log: true },
        },
        ParamSpec {
            id: "ridge",
            name: "ridge",
            meaning: "how strongly large weights are discouraged",
            range: Range::Number { min: 1e-6, max: 100.0, default: 1.0, log: true },
        },
        SEED,
    ],
};

/// The parts of a sentence of `words` words that LIME looks at, `[N, T]`: which words are present.
pub fn parts(seed: usize, samples: usize, words: usize) -> Array2<bool> {
    let mut draws = Draws::new(seed);
    let mut present = Array2::from_elem((samples, words), true);
    let mut order: Vec<usize> = (0..words).collect();
    for mut part in present.outer_iter_mut().skip(1).filter(|_| words > 0) {
        let removed = 1 + draws.below(words);
        draws.shuffle(&mut order);
        for &i in &order[..removed] {
            part[i] = false;
        }
    }
    present
}

impl<F: Real> Method<F> for Lime {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        let words = case.tokens();
        if words > MAX_WORDS {
            return Err(Error::Unsupported { method: SPEC.name, reason: "its regression takes at most 500 words" });
        }
        case.afford(SPEC.name, self.samples)?;
        let present = parts(self.seed, self.samples, words);
        let mut coalitions = Coalitions::new(case);
        coalitions.foresee(&mut present.outer_iter().map(|part| part.to_vec()), Removal::Baseline)?;
        let (mut values, mut weights) = (Vec::new(), Vec::new());
        for part in present.outer_iter() {
            values.push(coalitions.value(part.as_slice().expect("a row"))?.as_f64());
            let kept = part.iter().filter(|present| **present).count();
            let distance = 1.0 - (kept as f64 / words.max(1) as f64).sqrt();
            weights.push((-0.5 * (distance / self.width).powi(2)).exp());
        }
        // Nothing to fit: the regression would leave rounding in the place of zeros.
        if values.iter().all(|value| *value == values[0]) {
            return Ok(Attribution::by_word(case, &vec![0.0; words], Vec::new()).without_claim());
        }
        let z = present.iter().map(|present| if *present { 1.0 } else { 0.0 }).collect();
        let z = shaped(present.dim(), z);
        let fit = ridge::fit(z, &Array1::from(values), &Array1::from(weights), self.ridge);
        Ok(Attribution::by_word(case, fit.as_slice().expect("owned"), Vec::new()).without_claim())
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{explain, number};
    use super::*;

    #[test]
    fn one_word_is_fitted_by_a_line() {
        // With the word 6, without it 0; a ridge that hardly counts leaves the slope alone.
        let got = explain("lime", &[3.0], &[], &[number("ridge", 1e-6)]);
        assert!((got[0] - 6.0).abs() < 1e-4, "{got:?}");
    }

    #[test]
    fn parts_begin_with_the_whole_and_lack_something_after_that() {
        let parts = parts(1, 200, 4);
        let kept: Vec<usize> = parts.outer_iter().map(|p| p.iter().filter(|here| **here).count()).collect();
        assert_eq!(kept[0], 4);
        assert!(kept[1..].iter().all(|n| *n < 4) && (0..4).all(|n| kept.contains(&n)));
    }
}
