//! Parameter randomisation (Adebayo et al. 2018): a network some of whose layers have been drawn anew. An explanation
//! that hardly changes does not explain what was learnt.
//!
//! The new weights are those of an untrained network (Glorot-uniform, no biases) from a seed. What is compared are the
//! words' scores before and after ([`super::similarity`]), for the class that the trained network chose. A factor `x` in a
//! score survives any randomisation, so gradient and gradient times input are measured side by side.

use wordlight_nn::model::{AnyModel, BiLstm, TextCnn};
use wordlight_nn::{Real, Result};

use crate::random::Draws;

/// Which layers are drawn anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layers {
    /// The layer that makes the logits.
    Dense,
    /// The layers that read the words: convolutions, or the LSTMs of both directions.
    Conv,
    /// All layers.
    Both,
}

impl Layers {
    /// All choices of layers.
    pub const ALL: [Self; 3] = [Self::Dense, Self::Conv, Self::Both];

    /// The id of the choice, for programs and links.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Conv => "conv",
            Self::Both => "both",
        }
    }
}

/// Added to the seed. Training draws its first weights the same way from its own seed, and a network drawn anew must not be
/// the very one that this network grew out of: it would resemble it still.
const APART: usize = 1 << 20;

/// `network` with some layers as they are before training.
///
/// # Errors
/// None that a network which exists can cause.
pub fn randomised<F: Real>(network: &TextCnn<F>, layers: Layers, seed: usize) -> Result<TextCnn<F>> {
    let mut draws = Draws::new(seed.wrapping_add(APART));
    let fresh = TextCnn::random(network.config().clone(), || (draws.even() + 1.0) / 2.0)?;
    let (convs, dense) = match layers {
        Layers::Dense => (network.convs(), fresh.dense()),
        Layers::Conv => (fresh.convs(), network.dense()),
        Layers::Both => (fresh.convs(), fresh.dense()),
    };
    TextCnn::new(network.config().clone(), convs.to_vec(), dense.clone())
}

/// [`randomised`] for a bidirectional LSTM.
///
/// # Errors
/// None that a network which exists can cause.
pub fn randomised_lstm<F: Real>(network: &BiLstm<F>, layers: Layers, seed: usize) -> Result<BiLstm<F>> {
    let mut draws = Draws::new(seed.wrapping_add(APART));
    let fresh = BiLstm::random(network.config().clone(), || (draws.even() + 1.0) / 2.0)?;
    let (readers, dense) = match layers {
        Layers::Dense => (network.layers(), fresh.dense()),
        Layers::Conv => (fresh.layers(), network.dense()),
        Layers::Both => (fresh.layers(), fresh.dense()),
    };
    BiLstm::new(network.config().clone(), readers, dense.clone())
}

/// [`randomised`] for a network of any kind that can be.
///
/// # Errors
/// None that a network which exists can cause.
pub fn randomised_any<F: Real>(network: &AnyModel<F>, layers: Layers, seed: usize) -> Result<AnyModel<F>> {
    match network {
        AnyModel::BiLstm(lstm) => randomised_lstm(lstm, layers, seed).map(AnyModel::from),
        AnyModel::TextCnn(cnn) => randomised(cnn, layers, seed).map(AnyModel::from),
        _ => unreachable!("every kind of network is named above"),
    }
}

#[cfg(test)]
mod tests {
    use wordlight_nn::model::BiLstmConfig;

    use super::super::by_hand::network;
    use super::*;

    #[test]
    fn only_the_named_layers_change() {
        let network = network();
        for (layers, conv, dense) in
            [(Layers::Dense, false, true), (Layers::Conv, true, false), (Layers::Both, true, true)]
        {
            let new = randomised(&network, layers, 3).unwrap();
            assert_eq!(new.convs()[0].weight() != network.convs()[0].weight(), conv, "{layers:?}");
            assert_eq!(new.dense().weight() != network.dense().weight(), dense, "{layers:?}");
        }
    }

    #[test]
    fn only_the_named_layers_of_an_lstm_change() {
        let mut draws = Draws::new(9);
        let lstm = BiLstm::<f64>::random(BiLstmConfig { dim: 2, hidden: 3, classes: 2, one_way: false }, || {
            (draws.even() + 1.0) / 2.0
        })
        .unwrap();
        for (layers, readers, dense) in
            [(Layers::Dense, false, true), (Layers::Conv, true, false), (Layers::Both, true, true)]
        {
            let AnyModel::BiLstm(new) = randomised_any(&AnyModel::from(lstm.clone()), layers, 3).unwrap() else {
                panic!("another kind of network")
            };
            for k in [0, 1] {
                let changed = new.layers()[k].cell().weight() != lstm.layers()[k].cell().weight();
                assert_eq!(changed, readers, "{layers:?}");
            }
            assert_eq!(new.dense().weight() != lstm.dense().weight(), dense, "{layers:?}");
        }
    }

    #[test]
    fn a_seed_is_a_network() {
        let weight = |seed| randomised(&network(), Layers::Both, seed).unwrap().dense().weight().to_owned();
        assert_eq!(weight(1), weight(1));
        assert_ne!(weight(1), weight(2));
        // Glorot: within sqrt(6 / (2 + 2)).
        assert!(weight(1).iter().all(|w| w.abs() <= 1.5f64.sqrt()));
    }
}
