//! `wordlight first-words`

use std::path::PathBuf;

use crate::terminal::say;
use anyhow::{Context, Result};
use clap::Args;
use wordlight_site::first_words;
use wordlight_train::data::treebank::{Split, read_split};
use wordlight_train::files::read_text;

/// Write the vectors of the most frequent words as a file of their own, so that the page begins before all are there.
///
/// They are those of the model that is shown first; its own file of vectors stays as it is. To be run again whenever that
/// model has been exported anew.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight first-words --treebank trees --page index.html")]
pub(super) struct FirstWords {
    /// Folder with train.txt, whose words are counted
    #[arg(long, value_name = "DIR")]
    treebank: PathBuf,
    /// Folder of `wordlight export`
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    models: PathBuf,
    /// The page, whose first text must be among them
    #[arg(long, value_name = "FILE", default_value = "index.html")]
    page: PathBuf,
    /// How many words
    #[arg(long, value_name = "N", default_value_t = 1000)]
    words: usize,
}

impl FirstWords {
    pub(super) fn run(self) -> Result<()> {
        let html = String::from_utf8(read_text(&self.page)?)
            .with_context(|| format!("{} is not UTF-8", self.page.display()))?;
        let text = wordlight_site::text_of(&html)
            .with_context(|| format!("{} has no box with a text", self.page.display()))?;
        let train = read_split(&self.treebank, Split::Train)?;
        let sentences = train.iter().map(|sentence| sentence.words.as_slice());
        for file in first_words::write(&self.models, sentences, &[text.as_str()], self.words)? {
            say!("{:>9} bytes  {}", file.bytes, self.models.join(file.file).display());
        }
        Ok(())
    }
}
