//! A sentence read by networks that differ only in their seed: how much of its explanation is chance.

use wordlight_explain::Result;

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::scale::largest;
use crate::study::context::Context;
use crate::study::series::series;
use crate::study::spec::{Answer, Field, FieldKind, Part, QuestionSpec, RowSet, Subject};
use crate::wording::count;

/// The question `seeds`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "seeds",
    title: "Would another seed say the same?",
    answers: "how much of an explanation another seed would change",
    about: Subject::Sentence,
    rows: RowSet::Seeds,
    file: None,
    fields: &[Field { part: Part::Rows, key: "seeds-at", initial: "", kind: FieldKind::Id }],
    answer: Answer::Sentence(|context, question, _| seeds(context, question)),
};

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
