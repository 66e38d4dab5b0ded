//! A training run: a folder with `run.json`, the vectors and the weights after every epoch.
//!
//! While it is trained it lies beside its place, in `OUT.unfinished`, with the state after the last whole epoch. A run
//! that was stopped - killed, out of space, diverged - is taken up from there and ends with the same bytes as one that
//! was not.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use wordlight_nn::params::Parameters;
use wordlight_nn::weights::{Architecture, ModelCard, write_model};

use crate::data::treebank::CLASSES;
use crate::data::{Coverage, Document, Table, VectorSettings, all_vectors};
use crate::evaluate::{Evaluation, evaluate};
use crate::files::{check_free, put_folder, read, read_text, remove_temporary, sha256, write_whole};
use crate::fit::{EpochLog, Examples, Network, TrainSettings, Trainer, read_state, write_state};

/// The description of a run.
pub const RUN_FILE: &str = "run.json";
/// The word vectors of a run.
pub const VECTORS_FILE: &str = "vectors.safetensors";
/// The state after the last epoch, in the unfinished run's folder.
const STATE_FILE: &str = "state.safetensors";

/// The weights after an epoch.
pub fn weights_file(epoch: usize) -> String {
    format!("epoch-{epoch:03}.safetensors")
}

/// The run of one seed among several.
pub fn seed_folder(seed: u64) -> String {
    format!("seed-{seed:03}")
}

/// The runs in a folder of several seeds, in their order.
///
/// # Errors
/// If the folder cannot be read or holds none.
pub fn seed_runs(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut runs: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.join(RUN_FILE).is_file()).collect();
    runs.sort();
    ensure!(!runs.is_empty(), "{} holds no runs of `wordlight train`", folder.display());
    Ok(runs)
}

/// The vectors after an epoch, where they are learned.
pub fn epoch_vectors_file(epoch: usize) -> String {
    format!("epoch-{epoch:03}.vectors.safetensors")
}

/// Everything there is to know of a run; the same data and settings give the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Of this format: 2.
    pub schema: u32,
    /// Of the program.
    pub version: String,
    /// The training sentences, dev sentences and test sentences.
    pub sentences: [usize; 3],
    /// What was learned from: sentences, or phrases.
    pub examples: usize,
    /// How the vectors were made.
    pub vectors: VectorSettings,
    /// SHA-256 of the vectors file.
    pub vectors_sha256: String,
    /// How many words have a vector.
    pub coverage: Coverage,
    /// The share of the variance that the principal components keep.
    pub variance_kept: f64,
    /// How the network was trained.
    pub training: TrainSettings,
    /// SHA-256 of the weights of each network that taught it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teachers: Vec<String>,
    /// Licence of the weights.
    pub licence: String,
    /// Every epoch.
    pub epochs: Vec<EpochLog>,
    /// The checkpoints that are shown, measured on the test sentences.
    pub checkpoints: Vec<Checkpoint>,
}

/// A checkpoint that is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The number it is known by: 5, 10, 20.
    pub name: usize,
    /// Epochs from the start of training; larger than `name` after a warm start.
    pub epoch: usize,
    /// On the test sentences.
    pub test: Evaluation,
}

/// What a run is made of.
pub struct Plan<'a> {
    /// How to train.
    pub settings: &'a TrainSettings,
    /// The words.
    pub table: &'a Table,
    /// How they were made.
    pub vectors: &'a VectorSettings,
    /// The training sentences, dev sentences and test sentences.
    pub sentences: [usize; 3],
    /// What to learn from.
    pub train: &'a [Document],
    /// To choose by.
    pub dev: &'a [Document],
    /// To report.
    pub test: &'a [Document],
    /// SHA-256 of the weights of each network that teaches.
    pub teachers: &'a [String],
    /// Licence of the weights.
    pub licence: &'a str,
}

/// The folder in which a run grows.
pub fn unfinished(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    out.with_file_name(name)
}

impl Plan<'_> {
    /// Everything that the run's bytes depend on, as a hash.
    fn fingerprint(&self) -> Result<String> {
        let mut text = serde_json::to_string(&(
            env!("CARGO_PKG_VERSION"),
            self.settings,
            self.vectors,
            &self.table.sha256,
            self.sentences,
            self.licence,
        ))?;
        for document in [self.train, self.dev, self.test].into_iter().flatten() {
            text.push_str(&format!("{:?}", (&document.words, document.label, &document.aim)));
        }
        Ok(sha256(text.as_bytes()))
    }

    /// Trains, or goes on with a run that was stopped; `watch` sees every epoch, those of before first.
    ///
    /// # Errors
    /// If the place is taken, an unfinished run of something else is in the way, the weights diverge or a file cannot
    /// be written. What was trained before stays and is taken up by the next call.
    pub fn train(&self, out: &Path, replace: bool, watch: &mut dyn FnMut(&EpochLog)) -> Result<Run> {
        check_free(out, replace)?;
        let work = unfinished(out);
        if replace && work.exists() {
            std::fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
        }
        let folder = work.join("run");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        // What a kill in the middle of a write has left.
        for folder in [&work, &folder] {
            remove_temporary(folder)?;
        }
        let fingerprint = self.fingerprint()?;
        let mut trainer = Trainer::new(self.settings, all_vectors(&self.table.embedding), self.train)?;
        let state = work.join(STATE_FILE);
        let mut logs = match state.exists() {
            false => Vec::new(),
            true => read_state(&mut trainer, &read(&state)?, &fingerprint).with_context(|| {
                format!("cannot go on with {}; remove it or add --force to start anew", work.display())
            })?,
        };
        logs.iter().for_each(&mut *watch);
        while !self.is_over(&logs) {
            let log = self.epoch(&mut trainer, &folder, logs.len()).with_context(|| match logs.len() {
                0 => "nothing has been trained yet".to_owned(),
                done => format!("what is trained, up to epoch {}, stays in {}", done - 1, work.display()),
            })?;
            watch(&log);
            logs.push(log);
            write_whole(&state, &write_state(&mut trainer, &logs, &fingerprint)?).with_context(|| {
                format!("what is trained before epoch {} stays in {}", logs.len() - 1, work.display())
            })?;
        }
        let run = self.finish(&folder, logs)?;
        put_folder(&folder, out, &work.join("old"))?;
        std::fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
        Ok(run)
    }

    /// One epoch (0: none), measured and written.
    fn epoch(&self, trainer: &mut Trainer<'_>, folder: &Path, epoch: usize) -> Result<EpochLog> {
        let pass = (epoch > 0).then(|| trainer.epoch()).transpose()?;
        let learned = match self.settings.tunes_table() {
            true => Some(self.table.with_vectors(trainer.table().view())?),
            false => None,
        };
        let table = learned.as_ref().unwrap_or(self.table);
        let (mut network, precision) = (trainer.network(), self.settings.precision);
        network.update(&mut |_, values| values.iter_mut().for_each(|w| *w = precision.round(*w)));
        let measure = |documents| evaluate(&network, &table.embedding, documents);
        let (dev, test) = (measure(self.dev)?, measure(self.test)?);
        let (train_loss, train_accuracy, seconds) = match pass {
            Some(pass) => (pass.loss, pass.accuracy, pass.seconds),
            None => {
                let at_start = measure(self.train)?;
                (at_start.loss, at_start.accuracy, 0.0)
            }
        };
        let log = EpochLog {
            epoch,
            train_loss,
            train_accuracy,
            dev_loss: dev.loss,
            dev_accuracy: dev.accuracy,
            test_loss: test.loss,
            test_accuracy: test.accuracy,
            seconds,
        };
        if epoch == 0 {
            write_whole(&folder.join(VECTORS_FILE), &self.table.bytes)?;
        }
        if let Some(learned) = &learned {
            write_whole(&folder.join(epoch_vectors_file(epoch)), &learned.bytes)?;
        }
        let bytes = write_model(&network, &self.card(&log, &table.sha256), precision)?;
        write_whole(&folder.join(weights_file(epoch)), &bytes)?;
        Ok(log)
    }

    /// Whether all epochs are done, or enough of them have brought nothing.
    fn is_over(&self, logs: &[EpochLog]) -> bool {
        let Some(last) = logs.last() else { return false };
        let patience = self.settings.patience;
        last.epoch >= self.settings.total_epochs() || patience > 0 && last.epoch >= best(logs) + patience
    }

    /// The card of the weights after an epoch.
    fn card(&self, epoch: &EpochLog, vectors_sha256: &str) -> ModelCard {
        let mut training = serde_json::json!({
            "program": format!("wordlight {}", env!("CARGO_PKG_VERSION")),
            "data": data_in_words(self.settings.examples),
            "settings": self.settings,
            "epoch": epoch,
        });
        if !self.teachers.is_empty() {
            training["teachers"] = self.teachers.into();
        }
        ModelCard {
            architecture: self.settings.network.clone(),
            labels: CLASSES.map(str::to_owned).to_vec(),
            vectors_sha256: vectors_sha256.to_owned(),
            training,
            licence: self.licence.to_owned(),
        }
    }

    /// Measures the shown checkpoints as they stand in the folder and describes the run.
    fn finish(&self, folder: &Path, logs: Vec<EpochLog>) -> Result<Run> {
        let shown = match self.settings.patience {
            0 => self.settings.checkpoints(),
            _ => vec![(best(&logs), best(&logs))],
        };
        let checkpoints = shown.into_iter().map(|(name, epoch)| {
            let (network, embedding) = load(folder, epoch)?;
            Ok(Checkpoint { name, epoch, test: evaluate(&network, &embedding, self.test)? })
        });
        let run = Run {
            schema: 2,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sentences: self.sentences,
            examples: self.train.len(),
            vectors: self.vectors.clone(),
            vectors_sha256: self.table.sha256.clone(),
            coverage: self.table.coverage.clone(),
            variance_kept: self.table.variance_kept,
            training: self.settings.clone(),
            teachers: self.teachers.to_vec(),
            licence: self.licence.to_owned(),
            checkpoints: checkpoints.collect::<Result<_>>()?,
            epochs: logs,
        };
        let mut json = serde_json::to_vec_pretty(&run)?;
        json.push(b'\n');
        write_whole(&folder.join(RUN_FILE), &json)?;
        Ok(run)
    }
}

/// The epoch with the best accuracy on the dev sentences after training began; the first of them.
fn best(logs: &[EpochLog]) -> usize {
    let trained = logs.iter().filter(|log| log.epoch > 0);
    let better = |best: Option<&'_ EpochLog>, log: &EpochLog| best.is_none_or(|b| log.dev_accuracy > b.dev_accuracy);
    let mut found: Option<&EpochLog> = None;
    for log in trained {
        if better(found, log) {
            found = Some(log);
        }
    }
    found.map_or(0, |log| log.epoch)
}

/// What was learned from.
pub fn data_in_words(examples: Examples) -> &'static str {
    match examples {
        Examples::Sentences => "Stanford Sentiment Treebank, sentences, five classes (Socher et al. 2013)",
        Examples::Phrases => "Stanford Sentiment Treebank, all phrases, five classes (Socher et al. 2013)",
    }
}

/// The network after an epoch and the vectors that it reads, from a run's folder.
///
/// # Errors
/// A file that is missing or is not what the run's description says.
pub fn load(folder: &Path, epoch: usize) -> Result<(Network, wordlight_nn::layer::Embedding)> {
    let path = folder.join(weights_file(epoch));
    let (network, card) =
        wordlight_nn::weights::read_model(&read(&path)?).with_context(|| path.display().to_string())?;
    let vectors = vectors_of(folder, epoch);
    let bytes = read(&vectors)?;
    let found = sha256(&bytes);
    ensure!(
        card.vectors_sha256 == found,
        "{} was trained on vectors with SHA-256 {}, {} has {found}",
        path.display(),
        card.vectors_sha256,
        vectors.display()
    );
    let embedding =
        wordlight_nn::layer::Embedding::from_bytes(&bytes).with_context(|| vectors.display().to_string())?;
    Ok((network, embedding))
}

/// The vectors that the weights after an epoch read.
pub fn vectors_of(folder: &Path, epoch: usize) -> PathBuf {
    let learned = folder.join(epoch_vectors_file(epoch));
    if learned.exists() { learned } else { folder.join(VECTORS_FILE) }
}

impl Run {
    /// Reads a run's description.
    ///
    /// # Errors
    /// If the folder holds no run, or its description does not parse.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(RUN_FILE);
        let bytes =
            read_text(&path).with_context(|| format!("{} holds no run of `wordlight train`", folder.display()))?;
        let run: Self =
            serde_json::from_slice(&bytes).with_context(|| format!("{} is no description of a run", path.display()))?;
        if run.schema != 2 {
            bail!("{} has the format {}, expected 2; train it again", path.display(), run.schema);
        }
        Ok(run)
    }

    /// The network's sizes, if it is a text CNN.
    pub fn text_cnn(&self) -> Option<&wordlight_nn::model::TextCnnConfig> {
        match &self.training.network {
            Architecture::TextCnn(config) => Some(config),
            _ => None,
        }
    }
}
