//! Laws that hold for any text whatever.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation as _;
use wordlight_nn::text::{Token, is_blank, split_sentences, tokenize};

/// Pieces that meet every rule of the tokenizer, in any order, with and without blanks.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\0",
    "\u{A0}",
    "\u{200B}",
    "\u{FEFF}",
    "\u{301}",
    "\u{FE0F}",
    "\u{200D}",
    "\u{AD}",
    "a",
    "I",
    "n",
    "s",
    "t",
    "bad",
    "Film",
    "É",
    "e\u{301}",
    "don't",
    "it's",
    "y'all",
    "cannot",
    "'tis",
    "'em",
    "'n'",
    "ol'",
    "dont",
    "'",
    "''",
    "’",
    "‘",
    "“",
    "”",
    "\"",
    "`",
    "``",
    "´",
    ".",
    "..",
    "...",
    "…",
    "。",
    ",",
    ":",
    ";",
    "?",
    "!",
    "?!",
    "-",
    "--",
    "–",
    "—",
    "anti-",
    "-LRB-",
    "-RRB-",
    "\\",
    "\\/",
    "\\*",
    "/",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "<3",
    ":)",
    ":-(",
    ":'(",
    "^_^",
    "*",
    "**",
    "_",
    "=",
    "&",
    "&amp;",
    "&#39;",
    "&nbsp;",
    "&eacute;",
    "&#x301;",
    "&quot",
    "@",
    "#",
    "$",
    "%",
    "+",
    "~",
    "|",
    "1",
    "70s",
    "9.50",
    "2,500",
    "Mr.",
    "U.S.",
    "no.",
    "No.",
    "etc.",
    "et",
    "al.",
    "e.g.",
    "http://",
    "https://a.b/c(d)",
    "www.",
    "a@b.co",
    ".com",
    "😀",
    "👨‍👩‍👧",
    "👍🏽",
    "🇫🇷",
    "1\u{FE0F}\u{20E3}",
    "©",
    "你",
    "好",
    "の",
    "ไทย",
    "हिं",
    "عربي",
    "שלום",
    "\u{202E}",
    "𝒜",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|p| p.concat());
    let scalars = prop::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter);
    prop_oneof![4 => pieces, 1 => scalars, 1 => "\\PC{0,40}"]
}

/// Whether nothing but blanks stands there, some of them perhaps as references of HTML.
fn is_gap(text: &str) -> bool {
    let stands_for = |name: &str| match name.strip_prefix('#') {
        None => (name == "nbsp").then_some('\u{A0}'),
        Some(number) => {
            let hex = number.strip_prefix(['x', 'X']);
            char::from_u32(hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16)).ok()?)
        }
    };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = match rest.strip_prefix('&').and_then(|after| after.split_once(';')) {
            Some((name, after)) if stands_for(name).is_some_and(is_blank) => after,
            _ if is_blank(c) => &rest[c.len_utf8()..],
            _ => return false,
        };
    }
    true
}

fn check_laws(text: &str, tokens: &[Token]) -> Result<(), TestCaseError> {
    let mut covered = 0;
    for token in tokens {
        let span = token.span.clone();
        prop_assert!(
            covered <= span.start && span.start < span.end && span.end <= text.len(),
            "{span:?} after {covered}"
        );
        prop_assert!(is_gap(&text[covered..span.start]), "uncovered: {:?}", &text[covered..span.start]);
        prop_assert!(!token.form.is_empty());
        prop_assert!(
            text[span.clone()].graphemes(true).all(|g| !g.chars().all(is_blank)),
            "blank inside {:?}",
            &text[span]
        );
        covered = token.span.end;
    }
    prop_assert!(is_gap(&text[covered..]));
    let mut boundaries = text.grapheme_indices(true).map(|(i, _)| i).chain([text.len()]);
    for at in tokens.iter().flat_map(|t| [t.span.start, t.span.end]) {
        // Adjacent tokens share a boundary, so look without going past it.
        prop_assert!(boundaries.clone().take_while(|&b| b <= at).any(|b| b == at), "{at} is inside a cluster");
        while boundaries.clone().next().is_some_and(|b| b < at) {
            boundaries.next();
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn tokens_are_ordered_and_cover_all_that_is_not_blank(text in text()) {
        check_laws(&text, &tokenize(&text))?;
    }

    #[test]
    fn every_token_is_in_exactly_one_sentence(text in text()) {
        let tokens = tokenize(&text);
        let mut next = 0;
        for sentence in split_sentences(&text, &tokens) {
            prop_assert_eq!(sentence.start, next);
            prop_assert!(sentence.end > sentence.start);
            next = sentence.end;
        }
        prop_assert_eq!(next, tokens.len());
    }

    #[test]
    fn blanks_around_a_text_change_nothing(text in text()) {
        // A line break, since a mark that combines would join a space put before it.
        let padded = format!("\n{text}\n");
        let forms = |text: &str| tokenize(text).into_iter().map(|t| t.form).collect::<Vec<_>>();
        prop_assert_eq!(forms(&text), forms(&padded));
    }

    #[test]
    fn tokens_of_typed_words_survive_a_second_reading(words in prop::collection::vec(typed_word(), 0..20)) {
        let text = words.join(" ");
        let once: Vec<String> = tokenize(&text).into_iter().map(|t| text[t.span].to_owned()).collect();
        let spaced = once.join(" ");
        let twice: Vec<&str> = tokenize(&spaced).into_iter().map(|t| &spaced[t.span]).collect();
        prop_assert_eq!(once, twice);
    }
}

/// A word as it stands in a review, with the punctuation that clings to it.
fn typed_word() -> impl Strategy<Value = String> {
    let words = [
        "the",
        "Film",
        "isn't",
        "it's",
        "they’ll",
        "can't",
        "cannot",
        "didnt",
        "y'all",
        "well-made",
        "'em",
        "'70s",
        "and/or",
        "Mr.",
        "U.S.",
        "J.K.",
        "etc.",
        "9.50",
        "2,500",
        "1990–95",
        "R&B",
        "O'Hara",
        "cliché",
        "😀",
        "--",
        "...",
        "—",
        "$9",
        "50%",
        "B+",
        "-LRB-",
        "a\\/b",
        "http://a.org/b",
        "a@b.com",
        "example.com",
        "gonna",
        "No.",
        "1",
        "'tis",
        "rock'n'roll",
        "你好",
    ];
    let before = ["", "", "", "(", "\"", "“", "[", "*", "``"];
    let after = ["", "", "", ".", ",", "!", "?!", "...", ")", "\"", "”", ".\"", ".)", ";", ":", "!!!", "''", "*", "…"];
    (prop::sample::select(before.to_vec()), prop::sample::select(words.to_vec()), prop::sample::select(after.to_vec()))
        .prop_map(|(b, w, a)| format!("{b}{w}{a}"))
}

/// Repetition finds what rescans: at quadratic cost 100,000 characters would take minutes.
#[test]
fn a_hundred_thousand_characters_take_linear_time() {
    let pairs = PIECES.iter().flat_map(|a| ["", "a", "'"].map(|b| format!("{a}{b}")));
    for piece in pairs.chain(["a.b-".to_owned(), "@a.".to_owned(), ":-".to_owned(), "*a".to_owned()]) {
        let text = piece.repeat(100_000 / piece.chars().count());
        let start = Instant::now();
        let tokens = tokenize(&text);
        let sentences = split_sentences(&text, &tokens);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(2), "{piece:?} repeated took {took:?}");
        assert!(sentences.len() <= tokens.len());
        assert!(tokens.last().is_none_or(|t| t.span.end <= text.len()));
    }
}
