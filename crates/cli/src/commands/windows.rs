//! `wordlight windows`

use std::path::PathBuf;

use crate::terminal::say;
use anyhow::{Context, Result, ensure};
use clap::Args;
use wordlight_engine::StrongestWindows;
use wordlight_nn::model::Classifier;
use wordlight_nn::text::trees::form;
use wordlight_site::Site;
use wordlight_site::data_files::write_data_file;
use wordlight_train::data::treebank::{Split, read_spans};

/// Find each filter's strongest windows in the training sentences, for the page's study.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight windows --treebank trees --to www/models/strongest-windows.txt")]
pub(super) struct Windows {
    /// Folder with train.txt, dev.txt and test.txt (or with trees/ that has them)
    #[arg(long, value_name = "DIR")]
    treebank: PathBuf,
    /// Folder of `wordlight export`
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    models: PathBuf,
    /// The network whose filters are asked; the one that is shown first if nothing is said
    #[arg(long, value_name = "ID")]
    checkpoint: Option<String>,
    /// Windows per filter
    #[arg(long, value_name = "N", default_value_t = 5)]
    top: usize,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "www/models/strongest-windows.txt")]
    to: PathBuf,
}

impl Windows {
    pub(super) fn run(self) -> Result<()> {
        ensure!((1..=100).contains(&self.top), "--top is {}, expected 1 to 100", self.top);
        let site = Site::open(&self.models)?;
        let checkpoint = match &self.checkpoint {
            Some(id) => id.as_str(),
            None => site.default_checkpoint()?,
        };
        let (network, embedding) = (site.network(checkpoint)?, site.embedding(checkpoint)?);
        let network = network.as_text_cnn().with_context(|| format!("{checkpoint} has no windows"))?;
        let filters = network.config().filters;
        let mut best: Vec<Vec<(f32, String)>> = vec![Vec::new(); network.config().features()];
        for (words, _) in read_spans(&self.treebank, Split::Train)? {
            let words: Vec<String> = words.iter().map(|word| form(word)).collect();
            let rows: Vec<Option<usize>> = words.iter().map(|word| embedding.vocab().get(word)).collect();
            let x = embedding.embed::<f32>(&rows, network.positions(rows.len()));
            for (i, conv) in network.convs().iter().enumerate() {
                let scores = conv.scores(x.view());
                // Only windows that lie within the sentence: padding is no find.
                for p in 0..(words.len() + 1).saturating_sub(conv.width()) {
                    let window = || words[p..p + conv.width()].join(" ");
                    for c in 0..filters {
                        keep(&mut best[i * filters + c], scores[[p, c]], window, self.top);
                    }
                }
            }
        }
        let windows = best.into_iter().enumerate().flat_map(|(filter, list)| {
            list.into_iter().map(move |(score, words)| (filter, (score * 1e3).round() / 1e3, words))
        });
        let file = StrongestWindows::new(checkpoint, windows.collect());
        write_data_file(&self.models, "strongest-windows", &self.to, file.print().as_bytes())?;
        say!("{}", self.to.display());
        Ok(())
    }
}

/// Puts a window where it belongs among the strongest, once.
fn keep(list: &mut Vec<(f32, String)>, score: f32, window: impl Fn() -> String, top: usize) {
    if list.len() == top && list.last().is_some_and(|(least, _)| *least >= score) {
        return;
    }
    let window = window();
    if list.iter().any(|(_, known)| *known == window) {
        return;
    }
    let at = list.iter().take_while(|(other, _)| *other >= score).count();
    list.insert(at, (score, window));
    list.truncate(top);
}

#[cfg(test)]
mod tests {
    use super::keep;

    #[test]
    fn the_strongest_are_kept_once_and_in_order() {
        let mut list = Vec::new();
        for (score, window) in [(1.0, "a"), (3.0, "b"), (3.0, "b"), (2.0, "c"), (0.5, "d")] {
            keep(&mut list, score, || window.to_owned(), 2);
        }
        assert_eq!(list, [(3.0, "b".to_owned()), (2.0, "c".to_owned())]);
    }
}
