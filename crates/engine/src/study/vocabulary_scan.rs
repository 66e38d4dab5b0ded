//! Every word of the vocabulary in one word's place, scored exactly.
//!
//! A word changes only the scores of the `K` windows that reach its place, and to those it adds its own products with
//! the filters (see `wordlight_explain::exact::projection`):
//!
//! ```text
//! m[c] = max( max over the other windows of s[p,c],  max over p = i-K+1 .. i of  rest[p,c] + u[word, i - p, c] )
//! ```
//!
//! with `rest` the window's score without the word. The products `u` of the whole vocabulary are made once per network
//! and kept if they fit into memory that a telephone has to spare; otherwise they are made block by block.

use std::ops::Range;

use ndarray::{Array2, ArrayView2};
use wordlight_explain::case::Case;
use wordlight_explain::exact::Projection;
use wordlight_explain::{Error, Result};
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::layer::Activation;
use wordlight_nn::model::{Classifier, TextCnn};
use wordlight_nn::ops::{flat, shaped};

use crate::study::context::Scene;

/// Products that are kept, at most: 32 MB.
const KEPT: usize = 8 << 20;

/// Words that are looked at together.
const BLOCK: usize = 256;

/// The products that are kept from one question to the next: those of one network's filters with the whole vocabulary.
#[derive(Default)]
pub(crate) struct Vocabulary {
    /// Whose they are.
    kept: Option<Kept>,
}

struct Kept {
    checkpoint: String,
    /// The name of the word vectors.
    vectors: String,
    /// One `[V, K C]` per width.
    products: Vec<Array2<f32>>,
}

impl Vocabulary {
    /// Lets go of what belongs to a checkpoint that is about to be replaced.
    pub(crate) fn forget(&mut self, checkpoint: &str) {
        self.kept.take_if(|kept| kept.checkpoint == checkpoint);
    }

    /// Lets go of what was made of word vectors that are about to be replaced.
    pub(crate) fn forget_vectors(&mut self, vectors: &str) {
        self.kept.take_if(|kept| kept.vectors == vectors);
    }

    /// The products of this checkpoint: all of them at hand if it has filters and they fit, else to be made block by block.
    pub(crate) fn products(&mut self, scene: &Scene<'_>, checkpoint: &str) -> Products<'_> {
        let Some(cnn) = scene.loaded.network.as_text_cnn() else { return Products(None) };
        let words = scene.embedding.vocab().len();
        let each: usize = cnn.config().widths.iter().map(|width| width * cnn.config().filters).sum();
        if words * each > KEPT {
            return Products(None);
        }
        self.kept.take_if(|kept| kept.checkpoint != checkpoint);
        let kept = self.kept.get_or_insert_with(|| Kept {
            checkpoint: checkpoint.to_owned(),
            vectors: scene.loaded.vectors.clone(),
            products: products(scene, cnn, 0..words),
        });
        Products(Some(&kept.products))
    }
}

/// The products of one network, as far as they are at hand: one `[V, K C]` per width.
pub(crate) struct Products<'a>(Option<&'a [Array2<f32>]>);

impl Products<'_> {
    /// The products of some words, one `[words, K C]` per width.
    pub(crate) fn of(&self, scene: &Scene<'_>, cnn: &TextCnn<f32>, words: Range<usize>) -> Vec<Array2<f32>> {
        let Some(kept) = self.0 else { return products(scene, cnn, words) };
        let slice = |all: &Array2<f32>| {
            let columns = all.ncols();
            shaped((words.len(), columns), flat(&all.view())[words.start * columns..words.end * columns].to_vec())
        };
        kept.iter().map(slice).collect()
    }
}

fn products(scene: &Scene<'_>, cnn: &TextCnn<f32>, words: Range<usize>) -> Vec<Array2<f32>> {
    let rows: Vec<Option<usize>> = words.map(Some).collect();
    let x = scene.embedding.embed(&rows, rows.len());
    cnn.convs().iter().map(|conv| Projection::of(conv).apply(x.view())).collect()
}

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
pub(crate) fn sweep(
    scene: &Scene<'_>,
    case: &Case<'_, f32>,
    vocabulary: &Products<'_>,
    places: &[usize],
    visit: &mut dyn FnMut(usize, usize, &[f32]),
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<()> {
    let words = scene.embedding.vocab().len();
    if let Some(model) = scene.loaded.network.as_bilstm() {
        let pass = model.pass(case.x().to_owned(), None)?;
        for (k, &place) in places.iter().enumerate() {
            for from in (0..words).step_by(BLOCK) {
                let block: Vec<Option<usize>> = (from..words.min(from + BLOCK)).map(Some).collect();
                let logits = pass.exchanged(place, scene.embedding.embed(&block, block.len()).view());
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
    let cnn = scene.cnn()?;
    let ready: Vec<Place> = places.iter().map(|&i| Place::new(cnn, case.x(), i)).collect();
    let features = cnn.config().features();
    for from in (0..words).step_by(BLOCK) {
        let block = from..words.min(from + BLOCK);
        let products = vocabulary.of(scene, cnn, block.clone());
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
