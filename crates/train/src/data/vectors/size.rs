//! How large a table may be, and whether there is room in its file for what it claims.

use anyhow::{Result, bail};

/// The most words of a file: three times as many as the largest tables have.
const MAX_WORDS: u64 = 10_000_000;
/// The most dimensions of a vector: what a network reads. Reducing them takes memory by their square.
pub(super) const MAX_DIM: u64 = 4096;

/// Refuses a table that is too large, before it is read.
pub(super) fn check_size(words: u64, dim: u64) -> Result<()> {
    for (found, most, what) in [(words, MAX_WORDS, "words"), (dim, MAX_DIM, "dimensions")] {
        if found > most {
            bail!("{} {what} are claimed; at most {} are read", grouped(found), grouped(most));
        }
    }
    Ok(())
}

/// Why so many things of `each` bytes at least are not in the bytes that are left, if they cannot be.
pub(super) fn no_room(count: u64, what: &str, left: u64, each: u64) -> Option<String> {
    let room = left / each;
    (count > room).then(|| {
        let (count, room) = (grouped(count), grouped(room));
        format!("it claims {count} {what}, the file has room for {room} of {each} bytes at least; is it cut off?")
    })
}

/// With a comma after every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |i: usize| i > 0 && (digits.len() - i).is_multiple_of(3);
    digits.char_indices().flat_map(|(i, digit)| comma(i).then_some(',').into_iter().chain([digit])).collect()
}
