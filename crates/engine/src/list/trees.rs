//! The sentences of a file of trees.

use wordlight_explain::{Error, Result};
use wordlight_nn::text::trees::{parse_spans, root_label, typed};

/// The sentences of a file of trees, as they are typed with a blank between all words, and their true classes.
///
/// # Errors
/// [`Error::Parameter`] naming the first line that is no tree.
pub(super) fn trees(name: &str, text: &str) -> Result<(Vec<String>, Vec<u8>)> {
    let (mut rows, mut truth) = (Vec::new(), Vec::new());
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (words, spans) = parse_spans(line).map_err(|error| Error::Parameter {
            name: format!("line {} of the file {name:?}", i + 1),
            expected: "a tree of the treebank on each line, such as (3 (2 So) (4 good))".to_owned(),
            found: error.to_string(),
        })?;
        rows.push(words.iter().map(|word| typed(word)).collect::<Vec<_>>().join(" "));
        truth.push(root_label(&spans) as u8);
    }
    Ok((rows, truth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_sentences_with_their_class_and_a_bad_line_is_named() {
        let (rows, truth) = trees("test.txt", "(3 (2 -LRB-) (4 Good))\n\n(0 Bad)\r\n").unwrap();
        assert_eq!((rows, truth), (vec!["( Good".to_owned(), "Bad".to_owned()], vec![3, 0]));
        let error = trees("test.txt", "(0 Bad)\n\n(3 (2 It)\n").unwrap_err().to_string();
        let begins =
            "line 3 of the file \"test.txt\" is not a tree: expected `)` at column 10, found the end of the line";
        assert!(error.starts_with(begins), "{error}");
    }
}
