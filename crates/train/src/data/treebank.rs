//! The Stanford Sentiment Treebank, as `trainDevTestTrees_PTB.zip` has it: one tree per line, for example
//! `(3 (2 It) (4 (2 's) (4 good)))`. The label of the root, 0 to 4, is the label of the sentence (Socher et al. 2013).

use std::fmt;
use std::path::{Path, PathBuf};

use crate::files::read_text;
use anyhow::{Context, Result, bail};
use wordlight_nn::text::trees::root_label;
pub use wordlight_nn::text::trees::{CLASSES, Span, TreeError, form, parse_spans};

/// A part of the treebank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Split {
    /// 8,544 sentences to learn from.
    Train,
    /// 1,101 sentences to choose settings by.
    Dev,
    /// 2,210 sentences to report.
    Test,
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::Dev => "dev",
            Self::Test => "test",
        })
    }
}

/// A sentence and its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The words as the treebank spells them.
    pub words: Vec<String>,
    /// 0 to 4, an index into [`CLASSES`].
    pub label: usize,
}

/// All three parts.
#[derive(Clone, Debug)]
pub struct Treebank {
    /// To learn from.
    pub train: Vec<Sentence>,
    /// To choose by.
    pub dev: Vec<Sentence>,
    /// To report.
    pub test: Vec<Sentence>,
}

impl Treebank {
    /// Reads `train.txt`, `dev.txt` and `test.txt` in `dir` or in `dir/trees`.
    ///
    /// # Errors
    /// A file that is missing, is not UTF-8, is empty, or has a line that is no tree; the message has file and line.
    pub fn read(dir: &Path) -> Result<Self> {
        let part = |split| read_split(dir, split);
        Ok(Self { train: part(Split::Train)?, dev: part(Split::Dev)?, test: part(Split::Test)? })
    }
}

/// Reads one part of the treebank; see [`Treebank::read`].
///
/// # Errors
/// As [`Treebank::read`].
pub fn read_split(dir: &Path, split: Split) -> Result<Vec<Sentence>> {
    read_trees(dir, split, |line| Ok(parse_tree(line)?))
}

/// Every phrase of a part of the treebank, whole sentences included, each distinct sequence of words once, in the order
/// in which they are met.
///
/// # Errors
/// As [`Treebank::read`].
pub fn read_phrases(dir: &Path, split: Split) -> Result<Vec<Sentence>> {
    let trees = read_trees(dir, split, |line| Ok(parse_spans(line)?))?;
    let mut met = std::collections::HashSet::new();
    let mut phrases = Vec::new();
    for (words, spans) in trees {
        for span in spans {
            let words = &words[span.words];
            if met.insert(words.to_vec()) {
                phrases.push(Sentence { words: words.to_vec(), label: span.label });
            }
        }
    }
    Ok(phrases)
}

/// Every sentence of a part of the treebank: its words and its labelled phrases, the whole sentence last.
///
/// # Errors
/// As [`Treebank::read`].
pub fn read_spans(dir: &Path, split: Split) -> Result<Vec<(Vec<String>, Vec<Span>)>> {
    read_trees(dir, split, |line| Ok(parse_spans(line)?))
}

fn read_trees<T>(dir: &Path, split: Split, parse: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    let path = find(dir, split)?;
    let text = read_text(&path)?;
    let text = std::str::from_utf8(&text).with_context(|| format!("cannot read the trees in {}", path.display()))?;
    let mut trees = Vec::new();
    for (i, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        trees.push(parse(line).with_context(|| format!("{}:{}", path.display(), i + 1))?);
    }
    if trees.is_empty() {
        bail!("{} has no tree", path.display());
    }
    Ok(trees)
}

fn find(dir: &Path, split: Split) -> Result<PathBuf> {
    let name = format!("{split}.txt");
    let tried = [dir.join(&name), dir.join("trees").join(&name)];
    match tried.iter().find(|path| path.is_file()) {
        Some(path) => Ok(path.clone()),
        None => bail!(
            "no {name} in {} or in its folder trees/; expected the contents of trainDevTestTrees_PTB.zip \
             (https://nlp.stanford.edu/sentiment/)",
            dir.display()
        ),
    }
}

/// Reads one tree as a sentence with the label of its root.
///
/// # Errors
/// [`TreeError`] at the first character that cannot be there.
pub fn parse_tree(line: &str) -> Result<Sentence, TreeError> {
    let (words, spans) = parse_spans(line)?;
    Ok(Sentence { words, label: root_label(&spans) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_its_leaves_and_the_label_of_its_root() {
        let tree = parse_tree("(3 (2 It) (4 (2 's) (4 good)))").unwrap();
        assert_eq!(tree, Sentence { words: ["It", "'s", "good"].map(String::from).to_vec(), label: 3 });
        assert_eq!(parse_tree(" (0 Bad)\t").unwrap().label, 0);
    }

    #[test]
    fn a_phrase_that_comes_twice_is_read_once() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("train.txt"), "(3 (2 so) (4 good))\n(1 (2 so) (1 bad))\n").unwrap();
        let phrases = read_phrases(dir.path(), Split::Train).unwrap();
        let read: Vec<String> = phrases.iter().map(|phrase| phrase.words.join(" ")).collect();
        assert_eq!(read, ["so", "good", "so good", "bad", "so bad"]);
    }
}
