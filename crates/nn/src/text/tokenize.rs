//! Penn Treebank tokens that remember where they stood.
//!
//! The conventions are those of the Penn Treebank (Marcus, Santorini & Marcinkiewicz 1993; tokenizer script by
//! R. MacIntyre, 1995) in the reading of the Stanford Sentiment Treebank (Socher et al. 2013), because the networks
//! were trained on its tokens. A token is a byte range of the text as typed; nothing is rewritten to find it.
//!
//! # Decisions
//!
//! | text | tokens | why |
//! |---|---|---|
//! | `don't`, `they’ll`, `it's` | `do n't`, `they 'll`, `it 's` | clitics; curly apostrophes are apostrophes |
//! | `cannot`, `'tis`, `y'all` | `can not`, `'t is`, `y' all` | fixed spellings of the Penn rules |
//! | `gonna`, `wanna`, `gotta` | whole | the Penn script cuts them, the Sentiment Treebank does not |
//! | `didnt` | `did nt`, read as `n't` | unambiguous negations typed without an apostrophe keep their *not* |
//! | `"so-so"` | ``` `` so-so '' ``` | straight quotes get a direction from their place; so do `'` and `` ` `` |
//! | `Mr. X., 9.50, 2,500, 10:30` | periods, commas, colons stay | abbreviations, initials, numbers |
//! | `bad.Really bad` | `bad . Really bad` | a forgotten space, unless an address or initials |
//! | `etc.` at the end | whole | one period is one byte range, so it cannot be a token of its own as well |
//! | `well-made`, `and/or`, `R&B` | whole | compounds are words of the treebank |
//! | `self- and`, `B+`, `$9`, `50%`, `#9` | `self - and`, `B +`, `$ 9`, `50 %`, `# 9` | signs are tokens |
//! | `wait...what`, `so--so`, `a—b` | `wait ... what`, `so -- so`, `a — b` | runs of periods and dashes are tokens |
//! | `?!?`, `!!!` | whole; `!!!` is read as `!` | one exclamation, however loud |
//! | `-LRB-`, `\/`, `\*` | whole, inside words too | the treebank's own escapes |
//! | `:-)`, `😀`, `👨‍👩‍👧` | whole | a face is one sign; a grapheme cluster is never cut |
//! | Han, Hiragana | one token per character | no spaces to go by |
//! | `It&#39;s &quot;so&quot;`, `R&amp;B` | as `It's "so"`, `R&B` | references that were left in a text from a page |
//!
//! # Laws
//!
//! Tokens are in order, do not overlap, are not empty, begin and end at grapheme cluster boundaries, and cover every
//! character that is not [blank](super::is_blank), in itself or as part of a reference (`&nbsp;`). Time and memory are linear in the text.

use std::ops::Range;

use super::form::normal_form;
use super::units::{Kind, SOFT_HYPHEN, Unit, units};
use super::web::address;

/// A word, number or sign of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// The bytes of the text it stands for: `&text[token.span.clone()]`.
    pub span: Range<usize>,
    /// What the network reads: lower case, `(` for `-LRB-`, `/` for `\/`, straight Penn quotes (``` `` ```, `''`,
    /// `` ` ``, `'`), `--` for any dash, `...` for any ellipsis. Never empty.
    pub form: String,
}

/// Splits a text into Penn Treebank tokens. See the [module](self) for what that means here.
///
/// Text that is already tokenised, with blanks between the tokens, comes back as its own tokens.
#[must_use]
pub fn tokenize(text: &str) -> Vec<Token> {
    tokens(text, true)
}

fn tokens(text: &str, references: bool) -> Vec<Token> {
    let units = units(text, references);
    let mut scanner = Scanner { text, units: &units, to: 0, tokens: Vec::new(), quote_open: false };
    let last = units.len() - 1;
    let mut i = 0;
    while i < last {
        if units[i].kind == Kind::Blank {
            let blanks = units[i..last].iter().take_while(|u| u.kind == Kind::Blank);
            let (len, lines) = blanks.fold((0, 0), |(n, l), u| (n + 1, l + usize::from(u.ch == '\n')));
            // A quote does not reach over a blank line: a forgotten one must not turn all the later ones.
            scanner.quote_open &= lines < 2;
            i += len;
        } else {
            let len = units[i..last].iter().take_while(|u| u.kind != Kind::Blank).count();
            scanner.chunk(i..i + len);
            i += len;
        }
    }
    scanner.tokens
}

/// The form of a word whose source is tokenised already: a leaf of a treebank, a row of a vectors file.
///
/// What [`tokenize`] says where it finds one token, and otherwise (`cannot`, `no.`) the word in lower case without the
/// treebank's escapes: who split the text had reasons to split it no further. References of HTML are not read: a vectors
/// file that has `&amp;` has `&` too.
#[must_use]
pub fn normalise(word: &str) -> String {
    match tokens(word, false).as_mut_slice() {
        [token] if token.span == (0..word.len()) => std::mem::take(&mut token.form),
        _ => word.to_lowercase().replace("\\/", "/").replace("\\*", "*"),
    }
}

/// The text, and how far it has been read. Words are read in `words.rs`, marks in `marks.rs`.
pub(super) struct Scanner<'t> {
    text: &'t str,
    pub(super) units: &'t [Unit],
    /// Units from here on are out of bounds for the token being read.
    pub(super) to: usize,
    pub(super) tokens: Vec<Token>,
    /// Whether a double quote has been opened and not closed.
    pub(super) quote_open: bool,
}

impl Scanner<'_> {
    /// A run without blanks.
    fn chunk(&mut self, chunk: Range<usize>) {
        match address(self.units, chunk.clone()) {
            Some(found) => {
                self.scan(chunk.start..found.start);
                self.emit(found.clone());
                self.scan(found.end..chunk.end);
            }
            None => self.scan(chunk),
        }
    }

    fn scan(&mut self, range: Range<usize>) {
        self.to = range.end;
        let mut i = range.start;
        while i < range.end {
            i = match self.units[i].kind {
                Kind::Letter | Kind::Digit => self.word(i, i),
                Kind::Mark => self.mark(i),
                Kind::Ideograph | Kind::Symbol | Kind::Blank => self.emit(i..i + 1),
            };
        }
    }

    pub(super) fn get(&self, i: usize) -> Option<&Unit> {
        self.units[..self.to].get(i)
    }

    pub(super) fn ch(&self, i: usize) -> char {
        self.get(i).map_or(' ', |u| u.ch)
    }

    pub(super) fn is_word(&self, i: usize) -> bool {
        self.get(i).is_some_and(|u| u.is_word())
    }

    pub(super) fn is_kind(&self, i: usize, kind: Kind) -> bool {
        self.get(i).is_some_and(|u| u.kind == kind)
    }

    pub(super) fn is_apostrophe(&self, i: usize) -> bool {
        self.get(i).is_some_and(|u| u.is_apostrophe())
    }

    /// Whether a unit that is no blank stands directly before `i`.
    pub(super) fn is_attached(&self, i: usize) -> bool {
        i > 0 && self.units[i - 1].kind != Kind::Blank
    }

    /// Lower-case characters of some units, without soft hyphens.
    pub(super) fn lower(&self, range: Range<usize>) -> String {
        let chars = self.units[range].iter().map(|u| u.ch).filter(|&c| c != SOFT_HYPHEN);
        chars.flat_map(char::to_lowercase).map(|c| if matches!(c, '‘' | '`') { '\'' } else { c }).collect()
    }

    fn byte_span(&self, range: &Range<usize>) -> Range<usize> {
        self.units[range.start].start..self.units[range.end].start
    }

    /// Ends a token whose form follows from its characters; returns where the next one begins.
    pub(super) fn emit(&mut self, range: Range<usize>) -> usize {
        let span = self.byte_span(&range);
        let form = normal_form(self.text, &self.units[range.clone()], span.end);
        self.emit_as(range, form)
    }

    pub(super) fn emit_as(&mut self, range: Range<usize>, form: impl Into<String>) -> usize {
        self.tokens.push(Token { span: self.byte_span(&range), form: form.into() });
        range.end
    }
}
