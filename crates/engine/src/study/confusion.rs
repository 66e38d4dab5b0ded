//! Which classes a network takes for which on the test sentences.

use wordlight_explain::Result;

use crate::confusion::{Confusion, Wanted};
use crate::engine::Engine;
use crate::panel::{Panel, Question};
use crate::site::corpus::CorpusNetwork;
use crate::study::measured::measured;

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
