//! The text as a row of grapheme clusters, each with the one property the scanner asks for.
//!
//! A *unit* is an extended grapheme cluster (Unicode Standard Annex #29): what a reader calls one character. The
//! tokenizer moves from unit to unit, so no rule of it can cut an emoji or a letter from its accent. Characters that
//! differ only in typography are folded here, once: `’` is `'`, the full-width `！` is `!`, `‑` is `-`.

use unicode_segmentation::UnicodeSegmentation as _;

use super::compose::compose;
use super::reference::reference;

/// What a unit can be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Separates tokens and belongs to none, see [`is_blank`].
    Blank,
    /// A letter of any alphabet, with its marks.
    Letter,
    /// A digit or another numeric character.
    Digit,
    /// A Han or Hiragana character: a token by itself, since these scripts put no spaces between words.
    Ideograph,
    /// Punctuation that some rule knows.
    Mark,
    /// Everything else: emoji, signs, marks that no rule knows. A token by itself.
    Symbol,
}

/// One grapheme cluster.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    /// Byte offset of its first byte.
    pub(super) start: usize,
    pub(super) kind: Kind,
    /// The folded character, or [`CLUSTER`] where several characters do not fold into one.
    pub(super) ch: char,
}

/// Stands for a cluster of several characters: no rule compares equal to it.
pub(super) const CLUSTER: char = '\u{FFFD}';

impl Unit {
    pub(super) fn is_word(self) -> bool {
        matches!(self.kind, Kind::Letter | Kind::Digit)
    }

    pub(super) fn is_apostrophe(self) -> bool {
        self.kind == Kind::Mark && matches!(self.ch, '\'' | '‘' | '`')
    }
}

/// Whether a character separates tokens and belongs to none: white space, control characters (NUL too), and the
/// invisible format characters (zero-width spaces, byte order mark, directional marks, lone variation selectors).
///
/// A zero-width joiner or a variation selector *inside* a grapheme cluster stays with its cluster.
#[must_use]
pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Splits a text into units, followed by one blank unit that starts at the end of the text. With `references`, a character
/// reference of HTML is one unit, of the character that it stands for.
pub(super) fn units(text: &str, references: bool) -> Vec<Unit> {
    let mut units = Vec::with_capacity(text.len() + 1);
    // Most texts have none.
    let references = references && text.contains('&');
    // Where the reference ends that was found last.
    let mut covered = 0;
    let mut push = |start: usize, plain: &dyn Fn() -> Unit| {
        if start < covered {
            return;
        }
        let found = if references { reference(&text[start..]) } else { None };
        // A mark on the semicolon is more than the reference.
        let is_whole = |end: usize| text[end - 1..].graphemes(true).next() == Some(";");
        units.push(match found {
            Some((c, length)) if is_whole(start + length) => {
                covered = start + length;
                unit(start, c)
            }
            _ => plain(),
        });
    };
    if text.is_ascii() && !references {
        units.extend(text.char_indices().map(|(start, c)| unit(start, c)));
    } else if text.is_ascii() {
        text.char_indices().for_each(|(start, c)| push(start, &|| unit(start, c)));
    } else {
        text.grapheme_indices(true).for_each(|(start, cluster)| push(start, &|| cluster_of(start, cluster)));
    }
    units.push(Unit { start: text.len(), kind: Kind::Blank, ch: ' ' });
    units
}

fn cluster_of(start: usize, cluster: &str) -> Unit {
    let mut chars = cluster.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(c), None, _) => unit(start, c),
        (Some(base), Some(mark), None) => pair(start, cluster, base, mark),
        _ => cluster_unit(start, cluster),
    }
}

fn unit(start: usize, c: char) -> Unit {
    let ch = fold(c);
    let kind = match ch {
        'a'..='z' | 'A'..='Z' => Kind::Letter,
        '0'..='9' => Kind::Digit,
        // A soft hyphen is part of the word it stands in and leaves no trace in the form.
        SOFT_HYPHEN => Kind::Letter,
        c if is_blank(c) => Kind::Blank,
        c if c.is_ascii_punctuation() => Kind::Mark,
        '“' | '”' | '‘' | '–' | '—' | '…' | '。' | '·' | '‧' | '׳' | '״' => Kind::Mark,
        c if is_ideograph(c) => Kind::Ideograph,
        c if c.is_alphabetic() => Kind::Letter,
        c if c.is_numeric() => Kind::Digit,
        _ => Kind::Symbol,
    };
    Unit { start, kind, ch }
}

pub(super) const SOFT_HYPHEN: char = '\u{AD}';

fn pair(start: usize, cluster: &str, base: char, mark: char) -> Unit {
    match compose(base, mark) {
        Some(ch) => Unit { start, kind: Kind::Letter, ch },
        None => cluster_unit(start, cluster),
    }
}

/// A cluster of several characters: what its first character is, unless a mark turns it into a picture.
fn cluster_unit(start: usize, cluster: &str) -> Unit {
    let base = cluster.chars().next().unwrap_or(' ');
    let is_picture = cluster.contains(['\u{FE0F}', '\u{20E3}']);
    let kind = if cluster.chars().all(is_blank) {
        // The line break that matters to sentences is kept: "\r\n" is one cluster.
        return Unit { start, kind: Kind::Blank, ch: if cluster.contains('\n') { '\n' } else { ' ' } };
    } else if is_picture || is_blank(base) {
        Kind::Symbol
    } else if is_ideograph(base) {
        Kind::Ideograph
    } else if base.is_alphanumeric() {
        Kind::Letter
    } else {
        Kind::Symbol
    };
    Unit { start, kind, ch: CLUSTER }
}

/// Typographic variants of one sign become one character.
///
/// Opening and closing double quotes stay apart, since they carry the direction that a straight quote lacks.
fn fold(c: char) -> char {
    match c {
        '\0'..='\u{7F}' => c,
        '’' | '‛' | 'ʼ' | '´' | '′' | '＇' => '\'',
        '„' | '‟' | '«' | '‹' | '「' | '『' | '《' | '〝' => '“',
        '»' | '›' | '」' | '』' | '》' | '〞' => '”',
        '″' => '"',
        '‐' | '‑' | '−' => '-',
        '‒' => '–',
        '―' | '⸺' | '⸻' => '—',
        '،' | '、' | '､' => ',',
        '؛' => ';',
        '؟' | '‽' => '?',
        '｡' | '．' | '।' | '॥' | '۔' => '。',
        '【' => '[',
        '】' => ']',
        '⁄' => '/',
        // The full-width forms are ASCII, shifted.
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '々' | '\u{3041}'..='\u{309F}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_emoji_is_one_unit() {
        let text = "a👨‍👩‍👧b";
        let kinds: Vec<Kind> = units(text, true).iter().map(|u| u.kind).collect();
        assert_eq!(kinds, [Kind::Letter, Kind::Symbol, Kind::Letter, Kind::Blank]);
    }

    #[test]
    fn a_decomposed_accent_becomes_the_composed_letter() {
        assert_eq!(units("e\u{301}", true)[0].ch, 'é');
    }

    #[test]
    fn a_keycap_is_a_picture_and_not_a_digit() {
        assert_eq!(units("1\u{FE0F}\u{20E3}", true)[0].kind, Kind::Symbol);
    }

    #[test]
    fn full_width_punctuation_is_folded() {
        assert_eq!(units("！", true)[0].ch, '!');
        assert_eq!(units("（", true)[0].ch, '(');
    }
}
