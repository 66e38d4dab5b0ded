//! A list with its answers as comma-separated values, fit for a spreadsheet.

use std::borrow::Cow;

use super::answer::Answer;
use crate::csv::{self, Cells};

/// Every line that has been read, in the file's order. `text` gives the text of a line, `truth` its true class if the file
/// has them.
pub(super) fn to_csv<'a>(
    labels: &[String],
    answers: &[Answer],
    text: impl Fn(usize) -> Cow<'a, str>,
    truth: Option<&[u8]>,
) -> String {
    let mut out = "number,text,".to_owned();
    if truth.is_some() {
        out.push_str("true class,");
    }
    out.push_str("predicted,");
    for label in labels {
        csv::field(&mut out, &format!("probability of {label}"), Cells::Safe);
    }
    out.push_str("for,against,problem\n");
    for (i, answer) in answers.iter().enumerate() {
        out.push_str(&format!("{},", i + 1));
        csv::field(&mut out, &text(i), Cells::Safe);
        if let Some(truth) = truth {
            csv::field(&mut out, labels.get(usize::from(truth[i])).map_or("", String::as_str), Cells::Safe);
        }
        let has = !answer.probabilities.is_empty();
        csv::field(&mut out, if has { &labels[answer.predicted] } else { "" }, Cells::Safe);
        for k in 0..labels.len() {
            let probability = answer.probabilities.get(k);
            out.push_str(&probability.map_or_else(|| ",".to_owned(), |p| format!("{p:?},")));
        }
        for sign in ["+", "-"] {
            let words: Vec<&str> =
                answer.words.iter().filter(|word| word.sign == sign).map(|word| word.text.as_str()).collect();
            csv::field(&mut out, &words.join(" "), Cells::Safe);
        }
        csv::field(&mut out, answer.problem.as_deref().unwrap_or(""), Cells::Safe);
        out.pop();
        out.push('\n');
    }
    out
}
