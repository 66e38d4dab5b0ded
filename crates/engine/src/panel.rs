//! What the laboratory is asked and what it answers: one shape for all of its questions.
//!
//! A panel is sentences, tables and charts with every text written out, so that whoever draws it computes nothing. One
//! shape instead of one per question keeps the page small: each further type is a kilobyte that a visitor downloads.

use serde::{Deserialize, Serialize};

use crate::request::RowRequest;

/// A question about one sentence of a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
#[serde(default)]
pub struct Question {
    /// Which question: an id of [`questions`](crate::study::questions).
    pub about: String,
    /// The whole text, as typed.
    pub text: String,
    /// Which of its sentences.
    pub sentence: usize,
    /// Which word of the sentence; the one that added most if nothing is said.
    pub word: Option<usize>,
    /// A word or a sentence to compare with.
    pub other: String,
    /// One of the answer's options.
    pub choice: String,
    /// Seed of whatever is drawn.
    pub seed: u32,
    /// Who explains what, how; the first is the row that the page shows.
    pub rows: Vec<RowRequest>,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Panel {
    /// What was found, in a sentence or two.
    pub text: String,
    /// How it was computed, and what limits it.
    pub note: String,
    /// The word that was looked at.
    pub word: Option<usize>,
    /// What else can be asked: id and name.
    pub options: Vec<(String, String)>,
    /// The option that was taken.
    pub choice: String,
    /// The numbers.
    pub tables: Vec<Table>,
    /// Their pictures.
    pub charts: Vec<Chart>,
}

/// A table; the first column holds the names of the lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Heads of the columns, that of the names first.
    pub columns: Vec<String>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What to know when reading it.
    pub note: String,
    /// Whether it says in numbers what a chart shows, and is only for those who ask.
    pub folded: bool,
}

/// A line of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Line {
    /// What it is about.
    pub name: String,
    /// One per further column.
    pub cells: Vec<Cell>,
    /// `total` for a sum, `here` for the one that is looked at, else nothing.
    pub kind: String,
    /// How many of the lines above hold this one, in a table that is an outline.
    pub depth: usize,
    /// The text that this line proposes, to be put into the box.
    pub apply: Option<String>,
    /// The second text that it proposes.
    pub other: Option<String>,
    /// The words whose sentences it leads to.
    pub find: Option<String>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Cell {
    /// As it is read.
    pub text: String,
    /// Its colour, -1 to 1; none for a cell without.
    pub intensity: Option<f32>,
    /// A small curve in place of a number.
    pub curve: Vec<f32>,
    /// What pressing it does; such a cell's intensity is a share, 0 to 1.
    pub choice: Option<Choice>,
}

/// What pressing a cell does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Choice {
    /// The option that is taken.
    pub id: String,
    /// What it shows.
    pub hint: String,
}

/// A picture of curves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The horizontal axis.
    pub x_name: String,
    /// The vertical axis.
    pub y_name: String,
    /// Whether both axes are logarithmic.
    pub log: bool,
    /// The horizontal axis in numbers.
    pub x: Axis,
    /// The vertical axis in numbers.
    pub y: Axis,
    /// The curves.
    pub curves: Vec<Curve>,
    /// The same in words.
    pub text: String,
}

/// An axis of a chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Axis {
    /// The number at its beginning.
    pub low: f32,
    /// The number at its end.
    pub high: f32,
    /// Round numbers on it, and how they are written.
    pub ticks: Vec<(f32, String)>,
}

/// A curve of a chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Curve {
    /// What it is.
    pub name: String,
    /// `line`, `reference` for what the lines are held to, or `band`, which is filled between `y` and `top`.
    pub kind: String,
    /// Along the axis.
    pub x: Vec<f32>,
    /// As many.
    pub y: Vec<f32>,
    /// The upper edge of a band.
    pub top: Vec<f32>,
}

// These are called in a hundred places: each copy of their code would be downloaded.
impl Cell {
    /// A cell of text.
    #[inline(never)]
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A number with its sign and its colour on a scale.
    #[inline(never)]
    pub(crate) fn score(score: f32, max: f32) -> Self {
        let intensity = Some(crate::scale::intensity(score, max));
        Self { text: crate::wording::signed(score), intensity, ..Self::default() }
    }
}

impl Line {
    /// A line of plain cells.
    #[inline(never)]
    pub(crate) fn new(name: impl Into<String>, cells: Vec<Cell>) -> Self {
        Self { name: name.into(), cells, ..Self::default() }
    }

    /// The same line as a sum.
    pub(crate) fn total(name: impl Into<String>, cells: Vec<Cell>) -> Self {
        Self { kind: "total".to_owned(), ..Self::new(name, cells) }
    }
}

impl Table {
    /// An empty table.
    #[inline(never)]
    pub(crate) fn new(caption: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Self { caption: caption.into(), columns, ..Self::default() }
    }
}
