//! Which lines of a list are shown, and in which order.

use wordlight_explain::order::ascending;

use super::answer::Answer;
use super::reply::ListOrder;
use crate::confusion::Wanted;

/// The lines last asked for, in order.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    order: ListOrder,
    descending: bool,
    wanted: Wanted,
    /// How many had been read.
    done: usize,
    /// Their numbers, from 0.
    pub(super) lines: Vec<u32>,
}

impl Sorted {
    /// Sorts the lines of `answers` that are wanted. `truth` gives the true class of a line if it is known, `has_words`
    /// whether a line has the wanted words.
    pub(super) fn of(
        (order, descending): (ListOrder, bool),
        wanted: &Wanted,
        answers: &[Answer],
        truth: impl Fn(usize) -> Option<usize>,
        has_words: impl Fn(usize) -> bool,
    ) -> Self {
        let done = answers.len();
        // What could not be read comes last either way.
        let sign = if descending { -1.0 } else { 1.0 };
        let chosen: Vec<usize> = (0..done)
            .filter(|&i| {
                let taken = answers[i].problem.is_none().then_some(answers[i].predicted);
                wanted.cell.holds(truth(i), taken) && has_words(i)
            })
            .collect();
        let keys: Vec<f64> = (chosen.iter())
            .map(|&i| (i, &answers[i]))
            .map(|(i, answer)| match (order, answer.probabilities.get(answer.predicted)) {
                (ListOrder::Number, _) => sign * i as f64,
                (_, None) => f64::INFINITY,
                (ListOrder::Truth, Some(_)) => sign * truth(i).unwrap_or(0) as f64,
                (ListOrder::Class, Some(p)) => sign * (answer.predicted as f64 + 0.5 * f64::from(*p)),
                (ListOrder::Confidence, Some(p)) => sign * f64::from(*p),
            })
            .collect();
        let lines = ascending(&keys).into_iter().map(|k| chosen[k] as u32).collect();
        Self { order, descending, wanted: wanted.clone(), done, lines }
    }

    /// Whether these are the lines that are asked for, of so many that have been read.
    pub(super) fn answers(&self, asked: (ListOrder, bool), wanted: &Wanted, done: usize) -> bool {
        ((self.order, self.descending), &self.wanted, self.done) == (asked, wanted, done) && done > 0
    }
}
