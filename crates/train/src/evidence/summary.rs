//! From rows to what can be said: means with intervals, paired comparisons, stability between checkpoints, agreement with
//! people by class. This is the file that the figures and `REPLICATION.md` are made from.

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::chunk::Chunk;
use super::job::{Job, pairs};
use super::measure::{Better, CONTROLS, MEASURES};
use super::paper::{Identity, Review, Steps, identity, path_error, reviews};
use super::statistics::{Bootstrap, holm, mean, signed_rank};
use crate::data::treebank::CLASSES;
use crate::site::Site;

/// Below this corrected p value a difference is taken for one.
pub const LEVEL: f64 = 0.01;
/// What every method is compared with.
const AGAINST: [&str; 2] = ["control-random", "gradient-x-input"];
/// Sentences for the error of a path in steps.
const PATH_SENTENCES: usize = 200;

/// The summary, `summary.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of this format: 1.
    pub schema: u32,
    /// What decided the numbers, in hex.
    pub fingerprint: String,
    /// Test sentences.
    pub sentences: usize,
    /// Of everything that was drawn.
    pub seed: usize,
    /// What was measured.
    pub checkpoints: Vec<Measured>,
    /// Methods, then controls.
    pub methods: Vec<String>,
    /// The measures.
    pub measures: Vec<MeasureCard>,
    /// The level under which a corrected p value counts.
    pub level: f64,
    /// One per checkpoint, method and measure that has values.
    pub means: Vec<Mean>,
    /// One per checkpoint, measure, method and what it is compared with.
    pub comparisons: Vec<Comparison>,
    /// How alike a method's scores are between two checkpoints.
    pub stability: Vec<Stability>,
    /// Words: signs that agree with people, by true class.
    pub human_by_class: Vec<ByClass>,
    /// Mean deletion curves of the probability.
    pub curves: Vec<Curve>,
    /// Three methods, one number.
    pub identity: Vec<Identity>,
    /// The error of Integrated Gradients in steps, by the first checkpoint that the page shows.
    pub path_error: Vec<Steps>,
    /// The paper's six reviews.
    pub reviews: Vec<Review>,
}

/// A checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Its id.
    pub id: String,
    /// Epochs of training.
    pub epoch: u32,
    /// On the test sentences, as the manifest has it.
    pub test_accuracy: f64,
    /// On the test sentences, as the manifest has it.
    pub test_loss: f64,
}

/// A measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureCard {
    /// Its column.
    pub id: String,
    /// For people.
    pub name: String,
    /// `high` or `low`.
    pub better: String,
    /// Whether it was taken on every tenth sentence.
    pub every_tenth: bool,
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

/// How alike a method's scores are between two checkpoints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// The one checkpoint.
    pub a: String,
    /// The other.
    pub b: String,
    /// The method.
    pub method: String,
    /// Mean Kendall's tau-b.
    pub kendall: f64,
    /// Its interval.
    pub low: f64,
    /// Its interval.
    pub high: f64,
    /// Mean Pearson's correlation.
    pub pearson: f64,
    /// Share of sentences with the same strongest word.
    pub same_top: f64,
    /// Share of sentences with the same predicted class.
    pub same_class: f64,
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

impl Summary {
    /// Sums up a finished job.
    ///
    /// # Errors
    /// The methods' own, for what is measured here.
    pub fn of(site: &Site, job: &Job, whole: &Chunk, resamples: usize) -> Result<Self> {
        let (methods, checkpoints, n) = (job.methods(), job.checkpoints(), job.sentences().len());
        let bootstrap = Bootstrap::new(n, resamples, job.seed() as u64);
        // [checkpoint][method][measure][sentence]
        let mut columns = vec![vec![vec![vec![f64::NAN; n]; MEASURES.len()]; methods.len()]; checkpoints.len()];
        for row in &whole.rows {
            let of = &mut columns[usize::from(row.checkpoint)][usize::from(row.method)];
            for (column, value) in of.iter_mut().zip(&row.values) {
                column[row.sentence as usize] = value.map_or(f64::NAN, f64::from);
            }
        }
        let places = places(&[checkpoints.len(), methods.len(), MEASURES.len()]);
        let means = places
            .par_iter()
            .filter_map(|place| {
                let values = &columns[place[0]][place[1]][place[2]];
                let there = values.iter().filter(|v| !v.is_nan()).count();
                let (low, high) = if there > 0 { bootstrap.interval(values) } else { return None };
                Some(Mean {
                    checkpoint: checkpoints[place[0]].clone(),
                    method: methods[place[1]].clone(),
                    measure: MEASURES[place[2]].id.to_owned(),
                    mean: round(mean(values)),
                    low: round(low),
                    high: round(high),
                    n: there,
                })
            })
            .collect();
        let mut comparisons = Vec::new();
        for (c, checkpoint) in checkpoints.iter().enumerate() {
            comparisons.extend(compare(checkpoint, &methods, &columns[c]));
        }
        let shown = site.default_checkpoint()?;
        let subject = job.subjects().iter().find(|s| s.id == shown).unwrap_or(&job.subjects()[0]);
        let labels = &site.find(&subject.id)?.0.labels;
        let card = |id: &String| -> Result<Measured> {
            let entry = site.find(id)?.1;
            Ok(Measured {
                id: id.clone(),
                epoch: entry.epoch,
                test_accuracy: entry.test_accuracy,
                test_loss: entry.test_loss,
            })
        };
        Ok(Self {
            schema: 1,
            fingerprint: job.fingerprint().to_owned(),
            sentences: n,
            seed: job.seed(),
            checkpoints: checkpoints.iter().map(card).collect::<Result<_>>()?,
            measures: MEASURES
                .iter()
                .map(|measure| MeasureCard {
                    id: measure.id.to_owned(),
                    name: measure.name.to_owned(),
                    better: if measure.better == Better::High { "high" } else { "low" }.to_owned(),
                    every_tenth: measure.costly,
                })
                .collect(),
            level: LEVEL,
            means,
            comparisons,
            stability: stability(&checkpoints, &methods, whole, &bootstrap, n),
            human_by_class: by_class(&checkpoints, &methods, job, &columns, &bootstrap),
            curves: curves(&checkpoints, &methods, whole),
            identity: job.subjects().iter().map(|subject| identity(job, subject)).collect::<Result<_>>()?,
            path_error: path_error(job, subject, PATH_SENTENCES)?,
            reviews: job
                .subjects()
                .iter()
                .map(|subject| reviews(job, subject, labels))
                .collect::<Result<Vec<_>>>()?
                .concat(),
            methods,
        })
    }

    /// Reads a summary.
    ///
    /// # Errors
    /// If it does not parse or is of another version.
    pub fn read(path: &std::path::Path) -> Result<Self> {
        let summary: Self = serde_json::from_slice(&crate::files::read(path)?)
            .with_context(|| format!("{} is no summary of `wordlight evidence`", path.display()))?;
        if summary.schema != 1 {
            bail!("{} has version {}, expected 1", path.display(), summary.schema);
        }
        Ok(summary)
    }

    /// The mean of a measure, if it was taken.
    pub fn mean(&self, checkpoint: &str, method: &str, measure: &str) -> Option<&Mean> {
        self.means.iter().find(|m| m.checkpoint == checkpoint && m.method == method && m.measure == measure)
    }

    /// The aggregate as CSV, one line per mean.
    pub fn csv(&self) -> String {
        let mut out = "checkpoint,method,measure,mean,low,high,sentences\n".to_owned();
        for m in &self.means {
            let Mean { checkpoint, method, measure, mean, low, high, n } = m;
            out.push_str(&format!("{checkpoint},{method},{measure},{mean},{low},{high},{n}\n"));
        }
        out
    }
}

/// Six significant digits: more would be noise in a committed file.
fn round(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// All index tuples, the last index running fastest.
fn places(sizes: &[usize]) -> Vec<Vec<usize>> {
    sizes.iter().fold(vec![Vec::new()], |all, &size| {
        all.iter().flat_map(|place| (0..size).map(move |i| [place.as_slice(), &[i]].concat())).collect()
    })
}

/// Every method against random scores and against gradient times input, corrected together.
fn compare(checkpoint: &str, methods: &[String], columns: &[Vec<Vec<f64>>]) -> Vec<Comparison> {
    let place = |id: &str| methods.iter().position(|method| method == id);
    let asked: Vec<(usize, usize, usize)> = AGAINST
        .iter()
        .filter_map(|id| place(id))
        .flat_map(|against| {
            (0..methods.len()).flat_map(move |m| (0..MEASURES.len()).map(move |measure| (measure, m, against)))
        })
        .filter(|(_, m, against)| m != against)
        .collect();
    let found: Vec<(f64, f64, f64)> = asked
        .par_iter()
        .map(|&(measure, m, against)| {
            let (one, other) = (&columns[m][measure], &columns[against][measure]);
            let differences: Vec<f64> = one.iter().zip(other).map(|(a, b)| a - b).filter(|d| !d.is_nan()).collect();
            let most = differences.iter().fold(0.0f64, |m, d| m.max(d.abs()));
            let size = one.iter().chain(other).filter(|v| !v.is_nan()).fold(0.0f64, |m, v| m.max(v.abs()));
            (mean(&differences), signed_rank(&differences), most / size.max(f64::MIN_POSITIVE))
        })
        .collect();
    let corrected = holm(&found.iter().map(|(_, p, _)| *p).collect::<Vec<_>>());
    asked
        .into_iter()
        .zip(found)
        .zip(corrected)
        .filter(|((_, (difference, _, _)), _)| !difference.is_nan())
        .map(|(((measure, m, against), (difference, _, largest)), p)| {
            let raises = (difference > 0.0) == (MEASURES[measure].better == Better::High);
            let verdict = match () {
                () if largest < 1e-4 => "identical",
                () if p >= LEVEL => "within noise",
                () if raises => "better",
                () => "worse",
            };
            Comparison {
                checkpoint: checkpoint.to_owned(),
                measure: MEASURES[measure].id.to_owned(),
                method: methods[m].clone(),
                against: methods[against].clone(),
                difference: round(difference),
                p: round(p),
                verdict: verdict.to_owned(),
            }
        })
        .collect()
}

fn stability(
    checkpoints: &[String],
    methods: &[String],
    whole: &Chunk,
    bootstrap: &Bootstrap,
    n: usize,
) -> Vec<Stability> {
    let mut all = Vec::new();
    for (a, b) in pairs(checkpoints.len()) {
        for (m, method) in methods.iter().enumerate() {
            let mut columns = vec![vec![f64::NAN; n]; 4];
            let of = |pair: &&super::chunk::Pair| {
                (usize::from(pair.checkpoints.0), usize::from(pair.checkpoints.1), usize::from(pair.method))
                    == (a, b, m)
            };
            for pair in whole.pairs.iter().filter(of) {
                let values = [
                    pair.kendall.map_or(f64::NAN, f64::from),
                    pair.pearson.map_or(f64::NAN, f64::from),
                    f64::from(u8::from(pair.same_top)),
                    f64::from(u8::from(pair.same_class)),
                ];
                columns.iter_mut().zip(values).for_each(|(column, v)| column[pair.sentence as usize] = v);
            }
            let (low, high) = bootstrap.interval(&columns[0]);
            if low.is_nan() {
                continue;
            }
            all.push(Stability {
                a: checkpoints[a].clone(),
                b: checkpoints[b].clone(),
                method: method.clone(),
                kendall: round(mean(&columns[0])),
                low: round(low),
                high: round(high),
                pearson: round(mean(&columns[1])),
                same_top: round(mean(&columns[2])),
                same_class: round(mean(&columns[3])),
            });
        }
    }
    all
}

fn by_class(
    checkpoints: &[String],
    methods: &[String],
    job: &Job,
    columns: &[Vec<Vec<Vec<f64>>>],
    bootstrap: &Bootstrap,
) -> Vec<ByClass> {
    let sign = MEASURES.iter().position(|measure| measure.id == "human_sign").expect("it is a measure");
    places(&[checkpoints.len(), methods.len(), CLASSES.len()])
        .into_par_iter()
        .filter_map(|place| {
            let column = &columns[place[0]][place[1]][sign];
            let of_class = job.sentences().iter().zip(column);
            let values: Vec<f64> = of_class.map(|(s, v)| if s.label == place[2] { *v } else { f64::NAN }).collect();
            let n = values.iter().filter(|v| !v.is_nan()).count();
            let (low, high) = if n > 0 { bootstrap.interval(&values) } else { return None };
            Some(ByClass {
                checkpoint: checkpoints[place[0]].clone(),
                method: methods[place[1]].clone(),
                class: CLASSES[place[2]].to_owned(),
                sign: round(mean(&values)),
                low: round(low),
                high: round(high),
                n,
            })
        })
        .collect()
}

fn curves(checkpoints: &[String], methods: &[String], whole: &Chunk) -> Vec<Curve> {
    let names = checkpoints.iter().flat_map(|c| methods.iter().map(move |m| (c, m)));
    names
        .zip(whole.curves.iter().zip(&whole.counts))
        .filter(|(_, (_, count))| **count > 0)
        .map(|((checkpoint, method), (sums, count))| Curve {
            checkpoint: checkpoint.clone(),
            method: method.clone(),
            values: sums.iter().map(|sum| round(sum / f64::from(*count))).collect(),
        })
        .collect()
}

/// Whether a row is no method.
pub fn is_control(method: &str) -> bool {
    CONTROLS.contains(&method)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_six_digits() {
        assert_eq!((round(0.123_456_789), round(123_456_789.0), round(0.0)), (0.123_457, 123_457_000.0, 0.0));
    }

    #[test]
    fn a_difference_has_a_direction_and_noise_has_none() {
        let methods: Vec<String> = ["control-random", "good", "same", "noise"].map(str::to_owned).to_vec();
        let column = |of: &dyn Fn(usize) -> f64| vec![(0..100).map(of).collect::<Vec<f64>>(); MEASURES.len()];
        let base = |i: usize| (i % 7) as f64;
        let columns = [
            column(&base),
            column(&|i| base(i) + 1.0),
            column(&base),
            column(&|i| base(i) + if i % 2 == 0 { 0.5 } else { -0.5 }),
        ];
        let found = compare("net", &methods, &columns);
        let verdict = |method: &str, measure: &str| {
            let one = |c: &&Comparison| c.method == method && c.measure == measure;
            found.iter().find(one).unwrap().verdict.clone()
        };
        assert_eq!(verdict("good", "deletion_aopc"), "better");
        assert_eq!(verdict("good", "sufficiency"), "worse");
        assert_eq!(verdict("same", "deletion_aopc"), "identical");
        assert_eq!(verdict("noise", "deletion_aopc"), "within noise");
    }

    #[test]
    fn places_count_the_last_index_first() {
        assert_eq!(places(&[2, 2]), [[0, 0], [0, 1], [1, 0], [1, 1]]);
    }
}
