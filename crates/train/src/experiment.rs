//! Experiments as data: one TOML file says everything about a run but where the data lies.
//!
//! ```toml
//! about = "The paper's network on GloVe vectors of 60 dimensions"
//!
//! [vectors]
//! dim = 60
//!
//! [training]
//! epochs = [5, 10, 20]
//! seed = 1
//! network = { kind = "text-cnn", dim = 60, classes = 5, widths = [2], filters = 100, activation = "linear", pad_to = 40 }
//! ```

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use serde::{Deserialize, Serialize};

use crate::data::Weighting;
use crate::files::read_text;
use crate::fit::{TrainSettings, dim};

/// Where the word vectors come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A file, named on the command line: GloVe, fastText, word2vec, or the vectors that another run has learned.
    #[default]
    File,
    /// Uniform draws for every word of the treebank, as wide as Kim (2014) draws those of unknown words.
    Random,
}

/// The word vectors.
///
/// | setting | default | range | meaning |
/// |---|---|---|---|
/// | `kind` | file | file, random | where they come from |
/// | `dim` | | from 1 | dimensions that the network reads |
/// | `weighting` | vocabulary | vocabulary, tokens | what the principal components fit |
/// | `length` | 3 | from 0 | length of each vector before its dimensions are reduced; 0: as it is |
/// | `budget` | 1,750,000 | | most bytes of the vectors file; the treebank's words are always in it |
/// | `source`, `licence` | by the file's name | | what the files say of them |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vectors {
    /// Where they come from.
    #[serde(default)]
    pub kind: Kind,
    /// `D`
    pub dim: usize,
    /// What the principal components fit.
    #[serde(default = "defaults::weighting")]
    pub weighting: Weighting,
    /// Euclidean length before the dimensions are reduced; 0 leaves the vectors as they are.
    #[serde(default = "defaults::length")]
    pub length: f64,
    /// The most bytes of the file.
    #[serde(default = "defaults::budget")]
    pub budget: usize,
    /// Whose they are.
    #[serde(default)]
    pub source: Option<String>,
    /// Their licence.
    #[serde(default)]
    pub licence: Option<String>,
}

/// An experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// What it is for, in a sentence.
    #[serde(default)]
    pub about: String,
    /// Several seeds in place of the one in `training`; each is a run of its own.
    #[serde(default)]
    pub seeds: Vec<u64>,
    /// Licence of the weights.
    #[serde(default = "defaults::licence")]
    pub licence: String,
    /// The word vectors.
    pub vectors: Vectors,
    /// The training.
    pub training: TrainSettings,
}

mod defaults {
    use crate::data::Weighting;

    pub(super) fn weighting() -> Weighting {
        Weighting::Vocabulary
    }
    pub(super) fn length() -> f64 {
        3.0
    }
    pub(super) fn budget() -> usize {
        1_750_000
    }
    pub(super) fn licence() -> String {
        "MIT OR Apache-2.0".to_owned()
    }
}

impl Experiment {
    /// Reads an experiment.
    ///
    /// # Errors
    /// A file that cannot be read or is not TOML, an unknown or missing setting, a value of the wrong type or out of its
    /// range; the message has the file and, where there is one, the line.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let text = String::from_utf8(read_text(path)?).map_err(|_| anyhow!("{shown} is not UTF-8"))?;
        Self::parse(&text).map_err(|(line, error)| match line {
            Some(line) => error.context(format!("{shown}:{line}")),
            None => error.context(shown.to_string()),
        })
    }

    /// The experiment, or the line and what is wrong.
    fn parse(text: &str) -> Result<Self, (Option<usize>, anyhow::Error)> {
        let experiment: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            (line, anyhow!("{}", error.message()))
        })?;
        experiment.validate().map_err(|error| (None, error))?;
        Ok(experiment)
    }

    /// # Errors
    /// Names the first setting that is out of range or does not go with another.
    pub fn validate(&self) -> Result<()> {
        self.training.validate().context("training")?;
        let (reads, given) = (dim(&self.training.network), self.vectors.dim);
        ensure!(reads == given, "vectors.dim is {given}, expected {reads}, which training.network reads");
        ensure!(
            self.vectors.length >= 0.0 && self.vectors.length.is_finite(),
            "vectors.length is {}, expected a number from 0",
            self.vectors.length
        );
        let mut seeds = self.seeds.clone();
        seeds.sort_unstable();
        seeds.dedup();
        ensure!(seeds.len() == self.seeds.len(), "seeds has a seed twice: {:?}", self.seeds);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
about = "a test"
[vectors]
dim = 60
[training]
epochs = [5]
seed = 1
network = { kind = "text-cnn", dim = 60, classes = 5, widths = [2], filters = 100, activation = "linear", pad_to = 40 }
"#;

    fn fails(text: &str) -> (Option<usize>, String) {
        let (line, error) = Experiment::parse(text).unwrap_err();
        (line, format!("{error:#}"))
    }

    #[test]
    fn what_is_not_said_is_as_in_the_paper() {
        let experiment = Experiment::parse(GOOD).unwrap();
        let network = experiment.training.network.clone();
        let paper = TrainSettings { epochs: vec![5], ..TrainSettings::paper(network) };
        assert_eq!(experiment.training, paper);
        assert_eq!((experiment.vectors.length, experiment.vectors.budget), (3.0, 1_750_000));
    }

    #[test]
    fn an_unknown_setting_is_named_with_its_line() {
        let (line, message) = fails(&GOOD.replace("seed = 1", "seed = 1\nspeed = 9"));
        assert_eq!(line, Some(8));
        assert!(message.contains("unknown field `speed`") && message.contains("`learning_rate`"), "{message}");
        let (line, message) = fails(&GOOD.replace("pad_to = 40", "pad_to = 40, depth = 3"));
        assert!(message.contains("unknown field `depth`"), "{line:?} {message}");
    }

    #[test]
    fn a_wrong_type_a_missing_setting_and_a_wrong_range_are_named() {
        let (line, message) = fails(&GOOD.replace("seed = 1", "seed = \"one\""));
        assert_eq!((line, message.contains("expected u64")), (Some(7), true), "{message}");
        assert!(fails(&GOOD.replace("seed = 1", "")).1.contains("missing field `seed`"));
        assert!(fails(&GOOD.replace("seed = 1", "seed = 1\ndropout = 1.5")).1.contains("dropout is 1.5, expected"));
        let (_, message) = fails(&GOOD.replacen("dim = 60", "dim = 61", 1));
        assert_eq!(message, "vectors.dim is 61, expected 60, which training.network reads");
        assert_eq!(fails("about = ").0, Some(1));
        assert!(fails(&GOOD.replace("about", "seeds = [1, 1]\nabout")).1.contains("a seed twice"));
        assert!(fails(&GOOD.replace("text-cnn", "transformer")).1.contains("unknown variant `transformer`"));
    }

    #[test]
    fn every_experiment_of_the_repository_reads() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let experiments: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
        assert!(experiments.len() > 5, "{experiments:?}");
        for path in experiments {
            assert!(!Experiment::read(&path).unwrap().about.is_empty(), "{} says what it is for", path.display());
        }
    }
}
