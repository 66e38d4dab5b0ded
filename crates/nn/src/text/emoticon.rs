//! Faces made of punctuation: `:)`, `;-(`, `:'(`, `:D`, `<3`.

use super::units::{Kind, Unit};

/// The number of units of the emoticon that begins at `units[i]`, or 0.
///
/// A face counts only where a person would see one: not in the middle of other signs and letters, so that the colon
/// in `10:30` and the one in `note:(see below)` stay punctuation.
pub(super) fn emoticon(units: &[Unit], i: usize) -> usize {
    let at = |k: usize| units.get(k).filter(|u| u.kind != Kind::Blank).map_or('\0', |u| u.ch);
    let detached = i == 0 || units[i - 1].kind == Kind::Blank;
    let after_word = !detached && matches!(units[i - 1].kind, Kind::Letter | Kind::Symbol);
    let after_mark = !detached && matches!(at(i - 1), '.' | '!' | '?' | '…' | '”' | '"');
    if !(detached || after_word || after_mark) {
        return 0;
    }
    let (len, needs_space) = match (at(i), at(i + 1), at(i + 2)) {
        ('<', '3', _) => (2, false),
        ('<', '/', '3') => (3, false),
        ('^', '_' | '-', '^') | ('-', '_', '-') => (3, true),
        (':' | ';' | '=', _, _) => {
            // A nose, or a tear: ":'(".
            let nose = usize::from(matches!(at(i + 1), '-' | '\'' | '^') && at(i) != '=');
            let mouth = at(i + 1 + nose);
            match mouth {
                ')' | '(' => (1 + nose + run(units, i + 1 + nose), false),
                'D' | 'P' | 'p' | 'O' | 'o' | '/' | '\\' | '|' | '*' if detached && at(i) != '=' => (2 + nose, true),
                _ => return 0,
            }
        }
        _ => return 0,
    };
    let after = units.get(i + len);
    let ends = match after {
        None => true,
        Some(u) if u.kind == Kind::Blank || u.kind == Kind::Symbol => true,
        Some(u) if needs_space => matches!(u.ch, '.' | '!' | '?' | ','),
        Some(u) => u.kind == Kind::Mark && !matches!(u.ch, '(' | '/' | '\\'),
    };
    if ends { len } else { 0 }
}

/// How often the character of `units[i]` stands there in a row.
pub(super) fn run(units: &[Unit], i: usize) -> usize {
    units[i..].iter().take_while(|u| u.kind == units[i].kind && u.ch == units[i].ch).count()
}
