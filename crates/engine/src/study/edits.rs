//! What if this word were not there, or denied, or another?
//!
//! Each edit makes a new text, which is split into words and read anew; nothing is inferred from scores.

use ndarray::ArrayView1;
use wordlight_explain::Result;
use wordlight_nn::model::{argmax, softmax};

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::scale::largest;
use crate::study::context::Context;
use crate::study::spec::{Answer, Field, FieldKind, Part, QuestionSpec, RowSet, Subject};
use crate::study::winners::{chosen, winners};
use crate::wording::{percent, quoted, signed};

/// The question `edits`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "edits",
    title: "Edit the word",
    answers: "the verdict with a word deleted, negated or replaced",
    about: Subject::Word,
    rows: RowSet::Shown,
    file: None,
    fields: &[Field {
        part: Part::Other,
        key: "replace",
        initial: "",
        kind: FieldKind::Text { most: 64, label: "Replace it with", placeholder: "a word" },
    }],
    answer: Answer::Sentence(|context, question, _| edits(context, question)),
};

/// The chosen word deleted, denied, strengthened and replaced by `other`.
pub(crate) fn edits(context: &Context<'_>, question: &Question) -> Result<Panel> {
    let row = &question.rows[0];
    let case = context.case(row)?;
    let won = winners(context, &case).unwrap_or_default();
    let word = chosen(context, &case, &won, question);
    let span = context.tokens[word].span.clone();
    let typed = context.word(word);

    let mut edits = vec![
        (format!("without {}", quoted(&[typed])), without(context, word)),
        (format!("“not” before {}", quoted(&[typed])), context.spliced(span.start, span.start, "not ")),
        (format!("“very” before {}", quoted(&[typed])), context.spliced(span.start, span.start, "very ")),
    ];
    let other = question.other.trim();
    if !other.is_empty() {
        edits.push((
            format!("{} for {}", quoted(&[other]), quoted(&[typed])),
            context.spliced(span.start, span.end, other),
        ));
    }

    let read = |logits: ArrayView1<'_, f32>| {
        let predicted = argmax(logits);
        (predicted, softmax(logits)[predicted], case.target().value(logits))
    };
    let (before, chance, value) = read(context.logits());
    let mut readings = Vec::new();
    for (name, text) in edits {
        // An edit may leave nothing of the sentence, or join it to the next.
        let reading = Context::of_text(context.engine, &text, question.sentence, row).map(|after| read(after.logits()));
        readings.push((name, text, reading.ok()));
    }
    let explained = context.names(case.target()).explained();
    let columns = ["Edit", "The network says", &explained, "Change"];
    let mut table = Table::new("One word edited", &columns);
    let cells = vec![said(context, before, chance), Cell::text(signed(value)), Cell::default()];
    table.lines.push(Line { kind: "here".to_owned(), ..Line::new("as it is", cells) });
    let changes: Vec<f32> = readings.iter().filter_map(|r| r.2.map(|after| after.2 - value)).collect();
    let max = largest(&changes);
    let mut flipped = Vec::new();
    for (name, text, reading) in readings {
        let Some((predicted, chance, after)) = reading else {
            table
                .lines
                .push(Line::new(name, vec![Cell::text("nothing is left to read"), Cell::default(), Cell::default()]));
            continue;
        };
        if predicted != before {
            flipped.push(name.clone());
        }
        let cells = vec![said(context, predicted, chance), Cell::text(signed(after)), Cell::score(after - value, max)];
        table.lines.push(Line { apply: Some(text), ..Line::new(name, cells) });
    }
    let text = match flipped.as_slice() {
        [] => format!("The verdict stays {} under each of these edits.", context.class(before)),
        some => format!("The verdict is no longer {} {}.", context.class(before), some.join("; nor ")),
    };
    Ok(Panel { text, word: Some(word), tables: vec![table], ..Panel::default() })
}

fn said(context: &Context<'_>, class: usize, chance: f32) -> Cell {
    Cell::text(format!("{} ({})", context.class(class), percent(chance)))
}

/// The text without a word, and without the blank before it or, at the very beginning, after it.
fn without(context: &Context<'_>, word: usize) -> String {
    let span = context.tokens[word].span.clone();
    let (head, tail) = (&context.text[..span.start], &context.text[span.end..]);
    if head.is_empty() { tail.trim_start().to_owned() } else { format!("{}{tail}", head.trim_end_matches(' ')) }
}
