//! Rows of text from a CSV, JSON Lines or Parquet file.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use wordlight_engine::table::{BadRow, Header, Limits, Records, StrayQuotes};

use crate::batch::json_lines::JsonLines;
use crate::batch::pages::Texts;
use crate::batch::row::{Content, Kind, Problem, RawRow};

/// A file that is being read.
pub struct Source {
    inner: Inner,
    column: String,
    /// Rows given out.
    rows: u64,
    read: u64,
    total: Total,
}

/// How much there is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Bytes of a file that is read from its beginning to its end.
    Bytes(u64),
    /// Rows of one that says how many it has.
    Rows(u64),
}

#[expect(clippy::large_enum_variant, reason = "there is one of it")]
enum Inner {
    Csv { records: Records<BufReader<File>>, column: usize },
    JsonLines(JsonLines<BufReader<File>>),
    Parquet(Texts),
}

impl Source {
    /// Opens a file and finds the column.
    ///
    /// # Errors
    /// A kind that is not read, a file that cannot be, a column that is not there (naming those that are).
    pub fn open(path: &Path, column: &str) -> Result<Self> {
        let shown = path.display();
        let Some(kind) = Kind::of_input(path) else {
            bail!("{shown} has no kind that is read row by row; expected .csv, .tsv, .jsonl, .ndjson or .parquet");
        };
        let file = File::open(path).with_context(|| format!("cannot read {shown}"))?;
        let mut total = Total::Bytes(file.metadata().with_context(|| format!("cannot read {shown}"))?.len());
        let place_in = |header: &Header| header.column(column).map_err(|error| anyhow!("{shown} {error}"));
        let inner = match kind {
            Kind::Csv => {
                let input = BufReader::with_capacity(1 << 18, file);
                let mut records = Records::new(input, StrayQuotes::Refuse, Limits::default())
                    .with_context(|| format!("cannot read {shown}"))?;
                let header = match records.next_record().with_context(|| format!("cannot read {shown}"))? {
                    None => bail!("{shown} is empty; expected a first line that names the columns"),
                    Some(first) => match first.content {
                        Err(bad) => bail!("{shown} has no header: line {} {bad}", first.line),
                        Ok(fields) => Header::of(&fields),
                    },
                };
                Inner::Csv { column: place_in(&header)?, records }
            }
            Kind::JsonLines => {
                let input = BufReader::with_capacity(1 << 18, file);
                let mut lines = JsonLines::new(input).with_context(|| format!("cannot read {shown}"))?;
                if let Some(keys) = lines.keys_without(column).with_context(|| format!("cannot read {shown}"))? {
                    place_in(&Header::new(keys))?;
                }
                Inner::JsonLines(lines)
            }
            Kind::Parquet => {
                let find = |header: &Header| header.column(column).map_err(|error| anyhow!("it {error}"));
                let texts = Texts::open(file, find).with_context(|| format!("cannot read {shown}"))?;
                total = Total::Rows(texts.rows());
                Inner::Parquet(texts)
            }
        };
        Ok(Self { inner, column: column.to_owned(), rows: 0, read: 0, total })
    }

    /// How much has been read, in the unit of [`Self::total`].
    pub fn read(&self) -> u64 {
        self.read
    }

    /// What [`Self::read`] comes to in the end.
    pub fn total(&self) -> Total {
        self.total
    }

    /// The next rows: at most so many, and no more than that by [their weight](Content) (but one row at least). None at the
    /// end.
    ///
    /// # Errors
    /// If the file cannot be read on.
    pub fn part(&mut self, rows: usize, weight: usize) -> Result<Vec<RawRow>> {
        let (mut part, mut size) = (Vec::new(), 0);
        while part.len() < rows && size < weight {
            let Some(content) = self.next()? else {
                if let Total::Rows(total) = self.total
                    && total != self.rows
                {
                    bail!("the input says that it has {total} rows, but has {}", self.rows);
                }
                break;
            };
            size += content.weight();
            self.rows += 1;
            part.push(RawRow { row: self.rows, content });
        }
        Ok(part)
    }

    fn next(&mut self) -> Result<Option<Content>> {
        match &mut self.inner {
            Inner::Csv { records, column } => {
                let Some(record) = records.next_record()? else {
                    self.read = records.position();
                    return Ok(None);
                };
                let content = match record.content.and_then(|fields| fields.text(*column)) {
                    Ok(Cow::Borrowed(text)) => Content::Text(Bytes::copy_from_slice(text.as_bytes())),
                    Ok(Cow::Owned(text)) => Content::Text(text.into()),
                    Err(problem) => bad(kind_of(problem), format!("line {} {problem}", record.line)),
                };
                self.read = records.position();
                Ok(Some(content))
            }
            Inner::JsonLines(lines) => {
                let (content, read) = lines.next_text(&self.column)?;
                self.read += read as u64;
                Ok(content)
            }
            Inner::Parquet(texts) => {
                let content = texts.next()?;
                self.read += u64::from(content.is_some());
                Ok(content)
            }
        }
    }
}

/// Under what a bad row is counted.
fn kind_of(problem: BadRow) -> &'static str {
    match problem {
        BadRow::StrayQuote | BadRow::AfterQuote | BadRow::Unclosed => "wrongly quoted",
        BadRow::TooLong { .. } => "too long",
        BadRow::TooManyFields { .. } | BadRow::Width { .. } => "of another width",
        BadRow::NotUtf8 { .. } => "not UTF-8",
    }
}

fn bad(kind: &'static str, text: String) -> Content {
    Content::Bad(Problem { kind, text })
}
