//! Texts.

use wordlight_nn::text::{normalise, split_sentences, tokenize};

/// Tokens are in order, do not overlap and are whole characters; sentences are made of all of them, in order.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let tokens = tokenize(&text);
    let mut end = 0;
    for token in &tokens {
        assert!(end <= token.span.start && token.span.start < token.span.end, "{:?} after {end}", token.span);
        // Panics inside a character.
        assert!(!text[token.span.clone()].is_empty() && !token.form.is_empty());
        end = token.span.end;
    }
    assert!(end <= text.len());
    let mut next = 0;
    for sentence in split_sentences(&text, &tokens) {
        assert!(sentence.start == next && sentence.end > next, "{sentence:?} after {next}");
        next = sentence.end;
    }
    assert_eq!(next, tokens.len());
    text.split_whitespace().take(100).for_each(|word| assert!(!normalise(word).is_empty()));
}
