//! A row's scores beside what people said of the words.

use wordlight_explain::faithfulness::plausibility::turn;
use wordlight_explain::faithfulness::similarity::kendall;
use wordlight_explain::{Error, Result};
use wordlight_nn::model::Classifier;
use wordlight_nn::text::trees::CLASSES;

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::scale::largest;
use crate::site::data_files::HUMAN_VALUES;
use crate::study::context::Context;
use crate::study::human_text::{no_side, same_side, turned};
use crate::study::spec::{Answer, QuestionSpec, RowSet, Subject};
use crate::wording::{percent, two};

/// The question `people`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "people",
    title: "Against people, word by word",
    answers: "whether people find the same words positive and negative",
    about: Subject::Sentence,
    rows: RowSet::Shown,
    file: Some(HUMAN_VALUES),
    fields: &[],
    answer: Answer::Sentence(|context, question, _| people(context, question)),
};

/// The row's scores beside what people said of the words alone.
pub(crate) fn people(context: &Context<'_>, question: &Question) -> Result<Panel> {
    let Some(human) = &context.engine.human else {
        return Err(Error::unknown("file", "human values", []));
    };
    if *context.loaded.labels != CLASSES {
        return Ok(Panel {
            text: format!(
                "People said of each word how negative or positive it is. This network’s classes are others ({}), so there is \
                 nothing to compare.",
                context.loaded.labels.join(", ")
            ),
            ..Panel::default()
        });
    }
    let scored = context.score(&question.rows[0], &mut |_| true)?;
    let class = context.class(scored.target.class());
    let sign = turn(scored.target.class(), context.loaded.network.classes());
    let scores = &scored.attribution.per_token;
    let max = largest(scores.as_slice().expect("owned"));
    let mut table = Table::new("The network’s words and people’s words", &["Word", "Its score", "People", "Same side"]);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut agree, mut sided) = (0, 0);
    for (i, token) in context.tokens.iter().enumerate() {
        let value = human.get(&token.form);
        let mut side = "";
        if let (Some(value), Some(sign)) = (value, sign) {
            let turned = sign * f64::from(scores[i]);
            ours.push(turned);
            theirs.push(f64::from(value));
            if let Some(same) = same_side(turned, f64::from(value)) {
                sided += 1;
                agree += usize::from(same);
                side = if same { "yes" } else { "no" };
            }
        }
        let said = value.map_or_else(
            || Cell::text("not asked"),
            |value| Cell { text: two(f64::from(value)), ..Cell::score(value, 1.0) },
        );
        table.lines.push(Line::new(context.word(i), vec![Cell::score(scores[i], max), said, Cell::text(side)]));
    }
    let tau = kendall(&ours, &theirs);
    let text = match (sign, sided) {
        (None, _) => no_side(class),
        (_, 0) => "People found none of these words positive or negative by itself.".to_owned(),
        (Some(sign), _) => format!(
            "Of {sided} words that people found positive or negative, {agree} are on the same side here ({}){}. Kendall’s tau is {}.",
            percent(agree as f32 / sided as f32),
            turned(sign, class),
            two(tau),
        ),
    };
    Ok(Panel {
        text,
        note: "People labelled each word by itself, −1 very negative to +1 very positive (Socher et al. 2013, the mean of a \
               word’s labels). Plausible is not faithful: an explanation that people like may be wrong about the network, \
               and a right one may look odd because the network is."
            .to_owned(),
        tables: vec![table],
        ..Panel::default()
    })
}
