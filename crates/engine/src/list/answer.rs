//! The answer to one text of a list.

use wordlight_explain::order::ascending;
use wordlight_explain::{Error, Result};

use super::reply::ListWord;
use crate::engine::Engine;
use crate::request::RowRequest;
use crate::wording::grouped;

/// The most bytes of a text: an eighth of them has more words than a network reads.
const MAX_TEXT: usize = 1 << 20;
/// Words that are named for, and against.
const NAMED: usize = 3;

/// What one text came to.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) predicted: usize,
    pub(super) probabilities: Vec<f32>,
    pub(super) words: Vec<ListWord>,
    pub(super) problem: Option<String>,
}

/// A text that could not be read, and why.
pub(super) fn without_answer(problem: String) -> Answer {
    Answer { predicted: 0, probabilities: Vec::new(), words: Vec::new(), problem: Some(problem) }
}

/// One text as a whole: its class, and the words that decided.
pub(super) fn answer(engine: &Engine, text: &str, row: &RowRequest) -> Result<Answer> {
    if text.len() > MAX_TEXT {
        let (length, most) = (grouped(text.len()), grouped(MAX_TEXT));
        return Ok(without_answer(format!("the text has {length} bytes; the limit is {most}")));
    }
    let whole = match engine.whole(text, row) {
        Ok(Some(whole)) => whole,
        Ok(None) => return Ok(without_answer("there is no word in it".to_owned())),
        Err(error @ (Error::Network(_) | Error::Unsupported { .. } | Error::NotFinite { .. })) => {
            return Ok(without_answer(error.to_string()));
        }
        Err(error) => return Err(error),
    };
    let magnitudes: Vec<f64> = whole.scores.iter().map(|s| -f64::from(s.abs())).collect();
    let total: f64 = -magnitudes.iter().sum::<f64>();
    let mut words: Vec<ListWord> = Vec::new();
    for i in ascending(&magnitudes) {
        // As in the sentence under a row: less than a fortieth is not worth a mention.
        if -magnitudes[i] <= 0.025 * total {
            break;
        }
        let sign = if whole.scores[i] > 0.0 { "+" } else { "-" };
        let word = ListWord { text: text[whole.spans[i].clone()].to_owned(), sign: sign.to_owned() };
        let same = words.iter().filter(|known| known.sign == sign).count();
        if same < NAMED && !words.contains(&word) {
            words.push(word);
        }
    }
    Ok(Answer { predicted: whole.predicted, probabilities: whole.probabilities, words, problem: None })
}
