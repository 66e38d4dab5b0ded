//! `wordlight vectors`

use std::path::{Path, PathBuf};

use anstream::print;
use anyhow::{Context, Result};
use clap::Args;
use wordlight_evaluation::vector_agreement::Agreement;
use wordlight_train::data::treebank::{Split, read_split};
use wordlight_train::files::write_whole;

use crate::threads::with_threads;

/// Print what the kind of word vectors changes: accuracy, and how far the explanations move.
///
/// Every run is compared with the first one over the test sentences; see `--help` of `train` for how runs are made.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight vectors
  wordlight vectors --run \"GloVe=runs/paper\" --run \"random=runs/random\" --treebank trees")]
pub(super) struct Vectors {
    /// A run and what to call it; the first is the one that the others are compared with
    #[arg(long = "run", value_name = "NAME=DIR", value_parser = parse_run, requires = "treebank")]
    runs: Vec<(String, PathBuf)>,
    /// Folder with test.txt
    #[arg(long, value_name = "DIR")]
    treebank: Option<PathBuf>,
    /// After how many epochs, for runs without early stopping
    #[arg(long, default_value_t = 10, value_name = "N")]
    epoch: usize,
    /// A table that was kept, printed where no run is named
    #[arg(long, value_name = "FILE", default_value = "experiments/results/vectors.json")]
    results: PathBuf,
    /// Keep the table in a small file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Threads; 0 for one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

fn parse_run(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, folder)) if !name.is_empty() && !folder.is_empty() => Ok((name.to_owned(), PathBuf::from(folder))),
        _ => Err("expected NAME=DIR, for example GloVe=runs/paper".to_owned()),
    }
}

impl Vectors {
    pub(super) fn run(self) -> Result<()> {
        with_threads(self.threads, || {
            let table = match self.runs.is_empty() {
                true => Agreement::read(&self.results)?,
                false => {
                    let test = read_split(self.treebank.as_deref().context("clap asks for it")?, Split::Test)?;
                    let runs: Vec<(String, &Path)> =
                        self.runs.iter().map(|(name, folder)| (name.clone(), folder.as_path())).collect();
                    Agreement::measure(&runs, self.epoch, &test)?
                }
            };
            print!("{}", table.text());
            if let Some(save) = &self.save {
                let mut json = serde_json::to_vec_pretty(&table)?;
                json.push(b'\n');
                write_whole(save, &json)?;
            }
            Ok(())
        })
    }
}
