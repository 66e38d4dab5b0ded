//! The rows of a file: lines, tables and trees.

use wordlight_explain::{Error, Result};
use wordlight_nn::text::trees::{parse_spans, root_label, typed};

/// The sentences of a file of trees, as they are typed with a blank between all words, and their true classes.
///
/// # Errors
/// [`Error::Parameter`] naming the first line that is no tree.
pub(crate) fn trees(name: &str, text: &str) -> Result<(Vec<Vec<String>>, Vec<u8>)> {
    let (mut rows, mut truth) = (Vec::new(), Vec::new());
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (words, spans) = parse_spans(line).map_err(|error| Error::Parameter {
            name: format!("line {} of the file {name:?}", i + 1),
            expected: "a tree of the treebank on each line, such as (3 (2 So) (4 good))".to_owned(),
            found: error.to_string(),
        })?;
        rows.push(vec![words.iter().map(|word| typed(word)).collect::<Vec<_>>().join(" ")]);
        truth.push(root_label(&spans) as u8);
    }
    Ok((rows, truth))
}

/// The records of a table (RFC 4180), separated by the commas, semicolons or tabs of its first line, whichever are most.
/// A quoted cell may hold separators, doubled quotes and line breaks; one that is never closed ends with the file.
pub(crate) fn records(text: &str) -> Vec<Vec<String>> {
    let first = text.lines().next().unwrap_or("");
    let separator = [',', ';', '\t'].into_iter().rev().max_by_key(|mark| first.matches(*mark).count()).unwrap_or(',');
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().expect("never empty");
        let cell = row.last_mut().expect("never empty");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            c if c == separator && !quoted => row.push(String::new()),
            c => cell.push(c),
        }
    }
    rows
}

/// Whether the first record names the columns: short, all different, none a number, and as many as the second has.
pub(crate) fn is_header(rows: &[Vec<String>]) -> bool {
    let (first, second) = (&rows[0], &rows[1]);
    let name = |cell: &String| {
        let cell = cell.trim();
        // A number has no letter; one that is written "1e5" would be a strange name too, but no harm is done.
        cell.chars().count() <= 40 && cell.chars().any(char::is_alphabetic)
    };
    let shorter = first.iter().map(String::len).sum::<usize>() < second.iter().map(String::len).sum();
    let different = first.iter().enumerate().all(|(k, cell)| !first[..k].contains(cell));
    first.len() == second.len() && shorter && different && first.iter().all(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_may_hold_quotes_separators_and_line_breaks() {
        let text = "id,review\r\n1,\"a, \"\"b\"\"\nc\"\n2,d";
        assert_eq!(records(text), [vec!["id", "review"], vec!["1", "a, \"b\"\nc"], vec!["2", "d"]]);
        assert_eq!(records("a;b,c;d\n1;2;3")[1], ["1", "2", "3"], "the separator is the most frequent one");
        assert_eq!(records("a\tb")[0], ["a", "b"]);
        assert_eq!(records("\"never closed\n"), [["never closed\n"]]);
        assert_eq!(records("5'10\" tall"), [["5'10\" tall"]], "a quote inside a cell is a quote");
    }

    #[test]
    fn trees_are_sentences_with_their_class_and_a_bad_line_is_named() {
        let (rows, truth) = trees("test.txt", "(3 (2 -LRB-) (4 Good))\n\n(0 Bad)\r\n").unwrap();
        assert_eq!((rows, truth), (vec![vec!["( Good".to_owned()], vec!["Bad".to_owned()]], vec![3, 0]));
        let error = trees("test.txt", "(0 Bad)\n\n(3 (2 It)\n").unwrap_err().to_string();
        let begins =
            "line 3 of the file \"test.txt\" is not a tree: expected `)` at column 10, found the end of the line";
        assert!(error.starts_with(begins), "{error}");
    }
}
