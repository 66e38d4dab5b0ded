//! One word exchanged for any other of the vocabulary: which exchanges change the verdict, and which change it most.
//!
//! Nothing is searched: every word is tried in the place and scored exactly (`crate::study::vocabulary_scan`), so "the best" means the
//! best there is.

use ndarray::ArrayView1;
use wordlight_explain::Result;
use wordlight_nn::model::{argmax, softmax};

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::study::context::Context;
use crate::study::spec::{Answer, Field, FieldKind, Part, QuestionSpec, RowSet, Subject};
use crate::study::vocabulary_products::Vocabulary;
use crate::study::vocabulary_scan::scan;
use crate::study::winners::{chosen, winners};
use crate::wording::{count, grouped, percent, quoted};

/// The question `flips`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "flips",
    title: "Every other word in its place",
    answers: "every word of the vocabulary in a word’s place, scored exactly",
    about: Subject::Word,
    rows: RowSet::Shown,
    file: None,
    fields: &[Field { part: Part::Choice, key: "flips", initial: "word", kind: FieldKind::Id }],
    answer: Answer::Sentence(|context, question, work| flips(context, question, work.vocabulary, work.progress)),
};

/// Places of a sentence that are tried when the whole sentence is asked for.
const PLACES: usize = 60;

/// Words per direction in the list of the strongest.
const STRONGEST: usize = 5;

/// A word that was tried.
#[derive(Clone, Copy)]
struct Tried {
    word: usize,
    /// The probability of the class it was tried for.
    probability: f32,
    /// Whether that class is then the verdict.
    wins: bool,
}

/// Where the search for a best word starts: nothing tried.
const NOTHING: Tried = Tried { word: 0, probability: -1.0, wins: false };

/// The best word for each class in one place, as found so far.
struct Best {
    /// One per class.
    per_class: Vec<Tried>,
    /// Words that change the verdict.
    flips: usize,
}

/// Every exchange of the chosen word, or of every word if the choice is `sentence`.
pub(crate) fn flips(
    context: &Context<'_>,
    question: &Question,
    vocabulary: &mut Vocabulary,
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<Panel> {
    let row = &question.rows[0];
    let case = context.case(row)?;
    let products = context.products(vocabulary, row);
    let word = chosen(context, &case, &winners(context, &case).unwrap_or_default(), question);
    let whole = question.choice == "sentence";
    let places: Vec<usize> = if whole { (0..context.tokens.len().min(PLACES)).collect() } else { vec![word] };
    let before = argmax(context.logits());
    let classes = context.logits().len();
    let mut best: Vec<Best> = places.iter().map(|_| Best { per_class: vec![NOTHING; classes], flips: 0 }).collect();
    let mut strongest = [Vec::new(), Vec::new()];
    let first = places[0];
    scan(
        context,
        &case,
        &products,
        &places,
        &mut |place, candidate, logits| {
            let logits = ArrayView1::from(logits);
            let best = &mut best[place - first];
            let verdict = argmax(logits);
            best.flips += usize::from(verdict != before);
            for (class, &probability) in softmax(logits).iter().enumerate() {
                if probability > best.per_class[class].probability {
                    best.per_class[class] = Tried { word: candidate, probability, wins: verdict == class };
                }
            }
            if !whole {
                let change = case.target().value(logits) - case.value();
                keep(&mut strongest[0], candidate, change);
                keep(&mut strongest[1], candidate, -change);
            }
        },
        progress,
    )?;
    let options = [("word", "this word"), ("sentence", "any word of the sentence")];
    let words = context.embedding.vocab().len();
    let panel = Panel {
        word: Some(word),
        options: options.map(|(id, name)| (id.to_owned(), name.to_owned())).to_vec(),
        choice: if whole { "sentence" } else { "word" }.to_owned(),
        note: format!(
            "All {} words of the vocabulary were tried and scored exactly; a click puts one into the box.",
            grouped(words)
        ),
        ..Panel::default()
    };
    if whole {
        return Ok(Panel {
            text: whole_text(context, &places, &best, before),
            tables: vec![by_place(context, &places, &best, before)],
            ..panel
        });
    }
    let flips = best[0].flips;
    Ok(Panel {
        text: format!(
            "In place of {}, {} would change the verdict from {}.",
            quoted(&[context.word(word)]),
            match flips {
                0 => "no word of the vocabulary".to_owned(),
                flips => count_of(flips, words),
            },
            context.class(before),
        ),
        tables: vec![by_class(context, word, &best[0], before), by_strength(context, &case, word, &strongest)],
        ..panel
    })
}

/// Keeps the words with the largest changes, in order.
fn keep(list: &mut Vec<(usize, f32)>, word: usize, change: f32) {
    let at = list.iter().take_while(|(_, other)| *other >= change).count();
    if at < STRONGEST {
        list.insert(at, (word, change));
        list.truncate(STRONGEST);
    }
}

fn count_of(flips: usize, words: usize) -> String {
    format!("{} of {} words ({})", grouped(flips), grouped(words), percent(flips as f32 / words as f32))
}

/// The text with `candidate` in the place of word `i`.
fn exchanged(context: &Context<'_>, i: usize, candidate: usize) -> String {
    let span = &context.tokens[i].span;
    context.spliced(span.start, span.end, candidate_word(context, candidate))
}

fn candidate_word<'a>(context: &Context<'a>, candidate: usize) -> &'a str {
    context.embedding.vocab().word(candidate).unwrap_or_default()
}

/// For each class the word that makes it most probable.
fn by_class(context: &Context<'_>, word: usize, best: &Best, before: usize) -> Table {
    let now = softmax(context.logits());
    let columns = ["For the class", "Best word", "Probability", "Now", "Verdict"];
    let mut table =
        Table::new(format!("The best word for each class in place of {}", quoted(&[context.word(word)])), &columns);
    for (class, tried) in best.per_class.iter().enumerate() {
        let verdict = match (class == before, tried.wins) {
            (true, true) => "stays",
            (false, true) => "changes",
            (_, false) => "is another",
        };
        let cells = vec![
            Cell::text(candidate_word(context, tried.word)),
            Cell::text(percent(tried.probability)),
            Cell::text(percent(now[class])),
            Cell::text(verdict),
        ];
        let apply = Some(exchanged(context, word, tried.word));
        table.lines.push(Line { apply, ..Line::new(context.class(class), cells) });
    }
    table
}

/// The words that raise and that lower the explained value most.
fn by_strength(
    context: &Context<'_>,
    case: &wordlight_explain::case::Case<'_, f32>,
    word: usize,
    strongest: &[Vec<(usize, f32)>; 2],
) -> Table {
    let explained = context.names(case.target()).explained();
    let mut table = Table::new(format!("What moves the {explained} most"), &["Word", "Change"]);
    let max = strongest.iter().flatten().fold(0.0, |max: f32, (_, change)| max.max(*change));
    let ups = strongest[0].iter().copied();
    let downs = strongest[1].iter().rev().map(|&(candidate, change)| (candidate, -change));
    for (candidate, change) in ups.chain(downs) {
        let apply = Some(exchanged(context, word, candidate));
        table
            .lines
            .push(Line { apply, ..Line::new(candidate_word(context, candidate), vec![Cell::score(change, max)]) });
    }
    table
}

/// For each place the exchange that changes the verdict most surely.
fn by_place(context: &Context<'_>, places: &[usize], best: &[Best], before: usize) -> Table {
    let columns = ["Word", "Exchanges that change the verdict", "Best other word", "For the class", "Probability"];
    let mut table = Table::new("One exchange in each place", &columns);
    for (&i, best) in places.iter().zip(best) {
        let (class, tried) = likeliest_other(best, before);
        let cells = vec![
            Cell::text(grouped(best.flips)),
            Cell::text(candidate_word(context, tried.word)),
            Cell::text(context.class(class)),
            Cell::text(percent(tried.probability)),
        ];
        table.lines.push(Line { apply: Some(exchanged(context, i, tried.word)), ..Line::new(context.word(i), cells) });
    }
    if context.tokens.len() > PLACES {
        table.note = format!("The first {PLACES} of {} words were tried.", context.tokens.len());
    }
    table
}

/// The class, other than the verdict, that a single word makes most probable, with that word.
fn likeliest_other(best: &Best, before: usize) -> (usize, Tried) {
    let mut found = (before, NOTHING);
    for (class, tried) in best.per_class.iter().enumerate() {
        if class != before && tried.probability > found.1.probability {
            found = (class, *tried);
        }
    }
    found
}

fn whole_text(context: &Context<'_>, places: &[usize], best: &[Best], before: usize) -> String {
    let weak = best.iter().filter(|best| best.flips > 0).count();
    let mut top = (0, (before, NOTHING));
    for (&i, best) in places.iter().zip(best) {
        let other = likeliest_other(best, before);
        if other.1.probability > top.1.1.probability {
            top = (i, other);
        }
    }
    let (i, (class, tried)) = top;
    format!(
        "In {} of {} a single exchange changes the verdict from {}. The strongest: with {} for {}, {} gets {}.",
        weak,
        count(places.len(), "place", "places"),
        context.class(before),
        quoted(&[candidate_word(context, tried.word)]),
        quoted(&[context.word(i)]),
        context.class(class),
        percent(tried.probability),
    )
}
