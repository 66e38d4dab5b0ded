//! Addresses inside a run of characters without blanks.

use std::ops::Range;

use super::units::{Kind, Unit};

/// The first web or mail address in `units[chunk]`, a run without blanks.
///
/// Web addresses begin with a scheme and `://`, or with `www.`; bare names such as `example.com` are words whose
/// inner period the tokenizer keeps. Punctuation that ends the sentence around an address is not part of it. Reads
/// each unit a bounded number of times.
pub(super) fn address(units: &[Unit], chunk: Range<usize>) -> Option<Range<usize>> {
    let u = &units[chunk.clone()];
    let found = url(u).or_else(|| mail(u))?;
    Some(chunk.start + found.start..chunk.start + found.end)
}

fn url(u: &[Unit]) -> Option<Range<usize>> {
    let is = |k: usize, c: char| u.get(k).is_some_and(|u| u.ch.eq_ignore_ascii_case(&c));
    let scheme =
        (1..u.len()).find(|&k| is(k, ':') && is(k + 1, '/') && is(k + 2, '/') && u[k - 1].ch.is_ascii_alphabetic());
    let (start, host) = match scheme {
        Some(colon) => {
            let letters = u[..colon].iter().rev().take_while(|u| u.ch.is_ascii_alphanumeric()).count();
            (colon - letters, colon + 3)
        }
        None => {
            let first = u.iter().position(|u| u.is_word())?;
            if !("www.".chars().enumerate().all(|(k, c)| is(first + k, c))) {
                return None;
            }
            (first, first + 4)
        }
    };
    u.get(host).filter(|u| u.is_word())?;
    let stop = |u: &Unit| matches!(u.ch, '"' | '<' | '>' | '“' | '”' | '。') || u.kind == Kind::Ideograph;
    let mut end = u[host..].iter().position(stop).map_or(u.len(), |k| host + k);
    let has_open = u[start..end].iter().any(|u| u.ch == '(');
    let is_loose = |u: &Unit| match u.ch {
        '.' | ',' | '!' | '?' | ';' | ':' | '\'' | '*' | '_' | '…' | ']' | '}' => true,
        ')' => !has_open,
        _ => false,
    };
    while end > host + 1 && is_loose(&u[end - 1]) {
        end -= 1;
    }
    Some(start..end)
}

fn mail(u: &[Unit]) -> Option<Range<usize>> {
    let at = u.iter().position(|u| u.ch == '@')?;
    let local = u[..at].iter().rev().take_while(|u| u.is_word() || matches!(u.ch, '.' | '_' | '%' | '+' | '-')).count();
    let mut end = at + 1;
    while u.get(end).is_some_and(|u| u.is_word() || matches!(u.ch, '.' | '-')) {
        end += 1;
    }
    while !u[end - 1].is_word() && end > at + 1 {
        end -= 1;
    }
    let start = at - local;
    let has_dot = u[at + 1..end].iter().any(|u| u.ch == '.');
    (local > 0 && u[start].is_word() && has_dot && u[at + 1].is_word()).then_some(start..end)
}
