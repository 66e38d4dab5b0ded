//! Can an explanation be trusted? Measures that ask the network, and measures that ask people.
//!
//! *Faithful* is an explanation that says what the network does; *plausible* one that says what a reader would say.
//! They are different questions, and a network that is wrong is explained well by words no reader would choose.
//!
//! | file | question | source |
//! |---|---|---|
//! | [`curve`] | how fast does the value fall when the best words go, or rise when they come? | Samek 2017, Petsiuk 2018 |
//! | [`random_order`] | and when words go in any order? | the control of every curve |
//! | [`greedy`] | and when at each step the word goes that hurts most? | the other control |
//! | [`eraser`] | how much is lost without the best words, and with them alone? | DeYoung 2020 |
//! | [`infidelity`] | do the scores of removed words add up to what their removal costs? | Yeh 2019 |
//! | [`sensitivity`] | how much can the scores change when the input hardly does? | Yeh 2019 |
//! | [`randomisation`] | do the scores notice that the network was randomised? | Adebayo 2018 |
//! | [`shapley_distance`] | how far are they from the exact Shapley values, and do they add up? | Lundberg 2017 |
//! | [`similarity`] | do two rows of scores say the same? | Kendall 1945 |
//! | [`plausibility`] | do people find the same words positive and negative? | Socher 2013 |
//!
//! Every function is pure and cheap on a convolution with maximum over time: a removal adds up projections
//! ([`crate::exact::coalitions`]) and never convolves. Sums run in `f64`.

pub mod curve;
pub mod eraser;
pub mod greedy;
pub mod infidelity;
pub mod plausibility;
pub mod random_order;
pub mod randomisation;
pub mod sensitivity;
pub mod shapley_distance;
pub mod similarity;

#[cfg(test)]
pub(crate) mod by_hand {
    use ndarray::array;
    use wordlight_nn::layer::{Activation, Conv1d, Dense};
    use wordlight_nn::model::{TextCnn, TextCnnConfig};

    /// Two filters over one word of two components, each reading its own: the first logit is the largest first
    /// component plus the largest second one, at least 0 as soon as one word is zero. The second logit is 0.
    pub(crate) fn network() -> TextCnn<f64> {
        let config = TextCnnConfig {
            dim: 2,
            classes: 2,
            widths: vec![1],
            filters: 2,
            activation: Activation::Linear,
            pad_to: 0,
        };
        let conv = Conv1d::new(array![[1.0, 0.0], [0.0, 1.0]], array![0.0, 0.0], 1).unwrap();
        let dense = Dense::new(array![[1.0, 1.0], [0.0, 0.0]], array![0.0, 0.0]).unwrap();
        TextCnn::new(config, vec![conv], dense).unwrap()
    }

    /// Runs `body` with the case of the words (5, 0), (0, 3), (2, 2): the value is 8.
    pub(crate) fn with_case(body: impl FnOnce(&crate::case::Case<'_, f64>)) {
        use wordlight_nn::model::Classifier;
        let network = network();
        let pass = network.forward(array![[5.0, 0.0], [0.0, 3.0], [2.0, 2.0]]).unwrap();
        let asked = (crate::target::TargetKind::Logit, Some(0));
        let zero = crate::baseline::Baseline::Zero;
        body(&crate::case::Case::new(&network, pass.as_ref(), 3, asked, &zero).unwrap());
    }
}
