//! How many steps Integrated Gradients need: the error of `n` equal steps against the exact sum.

use std::collections::BTreeMap;

use wordlight_explain::spec::ParamValue;
use wordlight_explain::target::TargetKind;
use wordlight_explain::{Error, Result};

use crate::panel::{Cell, Chart, Curve, Line, Panel, Question, Table};
use crate::request::RowRequest;
use crate::study::baseline_sentence::baseline_sentence;
use crate::study::context::Context;
use crate::study::spec::{Answer, QuestionSpec, RowSet, Subject};
use crate::wording::plain;

/// The question `steps`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "steps",
    title: "How many steps does Integrated Gradients need?",
    answers: "how far Integrated Gradients of n steps are from the exact sum",
    about: Subject::Sentence,
    rows: RowSet::Shown,
    file: None,
    fields: &[],
    answer: Answer::Sentence(|context, question, work| steps(context, question, work.progress)),
};

/// Numbers of steps that are tried.
const STEPS: [u32; 12] = [1, 2, 3, 5, 8, 13, 20, 32, 50, 100, 200, 300];

/// The error of Integrated Gradients with `n` steps against the exact sum, for two baselines.
pub(crate) fn steps(
    context: &Context<'_>,
    question: &Question,
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<Panel> {
    let mut chart = Chart {
        title: "Error of Integrated Gradients by the number of steps".to_owned(),
        x_name: "steps".to_owned(),
        y_name: "largest error of a word".to_owned(),
        log: true,
        ..Chart::default()
    };
    let columns = ["Baseline", "1 step", "5 steps", "20 steps", "50 steps", "300 steps"];
    let mut table = Table::new("Largest error of a word", &columns);
    let mut found = Vec::new();
    let work = 2.0 * STEPS.iter().sum::<u32>() as f64;
    let mut done = 0.0;
    let baselines = [("zero vector", "zero".to_owned()), ("another sentence", baseline_sentence(context.tokens.len()))];
    for (name, baseline) in baselines {
        let mut exact = RowRequest {
            method: "integrated-gradients".to_owned(),
            params: BTreeMap::new(),
            baseline,
            ..question.rows[0].clone()
        };
        exact.target.kind = TargetKind::Logit.choice().id.to_owned();
        let reference = context.score(&exact, &mut |_| true)?.attribution.per_token;
        let mut curve = Curve { name: name.to_owned(), kind: "line".to_owned(), ..Curve::default() };
        let mut line = Line::new(name, Vec::new());
        for steps in STEPS {
            let mut row = exact.clone();
            row.params.insert("quadrature".to_owned(), ParamValue::Text("midpoint".to_owned()));
            row.params.insert("steps".to_owned(), ParamValue::Number(f64::from(steps)));
            let scores = context.score(&row, &mut |_| true)?.attribution.per_token;
            let error = scores.iter().zip(&reference).fold(0.0, |most: f32, (a, b)| most.max((a - b).abs()));
            curve.x.push(steps as f32);
            curve.y.push(error);
            if [1, 5, 20, 50, 300].contains(&steps) {
                line.cells.push(Cell::text(plain(error)));
            }
            done += f64::from(steps);
            if !progress(done / work) {
                return Err(Error::Cancelled);
            }
        }
        found.push(curve.y[0]);
        chart.curves.push(curve);
        table.lines.push(line);
    }
    chart.text = format!(
        "From the zero vector one step errs by {}; from another sentence one step errs by {}, and {} by {}.",
        plain(found[0]),
        plain(found[1]),
        "300 steps",
        plain(chart.curves[1].y.last().copied().unwrap_or(0.0)),
    );
    let target = context.case(&RowRequest { baseline: "zero".to_owned(), ..question.rows[0].clone() })?.target();
    let kind = TargetKind::Logit.choice().name;
    Ok(Panel {
        text: chart.text.clone(),
        note: format!(
            "The {kind} of {} is explained; the points lie in the middle of equal steps. {}",
            context.class(target.class()),
            match context.loaded.network.as_bilstm() {
                None => "The exact sum follows the path from kink to kink.",
                Some(_) =>
                    "This network’s path has no kinks; it is held to a sum of so many points that nothing is missing.",
            }
        ),
        tables: vec![table],
        charts: vec![chart.with_axes()],
        ..Panel::default()
    })
}
