//! Why did this word count? The windows it stands in, the filters they won, and the sum that its score is.
//!
//! A filter's maximum is the score of one window, and a window's score is a sum over its words, so what word `i` brings
//! to the explained value is
//!
//! ```text
//! sum over the filters c whose window p_c reaches i of   u_c  (w_c[i - p_c] . x[i])      u_c = sum_y V[y,c] dF/dz_y
//! ```
//!
//! which is gradient x input, written as the network computes it. What a window adds is the n-gram ledger of
//! [`wordlight_explain::exact::ngrams`]. A filter that a ReLU sets to zero brings nothing.

use wordlight_explain::Result;
use wordlight_explain::case::Case;
use wordlight_explain::exact::ngrams::ngrams;
use wordlight_explain::order::ascending;

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::scale::largest;
use crate::study::context::Context;
use crate::study::spec::{Answer, QuestionSpec, RowSet, Subject};
use crate::study::why_lstm;
use crate::study::winners::{Won, brought, chosen, winners};
use crate::wording::{count, percent, plain, quoted, signed};

/// The question `why`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "why",
    title: "From the word to its score",
    answers: "the windows a word stands in, the filters they won, the sum that its score is; or what it left in a memory",
    about: Subject::Word,
    rows: RowSet::Shown,
    file: None,
    fields: &[],
    answer: Answer::Sentence(|context, question, _| why(context, question)),
};

/// Filters and windows that get a line of their own.
const LINES: usize = 8;

/// Terms of the sum that are written out.
const TERMS: usize = 3;

/// The windows, filters and sums of one word.
pub(crate) fn why(context: &Context<'_>, question: &Question) -> Result<Panel> {
    if let Some(model) = context.loaded.network.as_bilstm() {
        return why_lstm::why(context, question, model);
    }
    let row = &question.rows[0];
    let case = context.case(row)?;
    let won = winners(context, &case)?;
    let word = chosen(context, &case, &won, question);
    let names = context.names(case.target());
    let parts: Vec<(&Won, f32, f32)> =
        won.iter().filter_map(|w| brought(context, &case, w, word).map(|part| (w, part, w.share * part))).collect();
    let total = parts.iter().map(|(_, _, adds)| f64::from(*adds)).sum::<f64>() as f32;
    let order = ascending(&parts.iter().map(|(_, _, adds)| -f64::from(adds.abs())).collect::<Vec<_>>());
    let all = context.cnn()?.config().features();

    let terms: Vec<String> = order
        .iter()
        .take(TERMS)
        .map(|&k| format!("{} × {}", bracketed(parts[k].1), bracketed(parts[k].0.share)))
        .collect();
    let rest: f32 = order.iter().skip(TERMS).map(|&k| parts[k].2).sum();
    let more = match order.len().saturating_sub(TERMS) {
        0 => String::new(),
        more => format!(" + {} from {}", bracketed(rest), count(more, "more filter", "more filters")),
    };
    let sum = match terms.as_slice() {
        [] => String::new(),
        terms => format!(
            " {} = {}{more}: what it brings to each filter times the filter’s weight.",
            signed(total),
            terms.join(" + ")
        ),
    };
    Ok(Panel {
        text: format!(
            "The windows with {} won {} of {} filters, and through them it adds {} to the {}.{sum}",
            quoted(&[context.word(word)]),
            parts.len(),
            all,
            signed(total),
            names.explained(),
        ),
        note:
            "This is the network’s own arithmetic, read forwards: each filter keeps the best of its windows, and its \
               maximum times its weight goes to the class. No method is chosen and nothing is approximated."
                .to_owned(),
        word: Some(word),
        tables: vec![
            windows(context, &case, &won, word)?,
            filters(context, &parts, &order, total),
            phrases(context, &case, word)?,
        ],
        ..Panel::default()
    })
}

/// The windows that reach the word: how many filters each won, what it added, and how much of that is the word's.
fn windows(context: &Context<'_>, case: &Case<'_, f32>, won: &[Won], word: usize) -> Result<Table> {
    let columns = ["Window", "Filters won", "Added", "Of it, this word"];
    let mut table = Table::new(format!("The windows with {}", quoted(&[context.word(word)])), &columns);
    let mut found: Vec<(usize, usize, usize, f32, f32)> = Vec::new();
    for conv in context.cnn()?.convs() {
        let (width, last) = (conv.width(), case.x().nrows() - conv.width());
        for start in (word + 1).saturating_sub(width)..=word.min(last) {
            let here = || won.iter().filter(|w| w.start == start && w.width == width);
            let added = here().map(|w| w.share * w.score).sum();
            let own = here().filter_map(|w| brought(context, case, w, word).map(|part| w.share * part)).sum();
            found.push((start, width, here().count(), added, own));
        }
    }
    let max = largest(&found.iter().flat_map(|f| [f.3, f.4]).collect::<Vec<_>>());
    for (start, width, filters, added, own) in found {
        let cells = vec![Cell::text(filters.to_string()), Cell::score(added, max), Cell::score(own, max)];
        table.lines.push(Line::new(context.window(start, width), cells));
    }
    table.note = "The rest of what a window added is its other words and the filters’ biases; · is padding.".to_owned();
    Ok(table)
}

/// The filters through which the word counts most.
fn filters(context: &Context<'_>, parts: &[(&Won, f32, f32)], order: &[usize], total: f32) -> Table {
    let columns = ["Filter", "Won by", "Its maximum", "The word’s part", "Weight", "Part × weight"];
    let mut table = Table::new("The filters they won", &columns);
    let max = order.first().map_or(0.0, |&k| parts[k].2.abs());
    let shown = order.iter().take(LINES);
    let mut rest = total;
    for (won, part, adds) in shown.map(|&k| &parts[k]) {
        rest -= adds;
        let numbers = [won.score, *part, won.share].map(|value| Cell::text(signed(value)));
        let mut cells = vec![Cell::text(context.window(won.start, won.width))];
        cells.extend(numbers);
        cells.push(Cell::score(*adds, max));
        table.lines.push(Line::new(format!("{}", won.filter + 1), cells));
    }
    let blank = || vec![Cell::default(), Cell::default(), Cell::default(), Cell::default()];
    if parts.len() > LINES {
        let mut cells = blank();
        cells.push(Cell::score(rest, max));
        table.lines.push(Line::new(count(parts.len() - LINES, "more", "more"), cells));
    }
    let mut cells = blank();
    cells.push(Cell::text(signed(total)));
    table.lines.push(Line::total("sum", cells));
    table
}

/// The whole value as a sum of phrases.
fn phrases(context: &Context<'_>, case: &Case<'_, f32>, word: usize) -> Result<Table> {
    let books = ngrams(case)?;
    let explained = context.names(case.target()).explained();
    let columns = ["Phrase", "Filters won", "Added", "Share of filters"];
    let mut table = Table::new(format!("The whole {explained}, phrase by phrase"), &columns);
    let order = ascending(&books.ngrams.iter().map(|n| -f64::from(n.credit.abs())).collect::<Vec<_>>());
    let max = order.first().map_or(0.0, |&k| books.ngrams[k].credit.abs());
    let all: usize = books.ngrams.iter().map(|n| n.filters).sum();
    let share = |filters: usize| Cell::text(percent(filters as f32 / all.max(1) as f32));
    let (mut rest, mut filters) = (0.0, 0);
    for (place, &k) in order.iter().enumerate() {
        let ngram = &books.ngrams[k];
        if place >= LINES {
            (rest, filters) = (rest + ngram.credit, filters + ngram.filters);
            continue;
        }
        let cells = vec![Cell::text(ngram.filters.to_string()), Cell::score(ngram.credit, max), share(ngram.filters)];
        let reaches = (ngram.start..ngram.start + ngram.width).contains(&word);
        let kind = if reaches { "here" } else { "" }.to_owned();
        table.lines.push(Line { kind, ..Line::new(context.window(ngram.start, ngram.width), cells) });
    }
    if order.len() > LINES {
        let cells = vec![Cell::text(filters.to_string()), Cell::score(rest, max), share(filters)];
        table.lines.push(Line::new(count(order.len() - LINES, "more phrase", "more phrases"), cells));
    }
    for (account, amount) in &books.ledger.entries[1..] {
        let cells = vec![Cell::default(), Cell::score(*amount, max), Cell::default()];
        table.lines.push(Line::new(format!("{} of the last layer", account.name()), cells));
    }
    let verdict = if books.ledger.holds() { "rounding" } else { "more than rounding" };
    table.note = format!("Residual {}: {verdict}.", plain(books.ledger.residual.abs()));
    let cells = vec![Cell::text(all.to_string()), Cell::text(signed(books.ledger.explained)), Cell::default()];
    table.lines.push(Line::total(explained, cells));
    Ok(table)
}

/// A number in a sum: a negative one needs brackets.
fn bracketed(value: f32) -> String {
    if value < 0.0 { format!("({})", plain(value)) } else { plain(value) }
}
