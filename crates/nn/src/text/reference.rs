//! Character references of HTML, which are left in texts that were taken from pages: `&quot;`, `&#39;`, `&eacute;`.

use super::compose::compose;

/// Names with one character; letters with an accent follow from [`ACCENTS`].
const NAMED: [(&str, char); 20] = [
    ("amp", '&'),
    ("quot", '"'),
    ("apos", '\''),
    ("lt", '<'),
    ("gt", '>'),
    ("nbsp", '\u{A0}'),
    ("shy", '\u{AD}'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("szlig", 'ß'),
    ("pound", '£'),
    ("euro", '€'),
    ("frac12", '½'),
];

/// Names of accents, which follow a letter, as combining marks.
const ACCENTS: [(&str, char); 8] = [
    ("grave", '\u{300}'),
    ("acute", '\u{301}'),
    ("circ", '\u{302}'),
    ("tilde", '\u{303}'),
    ("uml", '\u{308}'),
    ("ring", '\u{30A}'),
    ("caron", '\u{30C}'),
    ("cedil", '\u{327}'),
];

/// The character that a text begins with as a reference, and how many bytes the reference has. None if it begins with none,
/// or with one that is not known here.
pub(super) fn reference(text: &str) -> Option<(char, usize)> {
    const LONGEST: usize = 10;
    let body = text.strip_prefix('&')?;
    let end = body.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = &body[..end];
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                // No sign: Rust's numbers may have one.
                Some(hex) if hex.starts_with(|c: char| c.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16),
                None if number.starts_with(|c: char| c.is_ascii_digit()) => number.parse(),
                _ => return None,
            };
            code.ok().and_then(char::from_u32)?
        }
        None => named(name)?,
    };
    Some((c, end + 2))
}

fn named(name: &str) -> Option<char> {
    if let Some((_, c)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some(*c);
    }
    let base = name.chars().next()?;
    let (_, mark) = ACCENTS.iter().find(|(accent, _)| *accent == &name[base.len_utf8()..])?;
    compose(base, *mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_stand_for_characters() {
        for (text, c) in [
            ("&amp;", '&'),
            ("&quot;good", '"'),
            ("&#39;", '\''),
            ("&#x2019;", '’'),
            ("&#X1F600;", '😀'),
            ("&eacute;", 'é'),
            ("&Ntilde;", 'Ñ'),
            ("&nbsp; a", '\u{A0}'),
        ] {
            assert_eq!(reference(text), Some((c, text.find(';').unwrap() + 1)), "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_stands_as_it_is() {
        for text in [
            "",
            "&",
            "&;",
            "&amp",
            "amp;",
            "&#;",
            "&#x;",
            "&#+5;",
            "&#-5;",
            "&#x+5;",
            "&#xD800;",
            "&#x110000;",
            "&AMP;",
        ] {
            assert_eq!(reference(text), None, "{text}");
        }
        for text in ["&xacute;", "&é;", "&éacute;", "& amp;", "&#99999999999;", "&averylongname;", "R&B; really"] {
            assert_eq!(reference(text), None, "{text}");
        }
    }
}
