//! `wordlight train`

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use wordlight_nn::layer::Activation;
use wordlight_nn::model::TextCnnConfig;
use wordlight_nn::weights::Architecture;
use wordlight_train::data::treebank::{Sentence, Split, Treebank, read_phrases};
use wordlight_train::data::vectors::RawVectors;
use wordlight_train::data::{Document, Table, VectorSettings, Weighting, documents};
use wordlight_train::distillation::Teachers;
use wordlight_train::experiment::{Experiment, Kind, Vectors};
use wordlight_train::files::check_free;
use wordlight_train::fit::{Examples, Protocol, TrainSettings};
use wordlight_train::paper_table;
use wordlight_train::run::{Plan, RUN_FILE, Run, seed_folder};

use crate::progress::{byte_bar, epoch_bar};
use crate::terminal::say;
use crate::threads::with_threads;

/// Train a network on the Stanford Sentiment Treebank and keep the weights after every epoch.
///
/// The word vectors are turned to fewer dimensions by their principal components, rounded to 8 bits and frozen; the
/// network is trained on the rounded values, so what a browser loads is exactly what was trained on. The same data,
/// settings and seed give the same files, whatever the number of threads. A run that was stopped is taken up from its last
/// whole epoch by the same command.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight train --treebank trees --vectors glove.6B.100d.txt --out runs/paper
  wordlight train --treebank trees --vectors glove.6B.100d.txt --out runs/warm --protocol warm --seed 7
  wordlight train --experiment experiments/bilstm.toml --treebank trees --vectors glove.6B.100d.txt --out runs/bilstm
  wordlight train --treebank trees --vectors glove.6B.100d.txt --out runs/kim --widths 3,4,5 --relu --dropout 0.5

Where the data comes from:
  treebank  https://nlp.stanford.edu/sentiment/trainDevTestTrees_PTB.zip
  vectors   https://nlp.stanford.edu/data/glove.6B.zip, or any file with a word and its numbers per line")]
pub(super) struct Train {
    /// Folder with train.txt, dev.txt and test.txt (or with trees/ that has them)
    #[arg(long, value_name = "DIR")]
    treebank: PathBuf,
    /// Word vectors as text: a word and its numbers per line (GloVe), a header line is fine (fastText)
    #[arg(long, value_name = "FILE", required_unless_present = "experiment")]
    vectors: Option<PathBuf>,
    /// Everything else in a file, in place of the flags below; see experiments/
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "epochs", "protocol", "examples", "seed", "dropout", "batch", "learning_rate", "cut", "pad_to", "widths",
        "filters", "relu", "dim", "pca", "length", "vectors_budget", "vectors_source", "vectors_licence", "licence",
    ])]
    experiment: Option<PathBuf>,
    /// A finished run (or one of several seeds) whose network teaches this one; several teach with the mean of their
    /// probabilities. The experiment's `teaching` says how much they count
    #[arg(long = "teacher", value_name = "RUN", requires = "experiment")]
    teachers: Vec<PathBuf>,
    /// Folder for the finished run
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace the folder if there is one
    #[arg(long)]
    force: bool,

    /// Epochs of the checkpoints that are shown; every epoch is kept
    #[arg(long, value_delimiter = ',', default_value = "5,10,20", value_name = "N,N,...")]
    epochs: Vec<usize>,
    /// Take the checkpoints on the way of one run, or go on from each with a new optimiser, as the paper's notebook did
    #[arg(long, value_enum, default_value = "fresh")]
    protocol: Protocol,
    /// Learn from the sentences, or from every phrase of their trees
    #[arg(long, value_enum, default_value = "sentences")]
    examples: Examples,
    /// Seed of the first weights, the order of the sentences and the dropout
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Share of features dropped in training (0 as in the paper's notebook; its text says 0.25)
    #[arg(long, default_value_t = 0.0, value_name = "RATE", allow_negative_numbers = true)]
    dropout: f64,
    /// Sentences per step
    #[arg(long, default_value_t = 256, value_name = "N")]
    batch: usize,
    /// Step size of Adam
    #[arg(long = "lr", default_value_t = 1e-3, value_name = "RATE", allow_negative_numbers = true)]
    learning_rate: f64,
    /// Cut sentences after this many words, in training and in measuring; 0 for never
    #[arg(long, default_value_t = 40, value_name = "N")]
    cut: usize,
    /// Pad shorter sentences with zero vectors up to this many words
    #[arg(long, default_value_t = 40, value_name = "N")]
    pad_to: usize,
    /// Words that a filter spans; several for several kinds of filter
    #[arg(long, value_delimiter = ',', default_value = "2", value_name = "N,N,...")]
    widths: Vec<usize>,
    /// Filters of each width
    #[arg(long, default_value_t = 100, value_name = "N")]
    filters: usize,
    /// Put a ReLU after the filters (Kim 2014); the paper's network has none
    #[arg(long)]
    relu: bool,

    /// Dimensions of the word vectors that the network reads
    #[arg(long, default_value_t = 60, value_name = "N")]
    dim: usize,
    /// Which words the principal components fit: each word once, or as often as the training sentences have it
    #[arg(long, value_enum, default_value = "vocabulary")]
    pca: Weighting,
    /// Bring each vector to this Euclidean length before its dimensions are reduced; 0 leaves it as it is
    #[arg(long, default_value_t = 3.0, value_name = "LENGTH", allow_negative_numbers = true)]
    length: f64,
    /// Most bytes of the vectors file; after the treebank's words come the most frequent others
    #[arg(long, default_value_t = 1_750_000, value_name = "BYTES")]
    vectors_budget: usize,
    /// What to call the vectors in the files [default: by the file's name]
    #[arg(long, value_name = "TEXT")]
    vectors_source: Option<String>,
    /// Licence of the vectors [default: by the file's name]
    #[arg(long, value_name = "TEXT")]
    vectors_licence: Option<String>,
    /// Licence of the weights
    #[arg(long, default_value = "MIT OR Apache-2.0", value_name = "TEXT")]
    licence: String,

    /// Threads; 0 for one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

impl Train {
    pub(super) fn run(self) -> Result<()> {
        with_threads(self.threads, || self.train())
    }

    /// The experiment that the file or the flags describe.
    fn experiment(&self) -> Result<Experiment> {
        if let Some(path) = &self.experiment {
            return Experiment::read(path);
        }
        let network = TextCnnConfig {
            dim: self.dim,
            classes: 5,
            widths: self.widths.clone(),
            filters: self.filters,
            activation: if self.relu { Activation::Relu } else { Activation::Linear },
            pad_to: self.pad_to,
        };
        let training = TrainSettings {
            protocol: self.protocol,
            examples: self.examples,
            epochs: self.epochs.clone(),
            seed: self.seed,
            dropout: self.dropout,
            batch: self.batch,
            learning_rate: self.learning_rate,
            cut: self.cut,
            ..TrainSettings::paper(Architecture::TextCnn(network))
        };
        let vectors = Vectors {
            kind: Kind::File,
            dim: self.dim,
            weighting: self.pca,
            length: self.length,
            budget: self.vectors_budget,
            source: self.vectors_source.clone(),
            licence: self.vectors_licence.clone(),
        };
        Ok(Experiment { about: String::new(), seeds: Vec::new(), licence: self.licence.clone(), vectors, training })
    }

    fn train(&self) -> Result<()> {
        let experiment = self.experiment()?;
        experiment.validate()?;
        check_free(&self.out, self.force)?;
        let treebank = Treebank::read(&self.treebank)?;
        let sentences = [treebank.train.len(), treebank.dev.len(), treebank.test.len()];
        say!("treebank   {} + {} + {} sentences (train, dev, test)", sentences[0], sentences[1], sentences[2]);
        let (table, vectors) = self.table(&treebank, &experiment)?;
        let (vocab, cut) = (table.embedding.vocab(), experiment.training.cut);
        let [dev, test] = [&treebank.dev, &treebank.test].map(|part| documents(part, vocab, cut));
        let teachers = Teachers::read(&self.teachers, experiment.training.teaching)?;
        let learned = |sentences: &[Sentence]| -> Result<Vec<Document>> {
            let mut learned = documents(sentences, vocab, cut);
            teachers.aim(sentences, &mut learned)?;
            Ok(learned)
        };
        let mut train = match experiment.training.examples {
            Examples::Sentences => learned(&treebank.train)?,
            Examples::Phrases => {
                let phrases = read_phrases(&self.treebank, Split::Train)?;
                say!("phrases    {} different ones in the trees of train", phrases.len());
                let mut train = learned(&phrases)?;
                let sentences = learned(&treebank.train)?;
                for _ in 1..experiment.training.sentence_copies {
                    train.extend_from_slice(&sentences);
                }
                train
            }
        };
        train.iter_mut().for_each(|document| document.lead(experiment.training.lead));
        let seeds = match experiment.seeds.as_slice() {
            [] => vec![None],
            seeds => seeds.iter().copied().map(Some).collect(),
        };
        for seed in seeds {
            let settings =
                TrainSettings { seed: seed.unwrap_or(experiment.training.seed), ..experiment.training.clone() };
            let plan = Plan {
                settings: &settings,
                table: &table,
                vectors: &vectors,
                sentences,
                train: &train,
                dev: &dev,
                test: &test,
                teachers: teachers.hashes(),
                licence: &experiment.licence,
            };
            let out = match seed {
                None => self.out.clone(),
                Some(seed) => {
                    let out = self.out.join(seed_folder(seed));
                    say!("\nseed {seed}");
                    // A run of many seeds that was stopped goes on with the first that is missing.
                    if !self.force && out.join(RUN_FILE).exists() {
                        say!("already trained: {}", out.display());
                        continue;
                    }
                    out
                }
            };
            let run = watch(&plan, &out, self.force)?;
            say!("\n{}", paper_table::text(&run.checkpoints));
            say!("written to {}", out.display());
        }
        Ok(())
    }

    /// Reads or draws the raw vectors and makes the table.
    fn table(&self, treebank: &Treebank, experiment: &Experiment) -> Result<(Table, VectorSettings)> {
        let asked = &experiment.vectors;
        let (raw, provenance) = match (asked.kind, &self.vectors) {
            (Kind::Random, _) => {
                let seed = experiment.training.seed;
                let source = format!("uniform draws from -0.25 to 0.25, seed {seed}");
                (RawVectors::random(treebank, asked.dim, seed), (source, "CC0 1.0".to_owned()))
            }
            (Kind::File, None) => bail!("the experiment reads word vectors from a file; name it with --vectors"),
            (Kind::File, Some(path)) => {
                let size = std::fs::metadata(path)
                    .with_context(|| format!("cannot open the vectors {}", path.display()))?
                    .len();
                let bar = byte_bar(size, "reading vectors");
                let raw = RawVectors::read(path, &mut |bytes| bar.set_position(bytes))?;
                bar.finish_and_clear();
                let provenance = raw.provenance.clone().unwrap_or_else(|| provenance(path, raw.dim()));
                (raw, provenance)
            }
        };
        let (source, licence) = provenance;
        let settings = VectorSettings {
            dim: asked.dim,
            weighting: asked.weighting,
            length: asked.length,
            budget: asked.budget,
            source: asked.source.clone().unwrap_or(source),
            licence: asked.licence.clone().unwrap_or(licence),
        };
        let table = Table::build(treebank, &raw, &settings)?;
        let coverage = &table.coverage;
        say!("vectors    {} words of {} dimensions", raw.words.len(), raw.dim());
        say!(
            "table      {} words of {} dimensions ({:.1} % of the variance), {} bytes; {} words are not the treebank's",
            table.embedding.vocab().len(),
            asked.dim,
            100.0 * table.variance_kept,
            table.bytes.len(),
            coverage.other_words
        );
        say!(
            "coverage   {} of {} tokens have no vector ({:.2} %), {} of {} different words",
            coverage.unknown_tokens,
            coverage.tokens,
            100.0 * coverage.unknown_tokens as f64 / coverage.tokens as f64,
            coverage.unknown_words,
            coverage.words
        );
        if table.bytes.len() > asked.budget {
            say!("note       the treebank's own words need more than the {} bytes of the budget", asked.budget);
        }
        Ok((table, settings))
    }
}

/// Trains with a bar and a line per epoch.
fn watch(plan: &Plan<'_>, out: &Path, force: bool) -> Result<Run> {
    let bar = epoch_bar(plan.settings.total_epochs());
    let (mut seconds, mut trained) = (0.0, 0);
    say!("epoch      train loss  accuracy    dev loss  accuracy   test loss  accuracy    time");
    let run = plan.train(out, force, &mut |log| {
        seconds += log.seconds;
        trained += usize::from(log.seconds > 0.0);
        bar.suspend(|| {
            say!(
                "{:>5}      {:>10.4}  {:>8.4}    {:>8.4}  {:>8.4}  {:>10.4}  {:>8.4}    {:.3} s",
                log.epoch,
                log.train_loss,
                log.train_accuracy,
                log.dev_loss,
                log.dev_accuracy,
                log.test_loss,
                log.test_accuracy,
                log.seconds
            );
        });
        bar.set_position(log.epoch as u64);
    })?;
    bar.finish_and_clear();
    say!("{trained} epochs, {:.3} s each", seconds / trained.max(1) as f64);
    Ok(run)
}

/// What well-known files are, and under which licence.
fn provenance(path: &Path, dim: usize) -> (String, String) {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name.starts_with("glove.") {
        let corpus = name.split('.').nth(1).unwrap_or_default();
        let source = format!("GloVe {corpus}, {dim} dimensions (Pennington, Socher & Manning 2014)");
        return (source, "PDDL 1.0".to_owned());
    }
    (name, "unknown".to_owned())
}
