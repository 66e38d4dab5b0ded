//! Rust source as words, `::` and single signs: enough to find declarations and paths.
//!
//! Comments, literals and lifetimes are left out, so that nothing in them is taken for code.

/// What a reader of declarations and paths has to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// An identifier, a keyword or a number.
    Word(&'s str),
    /// `::`
    PathSep,
    /// Any other character that is not white space.
    Sign(char),
}

/// A token and the line that it stands on, from 1.
pub(super) type Placed<'s> = (Token<'s>, usize);

/// The tokens of `source`.
pub(super) fn tokens(source: &str) -> Vec<Placed<'_>> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = text_literal(rest) {
            length
        } else if first == '\'' {
            character_or_lifetime(rest)
        } else if let Some(word) = word(rest) {
            found.push((Token::Word(word), line));
            word.len()
        } else if rest.starts_with("::") {
            found.push((Token::PathSep, line));
            2
        } else {
            if !first.is_whitespace() {
                found.push((Token::Sign(first), line));
            }
            first.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        at += length;
    }
    found
}

/// The identifier, keyword or number that `rest` starts with.
fn word(rest: &str) -> Option<&str> {
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// The length of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a string literal, with its prefix, if `rest` starts with one. `r#` before a name is skipped too.
fn text_literal(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        rest.strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('"') || (prefix.ends_with('r') && rest.starts_with('#')))
    })?;
    let body = &rest[prefix.len()..];
    let hashes = body.len() - body.trim_start_matches('#').len();
    if !body[hashes..].starts_with('"') {
        return Some(prefix.len() + hashes);
    }
    let content = &body[hashes + 1..];
    let length = if prefix.ends_with('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        content.find(&end).map_or(content.len(), |at| at + end.len())
    } else {
        quoted(content, '"')
    };
    Some(prefix.len() + hashes + 1 + length)
}

/// The length up to and with the `end` that no backslash escapes.
fn quoted(content: &str, end: char) -> usize {
    let mut escaped = false;
    for (at, letter) in content.char_indices() {
        if letter == end && !escaped {
            return at + letter.len_utf8();
        }
        escaped = letter == '\\' && !escaped;
    }
    content.len()
}

/// The length of what starts with an apostrophe.
fn character_or_lifetime(rest: &str) -> usize {
    let mut letters = rest[1..].chars();
    let (first, second) = (letters.next(), letters.next());
    if first == Some('\\') || second == Some('\'') {
        return 1 + quoted(&rest[1..], '\'');
    }
    1 + word(&rest[1..]).map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<&str> {
        let words = tokens(source).into_iter().filter_map(|(token, _)| match token {
            Token::Word(word) => Some(word),
            _ => None,
        });
        words.collect()
    }

    #[test]
    fn words_paths_and_signs_are_told_apart() {
        use Token::{PathSep, Sign, Word};
        let found: Vec<Token> = tokens("a::b(1)").into_iter().map(|(token, _)| token).collect();
        assert_eq!(found, [Word("a"), PathSep, Word("b"), Sign('('), Word("1"), Sign(')')]);
    }

    #[test]
    fn nothing_in_comments_or_literals_is_a_word() {
        assert_eq!(words("a // b\nc"), ["a", "c"]);
        assert_eq!(words("a /* b /* c */ d */ e"), ["a", "e"]);
        assert_eq!(words(r#"a "b \" c" d"#), ["a", "d"]);
        assert_eq!(words("a r#\"b \" c\"# d r\"e\\\" f b\"g\" h"), ["a", "d", "f", "h"]);
        assert_eq!(words(r"a 'b' c '\'' d '\u{41}' e"), ["a", "c", "d", "e"]);
        assert_eq!(words("a /// `crate::b`\n c"), ["a", "c"]);
    }

    #[test]
    fn lifetimes_are_left_out_and_raw_names_are_names() {
        assert_eq!(words("fn f<'a>(x: &'a str) {}"), ["fn", "f", "x", "str"]);
        assert_eq!(words("r#type br b"), ["type", "br", "b"]);
    }

    #[test]
    fn lines_are_counted_through_comments_and_strings() {
        let lines: Vec<usize> = tokens("a\n/*\n*/ b \"\n\n\" c").into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines, [1, 3, 5]);
    }
}
