//! The exact greedy order: at each step the word whose removal lowers the value most, every candidate being tried.
//!
//! It is the best that any method can do one step at a time, and so the other end of the scale on which random orders are
//! zero. It is not the best order of all, which would take all `T!`, and it looks at the network `T^2 / 2` times where a
//! method looks once: a control, not a rival. For insertion, the word that raises the value most.

use wordlight_nn::Real;

use super::curve::Direction;
use crate::Result;
use crate::exact::coalitions::{Coalitions, Removal};
use crate::target::Target;

/// The greedy order of the words and its curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Greedy {
    /// Indices of the words, `[T]`: at each step the one whose removal lowers, or whose insertion raises, the value most.
    pub order: Vec<usize>,
    /// The value after each step, `[T + 1]`.
    pub values: Vec<f64>,
}

/// The greedy order of the words.
///
/// # Errors
/// As [`Coalitions::logits`].
pub fn greedy<F: Real>(
    coalitions: &mut Coalitions<'_, '_, F>,
    target: &Target,
    direction: Direction,
    removal: Removal,
) -> Result<Greedy> {
    let inserts = direction == Direction::Insertion;
    let sign = if inserts { -1.0 } else { 1.0 };
    let words = coalitions.case().tokens();
    let mut present = vec![!inserts; words];
    let mut values = vec![target.value(coalitions.logits(&present, removal)?.view()).as_f64()];
    let mut order = Vec::with_capacity(words);
    while order.len() < words {
        let mut best: Option<(usize, f64)> = None;
        let mut next = (0..words).filter(|word| !order.contains(word)).map(|word| {
            let mut present = present.clone();
            present[word] = inserts;
            present
        });
        coalitions.foresee(&mut next, removal)?;
        for word in (0..words).filter(|word| !order.contains(word)) {
            present[word] = inserts;
            let value = target.value(coalitions.logits(&present, removal)?.view()).as_f64();
            present[word] = !inserts;
            if best.is_none_or(|(_, least)| sign * value < sign * least) {
                best = Some((word, value));
            }
        }
        let (word, value) = best.expect("a word is left");
        present[word] = inserts;
        order.push(word);
        values.push(value);
    }
    Ok(Greedy { order, values })
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::with_case;
    use super::*;

    #[test]
    fn the_word_that_hurts_most_goes_first() {
        // Without (5, 0) it is 5, without another more. Of the rest, (0, 3) alone is 3 and (2, 2) alone 4.
        with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            let deletion = greedy(&mut coalitions, &case.target(), Direction::Deletion, Removal::Baseline).unwrap();
            assert_eq!((deletion.order, deletion.values), (vec![0, 2, 1], vec![8.0, 5.0, 3.0, 0.0]));
            let insertion = greedy(&mut coalitions, &case.target(), Direction::Insertion, Removal::Baseline).unwrap();
            assert_eq!((insertion.order, insertion.values), (vec![0, 1, 2], vec![0.0, 5.0, 8.0, 8.0]));
        });
    }
}
