//! Where sentences end.

use wordlight_nn::text::{split_sentences, tokenize};

/// The sentences as typed, without the blanks between them.
fn split(text: &str) -> Vec<&str> {
    let tokens = tokenize(text);
    split_sentences(text, &tokens)
        .iter()
        .map(|s| &text[tokens[s.start].span.start..tokens[s.end - 1].span.end])
        .collect()
}

#[track_caller]
fn whole(text: &str) {
    assert_eq!(split(text), [text]);
}

#[test]
fn no_text_has_no_sentence() {
    assert!(split("").is_empty());
    assert!(split(" \n\n ").is_empty());
}

#[test]
fn every_full_mark_ends_a_sentence_in_any_case() {
    assert_eq!(split("Bad. Really bad!"), ["Bad.", "Really bad!"]);
    assert_eq!(split("bad. really bad."), ["bad.", "really bad."]);
    assert_eq!(split("why? no!! yes?! ok"), ["why?", "no!!", "yes?!", "ok"]);
    assert_eq!(split("好。好！"), ["好。", "好！"]);
    assert_eq!(split("bad.Really"), ["bad.", "Really"]);
}

#[test]
fn text_in_the_treebanks_notation_stays_whole() {
    whole("a slow and careful film -- give it time .");
    whole("-LRB- It is long , is n't it ? -RRB- and the end is weak .");
    whole("... a warm film ... with a cold end ...");
}

#[test]
fn closing_marks_belong_to_the_sentence_they_close() {
    assert_eq!(split("\"It is bad.\" He left."), ["\"It is bad.\"", "He left."]);
    assert_eq!(split("(Really!) Yes."), ["(Really!)", "Yes."]);
    assert_eq!(split("‘No.’ “Yes.”"), ["‘No.’", "“Yes.”"]);
}

#[test]
fn a_quotation_does_not_end_the_sentence_around_it() {
    whole("\"Wow!\" he said.");
    whole("It asks “why?” and leaves");
    whole("The star (what a name!) is dull.");
    whole("\"Wow!\", he said.");
}

#[test]
fn an_ellipsis_ends_a_sentence_only_before_a_capital() {
    whole("It goes on... and on");
    whole("Well... 10 of 10");
    assert_eq!(split("It goes on... Then it ends"), ["It goes on...", "Then it ends"]);
    whole("... Then it ends");
    assert_eq!(split("Good. ... a bit long"), ["Good.", "... a bit long"]);
}

#[test]
fn abbreviations_initials_and_numbers_end_nothing() {
    whole("Mr. Hill and Dr. A. B. Low vs. The Man, No. 1 of 3.5 in Wash., etc.");
    whole("the u.s. is big");
    whole("A. This");
}

#[test]
fn an_abbreviation_before_a_likely_first_word_ends_a_sentence() {
    assert_eq!(split("He is in the U.S. The film is not."), ["He is in the U.S.", "The film is not."]);
    assert_eq!(split("Guns, cars, etc. It bores."), ["Guns, cars, etc.", "It bores."]);
    whole("He is in the U.S. Army now.");
}

#[test]
fn signs_after_the_end_belong_to_it() {
    assert_eq!(split("Great! 😀😀 Loved it :) More."), ["Great! 😀😀", "Loved it :) More."]);
    assert_eq!(split("good. :) bad."), ["good. :)", "bad."]);
    assert_eq!(split("good. *** bad."), ["good. ***", "bad."]);
}

#[test]
fn a_blank_line_always_ends_a_sentence() {
    assert_eq!(split("one\n\ntwo"), ["one", "two"]);
    assert_eq!(split("one\r\n \r\ntwo"), ["one", "two"]);
    assert_eq!(split("one,\u{2029}two"), ["one,", "two"]);
}

#[test]
fn a_line_break_ends_a_sentence_before_a_new_item() {
    assert_eq!(split("Pros:\n- cast\n- plot\n1. one\n2) two"), ["Pros:", "- cast", "- plot", "1. one", "2) two"]);
    assert_eq!(split("A title\nIt is good"), ["A title", "It is good"]);
    assert_eq!(split("good. 😀\nbad"), ["good. 😀", "bad"]);
}

#[test]
fn wrapped_lines_stay_one_sentence() {
    whole("it was\nlong");
    whole("A line that a mail program has wrapped at a width of\nSeventy or so columns");
    whole("with a warm cast,\nAnna among them");
}

#[test]
fn a_number_with_a_period_numbers_what_follows() {
    assert_eq!(split("1. It is good. 2. It is long."), ["1. It is good.", "2. It is long."]);
}
