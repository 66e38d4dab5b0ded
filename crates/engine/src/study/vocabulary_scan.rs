//! Every word of the vocabulary in one word's place, scored exactly.
//!
//! A word changes only the scores of the `K` windows that reach its place, and to those it adds its own products with
//! the filters (see `wordlight_explain::exact::projection`):
//!
//! ```text
//! m[c] = max( max over the other windows of s[p,c],  max over p = i-K+1 .. i of  rest[p,c] + u[word, i - p, c] )
//! ```
//!
//! with `rest` the window's score without the word. The products `u` come from [`crate::study::vocabulary_products`].

use ndarray::{Array2, ArrayView2};
use wordlight_explain::case::Case;
use wordlight_explain::exact::Projection;
use wordlight_explain::{Error, Result};
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::layer::Activation;
use wordlight_nn::model::TextCnn;
use wordlight_nn::ops::flat;

use crate::study::context::Context;
use crate::study::vocabulary_products::Products;

/// Words that are looked at together.
const BLOCK: usize = 256;

/// A place of the sentence, ready to take any word; one entry per width.
struct Place {
    /// The maxima over the windows that do not reach it, `[C]`.
    others: Vec<Vec<f32>>,
    /// For each window that does: the word's place in it, and its scores without the word, `[C]`.
    reaching: Vec<Vec<(usize, Vec<f32>)>>,
}

impl Place {
    fn new(cnn: &TextCnn<f32>, x: ArrayView2<'_, f32>, i: usize) -> Self {
        let floor = if cnn.config().activation == Activation::Relu { 0.0 } else { f32::NEG_INFINITY };
        let (mut others, mut reaching) = (Vec::new(), Vec::new());
        for conv in cnn.convs() {
            let projection = Projection::of(conv);
            let (u, filters, width) = (projection.apply(x), conv.filters(), conv.width());
            let u = flat(&u.view()).into_owned();
            let (mut best, mut own) = (vec![floor; filters], Vec::new());
            for p in 0..=x.nrows() - width {
                let mut scores = projection.bias.to_vec();
                for j in (0..width).filter(|j| p + j != i) {
                    let part = &u[((p + j) * width + j) * filters..][..filters];
                    scores.iter_mut().zip(part).for_each(|(score, part)| *score += part);
                }
                if (p..p + width).contains(&i) {
                    own.push((i - p, scores));
                } else {
                    raise(&mut best, &scores);
                }
            }
            others.push(best);
            reaching.push(own);
        }
        Self { others, reaching }
    }

    /// The features with row `word` of `products` in this place, `[M]`.
    fn features(&self, products: &[Array2<f32>], word: usize, out: &mut [f32]) {
        let filters = out.len() / products.len();
        for (width, products) in products.iter().enumerate() {
            let u = products.as_slice().expect("an array of our own is row-major");
            let u = &u[word * products.ncols()..][..products.ncols()];
            let best = &mut out[width * filters..][..filters];
            best.copy_from_slice(&self.others[width]);
            for (j, rest) in &self.reaching[width] {
                for ((best, rest), u) in best.iter_mut().zip(rest).zip(&u[j * filters..]) {
                    *best = best.max(rest + u);
                }
            }
        }
    }
}

/// Raises `best` to `other` where that is higher.
fn raise(best: &mut [f32], other: &[f32]) {
    best.iter_mut().zip(other).for_each(|(best, other)| *best = best.max(*other));
}

/// Shows `visit` the place, the word's row and the logits `[Y]` for every word of the vocabulary in each of `places`.
///
/// A network that reads word by word is run again from the place on, for a block of words at a time.
///
/// # Errors
/// [`Error::Cancelled`] when `progress` returns false.
pub(crate) fn scan(
    context: &Context<'_>,
    case: &Case<'_, f32>,
    products: &Products<'_>,
    places: &[usize],
    visit: &mut dyn FnMut(usize, usize, &[f32]),
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<()> {
    let words = context.embedding.vocab().len();
    if let Some(model) = context.loaded.network.as_bilstm() {
        let pass = model.pass(case.x().to_owned(), None)?;
        for (k, &place) in places.iter().enumerate() {
            for from in (0..words).step_by(BLOCK) {
                let block: Vec<Option<usize>> = (from..words.min(from + BLOCK)).map(Some).collect();
                let logits = pass.exchanged(place, context.embedding.embed(&block, block.len()).view());
                for (k, logits) in flat(&logits.view()).chunks_exact(model.config().classes).enumerate() {
                    visit(place, from + k, logits);
                }
                let done = (from + block.len()) as f64 / words as f64;
                if !progress((k as f64 + done) / places.len() as f64) {
                    return Err(Error::Cancelled);
                }
            }
        }
        return Ok(());
    }
    let cnn = context.cnn()?;
    let ready: Vec<Place> = places.iter().map(|&i| Place::new(cnn, case.x(), i)).collect();
    let features = cnn.config().features();
    for from in (0..words).step_by(BLOCK) {
        let block = from..words.min(from + BLOCK);
        let products = products.of(cnn, context.embedding, block.clone());
        let mut m = vec![0.0; block.len() * features];
        for (ready, &place) in ready.iter().zip(places) {
            for (k, m) in m.chunks_exact_mut(features).enumerate() {
                ready.features(&products, k, m);
            }
            let rows = ArrayView2::from_shape((block.len(), features), &m).expect("as many numbers as the shape holds");
            let logits = cnn.dense().apply(rows, WeightMap::AS_IS);
            for (k, logits) in flat(&logits.view()).chunks_exact(cnn.config().classes).enumerate() {
                visit(place, from + k, logits);
            }
        }
        if !progress(block.end as f64 / words as f64) {
            return Err(Error::Cancelled);
        }
    }
    Ok(())
}
