//! Whole phrases: what people said of them, beside what their words add up to.
//!
//! A phrase's score is the sum of its words' scores, as in [`wordlight_explain::faithfulness::plausibility`].

use wordlight_explain::Result;
use wordlight_explain::faithfulness::plausibility::turn;
use wordlight_explain::faithfulness::similarity::kendall;
use wordlight_nn::model::Classifier;

use crate::examples;
use crate::examples::Example;
use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::scale::largest;
use crate::study::context::{Context, to_f64};
use crate::study::human_text::{no_side, same_side, turned};
use crate::study::review_phrases::ReviewPhrases;
use crate::study::spec::{Answer, QuestionSpec, RowSet, Subject};
use crate::wording::{count, percent, quoted, two};

/// The question `phrases`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "phrases",
    title: "Against people, phrase by phrase",
    answers: "whether they find the same of whole phrases, in the paper’s six reviews",
    about: Subject::Sentence,
    rows: RowSet::Methods,
    file: None,
    fields: &[],
    answer: Answer::Sentence(|context, question, _| phrases(context, question)),
};

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
