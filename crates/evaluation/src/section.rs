//! From a model's rows to what can be said of it: means with intervals, their spread over seeds, paired comparisons,
//! stability, agreement with people by class.

use anyhow::{Context, Result};
use rayon::prelude::*;
use wordlight_engine::ModelEntry;
use wordlight_nn::model::Classifier;
use wordlight_nn::text::trees::CLASSES;
use wordlight_site::Site;

use crate::chunk::Chunk;
use crate::compare::{Columns, KEY, compare, duels};
use crate::job::Job;
use crate::measure::MEASURES;
use crate::paper::{identity, path_error, reviews};
use crate::rank_agreement::among;
use crate::records::{ByClass, Curve, LeftOut, Mean, Measured, Order, OverSeeds, Section, Stability};
use crate::statistics::{Bootstrap, deviation, mean, round};

/// Sentences for the error of a path in steps.
const PATH_SENTENCES: usize = 200;

/// What everything below is made from.
struct Rows<'a> {
    job: &'a Job<'a>,
    whole: &'a Chunk,
    methods: Vec<String>,
    /// By checkpoint.
    columns: Vec<Columns>,
    bootstrap: Bootstrap,
}

/// Sums up a finished job.
///
/// # Errors
/// The errors of the methods, for what is measured here.
pub fn section(site: &Site, job: &Job<'_>, whole: &Chunk, resamples: usize) -> Result<Section> {
    let (methods, n) = (job.methods(), job.sentences().len());
    let mut columns = vec![vec![vec![vec![f64::NAN; n]; MEASURES.len()]; methods.len()]; job.subjects().len()];
    for row in &whole.rows {
        let of = &mut columns[usize::from(row.checkpoint)][usize::from(row.method)];
        for (column, value) in of.iter_mut().zip(&row.values) {
            column[row.sentence as usize] = value.map_or(f64::NAN, f64::from);
        }
    }
    let bootstrap = Bootstrap::new(n, resamples, job.seed() as u64);
    let rows = Rows { job, whole, methods, columns, bootstrap };
    let shown: Vec<usize> = (0..job.subjects().len()).filter(|c| job.subjects()[*c].shown).collect();
    let model = site.find(&job.subjects()[0].id)?.0;
    let default = shown.iter().map(|c| &job.subjects()[*c]).find(|subject| subject.id == model.default_checkpoint);
    let default = default.unwrap_or(&job.subjects()[0]);
    let with_names: Vec<(&str, &Columns)> =
        shown.iter().map(|c| (job.subjects()[*c].id.as_str(), &rows.columns[*c])).collect();
    Ok(Section {
        model: model.id.clone(),
        name: model.name.clone(),
        fingerprint: job.fingerprint().to_owned(),
        vectors: model.vectors.sha256.clone(),
        default: default.id.clone(),
        checkpoints: measured(model, job)?,
        left_out: rows.left_out()?,
        means: rows.means(&shown),
        over_seeds: rows.over_seeds(),
        comparisons: compare(&rows.methods, &with_names),
        duels: duels(&rows.methods, &with_names),
        stability: rows.stability(),
        orders: rows.orders(),
        human_by_class: rows.by_class(&shown),
        curves: rows.curves(&shown),
        identity: shown.iter().map(|c| identity(job, &job.subjects()[*c])).collect::<Result<_>>()?,
        path_error: match default.network.as_text_cnn() {
            Some(_) => path_error(job, default, PATH_SENTENCES)?,
            None => Vec::new(),
        },
        reviews: job
            .subjects()
            .iter()
            .map(|subject| reviews(job, subject, &model.labels))
            .collect::<Result<Vec<_>>>()?
            .concat(),
    })
}

fn measured(model: &ModelEntry, job: &Job<'_>) -> Result<Vec<Measured>> {
    let one = |subject: &crate::measure::Subject| -> Result<Measured> {
        let entry =
            model.checkpoints.iter().find(|entry| entry.id == subject.id).context("a checkpoint of the model")?;
        Ok(Measured {
            id: entry.id.clone(),
            epoch: entry.epoch,
            seed: entry.seed,
            shown: subject.shown,
            weights: entry.sha256.clone(),
            sentences: subject.budget.sentences(job.sentences().len()),
            test_accuracy: entry.test_accuracy,
            test_loss: entry.test_loss,
        })
    };
    job.subjects().iter().map(one).collect()
}

impl Rows<'_> {
    fn id(&self, checkpoint: usize) -> String {
        self.job.subjects()[checkpoint].id.clone()
    }

    fn left_out(&self) -> Result<Vec<LeftOut>> {
        let mut all: Vec<LeftOut> = Vec::new();
        for (key, times) in &self.whole.refused {
            let (_, m, reason): (usize, usize, String) = serde_json::from_str(key)?;
            let same = |out: &&mut LeftOut| out.method == self.methods[m] && out.reason == reason;
            match all.iter_mut().find(same) {
                Some(out) => out.times += times,
                None => all.push(LeftOut { method: self.methods[m].clone(), reason, times: *times }),
            }
        }
        Ok(all)
    }

    fn means(&self, shown: &[usize]) -> Vec<Mean> {
        let one = |place: &Vec<usize>| {
            let checkpoint = shown[place[0]];
            let values = &self.columns[checkpoint][place[1]][place[2]];
            let n = values.iter().filter(|v| !v.is_nan()).count();
            let (low, high) = if n > 0 { self.bootstrap.interval(values) } else { return None };
            Some(Mean {
                checkpoint: self.id(checkpoint),
                method: self.methods[place[1]].clone(),
                measure: MEASURES[place[2]].id.to_owned(),
                mean: round(mean(values)),
                low: round(low),
                high: round(high),
                n,
            })
        };
        places(&[shown.len(), self.methods.len(), MEASURES.len()]).par_iter().filter_map(one).collect()
    }

    /// Checkpoints of each number of epochs, where there are several.
    fn by_epoch(&self) -> Vec<(u32, Vec<usize>)> {
        let mut all: Vec<(u32, Vec<usize>)> = Vec::new();
        for (c, subject) in self.job.subjects().iter().enumerate() {
            match all.iter_mut().find(|(epoch, _)| *epoch == subject.epoch) {
                Some((_, there)) => there.push(c),
                None => all.push((subject.epoch, vec![c])),
            }
        }
        all.retain(|(_, there)| there.len() > 1);
        all
    }

    /// The means of a measure on the sentences on which all these checkpoints were asked for it, and the most sentences
    /// that one of them has a value for.
    fn shared(&self, checkpoints: &[usize], method: usize, measure: usize) -> (Vec<f64>, usize) {
        let distance = MEASURES[measure].id.starts_with("shapley_");
        let id = self.methods[method].as_str();
        let due = |sentence: usize| {
            checkpoints.iter().all(|c| {
                let asked = self.job.subjects()[*c].budget.asked(sentence);
                asked.is_some_and(|asked| {
                    let costly = !MEASURES[measure].costly || asked.costly_of(id);
                    asked.method(id) && costly && (!distance || asked.expensive)
                })
            })
        };
        let sentences: Vec<usize> = (0..self.job.sentences().len()).filter(|s| due(*s)).collect();
        let values = |c: usize| -> Vec<f64> {
            let column = &self.columns[c][method][measure];
            sentences.iter().map(|s| column[*s]).filter(|v| !v.is_nan()).collect()
        };
        let all: Vec<Vec<f64>> = checkpoints.iter().map(|c| values(*c)).collect();
        (all.iter().map(|values| mean(values)).collect(), all.iter().map(Vec::len).max().unwrap_or(0))
    }

    fn over_seeds(&self) -> Vec<OverSeeds> {
        let by_epoch = self.by_epoch();
        let one = |place: &Vec<usize>| {
            let (epoch, checkpoints) = &by_epoch[place[0]];
            let (means, n) = self.shared(checkpoints, place[1], place[2]);
            means.iter().all(|mean| mean.is_finite()).then(|| OverSeeds {
                epoch: *epoch,
                method: self.methods[place[1]].clone(),
                measure: MEASURES[place[2]].id.to_owned(),
                mean: round(mean(&means)),
                deviation: round(deviation(&means)),
                seeds: means.len(),
                n,
            })
        };
        places(&[by_epoch.len(), self.methods.len(), MEASURES.len()]).par_iter().filter_map(one).collect()
    }

    fn orders(&self) -> Vec<Order> {
        let mut all = Vec::new();
        for (_, checkpoints) in self.by_epoch() {
            for (measure, card) in MEASURES.iter().enumerate().filter(|(_, card)| KEY.contains(&card.id)) {
                let methods = (0..self.methods.len()).filter(|m| !crate::measure::is_control(&self.methods[*m]));
                let by_method: Vec<Vec<f64>> = methods.map(|m| self.shared(&checkpoints, m, measure).0).collect();
                let rows: Vec<Vec<f64>> =
                    (0..checkpoints.len()).map(|c| by_method.iter().map(|means| means[c]).collect()).collect();
                let Some((kendall, lowest, methods)) = among(&rows) else { continue };
                all.push(Order {
                    differ: "seeds".to_owned(),
                    a: self.id(checkpoints[0]),
                    b: self.id(checkpoints[checkpoints.len() - 1]),
                    measure: card.id.to_owned(),
                    kendall: round(kendall),
                    lowest: round(lowest),
                    methods,
                    settled: None,
                });
            }
        }
        all
    }

    fn stability(&self) -> Vec<Stability> {
        let n = self.job.sentences().len();
        let mut columns = vec![vec![vec![vec![f64::NAN; n]; 4]; self.methods.len()]; self.job.groups().len()];
        for alike in &self.whole.alike {
            let of = &mut columns[usize::from(alike.group)][usize::from(alike.method)];
            for (column, value) in of.iter_mut().zip(alike.values) {
                column[alike.sentence as usize] = value.map_or(f64::NAN, f64::from);
            }
        }
        let one = |place: &Vec<usize>| {
            let (g, m) = (place[0], place[1]);
            let (group, columns) = (&self.job.groups()[g], &columns[g][m]);
            let (low, high) = self.bootstrap.interval(&columns[0]);
            let pairs: Vec<f64> = self.whole.taus[g][m].iter().map(|(sum, count)| sum / f64::from(*count)).collect();
            low.is_finite().then(|| Stability {
                differ: group.differ.id().to_owned(),
                a: group.epochs.0,
                b: group.epochs.1,
                seeds: group.seeds,
                method: self.methods[m].clone(),
                kendall: round(mean(&columns[0])),
                low: round(low),
                high: round(high),
                deviation: (pairs.len() > 1).then(|| round(deviation(&pairs))),
                pearson: round(mean(&columns[1])),
                same_top: round(mean(&columns[2])),
                same_class: round(mean(&columns[3])),
                n: columns[0].iter().filter(|v| !v.is_nan()).count(),
            })
        };
        places(&[self.job.groups().len(), self.methods.len()]).par_iter().filter_map(one).collect()
    }

    fn by_class(&self, shown: &[usize]) -> Vec<ByClass> {
        let sign = MEASURES.iter().position(|measure| measure.id == "human_sign").expect("it is a measure");
        let one = |place: &Vec<usize>| {
            let checkpoint = shown[place[0]];
            let column = &self.columns[checkpoint][place[1]][sign];
            let of_class = self.job.sentences().iter().zip(column);
            let values: Vec<f64> = of_class.map(|(s, v)| if s.label == place[2] { *v } else { f64::NAN }).collect();
            let n = values.iter().filter(|v| !v.is_nan()).count();
            let (low, high) = if n > 0 { self.bootstrap.interval(&values) } else { return None };
            Some(ByClass {
                checkpoint: self.id(checkpoint),
                method: self.methods[place[1]].clone(),
                class: CLASSES[place[2]].to_owned(),
                sign: round(mean(&values)),
                low: round(low),
                high: round(high),
                n,
            })
        };
        places(&[shown.len(), self.methods.len(), CLASSES.len()]).par_iter().filter_map(one).collect()
    }

    fn curves(&self, shown: &[usize]) -> Vec<Curve> {
        let one = |place: &Vec<usize>| {
            let at = shown[place[0]] * self.methods.len() + place[1];
            let (sums, count) = (&self.whole.curves[at], self.whole.counts[at]);
            (count > 0).then(|| Curve {
                checkpoint: self.id(shown[place[0]]),
                method: self.methods[place[1]].clone(),
                values: sums.iter().map(|sum| round(sum / f64::from(count))).collect(),
            })
        };
        places(&[shown.len(), self.methods.len()]).iter().filter_map(one).collect()
    }
}

/// All index tuples, the last index running fastest.
fn places(sizes: &[usize]) -> Vec<Vec<usize>> {
    sizes.iter().fold(vec![Vec::new()], |all, &size| {
        all.iter().flat_map(|place| (0..size).map(move |i| [place.as_slice(), &[i]].concat())).collect()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn places_count_the_last_index_first() {
        assert_eq!(super::places(&[2, 2]), [[0, 0], [0, 1], [1, 0], [1, 1]]);
    }
}
