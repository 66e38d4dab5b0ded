//! From a text to everything that is shown about it.
//!
//! The page and the command line send a [`Request`] and draw the [`Reply`]; neither of them computes a number, picks a
//! word or writes a sentence. [`Engine`] holds the word vectors and checkpoints that have been loaded.

mod confusion;
mod corpus;
mod document;
mod engine;
mod examples;
mod human;
mod json;
mod lab;
mod list;
mod manifest;
mod own;
mod reply;
mod request;
mod scale;
mod sheet;
mod specs;
mod still;
mod windows;
mod wording;

pub use confusion::{Confused, Wanted};
pub use corpus::{Corpus, CorpusClass, CorpusEntry, CorpusNetwork};
pub use document::{Document, Explanation, FORMAT, NetworkMark, SCHEMA};
pub use engine::Engine;
pub use examples::{Example, PAPER_SOURCE, examples};
pub use human::{CLASSES, HumanValues};
pub use json::to_json;
pub use lab::{Axis, Cell, Chart, Choice, Curve, Line, Panel, Question, ReviewPhrases, Table, questions, training};
pub use list::{List, ListCard, ListLine, ListOrder, ListPage, ListWord};
pub use manifest::{Card, Checkpoint, Epoch, FirstWords, Manifest, ModelEntry, SeedEntry, TableRow, Vectors};
pub use own::{OwnCard, OwnNetwork};
pub use reply::{Entry, LedgerReply, Reply, Row, RowError, SentenceReply, TokenReply, Verdict, WordScore};
pub use request::{Request, RowRequest, TargetRequest};
pub use scale::Scale;
pub use sheet::to_csv;
pub use specs::{
    ChoiceSpec, MethodCard, ParamCard, ParamKind, baseline_cards, method_cards, scale_cards, target_cards,
};
pub use still::{text_of, with_still};
pub use windows::StrongestWindows;
