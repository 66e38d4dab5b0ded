//! The tidy tables: one row per explanation, one column per measure, as CSV and as Parquet with the same numbers.

use std::fmt::Write;
use std::sync::Arc;

use anyhow::Result;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int32Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::chunk::Row;
use crate::measure::{MEASURES, Subject};

/// The names that the numbers in rows stand for.
pub struct Names<'a> {
    /// The model of all rows.
    pub model: &'a str,
    /// Checkpoints: id, seed of training, epochs.
    pub checkpoints: Vec<(&'a str, u64, u32)>,
    /// Methods and controls.
    pub methods: &'a [String],
}

impl<'a> Names<'a> {
    /// The names of a job.
    pub fn new(model: &'a str, subjects: &'a [Subject], methods: &'a [String]) -> Self {
        let checkpoints = subjects.iter().map(|subject| (subject.id.as_str(), subject.seed, subject.epoch)).collect();
        Self { model, checkpoints, methods }
    }
}

const TEXTS: [&str; 3] = ["model", "checkpoint", "method"];
const KEYS: [&str; 9] = ["sentence", "model", "checkpoint", "method", "seed", "epoch", "label", "predicted", "words"];

/// The table as CSV; a measure that does not apply is an empty cell.
pub fn csv(rows: &[Row], names: &Names<'_>) -> String {
    let mut out = KEYS.join(",");
    MEASURES.iter().for_each(|measure| out.push_str(&format!(",{}", measure.id)));
    out.push('\n');
    for row in rows {
        let (model, (checkpoint, seed, epoch)) = (names.model, names.checkpoints[usize::from(row.checkpoint)]);
        let method = &names.methods[usize::from(row.method)];
        let Row { sentence, label, predicted, words, .. } = row;
        let _ = write!(out, "{sentence},{model},{checkpoint},{method},{seed},{epoch},{label},{predicted},{words}");
        for value in &row.values {
            match value {
                Some(value) => write!(out, ",{value}"),
                None => write!(out, ","),
            }
            .expect("a string takes everything");
        }
        out.push('\n');
    }
    out
}

/// The table as Parquet.
///
/// # Errors
/// If the writer refuses.
pub fn parquet(rows: &[Row], names: &Names<'_>) -> Result<Vec<u8>> {
    let mut schema = String::from("message evidence {\n");
    for key in KEYS {
        schema.push_str(&match TEXTS.contains(&key) {
            true => format!("required binary {key} (utf8);\n"),
            false => format!("required int32 {key};\n"),
        });
    }
    MEASURES.iter().for_each(|measure| schema.push_str(&format!("optional float {};\n", measure.id)));
    schema.push('}');
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(&schema)?), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    let of = |row: &Row| names.checkpoints[usize::from(row.checkpoint)];
    let numbers: [&dyn Fn(&Row) -> i32; 6] = [
        &|row| row.sentence as i32,
        &|row| of(row).1 as i32,
        &|row| of(row).2 as i32,
        &|row| i32::from(row.label),
        &|row| i32::from(row.predicted),
        &|row| i32::from(row.words),
    ];
    ints(&mut group, rows, numbers[0])?;
    texts(&mut group, rows.iter().map(|_| ByteArray::from(names.model)).collect())?;
    texts(&mut group, rows.iter().map(|row| ByteArray::from(of(row).0)).collect())?;
    texts(
        &mut group,
        rows.iter().map(|row| ByteArray::from(names.methods[usize::from(row.method)].as_str())).collect(),
    )?;
    numbers[1..].iter().try_for_each(|of| ints(&mut group, rows, of))?;
    for i in 0..MEASURES.len() {
        let there: Vec<i16> = rows.iter().map(|row| i16::from(row.values[i].is_some())).collect();
        let values: Vec<f32> = rows.iter().filter_map(|row| row.values[i]).collect();
        let mut column = group.next_column()?.expect("a column per measure");
        column.typed::<FloatType>().write_batch(&values, Some(&there), None)?;
        column.close()?;
    }
    group.close()?;
    Ok(writer.into_inner()?)
}

type Group<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

fn ints(group: &mut Group<'_>, rows: &[Row], of: &dyn Fn(&Row) -> i32) -> Result<()> {
    let values: Vec<i32> = rows.iter().map(of).collect();
    let mut column = group.next_column()?.expect("a column per key");
    column.typed::<Int32Type>().write_batch(&values, None, None)?;
    Ok(column.close()?)
}

fn texts(group: &mut Group<'_>, values: Vec<ByteArray>) -> Result<()> {
    let mut column = group.next_column()?.expect("a column per key");
    column.typed::<ByteArrayType>().write_batch(&values, None, None)?;
    Ok(column.close()?)
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    use super::*;

    #[test]
    fn both_forms_have_the_same_numbers() {
        let mut values = vec![None; MEASURES.len()];
        (values[0], values[2]) = (Some(0.1), Some(-3.5));
        let row = Row { sentence: 7, checkpoint: 0, method: 1, label: 3, predicted: 4, words: 9, values };
        let methods = ["a".to_owned(), "b".to_owned()];
        let names = Names { model: "net", checkpoints: vec![("net-5", 2, 5)], methods: &methods };
        let csv = csv(&[row.clone(), row.clone()], &names);
        let line = csv.lines().nth(2).unwrap();
        assert!(line.starts_with("7,net,net-5,b,2,5,3,4,9,0.1,,-3.5,,"), "{line}");
        assert_eq!(line.matches(',').count(), KEYS.len() + MEASURES.len() - 1);
        let bytes = parquet(&[row.clone(), row], &names).unwrap();
        let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows: Vec<_> = file.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[1].get_int(0).unwrap(), rows[1].get_string(3).unwrap().as_str()), (7, "b"));
        assert_eq!((rows[1].get_int(4).unwrap(), rows[1].get_int(5).unwrap()), (2, 5), "seed and epoch");
        assert_eq!((rows[1].get_float(9).unwrap(), rows[1].get_float(11).unwrap()), (0.1, -3.5));
        assert!(rows[1].get_float(10).is_err(), "an empty cell is null");
    }
}
