//! Sentences of a text, as ranges of its tokens.
//!
//! The tokenizer has already decided which periods belong to abbreviations, initials and numbers, so a sentence ends
//! where a mark that ends sentences is a token of its own. What remains to decide, and what was decided:
//!
//! | after | a sentence ends | and goes on |
//! |---|---|---|
//! | `.` `?` `!` | always, since reviews are typed in lower case too | before `,` `;` `:` `--` or a closing mark |
//! | the same inside quotes or brackets that close | before a capital, a digit or another opening mark | before lower case: `"Wow!" he said` |
//! | `...` | before a capital | before lower case and digits, and where no word of the sentence stands before it |
//! | `U.S.`, `etc.`, `Jr.`, `Jason X.` | before a capitalised function word: `The`, `It`, `But` ... | before anything else |
//! | a number or letter that begins the sentence: `1.`, `A.` | never | always: it numbers what follows |
//! | `Mr.`, `vs.`, `No.` and the like | never | always: they need a word after them |
//! | a blank line | always | |
//! | a line break | before a bullet or a number, and after a short line before a capital | elsewhere: text from mail is wrapped |
//!
//! Marks, emoji and emoticons that follow the end on the same line belong to the sentence that ended. Punkt (Kiss &
//! Strunk 2006) learns abbreviations from a corpus instead; with one short text there is nothing to learn from.

use std::ops::Range;

use super::lexicon;
use super::tokenize::Token;

/// Groups tokens into sentences: ranges of token indices, in order, that together are `0..tokens.len()`.
///
/// `tokens` are those that [`tokenize`](super::tokenize()) found in `text`. No token, no sentence.
#[must_use]
pub fn split_sentences(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let reader = Reader { text, tokens };
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut line_start = 0;
    let mut end = Ending::default();
    for k in 0..tokens.len() {
        end.take(reader.role(k, &end));
        let gap = reader.gap(k);
        let breaks = gap.matches(['\n', '\u{2028}']).count();
        let is_paragraph = breaks > 1 || gap.contains('\u{2029}');
        let line_length = tokens[k].span.end - line_start;
        if breaks > 0 {
            line_start = tokens.get(k + 1).map_or(text.len(), |t| t.span.start);
        }
        let ends = k + 1 == tokens.len()
            || is_paragraph
            || (breaks > 0 && (end.mark.is_some() || reader.begins_item(k + 1, line_length)))
            || reader.ends(&end, start, k);
        if ends {
            sentences.push(start..k + 1);
            start = k + 1;
            end = Ending::default();
        }
    }
    sentences
}

/// What a token does for the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// `.`, `?`, `!` and their runs.
    Full,
    /// `...`
    Ellipsis,
    /// An abbreviation with the only period there is.
    Abbreviation,
    /// A closing quote or bracket.
    Closer,
    /// A sign without letters, which may follow an end: emoji, emoticon, star.
    Sign,
    /// Any other token.
    Word,
}

/// What was seen since the last word.
#[derive(Debug, Default)]
struct Ending {
    /// The strongest mark, if there was one.
    mark: Option<Role>,
    /// Whether a quote or bracket closed after it.
    closed: bool,
    /// Whether any word of the sentence stands before it.
    has_word: bool,
}

impl Ending {
    fn take(&mut self, role: Role) {
        match (role, self.mark) {
            (Role::Full, _) => self.mark = Some(Role::Full),
            (Role::Ellipsis, None | Some(Role::Abbreviation)) => self.mark = Some(Role::Ellipsis),
            (Role::Abbreviation, _) => *self = Self { mark: Some(Role::Abbreviation), closed: false, has_word: true },
            (Role::Closer, Some(_)) => self.closed = true,
            (Role::Word, _) => *self = Self { mark: None, closed: false, has_word: true },
            (Role::Closer | Role::Sign, None) | (Role::Ellipsis | Role::Sign, Some(_)) => {}
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
}

impl Reader<'_> {
    fn typed(&self, k: usize) -> &str {
        self.tokens.get(k).and_then(|t| self.text.get(t.span.clone())).unwrap_or("")
    }

    fn form(&self, k: usize) -> &str {
        self.tokens.get(k).map_or("", |t| t.form.as_str())
    }

    /// The blanks after a token.
    fn gap(&self, k: usize) -> &str {
        let end = self.tokens.get(k + 1).map_or(self.text.len(), |t| t.span.start);
        self.text.get(self.tokens[k].span.end..end).unwrap_or("")
    }

    fn role(&self, k: usize, before: &Ending) -> Role {
        let form = self.form(k);
        match form {
            "." => Role::Full,
            "..." => Role::Ellipsis,
            "''" | ")" | "]" | "}" => Role::Closer,
            "'" if before.mark.is_some() => Role::Closer,
            _ if form.bytes().all(|b| matches!(b, b'?' | b'!')) => Role::Full,
            _ if form.ends_with('.') => Role::Abbreviation,
            _ if before.mark.is_some() && is_sign(form) => Role::Sign,
            _ => Role::Word,
        }
    }

    /// Whether the sentence `start..=k` ends before token `k + 1`, which stands on the same line or continues it.
    fn ends(&self, end: &Ending, start: usize, k: usize) -> bool {
        let Some(mark) = end.mark else { return false };
        let next = self.form(k + 1);
        let follows_on = matches!(next, "," | ";" | ":" | "--" | "''" | "'" | ")" | "]" | "}" | "." | "-")
            || (next == "..." && (mark != Role::Full || self.gap(k).is_empty()))
            || next.starts_with(['?', '!'])
            || is_sign(next);
        if follows_on {
            return false;
        }
        match mark {
            Role::Full if end.closed => !self.begins_in(k + 1, char::is_lowercase),
            Role::Full => !self.is_list_number(start, k),
            Role::Ellipsis => end.has_word && self.begins_in(k + 1, |c| c.is_alphabetic() && !c.is_lowercase()),
            Role::Abbreviation => {
                !self.is_list_letter(start)
                    && !self.form(k).strip_suffix('.').is_some_and(lexicon::needs_more)
                    && self.begins_in(k + 1, char::is_uppercase)
                    && !next.ends_with('.')
                    && lexicon::is_sentence_starter(self.form(self.skip_openers(k + 1)))
            }
            Role::Closer | Role::Sign | Role::Word => false,
        }
    }

    /// Whether the first word from token `k` on begins with such a character.
    fn begins_in(&self, k: usize, class: impl Fn(char) -> bool) -> bool {
        self.typed(self.skip_openers(k)).chars().next().is_some_and(class)
    }

    /// At most two opening marks are looked past: a quote inside a bracket.
    fn skip_openers(&self, k: usize) -> usize {
        (k..k + 2).find(|&i| !matches!(self.form(i), "``" | "`" | "(" | "[" | "{")).unwrap_or(k + 2)
    }

    /// Whether `start..=k` is no more than a number and its period.
    fn is_list_number(&self, start: usize, k: usize) -> bool {
        k == start + 1
            && self.form(k) == "."
            && self.tokens[start].span.end == self.tokens[k].span.start
            && is_short_number(self.form(start))
    }

    /// Whether a sentence begins with a single letter and its period: it numbers what follows, or is an initial.
    fn is_list_letter(&self, start: usize) -> bool {
        self.form(start).strip_suffix('.').is_some_and(|letter| letter.chars().count() == 1)
    }

    /// Whether the line that begins with token `k`, after a line of so many bytes, is a new item.
    fn begins_item(&self, k: usize, previous_line: usize) -> bool {
        /// Shorter lines were not wrapped by a program but ended by a person.
        const SHORT_LINE: usize = 45;
        let bullet =
            matches!(self.form(k), "-" | "*" | "•" | "·" | "--" | "+" | "+/-" | "◦" | "‣") && k + 1 < self.tokens.len();
        let number = is_short_number(self.form(k)) && matches!(self.form(k + 1), "." | ")");
        let opens = previous_line < SHORT_LINE && self.begins_in(k, |c| c.is_uppercase());
        let unfinished = matches!(self.form(k - 1), "," | ";" | "(" | "--" | "-" | "``" | "`");
        bullet || number || (opens && !unfinished)
    }
}

fn is_short_number(form: &str) -> bool {
    form.len() <= 2 && form.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a form has no letter or digit and none of the marks that open or join.
fn is_sign(form: &str) -> bool {
    let is_face = form.len() > 1 && form.starts_with([':', ';', '=', '<', '^']);
    let is_picture = form.chars().all(|c| !c.is_alphanumeric() && !c.is_ascii());
    let is_stars = form.bytes().all(|b| b == b'*');
    !form.is_empty() && (is_face || is_picture || is_stars)
}
