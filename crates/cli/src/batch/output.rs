//! Explained rows as CSV, JSON Lines or Parquet.
//!
//! | column | |
//! |---|---|
//! | `row` | the row of the input, from 1 |
//! | `predicted`, `probability` | the most likely class and its probability |
//! | `class`, `value` | the class that is explained, and the explained value |
//! | `words`, `scores` | lists of one length; in CSV as JSON arrays |
//! | `error` | why there is nothing else in the row; empty (null) where there is |

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FloatType, Int64Type};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use rayon::prelude::*;
use serde::{Serialize, Serializer};

use crate::batch::row::{Kind, Problem};

/// An explained text.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The most likely class.
    pub predicted: usize,
    /// Its probability.
    pub probability: f32,
    /// The explained class.
    pub class: usize,
    /// The explained value.
    pub value: f32,
    /// The text, in UTF-8.
    pub text: Bytes,
    /// Where its words stand in it, by bytes.
    pub words: Vec<Range<usize>>,
    /// Their scores.
    pub scores: Vec<f32>,
}

impl Answer {
    /// The words as they stand in the text.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| {
            std::str::from_utf8(&self.text[word.clone()]).expect("words begin and end at characters of a text in UTF-8")
        })
    }
}

/// The words as a list.
struct Words<'a>(&'a Answer);

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.words())
    }
}

/// A row of the output.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// The row of the input, from 1.
    pub row: u64,
    /// The answer, or why there is none.
    pub outcome: Result<Answer, Problem>,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format(pub Kind);

/// Writes one row as a line.
type Line = fn(&mut Vec<u8>, &Explained, &dyn Fn(usize) -> String) -> serde_json::Result<()>;

const SCHEMA: &str = "message explanations {
    required int64 row;
    optional binary predicted (utf8);
    optional float probability;
    optional binary class (utf8);
    optional float value;
    optional group words (list) { repeated group list { required binary element (utf8); } }
    optional group scores (list) { repeated group list { required float element; } }
    optional binary error (utf8);
}";

impl Format {
    /// By the end of a file's name.
    ///
    /// # Errors
    /// If it is none that is written.
    pub fn of(path: &Path) -> Result<Self> {
        match Kind::of(path) {
            Some(kind) => Ok(Self(kind)),
            None => bail!("{} has no kind that is written; expected .csv, .jsonl or .parquet", path.display()),
        }
    }

    /// What stands before the first part.
    pub fn header(self) -> &'static str {
        match self.0 {
            Kind::Csv => "row,predicted,probability,class,value,words,scores,error\n",
            _ => "",
        }
    }

    /// Rows as bytes: lines without a header, or a Parquet file of their own.
    ///
    /// # Errors
    /// If the Parquet writer refuses.
    pub fn encode(self, rows: &[Explained], labels: &[String]) -> Result<Vec<u8>> {
        let label = |class: usize| labels.get(class).map_or("", String::as_str);
        if self.0 == Kind::Parquet {
            return parquet(rows, &label);
        }
        let line: Line = if self.0 == Kind::Csv { csv_line } else { json_line };
        let name = |class: usize| label(class).to_owned();
        let blocks: Vec<Vec<u8>> = rows
            .par_chunks(512)
            .map(|rows| {
                let mut out = Vec::with_capacity(rows.len() * 400);
                rows.iter().try_for_each(|row| line(&mut out, row, &name)).map(|()| out)
            })
            .collect::<Result<_, _>>()?;
        Ok(blocks.concat())
    }
}

fn csv_line(out: &mut Vec<u8>, row: &Explained, label: &dyn Fn(usize) -> String) -> serde_json::Result<()> {
    match &row.outcome {
        Ok(answer) => {
            let (predicted, class) = (label(answer.predicted), label(answer.class));
            let words = serde_json::to_string(&Words(answer))?;
            let scores = serde_json::to_string(&answer.scores)?;
            let _ = write!(out, "{},", row.row);
            field(out, &predicted);
            let _ = write!(out, ",{},", answer.probability);
            field(out, &class);
            let _ = write!(out, ",{},", answer.value);
            quoted(out, &words);
            out.push(b',');
            quoted(out, &scores);
            out.extend_from_slice(b",\n");
        }
        Err(problem) => {
            let _ = write!(out, "{},,,,,,,", row.row);
            quoted(out, &problem.text);
            out.push(b'\n');
        }
    }
    Ok(())
}

/// In quotes where it has to be.
fn field(out: &mut Vec<u8>, text: &str) {
    match text.contains([',', '"', '\n', '\r']) || text.trim() != text {
        true => quoted(out, text),
        false => out.extend_from_slice(text.as_bytes()),
    }
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

fn json_line(out: &mut Vec<u8>, row: &Explained, label: &dyn Fn(usize) -> String) -> serde_json::Result<()> {
    match &row.outcome {
        Ok(answer) => {
            let _ = write!(out, "{{\"row\":{},\"predicted\":", row.row);
            serde_json::to_writer(&mut *out, &label(answer.predicted))?;
            let _ = write!(out, ",\"probability\":{},\"class\":", answer.probability);
            serde_json::to_writer(&mut *out, &label(answer.class))?;
            let _ = write!(out, ",\"value\":{},\"words\":", answer.value);
            serde_json::to_writer(&mut *out, &Words(answer))?;
            out.extend_from_slice(b",\"scores\":");
            serde_json::to_writer(&mut *out, &answer.scores)?;
        }
        Err(problem) => {
            let _ = write!(out, "{{\"row\":{},\"error\":", row.row);
            serde_json::to_writer(&mut *out, &problem.text)?;
        }
    }
    out.extend_from_slice(b"}\n");
    Ok(())
}

/// One row group.
fn parquet<'a>(rows: &[Explained], label: &dyn Fn(usize) -> &'a str) -> Result<Vec<u8>> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        // Parts are spliced into one file, where an index of pages would point to the wrong places.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .build();
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    let there: Vec<i16> = rows.iter().map(|row| i16::from(row.outcome.is_ok())).collect();
    let answers: Vec<&Answer> = rows.iter().filter_map(|row| row.outcome.as_ref().ok()).collect();
    let name = |of: &dyn Fn(&Answer) -> usize| -> Vec<ByteArray> {
        answers.iter().map(|answer| ByteArray::from(label(of(answer)))).collect()
    };
    let numbers: Vec<i64> = rows.iter().map(|row| row.row as i64).collect();
    column::<Int64Type>(&mut group, &numbers, None, None)?;
    column::<ByteArrayType>(&mut group, &name(&|a| a.predicted), Some(&there), None)?;
    let probability: Vec<f32> = answers.iter().map(|answer| answer.probability).collect();
    column::<FloatType>(&mut group, &probability, Some(&there), None)?;
    column::<ByteArrayType>(&mut group, &name(&|a| a.class), Some(&there), None)?;
    let value: Vec<f32> = answers.iter().map(|answer| answer.value).collect();
    column::<FloatType>(&mut group, &value, Some(&there), None)?;
    // An element is at level 2; a row without a list at 0. A new row repeats at 0, its further elements at 1.
    let (mut levels, mut repeats) = (Vec::new(), Vec::new());
    for row in rows {
        let count = row.outcome.as_ref().map_or(1, |answer| answer.words.len());
        levels.extend(std::iter::repeat_n(if row.outcome.is_ok() { 2i16 } else { 0 }, count));
        repeats.extend((0..count).map(|i| i16::from(i > 0)));
    }
    let words: Vec<ByteArray> = answers
        .iter()
        .flat_map(|answer| answer.words.iter().map(|word| ByteArray::from(answer.text.slice(word.clone()))))
        .collect();
    column::<ByteArrayType>(&mut group, &words, Some(&levels), Some(&repeats))?;
    let scores: Vec<f32> = answers.iter().flat_map(|a| &a.scores).copied().collect();
    column::<FloatType>(&mut group, &scores, Some(&levels), Some(&repeats))?;
    let missing: Vec<i16> = there.iter().map(|there| 1 - there).collect();
    let problems: Vec<ByteArray> = rows
        .iter()
        .filter_map(|row| row.outcome.as_ref().err())
        .map(|problem| ByteArray::from(problem.text.as_str()))
        .collect();
    column::<ByteArrayType>(&mut group, &problems, Some(&missing), None)?;
    group.close()?;
    Ok(writer.into_inner()?)
}

fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
    levels: Option<&[i16]>,
    repeats: Option<&[i16]>,
) -> Result<()> {
    let mut column = group.next_column()?.expect("a column of the schema");
    column.typed::<T>().write_batch(values, levels, repeats)?;
    Ok(column.close()?)
}

#[cfg(test)]
mod tests {
    use wordlight_engine::table::{Limits, Records, StrayQuotes};

    use super::*;

    #[test]
    fn every_row_has_the_fields_of_the_header_whatever_classes_are_called() {
        let labels = ["good, or fine", "not \"good\"", " two\nlines", "plain"].map(str::to_owned);
        let answer = |class| Answer {
            predicted: class,
            probability: 0.5,
            class,
            value: 1.0,
            text: Bytes::from_static(b"a, \"b\""),
            words: vec![0..1, 1..2, 3..6],
            scores: vec![1.0, 0.0, -1.0],
        };
        let mut rows: Vec<Explained> =
            (0..4).map(|i| Explained { row: i as u64 + 1, outcome: Ok(answer(i)) }).collect();
        let text = "the text, \"as it is\", has no word".to_owned();
        rows.push(Explained { row: 5, outcome: Err(Problem { kind: "empty", text: text.clone() }) });
        let format = Format(Kind::Csv);
        let csv = [format.header().as_bytes(), &format.encode(&rows, &labels).unwrap()].concat();
        let mut records = Records::new(&csv[..], StrayQuotes::Refuse, Limits::default()).unwrap();
        assert_eq!(records.next_record().unwrap().unwrap().content.unwrap().len(), 8);
        for label in &labels {
            let fields = records.next_record().unwrap().unwrap().content.unwrap();
            assert_eq!((fields.text(1).unwrap(), fields.text(3).unwrap()), (label.into(), label.into()));
            assert_eq!(fields.text(5).unwrap(), "[\"a\",\",\",\"\\\"b\\\"\"]");
        }
        assert_eq!(records.next_record().unwrap().unwrap().content.unwrap().text(7).unwrap(), text);
        assert!(records.next_record().unwrap().is_none());
    }
}
