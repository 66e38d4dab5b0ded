//! Deletion and insertion curves of several methods on one sentence, with both controls: the random band and the greedy
//! order (see [`wordlight_explain::faithfulness`]).
//!
//! The curve is of the probability of the explained class, whatever was explained: it has the same bounds for all.

use wordlight_explain::exact::coalitions::{Coalitions, Removal};
use wordlight_explain::faithfulness::curve::{Direction, area, curve, order_by_score};
use wordlight_explain::faithfulness::greedy::greedy;
use wordlight_explain::faithfulness::random_order::band;
use wordlight_explain::target::TargetKind;
use wordlight_explain::{Error, Result};

use crate::panel::{Cell, Chart, Curve, Line, Panel, Question, Table};
use crate::study::context::{Context, to_f64};
use crate::study::spec::{Answer, Field, FieldKind, Part, QuestionSpec, RowSet, Subject};
use crate::wording::{percent, plain, quoted};

/// The question `curves`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "curves",
    title: "Take away what it calls important",
    answers: "what happens when the best words go, or come, first",
    about: Subject::Sentence,
    rows: RowSet::Methods,
    file: None,
    fields: &[Field { part: Part::Choice, key: "curves", initial: "deletion", kind: FieldKind::Id }],
    answer: Answer::Sentence(|context, question, work| curves(context, question, work.progress)),
};

/// Random orders behind the band.
const ORDERS: usize = 100;

/// Words of a sentence, at most: the greedy order looks at the network `T^2 / 2` times.
const MAX_WORDS: usize = 120;

/// The curves of the question's rows.
pub(crate) fn curves(
    context: &Context<'_>,
    question: &Question,
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<Panel> {
    let words = context.tokens.len();
    if words > MAX_WORDS {
        return Err(Error::Parameter {
            name: "the sentence".to_owned(),
            expected: format!("at most {MAX_WORDS} words for curves"),
            found: words.to_string(),
        });
    }
    let inserts = question.choice == "insertion";
    let direction = if inserts { Direction::Insertion } else { Direction::Deletion };
    let case = context.case(&question.rows[0])?;
    let target = case.target().with_kind(TargetKind::Probability);
    let mut coalitions = Coalitions::new(&case);

    let rows = question.rows.len() as f64;
    let mut found: Vec<(String, &str, Vec<f64>)> = Vec::new();
    let mut first = 0;
    for (k, row) in question.rows.iter().enumerate() {
        let scored = context.score(row, &mut |done| progress((k as f64 + done) / (rows + 1.0)))?;
        let order = order_by_score(&to_f64(&scored.attribution.per_token));
        if k == 0 {
            first = order[0];
        }
        let values = curve(&mut coalitions, &target, &order, direction, Removal::Baseline)?;
        found.push((scored.method.name.to_owned(), if k == 0 { "line" } else { "reference" }, values));
    }
    let best = greedy(&mut coalitions, &target, direction, Removal::Baseline)?;
    found.push(("greedy, the best step by step".to_owned(), "reference", best.values));
    let random = band(&mut coalitions, &target, direction, Removal::Baseline, (ORDERS, 1 + question.seed as usize))?;

    let floats = |values: &[f64]| values.iter().map(|v| *v as f32).collect::<Vec<f32>>();
    let steps: Vec<f32> = (0..=words).map(|k| k as f32).collect();
    let class = context.class(target.class());
    let mut chart = Chart {
        title: format!("Probability of {class}, word by word {}", if inserts { "put back" } else { "taken away" }),
        x_name: if inserts { "words put back" } else { "words taken away" }.to_owned(),
        y_name: "probability".to_owned(),
        ..Chart::default()
    };
    chart.curves.push(Curve {
        name: "random orders, 5 to 95 of 100".to_owned(),
        kind: "band".to_owned(),
        x: steps.clone(),
        y: floats(&random.low),
        top: floats(&random.high),
    });
    for (name, kind, values) in &found {
        let (name, kind) = (name.clone(), (*kind).to_owned());
        chart.curves.push(Curve { name, kind, x: steps.clone(), y: floats(values), top: Vec::new() });
    }
    let (low, high) = (random.areas[ORDERS / 20], random.areas[ORDERS - 1 - ORDERS / 20]);
    let beyond = |area: f64| if inserts { area > high } else { area < low };
    let sooner = if inserts { "after 3 words back" } else { "after 3 words" };
    let columns = ["Order", "Mean probability", "Against chance", sooner];
    let mut table = Table::new(
        format!("{} curves of the probability of {class}", if inserts { "Insertion" } else { "Deletion" }),
        &columns,
    );
    let third = words.min(3);
    for (k, (name, _, values)) in found.iter().enumerate() {
        let mean = area(values);
        let verdict = if beyond(mean) { "better" } else { "no better" };
        let cells =
            vec![Cell::text(plain(mean as f32)), Cell::text(verdict), Cell::text(percent(values[third] as f32))];
        let kind = if k == 0 { "here" } else { "" }.to_owned();
        table.lines.push(Line { kind, ..Line::new(name.clone(), cells) });
    }
    let cells = vec![
        Cell::text(format!("{} to {}", plain(low as f32), plain(high as f32))),
        Cell::default(),
        Cell::text(percent(random.mean[third] as f32)),
    ];
    table.lines.push(Line::new("random, 5 to 95 of 100", cells));
    table.note = format!("A good order makes the mean probability {}.", if inserts { "high" } else { "low" });

    let (name, _, own) = &found[0];
    let text = format!(
        "{} the words in the order of {name}, {} first: the probability of {class} goes from {} to {} in {third} steps; in a random order to {} on average.",
        if inserts { "Putting back" } else { "Taking away" },
        quoted(&[context.word(first)]),
        percent(own[0] as f32),
        percent(own[third] as f32),
        percent(random.mean[third] as f32),
    );
    chart.text = text.clone();
    Ok(Panel {
        text,
        note:
            "A word that is taken away reads as the baseline. “Better” means beyond 95 of 100 random orders. An order \
               is judged on the network alone; whether a reader would agree is another question."
                .to_owned(),
        options: [("deletion", "taking away"), ("insertion", "putting back")]
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .to_vec(),
        choice: if inserts { "insertion" } else { "deletion" }.to_owned(),
        tables: vec![table],
        charts: vec![chart.with_axes()],
        ..Panel::default()
    })
}
