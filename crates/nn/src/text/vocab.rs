//! The vocabulary: words in rows, and the row of a word.
//!
//! Row `i` is word `i`, and word `i` has the vector in row `i` of the embedding. The words travel as UTF-8 with one
//! word per line, and that very string is also the store: a vocabulary is the string, where each line begins, and an
//! open-addressing table of rows. For `V` words that is the text itself plus 4 bytes per word and 4 per table slot
//! (at most `4 V` slots). A sorted index needs a quarter of the table and no hash, but sorting 27,000 strings takes
//! several times as long as filling a table, and a page waits for it. `HashMap<String, usize>` costs an allocation
//! per word.

use std::fmt;

/// Why a list of words is no vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VocabError {
    /// A row has no word.
    #[error("row {row} is empty; every row must be a word")]
    Empty {
        /// The empty row, from 0.
        row: usize,
    },
    /// Two rows have the same word.
    #[error("row {row} is {word:?}, which row {first} is already; every word must be there once")]
    Duplicate {
        /// The word.
        word: String,
        /// The row that has it first, from 0.
        first: usize,
        /// The row that repeats it.
        row: usize,
    },
    /// A word contains a line break, which separates words.
    #[error("row {row} is {word:?}, which contains a line break; words are separated by line breaks")]
    LineBreak {
        /// The word.
        word: String,
        /// Its row, from 0.
        row: usize,
    },
    /// The bytes are not UTF-8.
    #[error("the words are not UTF-8: the byte at {valid_up_to} begins no character")]
    NotUtf8 {
        /// How many bytes are valid.
        valid_up_to: usize,
    },
    /// More bytes than 32-bit offsets can count.
    #[error("the words take {found} bytes; the limit is {limit}")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
        /// The bytes found.
        found: usize,
    },
}

/// The words that have a vector, and the row of each.
#[derive(Clone)]
pub struct Vocab {
    /// All words, each followed by a line break.
    words: String,
    /// Where each word begins, and the end: `V + 1` entries.
    starts: Vec<u32>,
    /// Rows by hash with linear probing, [`FREE`] where there is none. The length is a power of two.
    index: Vec<u32>,
}

const FREE: u32 = u32::MAX;

/// The rows' 32-bit offsets reach this far.
const MAX_BYTES: usize = u32::MAX as usize - 1;

impl Vocab {
    /// Builds a vocabulary from words in row order.
    ///
    /// # Errors
    /// [`VocabError::Empty`] for an empty word, [`VocabError::Duplicate`] for one that is there twice,
    /// [`VocabError::LineBreak`] for one with `\n` or `\r` in it, [`VocabError::TooLarge`] beyond 4 GiB.
    pub fn new<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Result<Self, VocabError> {
        let mut joined = String::new();
        for (row, word) in words.into_iter().enumerate() {
            let word = word.as_ref();
            if word.contains('\n') {
                return Err(VocabError::LineBreak { word: word.to_owned(), row });
            }
            joined.push_str(word);
            joined.push('\n');
        }
        Self::from_lines(joined)
    }

    /// Reads words from UTF-8, one per line. The last line may end in a line break or not; no bytes are no words.
    ///
    /// # Errors
    /// [`VocabError::NotUtf8`], and what [`Vocab::new`] refuses. A Windows line end is a [`VocabError::LineBreak`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VocabError> {
        let text = std::str::from_utf8(bytes).map_err(|e| VocabError::NotUtf8 { valid_up_to: e.valid_up_to() })?;
        let mut lines = String::with_capacity(text.len() + 1);
        lines.push_str(text);
        if !text.is_empty() && !text.ends_with('\n') {
            lines.push('\n');
        }
        Self::from_lines(lines)
    }

    /// The words as UTF-8, joined by line breaks: what [`Vocab::from_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.words.strip_suffix('\n').unwrap_or(&self.words).as_bytes().to_vec()
    }

    /// `lines` is empty or ends in a line break.
    fn from_lines(lines: String) -> Result<Self, VocabError> {
        if lines.len() > MAX_BYTES {
            return Err(VocabError::TooLarge { limit: MAX_BYTES, found: lines.len() });
        }
        let count = lines.bytes().filter(|&b| b == b'\n').count();
        let mut starts = Vec::with_capacity(count + 1);
        starts.push(0);
        // At most half full, so that a probe sequence is one or two steps.
        let slots = (count * 2).next_power_of_two();
        let mut vocab = Self { words: lines, starts, index: vec![FREE; slots] };
        let mut start = 0;
        for row in 0..count {
            let rest = &vocab.words[start..];
            let word = &rest[..rest.find('\n').unwrap_or(rest.len())];
            if word.is_empty() {
                return Err(VocabError::Empty { row });
            }
            if word.contains('\r') {
                return Err(VocabError::LineBreak { word: word.to_owned(), row });
            }
            let end = start + word.len() + 1;
            let slot = match vocab.probe(word) {
                Ok(first) => return Err(VocabError::Duplicate { word: word.to_owned(), first, row }),
                Err(slot) => slot,
            };
            vocab.index[slot] = row as u32;
            vocab.starts.push(end as u32);
            start = end;
        }
        Ok(vocab)
    }

    /// Number of words, `V`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The word of a row, or `None` past the last.
    #[must_use]
    pub fn word(&self, row: usize) -> Option<&str> {
        (row < self.len()).then(|| self.slice(row))
    }

    /// All words in row order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|row| self.slice(row))
    }

    /// The row of exactly this word.
    #[must_use]
    pub fn get_exact(&self, word: &str) -> Option<usize> {
        self.probe(word).ok()
    }

    /// The row that a token's form reads, or `None` for a word without a vector.
    ///
    /// The first of these that is in the vocabulary:
    ///
    /// 1. the form itself;
    /// 2. the form in lower case;
    /// 3. another spelling of the same sign. Vocabularies differ in how they write brackets (`(` or `-LRB-`, in
    ///    either case), quotes (``` `` ``` and `''`, or `"`; `` ` `` or `'`), an escaped slash or star (`\/`, `\*`),
    ///    an ellipsis (`...` or `…`), a dash (`--` or `—`), and few know a run of marks such as `?!?!`, which is
    ///    then read as one `?` (or `!` where there is no question mark in it).
    ///
    /// Never a *similar* word: no stemming, no cutting of compounds at the hyphen. Who sees a word marked as unknown
    /// must be able to rely on it that nothing was read in its place, and the other way round.
    #[must_use]
    pub fn get(&self, form: &str) -> Option<usize> {
        if let Some(row) = self.get_exact(form) {
            return Some(row);
        }
        let lower = form.to_lowercase();
        if lower != form
            && let Some(row) = self.get_exact(&lower)
        {
            return Some(row);
        }
        let variants: &[&str] = match lower.as_str() {
            "(" | "-lrb-" => &["(", "-lrb-", "-LRB-"],
            ")" | "-rrb-" => &[")", "-rrb-", "-RRB-"],
            "[" | "-lsb-" => &["[", "-lsb-", "-LSB-"],
            "]" | "-rsb-" => &["]", "-rsb-", "-RSB-"],
            "{" | "-lcb-" => &["{", "-lcb-", "-LCB-"],
            "}" | "-rcb-" => &["}", "-rcb-", "-RCB-"],
            "``" => &["\"", "“"],
            "''" => &["\"", "”"],
            "\"" => &["''", "``"],
            "`" => &["'", "‘"],
            "'" => &["’"],
            "..." => &["…"],
            "…" => &["..."],
            "--" => &["—", "–", "-"],
            "—" | "–" => &["--", "-"],
            run if run.len() > 1 && run.bytes().all(|b| matches!(b, b'?' | b'!')) => {
                if run.contains('?') {
                    &["?"]
                } else {
                    &["!"]
                }
            }
            word if word.contains(['/', '*', '\\']) => return self.get_escaped(word),
            _ => return None,
        };
        variants.iter().find_map(|word| self.get_exact(word))
    }

    /// A word with slashes or stars, with the treebank's escapes added, or removed.
    fn get_escaped(&self, word: &str) -> Option<usize> {
        let plain = word.replace("\\/", "/").replace("\\*", "*");
        self.get_exact(&plain).or_else(|| self.get_exact(&plain.replace('/', "\\/").replace('*', "\\*")))
    }

    fn slice(&self, row: usize) -> &str {
        &self.words[self.starts[row] as usize..self.starts[row + 1] as usize - 1]
    }

    /// The row of a word, or the free slot where it would go.
    fn probe(&self, word: &str) -> Result<usize, usize> {
        let mask = self.index.len() - 1;
        let mut slot = hash(word) as usize & mask;
        loop {
            match self.index[slot] {
                FREE => return Err(slot),
                row if self.slice(row as usize) == word => return Ok(row as usize),
                _ => slot = (slot + 1) & mask,
            }
        }
    }
}

impl fmt::Debug for Vocab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vocab").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl PartialEq for Vocab {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for Vocab {}

/// FNV-1a with 32 bits, its high half folded into the low one: the same on every platform, and quick on short words.
fn hash(word: &str) -> u32 {
    let h = word.bytes().fold(0x811C_9DC5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    h ^ (h >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv_1a_has_its_published_offset() {
        assert_eq!(hash(""), 0x811C_9DC5 ^ (0x811C_9DC5 >> 15));
    }

    #[test]
    fn the_table_is_never_more_than_half_full() {
        for count in [0, 1, 2, 3, 100, 1000] {
            let vocab = Vocab::new((0..count).map(|i| i.to_string())).unwrap();
            assert!(vocab.index.len() >= 2 * count && vocab.index.len().is_power_of_two());
            assert!(vocab.index.contains(&FREE), "a probe must end");
        }
    }
}
