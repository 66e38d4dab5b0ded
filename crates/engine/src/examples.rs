//! Sentences to begin with.

use serde::{Deserialize, Serialize};

/// A sentence with, perhaps, its true class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Example {
    /// The id of the example, for programs and links.
    pub id: String,
    /// `paper` for the six reviews of the paper, `try` for sentences that show something.
    pub group: String,
    /// The name of the example, for readers.
    pub name: String,
    /// The text.
    pub text: String,
    /// The name of the true class.
    pub truth: Option<String>,
    /// Where the sentence comes from.
    pub source: String,
}

/// Where the six reviews come from.
pub const PAPER_SOURCE: &str = "R. Jalota, Interpretation of Neural Models using LRP and Integrated Gradient Approach; \
     from the test split of the Stanford Sentiment Treebank (Socher et al. 2013)";

/// The paper's reviews: index in the test split, true class, text.
const PAPER: [(u32, &str, &str); 6] = [
    (50, "positive", "an engaging overview of johnson 's eccentric career ."),
    (
        105,
        "very positive",
        "the film is often filled with a sense of pure wonderment and excitement not often seen in today 's cinema du sarcasm",
    ),
    (
        30,
        "very positive",
        "a masterful film from a master filmmaker , unique in its deceptive grimness , compelling in its fatalist worldview .",
    ),
    (23, "positive", "scores a few points for doing what it does with a dedicated and good-hearted professionalism ."),
    (500, "very positive", "this is a very fine movie -- go see it ."),
    (777, "positive", "it 's predictable , but it jumps through the expected hoops with style and even some depth ."),
];

/// Ours: what it shows, and the text.
const TRY: [(&str, &str); 7] = [
    ("Praise", "A warm, funny and beautifully acted film."),
    ("Blame", "Dull, predictable and far too long."),
    ("But", "The actors are wonderful, but the story is a tired mess."),
    ("Negation", "This is not a good film."),
    ("Double negation", "It is not without charm, and never boring."),
    ("Intensifier", "A very, very good film."),
    ("Unknown word", "A gloriously flumptious comedy."),
];

/// All examples, the paper's first.
pub fn examples() -> Vec<Example> {
    let paper = PAPER.iter().map(|(review, truth, text)| Example {
        id: format!("review-{review}"),
        group: "paper".to_owned(),
        name: format!("Review {review}"),
        text: (*text).to_owned(),
        truth: Some((*truth).to_owned()),
        source: PAPER_SOURCE.to_owned(),
    });
    let ours = TRY.iter().map(|(name, text)| Example {
        id: name.to_lowercase().replace(' ', "-"),
        group: "try".to_owned(),
        name: (*name).to_owned(),
        text: (*text).to_owned(),
        truth: None,
        source: "wordlight".to_owned(),
    });
    paper.chain(ours).collect()
}

#[cfg(test)]
mod tests {
    use wordlight_nn::text::{split_sentences, tokenize};

    use super::*;

    #[test]
    fn the_papers_reviews_read_as_the_treebanks_own_tokens() {
        for example in examples().iter().filter(|e| e.group == "paper") {
            let tokens = tokenize(&example.text);
            let forms: Vec<&str> = tokens.iter().map(|t| t.form.as_str()).collect();
            assert_eq!(forms.join(" "), example.text);
            assert_eq!(split_sentences(&example.text, &tokens).len(), 1, "{}", example.name);
        }
    }

    #[test]
    fn ids_are_unique() {
        let mut ids: Vec<String> = examples().into_iter().map(|e| e.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), PAPER.len() + TRY.len());
    }
}
