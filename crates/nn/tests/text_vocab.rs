//! Reading, looking up and refusing vocabularies.

use wordlight_nn::text::{Vocab, VocabError};

fn vocab(words: &[&str]) -> Vocab {
    Vocab::new(words).expect("distinct words")
}

#[test]
fn row_i_is_word_i() {
    let v = vocab(&["the", "film", "é", "😀"]);
    assert_eq!(v.len(), 4);
    assert_eq!(v.iter().collect::<Vec<_>>(), ["the", "film", "é", "😀"]);
    for (row, word) in v.iter().enumerate() {
        assert_eq!((v.get(word), v.get_exact(word), v.word(row)), (Some(row), Some(row), Some(word)));
    }
    assert_eq!((v.get("fil"), v.get("films"), v.get(""), v.word(4)), (None, None, None, None));
}

#[test]
fn bytes_come_back_as_they_went() {
    let v = vocab(&["a", "b b", "ç"]);
    assert_eq!(v.to_bytes(), "a\nb b\nç".as_bytes());
    assert_eq!(Vocab::from_bytes(&v.to_bytes()).unwrap(), v);
    assert_eq!(Vocab::from_bytes(b"a\nb\n").unwrap(), vocab(&["a", "b"]));
}

#[test]
fn no_bytes_are_no_words() {
    let v = Vocab::from_bytes(b"").unwrap();
    assert!(v.is_empty() && v.to_bytes().is_empty());
    assert_eq!(v.get("a"), None);
}

#[test]
fn the_exact_form_goes_before_the_folded_one() {
    let v = vocab(&["us", "US"]);
    assert_eq!((v.get("US"), v.get("us"), v.get("Us")), (Some(1), Some(0), Some(0)));
}

#[test]
fn brackets_are_found_however_they_are_written() {
    assert_eq!(vocab(&["-lrb-", "-rrb-"]).get("("), Some(0));
    assert_eq!(vocab(&["-LRB-", "-RRB-"]).get(")"), Some(1));
    assert_eq!(vocab(&["(", ")"]).get("-LRB-"), Some(0));
    assert_eq!(vocab(&["["]).get("("), None);
}

#[test]
fn quotes_dashes_slashes_and_shouts_are_found_in_other_spellings() {
    assert_eq!(vocab(&["\""]).get("``"), Some(0));
    assert_eq!(vocab(&["'"]).get("`"), Some(0));
    assert_eq!(vocab(&["—"]).get("--"), Some(0));
    assert_eq!(vocab(&["and\\/or"]).get("and/or"), Some(0));
    assert_eq!(vocab(&["and/or"]).get("and\\/or"), Some(0));
    assert_eq!(vocab(&["\\*\\*"]).get("**"), Some(0));
    assert_eq!(vocab(&["!", "?"]).get("!?!"), Some(1));
    assert_eq!(vocab(&["!", "?"]).get("!!"), Some(0));
}

#[test]
fn a_similar_word_is_never_read_instead() {
    let v = vocab(&["well", "made", "film", "'s"]);
    for unknown in ["well-made", "films", "wel", "film's", "s"] {
        assert_eq!(v.get(unknown), None, "{unknown}");
    }
}

#[test]
fn a_repeated_word_is_refused_with_both_rows() {
    let error = Vocab::new(["a", "b", "a"]).unwrap_err();
    assert_eq!(error, VocabError::Duplicate { word: "a".into(), first: 0, row: 2 });
    assert_eq!(error.to_string(), "row 2 is \"a\", which row 0 is already; every word must be there once");
}

#[test]
fn empty_rows_and_line_ends_inside_words_are_refused() {
    assert_eq!(Vocab::from_bytes(b"a\n\nb").unwrap_err(), VocabError::Empty { row: 1 });
    assert_eq!(Vocab::from_bytes(b"\n").unwrap_err(), VocabError::Empty { row: 0 });
    assert_eq!(Vocab::new(["a", ""]).unwrap_err(), VocabError::Empty { row: 1 });
    assert_eq!(Vocab::from_bytes(b"a\r\nb").unwrap_err(), VocabError::LineBreak { word: "a\r".into(), row: 0 });
    assert_eq!(Vocab::new(["a\nb"]).unwrap_err(), VocabError::LineBreak { word: "a\nb".into(), row: 0 });
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_with_their_place() {
    assert_eq!(Vocab::from_bytes(b"ab\xFF").unwrap_err(), VocabError::NotUtf8 { valid_up_to: 2 });
}

#[test]
fn thirty_thousand_words_are_all_found() {
    let words: Vec<String> = (0..30_000).map(|i| format!("w{}", i * 7919 % 30_011)).collect();
    let v = Vocab::new(&words).unwrap();
    assert!(words.iter().enumerate().all(|(row, word)| v.get(word) == Some(row)));
    assert_eq!(v.get("w30011"), None);
}
