//! Places that every other test walked past: each of these was changed once without a test that noticed.

use ndarray::{Array1, Array2};
use wordlight_nn::Error;
use wordlight_nn::layer::{Activation, Conv1d, Dense};
use wordlight_nn::model::{Classifier, MAX_TOKENS, TextCnn, TextCnnConfig};
use wordlight_nn::text::{Vocab, normalise, tokenize};

fn forms(text: &str) -> Vec<String> {
    tokenize(text).into_iter().map(|token| token.form).collect()
}

#[test]
fn a_convolution_reads_as_many_words_as_there_may_be_and_one_window_of_padding() {
    let config =
        TextCnnConfig { dim: 1, classes: 2, widths: vec![2, 3], filters: 1, activation: Activation::Linear, pad_to: 0 };
    let conv = |width| Conv1d::<f32>::new(Array2::ones((1, width)), Array1::zeros(1), width).unwrap();
    let dense = Dense::new(Array2::ones((2, 2)), Array1::zeros(2)).unwrap();
    let network = TextCnn::new(config, vec![conv(2), conv(3)], dense).unwrap();
    assert!(network.forward(Array2::ones((MAX_TOKENS + 3, 1))).is_ok());
    match network.forward(Array2::ones((MAX_TOKENS + 4, 1))) {
        Err(Error::TooLong { limit, found }) => assert_eq!((limit, found), (MAX_TOKENS, MAX_TOKENS + 4)),
        other => panic!("expected a refusal, found {:?}", other.map(|pass| pass.logits().to_owned())),
    }
}

#[test]
fn a_soft_hyphen_is_in_its_word_and_not_in_its_form() {
    // A word that may be cut at a line's end is one token, hyphen and all.
    let text = "a won\u{AD}der\u{AD}ful film";
    let tokens = tokenize(text);
    assert_eq!(forms(text), ["a", "wonderful", "film"]);
    assert_eq!(&text[tokens[1].span.clone()], "won\u{AD}der\u{AD}ful");
    // Where letters decide, it is not one of them: in fixed spellings, negations, clitics and abbreviations.
    for (text, want) in [
        ("can\u{AD}not", ["can", "not"]),
        ("c\u{AD}annot", ["can", "not"]),
        ("c\u{AD}an\u{AD}not", ["can", "not"]),
        ("do\u{AD}nt", ["do", "n't"]),
        ("wo\u{AD}uld\u{AD}nt", ["would", "n't"]),
        ("don\u{AD}t", ["do", "n't"]),
    ] {
        assert_eq!(forms(text), want, "{text:?}");
    }
    assert_eq!(forms("don't\u{AD}"), ["do", "n't"]);
    assert_eq!(forms("he'\u{AD}s"), ["he", "'s"]);
    assert_eq!(forms("Mr\u{AD}. Smith"), ["mr.", "smith"]);
    // Nothing is left of one that stands alone, so it keeps its text.
    assert_eq!(forms("\u{AD}"), ["\u{AD}"]);
}

#[test]
fn a_curly_quote_that_opens_is_an_apostrophe_where_letters_follow() {
    assert_eq!(forms("don‘t"), ["do", "n't"]);
    assert_eq!(forms("they‘ll"), ["they", "'ll"]);
    assert_eq!(forms("they`ll"), ["they", "'ll"]);
    assert_eq!(forms("rock‘n’roll"), ["rock'n'roll"]);
    assert_eq!(forms("‘tis"), ["'t", "is"]);
}

#[test]
fn a_word_is_normalised_as_a_token_only_if_all_of_it_is_one() {
    assert_eq!(normalise("Good"), "good");
    assert_eq!(normalise("-LRB-"), "(");
    // A blank before or after belongs to no token: these are not words of a vocabulary, and must not become one.
    assert_eq!(normalise(" Good"), " good");
    assert_eq!(normalise("Good "), "good ");
    assert_eq!(normalise("\u{FEFF}-LRB-"), "\u{FEFF}-lrb-");
}

#[test]
fn a_ring_after_an_a_makes_the_letter_of_scandinavian_names() {
    assert_eq!(forms("A\u{30A}se Ska\u{30A}ne"), ["åse", "skåne"]);
}

#[test]
fn a_period_between_one_letter_and_one_digit_ends_the_word() {
    // Two single letters are initials, two digits a number. A page, a part and a grade are neither.
    assert_eq!(forms("J.R wrote 1.5"), ["j.r", "wrote", "1.5"]);
    for (text, want) in [("see p.2", ["see", "p", ".", "2"]), ("got 2.b", ["got", "2", ".", "b"])] {
        assert_eq!(forms(text), want, "{text:?}");
    }
}

#[test]
fn curly_and_square_brackets_are_found_however_they_are_written() {
    for [bare, small, large] in
        [["[", "-lsb-", "-LSB-"], ["]", "-rsb-", "-RSB-"], ["{", "-lcb-", "-LCB-"], ["}", "-rcb-", "-RCB-"]]
    {
        for known in [bare, small, large] {
            let vocab = Vocab::new(["film", known]).unwrap();
            for asked in [bare, small, large] {
                assert_eq!(vocab.get(asked), Some(1), "{asked} in a vocabulary with {known}");
            }
        }
    }
}
