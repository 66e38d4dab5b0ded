//! The z-box rule: for inputs that live in a box `[low, high]` (Montavon et al. 2017),
//!
//! ```text
//! c_ij = x_i w_ij - low w_ij^+ - high w_ij^-
//! ```
//!
//! which is never negative inside the box. The bias takes no part. Word vectors are not bounded by nature; the box is
//! the visitor's.

use ndarray::{Array2, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, Part, WeightMap};
use wordlight_nn::ops::{add, flat_mut, map, product, zip};

use super::{Branch, Rule, RuleSpec, Split};
use crate::spec::{MethodSpec, ParamSpec, Params, Range};
use crate::stabiliser::Stabiliser;
use crate::{Error, Result, cite};

pub(super) static SPEC: RuleSpec = RuleSpec {
    id: "z-box",
    name: "z-box",
    summary: "shares follow the distance from the far end of a box of possible inputs",
    method: MethodSpec {
        id: "lrp-z-box",
        name: "LRP-zᴮ",
        summary: "LRP for inputs inside a box: shares follow the distance from its far end.",
        formula: "R_i = Σ_j c_ij / Σ_i c_ij · R_j, c_ij = x_i w_ij − l w_ij⁺ − h w_ij⁻",
        cite: cite::MONTAVON_2017,
        in_target_units: true,
        uses_baseline: false,
        params: &[
        ParamSpec {
            id: "low",
            name: "low",
            meaning: "the smallest value a word vector's component is taken to have",
            range: Range::Number { min: -100.0, max: 0.0, default: -3.0, log: false },
        },
        ParamSpec {
            id: "high",
            name: "high",
            meaning: "the largest value a word vector's component is taken to have",
            range: Range::Number { min: 0.0, max: 100.0, default: 3.0, log: false },
        },
    ],
    },
};

pub(super) fn from_params<F: Real>(params: &Params) -> Result<ZBox<F>> {
    ZBox::new(F::from_f64(params.number("low")), F::from_f64(params.number("high")))
}

/// The z-box rule.
///
/// As [`build`](crate::method::build), the page and the command line take them:
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `low` | -3 | a number from -100 to 0 | the smallest value a word vector's component is taken to have |
/// | `high` | 3 | a number from 0 to 100 | the largest value a word vector's component is taken to have |
#[derive(Clone, Copy, Debug)]
pub struct ZBox<F> {
    low: F,
    high: F,
    /// How denominators are kept from zero.
    pub stabiliser: Stabiliser<F>,
}

impl<F: Real> ZBox<F> {
    /// # Errors
    /// [`Error::Parameter`] unless `low <= 0 <= high`, both finite.
    pub fn new(low: F, high: F) -> Result<Self> {
        for (name, value, fits) in [("low", low, low <= F::zero()), ("high", high, high >= F::zero())] {
            if !(fits && value.is_finite()) {
                return Err(Error::Parameter {
                    name: name.to_owned(),
                    expected: format!("a finite number {} 0", if name == "low" { "up to" } else { "from" }),
                    found: value.to_string(),
                });
            }
        }
        Ok(Self { low, high, stabiliser: Stabiliser::ZeroOnly })
    }
}

impl<F: Real> Rule<F> for ZBox<F> {
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        z: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        // low w^+ and high w^- are contributions of an input of ones, told apart by their sign.
        let ones = Array2::ones(x.raw_dim());
        let [positive, negative] = layer.contributions(ones.view());
        // W x is known: it is what the layer put out, without its bias.
        let mut sum = map(z, |z| z);
        let bias = layer.bias();
        for row in flat_mut(&mut sum).chunks_exact_mut(bias.len()) {
            row.iter_mut().zip(&bias).for_each(|(sum, &b)| *sum -= b);
        }
        zip(&mut sum, positive.view(), |sum, w| *sum -= self.low * w);
        zip(&mut sum, negative.view(), |sum, w| *sum -= self.high * w);
        let branch = Branch { fraction: F::one(), bias: Part::Zero, stabiliser: self.stabiliser };
        let (s, kept, lost) = branch.hand_out(layer, sum, r);
        let mut relevance = product(layer.adjoint(s.view(), WeightMap::without_bias(Part::All)), x);
        let (low, high) = (map(s.view(), |s| -self.low * s), map(s.view(), |s| -self.high * s));
        add(&mut relevance, layer.share(ones.view(), [low.view(), high.view()]).view());
        Split { relevance, bias: kept, stabiliser: lost }
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, split};
    use super::*;

    #[test]
    fn distances_from_the_box_by_hand() {
        // 3 - (-1)(3) = 6 and -2 - (3)(-1) = 1, of 7.
        assert_close(&split(&ZBox::new(-1.0, 3.0).unwrap()).relevance, [12.0 / 7.0, 2.0 / 7.0]);
    }

    #[test]
    fn an_inside_out_box_is_refused() {
        assert_eq!(ZBox::new(1.0, 2.0).unwrap_err().to_string(), "low is 1, expected a finite number up to 0");
        assert!(ZBox::new(-1.0, f64::INFINITY).is_err());
    }
}
