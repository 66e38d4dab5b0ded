//! The texts of a file: one on each line, a row of a table, or a tree. The file stays as it is; what is kept of a text is
//! where it begins. Texts are looked for a slice at a time, so that whoever waits can stop.

use std::borrow::Cow;

use wordlight_explain::{Error, Result};

use super::file::{check, not_text, refuse};
use super::rows::{Table, excerpt};
use super::trees::trees;
use crate::catalogue::ChoiceSpec;

/// The most texts of a file.
pub(super) const MAX_TEXTS: usize = 500_000;
/// Bytes that are looked through at once.
const SLICE: usize = 1 << 18;

/// The texts of a file.
#[derive(Debug)]
pub(super) struct Texts {
    /// The file's name.
    name: String,
    kind: Kind,
    /// Whether all have been found.
    complete: bool,
}

#[derive(Debug)]
enum Kind {
    Lines(Lines),
    Table(Box<Table>),
    /// Sentences as they are typed, with their true classes.
    Trees(Vec<String>, Vec<u8>),
}

/// A text on each line; blank lines do not count.
#[derive(Debug)]
struct Lines {
    file: String,
    /// `'\r'` where no line ends otherwise.
    end: char,
    /// Where each text begins.
    starts: Vec<u32>,
    /// Where the next line begins.
    next: usize,
}

impl Lines {
    fn line(&self, start: usize) -> &str {
        let rest = &self.file[start..];
        rest.find(self.end).map_or(rest, |end| &rest[..end])
    }

    /// Looks at the next line, whether it is blank or not; false at the end.
    fn find(&mut self) -> bool {
        if self.next >= self.file.len() {
            return false;
        }
        let (start, length) = (self.next, self.line(self.next).len());
        if !self.file[start..start + length].trim().is_empty() {
            self.starts.push(start as u32);
        }
        self.next = start + length + 1;
        true
    }
}

impl Texts {
    /// Opens a file: a table where its name ends in `.csv` or `.tsv`, trees where every line is one, else a text per line.
    /// The first texts are found at once; all of them where there may be too many, so that such a file is refused here, while
    /// whoever asks still has another list.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a file that is too large, not in UTF-8, no table although it is called one, without text, or
    /// with too many.
    pub(super) fn open(name: &str, bytes: Vec<u8>) -> Result<Self> {
        let mark = check(name, &bytes)?;
        if bytes[mark..].trim_ascii_start().starts_with(b"(")
            && let Ok(trees) = Self::trees(name, &bytes)
        {
            return Ok(trees);
        }
        // No text is without an end but the last.
        let few = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).take(MAX_TEXTS).count() < MAX_TEXTS;
        let lower = name.to_lowercase();
        let kind = match lower.ends_with(".csv") || lower.ends_with(".tsv") {
            true => Kind::Table(Box::new(Table::open(name, bytes)?)),
            false => {
                let file = String::from_utf8(bytes).map_err(|e| not_text(name, e.utf8_error().valid_up_to()))?;
                let end = if file.contains('\n') { '\n' } else { '\r' };
                Kind::Lines(Lines { file, end, starts: Vec::new(), next: mark })
            }
        };
        let mut texts = Self { name: name.to_owned(), kind, complete: false };
        texts.find()?;
        while !texts.complete && (texts.total() == 0 || !few) {
            texts.find()?;
        }
        match texts.total() {
            0 => Err(refuse(name, "at least one line of text", "empty".to_owned())),
            _ => Ok(texts),
        }
    }

    /// Opens a file of the treebank: a tree per line, `(3 (2 So) (4 good))`.
    ///
    /// # Errors
    /// As [`Self::open`], and [`Error::Parameter`] naming the first line that is no tree.
    pub(super) fn trees(name: &str, bytes: &[u8]) -> Result<Self> {
        let mark = check(name, bytes)?;
        let text = std::str::from_utf8(bytes).map_err(|e| not_text(name, e.valid_up_to()))?;
        let (rows, truth) = trees(name, &text[mark..])?;
        match rows.len() {
            0 => Err(refuse(name, "a tree on each line", "empty".to_owned())),
            more if more > MAX_TEXTS => Err(too_many(name)),
            _ => Ok(Self { name: name.to_owned(), kind: Kind::Trees(rows, truth), complete: true }),
        }
    }

    /// The columns, and which of them is most likely the text.
    pub(super) fn columns(&self) -> (Vec<ChoiceSpec>, usize) {
        let (name, meaning) = match &self.kind {
            Kind::Table(table) => return (table.columns().to_vec(), table.likely()),
            Kind::Lines(_) => ("column 1", self.get(0, 0).unwrap_or_default().into_owned()),
            Kind::Trees(rows, _) => ("sentence", rows[0].clone()),
        };
        (vec![ChoiceSpec { id: "0".to_owned(), name: name.to_owned(), meaning: excerpt(&meaning) }], 0)
    }

    /// The true class of each text, 0 to 4, if the file is one of trees.
    pub(super) fn truth(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Trees(_, truth) => Some(truth),
            _ => None,
        }
    }

    /// How many have been found.
    pub(super) fn total(&self) -> usize {
        match &self.kind {
            Kind::Lines(lines) => lines.starts.len(),
            Kind::Table(table) => table.total(),
            Kind::Trees(rows, _) => rows.len(),
        }
    }

    /// Whether all have been found.
    pub(super) fn complete(&self) -> bool {
        self.complete
    }

    /// Looks through the next slice of the file.
    ///
    /// # Errors
    /// [`Error::Parameter`] if there are too many, which [`Self::open`] has ruled out.
    pub(super) fn find(&mut self) -> Result<()> {
        let position = |kind: &Kind| match kind {
            Kind::Lines(lines) => lines.next,
            Kind::Table(table) => table.position(),
            Kind::Trees(..) => 0,
        };
        let until = position(&self.kind) + SLICE;
        while !self.complete && position(&self.kind) < until {
            self.complete = !match &mut self.kind {
                Kind::Lines(lines) => lines.find(),
                Kind::Table(table) => table.find().map_err(|e| refuse(&self.name, "a file", e.to_string()))?,
                Kind::Trees(..) => false,
            };
            if self.total() > MAX_TEXTS {
                return Err(too_many(&self.name));
            }
        }
        Ok(())
    }

    /// The text of row `i` in a column, or why there is none.
    pub(super) fn get(&self, i: usize, column: usize) -> std::result::Result<Cow<'_, str>, String> {
        match &self.kind {
            Kind::Lines(lines) => Ok(Cow::Borrowed(lines.line(lines.starts[i] as usize).trim())),
            Kind::Table(table) => table.get(i, column),
            Kind::Trees(rows, _) => Ok(Cow::Borrowed(&rows[i])),
        }
    }
}

fn too_many(name: &str) -> Error {
    refuse(name, &format!("at most {MAX_TEXTS} texts"), "a list of more".to_owned())
}
