//! Three names, one number: gradient x input, Integrated Gradients and LRP-z of a linear network with one maximum.
//!
//! With the logit as target and the zero vector as baseline no maximum changes its winner on the way from the baseline
//! to the sentence, so the slope is the same along the whole path and LRP's shares are those of the slope. Each way to
//! break it is one option here, and the reason is said beside the numbers.

use std::collections::BTreeMap;

use wordlight_explain::spec::ParamValue;
use wordlight_explain::target::TargetKind;
use wordlight_explain::{Error, Result};
use wordlight_nn::model::Classifier;

use crate::panel::{Cell, Chart, Curve, Line, Panel, Question, Table};
use crate::request::RowRequest;
use crate::scale::largest;
use crate::study::context::Context;
use crate::wording::{plain, quoted};

/// A setting under which the three methods are compared.
struct Setting {
    id: &'static str,
    name: &'static str,
    /// Why the numbers differ under it.
    reason: &'static str,
}

const SETTINGS: [Setting; 5] = [
    Setting { id: "plain", name: "logit, zero baseline", reason: "" },
    Setting {
        id: "epsilon",
        name: "LRP-ε with ε = 0.5",
        reason: "ε keeps a part of every sum back, the more the weaker the sum is, so LRP no longer hands out the whole score.",
    },
    Setting {
        id: "probability",
        name: "probability",
        reason: "The softmax bends the path: slopes at the sentence are not the slopes on the way to it.",
    },
    Setting {
        id: "mean",
        name: "mean vector as baseline",
        reason: "Integrated Gradients now count from the average word; the other two still count from nothing.",
    },
    Setting {
        id: "sentence",
        name: "another sentence as baseline",
        reason: "A baseline that differs from place to place lets other windows win on the way.",
    },
];

/// The sentence that stands in for a baseline that differs from place to place.
const BASELINE: &str = "text:it is a film about two men and a long summer in the city";

fn rows(row: &RowRequest, setting: &str) -> [RowRequest; 3] {
    let mut base = RowRequest { params: BTreeMap::new(), baseline: "zero".to_owned(), ..row.clone() };
    base.target.kind = if setting == "probability" { "probability" } else { "logit" }.to_owned();
    let with = |method: &str| RowRequest { method: method.to_owned(), ..base.clone() };
    let mut rows = [with("gradient-x-input"), with("integrated-gradients"), with("lrp-z")];
    match setting {
        "epsilon" => {
            rows[2] = with("lrp-epsilon");
            rows[2].params.insert("epsilon".to_owned(), ParamValue::Number(0.5));
        }
        "mean" => "mean".clone_into(&mut rows[1].baseline),
        "sentence" => BASELINE.clone_into(&mut rows[1].baseline),
        _ => {}
    }
    rows
}

/// The three methods beside each other under one setting.
pub(crate) fn identity(context: &Context<'_>, question: &Question) -> Result<Panel> {
    let choice = if question.choice.is_empty() { SETTINGS[0].id } else { question.choice.as_str() };
    let setting = SETTINGS
        .iter()
        .find(|setting| setting.id == choice)
        .ok_or_else(|| Error::unknown("setting", choice, SETTINGS.iter().map(|setting| setting.id)))?;
    let rows = cut(rows(&question.rows[0], choice), context.tokens.len());
    let scored = rows.iter().map(|row| context.score(row, &mut |_| true)).collect::<Result<Vec<_>>>()?;
    let scores: Vec<&[f32]> = scored.iter().map(|s| s.attribution.per_token.as_slice().expect("owned")).collect();

    // How far the methods are apart, and at which word most.
    let mut worst = (0.0, 0);
    for i in 0..context.tokens.len() {
        let at = scores.iter().map(|row| row[i]);
        let apart = at.clone().fold(f32::MIN, f32::max) - at.fold(f32::MAX, f32::min);
        if apart > worst.0 {
            worst = (apart, i);
        }
    }
    let names: Vec<&str> = scored.iter().map(|s| s.method.name).collect();
    let mut columns = vec!["Word"];
    columns.extend(&names);
    columns.push("Largest difference");
    // Rounding is what each ledger allows its own sum.
    let rounding = scored.iter().fold(0.0, |most: f32, s| most.max(s.attribution.ledger.tolerance));
    let one = worst.0 <= rounding;
    let mut table = Table::new("The three methods, word by word", &columns);
    let max = scores.iter().fold(0.0, |max: f32, row| max.max(largest(row)));
    for i in 0..context.tokens.len() {
        let at: Vec<f32> = scores.iter().map(|row| row[i]).collect();
        let apart = at.iter().copied().fold(f32::MIN, f32::max) - at.iter().copied().fold(f32::MAX, f32::min);
        let mut cells: Vec<Cell> = at.iter().map(|&score| Cell::score(score, max)).collect();
        cells.push(Cell::text(plain(apart)));
        let kind = if i == worst.1 && !one { "here" } else { "" }.to_owned();
        table.lines.push(Line { kind, ..Line::new(context.word(i), cells) });
    }
    let at = quoted(&[context.word(worst.1)]);
    let text = if one {
        format!(
            "Three names, one number: {}, {} and {} differ by {} at most, which is rounding.",
            names[0],
            names[1],
            names[2],
            plain(worst.0)
        )
    } else {
        let reason = if setting.reason.is_empty() { unexpected(context) } else { setting.reason };
        format!("Not one number: they differ by up to {}, at {at}. {reason}", plain(worst.0))
    };
    Ok(Panel {
        text,
        note: format!(
            "All three explain the {}. The predicted class is meant if none is chosen above.",
            context.names(scored[0].target).explained()
        ),
        options: SETTINGS.iter().map(|s| (s.id.to_owned(), s.name.to_owned())).collect(),
        choice: choice.to_owned(),
        tables: vec![table],
        ..Panel::default()
    })
}

/// Why the plain setting may break: the network is another.
fn unexpected(context: &Context<'_>) -> &'static str {
    match context.loaded.network.as_text_cnn() {
        Some(_) => {
            "This network has a ReLU: filters open and close on the way, and LRP does not see the ones that are closed."
        }
        None => "This network multiplies its gates with its memory, so its slope is not the same along the path.",
    }
}

/// A baseline sentence that is longer than the text is cut, because a baseline cannot have more places.
fn cut(mut rows: [RowRequest; 3], tokens: usize) -> [RowRequest; 3] {
    for row in &mut rows {
        if let Some(text) = row.baseline.strip_prefix("text:") {
            row.baseline = format!("text:{}", text.split(' ').take(tokens).collect::<Vec<_>>().join(" "));
        }
    }
    rows
}

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
    for (name, setting) in [("zero vector", "plain"), ("another sentence", "sentence")] {
        let [_, exact, _] = cut(rows(&question.rows[0], setting), context.tokens.len());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_changes_exactly_what_it_names() {
        let row = RowRequest {
            checkpoint: "c".to_owned(),
            method: "gradient".to_owned(),
            params: BTreeMap::new(),
            target: Default::default(),
            baseline: "mean".to_owned(),
        };
        let plain = rows(&row, "plain");
        assert!(plain.iter().all(|row| row.baseline == "zero" && row.target.kind == "logit" && row.params.is_empty()));
        for setting in &SETTINGS[1..] {
            assert_ne!(rows(&row, setting.id), plain, "{}", setting.id);
            assert!(!setting.reason.is_empty());
        }
    }
}
