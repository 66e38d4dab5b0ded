//! Text of others, fit to be shown: a file's name, header or metadata cannot steer a terminal or turn a line around.

use std::borrow::Cow;

/// The text with its control characters as escapes (`\u{1b}`, `\n`), and those that turn the direction of writing around.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    escape(text, is_steering)
}

/// As [`printable`], but a line feed and a tab stay: for a message of several lines.
#[must_use]
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| is_steering(c) && c != '\n' && c != '\t')
}

fn is_steering(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn escape(text: &str, escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match escaped(c) {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped() {
        assert_eq!(printable("\u{1b}]0;OWNED\u{7}"), "\\u{1b}]0;OWNED\\u{7}");
        assert_eq!(printable("café\t\u{9b}2J"), "café\\t\\u{9b}2J");
        assert_eq!(printable("abc\u{202e}def"), "abc\\u{202e}def");
        assert_eq!(printable_lines("a\n\tb\r\u{1b}[31m"), "a\n\tb\\r\\u{1b}[31m");
        assert!(matches!(printable("你好 “good” 👩‍👩‍👧"), Cow::Borrowed(_)));
    }
}
