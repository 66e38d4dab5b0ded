//! A baseline that differs from place to place: a sentence that says nothing of the film.

/// As a row's baseline.
const BASELINE: &str = "text:it is a film about two men and a long summer in the city";

/// The baseline for a sentence of `tokens` words: a longer one is cut, because a baseline cannot have more places.
pub(crate) fn baseline_sentence(tokens: usize) -> String {
    BASELINE.split(' ').take(tokens).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::baseline_sentence;

    #[test]
    fn a_short_sentence_has_a_short_baseline() {
        assert_eq!(baseline_sentence(3), "text:it is a");
        assert_eq!(baseline_sentence(1), "text:it");
        assert_eq!(baseline_sentence(100).split(' ').count(), 14);
    }
}
