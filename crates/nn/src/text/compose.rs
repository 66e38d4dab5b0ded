//! Letters with accents.

/// The composed letter for a Latin base and a combining mark, as normalisation form C has it.
///
/// Only the accents of western European names: enough that a decomposed `é` finds the vocabulary's composed one,
/// without the tables of full normalisation in the download.
pub(super) fn compose(base: char, mark: char) -> Option<char> {
    let (bases, composed) = match mark {
        '\u{300}' => ("AEIOUaeiou", "ÀÈÌÒÙàèìòù"),
        '\u{301}' => ("AEIOUYaeiouy", "ÁÉÍÓÚÝáéíóúý"),
        '\u{302}' => ("AEIOUaeiou", "ÂÊÎÔÛâêîôû"),
        '\u{303}' => ("ANOano", "ÃÑÕãñõ"),
        '\u{308}' => ("AEIOUaeiouy", "ÄËÏÖÜäëïöüÿ"),
        '\u{30A}' => ("Aa", "Åå"),
        '\u{30C}' => ("CSZcsz", "ČŠŽčšž"),
        '\u{327}' => ("Cc", "Çç"),
        _ => return None,
    };
    let at = bases.chars().position(|b| b == base)?;
    composed.chars().nth(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_letter_of_western_names_is_not_composed() {
        assert_eq!((compose('x', '\u{301}'), compose('e', '\u{301}')), (None, Some('é')));
    }

    #[test]
    fn every_composition_has_its_base_in_the_same_place() {
        for mark in ['\u{300}', '\u{301}', '\u{302}', '\u{303}', '\u{308}', '\u{30A}', '\u{30C}', '\u{327}'] {
            for base in ('A'..='Z').chain('a'..='z') {
                if let Some(c) = compose(base, mark) {
                    assert!(c.is_alphabetic() && c.is_uppercase() == base.is_uppercase(), "{base} + {mark:?} = {c}");
                }
            }
        }
    }
}
