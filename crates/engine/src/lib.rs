//! From a text to everything that is shown about it.
//!
//! The page and the command line send a [`Request`] and draw the [`Reply`]; neither of them computes a number, picks a
//! word or writes a sentence. [`Engine`] holds the word vectors and checkpoints that have been loaded.

mod axis;
mod catalogue;
mod confusion;
mod csv;
mod document;
mod engine;
mod examples;
mod json;
mod list;
mod panel;
mod reply;
mod request;
mod scale;
mod site;
mod study;
mod wording;

pub use catalogue::{
    ChoiceSpec, MethodCard, ParamCard, ParamKind, baseline_cards, method_cards, scale_cards, target_cards,
};
pub use confusion::{Confused, Wanted};
pub use csv::to_csv;
pub use document::{Document, Explanation, FORMAT, NetworkMark, SCHEMA};
pub use engine::Engine;
pub use examples::{Example, PAPER_SOURCE, examples};
pub use json::to_json;
pub use list::{List, ListCard, ListLine, ListOrder, ListPage, ListWord};
pub use panel::{Axis, Cell, Chart, Choice, Curve, Line, Panel, Question, Table};
pub use reply::{Entry, LedgerReply, Reply, Row, RowError, SentenceReply, TokenReply, Verdict, WordScore};
pub use request::{Request, RowRequest, TargetRequest};
pub use scale::Scale;
pub use site::corpus::{Corpus, CorpusClass, CorpusEntry, CorpusNetwork};
pub use site::human_labels::HumanValues;
pub use site::imported::{OwnCard, OwnNetwork};
pub use site::manifest::{Card, Checkpoint, Epoch, FirstWords, Manifest, ModelEntry, SeedEntry, TableRow, Vectors};
pub use site::strongest_windows::StrongestWindows;
pub use study::phrases::ReviewPhrases;
pub use study::questions;
pub use study::training::training;
