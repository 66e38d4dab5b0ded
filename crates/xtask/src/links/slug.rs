//! The anchors that GitHub gives to headings.

use std::collections::BTreeMap;

/// The anchors of one document, in its order: a repeated heading gets a number.
#[derive(Default)]
pub(super) struct Slugs {
    seen: BTreeMap<String, usize>,
}

impl Slugs {
    /// The anchor of the next heading, whose `text` is as it is shown, without marks of emphasis and links.
    pub(super) fn next(&mut self, text: &str) -> String {
        let plain = slug(text);
        let count = self.seen.entry(plain.clone()).or_default();
        let unique = if *count == 0 { plain } else { format!("{plain}-{count}") };
        *count += 1;
        if *count > 1 {
            // The numbered one can be the plain one of a later heading.
            self.seen.entry(unique.clone()).or_insert(1);
        }
        unique
    }
}

/// In lower case, without what is neither a letter, a digit, `-`, `_` nor a space, and with `-` for each space.
fn slug(text: &str) -> String {
    let kept = text.chars().flat_map(char::to_lowercase);
    let kept =
        kept.filter(|letter| letter.is_alphabetic() || letter.is_ascii_digit() || matches!(letter, '-' | '_' | ' '));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_becomes_lower_case_words_with_hyphens() {
        assert_eq!(slug("What it is"), "what-it-is");
        assert_eq!(slug("cargo verify, and more: 2.0!"), "cargo-verify-and-more-20");
        assert_eq!(slug("A - B"), "a---b");
        assert_eq!(slug("snake_case & Über-Größe"), "snake_case--über-größe");
        assert_eq!(slug("«κ» in 3²"), "κ-in-3");
    }

    #[test]
    fn repeated_headings_are_numbered() {
        let mut slugs = Slugs::default();
        let found = ["Use", "Use", "use!", "Use-1"].map(|text| slugs.next(text));
        assert_eq!(found, ["use", "use-1", "use-2", "use-1-1"]);
    }
}
