//! Tables and lists of texts.

use std::io::{BufReader, Write};

use wordlight_cli::batch::source::Source;
use wordlight_engine::List;
use wordlight_engine::table::{Limits, Record, Records, StrayQuotes};

use crate::network::{ENGINE, row};

const SMALL: Limits = Limits { record: 200, fields: 8, quoted: 2000 };

/// Every record, as text, with its line and the byte at which it begins.
fn records(data: &[u8], capacity: usize, stray: StrayQuotes) -> Option<Vec<(u64, u64, String)>> {
    let mut records = Records::new(BufReader::with_capacity(capacity, data), stray, SMALL).ok()?;
    let mut all: Vec<(u64, u64, String)> = Vec::new();
    while let Some(Record { line, start, content }) = records.next_record().expect("bytes in memory") {
        let shown = match content {
            Ok(fields) => format!("{:?}", (0..fields.len()).map(|k| fields.text(k)).collect::<Vec<_>>()),
            Err(bad) => bad.to_string(),
        };
        if let Some((line_before, start_before, _)) = all.last() {
            assert!(*line_before < line && *start_before < start, "records are in order");
        }
        all.push((line, start, shown));
    }
    assert_eq!(records.position(), data.len() as u64, "every byte is accounted for");
    Some(all)
}

/// A table has the same records however its bytes arrive, in order, and all of its bytes are in one of them.
pub fn table(data: &[u8]) {
    for stray in [StrayQuotes::Refuse, StrayQuotes::Keep] {
        let whole = records(data, 1 << 16, stray);
        for capacity in [1, 7] {
            assert_eq!(records(data, capacity, stray), whole, "{capacity} bytes at once");
        }
    }
}

/// A file of texts is opened or refused, and every text of it is answered or says why not; the first byte chooses the kind.
pub fn list(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    let name = ["a.csv", "a.tsv", "a.txt"][usize::from(*kind) % 3];
    let row = row("gradient-x-input", "logit");
    for mut list in [List::read(name, bytes), List::trees("a.txt", bytes)].into_iter().flatten() {
        list.advance(&ENGINE, &row, 20).expect("a text that cannot be answered says so in its line");
        // What is saved is a table, whatever is in the texts.
        let saved = list.to_csv();
        let mut records = Records::new(saved.as_bytes(), StrayQuotes::Refuse, Limits::default()).expect("UTF-8");
        while let Some(record) = records.next_record().expect("bytes in memory") {
            assert!(record.content.is_ok(), "{saved:?}");
        }
    }
}

/// The rows of a file are numbered without a gap; the first byte chooses the kind.
pub fn rows(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    let end = ["csv", "jsonl", "parquet", "tsv"][usize::from(*kind) % 4];
    let mut file =
        tempfile::Builder::new().suffix(&format!(".{end}")).tempfile().expect("a folder for temporary files");
    file.write_all(bytes).expect("a few bytes");
    let Ok(mut source) = Source::open(file.path(), "text") else { return };
    let mut next = 1;
    while let Ok(part) = source.part(64, 1 << 20) {
        if part.is_empty() || next > 10_000 {
            break;
        }
        for row in part {
            assert_eq!(row.row, next);
            next += 1;
        }
    }
}
