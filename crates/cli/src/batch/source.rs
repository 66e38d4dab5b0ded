//! Rows of text from a CSV, JSON Lines or Parquet file.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use parquet::basic::Type as Physical;
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::file::reader::{FileReader, SerializedFileReader};
use wordlight_engine::table::{BadRow, Header, Limits, Records, StrayQuotes};

use crate::batch::json_lines::JsonLines;
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
    Parquet { file: Arc<SerializedFileReader<File>>, column: usize, group: usize, reader: Option<ColumnReader> },
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
                if let Some(keys) = lines.first_keys().with_context(|| format!("cannot read {shown}"))? {
                    place_in(&Header::new(keys))?;
                }
                Inner::JsonLines(lines)
            }
            Kind::Parquet => {
                let file = SerializedFileReader::new(file).with_context(|| format!("{shown} is no Parquet file"))?;
                let schema = file.metadata().file_metadata().schema_descr_ptr();
                let place = place_in(&Header::new(schema.columns().iter().map(|c| c.path().string())))?;
                let found = schema.column(place);
                if found.physical_type() != Physical::BYTE_ARRAY || found.max_rep_level() > 0 {
                    bail!("the column {column:?} of {shown} holds {}, expected text", found.physical_type());
                }
                total = Total::Rows(u64::try_from(file.metadata().file_metadata().num_rows()).unwrap_or(0));
                Inner::Parquet { file: Arc::new(file), column: place, group: 0, reader: None }
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

    /// The next rows: at most so many, and no more bytes of text than that (but one row at least). None at the end.
    ///
    /// # Errors
    /// If the file cannot be read on.
    pub fn part(&mut self, rows: usize, bytes: usize) -> Result<Vec<RawRow>> {
        let (mut part, mut size) = (Vec::new(), 0);
        while part.len() < rows && size < bytes {
            let Some(content) = self.next()? else {
                if let Total::Rows(total) = self.total
                    && total != self.rows
                {
                    bail!("the input says that it has {total} rows, but has {}", self.rows);
                }
                break;
            };
            if let Content::Text(text) = &content {
                size += text.len();
            }
            self.rows += 1;
            part.push(RawRow { row: self.rows, content });
            // Parquet hands out a whole batch at a time; the rest of it stays in the reader.
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
            Inner::Parquet { file, column, group, reader } => loop {
                let Some(ColumnReader::ByteArrayColumnReader(typed)) = reader else {
                    if *group == file.num_row_groups() {
                        return Ok(None);
                    }
                    *reader = Some(file.get_row_group(*group)?.get_column_reader(*column)?);
                    *group += 1;
                    continue;
                };
                let (mut levels, mut values): (Vec<i16>, Vec<ByteArray>) = (Vec::new(), Vec::new());
                let (records, _, _) = typed.read_records(1, Some(&mut levels), None, &mut values)?;
                if records == 0 {
                    *reader = None;
                    continue;
                }
                self.read += 1;
                return Ok(Some(match values.pop() {
                    // A copy: the value itself would keep its whole page.
                    Some(value) => Content::Text(Bytes::copy_from_slice(value.data())),
                    None => bad("empty", "the value is null".to_owned()),
                }));
            },
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
