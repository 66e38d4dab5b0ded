//! How many sentences a network is measured on, by what a sentence costs.
//!
//! Every n-th sentence of the test split is taken, from the first on; whatever is compared is compared on the sentences that
//! both have. *Expensive* methods ask the network a thousand times ([`EXPENSIVE`]); *costly* measures (sensitivity and randomisation) ask
//! a method again eight times.
//!
//! | network | everything else | expensive methods | costly measures | of expensive methods |
//! |---|---|---|---|---|
//! | network that is shown, and every seed of one with narrow filters | every sentence | every sentence | every sentence | every sentence |
//! | another seed of wide filters or of an LSTM | every tenth | every twentieth | every twentieth | a tenth of these |
//!
//! An interval is that of the sentences that were taken, so fewer sentences show as a wider one. [`Budget::EVERYTHING`] is every
//! sentence for any network.

use serde::{Deserialize, Serialize};
use wordlight_nn::model::{AnyModel, Classifier, TextCnn};

/// The methods that ask a network a thousand times, or enumerate its windows.
pub const EXPENSIVE: [&str; 4] = ["shapley", "shapley-sampling", "lime", "expected-gradients"];
/// Exact Shapley values keep `2^(K-1)` states of a filter of `K` words. Filters that have more states than this together, two
/// each, are wide: those of 500 pairs of words are narrow, 100 each of three, four and five words are wide.
const NARROW: usize = 2_000;

/// Every how manieth sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// For everything that is not named below.
    pub every: usize,
    /// For expensive methods.
    #[serde(rename = "dear")]
    pub expensive: usize,
    /// For the costly measures.
    pub costly: usize,
    /// Whether the costly measures are taken of expensive methods as often; otherwise it is every tenth time.
    #[serde(rename = "costly_of_dear")]
    pub costly_of_expensive: bool,
}

/// What is asked of a network about one sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whether expensive methods are wanted.
    pub expensive: bool,
    /// Whether the costly measures are wanted.
    pub costly: bool,
    /// Whether these are wanted of expensive methods.
    pub costly_of_expensive: bool,
}

impl Budget {
    /// Every measure of every method on every sentence, however expensive.
    pub const EVERYTHING: Self = Self { every: 1, expensive: 1, costly: 1, costly_of_expensive: true };

    /// The budget of a network; `shown` is false for other seeds of networks that are shown.
    pub fn of(network: &AnyModel<f32>, shown: bool) -> Self {
        let states = |cnn: &TextCnn<f32>| -> usize {
            cnn.config().widths.iter().map(|width| cnn.config().filters << width).sum()
        };
        let narrow = network.as_text_cnn().is_some_and(|cnn| states(cnn) <= NARROW);
        if shown || narrow {
            Self::EVERYTHING
        } else {
            Self { every: 10, expensive: 20, costly: 20, costly_of_expensive: false }
        }
    }

    /// What is asked about a sentence; nothing for most.
    pub fn asked(&self, sentence: usize) -> Option<Asked> {
        let due = |every: usize| sentence.is_multiple_of(every);
        let asked = || Asked {
            expensive: due(self.expensive),
            costly: due(self.costly),
            costly_of_expensive: due(self.costly * if self.costly_of_expensive { 1 } else { 10 }),
        };
        due(self.every).then(asked)
    }

    /// How many of so many sentences are measured.
    pub fn sentences(&self, of: usize) -> usize {
        of.div_ceil(self.every)
    }
}

impl Asked {
    /// Whether a method is wanted.
    pub fn method(&self, id: &str) -> bool {
        self.expensive || !EXPENSIVE.contains(&id)
    }

    /// Whether the costly measures of a method are wanted.
    pub fn costly_of(&self, id: &str) -> bool {
        self.costly && (self.costly_of_expensive || !EXPENSIVE.contains(&id))
    }
}

#[cfg(test)]
mod tests {
    use wordlight_nn::model::{BiLstm, BiLstmConfig, TextCnnConfig};

    use super::*;

    fn cnn(config: TextCnnConfig) -> AnyModel<f32> {
        TextCnn::random(config, || 0.5).unwrap().into()
    }

    #[test]
    fn a_dearer_network_is_asked_about_fewer_sentences() {
        let paper = cnn(TextCnnConfig::paper(4));
        let of = |network: &AnyModel<f32>, shown| {
            let Budget { every, expensive, costly, costly_of_expensive } = Budget::of(network, shown);
            (every, expensive, costly, costly_of_expensive)
        };
        let (everything, little) = ((1, 1, 1, true), (10, 20, 20, false));
        assert_eq!((of(&paper, true), of(&paper, false)), (everything, everything));
        let kim = cnn(TextCnnConfig { filters: 100, ..TextCnnConfig::kim(4) });
        let lstm = BiLstmConfig { dim: 2, hidden: 2, classes: 2, one_way: false };
        let lstm = BiLstm::random(lstm, || 0.5).unwrap().into();
        assert_eq!((of(&kim, true), of(&lstm, true)), (everything, everything));
        assert_eq!((of(&kim, false), of(&lstm, false)), (little, little));
    }

    #[test]
    fn a_sentence_is_asked_what_is_due() {
        let budget = Budget { every: 5, expensive: 20, costly: 10, costly_of_expensive: false };
        assert_eq!(budget.asked(4), None);
        let of = |sentence: usize| {
            let asked = budget.asked(sentence).unwrap();
            let two = |of: &dyn Fn(&str) -> bool| (of("gradient"), of("lime"));
            (two(&|id| asked.method(id)), two(&|id| asked.costly_of(id)))
        };
        assert_eq!(of(5), ((true, false), (false, false)));
        assert_eq!(of(10), ((true, false), (true, false)));
        assert_eq!(of(20), ((true, true), (true, false)));
        assert_eq!(of(100), ((true, true), (true, true)));
        assert_eq!(budget.sentences(11), 3);
        let all = Budget::EVERYTHING.asked(7).unwrap();
        assert!(all.method("lime") && all.costly_of("gradient") && all.costly_of("lime"));
    }

    #[test]
    fn dear_methods_are_methods() {
        EXPENSIVE.iter().for_each(|id| assert!(wordlight_explain::method::spec(id).is_ok(), "{id}"));
    }
}
