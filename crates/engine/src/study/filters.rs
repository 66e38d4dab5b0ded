//! What a word's filters look for: the words of the vocabulary that would excite each of them most.
//!
//! A filter is a sum of one product per place of its window, so its strongest window is its strongest word in each
//! place; no pair of words has to be tried:
//!
//! ```text
//! max over windows of s[c] = b_c + sum_j max over words of u[word, j, c]
//! ```

use wordlight_explain::Result;
use wordlight_explain::order::ascending;
use wordlight_nn::model::Classifier;

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::site::data_files::STRONGEST_WINDOWS;
use crate::study::context::Context;
use crate::study::spec::{Answer, QuestionSpec, RowSet, Subject};
use crate::study::vocabulary_products::Vocabulary;
use crate::study::winners::{Won, brought, chosen, winners};
use crate::wording::{quoted, signed};

/// The question `detectors`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "detectors",
    title: "What its filters look for",
    answers: "which words of the vocabulary would excite a word’s filters most",
    about: Subject::Word,
    rows: RowSet::Shown,
    file: Some(STRONGEST_WINDOWS),
    fields: &[],
    answer: Answer::Sentence(|context, question, work| detectors(context, question, work.vocabulary)),
};

/// Filters that are looked at.
const FILTERS: usize = 5;

/// Words per place.
const WORDS: usize = 5;

/// Words that are looked at together.
const BLOCK: usize = 1024;

/// The strongest words of the filters through which the chosen word counts most.
pub(crate) fn detectors(context: &Context<'_>, question: &Question, vocabulary: &mut Vocabulary) -> Result<Panel> {
    let Some(cnn) = context.loaded.network.as_text_cnn() else {
        return Ok(Panel {
            text: "This network has no filters that look for words: it reads one word after another into its memory."
                .to_owned(),
            ..Panel::default()
        });
    };
    let row = &question.rows[0];
    let case = context.case(row)?;
    let products = context.products(vocabulary, row);
    let won = winners(context, &case)?;
    let word = chosen(context, &case, &won, question);
    let parts: Vec<(&Won, f32)> =
        won.iter().filter_map(|w| brought(context, &case, w, word).map(|part| (w, w.share * part))).collect();
    let order = ascending(&parts.iter().map(|(_, adds)| -f64::from(adds.abs())).collect::<Vec<_>>());
    let filters: Vec<&Won> = order.iter().take(FILTERS).map(|&k| parts[k].0).collect();

    // For each filter and each of its places the strongest words so far, the strongest first.
    let mut found: Vec<Vec<Vec<(usize, f32)>>> = filters.iter().map(|won| vec![Vec::new(); won.width]).collect();
    let per_width = cnn.config().filters;
    let words = context.embedding.vocab().len();
    for from in (0..words).step_by(BLOCK) {
        let block = from..words.min(from + BLOCK);
        let products = products.of(cnn, context.embedding, block.clone());
        for (won, places) in filters.iter().zip(&mut found) {
            let table = &products[won.filter / per_width];
            for (j, list) in places.iter_mut().enumerate() {
                for (k, candidate) in block.clone().enumerate() {
                    let score = table[[k, j * per_width + won.filter % per_width]];
                    let at = list.iter().take_while(|(_, other)| *other >= score).count();
                    if at < WORDS {
                        list.insert(at, (candidate, score));
                        list.truncate(WORDS);
                    }
                }
            }
        }
    }
    let mut table = Table::new(
        "The words that excite these filters most",
        &["Filter", "Weight", "Strongest words, place by place", "Strongest in the treebank", "Here"],
    );
    let strongest = context.engine.windows.as_ref().filter(|windows| windows.checkpoint == row.checkpoint);
    for (won, places) in filters.iter().zip(&found) {
        let name = |(candidate, _): &(usize, f32)| context.embedding.vocab().word(*candidate).unwrap_or_default();
        let lists: Vec<String> =
            places.iter().map(|list| list.iter().map(name).collect::<Vec<_>>().join(", ")).collect();
        let cells = vec![
            Cell::text(signed(won.share)),
            Cell::text(lists.join(" | ")),
            Cell::text(match strongest {
                Some(windows) => windows.of(won.filter).map(|(_, words)| words).collect::<Vec<_>>().join("; "),
                None => "not looked up for this network".to_owned(),
            }),
            Cell::text(format!("{} {}", context.window(won.start, won.width), signed(won.score))),
        ];
        table.lines.push(Line::new(format!("{}", won.filter + 1), cells));
    }
    Ok(Panel {
        text: match filters.is_empty() {
            true => format!("No filter reads {}.", quoted(&[context.word(word)])),
            false => {
                format!("What the filters of {} look for, in the whole vocabulary.", quoted(&[context.word(word)]))
            }
        },
        note: "A filter adds up one product per place, so its strongest window is its strongest word in each place."
            .to_owned(),
        word: Some(word),
        tables: vec![table],
        ..Panel::default()
    })
}
