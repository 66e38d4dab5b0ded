//! Punctuation: quotes and their direction, dashes, ellipses, escapes, signs.

use std::ops::Range;

use super::emoticon::{emoticon, run};
use super::lexicon;
use super::tokenize::Scanner;

impl Scanner<'_> {
    pub(super) fn mark(&mut self, i: usize) -> usize {
        let face = emoticon(&self.units[..self.to], i);
        if face > 0 {
            return self.emit_text(i..i + face);
        }
        match self.ch(i) {
            '\'' | '‘' | '`' => self.apostrophe(i),
            '"' => self.double_quote(i),
            '“' => self.open_quote(i..i + 1),
            '”' => self.close_quote(i..i + 1),
            '.' => self.period(i),
            '…' => self.emit_as(i..i + 1, "..."),
            '。' => self.emit_as(i..i + 1, "."),
            '–' | '—' => self.emit_as(i..i + self.run(i), "--"),
            '-' => self.hyphen(i),
            '?' | '!' => self.shout(i),
            '\\' => self.escape(i),
            '*' | '_' | '=' | '~' | '^' | '|' | '+' | '#' => self.emit(i..i + self.run(i)),
            _ => self.emit(i..i + 1),
        }
    }

    fn run(&self, i: usize) -> usize {
        run(&self.units[..self.to], i)
    }

    /// A token whose form is its text, since every character of it matters.
    fn emit_text(&mut self, range: Range<usize>) -> usize {
        let form: String = self.units[range.clone()].iter().map(|u| u.ch).collect();
        self.emit_as(range, form.to_lowercase())
    }

    /// A single quote at the beginning of a token: clitic, elided word, or one of four kinds of quotation mark.
    fn apostrophe(&mut self, i: usize) -> usize {
        let typed = self.ch(i);
        if typed != '‘' && self.ch(i + 1) == typed {
            return if typed == '`' { self.open_quote(i..i + 2) } else { self.two_apostrophes(i) };
        }
        const LONGEST: usize = 6;
        let len = (i + 1..=i + 1 + LONGEST).take_while(|&k| self.is_word(k)).count();
        let end = i + 1 + len;
        let letters = if len > LONGEST { String::new() } else { self.lower(i + 1..end) };
        let attached = self.is_attached(i);
        let closes_here = !self.is_apostrophe(end) || attached;
        let is_alone = !attached && self.get(end).is_none();
        if typed == '\'' && closes_here && (lexicon::is_clitic(&letters) || (letters == "t" && is_alone)) {
            return self.emit(i..end);
        }
        if typed != '`' && !(attached && self.is_word(i - 1)) {
            let is_decade =
                matches!(letters.as_bytes(), [a, b] | [a, b, b's'] if a.is_ascii_digit() && b.is_ascii_digit());
            if is_decade && closes_here {
                return self.emit(i..end);
            }
            if lexicon::is_elision(&letters) {
                if letters == "n" && self.is_apostrophe(end) {
                    return self.emit(i..end + 1);
                }
                if lexicon::fixed_cut(&self.lower(i..end)).is_some() {
                    self.emit_word(i..end);
                    return end;
                }
                if closes_here {
                    return self.emit(i..end);
                }
            }
        }
        let opens = match typed {
            '\'' => self.opens(i, i + 1),
            _ => true,
        };
        self.emit_as(i..i + 1, if opens { "`" } else { "'" })
    }

    fn two_apostrophes(&mut self, i: usize) -> usize {
        if self.opens(i, i + 2) { self.open_quote(i..i + 2) } else { self.close_quote(i..i + 2) }
    }

    fn double_quote(&mut self, i: usize) -> usize {
        let isolated = !self.is_attached(i) && self.get(i + 1).is_none();
        // Between words without a space, or alone between spaces, only the count can tell.
        let between = self.is_attached(i)
            && (self.units[i - 1].is_word() || matches!(self.units[i - 1].ch, '.' | ',' | '!' | '?' | ';' | ':'))
            && self.is_word(i + 1);
        let opens = if isolated || between { !self.quote_open } else { self.opens(i, i + 1) };
        if opens { self.open_quote(i..i + 1) } else { self.close_quote(i..i + 1) }
    }

    /// Whether a quotation mark at `i..end` opens: something follows, and a space, a bracket, a dash or another
    /// opening mark stands before it.
    fn opens(&self, i: usize, end: usize) -> bool {
        let before = if self.is_attached(i) { self.units[i - 1].ch } else { ' ' };
        let is_opener = match before {
            '(' | '[' | '{' | '<' | '“' | '‘' | '`' | '—' | '–' | '/' | '=' => true,
            '-' => i >= 2 && self.units[i - 2].ch == '-',
            // Inside a quote that opened just before: "'Yes,' he said".
            '\'' | '"' => self.tokens.last().is_some_and(|t| matches!(t.form.as_str(), "``" | "`")),
            c => c == ' ',
        };
        is_opener && self.get(end).is_some()
    }

    fn open_quote(&mut self, range: Range<usize>) -> usize {
        self.quote_open = true;
        self.emit_as(range, "``")
    }

    fn close_quote(&mut self, range: Range<usize>) -> usize {
        self.quote_open = false;
        self.emit_as(range, "''")
    }

    fn period(&mut self, i: usize) -> usize {
        match self.run(i) {
            1 if self.is_digit(i + 1) && !(self.is_attached(i) && self.units[i - 1].is_word()) => self.word(i, i + 1),
            1 => self.emit(i..i + 1),
            len => self.emit_as(i..i + len, "..."),
        }
    }

    fn hyphen(&mut self, i: usize) -> usize {
        const BRACKETS: [(&str, &str); 6] =
            [("lrb", "("), ("rrb", ")"), ("lsb", "["), ("rsb", "]"), ("lcb", "{"), ("rcb", "}")];
        if self.ch(i + 4) == '-' && !self.is_word(i + 5) && self.get(i + 4).is_some() {
            let name = self.lower(i + 1..i + 4);
            if let Some((_, form)) = BRACKETS.iter().find(|(n, _)| *n == name) {
                return self.emit_as(i..i + 5, *form);
            }
        }
        match self.run(i) {
            1 => self.emit(i..i + 1),
            len => self.emit_as(i..i + len, "--"),
        }
    }

    /// A run of `?` and `!`: "!!!" reads as "!", "?!?" as itself.
    fn shout(&mut self, i: usize) -> usize {
        let first = self.ch(i);
        let len = (i..self.to).take_while(|&k| matches!(self.ch(k), '?' | '!')).count();
        if (i..i + len).all(|k| self.ch(k) == first) { self.emit_as(i..i + len, first) } else { self.emit(i..i + len) }
    }

    /// The treebank's `\/` and `\*\*\*`, or a lone backslash.
    fn escape(&mut self, i: usize) -> usize {
        let mut end = i;
        while self.ch(end) == '\\' && self.ch(end + 1) == '*' {
            end += 2;
        }
        if end == i && self.ch(i + 1) == '/' {
            end = i + 2;
        }
        self.emit(i..end.max(i + 1))
    }
}
