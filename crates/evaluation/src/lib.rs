//! The evaluation: what can be said of the methods, measured on every test sentence.
//!
//! [`plan`] says which networks are measured and [`budget`] on how many sentences; [`job`] runs every method and control on
//! every sentence by every checkpoint of a model and keeps each [`chunk`] of them, [`measure`] says what is measured,
//! [`tables`] writes the rows. [`mod@section`] draws the conclusions of a model with [`statistics`] and [`mod@compare`] into
//! [`records`], [`summary`] holds all models together, [`rank_agreement`] asks whether they agree, [`ranking`] which method is
//! to be believed, and [`paper`] asks the paper's own questions. [`human_labels`] and [`corpus`] are what people said, and what
//! the network says, of single words. [`figures`] and [`replication`] show it, [`seeds`] and [`vector_agreement`] compare
//! networks.
//!
//! # Quickstart
//!
//! `wordlight evidence` of the command line runs all of it. The parts can be used by themselves: here, whether one method is
//! better than another on the same sentences.
//!
//! ```
//! use wordlight_evaluation::statistics::{Bootstrap, LEVEL, holm, mean, signed_rank};
//!
//! // A measure of two methods on forty sentences: the second is better by 0.1, more or less.
//! let first: Vec<f64> = (0..40).map(|i| f64::from(i % 7) / 10.0).collect();
//! let second: Vec<f64> = first.iter().enumerate().map(|(i, v)| v + 0.1 + 0.05 * (i as f64).sin()).collect();
//! let differences: Vec<f64> = second.iter().zip(&first).map(|(b, a)| b - a).collect();
//!
//! // The 95 % interval of the mean difference, from 1000 resamples of the sentences.
//! let (low, high) = Bootstrap::new(40, 1000, 1).interval(&differences);
//! assert!(low > 0.05 && low < mean(&differences) && mean(&differences) < high && high < 0.15);
//!
//! // Three comparisons are corrected together; only the first is a difference.
//! let p = holm(&[signed_rank(&differences), 0.4, 0.02]);
//! assert!(p[0] < LEVEL && p[2] > LEVEL);
//! assert_eq!(p[2], 0.04);
//! ```

pub mod budget;
pub mod chunk;
pub mod compare;
pub mod corpus;
pub mod figures;
pub mod human_labels;
pub mod job;
pub mod measure;
pub mod paper;
pub mod plan;
pub mod query;
pub mod rank_agreement;
pub mod ranking;
pub mod records;
pub mod replication;
mod resample;
pub mod section;
pub mod seeds;
pub mod statistics;
pub mod summary;
pub mod tables;
pub mod vector_agreement;

#[cfg(test)]
pub(crate) mod by_hand {
    use crate::compare::{compare, duels};
    use crate::measure::MEASURES;
    use crate::records::{Mean, Measured, Section};
    use crate::statistics::mean;

    /// Four methods and random scores on a hundred sentences, by two measures: Shapley values are best, gradient times input
    /// and LRP-z are the same, the gradient is as good as chance.
    pub(crate) fn section() -> Section {
        let ids = ["gradient", "gradient-x-input", "lrp-z", "shapley", "control-random"];
        let methods: Vec<String> = ids.map(str::to_owned).to_vec();
        let ramp = |level: f64| (0..100).map(|i| level + f64::from(i % 7) / 100.0).collect::<Vec<f64>>();
        let columns: Vec<Vec<Vec<f64>>> = [0.0, 0.5, 0.5, 0.9, 0.0]
            .iter()
            .map(|level| {
                let of = |id: &str| match id {
                    "deletion_share" => ramp(*level),
                    "unexplained" => ramp(1.0 - level),
                    _ => vec![f64::NAN; 100],
                };
                MEASURES.iter().map(|measure| of(measure.id)).collect()
            })
            .collect();
        let means = methods.iter().zip(&columns).flat_map(|(method, columns)| {
            MEASURES.iter().zip(columns).filter(|(_, values)| !values[0].is_nan()).map(|(measure, values)| Mean {
                checkpoint: "net-5".to_owned(),
                method: method.clone(),
                measure: measure.id.to_owned(),
                mean: mean(values),
                low: mean(values) - 0.01,
                high: mean(values) + 0.01,
                n: 100,
            })
        });
        Section {
            model: "net".to_owned(),
            name: "A network".to_owned(),
            fingerprint: String::new(),
            vectors: String::new(),
            default: "net-5".to_owned(),
            checkpoints: vec![Measured {
                id: "net-5".to_owned(),
                epoch: 5,
                seed: 1,
                shown: true,
                weights: String::new(),
                sentences: 100,
                test_accuracy: 0.5,
                test_loss: 1.0,
            }],
            left_out: Vec::new(),
            means: means.collect(),
            over_seeds: Vec::new(),
            comparisons: compare(&methods, &[("net-5", &columns)]),
            duels: duels(&methods, &[("net-5", &columns)]),
            stability: Vec::new(),
            orders: Vec::new(),
            human_by_class: Vec::new(),
            curves: Vec::new(),
            identity: Vec::new(),
            path_error: Vec::new(),
            reviews: Vec::new(),
        }
    }
}
