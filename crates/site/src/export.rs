//! From training runs to the files that the page loads: blobs named by their content, and a manifest that lists them.
//!
//! A model is one run's vectors and its shown checkpoints, each in a file of its own. Two bundles may come with it, which
//! the page loads when it needs them: the timeline, every other epoch of the run, and the seeds, the same checkpoints
//! of other runs. Weights in a bundle are rounded to 16 bits, and their scores are measured on the bytes of the bundle.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use wordlight_engine::{Card, Checkpoint, Epoch, Manifest, ModelEntry, SeedEntry, TableRow, Vectors};
use wordlight_nn::layer::Embedding;
use wordlight_nn::text::trees::CLASSES;
use wordlight_nn::weights::{Architecture, ModelCard, Precision, read_part, write_bundle};
use wordlight_train::data::documents;
use wordlight_train::data::treebank::Sentence;
use wordlight_train::evaluate::evaluate;
use wordlight_train::files::{read, sha256, write_whole};
use wordlight_train::fit::Network;
use wordlight_train::paper_table;
use wordlight_train::run;
use wordlight_train::run::{Run, data_in_words, vectors_of, weights_file};

/// The list of models.
pub const MANIFEST: &str = "manifest.json";

/// Version of the manifest's format.
const SCHEMA: u32 = 1;

/// How the exported model is called.
#[derive(Clone, Debug)]
pub struct Naming {
    /// For programs, links and file names: lower-case letters, digits and hyphens.
    pub id: String,
    /// For people.
    pub name: String,
    /// One or two sentences; written from the run's settings if empty.
    pub description: String,
    /// The checkpoint shown first, by the number it is known by; the run's last if `None`.
    pub default_epoch: Option<usize>,
}

/// What comes with a model.
#[derive(Clone, Debug, Default)]
pub struct Bundles {
    /// Whether every epoch of the run is exported.
    pub timeline: bool,
    /// Runs of other seeds.
    pub seeds: Vec<PathBuf>,
    /// The test sentences, on which the bundles are measured.
    pub test: Vec<Sentence>,
}

/// A file of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub file: String,
    /// Its length.
    pub bytes: usize,
}

/// The folder that is written to, and what has been written.
pub(crate) struct Folder<'a> {
    path: &'a Path,
    pub(crate) written: Vec<Written>,
}

impl<'a> Folder<'a> {
    pub(crate) fn new(path: &'a Path) -> Self {
        Self { path, written: Vec::new() }
    }

    /// Writes a blob; returns its name, length and hash.
    pub(crate) fn put(&mut self, stem: &str, bytes: &[u8]) -> Result<(String, u64, String)> {
        let hash = sha256(bytes);
        let file = format!("{stem}.{}.safetensors", &hash[..8]);
        write_whole(&self.path.join(&file), bytes)?;
        self.written.push(Written { file: file.clone(), bytes: bytes.len() });
        Ok((file, bytes.len() as u64, hash))
    }
}

/// Writes a run's vectors, its shown checkpoints, its bundles and the manifest to `folder`.
///
/// Blobs come first and the manifest last, each whole or not at all, so the folder is a working site at every moment.
/// Other models of a manifest that is already there are kept; blobs that no model uses any more are removed.
///
/// # Errors
/// If a run lacks a file or a file is not what the run says, the runs do not go together, or `folder` cannot be written.
pub fn export(run_folder: &Path, folder: &Path, naming: &Naming, bundles: &Bundles) -> Result<Vec<Written>> {
    check_id(&naming.id)?;
    let run = Run::read(run_folder)?;
    let names: Vec<usize> = run.checkpoints.iter().map(|checkpoint| checkpoint.name).collect();
    let default = match naming.default_epoch {
        Some(epoch) if names.contains(&epoch) => epoch,
        Some(epoch) => bail!("the run has checkpoints after {names:?} epochs, none after {epoch}"),
        None => *names.last().context("the run has no checkpoint")?,
    };
    let learned = run.training.tunes_table();
    ensure!(
        !learned || (!bundles.timeline && bundles.seeds.is_empty()),
        "the run has learned its word vectors, so each epoch has its own; bundles are for runs on frozen vectors"
    );
    ensure!(
        bundles.seeds.is_empty() && !bundles.timeline || !bundles.test.is_empty(),
        "a bundle is measured on the test sentences; name the treebank with --treebank"
    );
    let before = existing(folder)?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut folder = Folder::new(folder);

    let shown = run.checkpoints.iter().find(|checkpoint| checkpoint.name == default);
    let shown = shown.context("a name from the list of checkpoints")?;
    let path = vectors_of(run_folder, shown.epoch);
    let bytes = read(&path)?;
    let embedding = Embedding::from_bytes(&bytes).with_context(|| path.display().to_string())?;
    let (file, length, hash) = folder.put(&format!("{}-vectors", naming.id), &bytes)?;
    if !learned && hash != run.vectors_sha256 {
        bail!("{} is not the file that the run was trained on (its SHA-256 is {hash})", path.display());
    }
    let vectors = Vectors {
        file,
        bytes: length,
        sha256: hash,
        words: embedding.vocab().len(),
        dim: embedding.dim(),
        source: embedding.card().source.clone(),
        licence: embedding.card().licence.clone(),
        first: None,
    };

    let mut checkpoints = Vec::new();
    for checkpoint in run.checkpoints.iter().filter(|checkpoint| !learned || checkpoint.name == default) {
        // Checks that weights and vectors go together.
        run::load(run_folder, checkpoint.epoch)?;
        let bytes = read(&run_folder.join(weights_file(checkpoint.epoch)))?;
        let (file, bytes, sha256) = folder.put(&format!("{}-epoch-{}", naming.id, checkpoint.name), &bytes)?;
        let name = epochs_in_words(checkpoint.name);
        checkpoints.push(Checkpoint {
            id: checkpoint_id(naming, checkpoint.name),
            summary: summary(&name, checkpoint.test.accuracy),
            name,
            epoch: u32::try_from(checkpoint.epoch)?,
            seed: run.training.seed,
            file,
            part: None,
            bytes,
            sha256,
            test_accuracy: checkpoint.test.accuracy,
            test_loss: checkpoint.test.loss,
        });
    }
    let mut bundler = Bundler { run: &run, embedding: &embedding, bundles, naming, folder: &mut folder };
    let timeline = if bundles.timeline { bundler.timeline(run_folder, &mut checkpoints)? } else { Vec::new() };
    let seeds = if bundles.seeds.is_empty() { Vec::new() } else { bundler.seeds(&mut checkpoints)? };

    let entry = ModelEntry {
        id: naming.id.clone(),
        name: naming.name.clone(),
        kind: match run.training.network {
            Architecture::BiLstm(_) => "bilstm".to_owned(),
            _ => "text-cnn".to_owned(),
        },
        description: if naming.description.is_empty() { describe(&run) } else { naming.description.clone() },
        card: card(&run, shown, &vectors),
        vectors,
        default_checkpoint: checkpoint_id(naming, default),
        checkpoints,
        labels: CLASSES.map(str::to_owned).to_vec(),
        training: serde_json::json!({
            "settings": run.training,
            "vectors": run.vectors,
            "coverage": run.coverage,
            "variance_kept": run.variance_kept,
            "sentences": run.sentences,
            "examples": run.examples,
            "licence": run.licence,
            "data": data_in_words(run.training.examples),
        }),
        curve: run.epochs.iter().map(curve_point).collect::<Result<_>>()?,
        table: if run.text_cnn().is_some_and(|config| config.widths == [2]) { table_rows(&run)? } else { Vec::new() },
        timeline,
        seeds,
    };
    let manifest = merge(before.as_ref(), entry);
    write_manifest(&mut folder, &manifest)?;
    if let Some(before) = before {
        remove_unused(folder.path, &before, &manifest);
    }
    Ok(folder.written)
}

/// Writes the list of models, whole or not at all.
pub(crate) fn write_manifest(folder: &mut Folder<'_>, manifest: &Manifest) -> Result<()> {
    let mut json = serde_json::to_vec_pretty(manifest)?;
    json.push(b'\n');
    write_whole(&folder.path.join(MANIFEST), &json)?;
    folder.written.push(Written { file: MANIFEST.to_owned(), bytes: json.len() });
    Ok(())
}

/// Removes the blobs that only the earlier list names.
pub(crate) fn remove_unused(folder: &Path, before: &Manifest, now: &Manifest) {
    for file in files(before).difference(&files(now)) {
        // A name in a manifest is a name in its folder, never a path out of it.
        if Path::new(file).components().count() == 1 {
            let _ = std::fs::remove_file(folder.join(file));
        }
    }
}

/// A checkpoint on its way into a bundle.
struct Bundled {
    id: String,
    part: String,
    name: String,
    epoch: usize,
    seed: u64,
    network: Network,
}

/// Makes the bundles of a model.
struct Bundler<'a, 'f> {
    run: &'a Run,
    embedding: &'a Embedding,
    bundles: &'a Bundles,
    naming: &'a Naming,
    folder: &'a mut Folder<'f>,
}

impl Bundler<'_, '_> {
    /// Every epoch that has no file of its own; returns the ids of all epochs in order.
    fn timeline(&mut self, run_folder: &Path, checkpoints: &mut Vec<Checkpoint>) -> Result<Vec<String>> {
        let (mut ids, mut bundled) = (Vec::new(), Vec::new());
        for epoch in 0..self.run.epochs.len() {
            if let Some(own) = checkpoints.iter().find(|checkpoint| checkpoint.epoch as usize == epoch) {
                ids.push(own.id.clone());
                continue;
            }
            let (network, _) = run::load(run_folder, epoch)?;
            let (id, name) = (checkpoint_id(self.naming, epoch), epochs_in_words(epoch));
            ids.push(id.clone());
            bundled.push(Bundled { id, part: epoch.to_string(), name, epoch, seed: self.run.training.seed, network });
        }
        self.bundle("epochs", &bundled, checkpoints)?;
        Ok(ids)
    }

    /// The shown checkpoints of every seed, this run's first where it is among them.
    fn seeds(&mut self, checkpoints: &mut Vec<Checkpoint>) -> Result<Vec<SeedEntry>> {
        let (mut entries, mut bundled): (Vec<SeedEntry>, Vec<Bundled>) = (Vec::new(), Vec::new());
        for path in &self.bundles.seeds {
            let other = Run::read(path)?;
            let seed = other.training.seed;
            let same = wordlight_train::fit::TrainSettings { seed: self.run.training.seed, ..other.training.clone() };
            ensure!(
                same == self.run.training && other.vectors_sha256 == self.run.vectors_sha256,
                "{} was trained with other settings or vectors than the model, not with another seed only",
                path.display()
            );
            ensure!(entries.iter().all(|entry| entry.seed != seed), "{} has seed {seed} again", path.display());
            let mut ids = Vec::new();
            for checkpoint in &other.checkpoints {
                if seed == self.run.training.seed {
                    ids.push(checkpoint_id(self.naming, checkpoint.name));
                    continue;
                }
                let (network, _) = run::load(path, checkpoint.epoch)?;
                let id = format!("{}-seed-{seed}-{}", self.naming.id, checkpoint.name);
                ids.push(id.clone());
                let part = format!("{seed}-{}", checkpoint.name);
                let name = format!("seed {seed}, {}", epochs_in_words(checkpoint.name));
                bundled.push(Bundled { id, part, name, epoch: checkpoint.epoch, seed, network });
            }
            entries.push(SeedEntry { seed, checkpoints: ids });
        }
        self.bundle("seeds", &bundled, checkpoints)?;
        Ok(entries)
    }

    /// Writes a bundle and measures what a reader gets back from its bytes.
    fn bundle(&mut self, what: &str, bundled: &[Bundled], checkpoints: &mut Vec<Checkpoint>) -> Result<()> {
        if bundled.is_empty() {
            return Ok(());
        }
        let card = ModelCard {
            architecture: self.run.training.network.clone(),
            labels: CLASSES.map(str::to_owned).to_vec(),
            vectors_sha256: self.run.vectors_sha256.clone(),
            training: serde_json::json!({
                "program": format!("wordlight {}", self.run.version),
                "data": data_in_words(self.run.training.examples),
                "settings": self.run.training,
                "parts": bundled.iter().map(|one| serde_json::json!({
                    "part": one.part, "epoch": one.epoch, "seed": one.seed,
                })).collect::<Vec<_>>(),
            }),
            licence: self.run.licence.clone(),
        };
        let parts: Vec<(&str, &Network)> = bundled.iter().map(|one| (one.part.as_str(), &one.network)).collect();
        let blob = write_bundle(&parts, &card, Precision::F16)?;
        let (file, bytes, sha256) = self.folder.put(&format!("{}-{what}", self.naming.id), &blob)?;
        let test = documents(&self.bundles.test, self.embedding.vocab(), self.run.training.cut);
        for one in bundled {
            let (network, _) = read_part::<f32>(&blob, Some(&one.part))?;
            let score = evaluate(&network, self.embedding, &test)?;
            checkpoints.push(Checkpoint {
                id: one.id.clone(),
                name: one.name.clone(),
                summary: summary(&one.name, score.accuracy),
                epoch: u32::try_from(one.epoch)?,
                seed: one.seed,
                file: file.clone(),
                part: Some(one.part.clone()),
                bytes,
                sha256: sha256.clone(),
                test_accuracy: score.accuracy,
                test_loss: score.loss,
            });
        }
        Ok(())
    }
}

fn epochs_in_words(epochs: usize) -> String {
    match epochs {
        0 => "untrained".to_owned(),
        1 => "1 epoch".to_owned(),
        _ => format!("{epochs} epochs"),
    }
}

fn summary(name: &str, accuracy: f64) -> String {
    format!("{name}: {:.1} % of the test sentences right", 100.0 * accuracy)
}

/// What a reader should know, in sentences.
fn card(run: &Run, shown: &run::Checkpoint, vectors: &Vectors) -> Card {
    let [train, dev, test] = run.sentences;
    let training = &run.training;
    let weights = wordlight_train::fit::parameter_count(&training.network);
    let mut protocol = format!(
        "{} {weights} weights; Adam with a step size of {}, {} examples a step, seed {}.",
        describe(run),
        training.learning_rate,
        training.batch,
        training.seed
    );
    for (share, of) in [(training.dropout, "the features"), (training.word_dropout, "each word's dimensions")] {
        if share > 0.0 {
            protocol.push_str(&format!(" Dropout silences {share} of {of}."));
        }
    }
    if training.sentence_copies > 1 {
        protocol.push_str(&format!(" An epoch has each whole sentence {} times.", training.sentence_copies));
    }
    if training.tunes_table() {
        protocol.push_str(&format!(
            " The word vectors were learned too, with a step size of {}, and read as they are stored: 8 bits a number.",
            training.table_learning_rate
        ));
    }
    if training.averaging > 0.0 {
        protocol
            .push_str(&format!(" The weights are a moving average over the steps, of decay {}.", training.averaging));
    }
    if training.patience > 0 {
        protocol.push_str(&format!(
            " Training stopped when {} epochs had brought no better accuracy on the dev sentences; the best epoch, {}, \
             is the one that is shown.",
            training.patience, shown.epoch
        ));
    }
    Card {
        data: format!(
            "{}. {train} sentences to train on, {dev} to choose by (dev), {test} to report (test); {} of {} words have no \
             vector.",
            data_in_words(training.examples),
            run.coverage.unknown_tokens,
            run.coverage.tokens
        ),
        protocol,
        scores: format!(
            "After {}: {:.1} % of the test sentences right, mean cross-entropy {:.3}.",
            epochs_in_words(shown.epoch),
            100.0 * shown.test.accuracy,
            shown.test.loss
        ),
        confusion: shown.test.confusion.clone(),
        licence: format!("Weights: {}. Vectors: {}, {}.", run.licence, vectors.source, vectors.licence),
    }
}

fn check_id(id: &str) -> Result<()> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(fits) {
        bail!("the model id is {id:?}, expected lower-case letters, digits and hyphens, for example paper-cnn");
    }
    Ok(())
}

fn checkpoint_id(naming: &Naming, epochs: usize) -> String {
    format!("{}-{epochs}", naming.id)
}

/// The manifest that is already in the folder.
pub(crate) fn existing(folder: &Path) -> Result<Option<Manifest>> {
    let path = folder.join(MANIFEST);
    if !path.exists() {
        return Ok(None);
    }
    let manifest: Manifest =
        serde_json::from_slice(&read(&path)?).with_context(|| format!("{} is no manifest", path.display()))?;
    Ok(Some(manifest))
}

/// The new model in place of the one with its id, the others as they were. The first model is the default.
fn merge(before: Option<&Manifest>, entry: ModelEntry) -> Manifest {
    let mut models = before.map_or_else(Vec::new, |manifest| manifest.models.clone());
    let default_model = before.map_or_else(|| entry.id.clone(), |manifest| manifest.default_model.clone());
    match models.iter_mut().find(|model| model.id == entry.id) {
        Some(model) => *model = entry,
        None => models.push(entry),
    }
    Manifest { schema: SCHEMA, version: env!("CARGO_PKG_VERSION").to_owned(), default_model, models }
}

/// Every blob that a manifest names.
fn files(manifest: &Manifest) -> BTreeSet<String> {
    let checkpoints = manifest.models.iter().flat_map(|model| &model.checkpoints).map(|checkpoint| &checkpoint.file);
    let vectors = manifest.models.iter().map(|model| &model.vectors);
    let first = vectors.clone().filter_map(|vectors| vectors.first.as_ref()).map(|first| &first.file);
    vectors.map(|vectors| &vectors.file).chain(first).chain(checkpoints).cloned().collect()
}

fn describe(run: &Run) -> String {
    let learned_from = match run.training.examples {
        wordlight_train::fit::Examples::Sentences => format!("{} sentences", run.examples),
        wordlight_train::fit::Examples::Phrases => format!("{} phrases", run.examples),
    };
    let network = match &run.training.network {
        Architecture::TextCnn(network) => {
            let widths: Vec<String> = network.widths.iter().map(usize::to_string).collect();
            match network.widths.as_slice() {
                [2] => format!("{} filters over pairs of words, maximum over the sentence", network.filters),
                _ => format!(
                    "{} filters over each of {} words, maximum over the sentence",
                    network.filters,
                    widths.join(", ")
                ),
            }
        }
        Architecture::BiLstm(network) if network.one_way => format!("an LSTM of {} cells", network.hidden),
        Architecture::BiLstm(network) => format!("a bidirectional LSTM of {} cells each way", network.hidden),
        _ => "a network".to_owned(),
    };
    format!("{network}, five classes; trained on {learned_from} of the Stanford Sentiment Treebank.")
}

fn curve_point(log: &wordlight_train::fit::EpochLog) -> Result<Epoch> {
    Ok(Epoch {
        epoch: u32::try_from(log.epoch)?,
        train_loss: log.train_loss,
        train_accuracy: log.train_accuracy,
        dev_loss: log.dev_loss,
        dev_accuracy: log.dev_accuracy,
        test_loss: log.test_loss,
        test_accuracy: log.test_accuracy,
    })
}

/// The rows of Table 1 that the paper has.
fn table_rows(run: &Run) -> Result<Vec<TableRow>> {
    paper_table::rows(&run.checkpoints)
        .into_iter()
        .filter_map(|row| row.paper.map(|paper| (row, paper)))
        .map(|(row, paper)| {
            Ok(TableRow {
                epochs: u32::try_from(row.epochs)?,
                test_loss: row.loss,
                test_accuracy: row.accuracy,
                paper_loss: paper.loss,
                paper_accuracy: paper.accuracy,
            })
        })
        .collect()
}
