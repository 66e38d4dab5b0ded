//! Scores beside something they can be held to: the exact Shapley values, what people said of the words, and the scores
//! of a network whose layers were drawn anew.

use wordlight_explain::faithfulness::plausibility::turn;
use wordlight_explain::faithfulness::randomisation::{Layers, randomised_any};
use wordlight_explain::faithfulness::shapley_distance::distance;
use wordlight_explain::faithfulness::similarity::{kendall, similarity};
use wordlight_explain::{Error, Result};
use wordlight_nn::model::Classifier;
use wordlight_nn::text::trees::CLASSES;

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::request::RowRequest;
use crate::scale::largest;
use crate::study::context::{Context, to_f64};
use crate::study::phrases::same_side;
use crate::wording::{percent, plain, quoted};

/// Said of a class that people's values, from negative to positive, cannot be compared with.
pub(crate) fn no_side(class: &str) -> String {
    format!("{class} lies in the middle and has no side; choose another class to compare with people.")
}

/// What to know of scores for a class on the negative side; nothing for the others.
pub(crate) fn turned(sign: f64, class: &str) -> String {
    match sign < 0.0 {
        true => format!("; the signs are turned, because {class} lies on the negative side"),
        false => String::new(),
    }
}

/// Two decimals with a sign: what one sentence's words can carry. Not a number is none: a row without spread has no
/// correlation.
pub(crate) fn two(value: f64) -> String {
    match value.is_finite() {
        true if value.abs() < 0.005 => "0.00".to_owned(),
        true => format!("{value:+.2}").replace('-', "\u{2212}"),
        false => "none".to_owned(),
    }
}

fn correlation(value: f64) -> Cell {
    Cell::text(two(value))
}

/// Each row's distance to the exact Shapley values of the first row's question.
pub(crate) fn reference(
    context: &Context<'_>,
    question: &Question,
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<Panel> {
    // Exact values need a maximum over time; for a memory they are estimated.
    let exact = context.loaded.network.as_bilstm().is_none();
    let method = if exact { "shapley" } else { "shapley-sampling" }.to_owned();
    let shapley = RowRequest { method, params: Default::default(), ..question.rows[0].clone() };
    let truth = context.score(&shapley, progress)?;
    let values = to_f64(&truth.attribution.per_token);
    let columns = ["Method", "Distance", "Correlation", "Same order", "Strongest word"];
    let mut table =
        Table::new(format!("Distance to the {} Shapley values", if exact { "exact" } else { "estimated" }), &columns);
    let mut nearest: Option<(f64, &str)> = None;
    for (k, row) in question.rows.iter().enumerate() {
        let scored = context.score(row, &mut |_| true)?;
        let found = distance(&to_f64(&scored.attribution.per_token), &values);
        let far = if scored.method.in_target_units && found.relative.is_finite() {
            if nearest.is_none_or(|(least, _)| found.relative < least) && row.method != shapley.method {
                nearest = Some((found.relative, scored.method.name));
            }
            Cell::text(plain(found.relative as f32))
        } else {
            Cell::text("another unit")
        };
        let same = if found.similarity.same_top { "the same" } else { "another" };
        let cells =
            vec![far, correlation(found.similarity.pearson), correlation(found.similarity.kendall), Cell::text(same)];
        let kind = if k == 0 { "here" } else { "" }.to_owned();
        table.lines.push(Line { kind, ..Line::new(scored.method.name, cells) });
    }
    table.note =
        "Distance: the length of the difference, in lengths of the Shapley values. Same order: Kendall’s tau-b."
            .to_owned();
    let max = largest(truth.attribution.per_token.as_slice().expect("owned"));
    let mut values = Table::new("The Shapley values themselves", &["Word", "Value"]);
    for (i, &value) in truth.attribution.per_token.iter().enumerate() {
        values.lines.push(Line::new(context.word(i), vec![Cell::score(value, max)]));
    }
    Ok(Panel {
        text: match nearest {
            Some((far, name)) => {
                format!("Nearest to the Shapley values is {name}, at a distance of {}.", plain(far as f32))
            }
            None => "None of these methods counts in the unit of the Shapley values.".to_owned(),
        },
        note: format!(
            "The Shapley value shares the score out by fair rules: all of it, equal words equally, nothing to a word that \
             does nothing. {}",
            match exact {
                true => "Here it is exact, over every order of the words.",
                false =>
                    "A network with a memory has no quick way to it: it is estimated from 100 random orders of the words.",
            }
        ),
        tables: vec![table, values],
        ..Panel::default()
    })
}

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

/// The rows' scores before and after some layers were drawn anew.
pub(crate) fn randomise(context: &Context<'_>, question: &Question) -> Result<Panel> {
    let choice = if question.choice.is_empty() { Layers::Dense.id() } else { question.choice.as_str() };
    let layers = Layers::ALL
        .into_iter()
        .find(|layers| layers.id() == choice)
        .ok_or_else(|| Error::unknown("choice of layers", choice, Layers::ALL.map(Layers::id)))?;
    let memory = context.loaded.network.as_bilstm().is_some();
    let trained = context.case(&question.rows[0])?;
    let drawn = randomised_any(&context.loaded.network, layers, question.seed as usize)?;
    let pass = drawn.forward(trained.x().to_owned())?;
    let class = trained.target().class();
    let after = |row: &RowRequest| {
        let query = context.engine.query(row, context.loaded)?.of_class(class);
        let case = query.case(&drawn, pass.as_ref(), context.tokens.len())?;
        Ok::<_, Error>(query.ask(&case, &mut |_| true)?.attribution.per_token)
    };
    let columns = ["Method", "Same order", "Correlation", "Strongest word"];
    let mut methods = Table::new("Scores before and after", &columns);
    let mut words = Table::new("Word by word", &["Word", "Trained", "Drawn anew"]);
    let mut text = String::new();
    for (k, row) in question.rows.iter().enumerate() {
        let before = context.score(row, &mut |_| true)?;
        let (name, before) = (before.method.name, before.attribution.per_token);
        let now = after(row)?;
        let alike = similarity(&to_f64(&before), &to_f64(&now));
        let same = if alike.same_top { "the same" } else { "another" };
        let cells = vec![correlation(alike.spearman), correlation(alike.pearson), Cell::text(same)];
        let kind = if k == 0 { "here" } else { "" }.to_owned();
        methods.lines.push(Line { kind, ..Line::new(name, cells) });
        if k > 0 {
            continue;
        }
        let (largest_before, largest_now) =
            (largest(before.as_slice().expect("owned")), largest(now.as_slice().expect("owned")));
        for i in 0..context.tokens.len() {
            let cells = vec![Cell::score(before[i], largest_before), Cell::score(now[i], largest_now)];
            words.lines.push(Line::new(context.word(i), cells));
        }
        let top = |scores: &[f64]| {
            wordlight_explain::faithfulness::similarity::strongest(scores).map_or("", |i| context.word(i))
        };
        text = format!(
            "With {} drawn anew, the scores of {name} keep their order to {} (Spearman, 1 is all of it). The strongest word was {} and is {}.",
            title(layers, memory),
            correlation(alike.spearman).text,
            quoted(&[top(&to_f64(&before))]),
            quoted(&[top(&to_f64(&now))]),
        );
    }
    methods.note =
        "Same order: Spearman’s correlation of the ranks. Near 0 means that the scores hang on what was learnt."
            .to_owned();
    words.note = "Each column has its own colour scale: a random network’s scores have another size.".to_owned();
    Ok(Panel {
        text,
        note: format!(
            "Scores that survive would not explain what was learnt (Adebayo et al. 2018). One draw, seed {}; another seed \
             draws other weights.",
            question.seed
        ),
        options: Layers::ALL.map(|layers| (layers.id().to_owned(), title(layers, memory).to_owned())).to_vec(),
        choice: choice.to_owned(),
        tables: vec![methods, words],
        ..Panel::default()
    })
}

fn title(layers: Layers, memory: bool) -> &'static str {
    match layers {
        Layers::Dense => "the last layer",
        Layers::Conv if memory => "the memories",
        Layers::Conv => "the filters",
        Layers::Both => "everything",
    }
}
