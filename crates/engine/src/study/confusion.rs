//! Which classes a network takes for which on the test sentences.

use wordlight_explain::Result;

use crate::confusion::{Confusion, Wanted};
use crate::engine::Engine;
use crate::panel::{Panel, Question};
use crate::site::corpus::CorpusNetwork;
use crate::site::data_files::CORPUS;
use crate::study::measured::measured;
use crate::study::spec::{Answer, Field, FieldKind, Part, QuestionSpec, RowSet, Subject};

/// The question `confusion`.
pub(crate) const SPEC: QuestionSpec = QuestionSpec {
    id: "confusion",
    title: "Right and wrong, class by class",
    answers: "which classes the network takes for which",
    about: Subject::Network,
    rows: RowSet::Shown,
    file: Some(CORPUS),
    fields: &[
        Field { part: Part::Choice, key: "cell", initial: "all", kind: FieldKind::Id },
        Field {
            part: Part::Choice,
            key: "find",
            initial: "",
            kind: FieldKind::Text { most: 200, label: "", placeholder: "" },
        },
    ],
    answer: Answer::Network(confusion),
};

/// Which classes the network takes for which on the test sentences.
pub(crate) fn confusion(engine: &Engine, question: &Question) -> Result<Panel> {
    let wanted = Wanted::parse(&question.choice)?;
    let (_, network, labels) = measured(engine, question)?;
    Ok(match network {
        Some(CorpusNetwork { name, confusion, .. }) => {
            Confusion { labels, counts: confusion, network: name, sentences: "test sentences", here: false }
                .panel(&wanted)
        }
        None => Panel {
            text: "This network was not measured beforehand; with the treebank’s file it is measured here.".to_owned(),
            ..Panel::default()
        },
    })
}
