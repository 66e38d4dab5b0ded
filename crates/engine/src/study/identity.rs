//! Three names, one number: gradient x input, Integrated Gradients and LRP-z of a linear network with one maximum.
//!
//! With the logit as target and the zero vector as baseline no maximum changes its winner on the way from the baseline
//! to the sentence, so the slope is the same along the whole path and LRP's shares are those of the slope. Each way to
//! break it is one option here, and the reason is said beside the numbers.

use std::collections::BTreeMap;

use wordlight_explain::spec::ParamValue;
use wordlight_explain::{Error, Result};
use wordlight_nn::model::Classifier;

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::request::RowRequest;
use crate::scale::largest;
use crate::study::baseline_sentence::baseline_sentence;
use crate::study::context::Context;
use crate::study::spec::{Answer, Field, FieldKind, Part, QuestionSpec, RowSet, Subject};
use crate::wording::{plain, quoted};

/// The question `identity`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "identity",
    title: "Three names, one number",
    answers: "whether three methods give one number, and what breaks that",
    about: Subject::Sentence,
    rows: RowSet::Shown,
    file: None,
    fields: &[Field { part: Part::Choice, key: "identity", initial: "plain", kind: FieldKind::Id }],
    answer: Answer::Sentence(|context, question, _| identity(context, question)),
};

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

/// The three rows under a setting, for a sentence of `tokens` words.
fn rows(row: &RowRequest, setting: &str, tokens: usize) -> [RowRequest; 3] {
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
        "sentence" => rows[1].baseline = baseline_sentence(tokens),
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
    let rows = rows(&question.rows[0], choice, context.tokens.len());
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
        let plain = rows(&row, "plain", 5);
        assert!(plain.iter().all(|row| row.baseline == "zero" && row.target.kind == "logit" && row.params.is_empty()));
        for setting in &SETTINGS[1..] {
            assert_ne!(rows(&row, setting.id, 5), plain, "{}", setting.id);
            assert!(!setting.reason.is_empty());
        }
    }
}
