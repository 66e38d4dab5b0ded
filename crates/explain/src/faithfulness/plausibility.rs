//! Do people find the same words positive and negative? The Stanford Sentiment Treebank has a label for every word and
//! phrase of every sentence (Socher et al. 2013), 0 to 4; its signed human value is `(label - 2) / 2`, -1 to 1.
//!
//! Scores that explain a class on the negative side say the opposite of sentiment, so they are *turned* first
//! ([`turn`]); the middle class has no side. Three questions are asked of the words, and two of the phrases, whose
//! relevance is the sum of their words':
//!
//! - *sign agreement*: of the words with a human value, the share whose score has its sign (a score of 0 is half right);
//! - *Kendall's tau-b* of scores and human values;
//! - *AUPRC*: the average precision of finding the positive words by the highest scores, and of the negative words by
//!   the lowest; the mean of the two, where a sentence has both.
//!
//! Plausible is not faithful: a network that has learnt something else than people know is explained well by scores that
//! fail here.

use std::ops::Range;

use super::similarity::kendall;
use crate::order::ascending;

/// The sign that turns scores for `class` of `classes` ordered classes into scores for being positive; none for the
/// middle class.
pub fn turn(class: usize, classes: usize) -> Option<f64> {
    match (2 * class + 1).cmp(&classes) {
        std::cmp::Ordering::Less => Some(-1.0),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(1.0),
    }
}

/// How well scores agree with people. NaN where there is nothing to compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plausibility {
    /// Share of the words or phrases whose score has the sign of the human value, 0 to 1. A score of zero counts half; human
    /// values of zero are left out.
    pub sign_agreement: f64,
    /// Kendall's tau-b between scores and human values, -1 to 1.
    pub kendall: f64,
    /// Average precision, 0 to 1: the mean of that of finding what is positive to people and of finding what is negative.
    pub auprc: f64,
}

/// Compares turned scores with human values, word by word or phrase by phrase.
pub fn plausibility(scores: &[f64], human: &[f64]) -> Plausibility {
    let (mut agree, mut count) = (0.0, 0.0);
    for (score, value) in scores.iter().zip(human).filter(|(_, value)| **value != 0.0) {
        count += 1.0;
        agree += match score * value {
            product if product > 0.0 => 1.0,
            0.0 => 0.5,
            _ => 0.0,
        };
    }
    let flip = |values: &[f64]| values.iter().map(|v| -v).collect::<Vec<f64>>();
    let precision = |scores: &[f64], human: &[f64]| {
        average_precision(scores, &human.iter().map(|value| *value > 0.0).collect::<Vec<_>>())
    };
    let both = [precision(scores, human), precision(&flip(scores), &flip(human))];
    let defined: Vec<f64> = both.into_iter().filter(|p| !p.is_nan()).collect();
    Plausibility {
        sign_agreement: agree / count,
        kendall: kendall(scores, human),
        auprc: defined.iter().sum::<f64>() / defined.len() as f64,
    }
}

/// The summed relevance of each span of words.
pub fn of_spans(scores: &[f64], spans: &[Range<usize>]) -> Vec<f64> {
    spans.iter().map(|span| scores[span.clone()].iter().sum()).collect()
}

/// The area under the precision-recall curve as a sum over thresholds, `sum_n (R_n - R_(n-1)) P_n`: equal scores are
/// found together. NaN without a positive.
pub fn average_precision(scores: &[f64], positive: &[bool]) -> f64 {
    let total = positive.iter().filter(|positive| **positive).count() as f64;
    let order = ascending(&scores.iter().map(|score| -score).collect::<Vec<_>>());
    let (mut found, mut seen, mut area, mut from) = (0.0, 0.0, 0.0, 0);
    while from < order.len() {
        let before = found;
        let mut to = from;
        while to < order.len() && scores[order[to]] == scores[order[from]] {
            seen += 1.0;
            found += f64::from(u8::from(positive[order[to]]));
            to += 1;
        }
        area += (found - before) * found / seen;
        from = to;
    }
    area / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn average_precision_by_hand() {
        // Found at places 1 and 3: (1/1 + 2/3) / 2. The worst order of one in three: 1/3.
        let close = |got: f64, want: f64| assert!((got - want).abs() < 1e-15, "{got} and {want}");
        close(average_precision(&[3.0, 2.0, 1.0], &[true, false, true]), 5.0 / 6.0);
        close(average_precision(&[3.0, 2.0, 1.0], &[false, false, true]), 1.0 / 3.0);
        // All equal: the precision is the share of positives, whatever their order.
        close(average_precision(&[1.0; 4], &[false, true, false, false]), 0.25);
        assert!(average_precision(&[1.0], &[false]).is_nan());
    }

    #[test]
    fn three_words_by_hand() {
        // Signs: right, wrong, half right; the last word has no human value.
        let got = plausibility(&[2.0, 1.0, 0.0, 0.5], &[1.0, -0.5, 0.5, 0.0]);
        assert_eq!(got.sign_agreement, 0.5);
        let flat = plausibility(&[1.0, 2.0], &[0.0, 0.0]);
        assert!(flat.sign_agreement.is_nan() && flat.kendall.is_nan() && flat.auprc.is_nan());
        let perfect = plausibility(&[2.0, 0.1, -3.0], &[1.0, 0.0, -0.5]);
        assert_eq!((perfect.sign_agreement, perfect.kendall, perfect.auprc), (1.0, 1.0, 1.0));
    }

    #[test]
    fn the_middle_class_has_no_side() {
        assert_eq!([0, 1, 2, 3, 4].map(|k| turn(k, 5)), [Some(-1.0), Some(-1.0), None, Some(1.0), Some(1.0)]);
        assert_eq!([turn(0, 2), turn(1, 2)], [Some(-1.0), Some(1.0)]);
    }

    #[test]
    fn the_relevance_of_a_phrase_is_the_sum_of_its_words() {
        assert_eq!(of_spans(&[1.0, 2.0, 4.0], &[0..2, 1..3, 0..3]), [3.0, 6.0, 7.0]);
    }
}
