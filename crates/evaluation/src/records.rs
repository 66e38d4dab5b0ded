//! What is kept of a model's rows: plain records, in the order in which `summary.json` has them.

use serde::{Deserialize, Serialize};

use crate::paper::{Identity, Review, Steps};

/// Everything that is said of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its id.
    pub model: String,
    /// For people.
    pub name: String,
    /// What decided the numbers, in hex.
    pub fingerprint: String,
    /// The word vectors' SHA-256.
    pub vectors: String,
    /// The checkpoint that is shown first, or the first that was measured.
    pub default: String,
    /// What was measured: those that are shown by themselves, then other seeds of these.
    pub checkpoints: Vec<Measured>,
    /// Methods that cannot explain this network, or not every sentence.
    pub left_out: Vec<LeftOut>,
    /// One per shown checkpoint, method and measure that has values.
    pub means: Vec<Mean>,
    /// The same over seeds, one per number of epochs.
    pub over_seeds: Vec<OverSeeds>,
    /// Methods against random scores and gradient times input, by the measures that matter most.
    pub comparisons: Vec<Comparison>,
    /// Every method against every other, by the same measures.
    pub duels: Vec<Duel>,
    /// How alike the scores of two checkpoints are.
    pub stability: Vec<Stability>,
    /// How alike the orders of methods are between seeds.
    pub orders: Vec<Order>,
    /// Words: signs that agree with people, by true class.
    pub human_by_class: Vec<ByClass>,
    /// Mean deletion curves of the probability.
    pub curves: Vec<Curve>,
    /// Three methods, one number; one per shown checkpoint.
    pub identity: Vec<Identity>,
    /// The error of Integrated Gradients in steps by the default checkpoint; empty where there is no exact integral.
    pub path_error: Vec<Steps>,
    /// The paper's six reviews by every checkpoint.
    pub reviews: Vec<Review>,
}

impl Section {
    /// The checkpoints that are shown by themselves.
    pub fn shown(&self) -> impl Iterator<Item = &Measured> {
        self.checkpoints.iter().filter(|checkpoint| checkpoint.shown)
    }

    /// The mean of a measure, if it was taken.
    pub fn mean(&self, checkpoint: &str, method: &str, measure: &str) -> Option<&Mean> {
        self.means.iter().find(|m| m.checkpoint == checkpoint && m.method == method && m.measure == measure)
    }

    /// How a method compares with another, if that was asked.
    pub fn comparison(&self, checkpoint: &str, measure: &str, method: &str, against: &str) -> Option<&Comparison> {
        let asked = |c: &&Comparison| {
            c.checkpoint == checkpoint && c.measure == measure && c.method == method && c.against == against
        };
        self.comparisons.iter().find(asked)
    }

    /// Whether everything was measured on all of so many sentences, what is expensive and costly included.
    pub fn is_whole(&self, sentences: usize) -> bool {
        // Of the costly measures this one has a value for every sentence.
        let all = |measure: &str, n: usize| measure != "max_sensitivity" || n == sentences;
        self.checkpoints.iter().all(|checkpoint| checkpoint.sentences == sentences)
            && self.means.iter().all(|m| all(&m.measure, m.n))
            && self.over_seeds.iter().all(|m| all(&m.measure, m.n))
    }

    /// Every method against every other, if that was asked.
    pub fn duel(&self, checkpoint: &str, measure: &str) -> Option<&Duel> {
        self.duels.iter().find(|duel| duel.checkpoint == checkpoint && duel.measure == measure)
    }
}

/// A checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Its id.
    pub id: String,
    /// Epochs of training.
    pub epoch: u32,
    /// The seed of its training.
    pub seed: u64,
    /// Whether it is shown by itself.
    pub shown: bool,
    /// Its file's SHA-256.
    pub weights: String,
    /// How many sentences it was measured on; a costly measure says itself on how many.
    pub sentences: usize,
    /// On the test sentences, as the manifest has it.
    pub test_accuracy: f64,
    /// On the test sentences, as the manifest has it.
    pub test_loss: f64,
}

/// A method that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The method.
    pub method: String,
    /// Why.
    pub reason: String,
    /// For how many sentences and checkpoints.
    pub times: u32,
}

/// A mean with its 95 % bootstrap interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// Whose.
    pub checkpoint: String,
    /// Of what.
    pub method: String,
    /// Of what.
    pub measure: String,
    /// The mean.
    pub mean: f64,
    /// 2.5 % quantile.
    pub low: f64,
    /// 97.5 % quantile.
    pub high: f64,
    /// Sentences that have a value.
    pub n: usize,
}

/// A mean over seeds, on the sentences that all of them were measured on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverSeeds {
    /// Epochs of training.
    pub epoch: u32,
    /// Of what.
    pub method: String,
    /// Of what.
    pub measure: String,
    /// The mean of the seeds' means.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// How many seeds.
    pub seeds: usize,
    /// Sentences that a seed has a value for, at most.
    pub n: usize,
}

/// Two methods on the same sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// By whom.
    pub checkpoint: String,
    /// By which measure.
    pub measure: String,
    /// The one.
    pub method: String,
    /// The other.
    pub against: String,
    /// Mean of the one minus mean of the other, on sentences where both have a value.
    pub difference: f64,
    /// Corrected p value of the signed-rank test.
    pub p: f64,
    /// `better`, `worse`, `within noise`, or `identical` where no sentence differs by more than rounding.
    pub verdict: String,
}

/// Every method against every other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duel {
    /// By whom.
    pub checkpoint: String,
    /// By which measure.
    pub measure: String,
    /// The methods that have values.
    pub methods: Vec<String>,
    /// A row per method and a sign per opponent: `+` better, `-` worse, `=` within noise, `~` identical, `.` itself.
    pub signs: Vec<String>,
}

impl Duel {
    /// The sign of the one against the other; none if one was not measured.
    pub fn sign(&self, one: &str, other: &str) -> Option<char> {
        let place = |id: &str| self.methods.iter().position(|method| method == id);
        self.signs[place(one)?].chars().nth(place(other)?)
    }

    /// The methods that no other is better than: the best, and what is within noise of all that are better on average.
    pub fn top(&self) -> Vec<&str> {
        let unbeaten = self.methods.iter().zip(&self.signs).filter(|(_, signs)| !signs.contains('-'));
        unbeaten.map(|(method, _)| method.as_str()).collect()
    }
}

/// How alike a method's scores are between checkpoints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// `epochs` or `seeds`: what the checkpoints differ in.
    pub differ: String,
    /// Epochs of the one.
    pub a: u32,
    /// Epochs of the other.
    pub b: u32,
    /// How many seeds.
    pub seeds: usize,
    /// The method.
    pub method: String,
    /// Mean Kendall's tau-b of the words' scores.
    pub kendall: f64,
    /// Its interval over sentences.
    pub low: f64,
    /// Its interval over sentences.
    pub high: f64,
    /// Its standard deviation over pairs of checkpoints; none of one pair.
    pub deviation: Option<f64>,
    /// Mean Pearson's correlation.
    pub pearson: f64,
    /// Share of sentences with the same strongest word.
    pub same_top: f64,
    /// Share of sentences with the same predicted class.
    pub same_class: f64,
    /// Sentences.
    pub n: usize,
}

/// How alike two orders of the methods are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// `models`, `epochs` or `seeds`: what the checkpoints differ in.
    pub differ: String,
    /// The one checkpoint; of seeds the first.
    pub a: String,
    /// The other checkpoint; of seeds the last.
    pub b: String,
    /// The measure by which methods are put in order.
    pub measure: String,
    /// Kendall's tau-b of the orders; of seeds the mean of all pairs.
    pub kendall: f64,
    /// The lowest of all pairs.
    pub lowest: f64,
    /// How many methods.
    pub methods: usize,
    /// Pairs of methods that are told apart in both, and how many of them have the same order; none of seeds.
    pub settled: Option<(usize, usize)>,
}

/// Agreement with people for sentences of one true class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByClass {
    /// Whose.
    pub checkpoint: String,
    /// Of what.
    pub method: String,
    /// The true class.
    pub class: String,
    /// Mean share of signs that agree.
    pub sign: f64,
    /// Its interval.
    pub low: f64,
    /// Its interval.
    pub high: f64,
    /// Sentences.
    pub n: usize,
}

/// A mean curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Whose.
    pub checkpoint: String,
    /// Of what.
    pub method: String,
    /// Mean probability at evenly spaced shares of removed words, 0 to 1.
    pub values: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_are_those_that_nobody_beats() {
        let duel = Duel {
            checkpoint: "net".to_owned(),
            measure: "m".to_owned(),
            methods: ["a", "b", "c"].map(str::to_owned).to_vec(),
            signs: [".=+", "=.+", "--."].map(str::to_owned).to_vec(),
        };
        assert_eq!(duel.top(), ["a", "b"]);
        assert_eq!((duel.sign("c", "a"), duel.sign("a", "c"), duel.sign("a", "z")), (Some('-'), Some('+'), None));
    }
}
