//! The n-gram ledger: how many filters each window won, and what it added.
//!
//! A filter's maximum is the score of one window, so the value of a max-over-time network is a sum over windows:
//!
//! ```text
//! F = sum over windows p of  ( sum over the filters c that p won of  u_c f(s[p,c]) )  +  bias of the logits
//! ```
//!
//! with `u_c = sum_y V[y,c] dF/dz_y`. There is no baseline and no path in it: it is the forward pass itself, read as
//! books. A window's credit is split once more into what its words brought (`w_c . window`) and the filters' biases.
//! A filter that a ReLU sets to zero is won by nobody. A target behind a softmax adds its curvature, as in gradient x input.
//!
//! Use it to ask which *phrases* decided, where words share what only their neighbourhood earned.

use wordlight_nn::Real;
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::{Activation, max_over_time};
use wordlight_nn::ops::{dot, flat, rows_weighted};

use crate::attribution::inherited;
use crate::case::Case;
use crate::ledger::{Account, Ledger};
use crate::{Error, Result};

/// A window that won at least one filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Ngram<F> {
    /// Its first position. It may reach into the padding, or lie there altogether.
    pub start: usize,
    /// The number of its words, `K`.
    pub width: usize,
    /// The number of filters whose maximum is in this window.
    pub filters: usize,
    /// What these filters added to the explained value.
    pub credit: F,
    /// The part of the credit that came from its words; the rest are the filters' biases.
    pub from_words: F,
}

/// The windows' credits.
#[derive(Clone, Debug, PartialEq)]
pub struct Ngrams<F> {
    /// The windows that won a filter, the widths in the network's order and each by position.
    pub ngrams: Vec<Ngram<F>>,
    /// The windows under [`Account::Ngrams`], the bias of the logits, and the curvature of a softmax.
    pub ledger: Ledger<F>,
}

/// The credit of every window of a case.
///
/// # Errors
/// [`Error::Unsupported`] if the network is no convolution with maximum over time.
pub fn ngrams<F: Real>(case: &Case<'_, F>) -> Result<Ngrams<F>> {
    let Some(pass) = case.text_cnn() else {
        return Err(Error::Unsupported {
            method: "The n-gram ledger",
            reason: "it has no windows with a maximum over time",
        });
    };
    let (cnn, seed) = (pass.model(), case.seed());
    let share = rows_weighted(seed.view(), cnn.dense().weight());
    let mut ngrams = Vec::new();
    let (mut total, mut magnitude) = (0.0, 0.0);
    for (i, conv) in cnn.convs().iter().enumerate() {
        let (mut windows, mut best) = (Vec::new(), Vec::new());
        max_over_time(pass.scores()[i].view(), cnn.config().activation, &mut windows, &mut best);
        // filters, credit, credit of the words
        let mut won = vec![(0, 0.0, 0.0); case.x().nrows() + 1 - conv.width()];
        for (c, (&window, &score)) in windows.iter().zip(&best).enumerate() {
            if cnn.config().activation == Activation::Relu && score <= F::zero() {
                continue;
            }
            let share = share[i * cnn.config().filters + c].as_f64();
            let credit = share * score.as_f64();
            let (filters, sum, words) = &mut won[window];
            *filters += 1;
            *sum += credit;
            *words += credit - share * conv.bias()[c].as_f64();
            total += credit;
            magnitude += credit.abs();
        }
        ngrams.extend(won.into_iter().enumerate().filter(|(_, (filters, ..))| *filters > 0).map(
            |(start, (filters, credit, words))| Ngram {
                start,
                width: conv.width(),
                filters,
                credit: F::from_f64(credit),
                from_words: F::from_f64(words),
            },
        ));
    }
    let mut entries = vec![
        (Account::Ngrams, F::from_f64(total)),
        (Account::Biases, F::from_f64(dot(&flat(&seed.view()), &flat(&cnn.dense().bias())))),
    ];
    entries.extend(crate::attribution::curvature(case));
    Ok(Ngrams { ngrams, ledger: Ledger::close(case.value(), entries, F::from_f64(magnitude + inherited(case))) })
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use wordlight_nn::layer::{Conv1d, Dense};
    use wordlight_nn::model::{Classifier, TextCnn, TextCnnConfig};

    use super::*;
    use crate::baseline::Baseline;
    use crate::target::TargetKind;

    #[test]
    fn two_windows_and_a_silent_filter_by_hand() {
        // Pairs (1, 2) and (2, -1). Sum filter, bias 1: 4 and 2; difference filter: -1 and 3; a filter that is silent.
        let config =
            TextCnnConfig { dim: 1, classes: 2, widths: vec![2], filters: 3, activation: Activation::Relu, pad_to: 0 };
        let weight = array![[1.0, 1.0], [1.0, -1.0], [0.0, 0.0]];
        let conv = Conv1d::new(weight, array![1.0, 0.0, -1.0], 2).unwrap();
        let dense = Dense::new(array![[1.0, 2.0, 5.0], [0.0, 0.0, 0.0]], array![0.5, 0.0]).unwrap();
        let cnn = TextCnn::new(config, vec![conv], dense).unwrap();
        let pass = cnn.forward(array![[1.0], [2.0], [-1.0]]).unwrap();
        let case = Case::new(&cnn, pass.as_ref(), 3, (TargetKind::Logit, Some(0)), &Baseline::Zero).unwrap();
        let books = ngrams(&case).unwrap();
        let ngram = |start, credit, from_words| Ngram { start, width: 2, filters: 1, credit, from_words };
        assert_eq!(books.ngrams, [ngram(0, 4.0, 3.0), ngram(1, 6.0, 6.0)]);
        assert_eq!((books.ledger.explained, books.ledger.residual), (10.5, 0.0));
    }
}
