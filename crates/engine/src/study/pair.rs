//! Two sentences side by side, and where the difference between them comes from.
//!
//! The words are aligned by their longest common subsequence; what lies between two common words is paired off in
//! order. With scores that add up to the explained value, the change of the value is a sum over the alignment,
//!
//! ```text
//! F(b) - F(a) = sum over exchanged, added and dropped words  +  sum over common words (new neighbours)  +  rest
//! ```
//!
//! where the rest is what both sides booked on padding, biases and the like. The class is the one explained in the
//! first sentence, so the two values are the same question asked twice.

use wordlight_explain::{Error, Result};

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::request::RowRequest;
use crate::scale::largest;
use crate::study::context::Context;
use crate::study::spec::{Answer, Field, FieldKind, Part, QuestionSpec, RowSet, Subject};
use crate::wording::{percent, plain, signed};

/// The question `pair`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "pair",
    title: "Two sentences, one difference",
    answers: "two sentences, and where their difference comes from",
    about: Subject::Sentence,
    rows: RowSet::Shown,
    file: None,
    fields: &[Field {
        part: Part::Other,
        key: "second",
        initial: "",
        kind: FieldKind::Text { most: 1000, label: "Second sentence", placeholder: "This film is not bad." },
    }],
    answer: Answer::Sentence(|context, question, _| pair(context, question)),
};

/// Words of a sentence, at most: the alignment looks at every pair.
const MAX_WORDS: usize = 600;

/// Our own pairs: what they show, and the two sentences.
const PRESETS: [(&str, &str, &str); 6] = [
    ("Negation", "This is a good film.", "This is not a good film."),
    ("Negation of blame", "The film is bad.", "The film is not bad."),
    ("Intensifier", "It is a good film.", "It is a very good film."),
    ("Name", "Maria plays the lead in this film.", "Kevin plays the lead in this film."),
    ("Sarcasm", "What a great way to spend two hours.", "What a great way to waste two hours."),
    ("Order", "The story is dull, but the cast is great.", "The cast is great, but the story is dull."),
];

/// A place of the alignment: a word of the first sentence, of the second, or both.
type Pairing = (Option<usize>, Option<usize>);

/// The sentence of the question beside the first sentence of `other`.
pub(crate) fn pair(context: &Context<'_>, question: &Question) -> Result<Panel> {
    let presets = presets();
    if question.other.trim().is_empty() {
        return Ok(Panel {
            text: "Write a second sentence, or take a pair.".to_owned(),
            tables: vec![presets],
            ..Panel::default()
        });
    }
    let mut row = question.rows[0].clone();
    let mut note = "Both sentences are explained for the class of the first, by the method above.";
    if !wordlight_explain::method::spec(&row.method)?.in_target_units {
        row = RowRequest { method: "integrated-gradients".to_owned(), params: Default::default(), ..row };
        note = "The slopes of the method above do not add up, so Integrated Gradients are taken here.";
    }
    let second = Context::of_text(context.engine, question.other.trim(), 0, &row)?;
    let most = context.tokens.len().max(second.tokens.len());
    if most > MAX_WORDS {
        return Err(Error::Parameter {
            name: "the sentence".to_owned(),
            expected: format!("at most {MAX_WORDS} words to compare"),
            found: most.to_string(),
        });
    }
    let first = context.score(&row, &mut |_| true)?;
    row.target.class = Some(first.target.class());
    let other = second.score(&row, &mut |_| true)?;
    let forms = |context: &Context<'_>| context.tokens.iter().map(|token| token.form.clone()).collect::<Vec<_>>();
    let pairings = align(&forms(context), &forms(&second));
    let (a, b) = (&first.attribution, &other.attribution);
    let change = b.explained - a.explained;
    let difference = |(i, j): &Pairing| j.map_or(0.0, |j| b.per_token[j]) - i.map_or(0.0, |i| a.per_token[i]);
    let common = |(i, j): &Pairing| match (i, j) {
        (Some(i), Some(j)) => context.tokens[*i].form == second.tokens[*j].form,
        _ => false,
    };
    let sum = |same: bool| pairings.iter().filter(|p| common(p) == same).map(difference).sum::<f32>();
    let (exchanged, company) = (sum(false), sum(true));
    let rest = change - exchanged - company;

    let explained = context.names(first.target).explained();
    let columns = ["Difference", "First", "Its score", "Second", "Its score", "Change"];
    let mut table = Table::new("Word by word", &columns);
    let scores: Vec<f32> = a.per_token.iter().chain(&b.per_token).copied().collect();
    let max = largest(&scores);
    for pairing in &pairings {
        let (i, j) = *pairing;
        let name = match (i, j) {
            _ if common(pairing) => "same word",
            (Some(_), Some(_)) => "exchanged",
            (Some(_), None) => "dropped",
            _ => "added",
        };
        let cells = vec![
            Cell::text(i.map_or("", |i| context.word(i))),
            i.map_or_else(Cell::default, |i| Cell::score(a.per_token[i], max)),
            Cell::text(j.map_or("", |j| second.word(j))),
            j.map_or_else(Cell::default, |j| Cell::score(b.per_token[j], max)),
            Cell::score(difference(pairing), max),
        ];
        table.lines.push(Line::new(name, cells));
    }
    let totals = |total: f32| {
        let mut cells = vec![Cell::default(); 4];
        cells.push(Cell::text(signed(total)));
        cells
    };
    table.lines.push(Line::total("exchanged, added, dropped", totals(exchanged)));
    table.lines.push(Line::total("same words, new neighbours", totals(company)));
    table.lines.push(Line::total("padding, biases, baseline", totals(rest)));
    table.lines.push(Line::total(explained.clone(), totals(change)));
    let verdict = |context: &Context<'_>| {
        let predicted = wordlight_nn::model::argmax(context.logits());
        format!("{} ({})", context.class(predicted), percent(wordlight_nn::model::softmax(context.logits())[predicted]))
    };
    // On a network without padding the two sentences have baselines of their own, and those may differ too.
    let elsewhere = if rest.abs() > 0.01 * change.abs() {
        format!(", {} from baseline, biases and padding", signed(rest))
    } else {
        String::new()
    };
    let moved = if change < 0.0 { "falls" } else { "rises" };
    Ok(Panel {
        text: format!(
            "First: {}. Second: {}. The {explained} {moved} by {}: {} from the words that differ, {} because the same words have new neighbours{elsewhere}.",
            verdict(context),
            verdict(&second),
            plain(change.abs()),
            signed(exchanged),
            signed(company),
        ),
        note: note.to_owned(),
        tables: vec![presets, table],
        ..Panel::default()
    })
}

fn presets() -> Table {
    let mut table = Table::new("Pairs to try", &["Pair", "First", "Second"]);
    for (name, first, second) in PRESETS {
        let line = Line::new(name, vec![Cell::text(first), Cell::text(second)]);
        table.lines.push(Line { apply: Some(first.to_owned()), other: Some(second.to_owned()), ..line });
    }
    table
}

/// Pairs the words of two sentences.
fn align(a: &[String], b: &[String]) -> Vec<Pairing> {
    // common[i][j]: the longest common subsequence of a[i..] and b[j..].
    let columns = b.len() + 1;
    let mut common = vec![0u16; (a.len() + 1) * columns];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * columns + j] = if a[i] == b[j] {
                common[(i + 1) * columns + j + 1] + 1
            } else {
                common[(i + 1) * columns + j].max(common[i * columns + j + 1])
            };
        }
    }
    let mut pairings = Vec::new();
    let (mut i, mut j) = (0, 0);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    loop {
        let same = i < a.len() && j < b.len() && a[i] == b[j];
        if same || (i == a.len() && j == b.len()) {
            // What has gathered since the last common word is paired off in order.
            for k in 0..left.len().max(right.len()) {
                pairings.push((left.get(k).copied(), right.get(k).copied()));
            }
            (left, right) = (Vec::new(), Vec::new());
            if !same {
                return pairings;
            }
            pairings.push((Some(i), Some(j)));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && common[(i + 1) * columns + j] >= common[i * columns + j + 1]) {
            left.push(i);
            i += 1;
        } else {
            right.push(j);
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::align;

    fn aligned(a: &str, b: &str) -> Vec<String> {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (a, b) = (words(a), words(b));
        let name = |list: &[String], i: Option<usize>| i.map_or("-".to_owned(), |i| list[i].clone());
        align(&a, &b).into_iter().map(|(i, j)| format!("{}/{}", name(&a, i), name(&b, j))).collect()
    }

    #[test]
    fn words_are_paired_with_themselves_and_the_rest_in_order() {
        assert_eq!(aligned("a good film", "a bad film"), ["a/a", "good/bad", "film/film"]);
        assert_eq!(aligned("is good", "is not good"), ["is/is", "-/not", "good/good"]);
        assert_eq!(aligned("is very good", "is good"), ["is/is", "very/-", "good/good"]);
        assert_eq!(aligned("x y", "z"), ["x/z", "y/-"]);
        assert_eq!(aligned("", "a"), ["-/a"]);
    }
}
