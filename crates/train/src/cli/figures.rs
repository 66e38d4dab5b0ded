//! `wordlight figures`

use std::path::{Path, PathBuf};

use anstream::println;
use anyhow::{Result, bail};
use clap::Args;

use crate::evidence::paper::review_scores;
use crate::evidence::summary::{Summary, is_control};
use crate::figures::{Bars, Chip, Figure, Grid, Lines, Reviews, Series, write};
use crate::site::Site;
use crate::table::PAPER;

/// Draw the paper's figures from our networks, and those of the evidence, as SVG and PNG.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  wordlight figures --evidence experiments/evidence/summary.json --out figures")]
pub(super) struct Figures {
    /// The summary that `wordlight evidence` wrote
    #[arg(long, value_name = "FILE", default_value = "experiments/evidence/summary.json")]
    evidence: PathBuf,
    /// Folder of `wordlight export`
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    models: PathBuf,
    /// Folder for the figures
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Drawn in curves and by class: the paper's methods and what they are to be compared with.
const SHOWN: [&str; 8] = [
    "gradient",
    "gradient-x-input",
    "lrp-alpha-beta",
    "occlusion",
    "shapley",
    "lime",
    "control-greedy",
    "control-random",
];

impl Figures {
    pub(super) fn run(self) -> Result<()> {
        let site = Site::open(&self.models)?;
        let summary = Summary::read(&self.evidence)?;
        if self.out.is_file() {
            bail!("{} is a file, expected a folder", self.out.display());
        }
        let shown = shown_checkpoint(&site, &summary)?;
        for (checkpoint, number) in summary.checkpoints.iter().zip(4..) {
            put(&self.out, &format!("figure-{number}"), &paper_figure(&site, &checkpoint.id, number)?)?;
        }
        put(&self.out, "table-1", &table_1(&site, &summary)?)?;
        put(&self.out, "deletion", &deletion(&summary, &shown))?;
        put(&self.out, "measures", &measures(&summary, &shown))?;
        if !summary.stability.is_empty() {
            put(&self.out, "stability", &stability(&summary))?;
        }
        put(&self.out, "path-error", &path_error(&summary))?;
        put(&self.out, "human-by-class", &by_class(&summary, &shown))
    }
}

fn put(folder: &Path, stem: &str, figure: &impl Figure) -> Result<()> {
    for name in write(folder, stem, figure)? {
        println!("{}", folder.join(name).display());
    }
    Ok(())
}

/// The page's default checkpoint, or the first that was measured.
fn shown_checkpoint(site: &Site, summary: &Summary) -> Result<String> {
    let default = site.default_checkpoint()?;
    match summary.checkpoints.iter().find(|c| c.id == default).or(summary.checkpoints.first()) {
        Some(checkpoint) => Ok(checkpoint.id.clone()),
        None => bail!("the summary has no checkpoint"),
    }
}

/// Figures 4 to 6: the six reviews under the three methods that the paper drew, and under Integrated Gradients itself.
fn paper_figure(site: &Site, checkpoint: &str, number: usize) -> Result<Reviews> {
    let mut rows = Vec::new();
    for review in review_scores(site, checkpoint)? {
        for (method, words, largest) in review.rows {
            let chips = review.words.iter().zip(words);
            let chips = chips.map(|(word, score)| Chip { word: word.clone(), share: score / largest }).collect();
            rows.push((format!("{}   Method: {method}   ({})", review.name, review.verdict), chips));
        }
    }
    let name = &site.find(checkpoint)?.1.name;
    Ok(Reviews { title: format!("As figure {number} of the paper: {name}"), rows })
}

/// Table 1 with the spread of seeds.
fn table_1(site: &Site, summary: &Summary) -> Result<Bars> {
    let (model, _) = site.find(&summary.checkpoints[0].id)?;
    let mut measured = Vec::new();
    for (i, row) in PAPER.iter().enumerate() {
        let of_epoch = |ids: &[String]| -> Option<f64> {
            let found = ids.iter().filter_map(|id| model.checkpoints.iter().find(|c| c.id == *id));
            found.filter(|c| c.epoch as usize == row.epochs).map(|c| c.test_accuracy).next()
        };
        let mut seeds: Vec<f64> = model.seeds.iter().filter_map(|seed| of_epoch(&seed.checkpoints)).collect();
        if seeds.is_empty() {
            seeds
                .extend(summary.checkpoints.iter().filter(|c| c.epoch as usize == row.epochs).map(|c| c.test_accuracy));
        }
        if seeds.is_empty() {
            continue;
        }
        let n = seeds.len() as f64;
        let mean = seeds.iter().sum::<f64>() / n;
        let deviation = (seeds.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
        measured.push((i as f64, mean, (n > 1.0).then_some((mean - deviation, mean + deviation))));
    }
    let paper = PAPER.iter().enumerate().map(|(i, row)| (i as f64, row.accuracy, None)).collect();
    let count = model.seeds.len().max(1);
    Ok(Bars {
        title: format!("Table 1: test accuracy after training anew, mean and standard deviation of {count} seeds"),
        y: "test accuracy".to_owned(),
        groups: PAPER.iter().map(|row| format!("{} epochs", row.epochs)).collect(),
        series: vec![
            Series { name: "measured".to_owned(), points: measured },
            Series { name: "paper".to_owned(), points: paper },
        ],
        chance: Some(0.2),
    })
}

fn deletion(summary: &Summary, checkpoint: &str) -> Lines {
    let series = SHOWN.iter().filter_map(|method| {
        let curve = summary.curves.iter().find(|c| c.checkpoint == checkpoint && c.method == *method)?;
        let last = (curve.values.len() - 1).max(1) as f64;
        let points = curve.values.iter().enumerate().map(|(i, v)| (i as f64 / last, *v, None)).collect();
        Some(Series { name: (*method).to_owned(), points })
    });
    Lines {
        title: format!("Words removed in order of score, {} test sentences ({checkpoint})", summary.sentences),
        x: "share of words replaced by the zero vector".to_owned(),
        y: "mean probability of the predicted class".to_owned(),
        logarithmic: false,
        series: series.collect(),
    }
}

fn measures(summary: &Summary, checkpoint: &str) -> Grid {
    let value = |method: &str, measure: &str| summary.mean(checkpoint, method, measure).map(|m| m.mean);
    let rows: Vec<(String, Vec<Option<f64>>)> = summary
        .methods
        .iter()
        .map(|method| (method.clone(), summary.measures.iter().map(|m| value(method, &m.id)).collect()))
        .collect();
    let mut good = vec![vec![None; summary.measures.len()]; rows.len()];
    for (c, measure) in summary.measures.iter().enumerate() {
        let column: Vec<Option<f64>> = rows.iter().map(|(_, values)| values[c]).collect();
        for (r, value) in crate::figures::goodness(&column, measure.better == "high").into_iter().enumerate() {
            good[r][c] = value;
        }
    }
    let sign = |better: &str| if better == "high" { "high is good" } else { "low is good" };
    Grid {
        title: format!("Methods and measures, means over {} test sentences ({checkpoint})", summary.sentences),
        columns: summary.measures.iter().map(|m| format!("{}, {}", m.id, sign(&m.better))).collect(),
        rows,
        goodness: good,
    }
}

fn stability(summary: &Summary) -> Bars {
    let mut pairs: Vec<(&str, &str)> = summary.stability.iter().map(|s| (s.a.as_str(), s.b.as_str())).collect();
    pairs.dedup();
    let methods = summary.methods.iter().filter(|m| SHOWN.contains(&m.as_str()) && !is_control(m));
    let series = methods.map(|method| {
        let points = pairs.iter().enumerate().filter_map(|(i, (a, b))| {
            let found = summary.stability.iter().find(|s| s.a == *a && s.b == *b && s.method == *method)?;
            Some((i as f64, found.kendall, Some((found.low, found.high))))
        });
        Series { name: method.clone(), points: points.collect() }
    });
    Bars {
        title: "How alike the scores of two checkpoints are (1: the same order of words)".to_owned(),
        y: "mean Kendall's tau-b".to_owned(),
        series: series.collect(),
        groups: pairs.iter().map(|(a, b)| format!("{a} and {b}")).collect(),
        chance: None,
    }
}

fn path_error(summary: &Summary) -> Lines {
    let of = |name: &str, value: &dyn Fn(&crate::evidence::paper::Steps) -> f64| Series {
        name: name.to_owned(),
        points: summary.path_error.iter().map(|s| (s.steps as f64, value(s), None)).collect(),
    };
    Lines {
        title: "Integrated Gradients in steps against the exact integral, another sentence as the baseline".to_owned(),
        x: "midpoint steps".to_owned(),
        y: "mean error".to_owned(),
        logarithmic: true,
        series: vec![of("word scores, relative", &|s| s.error), of("completeness, logit units", &|s| s.gap)],
    }
}

fn by_class(summary: &Summary, checkpoint: &str) -> Bars {
    let classes = crate::data::treebank::CLASSES;
    let methods = SHOWN.iter().filter(|m| **m != "control-greedy");
    let series = methods.map(|method| {
        let points = classes.iter().enumerate().filter_map(|(i, class)| {
            let of = |b: &&crate::evidence::summary::ByClass| {
                b.checkpoint == checkpoint && b.method == *method && b.class == *class
            };
            summary.human_by_class.iter().find(of).map(|b| (i as f64, b.sign, Some((b.low, b.high))))
        });
        Series { name: (*method).to_owned(), points: points.collect() }
    });
    Bars {
        title: format!("Words whose sign agrees with people's, by the true class of the sentence ({checkpoint})"),
        y: "share of words".to_owned(),
        series: series.collect(),
        groups: classes.map(str::to_owned).to_vec(),
        chance: Some(0.5),
    }
}
