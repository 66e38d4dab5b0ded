//! The normal form of a token: what the vocabulary is asked for.

use super::units::{CLUSTER, SOFT_HYPHEN, Unit, is_blank};

/// Lower case, folded typography, no escapes. `units` are the token's own, `end` is the byte where it ends.
///
/// Never empty: a token that folds to nothing keeps its text.
pub(super) fn normal_form(text: &str, units: &[Unit], end: usize) -> String {
    let Some(first) = units.first() else { return String::new() };
    let mut form = String::with_capacity(end - first.start);
    for (i, unit) in units.iter().enumerate() {
        let next = units.get(i + 1);
        match unit.ch {
            CLUSTER => {
                let cluster = &text[unit.start..next.map_or(end, |n| n.start)];
                // A joiner inside an emoji carries meaning; what only chooses a style of drawing does not.
                form.extend(cluster.chars().filter(|&c| c == '\u{200D}' || c == '\u{200C}' || !is_blank(c)));
            }
            SOFT_HYPHEN => {}
            '\\' if next.is_some_and(|n| matches!(n.ch, '/' | '*')) => {}
            '–' => form.push('-'),
            '‘' | '`' => form.push('\''),
            c => form.push(c),
        }
    }
    let lower = if form.is_ascii() {
        form.make_ascii_lowercase();
        form
    } else {
        form.to_lowercase()
    };
    if lower.is_empty() { text[first.start..end].to_owned() } else { lower }
}
