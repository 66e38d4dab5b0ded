//! `wordlight evidence`

use std::path::PathBuf;

use anstream::println;
use anyhow::Result;
use clap::Args;

use super::with_threads;
use crate::data::treebank::Split;
use crate::evidence::corpus::Corpus;
use crate::evidence::human::{Labelled, table};
use crate::files::write_whole;
use crate::site::Site;

/// Measure every method on the treebank's test sentences: faithfulness, stability, agreement with people.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight evidence --treebank trees --human www/models/human-values.txt --corpus www/models/corpus.json")]
pub(super) struct Evidence {
    /// Folder with train.txt, dev.txt and test.txt (or with trees/ that has them)
    #[arg(long, value_name = "DIR")]
    treebank: PathBuf,
    /// Folder of `wordlight export`
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    models: PathBuf,
    /// Write the human values of words to this file, as the page reads it
    #[arg(long, value_name = "FILE")]
    human: Option<PathBuf>,
    /// Write the words and phrases that speak for each class to this file, as the page reads it
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// Threads; 0 for one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

impl Evidence {
    pub(super) fn run(self) -> Result<()> {
        with_threads(self.threads, || self.measure())
    }

    fn measure(&self) -> Result<()> {
        let site = Site::open(&self.models)?;
        if let Some(path) = &self.human {
            let mut sentences = Vec::new();
            for split in [Split::Train, Split::Dev, Split::Test] {
                sentences.extend(Labelled::read(&self.treebank, split, 0)?);
            }
            write_whole(path, table(&sentences).as_bytes())?;
            println!("{}", path.display());
        }
        if let Some(path) = &self.corpus {
            let corpus = Corpus::measure(&site, site.default_checkpoint()?, &self.treebank, (30, 10))?;
            write_whole(path, &[serde_json::to_vec_pretty(&corpus)?, b"\n".to_vec()].concat())?;
            println!("{}", path.display());
        }
        Ok(())
    }
}
