//! From a text to everything that is shown about it.
//!
//! The page and the command line send a [`Request`] and draw the [`Reply`]; neither of them computes a number, picks a
//! word or writes a sentence. [`Engine`] holds the word vectors and checkpoints that have been loaded.

mod engine;
mod examples;
mod human;
mod lab;
mod manifest;
mod reply;
mod request;
mod scale;
mod specs;
mod still;
mod windows;
mod wording;

pub use engine::Engine;
pub use examples::{Example, PAPER_SOURCE, examples};
pub use human::HumanValues;
pub use lab::{Cell, Chart, Curve, Line, Panel, Question, Table, questions};
pub use manifest::{Card, Checkpoint, Epoch, Manifest, ModelEntry, SeedEntry, TableRow, Vectors};
pub use reply::{Entry, LedgerReply, Reply, Row, RowError, SentenceReply, TokenReply, Verdict, WordScore};
pub use request::{Request, RowRequest, TargetRequest};
pub use scale::Scale;
pub use specs::{
    ChoiceSpec, MethodCard, ParamCard, ParamKind, baseline_cards, method_cards, scale_cards, target_cards,
};
pub use still::{text_of, with_still};
pub use windows::StrongestWindows;
