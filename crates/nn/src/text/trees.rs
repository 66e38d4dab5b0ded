//! Trees of the Stanford Sentiment Treebank: one per line, for example `(3 (2 It) (4 (2 's) (4 good)))`, where each
//! bracket holds a label from 0, very negative, to 4, very positive, and a word or subtrees (Socher et al. 2013).

use std::fmt;
use std::ops::Range;

/// The classes, in the order of the labels.
pub const CLASSES: [&str; 5] = ["very negative", "negative", "neutral", "positive", "very positive"];

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
    pub words: Range<usize>,
    /// 0 to 4.
    pub label: usize,
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

/// The label of the whole sentence.
///
/// # Panics
/// Never on the spans of [`parse_spans`]: a tree that parses has a root.
pub fn root_label(spans: &[Span]) -> usize {
    spans.last().expect("a tree that parses has a root").label
}

/// A treebank word as it is typed: brackets and escapes undone.
pub fn typed(word: &str) -> String {
    let lower = word.to_lowercase();
    match lower.as_str() {
        "-lrb-" => "(".to_owned(),
        "-rrb-" => ")".to_owned(),
        "-lsb-" => "[".to_owned(),
        "-rsb-" => "]".to_owned(),
        "-lcb-" => "{".to_owned(),
        "-rcb-" => "}".to_owned(),
        _ => word.replace("\\/", "/").replace("\\*", "*"),
    }
}

/// A treebank word as the tokenizer would hand it on: lower case, brackets as they are typed, no escapes.
pub fn form(word: &str) -> String {
    typed(word).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(line: &str) -> String {
        parse_spans(line).unwrap_err().to_string()
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
    fn a_no_break_space_belongs_to_its_word() {
        assert_eq!(parse_spans("(2 8\u{a0}1\\/2)").unwrap().0, ["8\u{a0}1\\/2"]);
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
        assert_eq!(parse_spans(&line).unwrap().0, ["deep"]);
    }

    #[test]
    fn forms_are_what_a_reader_would_type() {
        assert_eq!(
            ["-LRB-", "writer\\/director", "Good", "\\*\\*\\*"].map(form),
            ["(", "writer/director", "good", "***"]
        );
    }

    #[test]
    fn a_word_is_typed_with_its_capitals() {
        assert_eq!(["-LRB-", "Writer\\/Director"].map(typed), ["(", "Writer/Director"]);
        assert_eq!(root_label(&parse_spans("(3 (2 It) (4 's))").unwrap().1), 3);
    }
}
