//! `wordlight bench-train`

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use ndarray::Array2;
use wordlight_nn::model::{Classifier, TextCnnConfig};
use wordlight_nn::text::Vocab;
use wordlight_nn::weights::Architecture;
use wordlight_train::data::documents;
use wordlight_train::data::treebank::{Split, Treebank, read_phrases};
use wordlight_train::data::vectors::RawVectors;
use wordlight_train::fit::{TrainSettings, Trainer};

use crate::progress::byte_bar;
use crate::terminal::say;
use crate::threads::with_threads;

/// Frameworks pad a batch to a length; the paper's is this.
const PADDED: usize = 40;

/// What is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Of {
    /// The paper's network: 100 filters over pairs of words, on frozen vectors, 8,544 sentences
    Paper,
    /// Kim's: 100 filters each over 3, 4 and 5 words, with the vectors learned too, on 159,000 phrases
    Kim,
}

/// Measure how long an epoch of training takes on this machine.
///
/// Trains on the vectors as they are in the file, without reducing them, and prints the fastest and the median epoch. Two
/// rates of multiply-adds are printed: what the padded network has (which is what a framework computes, forward), and
/// what is left of it on the windows that can matter. crates/train/benches/pytorch_epoch.py runs PyTorch beside it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight bench-train --treebank trees --vectors glove.6B.100d.txt --threads 2
  wordlight bench-train --network kim --epochs 3 --treebank trees --vectors crawl-300d-2M.vec --threads 2")]
pub(super) struct BenchTrain {
    /// Folder with train.txt, dev.txt and test.txt (or with trees/ that has them)
    #[arg(long, value_name = "DIR")]
    treebank: PathBuf,
    /// Word vectors as text
    #[arg(long, value_name = "FILE")]
    vectors: PathBuf,
    /// Which network, and what it learns from
    #[arg(long, value_enum, default_value = "paper")]
    network: Of,
    /// Use the first dimensions of the vectors only; 0 for all of them
    #[arg(long, default_value_t = 0, value_name = "N")]
    dim: usize,
    /// How many epochs to run
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    epochs: u32,
    /// Threads; 0 for one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

impl BenchTrain {
    pub(super) fn run(self) -> Result<()> {
        with_threads(self.threads, || self.measure())
    }

    fn measure(&self) -> Result<()> {
        let treebank = Treebank::read(&self.treebank)?;
        let bar = byte_bar(std::fs::metadata(&self.vectors).map_or(0, |m| m.len()), "reading vectors");
        let raw = RawVectors::read(&self.vectors, &mut |bytes| bar.set_position(bytes))?;
        bar.finish_and_clear();
        let dim = if self.dim == 0 { raw.dim() } else { self.dim.min(raw.dim()) };
        let table: Array2<f32> = raw.values.slice(ndarray::s![.., ..dim]).to_owned();
        let vocab = Vocab::new(&raw.words)?;
        let (config, examples) = match self.network {
            Of::Paper => (TextCnnConfig::paper(dim), documents(&treebank.train, &vocab, PADDED)),
            Of::Kim => {
                let phrases = read_phrases(&self.treebank, Split::Train)?;
                (TextCnnConfig::kim(dim), documents(&phrases, &vocab, PADDED))
            }
        };
        let learned = self.network == Of::Kim;
        let settings = TrainSettings {
            epochs: vec![self.epochs as usize],
            table_learning_rate: if learned { 1e-3 } else { 0.0 },
            dropout: if learned { 0.5 } else { 0.0 },
            ..TrainSettings::paper(Architecture::TextCnn(config.clone()))
        };
        let mut trainer = Trainer::new(&settings, table, &examples)?;
        let mut seconds = Vec::new();
        for _ in 0..self.epochs {
            seconds.push(trainer.epoch()?.seconds);
        }
        seconds.sort_by(f64::total_cmp);
        let (best, median) = (seconds[0], seconds[seconds.len() / 2]);
        let network = trainer.network();
        // K D C multiply-adds per window of each width.
        let in_windows = |rows: usize| -> usize {
            config.widths.iter().map(|width| (rows + 1).saturating_sub(*width) * width * dim * config.filters).sum()
        };
        let padded = examples.len() * in_windows(PADDED);
        let real: usize = examples.iter().map(|d| in_windows(network.positions(d.words.len()))).sum();
        say!(
            "{:?}: {} examples, D = {dim}, {} threads, {} epochs",
            self.network,
            examples.len(),
            rayon::current_num_threads(),
            self.epochs
        );
        say!("fastest epoch  {best:.4} s");
        say!("median epoch   {median:.4} s");
        let rate = |count: usize| count as f64 / best / 1e9;
        say!(
            "padded to 40   {:.2} thousand million multiply-adds, {:.1} of them per second",
            padded as f64 / 1e9,
            rate(padded)
        );
        say!(
            "that matter    {:.2} thousand million multiply-adds, {:.1} of them per second",
            real as f64 / 1e9,
            rate(real)
        );
        Ok(())
    }
}
