//! The tokenizer's word lists. All entries are lower case; comparisons fold case first.

/// What a period after a known abbreviation depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Never an ordinary word: the period always belongs to it.
    Always,
    /// Also a word or a name's beginning: an abbreviation only before a number ("No. 1").
    BeforeNumber,
    /// Also a word: an abbreviation only when capitalised and before a capital ("Rep. Smith").
    Title,
    /// Also a word: an abbreviation only when capitalised and before anything but a capital ("Wash., where").
    Place,
    /// Only after "et".
    EtAl,
}

/// The class of an abbreviation, written without its final period.
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    Some(match word {
        "mr" | "mrs" | "ms" | "mx" | "messrs" | "dr" | "prof" | "st" | "sr" | "jr" | "gov" | "lt" | "col" | "sgt"
        | "capt" | "cmdr" | "vs" | "etc" | "inc" | "ltd" | "corp" | "co" | "bros" | "mt" | "ft" | "feb" | "aug"
        | "sept" | "oct" | "nov" | "dec" | "approx" | "dept" | "cf" | "viz" | "ave" | "blvd" | "ph.d" => {
            Abbreviation::Always
        }
        "no" | "nos" | "vol" | "pp" | "fig" | "op" | "ep" => Abbreviation::BeforeNumber,
        "rep" | "rev" | "sen" | "gen" | "pres" | "hon" => Abbreviation::Title,
        "wash" | "pa" | "mass" | "calif" | "conn" | "jan" => Abbreviation::Place,
        "al" => Abbreviation::EtAl,
        _ => return None,
    })
}

/// Whether an abbreviation, written without its final period, always needs a word after it, so that it ends no
/// sentence: titles, and words that join.
pub(super) fn needs_more(word: &str) -> bool {
    matches!(
        word,
        "mr" | "mrs"
            | "ms"
            | "mx"
            | "messrs"
            | "dr"
            | "prof"
            | "gov"
            | "lt"
            | "col"
            | "sgt"
            | "capt"
            | "cmdr"
            | "rep"
            | "rev"
            | "sen"
            | "gen"
            | "pres"
            | "hon"
            | "vs"
            | "approx"
            | "cf"
            | "viz"
            | "no"
            | "nos"
            | "vol"
            | "pp"
            | "fig"
            | "op"
            | "ep"
            | "mt"
            | "ft"
            | "e.g"
            | "i.e"
    )
}

/// Where a word that the treebank writes as two tokens is cut: the length of its first part, in characters.
///
/// Fixed spellings only. *gonna*, *wanna*, *gotta*, *gimme* and *lemme* are not here: the original Penn rules cut
/// them, the Sentiment Treebank does not, and the word vectors know the whole words but not *gon*.
pub(super) fn fixed_cut(word: &str) -> Option<usize> {
    Some(match word {
        "cannot" => 3,
        "y'all" | "d'ye" | "'tis" | "'twas" => 2,
        "more'n" => 4,
        _ => return None,
    })
}

/// Whether a word is a negated verb typed without its apostrophe, so that its last two letters stand for *n't*.
///
/// *wont* and *cant* are words of their own and stay whole.
pub(super) fn is_bare_negation(word: &str) -> bool {
    matches!(
        word,
        "dont"
            | "doesnt"
            | "didnt"
            | "isnt"
            | "arent"
            | "wasnt"
            | "werent"
            | "wouldnt"
            | "couldnt"
            | "shouldnt"
            | "hasnt"
            | "havent"
            | "hadnt"
            | "aint"
    )
}

/// Whether the letters after an apostrophe are a clitic that is a token of its own. *n't* is handled apart.
pub(super) fn is_clitic(letters: &str) -> bool {
    matches!(letters, "s" | "m" | "d" | "re" | "ve" | "ll")
}

/// Whether a word that begins with an apostrophe owns it, given the letters after it.
pub(super) fn is_elision(letters: &str) -> bool {
    matches!(letters, "em" | "n" | "til" | "tis" | "twas" | "cause" | "bout" | "cuz" | "nuff")
}

/// Whether a prefix may stand alone with a hanging hyphen ("anti- and pro-war").
pub(super) fn is_hanging_prefix(word: &str) -> bool {
    matches!(word, "anti" | "multi" | "neo" | "non" | "post" | "pre" | "pro" | "pseudo" | "quasi" | "semi")
}

/// Whether a lower-case word after a period makes the whole an address and not two sentences.
pub(super) fn is_top_level_domain(word: &str) -> bool {
    matches!(word, "com" | "org" | "net" | "edu" | "gov" | "info" | "co" | "uk" | "de" | "fr" | "eu" | "io" | "tv")
}

/// Whether a capitalised word is a likely first word, so that the abbreviation before it also ended a sentence.
pub(super) fn is_sentence_starter(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "this"
            | "that"
            | "these"
            | "those"
            | "it"
            | "i"
            | "he"
            | "she"
            | "they"
            | "we"
            | "you"
            | "a"
            | "an"
            | "but"
            | "and"
            | "if"
            | "in"
            | "there"
            | "what"
            | "when"
            | "while"
            | "not"
            | "my"
            | "his"
            | "her"
            | "its"
            | "their"
            | "our"
            | "for"
            | "with"
            | "as"
            | "so"
            | "no"
            | "however"
            | "still"
            | "yet"
            | "even"
    )
}
