//! What people said of every phrase of the paper's six reviews.
//!
//! The treebank has a label for every phrase of a sentence. For the paper's six reviews these labels are part of this
//! program: `review-phrases.txt`, which `wordlight evidence --phrases` writes; its lines are a review, the places of the
//! phrase's first word and of the one behind its last, and its signed value in hundredths, between tabs.

use std::ops::Range;

use wordlight_explain::{Error, Result};

/// The phrases of the six reviews.
const FILE: &str = include_str!("review-phrases.txt");

/// The phrases of a review that have a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewPhrases {
    /// Which phrases, the outer before those that they hold.
    pub spans: Vec<Range<usize>>,
    /// What people said of each, -1 to 1.
    pub values: Vec<f32>,
}

impl ReviewPhrases {
    /// The phrases of the review `review-50`, say; none of a text that is no review.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first line that is no phrase.
    pub fn of(review: &str) -> Result<Self> {
        Self::parse(FILE, review)
    }

    fn parse(file: &str, review: &str) -> Result<Self> {
        let mut found = Self::default();
        for (i, line) in file.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            let number = |k: usize| fields.get(k).and_then(|field| field.parse::<i32>().ok());
            let (Some(from), Some(to), Some(value)) = (number(1), number(2), number(3).filter(|v| v.abs() <= 100))
            else {
                return Err(Error::Parameter {
                    name: format!("line {} of the phrases", i + 1),
                    expected: "a review, two places and -100 to 100, between tabs".to_owned(),
                    found: format!("{line:?}"),
                });
            };
            if fields[0] == review {
                found.spans.push(from as usize..to as usize);
                found.values.push(value as f32 / 100.0);
            }
        }
        Ok(found)
    }

    /// The file's lines for a review.
    pub fn print(&self, review: &str) -> String {
        let line = |(span, value): (&Range<usize>, &f32)| {
            format!("{review}\t{}\t{}\t{}\n", span.start, span.end, (100.0 * value).round())
        };
        self.spans.iter().zip(&self.values).map(line).collect()
    }

    /// How many of the other phrases hold each one.
    pub(crate) fn depths(&self) -> Vec<usize> {
        let holds = |outer: &Range<usize>, inner: &Range<usize>| {
            outer != inner && outer.start <= inner.start && inner.end <= outer.end
        };
        self.spans.iter().map(|span| self.spans.iter().filter(|outer| holds(outer, span)).count()).collect()
    }
}

#[cfg(test)]
mod tests {
    use wordlight_nn::text::tokenize;

    use super::*;
    use crate::examples::examples;

    #[test]
    fn every_review_has_phrases_and_they_form_a_tree_over_its_words() {
        for review in examples().into_iter().filter(|example| example.group == "paper") {
            let found = ReviewPhrases::of(&review.id).unwrap();
            let words = tokenize(&review.text).len();
            assert_eq!(found.spans.first(), Some(&(0..words)), "{}", review.id);
            assert_eq!(found.spans.len(), words - 1, "a binary tree over its words");
            for (a, b) in found.spans.iter().flat_map(|a| found.spans.iter().map(move |b| (a, b))) {
                assert!(a.end <= b.start || b.end <= a.start || a.contains(&b.start) || b.contains(&a.start));
            }
            let depths = found.depths();
            let outline = depths.windows(2).all(|pair| pair[1] <= pair[0] + 1);
            assert!(depths[0] == 0 && outline, "the outer come before those they hold: {depths:?}");
            assert_eq!(
                review.truth.as_deref(),
                Some(["", "positive", "very positive"][(2.0 * found.values[0]) as usize])
            );
        }
        assert!(ReviewPhrases::of("review-1").unwrap().spans.is_empty());
    }

    #[test]
    fn what_is_written_is_read_again_and_a_bad_line_is_named() {
        let phrases = ReviewPhrases { spans: vec![0..3, 1..3], values: vec![0.5, -1.0] };
        assert_eq!(ReviewPhrases::parse(&format!("# x\n{}", phrases.print("review-5")), "review-5").unwrap(), phrases);
        let error = ReviewPhrases::parse("review-5\t0\t3\t500\n", "x").unwrap_err().to_string();
        assert!(error.starts_with("line 1 of the phrases is "), "{error}");
    }
}
