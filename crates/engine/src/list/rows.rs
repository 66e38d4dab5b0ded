//! The rows of a table.

use std::borrow::Cow;
use std::io::{self, Cursor};

use wordlight_explain::Result;

use super::file::refuse;
use crate::catalogue::ChoiceSpec;
use crate::table::{BadRow, Header, Limits, Record, Records, StrayQuotes};

/// As many columns as a visitor can choose from.
const LIMITS: Limits = Limits { record: 4 << 20, fields: 1000, quoted: 64 << 20 };
/// Rows, and bytes of them, that are looked at to tell what the columns are.
const SAMPLE_ROWS: usize = 200;
const SAMPLE_BYTES: u64 = 1 << 20;

/// A table, of which only the places of its rows are kept beside the file itself.
#[derive(Debug)]
pub(super) struct Table {
    records: Records<Cursor<Vec<u8>>>,
    /// Without the header.
    rows: Vec<Row>,
    columns: Vec<ChoiceSpec>,
    likely: usize,
}

#[derive(Debug)]
struct Row {
    /// The byte at which it begins.
    start: u32,
    /// The line on which it begins, from 1.
    line: u32,
    bad: Option<BadRow>,
}

impl Table {
    /// Looks at the first rows. `name` is the file's.
    ///
    /// # Errors
    /// [`wordlight_explain::Error::Parameter`] if the first line is no row.
    pub(super) fn open(name: &str, bytes: Vec<u8>) -> Result<Self> {
        let refused = |e: io::Error| refuse(name, "a table", e.to_string());
        let records = Records::new(Cursor::new(bytes), StrayQuotes::Keep, LIMITS).map_err(refused)?;
        let mut table = Self { records, rows: Vec::new(), columns: Vec::new(), likely: 0 };
        while table.rows.len() <= SAMPLE_ROWS && table.records.position() < SAMPLE_BYTES {
            if !table.find().map_err(refused)? {
                break;
            }
            if let [Row { line, bad: Some(bad), .. }] = table.rows[..] {
                return Err(refuse(name, "a first line that is a row", format!("no table: line {line} {bad}")));
            }
        }
        table.name_columns();
        Ok(table)
    }

    /// Tells from the rows that have been found what the columns are, and takes the header away if there is one.
    fn name_columns(&mut self) {
        let fields = |row: &Row| match row.bad {
            None => self.records.again(u64::from(row.start)),
            Some(_) => None,
        };
        let cells = |row: &Row| -> Option<Vec<String>> {
            fields(row).map(|all| (0..all.len()).map(|k| String::from_utf8_lossy(&all.bytes(k)).into_owned()).collect())
        };
        let Some(first) = self.rows.first().and_then(&fields) else { return };
        let (header, width) = (Header::of(&first), first.len());
        let mut sample: Vec<Vec<String>> = self.rows.iter().skip(1).filter_map(&cells).collect();
        let is_header = header.is_likely(&sample);
        if let Some(first) = cells(&self.rows[0]).filter(|_| !is_header) {
            sample.insert(0, first);
        }
        self.columns = (0..width)
            .map(|k| ChoiceSpec {
                id: k.to_string(),
                name: match header.names()[k].as_str() {
                    name if is_header && !name.is_empty() => name.to_owned(),
                    _ => format!("column {}", k + 1),
                },
                meaning: excerpt(sample.iter().map(|row| row[k].as_str()).find(|cell| !cell.is_empty()).unwrap_or("")),
            })
            .collect();
        let length = |k: usize| sample.iter().map(|row| row[k].len()).sum::<usize>();
        // The text is the longest column, the first of equals.
        self.likely = (0..width).rev().max_by_key(|k| length(*k)).unwrap_or(0);
        if is_header {
            self.rows.remove(0);
        }
    }

    /// The columns, each with its first text.
    pub(super) fn columns(&self) -> &[ChoiceSpec] {
        &self.columns
    }

    /// The column that is most likely the text.
    pub(super) fn likely(&self) -> usize {
        self.likely
    }

    /// How many rows have been found.
    pub(super) fn total(&self) -> usize {
        self.rows.len()
    }

    /// How many bytes have been looked through.
    pub(super) fn position(&self) -> usize {
        self.records.position() as usize
    }

    /// Finds the next row; false at the end.
    ///
    /// # Errors
    /// None: the bytes are there.
    pub(super) fn find(&mut self) -> io::Result<bool> {
        let Some(Record { line, start, content }) = self.records.next_record()? else { return Ok(false) };
        self.rows.push(Row { start: start as u32, line: line as u32, bad: content.err() });
        Ok(true)
    }

    /// The text of row `i` in a column, or why there is none.
    pub(super) fn get(&self, i: usize, column: usize) -> std::result::Result<Cow<'_, str>, String> {
        let row = &self.rows[i];
        let text = match row.bad {
            Some(bad) => Err(bad),
            None => self.records.again(u64::from(row.start)).map_or(Ok(Cow::Borrowed("")), |all| all.text(column)),
        };
        text.map_err(|bad| format!("line {} {bad}", row.line))
    }
}

/// The beginning of a text.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
