//! The words and windows that speak for a class, on average over the treebank.

use wordlight_explain::faithfulness::plausibility::turn;
use wordlight_explain::{Error, Result};

use crate::engine::Engine;
use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::site::corpus::CorpusEntry;
use crate::site::data_files::CORPUS;
use crate::study::measured::measured;
use crate::study::spec::{Answer, Field, FieldKind, Part, QuestionSpec, RowSet, Subject};
use crate::wording::{count, grouped, quoted, signed, two};

/// The question `corpus`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "corpus",
    title: "The words of each class",
    answers: "the words and windows that speak for a class, on average over the treebank",
    about: Subject::Network,
    rows: RowSet::Shown,
    file: Some(CORPUS),
    fields: &[Field { part: Part::Choice, key: "corpus-class", initial: "", kind: FieldKind::Id }],
    answer: Answer::Network(corpus),
};

/// The words and windows that speak for a class.
pub(crate) fn corpus(engine: &Engine, question: &Question) -> Result<Panel> {
    let (corpus, network, labels) = measured(engine, question)?;
    let Some(network) = network else {
        let names: Vec<&str> = corpus.networks.iter().map(|network| network.name.as_str()).collect();
        return Ok(Panel {
            text: format!("This network was not read over the whole treebank. Those that were: {}.", names.join("; ")),
            ..Panel::default()
        });
    };
    let explained = question.rows[0].target.class.unwrap_or(0);
    let class = match question.choice.as_str() {
        "" => explained.min(labels.len() - 1),
        id => id.parse().ok().filter(|class| *class < labels.len()).ok_or_else(|| {
            let ids: Vec<String> = (0..labels.len()).map(|class| class.to_string()).collect();
            Error::unknown("class", id, ids.iter().map(String::as_str))
        })?,
    };
    let found = &network.classes[class];
    let mut tables = vec![entries("Words", "Word", &found.words)];
    if network.width > 0 {
        let caption =
            format!("{} words in a row", ["No", "Single", "Two", "Three", "Four", "Five"][network.width.min(5)]);
        tables.push(entries(&caption, "Words", &found.windows));
    }
    let strongest = found.words.first().map_or_else(String::new, |entry| {
        format!("{} speaks for {} most, {} on average.", quoted(&[&entry.text]), labels[class], signed(entry.mean))
    });
    let windows = match network.width {
        0 => " This network reads word by word and has no windows.",
        _ => " A window’s score is what the filters it won add.",
    };
    Ok(Panel {
        text: format!("{strongest}{}", same_side(&found.words, turn(class, labels.len()), &labels[class])),
        note: format!(
            "Means over {} of the treebank, of what comes at least {} times: gradient × input of the class’s logit.{windows} \
             People: the mean of what was said of these words by themselves, −1 to +1.",
            count(network.sentences, "training sentence", "training sentences"),
            network.at_least,
        ),
        options: labels.iter().enumerate().map(|(k, label)| (k.to_string(), label.clone())).collect(),
        choice: class.to_string(),
        tables,
        ..Panel::default()
    })
}

/// On how many of these words people are on the class's side, as far as it has one.
fn same_side(words: &[CorpusEntry], sign: Option<f64>, class: &str) -> String {
    let Some(sign) = sign else {
        return format!(" {class} lies in the middle, so people’s words have no side to be on.");
    };
    let asked: Vec<f64> = words.iter().filter_map(|entry| entry.human).map(|value| sign * f64::from(value)).collect();
    let (with, against) = (asked.iter().filter(|v| **v > 0.0).count(), asked.iter().filter(|v| **v < 0.0).count());
    let side = if sign > 0.0 { ["positive", "negative"] } else { ["negative", "positive"] };
    format!(
        " Of these {} people find {with} {} and {against} {}.",
        count(words.len(), "word", "words"),
        side[0],
        side[1]
    )
}

/// A table of words or windows, the highest mean first.
fn entries(caption: &str, head: &str, entries: &[CorpusEntry]) -> Table {
    let mut table = Table::new(caption, &[head, "Mean", "People", "Times"]);
    let max = entries.iter().fold(0.0, |max: f32, entry| max.max(entry.mean.abs()));
    for CorpusEntry { text, mean, count, human } in entries {
        let people = human.map_or_else(
            || Cell::text("not asked"),
            |value| Cell { text: two(f64::from(value)), ..Cell::score(value, 1.0) },
        );
        let line = Line::new(text, vec![Cell::score(*mean, max), people, Cell::text(grouped(*count))]);
        table.lines.push(Line { find: Some(text.clone()), ..line });
    }
    table
}
