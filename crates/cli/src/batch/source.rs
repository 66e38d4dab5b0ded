//! Rows of text from a CSV, JSON Lines or Parquet file.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use parquet::basic::Type as Physical;
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::batch::row::{Content, Kind, Problem, RawRow};
use crate::batch::strict_csv::{MAX_RECORD, Record, StrictCsv};

/// A file that is being read.
pub struct Source {
    inner: Inner,
    column: String,
    /// Rows given out.
    rows: u64,
    read: u64,
}

#[expect(clippy::large_enum_variant, reason = "there is one of it")]
enum Inner {
    Csv { csv: StrictCsv<BufReader<File>>, column: usize, columns: usize },
    JsonLines { input: BufReader<File>, line: u64 },
    Parquet { file: Arc<SerializedFileReader<File>>, column: usize, group: usize, reader: Option<ColumnReader> },
}

impl Source {
    /// Opens a file and finds the column.
    ///
    /// # Errors
    /// A kind that is not read, a file that cannot be, a column that is not there (naming those that are).
    pub fn open(path: &Path, column: &str) -> Result<Self> {
        let shown = path.display();
        let Some(kind) = Kind::of(path) else {
            bail!("{shown} has no kind that is read row by row; expected .csv, .jsonl, .ndjson or .parquet");
        };
        let file = File::open(path).with_context(|| format!("cannot read {shown}"))?;
        let missing = |found: &[String]| {
            let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
            anyhow::anyhow!("{shown} has no column {column:?}; it has {found}")
        };
        let inner = match kind {
            Kind::Csv => {
                let mut csv = StrictCsv::new(BufReader::with_capacity(1 << 18, file));
                let header = match csv.next_record().with_context(|| format!("cannot read {shown}"))? {
                    None => bail!("{shown} is empty; expected a first line that names the columns"),
                    Some((_, Record::Bad(why))) => bail!("{shown} has no header: {why}"),
                    Some((_, Record::Fields(fields))) => fields,
                };
                let mut names: Vec<String> =
                    header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
                names[0] = names[0].trim_start_matches('\u{feff}').to_owned();
                let place = names.iter().position(|name| name == column).ok_or_else(|| missing(&names))?;
                Inner::Csv { csv, column: place, columns: names.len() }
            }
            Kind::JsonLines => {
                let mut input = BufReader::with_capacity(1 << 18, file);
                if let Some(keys) = first_keys(path)?
                    && !keys.iter().any(|key| key == column)
                {
                    return Err(missing(&keys));
                }
                if input.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
                    input.consume(3);
                }
                Inner::JsonLines { input, line: 0 }
            }
            Kind::Parquet => {
                let file = SerializedFileReader::new(file).with_context(|| format!("{shown} is no Parquet file"))?;
                let schema = file.metadata().file_metadata().schema_descr_ptr();
                let names: Vec<String> = schema.columns().iter().map(|c| c.path().string()).collect();
                let place = names.iter().position(|name| name == column).ok_or_else(|| missing(&names))?;
                let found = schema.column(place);
                if found.physical_type() != Physical::BYTE_ARRAY || found.max_rep_level() > 0 {
                    bail!("the column {column:?} of {shown} holds {}, expected text", found.physical_type());
                }
                Inner::Parquet { file: Arc::new(file), column: place, group: 0, reader: None }
            }
        };
        Ok(Self { inner, column: column.to_owned(), rows: 0, read: 0 })
    }

    /// Bytes read so far, for a progress bar; for Parquet, rows.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// What [`Self::bytes_read`] comes to in the end.
    pub fn total(&self) -> u64 {
        match &self.inner {
            Inner::Csv { .. } | Inner::JsonLines { .. } => 0,
            Inner::Parquet { file, .. } => file.metadata().file_metadata().num_rows().unsigned_abs(),
        }
    }

    /// The next rows: at most so many, and no more bytes of text than that (but one row at least). None at the end.
    ///
    /// # Errors
    /// If the file cannot be read on.
    pub fn part(&mut self, rows: usize, bytes: usize) -> Result<Vec<RawRow>> {
        let (mut part, mut size) = (Vec::new(), 0);
        while part.len() < rows && size < bytes {
            let Some(content) = self.next()? else { break };
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
            Inner::Csv { csv, column, columns } => {
                let Some((line, record)) = csv.next_record()? else { return Ok(None) };
                self.read = csv.read;
                Ok(Some(match record {
                    Record::Bad(text) => bad("wrongly quoted", text),
                    Record::Fields(mut fields) if fields.len() == *columns => {
                        Content::Text(fields.swap_remove(*column).into())
                    }
                    Record::Fields(fields) => bad(
                        "of another width",
                        format!("line {line} has {} fields, the header has {columns}", fields.len()),
                    ),
                }))
            }
            Inner::JsonLines { input, line } => loop {
                let (text, length) = read_line(input)?;
                if length == 0 {
                    return Ok(None);
                }
                self.read += length as u64;
                *line += 1;
                match text {
                    None => return Ok(Some(bad("too long", format!("line {line} has more than {MAX_RECORD} bytes")))),
                    Some(text) if text.trim_ascii().is_empty() => {}
                    Some(text) => return Ok(Some(json_text(&text, &self.column, *line))),
                }
            },
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

fn bad(kind: &'static str, text: String) -> Content {
    Content::Bad(Problem { kind, text })
}

/// A line without its end, and how many bytes it took; no text for a line that is too long, 0 bytes at the end.
fn read_line(input: &mut impl BufRead) -> Result<(Option<Vec<u8>>, usize)> {
    let (mut line, mut length) = (Vec::new(), 0);
    loop {
        let held = input.fill_buf()?;
        if held.is_empty() {
            break;
        }
        let end = held.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(held.len(), |end| end + 1);
        if line.len() <= MAX_RECORD {
            line.extend_from_slice(&held[..taken]);
        }
        input.consume(taken);
        length += taken;
        if end.is_some() {
            break;
        }
    }
    Ok(((length <= MAX_RECORD).then_some(line), length))
}

/// The text under a key of a line's object.
fn json_text(line: &[u8], key: &str, number: u64) -> Content {
    if let Err(error) = std::str::from_utf8(line) {
        return bad(
            "not UTF-8",
            format!("line {number} is not UTF-8: the byte at {} begins no character", error.valid_up_to()),
        );
    }
    match serde_json::from_slice::<serde_json::Value>(line) {
        Err(error) => bad("no JSON", format!("line {number} is no JSON: {error}")),
        Ok(mut value) => match value.get_mut(key).map(serde_json::Value::take) {
            Some(serde_json::Value::String(text)) => Content::Text(text.into()),
            Some(serde_json::Value::Null) | None => bad("empty", format!("line {number} has no {key:?}")),
            Some(_) => bad("no text", format!("{key:?} of line {number} is no string")),
        },
    }
}

/// The keys of the first line that is an object.
fn first_keys(path: &Path) -> Result<Option<Vec<String>>> {
    let mut input = BufReader::new(File::open(path)?);
    for _ in 0..100 {
        let (line, length) = read_line(&mut input)?;
        if length == 0 {
            break;
        }
        let line = line.unwrap_or_default();
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line);
        if let Ok(serde_json::Value::Object(object)) = serde_json::from_slice(line) {
            return Ok(Some(object.keys().cloned().collect()));
        }
    }
    Ok(None)
}
