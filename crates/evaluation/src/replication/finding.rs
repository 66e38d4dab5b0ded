//! One line of the replication, and the words that several of them use.

use serde::{Deserialize, Serialize};

/// One line of the replication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// A short name.
    pub id: String,
    /// What the paper says, or what there is to know of its experiment.
    pub claim: String,
    /// What that rests on.
    pub evidence: String,
    /// What was measured here, a statement a line.
    pub result: String,
    /// What follows.
    pub verdict: String,
}

pub(super) fn finding(id: &str, claim: &str, evidence: &str, result: String, verdict: String) -> Finding {
    let [claim, evidence, result, verdict] = [claim, evidence, &result, &verdict].map(with_minus_signs);
    Finding { id: id.to_owned(), claim, evidence, result, verdict }
}

/// The text with a minus sign before numbers that have a hyphen there: "-0.4", "[-.4", "1e-5", but not "paper-cnn-5".
fn with_minus_signs(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = |k: Option<usize>| k.and_then(|k| letters.get(k)).copied();
    let is_minus = |k: usize| {
        let before = at(k.checked_sub(1));
        let exponent = before == Some('e') && at(k.checked_sub(2)).is_some_and(|c| c.is_ascii_digit());
        let begins = before.is_none_or(|c| !c.is_alphanumeric());
        let number = at(Some(k + 1)).is_some_and(|c| c.is_ascii_digit() || c == '.');
        letters[k] == '-' && number && (begins || exponent)
    };
    (0..letters.len()).map(|k| if is_minus(k) { '−' } else { letters[k] }).collect()
}

/// The name of a method for people, or its id if it is none.
pub(super) fn named(method: &str) -> &str {
    wordlight_explain::method::spec(method).map_or(method, |spec| spec.name)
}

pub(super) fn not_measured() -> String {
    "not measured".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_minus_signs_and_names_keep_their_hyphens() {
        let text = "-0.44, [-.1, -2] of paper-cnn-5: 1e-5 below 1e-300; leave-one-out, 5-10";
        let wanted = "−0.44, [−.1, −2] of paper-cnn-5: 1e−5 below 1e−300; leave-one-out, 5-10";
        assert_eq!(with_minus_signs(text), wanted);
    }

    #[test]
    fn methods_are_called_by_their_names() {
        assert_eq!((named("lrp-alpha-beta"), named("control-random")), ("LRP-αβ", "control-random"));
    }
}
