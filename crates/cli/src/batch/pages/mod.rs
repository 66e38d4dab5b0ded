//! Texts of a column of a Parquet file, in memory that has a limit.
//!
//! A Parquet file says how large everything in it is, and the library makes room for what is said. So the headers are read
//! first: the footer's (`header::check_footer`), and those of the column's pages, of the whole file before the first row
//! (`header::pages`). What unpacks to more than it says is found when its turn comes (`checked`). And where the library
//! panics over what no writer writes, that is an error like others: `caught` is around every call.

mod checked;
mod header;
mod thrift;

use std::cell::Cell;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use parquet::basic::{Compression, Type as Physical};
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::data_type::ByteArray;
use parquet::file::reader::{FileReader, SerializedFileReader};
use wordlight_engine::table::Header;

use self::checked::Checked;
use super::limits::MAX_TEXT;
use super::row::{Content, Problem};

/// The texts that have not been read yet.
pub(super) struct Texts {
    file: SerializedFileReader<File>,
    /// The same file.
    raw: File,
    column: usize,
    group: usize,
    reader: Option<ColumnReader>,
    /// How many were read.
    read: u64,
}

impl Texts {
    /// Finds the column, and checks what the file claims of it.
    ///
    /// # Errors
    /// A file that is not Parquet, has no such column or no texts in it, or claims what it does not hold.
    pub(super) fn open(file: File, find: impl FnOnce(&Header) -> Result<usize>) -> Result<Self> {
        caught(|| {
            let raw = file.try_clone()?;
            header::check_footer(&raw)?;
            let file = SerializedFileReader::new(file).context("it is no Parquet file")?;
            let schema = file.metadata().file_metadata().schema_descr_ptr();
            let column = find(&Header::new(schema.columns().iter().map(|c| c.path().string())))?;
            let found = schema.column(column);
            if found.physical_type() != Physical::BYTE_ARRAY || found.max_rep_level() > 0 {
                bail!("the column {:?} holds {}, expected text", found.path().string(), found.physical_type());
            }
            let texts = Self { file, raw, column, group: 0, reader: None, read: 0 };
            texts.check_claims()?;
            Ok(texts)
        })
    }

    /// Looks at the headers of all pages.
    fn check_claims(&self) -> Result<()> {
        let size = self.raw.metadata()?.len();
        let (mut rows, mut bytes) = (0u64, 0u64);
        for (i, group) in self.file.metadata().row_groups().iter().enumerate() {
            let chunk = group.column(self.column);
            if let packing @ (Compression::BROTLI(_) | Compression::LZO) = chunk.compression() {
                let name = packing.to_string().split('(').next().unwrap_or_default().to_lowercase();
                bail!("it is packed with {name}, which is not read; write it again with zstd, snappy, gzip or LZ4");
            }
            // What is claimed twice would be read twice, and as often as it is claimed.
            bytes = bytes.saturating_add(u64::try_from(chunk.compressed_size()).unwrap_or(0));
            if bytes > size {
                bail!("its row groups claim {bytes} bytes of the column, and the file has {size}");
            }
            let place = || format!("the column {:?} in row group {}", chunk.column_path().string(), i + 1);
            let pages = header::pages(&self.raw, chunk).with_context(place)?;
            let held = pages.iter().fold(0u64, |sum, page| sum.saturating_add(page.rows()));
            let claimed = group.num_rows();
            if u64::try_from(claimed) != Ok(held) {
                bail!("{}: it says that it has {claimed} rows, but has {held}", place());
            }
            rows = rows.saturating_add(held);
        }
        if rows != self.rows() {
            bail!("it says that it has {} rows, but has {rows}", self.file.metadata().file_metadata().num_rows());
        }
        Ok(())
    }

    /// How many rows the file has.
    pub(super) fn rows(&self) -> u64 {
        u64::try_from(self.file.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// The next text, or what is in its place. None at the end.
    ///
    /// # Errors
    /// If the file cannot be read on.
    pub(super) fn next(&mut self) -> Result<Option<Content>> {
        let content = caught(|| self.next_or_panic()).with_context(|| format!("row {}", self.read + 1))?;
        self.read += u64::from(content.is_some());
        Ok(content)
    }

    fn next_or_panic(&mut self) -> Result<Option<Content>> {
        loop {
            let Some(ColumnReader::ByteArrayColumnReader(typed)) = &mut self.reader else {
                if self.group == self.file.num_row_groups() {
                    return Ok(None);
                }
                self.reader = Some(self.open_group()?);
                self.group += 1;
                continue;
            };
            let (mut levels, mut values): (Vec<i16>, Vec<ByteArray>) = (Vec::new(), Vec::new());
            let (records, _, _) = typed.read_records(1, Some(&mut levels), None, &mut values)?;
            if records == 0 {
                self.reader = None;
                continue;
            }
            return Ok(Some(match values.pop() {
                Some(value) if value.len() > MAX_TEXT => Content::Bad(Problem::too_many_bytes(value.len())),
                // A copy: the value itself would keep its whole page.
                Some(value) => Content::Text(Bytes::copy_from_slice(value.data())),
                None => Content::Bad(Problem { kind: "empty", text: "the value is null".to_owned() }),
            }));
        }
    }

    fn open_group(&self) -> Result<ColumnReader> {
        let group = self.file.get_row_group(self.group)?;
        let chunk = group.metadata().column(self.column);
        let pages = header::pages(&self.raw, chunk)?;
        let described = chunk.column_descr_ptr();
        let level = described.max_def_level();
        let inner = group.get_column_page_reader(self.column)?;
        let checked = Checked::new(inner, pages, self.raw.try_clone()?, chunk.compression(), level);
        Ok(get_column_reader(described, Box::new(checked)))
    }
}

thread_local! {
    /// Whether a panic of this thread is caught and told as an error.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What the library makes of a file, its panics as errors. Nothing of them is printed.
fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                others(panic);
            }
        }));
    });
    QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    outcome.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(anyhow!("it is damaged: {}", said.unwrap_or("the Parquet reader does not know how to go on")))
    })
}
