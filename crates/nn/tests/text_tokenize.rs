//! What the tokenizer makes of things that people type and of the treebank's notation.

use wordlight_nn::text::{normalise, tokenize};

/// The tokens as typed, joined by one space.
fn split(text: &str) -> String {
    let words: Vec<&str> = tokenize(text).into_iter().map(|t| &text[t.span]).collect();
    words.join(" ")
}

/// What the network reads, joined by one space.
fn forms(text: &str) -> String {
    let forms: Vec<String> = tokenize(text).into_iter().map(|t| t.form).collect();
    forms.join(" ")
}

#[track_caller]
fn check(split_by: impl Fn(&str) -> String, table: &[(&str, &str)]) {
    for (text, want) in table {
        assert_eq!(split_by(text), *want, "in {text:?}");
    }
}

#[test]
fn clitics_are_tokens() {
    check(
        split,
        &[
            ("it's", "it 's"),
            ("They've said I'll, we're, she'd, I'm", "They 've said I 'll , we 're , she 'd , I 'm"),
            ("don't can't won't isn't ain't", "do n't ca n't wo n't is n't ai n't"),
            ("DON'T IT'S", "DO N'T IT 'S"),
            ("shouldn't've", "should n't 've"),
            ("Anna (the girl)'s hat", "Anna ( the girl ) 's hat"),
            ("the actors' work, James' hat", "the actors ' work , James ' hat"),
            ("don’t it’s", "do n’t it ’s"),
        ],
    );
}

#[test]
fn fixed_spellings_are_cut_and_informal_fusions_are_not() {
    check(
        split,
        &[
            ("cannot", "can not"),
            ("'tis 'Twas", "'t is 'T was"),
            ("y'all more'n d'ye", "y' all more 'n d' ye"),
            ("gonna wanna gotta gimme", "gonna wanna gotta gimme"),
        ],
    );
}

#[test]
fn a_negation_without_its_apostrophe_still_negates() {
    check(forms, &[("I didnt", "i did n't"), ("doesnt isnt", "does n't is n't"), ("as is his wont", "as is his wont")]);
    assert_eq!(split("dont"), "do nt");
}

#[test]
fn words_with_inner_apostrophes_stay_whole() {
    let text = "o'clock O'Hara d'oeuvre c'mon ma'am rock'n'roll";
    assert_eq!(split(text), text);
}

#[test]
fn elided_words_keep_their_apostrophe() {
    check(
        split,
        &[
            ("rock 'n' roll", "rock 'n' roll"),
            ("the '70s and '53", "the '70s and '53"),
            ("eat 'em 'til dawn", "eat 'em 'til dawn"),
            ("mid-'80s", "mid - '80s"),
            ("ol' man, cryin' loud", "ol' man , cryin ' loud"),
            ("'𐴰𐴰 '٧٠ '7a", "' 𐴰𐴰 ' ٧٠ ' 7a"),
            ("the ’70s, ‘90s", "the ’70s , ‘90s"),
        ],
    );
}

#[test]
fn straight_quotes_get_a_direction() {
    check(
        forms,
        &[
            ("\"So-so,\" he said.", "`` so-so , '' he said ."),
            ("(\"fine\")", "( `` fine '' )"),
            ("a 'small' film", "a ` small ' film"),
            ("\"'No,' she said\"", "`` ` no , ' she said ''"),
            ("say\"hello\"now", "say `` hello '' now"),
            ("said.\"Fine.\"", "said . `` fine . ''"),
            (" \" alone \" ", "`` alone ''"),
            ("''both'' ``ways``", "`` both '' `` ways ``"),
        ],
    );
}

#[test]
fn a_forgotten_quote_does_not_turn_those_of_the_next_paragraph() {
    assert_eq!(forms("a \" b\n\nc \" d \" e"), "a `` b c `` d '' e");
}

#[test]
fn typographic_quotes_and_dashes_have_penn_forms() {
    check(
        forms,
        &[
            ("“Yes,” ‘no’", "`` yes , '' ` no '"),
            ("„so“ «oui»", "`` so `` `` oui ''"),
            ("wait… what—now – or --- never", "wait ... what -- now -- or -- never"),
            ("1990–95", "1990-95"),
            ("so .... what..", "so ... what ..."),
        ],
    );
}

#[test]
fn periods_of_abbreviations_and_initials_stay() {
    let text = "Mr. and Mrs. Hill met Dr. Wu vs. J.R.R. Smith , George W. Low , the U.S. and Jr. etc.";
    assert_eq!(split(text), text);
    check(
        split,
        &[
            ("J.K.Smith", "J.K. Smith"),
            ("U.S.-based, e.g., i.e.", "U.S.-based , e.g. , i.e."),
            ("No. 1 of them? No.", "No. 1 of them ? No ."),
            ("Rep. Hill has a bad rep. Rep.", "Rep. Hill has a bad rep . Rep ."),
            ("Olympia, Wash., where", "Olympia , Wash. , where"),
            ("Smith et al. say, al. not", "Smith et al. say , al . not"),
            ("between you and I. Yes", "between you and I . Yes"),
            ("plan b. a dog k. nine", "plan b. a dog k. nine"),
            ("plan b.", "plan b ."),
        ],
    );
}

#[test]
fn periods_that_end_sentences_are_tokens_everywhere() {
    check(
        split,
        &[
            ("Bad. Really bad.", "Bad . Really bad ."),
            ("He left.\" She stayed.)", "He left . \" She stayed . )"),
            ("bad.Really,bad", "bad . Really , bad"),
            ("so good.the end", "so good . the end"),
            ("in 1999. Then", "in 1999 . Then"),
            ("ends here.'", "ends here . '"),
        ],
    );
}

#[test]
fn numbers_keep_their_commas_periods_and_colons() {
    check(
        split,
        &[
            ("10,000 at 9.50 by 10:30", "10,000 at 9.50 by 10:30"),
            ("1, 2,and 3", "1 , 2 , and 3"),
            (".5 or -5", ".5 or - 5"),
            ("ratio:3", "ratio : 3"),
        ],
    );
}

#[test]
fn signs_are_tokens() {
    check(
        split,
        &[
            ("$9.50 50% #1 9€ £3", "$ 9.50 50 % # 1 9 € £ 3"),
            ("B+ but A-", "B + but A -"),
            ("[a]{b}(c)<d>", "[ a ] { b } ( c ) < d >"),
            ("R&B, A & B", "R&B , A & B"),
            ("*really* _good_", "* really * _ good _"),
            ("a;b:c", "a ; b : c"),
        ],
    );
}

#[test]
fn compounds_stay_whole() {
    let text = "well-made coming-of-age writer/director and/or 9/11 24/7 f*ck snake_case";
    assert_eq!(split(text), text);
    check(split, &[("self- and anti- war", "self - and anti- war"), ("-good", "- good"), ("so--so", "so -- so")]);
}

#[test]
fn shouting_is_one_token() {
    check(split, &[("What?! No!!! Why???", "What ?! No !!! Why ???")]);
    check(forms, &[("What?! No!!! Why???", "what ?! no ! why ?")]);
}

#[test]
fn addresses_are_one_token_without_the_sentence_around_them() {
    check(
        split,
        &[
            ("see http://example.com/a_(b).", "see http://example.com/a_(b) ."),
            ("(https://example.org/x?y=1,2)", "( https://example.org/x?y=1,2 )"),
            ("www.example.org, example.com!", "www.example.org , example.com !"),
            ("mail a.b@example.co.uk.", "mail a.b@example.co.uk ."),
            ("@user 3@4", "@ user 3 @ 4"),
            ("http:// www. @ a@", "http : / / www . @ a @"),
        ],
    );
}

#[test]
fn faces_are_one_token() {
    check(
        split,
        &[
            ("good :) bad :-( sad:'( <3", "good :) bad :-( sad :'( <3"),
            ("fine:))) ;)", "fine :))) ;)"),
            ("nice 😀😀 👨‍👩‍👧!", "nice 😀 😀 👨‍👩‍👧 !"),
            ("(part 3:)", "( part 3 : )"),
            ("note:(below)", "note : ( below )"),
            ("cast: Drew", "cast : Drew"),
        ],
    );
    check(forms, &[("❤️ :-D", "❤ :-d")]);
}

#[test]
fn the_treebanks_escapes_are_read_and_kept_whole() {
    check(
        split,
        &[
            ("-LRB- actor\\/singer -RRB- \\*\\*\\* \\/", "-LRB- actor\\/singer -RRB- \\*\\*\\* \\/"),
            ("`` A '' ` b ' 's n't 're -- ... ?!?", "`` A '' ` b ' 's n't 're -- ... ?!?"),
            ("but no. .", "but no. ."),
        ],
    );
    check(forms, &[("-LRB- A\\/b -RRB- -lsb- \\*\\* \\/", "( a/b ) [ ** /")]);
}

#[test]
fn other_scripts_are_split_at_their_own_marks() {
    check(
        split,
        &[
            ("Фильм плохой, очень!", "Фильм плохой , очень !"),
            ("他很好。我喜欢！", "他 很 好 。 我 喜 欢 ！"),
            ("فيلم رائع؟ نعم", "فيلم رائع ؟ نعم"),
            ("हिंदी में।", "हिंदी में ।"),
            ("Ελλάδα και", "Ελλάδα και"),
        ],
    );
    check(forms, &[("好。！", "好 . !"), ("ＡＢ１（ｃ）", "ab1 ( c )"), ("ΟΔΟΣ", "οδος")]);
}

#[test]
fn a_decomposed_accent_finds_the_composed_word() {
    assert_eq!(forms("Cliche\u{301}"), "cliché");
    assert_eq!(forms("soft\u{AD}en"), "soften");
}

#[test]
fn references_of_html_are_read_as_their_characters() {
    check(
        split,
        &[
            ("It&#39;s &quot;good&quot; &amp; fun", "It &#39;s &quot; good &quot; &amp; fun"),
            ("R&amp;B, don&rsquo;t&nbsp;go&hellip;", "R&amp;B , do n&rsquo;t go &hellip;"),
            ("I &lt;3 it", "I &lt;3 it"),
            ("AT&T; &unknown; &", "AT&T ; & unknown ; &"),
        ],
    );
    check(
        forms,
        &[
            ("It&#39;s &quot;good&quot; &amp; fun", "it 's `` good '' & fun"),
            ("R&amp;B clich&eacute; &#x1F600;", "r&b cliché 😀"),
            ("é &quot;x&quot;", "é `` x ''"),
        ],
    );
    assert_eq!(normalise("&amp;"), "&amp;", "a word of a vectors file stays what it is");
    let text = "a &amp; b";
    assert_eq!(tokenize(text)[1].span, 2..7);
}

#[test]
fn invisible_characters_make_no_tokens() {
    assert!(tokenize(" \t\r\n\0\u{FEFF}\u{200B}\u{200E}\u{FE0F}").is_empty());
    assert_eq!(split("a\0b\u{FEFF}c"), "a b c");
}

#[test]
fn spans_are_bytes_of_the_text_as_typed() {
    let text = "é “x”";
    let spans: Vec<_> = tokenize(text).into_iter().map(|t| t.span).collect();
    assert_eq!(spans, [0..2, 3..6, 6..7, 7..10]);
}

#[test]
fn a_word_that_is_a_token_already_is_not_split_again() {
    for (word, form) in [
        ("-LRB-", "("),
        ("``", "``"),
        ("Actor\\/singer", "actor/singer"),
        ("cannot", "cannot"),
        ("no.", "no."),
        ("2\u{A0}1\\/2", "2\u{A0}1/2"),
        ("", ""),
    ] {
        assert_eq!(normalise(word), form, "{word:?}");
    }
}
