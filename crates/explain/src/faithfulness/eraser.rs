//! Comprehensiveness and sufficiency (DeYoung et al. 2020, ERASER):
//!
//! ```text
//! comprehensiveness = mean over k of  F(x) - F(x without its best k %)        high is good
//! sufficiency       = mean over k of  F(x) - F(the best k % alone)            low is good
//! ```
//!
//! with `k` in 1, 5, 10, 20 and 50 % of the words, at least one word. The benchmark's own `F` is the probability of the
//! predicted class. Its formula also counts an empty rationale, which adds the same constant to every method; here the
//! mean is over the five bins. In sentences of twenty words the first two bins are one word each.

use wordlight_nn::Real;

use super::curve::order_by_score;
use crate::Result;
use crate::exact::coalitions::{Coalitions, Removal};
use crate::target::Target;

/// The shares of words that are looked at.
pub const BINS: [f64; 5] = [0.01, 0.05, 0.10, 0.20, 0.50];

/// The two measures of ERASER, in units of the explained value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eraser {
    /// Comprehensiveness: how much lower the value is without the best words, averaged over [`BINS`]. High is good.
    pub comprehensiveness: f64,
    /// Sufficiency: how much lower the value is with the best words alone, averaged over [`BINS`]. Low is good.
    pub sufficiency: f64,
}

/// Both measures of `scores` `[T]`; 0 for no words.
///
/// # Errors
/// As [`Coalitions::logits`].
pub fn eraser<F: Real>(
    coalitions: &mut Coalitions<'_, '_, F>,
    target: &Target,
    scores: &[f64],
    removal: Removal,
) -> Result<Eraser> {
    let order = order_by_score(scores);
    let mut value =
        |present: &[bool]| -> Result<f64> { Ok(target.value(coalitions.logits(present, removal)?.view()).as_f64()) };
    let whole = value(&vec![true; order.len()])?;
    let (mut without, mut alone) = (0.0, 0.0);
    for share in BINS {
        let best = ((share * order.len() as f64).ceil() as usize).min(order.len());
        let mut kept = vec![false; order.len()];
        order[..best].iter().for_each(|word| kept[*word] = true);
        alone += whole - value(&kept)?;
        kept.iter_mut().for_each(|kept| *kept = !*kept);
        without += whole - value(&kept)?;
    }
    let bins = BINS.len() as f64;
    Ok(Eraser { comprehensiveness: without / bins, sufficiency: alone / bins })
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::with_case;
    use super::*;

    #[test]
    fn five_bins_of_three_words_by_hand() {
        // Four bins of one word, one of two. Without (5, 0): 5; without (0, 3) as well: 4. Alone: 5, then 8.
        with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            let got = eraser(&mut coalitions, &case.target(), &[3.0, 2.0, 1.0], Removal::Baseline).unwrap();
            assert_eq!(got.comprehensiveness, (4.0 * 3.0 + 4.0) / 5.0);
            assert_eq!(got.sufficiency, (4.0 * 3.0 + 0.0) / 5.0);
        });
    }
}
