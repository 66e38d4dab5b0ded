//! Shapley values of the words of a max-over-time network, without sampling.
//!
//! The players are the words; an absent word is its row of the baseline (Lundberg & Lee 2017 for the setting). The
//! logit is linear in the features `m`, so each filter is a game of its own and the values add up.
//!
//! 1. The Shapley value of word `i` is the integral over `q` from 0 to 1 of
//!    `E[m | i present] - E[m | i absent]`, every other word being present independently with probability `q`. This
//!    is a polynomial in `q` of degree `n - 1` for `n` players, so `ceil(n / 2)` Gauss-Legendre nodes integrate it
//!    exactly.
//! 2. `E[m] = top - sum over thresholds of gap * P(m <= threshold)`, the thresholds being the sorted distinct scores
//!    that any window can take.
//! 3. A window's score depends on its own `K` words only. So `P(m <= threshold)` is one forward pass along the sentence
//!    whose state is the presence of the last `K - 1` words, and one backward pass gives its derivative by every
//!    word's own probability, which is what step 1 asks for.
//!
//! Nothing is approximated, and memory is linear in the sentence. The cost is at most filters x thresholds x nodes x
//! `T 2^K`. What cannot matter is left out:
//!
//! - thresholds below a value that some window always exceeds (with a ReLU: below zero);
//! - words that equal their baseline row: nothing changes when they leave, so they are no players;
//! - filters without weight in the target;
//! - *parts*: at a threshold, a window that exceeds it under no mask ties no words together. Between such windows the
//!   sentence falls apart, `P` is a product over the parts, and a threshold that frees one more mask of one window
//!   renews one part. For pairs of words a part has about four words on average; for windows of five, most of the
//!   sentence.
//!
//! This is for n-gram CNNs what TreeSHAP is for trees. Decided against: counting coalitions by size, which replaces
//! `T / 2` nodes by `T` coefficients; and a tree of transfer matrices, which updates `P` in `log T` steps but needs
//! matrices of `4^(K-1)` numbers for the derivatives.

mod game;

use ndarray::{Array1, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::layer::Activation;
use wordlight_nn::model::TextCnn;

use self::game::{Game, LANES, Words};
use super::projection::Projection;
use crate::quadrature::legendre_nodes;
use crate::{Error, Result};

/// The widest filter: `2^K` states of a window are looked at.
pub const MAX_WINDOW: usize = 8;

/// Exact Shapley values of `sum_c credit[c] m_c` for the first `tokens` rows of `x`, `[T]`.
///
/// # Shapes
/// `x` and `absent` are `[E, D]`, `credit` is `[M]`. Rows of `x` past the tokens are never absent.
///
/// # Errors
/// [`Error::Unsupported`] for a filter wider than [`MAX_WINDOW`] words, [`Error::Cancelled`] when `progress`, which is told the
/// part that is done, returns false.
pub fn shapley<F: Real>(
    cnn: &TextCnn<F>,
    x: ArrayView2<'_, F>,
    absent: ArrayView2<'_, F>,
    tokens: usize,
    credit: &Array1<F>,
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<Array1<f64>> {
    if cnn.config().widths.iter().any(|width| *width > MAX_WINDOW) {
        return Err(Error::Unsupported { method: "exact Shapley values", reason: "a filter is wider than 8 words" });
    }
    // A word that does not change when it leaves is no player.
    let player: Vec<bool> = (0..x.nrows()).map(|i| i < tokens && x.row(i) != absent.row(i)).collect();
    let players = player.iter().filter(|player| **player).count();
    let mut values = vec![0.0; x.nrows()];
    if players == 0 {
        return Ok(Array1::zeros(tokens));
    }
    let nodes = legendre_nodes(players.div_ceil(2));
    let floor = if cnn.config().activation == Activation::Relu { 0.0 } else { f64::NEG_INFINITY };
    let filters = cnn.config().filters;
    for (i, conv) in cnn.convs().iter().enumerate() {
        let projection = Projection::of(conv);
        let (with, without) = (projection.apply(x), projection.apply(absent));
        let mut game = Game::new(&player, projection.width);
        for c in 0..filters {
            let share = credit[i * filters + c].as_f64();
            if share == 0.0 {
                continue;
            }
            let place = |e: usize, j: usize| [e, j * filters + c];
            let words = Words {
                with: |e, j| with[place(e, j)].as_f64(),
                without: |e, j| without[place(e, j)].as_f64(),
                bias: projection.bias[c].as_f64(),
            };
            game.set_scores(&words, floor);
            game.play(&nodes, share, &mut values);
            if !progress((i * filters + c + 1) as f64 / credit.len() as f64) {
                return Err(Error::Cancelled);
            }
        }
    }
    values.truncate(tokens);
    Ok(values.into())
}

/// How many steps of the recursion [`shapley`] takes at most: what a caller compares with its patience.
pub fn steps<F: Real>(cnn: &TextCnn<F>, rows: usize, tokens: usize) -> f64 {
    let (rows, nodes) = (rows as f64, tokens.div_ceil(2 * LANES) as f64);
    let per_filter = |width: &usize| {
        let states = (*width as f64).exp2();
        rows * states * nodes * rows * states
    };
    cnn.config().filters as f64 * cnn.config().widths.iter().map(per_filter).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use wordlight_nn::layer::{Conv1d, Dense};
    use wordlight_nn::model::TextCnnConfig;

    use super::*;

    /// One filter of width 1, w = 1, b = 0.
    fn values(activation: Activation, x: &[f64]) -> Vec<f64> {
        let config = TextCnnConfig { dim: 1, classes: 2, widths: vec![1], filters: 1, activation, pad_to: 0 };
        let conv = Conv1d::new(array![[1.0]], array![0.0], 1).unwrap();
        let dense = Dense::new(array![[1.0], [0.0]], array![0.0, 0.0]).unwrap();
        let cnn = TextCnn::new(config, vec![conv], dense).unwrap();
        let x = ndarray::Array2::from_shape_vec((x.len(), 1), x.to_vec()).unwrap();
        let zero = ndarray::Array2::zeros(x.raw_dim());
        shapley(&cnn, x.view(), zero.view(), x.nrows(), &array![1.0], &mut |_| true).unwrap().to_vec()
    }

    #[test]
    fn the_airport_game() {
        // The maximum of 1, 2, 3: a third of the first step to all, half of the second to two, the last to one.
        for activation in [Activation::Linear, Activation::Relu] {
            for (got, want) in values(activation, &[1.0, 3.0, 2.0]).iter().zip([1.0 / 3.0, 11.0 / 6.0, 5.0 / 6.0]) {
                assert!((got - want).abs() < 1e-15, "{got} and {want}");
            }
        }
    }

    #[test]
    fn equal_words_get_equal_values_and_a_zero_word_nothing() {
        let got = values(Activation::Linear, &[2.0, 0.0, 2.0]);
        assert!((got[0] - 1.0).abs() < 1e-15 && got[0] == got[2] && got[1] == 0.0, "{got:?}");
    }

    #[test]
    fn negative_words_count_only_when_no_zero_is_left() {
        // With all three present the maximum is -1; one absent word makes it 0. Behind a ReLU it is 0 anyway.
        for got in values(Activation::Linear, &[-1.0, -1.0, -1.0]) {
            assert!((got + 1.0 / 3.0).abs() < 1e-15, "{got}");
        }
        assert_eq!(values(Activation::Relu, &[-1.0, -1.0, -1.0]), [0.0; 3]);
    }

    #[test]
    fn it_stops_when_asked_to() {
        let config = TextCnnConfig::paper(3);
        let cnn: TextCnn<f64> = TextCnn::random(config, {
            let mut i = 0.0;
            move || {
                i = (i + 0.618) % 1.0;
                i
            }
        })
        .unwrap();
        let (x, zero) = (ndarray::Array2::ones((6, 3)), ndarray::Array2::zeros((6, 3)));
        let credit = Array1::ones(100);
        let mut calls = 0;
        let stopped = shapley(&cnn, x.view(), zero.view(), 6, &credit, &mut |done| {
            calls += 1;
            done < 0.05
        });
        assert!(matches!(stopped, Err(Error::Cancelled)) && calls == 5, "{calls}");
    }
}
