//! One sentence read by several networks.
//!
//! All of them are asked about one class, the one that the last of them predicts if none is named: otherwise the rows
//! would answer different questions.

use wordlight_explain::Result;
use wordlight_nn::model::{argmax, softmax};

use crate::panel::Question;
use crate::request::RowRequest;
use crate::study::context::Context;

/// The scores of a sentence by several networks.
pub(crate) struct Series {
    /// One per network, `[T]`.
    pub(crate) scores: Vec<Vec<f32>>,
    /// One per network, `[Y]`.
    pub(crate) probabilities: Vec<Vec<f32>>,
    /// What each network predicts.
    pub(crate) predicted: Vec<usize>,
    /// "logit of positive"
    pub(crate) explained: String,
    /// The class that all of them explain.
    pub(crate) class: usize,
}

/// Asks each row of the question.
///
/// # Errors
/// As [`Context::new`] and [`Context::score`].
pub(crate) fn series(context: &Context<'_>, question: &Question) -> Result<Series> {
    let last = question.rows.last().unwrap_or(&question.rows[0]);
    let class = match last.target.class {
        Some(class) => class,
        None => argmax(Context::new(context.engine, question, last)?.logits()),
    };
    let mut series = Series {
        scores: Vec::new(),
        probabilities: Vec::new(),
        predicted: Vec::new(),
        explained: String::new(),
        class,
    };
    for asked in &question.rows {
        let mut row: RowRequest = asked.clone();
        row.target.class = Some(class);
        let context = Context::new(context.engine, question, &row)?;
        let scored = context.score(&row, &mut |_| true)?;
        let mut names = context.names(scored.target);
        names.in_target_units = scored.method.in_target_units;
        series.explained = names.explained();
        series.scores.push(scored.attribution.per_token.to_vec());
        series.probabilities.push(softmax(context.logits()).to_vec());
        series.predicted.push(argmax(context.logits()));
    }
    Ok(series)
}
