//! Scores beside those of a network whose layers were drawn anew.

use wordlight_explain::faithfulness::randomisation::{Layers, randomised_any};
use wordlight_explain::faithfulness::similarity::{similarity, strongest};
use wordlight_explain::{Error, Result};
use wordlight_nn::model::Classifier;

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::request::RowRequest;
use crate::scale::largest;
use crate::study::context::{Context, to_f64};
use crate::study::spec::{Answer, Field, FieldKind, Part, QuestionSpec, RowSet, Subject};
use crate::wording::{quoted, two};

/// The question `randomise`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "randomise",
    title: "Against a network that learnt nothing",
    answers: "whether the scores notice that the network was drawn anew",
    about: Subject::Sentence,
    rows: RowSet::Methods,
    file: None,
    fields: &[
        Field { part: Part::Choice, key: "scramble", initial: "dense", kind: FieldKind::Id },
        Field { part: Part::Seed, key: "seed", initial: "1", kind: FieldKind::Number { most: 9999 } },
    ],
    answer: Answer::Sentence(|context, question, _| randomise(context, question)),
};

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
        let cells = vec![Cell::text(two(alike.spearman)), Cell::text(two(alike.pearson)), Cell::text(same)];
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
        let top = |scores: &[f64]| strongest(scores).map_or("", |i| context.word(i));
        text = format!(
            "With {} drawn anew, the scores of {name} keep their order to {} (Spearman, 1 is all of it). The strongest word was {} and is {}.",
            title(layers, memory),
            two(alike.spearman),
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
