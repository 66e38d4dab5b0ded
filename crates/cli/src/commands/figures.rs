//! `wordlight figures`

use std::path::{Path, PathBuf};

use crate::terminal::say;
use anyhow::{Result, bail};
use clap::Args;
use wordlight_evaluation::figures::Grid;
use wordlight_evaluation::figures::{Bars, Lines, Point, Series};
use wordlight_evaluation::figures::{Chip, Reviews};
use wordlight_evaluation::figures::{Figure, write};
use wordlight_evaluation::paper::{Steps, review_scores};
use wordlight_evaluation::records::{ByClass, Section, Stability};
use wordlight_evaluation::statistics::{deviation, mean};
use wordlight_evaluation::summary::Summary;
use wordlight_site::Site;
use wordlight_train::paper_table::PAPER;

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
        summary.check(&site)?;
        let first = summary.first(&site)?;
        for (checkpoint, number) in first.shown().zip(4..) {
            put(&self.out, &format!("figure-{number}"), &paper_figure(&site, &checkpoint.id, number)?)?;
        }
        put(&self.out, "table-1", &table_1(&site, first)?)?;
        put(&self.out, "path-error", &path_error(first))?;
        for section in &summary.sections {
            let model = &section.model;
            put(&self.out, &format!("deletion-{model}"), &deletion(section))?;
            put(&self.out, &format!("measures-{model}"), &measures(&summary, section))?;
            put(&self.out, &format!("human-by-class-{model}"), &by_class(section))?;
            if section.stability.iter().any(|s| s.differ == "epochs") {
                put(&self.out, &format!("stability-{model}"), &stability(section))?;
            }
        }
        Ok(())
    }
}

fn put(folder: &Path, stem: &str, figure: &impl Figure) -> Result<()> {
    for name in write(folder, stem, figure)? {
        say!("{}", folder.join(name).display());
    }
    Ok(())
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
fn table_1(site: &Site, section: &Section) -> Result<Bars> {
    let (model, _) = site.find(&section.default)?;
    let mut measured = Vec::new();
    for (i, row) in PAPER.iter().enumerate() {
        let of_epoch = |ids: &[String]| -> Option<f64> {
            let found = ids.iter().filter_map(|id| model.checkpoints.iter().find(|c| c.id == *id));
            found.filter(|c| c.epoch as usize == row.epochs).map(|c| c.test_accuracy).next()
        };
        let mut seeds: Vec<f64> = model.seeds.iter().filter_map(|seed| of_epoch(&seed.checkpoints)).collect();
        if seeds.is_empty() {
            seeds.extend(section.shown().filter(|c| c.epoch as usize == row.epochs).map(|c| c.test_accuracy));
        }
        if seeds.is_empty() {
            continue;
        }
        let n = seeds.len() as f64;
        let (mean, deviation) = (mean(&seeds), deviation(&seeds));
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

/// "Kim's CNN, kim-cnn-15, 1105 sentences"
fn about(section: &Section) -> String {
    let count = section.shown().find(|c| c.id == section.default).map_or(0, |c| c.sentences);
    format!("{}, {}, {count} test sentences", section.name, section.default)
}

fn deletion(section: &Section) -> Lines {
    let series = SHOWN.iter().filter_map(|method| {
        let curve = section.curves.iter().find(|c| c.checkpoint == section.default && c.method == *method)?;
        let last = (curve.values.len() - 1).max(1) as f64;
        let points = curve.values.iter().enumerate().map(|(i, v)| (i as f64 / last, *v, None)).collect();
        Some(Series { name: (*method).to_owned(), points })
    });
    Lines {
        title: format!("Words removed in order of score ({})", about(section)),
        x: "share of words replaced by the zero vector".to_owned(),
        y: "mean probability of the predicted class".to_owned(),
        logarithmic: false,
        bands: false,
        series: series.collect(),
    }
}

fn measures(summary: &Summary, section: &Section) -> Grid {
    let value = |method: &str, measure: &str| section.mean(&section.default, method, measure).map(|m| m.mean);
    let rows: Vec<(String, Vec<Option<f64>>)> = summary
        .methods
        .iter()
        .map(|method| (method.clone(), summary.measures.iter().map(|m| value(method, &m.id)).collect()))
        .collect();
    let mut good = vec![vec![None; summary.measures.len()]; rows.len()];
    for (c, measure) in summary.measures.iter().enumerate() {
        let column: Vec<Option<f64>> = rows.iter().map(|(_, values)| values[c]).collect();
        for (r, value) in
            wordlight_evaluation::figures::goodness(&column, measure.better == "high").into_iter().enumerate()
        {
            good[r][c] = value;
        }
    }
    let sign = |better: &str| if better == "high" { "high is good" } else { "low is good" };
    Grid {
        title: format!("Methods and measures: means, shaded by rank within a column ({})", about(section)),
        columns: summary.measures.iter().map(|m| format!("{}, {}", m.id, sign(&m.better))).collect(),
        rows,
        goodness: good,
    }
}

/// How alike two checkpoints' scores are, from epoch to epoch and between seeds, with bands of one standard deviation over
/// pairs of checkpoints; where there is one seed, of the interval over sentences.
fn stability(section: &Section) -> Lines {
    let most = section.stability.iter().filter(|s| s.differ == "epochs").map(|s| s.seeds).max().unwrap_or_default();
    let band = |s: &Stability| match s.deviation {
        Some(deviation) => (s.kendall - deviation, s.kendall + deviation),
        None => (s.low, s.high),
    };
    let of = |method: &str, differ: &str| -> Vec<Point> {
        let found = section.stability.iter().filter(|s| s.method == method && s.differ == differ);
        let all = found.filter(|s| differ == "seeds" || s.seeds == most);
        // From the first epochs on: neighbours, then the ends. The ends would fold the line back.
        let mut last = 0;
        let forwards = all.filter(|s| {
            let on = s.b > last;
            last = last.max(s.b);
            on
        });
        forwards.map(|s| (f64::from(s.b), s.kendall, Some(band(s)))).collect()
    };
    let mut series = Vec::new();
    for method in ["gradient", "lrp-z", "lrp-alpha-beta", "shapley"] {
        series.push(Series { name: format!("{method}, since the epochs before"), points: of(method, "epochs") });
        series.push(Series { name: format!("{method}, between two seeds"), points: of(method, "seeds") });
    }
    series.retain(|series| !series.points.is_empty());
    Lines {
        title: format!("How alike the scores of two checkpoints are ({}, {most} seeds)", section.name),
        x: "epochs of training".to_owned(),
        y: "mean Kendall's tau-b of the words' scores".to_owned(),
        logarithmic: false,
        bands: true,
        series,
    }
}

fn path_error(section: &Section) -> Lines {
    let of = |name: &str, value: &dyn Fn(&Steps) -> f64| Series {
        name: name.to_owned(),
        points: section.path_error.iter().map(|s| (s.steps as f64, value(s), None)).collect(),
    };
    Lines {
        title: "Integrated Gradients in steps against the exact integral, another sentence as the baseline".to_owned(),
        x: "midpoint steps".to_owned(),
        y: "mean error".to_owned(),
        logarithmic: true,
        bands: false,
        series: vec![of("word scores, relative", &|s| s.error), of("completeness, logit units", &|s| s.gap)],
    }
}

fn by_class(section: &Section) -> Bars {
    let classes = wordlight_nn::text::trees::CLASSES;
    let methods = SHOWN.iter().filter(|m| **m != "control-greedy");
    let series = methods.map(|method| {
        let points = classes.iter().enumerate().filter_map(|(i, class)| {
            let of = |b: &&ByClass| b.checkpoint == section.default && b.method == *method && b.class == *class;
            section.human_by_class.iter().find(of).map(|b| (i as f64, b.sign, Some((b.low, b.high))))
        });
        Series { name: (*method).to_owned(), points: points.collect() }
    });
    Bars {
        title: format!(
            "Words whose sign agrees with people's, by the true class of the sentence ({})",
            section.default
        ),
        y: "share of words".to_owned(),
        series: series.collect(),
        groups: classes.map(str::to_owned).to_vec(),
        chance: Some(0.5),
    }
}
