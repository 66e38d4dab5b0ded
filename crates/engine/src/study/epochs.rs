//! What training did to a sentence: its classes and its words, network by network.
//!
//! All networks are asked about one class, the one that the last of them predicts if none is named: otherwise the rows
//! would answer different questions.

use wordlight_explain::Result;
use wordlight_nn::model::{argmax, softmax};

use crate::panel::{Cell, Chart, Curve, Line, Panel, Question, Table};
use crate::request::RowRequest;
use crate::scale::largest;
use crate::study::context::Context;
use crate::wording::{count, percent, plain, quoted, signed};

/// The scores of a sentence by several networks.
struct Series {
    /// One per network, `[T]`.
    scores: Vec<Vec<f32>>,
    /// One per network, `[Y]`.
    probabilities: Vec<Vec<f32>>,
    /// What each network predicts.
    predicted: Vec<usize>,
    /// "logit of positive"
    explained: String,
    /// The class that all of them explain.
    class: usize,
}

fn series(context: &Context<'_>, question: &Question) -> Result<Series> {
    let last = question.rows.last().unwrap_or(&question.rows[0]);
    let class = match last.target.class {
        Some(class) => class,
        None => argmax(Context::new(context.engine, question, last)?.logits()),
    };
    let mut series = Series {
        scores: Vec::new(),
        probabilities: Vec::new(),
        predicted: Vec::new(),
        explained: String::new(),
        class,
    };
    for asked in &question.rows {
        let mut row: RowRequest = asked.clone();
        row.target.class = Some(class);
        let context = Context::new(context.engine, question, &row)?;
        let scored = context.score(&row, &mut |_| true)?;
        let mut names = context.names(scored.target);
        names.in_target_units = scored.method.in_target_units;
        series.explained = names.explained();
        series.scores.push(scored.attribution.per_token.to_vec());
        series.probabilities.push(softmax(context.logits()).to_vec());
        series.predicted.push(argmax(context.logits()));
    }
    Ok(series)
}

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

/// The same sentence by networks that differ in nothing but their seed.
pub(crate) fn seeds(context: &Context<'_>, question: &Question) -> Result<Panel> {
    let found = series(context, question)?;
    let networks = question.rows.len();
    let columns = ["Word", "Mean", "Lowest", "Highest", "Same sign"];
    let mut table =
        Table::new(format!("Each word’s share of the {} under {} seeds", found.explained, networks), &columns);
    let max = found.scores.iter().fold(0.0, |max: f32, scores| max.max(largest(scores)));
    let mut agreed = 0;
    for i in 0..context.tokens.len() {
        let at: Vec<f32> = found.scores.iter().map(|scores| scores[i]).collect();
        let mean = at.iter().sum::<f32>() / networks as f32;
        let (low, high) = at.iter().fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        let same = at.iter().filter(|v| (**v >= 0.0) == (mean >= 0.0)).count();
        agreed += usize::from(same == networks);
        let cells = vec![
            Cell::score(mean, max),
            Cell::score(low, max),
            Cell::score(high, max),
            Cell::text(format!("{same} of {networks}")),
        ];
        table.lines.push(Line::new(context.word(i), cells));
    }
    let mut verdicts: Vec<String> = Vec::new();
    for class in 0..found.probabilities[0].len() {
        match found.predicted.iter().filter(|p| **p == class).count() {
            0 => {}
            times => verdicts.push(format!("{} {times} times", context.class(class)).replace(" 1 times", " once")),
        }
    }
    Ok(Panel {
        text: format!(
            "{} of {} same sign under all {networks} seeds. The verdict is {}.",
            agreed,
            match context.tokens.len() {
                1 => "1 word has the".to_owned(),
                words => format!("{} have the", count(words, "word", "words")),
            },
            verdicts.join(", "),
        ),
        note: "The networks differ only in the seed of their first weights and of the order of the sentences."
            .to_owned(),
        tables: vec![table],
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
