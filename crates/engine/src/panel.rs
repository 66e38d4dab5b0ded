//! What the study is asked and what it answers: one shape for all of its questions.
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
    /// Which sentence of the text, counted from 0.
    pub sentence: usize,
    /// Which word of the sentence, counted from 0; `None` for the one that added most.
    pub word: Option<usize>,
    /// A word or a sentence to compare with; empty if the question needs none.
    pub other: String,
    /// The id of one of the options of the last answer; empty for the first.
    pub choice: String,
    /// Seed of whatever is drawn.
    pub seed: u32,
    /// Which networks explain by which methods; the first is the row that the page shows.
    pub rows: Vec<RowRequest>,
}

/// The answer to a question of the study: text, tables and charts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Panel {
    /// What was found, in a sentence or two.
    pub text: String,
    /// How it was computed, and what limits it.
    pub note: String,
    /// The word that was looked at, counted from 0.
    pub word: Option<usize>,
    /// The options of the question, each with id and name.
    pub options: Vec<(String, String)>,
    /// The id of the option that was taken.
    pub choice: String,
    /// The numbers.
    pub tables: Vec<Table>,
    /// The same numbers as charts.
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
    /// The name in the first column.
    pub name: String,
    /// The cells of the other columns.
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
    /// The text of the cell.
    pub text: String,
    /// The colour of the cell, -1 to 1; `None` for a cell without.
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
    /// The id of the option that is taken.
    pub id: String,
    /// The hint that is shown.
    pub hint: String,
}

/// A picture of curves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Chart {
    /// The title of the chart.
    pub title: String,
    /// The name of the horizontal axis.
    pub x_name: String,
    /// The name of the vertical axis.
    pub y_name: String,
    /// Whether both axes are logarithmic.
    pub log: bool,
    /// The range and ticks of the horizontal axis.
    pub x: Axis,
    /// The range and ticks of the vertical axis.
    pub y: Axis,
    /// The curves.
    pub curves: Vec<Curve>,
    /// What the chart shows, in words.
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
    /// The numbers that are marked, each with its text.
    pub ticks: Vec<(f32, String)>,
}

/// A curve of a chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Curve {
    /// The name of the curve.
    pub name: String,
    /// `line`, `reference` for what the lines are held to, or `band`, which is filled between `y` and `top`.
    pub kind: String,
    /// The places of the points along the horizontal axis.
    pub x: Vec<f32>,
    /// The heights of the points, as many as `x`.
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
