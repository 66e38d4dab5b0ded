//! What the progress bar counts, and a word where a small file goes a long way.

use std::time::Instant;

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

use crate::batch::row::{Content, RawRow};
use crate::batch::source::Total;
use crate::note;

/// Sets up a bar that counts bytes for what there is to read.
pub(super) fn begin(bar: &ProgressBar, total: Total) {
    match total {
        Total::Bytes(bytes) => bar.set_length(bytes),
        Total::Rows(rows) => {
            let style = ProgressStyle::with_template("{msg} {wide_bar} row {human_pos} of {human_len}");
            bar.set_style(style.expect("a fixed template"));
            bar.set_length(rows);
        }
    }
}

/// From so much weight on, and so many times the file's bytes, what is read is more than the file looks like.
const MUCH: u64 = 256 << 20;
const TIMES: u64 = 100;
/// What a row weighs that has nothing in it.
const ROW: u64 = 64;

/// How fast it goes. A Parquet file of a kilobyte can have texts of hundreds of gigabytes: one, many times.
pub(super) struct Pace {
    bytes: u64,
    total: Total,
    begun: Instant,
    weight: u64,
    told: bool,
}

impl Pace {
    pub(super) fn new(bytes: u64, total: Total) -> Self {
        Self { bytes, total, begun: Instant::now(), weight: 0, told: false }
    }

    /// Counts rows, after which so much of the file is read; says once how long it may take.
    pub(super) fn note(&mut self, rows: &[RawRow], read: u64, bar: &ProgressBar) {
        if let Some(text) = self.noted(rows, read) {
            bar.suspend(|| note!("{text}"));
        }
    }

    fn noted(&mut self, rows: &[RawRow], read: u64) -> Option<String> {
        let text = |row: &RawRow| ROW + if let Content::Text(text) = &row.content { text.len() as u64 } else { 0 };
        self.weight += rows.iter().map(text).sum::<u64>();
        let Total::Rows(total) = self.total else { return None };
        if self.told || self.weight < MUCH || self.weight / TIMES < self.bytes || read == 0 {
            return None;
        }
        self.told = true;
        let left = self.begun.elapsed().mul_f64(total.saturating_sub(read) as f64 / read as f64);
        Some(format!(
            "note: the file has {} bytes and {} rows, and the first {} of them come to {} MiB already. At this pace the \
             others take {}. Ctrl-C stops; the same command goes on from there",
            HumanCount(self.bytes),
            HumanCount(total),
            HumanCount(read),
            self.weight >> 20,
            HumanDuration(left)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_of_much_text_is_told_once() {
        let row = |text: Vec<u8>| RawRow { row: 1, content: Content::Text(text.into()) };
        let rows = [row(vec![b'a'; 1 << 20])];
        let told = |bytes: u64, total: Total| {
            let mut pace = Pace::new(bytes, total);
            (1..=300).filter_map(|read| pace.noted(&rows, read)).collect::<Vec<_>>()
        };
        let notes = told(992, Total::Rows(200_000));
        assert_eq!(notes.len(), 1);
        assert!(
            notes[0].contains("992 bytes and 200,000 rows, and the first 256 of them come to 256 MiB"),
            "{notes:?}"
        );
        assert!(told(100 << 20, Total::Rows(200_000)).is_empty(), "a file packed to a third is none of these");
        assert!(told(992, Total::Bytes(992)).is_empty());
    }
}
