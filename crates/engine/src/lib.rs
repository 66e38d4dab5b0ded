//! From a text to everything that is shown about it.
//!
//! The page and the command line send a [`Request`] and draw the [`Reply`]; neither of them computes a number or
//! writes a sentence of its own about one. [`Engine`] holds the word vectors and checkpoints that have been loaded.
//!
//! | to | see |
//! |---|---|
//! | explain a text by several methods or checkpoints | [`Engine::explain`] |
//! | ask a question of the study | [`Engine::study`], [`questions`], [`Panel`] |
//! | explain many texts and sort them | [`List`] |
//! | read a table in CSV | [`table`] |
//! | save explanations and make them again | [`Document`] |
//!
//! # Quickstart
//!
//! ```
//! use std::fs::read;
//! use std::path::Path;
//!
//! use wordlight_engine::{Engine, Manifest, Request};
//!
//! // The engine reads no file; whoever uses it brings the bytes. Here they are those of the page.
//! let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/models");
//! let manifest: Manifest = serde_json::from_slice(&read(folder.join("manifest.json"))?)?;
//! let model = &manifest.models[0];
//! let checkpoint = model.checkpoints.iter().find(|checkpoint| checkpoint.id == model.default_checkpoint).unwrap();
//! let mut engine = Engine::new();
//! engine.add_vectors(&model.id, &read(folder.join(&model.vectors.file))?)?;
//! let bytes = read(folder.join(&checkpoint.file))?;
//! engine.add_checkpoint(&checkpoint.id, &checkpoint.name, &model.id, &bytes, checkpoint.part.as_deref())?;
//!
//! // A request as the page sends it. What is not said has its default.
//! let request: Request = serde_json::from_value(serde_json::json!({
//!     "text": "A brilliant film.",
//!     "rows": [{ "checkpoint": checkpoint.id, "method": "integrated-gradients" }],
//! }))?;
//! let sentence = &engine.explain(&request)?.sentences[0];
//! let row = &sentence.rows[0];
//! assert_eq!(sentence.tokens[1].text, "brilliant");
//! assert_eq!((row.words[1].rank, row.words[1].sign.as_str()), (1, "+"));
//! assert!(row.ledger.ok && row.error.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod axis;
mod catalogue;
mod confusion;
mod csv;
mod decimals;
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
pub mod table;
mod wording;

pub use catalogue::{
    ChoiceSpec, MethodCard, ParamCard, ParamKind, baseline_cards, method_cards, scale_cards, target_cards,
};
pub use confusion::{Confused, Wanted};
pub use csv::{Cells, safe_cell, to_csv};
pub use decimals::{decimals, signed_decimals};
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
pub use site::data_files::DATA_FILES;
pub use site::human_labels::HumanValues;
pub use site::imported::{OwnCard, OwnNetwork};
pub use site::manifest::{
    Card, Checkpoint, DataFile, Epoch, FirstWords, Manifest, ModelEntry, SeedEntry, TableRow, Vectors,
};
pub use site::strongest_windows::StrongestWindows;
pub use study::questions;
pub use study::review_phrases::ReviewPhrases;
pub use study::spec::{Field, FieldKind, Part, QuestionSpec, RowSet, Subject};
pub use study::training::training;
