//! What training did to a sentence: its classes and its words, network by network.

use wordlight_explain::Result;

use crate::panel::{Cell, Chart, Curve, Line, Panel, Question, Table};
use crate::scale::largest;
use crate::study::context::Context;
use crate::study::series::series;
use crate::study::spec::{Answer, QuestionSpec, RowSet, Subject};
use crate::wording::{percent, plain, quoted, signed};

/// The question `epochs`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "epochs",
    title: "Word by word",
    answers: "what training changed, word by word",
    about: Subject::Sentence,
    rows: RowSet::Epochs,
    file: None,
    fields: &[],
    answer: Answer::Sentence(|context, question, _| epochs(context, question)),
};

/// "after 5 epochs", or "untrained": how a network's name goes into a sentence.
fn when(name: &str) -> String {
    let counts = name.starts_with(|first: char| first.is_ascii_digit());
    if counts { format!("after {name}") } else { name.to_owned() }
}

/// The sentence from the first network to the last.
pub(crate) fn epochs(context: &Context<'_>, question: &Question) -> Result<Panel> {
    let found = series(context, question)?;
    let networks = question.rows.len();
    let name = |k: usize| context.engine.checkpoint(&question.rows[k].checkpoint).map_or("", |c| c.name.as_str());
    let (first, last) = (&found.scores[0], &found.scores[networks - 1]);
    let classes = found.probabilities[0].len();
    let mut chart = Chart {
        title: "Probability of each class".to_owned(),
        x_name: format!("from {} to {}", name(0), name(networks - 1)),
        y_name: "probability".to_owned(),
        ..Chart::default()
    };
    for class in 0..classes {
        let x = (0..networks).map(|k| k as f32).collect();
        let y = found.probabilities.iter().map(|p| p[class]).collect();
        let kind = if class == found.class { "line" } else { "reference" }.to_owned();
        chart.curves.push(Curve { name: context.class(class).to_owned(), kind, x, y, top: Vec::new() });
    }
    // The verdict in words, change by change.
    let mut steps: Vec<String> = Vec::new();
    for k in 0..networks {
        if k == 0 || found.predicted[k] != found.predicted[k - 1] {
            let (class, when) = (found.predicted[k], when(name(k)));
            steps.push(format!("{} ({}) {when}", context.class(class), percent(found.probabilities[k][class])));
        }
    }
    chart.text = format!("Verdict: {}.", steps.join(", then "));

    let changed = (0..first.len()).fold(0, |best, i| {
        let by = |i: usize| (last[i] - first[i]).abs();
        if by(i) > by(best) { i } else { best }
    });
    let turned = (0..first.len()).filter(|&i| first[i] * last[i] < 0.0).count();
    let max = found.scores.iter().fold(0.0, |max: f32, scores| max.max(largest(scores)));
    let columns = ["Word", "Its score over training", name(0), name(networks - 1), "Change"];
    let mut table = Table::new(format!("Each word’s share of the {}", found.explained), &columns);
    for i in 0..first.len() {
        let curve =
            Cell { curve: found.scores.iter().map(|s| s[i] / max.max(f32::MIN_POSITIVE)).collect(), ..Cell::default() };
        let cells =
            vec![curve, Cell::score(first[i], max), Cell::score(last[i], max), Cell::text(signed(last[i] - first[i]))];
        let kind = if i == changed { "here" } else { "" }.to_owned();
        table.lines.push(Line { kind, ..Line::new(context.word(i), cells) });
    }
    table.note = format!("All curves share one scale, ±{}.", plain(max));
    Ok(Panel {
        text: format!(
            "What changed most is {}: from {} to {}. From {} to {}, {}.",
            quoted(&[context.word(changed)]),
            signed(first[changed]),
            signed(last[changed]),
            name(0),
            name(networks - 1),
            match turned {
                0 => "no word changes its sign".to_owned(),
                1 => "1 word changes its sign".to_owned(),
                more => format!("{more} words change their sign"),
            },
        ),
        word: Some(changed),
        tables: vec![table],
        charts: vec![chart.with_axes()],
        ..Panel::default()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_networks_name_fits_into_a_sentence() {
        assert_eq!(["1 epoch", "untrained"].map(super::when), ["after 1 epoch", "untrained"]);
    }
}
