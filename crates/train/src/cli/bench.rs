//! `wordlight bench-train`

use std::path::PathBuf;

use anstream::println;
use anyhow::Result;
use clap::Args;
use ndarray::Array2;
use wordlight_nn::model::{Classifier, TextCnnConfig};
use wordlight_nn::text::Vocab;
use wordlight_nn::weights::Architecture;

use super::{byte_bar, with_threads};
use crate::data::documents;
use crate::data::treebank::Treebank;
use crate::data::vectors::RawVectors;
use crate::fit::{TrainSettings, Trainer};

/// Measure how long an epoch of the paper's training takes on this machine.
///
/// Trains the paper's network on the vectors as they are in the file, without reducing them, and prints the fastest
/// and the median epoch. Two rates of multiply-adds are printed: what the padded network has (which is what a framework
/// computes), and what is left of it on the windows that can matter.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  wordlight bench-train --treebank trees --vectors glove.6B.100d.txt --threads 2")]
pub(super) struct BenchTrain {
    /// Folder with train.txt, dev.txt and test.txt (or with trees/ that has them)
    #[arg(long, value_name = "DIR")]
    treebank: PathBuf,
    /// Word vectors as text
    #[arg(long, value_name = "FILE")]
    vectors: PathBuf,
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
        let documents = documents(&treebank.train, &Vocab::new(&raw.words)?, 40);
        let settings = TrainSettings {
            epochs: vec![self.epochs as usize],
            ..TrainSettings::paper(Architecture::TextCnn(TextCnnConfig::paper(dim)))
        };
        let mut trainer = Trainer::new(&settings, table, &documents)?;
        let mut seconds = Vec::new();
        for _ in 0..self.epochs {
            seconds.push(trainer.epoch()?.seconds);
        }
        seconds.sort_by(f64::total_cmp);
        let (best, median) = (seconds[0], seconds[seconds.len() / 2]);
        // K D C multiply-adds per window, K = 2 and C = 100.
        let per_window = 2 * dim * 100;
        let padded = documents.len() * 39 * per_window;
        let network = trainer.network();
        let real: usize = documents.iter().map(|d| (network.positions(d.words.len()) - 1) * per_window).sum();
        println!(
            "{} sentences, D = {dim}, {} threads, {} epochs",
            documents.len(),
            rayon::current_num_threads(),
            self.epochs
        );
        println!("fastest epoch  {best:.4} s");
        println!("median epoch   {median:.4} s");
        let rate = |count: usize| count as f64 / best / 1e9;
        println!(
            "padded to 40   {:.2} thousand million multiply-adds, {:.1} of them per second",
            padded as f64 / 1e9,
            rate(padded)
        );
        println!(
            "that matter    {:.2} thousand million multiply-adds, {:.1} of them per second",
            real as f64 / 1e9,
            rate(real)
        );
        Ok(())
    }
}
