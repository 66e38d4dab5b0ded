//! How far methods are from the Shapley values of the same question.

use wordlight_explain::Result;
use wordlight_explain::faithfulness::shapley_distance::distance;

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::request::RowRequest;
use crate::scale::largest;
use crate::study::context::{Context, to_f64};
use crate::study::spec::{Answer, QuestionSpec, RowSet, Subject};
use crate::wording::{plain, two};

/// The question `reference`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "reference",
    title: "Against exact Shapley values",
    answers: "how far methods are from the exact Shapley values",
    about: Subject::Sentence,
    rows: RowSet::Methods,
    file: None,
    fields: &[],
    answer: Answer::Sentence(|context, question, work| reference(context, question, work.progress)),
};

/// Each row's distance to the exact Shapley values of the first row's question.
pub(crate) fn reference(
    context: &Context<'_>,
    question: &Question,
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<Panel> {
    // Exact values need a maximum over time; for a memory they are estimated.
    let exact = context.loaded.network.as_bilstm().is_none();
    let method = if exact { "shapley" } else { "shapley-sampling" }.to_owned();
    let shapley = RowRequest { method, params: Default::default(), ..question.rows[0].clone() };
    let truth = context.score(&shapley, progress)?;
    let values = to_f64(&truth.attribution.per_token);
    let columns = ["Method", "Distance", "Correlation", "Same order", "Strongest word"];
    let mut table =
        Table::new(format!("Distance to the {} Shapley values", if exact { "exact" } else { "estimated" }), &columns);
    let mut nearest: Option<(f64, &str)> = None;
    for (k, row) in question.rows.iter().enumerate() {
        let scored = context.score(row, &mut |_| true)?;
        let found = distance(&to_f64(&scored.attribution.per_token), &values);
        let far = if scored.method.in_target_units && found.relative.is_finite() {
            if nearest.is_none_or(|(least, _)| found.relative < least) && row.method != shapley.method {
                nearest = Some((found.relative, scored.method.name));
            }
            Cell::text(plain(found.relative as f32))
        } else {
            Cell::text("another unit")
        };
        let same = if found.similarity.same_top { "the same" } else { "another" };
        let cells = vec![
            far,
            Cell::text(two(found.similarity.pearson)),
            Cell::text(two(found.similarity.kendall)),
            Cell::text(same),
        ];
        let kind = if k == 0 { "here" } else { "" }.to_owned();
        table.lines.push(Line { kind, ..Line::new(scored.method.name, cells) });
    }
    table.note =
        "Distance: the length of the difference, in lengths of the Shapley values. Same order: Kendall’s tau-b."
            .to_owned();
    let max = largest(truth.attribution.per_token.as_slice().expect("owned"));
    let mut values = Table::new("The Shapley values themselves", &["Word", "Value"]);
    for (i, &value) in truth.attribution.per_token.iter().enumerate() {
        values.lines.push(Line::new(context.word(i), vec![Cell::score(value, max)]));
    }
    Ok(Panel {
        text: match nearest {
            Some((far, name)) => {
                format!("Nearest to the Shapley values is {name}, at a distance of {}.", plain(far as f32))
            }
            None => "None of these methods counts in the unit of the Shapley values.".to_owned(),
        },
        note: format!(
            "The Shapley value shares the score out by fair rules: all of it, equal words equally, nothing to a word that \
             does nothing. {}",
            match exact {
                true => "Here it is exact, over every order of the words.",
                false =>
                    "A network with a memory has no quick way to it: it is estimated from 100 random orders of the words.",
            }
        ),
        tables: vec![table, values],
        ..Panel::default()
    })
}
