//! The Stanford Sentiment Treebank, as `trainDevTestTrees_PTB.zip` has it: one tree per line, for example
//! `(3 (2 It) (4 (2 's) (4 good)))`. The label of the root, 0 to 4, is the label of the sentence (Socher et al. 2013).

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The classes, in the order of the labels.
pub const CLASSES: [&str; 5] = ["very negative", "negative", "neutral", "positive", "very positive"];

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
    let path = find(dir, split)?;
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("cannot read the trees in {}", path.display()))?;
    let mut sentences = Vec::new();
    for (i, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let sentence = parse_tree(line).with_context(|| format!("{}:{}", path.display(), i + 1))?;
        sentences.push(sentence);
    }
    if sentences.is_empty() {
        bail!("{} has no tree", path.display());
    }
    Ok(sentences)
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

/// Reads one tree. Only ASCII blanks separate: one word of the treebank, `8 1/2`, has a no-break space in it. A loop with its own stack: the depth of a line is the line's choice, the depth of ours is not.
///
/// # Errors
/// [`TreeError`] at the first character that cannot be there.
pub fn parse_tree(line: &str) -> Result<Sentence, TreeError> {
    let at = |byte: usize, expected: &'static str| TreeError {
        column: line[..byte].chars().count() + 1,
        expected,
        found: match line[byte..].split_whitespace().next() {
            None => "the end of the line".to_owned(),
            Some(rest) => format!("{:?}", rest.chars().take(20).collect::<String>()),
        },
    };
    let mut open: Vec<Holds> = Vec::new();
    let mut root: Option<usize> = None;
    let mut words = Vec::new();
    let mut byte = 0;
    while let Some(c) = line[byte..].chars().next() {
        if c.is_ascii_whitespace() {
            byte += c.len_utf8();
            continue;
        }
        match (c, open.last_mut()) {
            ('(', holds) => {
                match holds {
                    None if root.is_some() => return Err(at(byte, "the end of the line")),
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
                root.get_or_insert(label);
                open.push(Holds::Nothing);
                byte = end;
            }
            (')', Some(Holds::Nothing)) => return Err(at(byte, "a word or a subtree")),
            (')', Some(_)) => {
                open.pop();
                byte += 1;
            }
            (_, None) => return Err(at(byte, if root.is_some() { "the end of the line" } else { "`(`" })),
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
    let label = root.ok_or_else(|| at(0, "`(`"))?;
    Ok(Sentence { words, label })
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
