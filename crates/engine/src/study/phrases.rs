//! Whole phrases: what people said of them, beside what their words add up to.
//!
//! The treebank has a label for every phrase of a sentence. For the paper's six reviews these labels are part of this
//! program: `review-phrases.txt`, which `wordlight evidence --phrases` writes; its lines are a review, the places of the
//! phrase's first word and of the one behind its last, and its signed value in hundredths, between tabs. A phrase's score
//! is the sum of its words' scores, as in [`wordlight_explain::faithfulness::plausibility`].

use std::ops::Range;

use wordlight_explain::faithfulness::plausibility::turn;
use wordlight_explain::faithfulness::similarity::kendall;
use wordlight_explain::{Error, Result};
use wordlight_nn::model::Classifier;

use crate::examples;
use crate::examples::Example;
use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::scale::largest;
use crate::study::compared::{no_side, turned, two};
use crate::study::context::{Context, to_f64};
use crate::wording::{count, percent, quoted};

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
    fn depths(&self) -> Vec<usize> {
        let holds = |outer: &Range<usize>, inner: &Range<usize>| {
            outer != inner && outer.start <= inner.start && inner.end <= outer.end
        };
        self.spans.iter().map(|span| self.spans.iter().filter(|outer| holds(outer, span)).count()).collect()
    }
}

/// The phrases of a review beside the sums of their words' scores; of another text, which reviews there are.
pub(crate) fn phrases(context: &Context<'_>, question: &Question) -> Result<Panel> {
    let forms: Vec<&str> = context.tokens.iter().map(|token| token.form.as_str()).collect();
    let reviews: Vec<Example> = examples().into_iter().filter(|example| example.group == "paper").collect();
    let Some(review) = reviews.iter().find(|review| review.text == forms.join(" ")) else {
        return Ok(offer(&reviews));
    };
    let human = ReviewPhrases::of(&review.id)?;
    let values: Vec<f64> = human.values.iter().map(|value| f64::from(*value)).collect();
    let first = context.score(&question.rows[0], &mut |_| true)?;
    let class = context.class(first.target.class());
    let sign = turn(first.target.class(), context.loaded.network.classes());
    let sums =
        |scores: &[f64]| -> Vec<f64> { human.spans.iter().map(|span| scores[span.clone()].iter().sum()).collect() };
    let own = sums(&to_f64(&first.attribution.per_token));
    let agreement = |sums: &[f64], sign: f64| {
        let sided: Vec<bool> =
            sums.iter().zip(&values).filter_map(|(sum, value)| same_side(sign * sum, *value)).collect();
        let turned: Vec<f64> = sums.iter().map(|sum| sign * sum).collect();
        (sided.iter().filter(|same| **same).count(), sided.len(), kendall(&turned, &values))
    };

    let caption = format!("{}, phrase by phrase, with sums of {}", review.name, first.method.name);
    let mut table = Table::new(caption, &["Phrase", "People", "Its words", "Same side"]);
    let max = largest(&own.iter().map(|sum| *sum as f32).collect::<Vec<_>>());
    for ((span, depth), (&value, &sum)) in human.spans.iter().zip(human.depths()).zip(values.iter().zip(&own)) {
        let words = &context.text[context.tokens[span.start].span.start..context.tokens[span.end - 1].span.end];
        let side = sign.and_then(|sign| same_side(sign * sum, value));
        let cells = vec![
            Cell { text: two(value), ..Cell::score(value as f32, 1.0) },
            Cell::score(sum as f32, max),
            Cell::text(side.map_or("", |same| if same { "yes" } else { "no" })),
        ];
        table.lines.push(Line { depth, ..Line::new(words, cells) });
    }
    table.note =
        "A phrase stands under the one that holds it. Single words are in the panel before this one.".to_owned();

    let mut methods = Table::new("The same for other methods", &["Method", "Same side", "Kendall’s tau"]);
    if let Some(sign) = sign {
        for (k, row) in question.rows.iter().enumerate() {
            let scored = context.score(row, &mut |_| true)?;
            let (same, of, tau) = agreement(&sums(&to_f64(&scored.attribution.per_token)), sign);
            let kind = if k == 0 { "here" } else { "" }.to_owned();
            let cells = vec![Cell::text(format!("{same} of {of}")), Cell::text(two(tau))];
            methods.lines.push(Line { kind, ..Line::new(scored.method.name, cells) });
        }
    }
    let text = match sign {
        None => no_side(class),
        Some(sign) => {
            let (same, of, tau) = agreement(&own, sign);
            format!(
                "Of {} that people found positive or negative, the words of {same} add up to the same side ({}){}. Kendall’s tau is {}.",
                count(of, "phrase", "phrases"),
                percent(same as f32 / of.max(1) as f32),
                turned(sign, class),
                two(tau),
            )
        }
    };
    Ok(Panel {
        text,
        note: "People labelled every phrase of the treebank’s sentences, −1 very negative to +1 very positive (Socher et al. \
               2013). A sum of scores knows nothing of what one word does to another; people do."
            .to_owned(),
        tables: if methods.lines.is_empty() { vec![table] } else { vec![table, methods] },
        ..Panel::default()
    })
}

/// Whether a turned score is on people's side, where both have one.
pub(crate) fn same_side(turned: f64, value: f64) -> Option<bool> {
    (turned != 0.0 && value != 0.0).then_some((turned > 0.0) == (value > 0.0))
}

/// The reviews whose phrases have values.
fn offer(reviews: &[Example]) -> Panel {
    let mut table = Table::new("Reviews with a value for every phrase", &["Review", "Text"]);
    for review in reviews {
        let line = Line::new(&review.name, vec![Cell::text(&review.text)]);
        table.lines.push(Line { apply: Some(review.text.clone()), ..line });
    }
    let names: Vec<&str> = reviews.iter().map(|review| review.name.trim_start_matches("Review ")).collect();
    Panel {
        text: format!(
            "People’s values of whole phrases are here for the paper’s six reviews, {}. Use one to see them.",
            quoted(&names)
        ),
        tables: vec![table],
        ..Panel::default()
    }
}

#[cfg(test)]
mod tests {
    use wordlight_nn::text::tokenize;

    use super::*;

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
