//! The Stanford Sentiment Treebank, as `trainDevTestTrees_PTB.zip` has it: one tree per line, for example
//! `(3 (2 It) (4 (2 's) (4 good)))`. The label of the root, 0 to 4, is the label of the sentence (Socher et al. 2013).

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
/// The classes, in the order of the labels.
pub use wordlight_explain::report::CLASSES;

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
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("cannot read the trees in {}", path.display()))?;
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

/// A line that is no tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeError {
    /// Where, in characters from 1.
    pub column: usize,
    /// What could have stood there.
    pub expected: &'static str,
    /// What stands there.
    pub found: String,
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a tree: expected {} at column {}, found {}", self.expected, self.column, self.found)
    }
}

impl std::error::Error for TreeError {}

/// What an open bracket already holds.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Nothing,
    Word,
    Subtrees,
}

/// A labelled phrase: some neighbouring words of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its words, by their place in the sentence.
    pub words: std::ops::Range<usize>,
    /// 0 to 4.
    pub label: usize,
}

/// Reads one tree as a sentence with the label of its root.
///
/// # Errors
/// [`TreeError`] at the first character that cannot be there.
pub fn parse_tree(line: &str) -> Result<Sentence, TreeError> {
    let (words, spans) = parse_spans(line)?;
    let label = spans.last().expect("a tree that parses has a root").label;
    Ok(Sentence { words, label })
}

/// Reads one tree: its words and every labelled phrase, inner ones before those that hold them, the root last.
///
/// Only ASCII blanks separate: one word of the treebank, `8 1/2`, has a no-break space in it. A loop with its own stack:
/// the depth of a line is the line's choice, the depth of ours is not.
///
/// # Errors
/// [`TreeError`] at the first character that cannot be there.
pub fn parse_spans(line: &str) -> Result<(Vec<String>, Vec<Span>), TreeError> {
    let at = |byte: usize, expected: &'static str| TreeError {
        column: line[..byte].chars().count() + 1,
        expected,
        found: match line[byte..].split_whitespace().next() {
            None => "the end of the line".to_owned(),
            Some(rest) => format!("{:?}", rest.chars().take(20).collect::<String>()),
        },
    };
    let mut open: Vec<(Holds, Span)> = Vec::new();
    let mut spans: Vec<Span> = Vec::new();
    // Whether the root has been opened, and so whether the line is over once nothing is open.
    let mut begun = false;
    let mut words = Vec::new();
    let mut byte = 0;
    while let Some(c) = line[byte..].chars().next() {
        if c.is_ascii_whitespace() {
            byte += c.len_utf8();
            continue;
        }
        match (c, open.last_mut().map(|(holds, _)| holds)) {
            ('(', holds) => {
                match holds {
                    None if begun => return Err(at(byte, "the end of the line")),
                    Some(Holds::Word) => return Err(at(byte, "`)`")),
                    Some(holds) => *holds = Holds::Subtrees,
                    None => {}
                }
                byte += 1;
                let digits = line[byte..].find(|c: char| c.is_ascii_whitespace() || c == '(' || c == ')');
                let end = byte + digits.unwrap_or(line.len() - byte);
                let label = match &line[byte..end] {
                    "0" => 0,
                    "1" => 1,
                    "2" => 2,
                    "3" => 3,
                    "4" => 4,
                    _ => return Err(at(byte, "a label from 0 to 4")),
                };
                begun = true;
                open.push((Holds::Nothing, Span { words: words.len()..words.len(), label }));
                byte = end;
            }
            (')', Some(Holds::Nothing)) => return Err(at(byte, "a word or a subtree")),
            (')', Some(_)) => {
                if let Some((_, span)) = open.pop() {
                    spans.push(Span { words: span.words.start..words.len(), ..span });
                }
                byte += 1;
            }
            (_, None) => return Err(at(byte, if begun { "the end of the line" } else { "`(`" })),
            (_, Some(Holds::Word)) => return Err(at(byte, "`)`")),
            (_, Some(Holds::Subtrees)) => return Err(at(byte, "a subtree or `)`")),
            (_, Some(holds)) => {
                *holds = Holds::Word;
                let end = line[byte..].find(|c: char| c.is_ascii_whitespace() || c == '(' || c == ')');
                let end = byte + end.unwrap_or(line.len() - byte);
                words.push(line[byte..end].to_owned());
                byte = end;
            }
        }
    }
    if !open.is_empty() {
        return Err(at(line.len(), "`)`"));
    }
    if spans.is_empty() {
        return Err(at(0, "`(`"));
    }
    Ok((words, spans))
}

/// A treebank word as the tokenizer would hand it on: lower case, brackets as they are typed, no escapes.
pub fn form(word: &str) -> String {
    let lower = word.to_lowercase();
    match lower.as_str() {
        "-lrb-" => "(".to_owned(),
        "-rrb-" => ")".to_owned(),
        "-lsb-" => "[".to_owned(),
        "-rsb-" => "]".to_owned(),
        "-lcb-" => "{".to_owned(),
        "-rcb-" => "}".to_owned(),
        _ => lower.replace("\\/", "/").replace("\\*", "*"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(line: &str) -> String {
        parse_tree(line).unwrap_err().to_string()
    }

    #[test]
    fn a_tree_is_its_leaves_and_the_label_of_its_root() {
        let tree = parse_tree("(3 (2 It) (4 (2 's) (4 good)))").unwrap();
        assert_eq!(tree, Sentence { words: ["It", "'s", "good"].map(String::from).to_vec(), label: 3 });
        assert_eq!(parse_tree(" (0 Bad)\t").unwrap().label, 0);
    }

    #[test]
    fn a_tree_of_three_words_has_five_phrases() {
        let (words, spans) = parse_spans("(3 (2 It) (4 (2 's) (4 good)))").unwrap();
        let phrases: Vec<(String, usize)> =
            spans.into_iter().map(|span| (words[span.words].join(" "), span.label)).collect();
        let want = [("It", 2), ("'s", 2), ("good", 4), ("'s good", 4), ("It 's good", 3)];
        assert_eq!(phrases, want.map(|(phrase, label)| (phrase.to_owned(), label)));
    }

    #[test]
    fn a_phrase_that_comes_twice_is_read_once() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("train.txt"), "(3 (2 so) (4 good))\n(1 (2 so) (1 bad))\n").unwrap();
        let phrases = read_phrases(dir.path(), Split::Train).unwrap();
        let read: Vec<String> = phrases.iter().map(|phrase| phrase.words.join(" ")).collect();
        assert_eq!(read, ["so", "good", "so good", "bad", "so bad"]);
    }

    #[test]
    fn a_no_break_space_belongs_to_its_word() {
        assert_eq!(parse_tree("(2 8\u{a0}1\\/2)").unwrap().words, ["8\u{a0}1\\/2"]);
    }

    #[test]
    fn what_is_no_tree_is_refused_at_its_column() {
        assert_eq!(fails("(3 (2 It)"), "not a tree: expected `)` at column 10, found the end of the line");
        assert_eq!(fails("(5 It)"), "not a tree: expected a label from 0 to 4 at column 2, found \"5\"");
        assert_eq!(
            fails("(3 (2 \u{e9}t\u{e9}) oops)"),
            "not a tree: expected a subtree or `)` at column 12, found \"oops)\""
        );
        assert_eq!(fails("(2)"), "not a tree: expected a word or a subtree at column 3, found \")\"");
        assert_eq!(fails("(2 a b)"), "not a tree: expected `)` at column 6, found \"b)\"");
        assert_eq!(fails("(2 a (1 b))"), "not a tree: expected `)` at column 6, found \"(1\"");
        assert_eq!(fails("(2 a) x"), "not a tree: expected the end of the line at column 7, found \"x\"");
        assert_eq!(fails("(2 a)(2 b)"), "not a tree: expected the end of the line at column 6, found \"(2\"");
        assert_eq!(fails("hello"), "not a tree: expected `(` at column 1, found \"hello\"");
        assert_eq!(fails(")"), "not a tree: expected `(` at column 1, found \")\"");
    }

    #[test]
    fn a_very_deep_tree_does_not_exhaust_the_stack() {
        let line = format!("{}(2 deep){}", "(2 ".repeat(200_000), ")".repeat(200_000));
        assert_eq!(parse_tree(&line).unwrap().words, ["deep"]);
    }

    #[test]
    fn forms_are_what_a_reader_would_type() {
        assert_eq!(
            ["-LRB-", "writer\\/director", "Good", "\\*\\*\\*"].map(form),
            ["(", "writer/director", "good", "***"]
        );
    }
}
