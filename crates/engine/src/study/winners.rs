//! Which windows won a network's filters, and what a word brings to each: what several questions about a word start from.

use wordlight_explain::Result;
use wordlight_explain::case::Case;
use wordlight_explain::faithfulness::similarity::strongest;
use wordlight_explain::order::ascending;
use wordlight_nn::layer::{Activation, max_over_time};
use wordlight_nn::ops::{dot, flat, rows_weighted};

use crate::panel::Question;
use crate::request::RowRequest;
use crate::study::context::{Context, to_f64};

/// A filter that a window won.
pub(crate) struct Won {
    /// Its number, the filters of the first width first.
    pub(crate) filter: usize,
    /// Its width, `K`.
    pub(crate) width: usize,
    /// Where the window begins.
    pub(crate) start: usize,
    /// `s[p,c]`
    pub(crate) score: f32,
    /// `u_c`
    pub(crate) share: f32,
}

/// The filters that are not silent, and who won them.
pub(crate) fn winners(context: &Context<'_>, case: &Case<'_, f32>) -> Result<Vec<Won>> {
    let cnn = context.cnn()?;
    let shares = rows_weighted(case.seed().view(), cnn.dense().weight());
    let mut won = Vec::new();
    for (i, conv) in cnn.convs().iter().enumerate() {
        let (mut windows, mut best) = (Vec::new(), Vec::new());
        max_over_time(conv.scores(case.x()).view(), cnn.config().activation, &mut windows, &mut best);
        for (c, (&start, &score)) in windows.iter().zip(&best).enumerate() {
            if cnn.config().activation == Activation::Relu && score <= 0.0 {
                continue;
            }
            let filter = i * cnn.config().filters + c;
            won.push(Won { filter, width: conv.width(), start, score, share: shares[filter] });
        }
    }
    Ok(won)
}

/// What position `i` brings to a filter, `w_c[i - p] . x[i]`; none if the filter's window does not reach it.
pub(crate) fn brought(context: &Context<'_>, case: &Case<'_, f32>, won: &Won, i: usize) -> Option<f32> {
    let cnn = context.cnn().ok()?;
    let place = i.checked_sub(won.start).filter(|place| *place < won.width)?;
    let conv = &cnn.convs()[won.filter / cnn.config().filters];
    let (weights, inputs, dim) = (conv.weight(), case.x(), conv.dim());
    let (row, x) = (weights.row(won.filter % cnn.config().filters), inputs.row(i));
    Some(dot(&flat(&row)[place * dim..][..dim], &flat(&x)) as f32)
}

/// The word that is asked for, or the one that brought most; on a network without filters, the one with the largest
/// gradient times input.
pub(crate) fn chosen(context: &Context<'_>, case: &Case<'_, f32>, won: &[Won], question: &Question) -> usize {
    if let Some(word) = question.word.filter(|word| *word < context.tokens.len()) {
        return word;
    }
    if won.is_empty() {
        let row = RowRequest {
            method: "gradient-x-input".to_owned(),
            params: Default::default(),
            ..question.rows[0].clone()
        };
        let scored = context.score(&row, &mut |_| true);
        return scored.ok().and_then(|scored| strongest(&to_f64(&scored.attribution.per_token))).unwrap_or(0);
    }
    let sums: Vec<f64> = (0..context.tokens.len())
        .map(|i| {
            let parts = won.iter().filter_map(|w| brought(context, case, w, i).map(|part| f64::from(w.share * part)));
            -parts.sum::<f64>().abs()
        })
        .collect();
    ascending(&sums).first().copied().unwrap_or(0)
}
