//! Words and numbers: where they end, which periods are theirs, where their clitics begin.

use std::ops::Range;

use super::emoticon::run;
use super::lexicon::{self, Abbreviation};
use super::tokenize::Scanner;
use super::units::{Kind, Unit};

impl Scanner<'_> {
    /// Reads the word that begins at `start` and whose characters before `from` are known to be part of it.
    pub(super) fn word(&mut self, start: usize, from: usize) -> usize {
        let mut end = self.word_end(start, from);
        while self.ch(end) == '.' && self.ch(end + 1) != '.' && self.keeps_period(start, end) {
            end += 1;
            // "U.S.-based" and "U.S./U.K." go on; "J.K.Rowling" does not.
            if self.is_kind(end, Kind::Mark) && matches!(self.ch(end), '-' | '/' | '\\') && self.joint(start, end) > 0 {
                end = self.word_end(start, end);
            } else {
                break;
            }
        }
        if self.owns_trailing_mark(start, end) {
            return self.emit(start..end + 1);
        }
        self.emit_word(start..end);
        end
    }

    fn word_end(&self, start: usize, from: usize) -> usize {
        let mut end = from;
        while let Some(unit) = self.get(end) {
            end += match unit.kind {
                Kind::Letter | Kind::Digit => 1,
                Kind::Mark if end > start => match self.joint(start, end) {
                    0 => break,
                    len => len,
                },
                _ => break,
            };
        }
        end
    }

    /// How many marks at `i` join what stands before them in the word from `start` with what comes after; 0 if none do.
    fn joint(&self, start: usize, i: usize) -> usize {
        let joins = match self.ch(i) {
            '\'' | '‘' | '`' => {
                self.is_kind(i + 1, Kind::Letter)
                    || (self.is_digit(i - 1) && self.is_digit(i + 1) && self.ch(i) == '\'')
            }
            '-' => self.is_word(i + 1),
            ',' | ':' | '–' => self.is_digit(i - 1) && self.is_digit(i + 1),
            '/' => self.is_word(i + 1),
            '\\' if self.ch(i + 1) == '/' && self.is_word(i + 2) => return 2,
            '&' => self.is_kind(i - 1, Kind::Letter) && self.is_kind(i + 1, Kind::Letter),
            '·' | '‧' | '׳' | '״' => self.is_kind(i + 1, Kind::Letter),
            '.' => self.is_inner_period(start, i),
            sign @ ('*' | '_') => {
                let len = run(&self.units[..self.to], i);
                let letters = self.is_kind(i - 1, Kind::Letter) && self.is_kind(i + len, Kind::Letter);
                return if letters || (sign == '_' && self.is_word(i + len)) { len } else { 0 };
            }
            _ => false,
        };
        usize::from(joins)
    }

    pub(super) fn is_digit(&self, i: usize) -> bool {
        self.is_kind(i, Kind::Digit)
    }

    /// Whether a period inside a run of characters is part of a word: a number, initials, or the name of a site.
    fn is_inner_period(&self, start: usize, i: usize) -> bool {
        if !self.is_word(i + 1) {
            return false;
        }
        let right_single = !self.is_word(i + 2);
        let left_single = i - start == 1 || !self.is_word(i - 2);
        if self.is_digit(i - 1) && self.is_digit(i + 1) {
            return true;
        }
        if left_single && right_single {
            return self.is_kind(i - 1, Kind::Letter) && self.is_kind(i + 1, Kind::Letter);
        }
        if right_single && i - start == 2 && self.lower(start..i + 2) == "ph.d" {
            return true;
        }
        const LONGEST_DOMAIN: usize = 4;
        let letters = (i + 1..=i + 1 + LONGEST_DOMAIN).take_while(|&k| self.ch(k).is_ascii_lowercase()).count();
        let ends = !self.is_word(i + 1 + letters);
        let name: String = (i + 1..i + 1 + letters).map(|k| self.ch(k)).collect();
        !left_single && ends && lexicon::is_top_level_domain(&name)
    }

    /// Whether the period at `end` belongs to the word `start..end`.
    fn keeps_period(&self, start: usize, end: usize) -> bool {
        const LONGEST: usize = 12;
        let part = (start..end).rev().take(LONGEST + 1).take_while(|&k| !matches!(self.ch(k), '-' | '/')).count();
        if part > LONGEST || part == 0 {
            return false;
        }
        let part = end - part..end;
        let word = self.lower(part.clone());
        let capital = self.ch(part.start).is_uppercase();
        let next = self.after_blanks(end + 1);
        let initials = part.len() % 2 == 1
            && part
                .clone()
                .enumerate()
                .all(|(k, i)| if k % 2 == 0 { self.is_kind(i, Kind::Letter) } else { self.ch(i) == '.' });
        if initials {
            // A single letter is an initial, in lower case only where a word follows: "philip k. dick", "plan b.".
            return part.len() > 1 || (word != "i" && (capital || next.is_some_and(|n| n.kind == Kind::Letter)));
        }
        let Some(class) = lexicon::abbreviation(&word) else { return false };
        // "And no. ." A period that already stands alone after it can only mean that this one is the word's.
        let is_spaced = self.get(end + 1).is_none();
        if is_spaced && next.is_some_and(|n| n.ch == '.') {
            return true;
        }
        match class {
            Abbreviation::Always => true,
            Abbreviation::BeforeNumber => next.is_some_and(|n| n.kind == Kind::Digit || n.ch == '#'),
            Abbreviation::Title => capital && next.is_some_and(|n| n.ch.is_uppercase()),
            Abbreviation::Place => {
                capital && next.is_some_and(|n| n.ch == ',' || (n.is_word() && !n.ch.is_uppercase()))
            }
            Abbreviation::EtAl => self.tokens.last().is_some_and(|t| t.form == "et"),
        }
    }

    /// The first unit from `i` on that is no blank, if there is one before a line break.
    fn after_blanks(&self, i: usize) -> Option<&Unit> {
        let blanks = self.units[i..].iter().take_while(|u| u.kind == Kind::Blank && u.ch != '\n').count();
        self.units.get(i + blanks).filter(|u| u.kind != Kind::Blank)
    }

    /// "ol'" always, "y'" and "d'" standing alone, and prefixes with a hanging hyphen keep the mark after them.
    fn owns_trailing_mark(&self, start: usize, end: usize) -> bool {
        if end - start > 6 {
            return false;
        }
        let is_last = self.get(end + 1).is_none();
        if self.is_apostrophe(end) {
            let word = self.lower(start..end);
            word == "ol" || (is_last && !self.is_attached(start) && matches!(word.as_str(), "y" | "d"))
        } else {
            self.ch(end) == '-' && is_last && lexicon::is_hanging_prefix(&self.lower(start..end))
        }
    }

    /// Emits a word as its base and its clitics.
    pub(super) fn emit_word(&mut self, word: Range<usize>) {
        let mut cuts = Vec::new();
        let mut base = word.clone();
        while let Some(cut) = self.clitic(&base) {
            cuts.push(cut);
            base.end = cut;
        }
        const LONGEST: usize = 8;
        let mut bare_negation = false;
        // Soft hyphens are units too, but no letters; nobody writes two in a word this short.
        if base.len() <= LONGEST + 2 {
            let letters = self.lower(base.clone());
            if let Some(cut) = lexicon::fixed_cut(&letters) {
                cuts.push(self.after_letters(&base, cut));
            } else if lexicon::is_bare_negation(&letters) {
                cuts.push(self.after_letters(&base, letters.len() - 2));
                bare_negation = true;
            }
        }
        let mut start = word.start;
        for (k, &cut) in cuts.iter().rev().enumerate() {
            if k == 1 && bare_negation {
                self.emit_as(start..cut, "n't");
            } else {
                self.emit(start..cut);
            }
            start = cut;
        }
        if bare_negation && cuts.len() == 1 {
            self.emit_as(start..word.end, "n't");
        } else {
            self.emit(start..word.end);
        }
    }

    /// The place behind the first `count` letters of a word; a soft hyphen is no letter.
    fn after_letters(&self, word: &Range<usize>, count: usize) -> usize {
        let behind = |&end: &usize| self.lower(word.start..end).chars().count() == count;
        word.clone().find(behind).unwrap_or(word.end)
    }

    /// Where the last clitic of a word begins, if it ends in one and is more than that.
    fn clitic(&self, word: &Range<usize>) -> Option<usize> {
        let first = word.end.saturating_sub(3).max(word.start + 1);
        let apostrophe = (first..word.end).rev().find(|&i| self.is_apostrophe(i))?;
        let letters = self.lower(apostrophe + 1..word.end);
        if letters == "t" && apostrophe > word.start + 1 && matches!(self.ch(apostrophe - 1), 'n' | 'N') {
            return Some(apostrophe - 1);
        }
        lexicon::is_clitic(&letters).then_some(apostrophe)
    }
}
