//! Finished parts, kept in a folder beside the output until all are there.
//!
//! A part is done when its record is written, which happens after the part itself; both are written whole. The record has the
//! part's length and hash: a part that is no longer what was written is explained again. Parts of another job (another input,
//! question or network) are thrown away. One process at a time works on an output; a lock on the folder sees to that.

use std::fs::{File, TryLockError};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use serde::{Deserialize, Serialize};
use wordlight_engine::NetworkMark;
use wordlight_train::files::{TEMPORARY, read, remove_temporary, sha256, write_whole};

use crate::batch::output::Format;
use crate::batch::row::Kind;
use crate::batch::tally::Tally;

/// What decides the bytes of the output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The input's name.
    pub input: String,
    /// Its length.
    pub bytes: u64,
    /// When it was changed, in nanoseconds.
    pub changed: u64,
    /// The column.
    pub column: String,
    /// The question, as JSON.
    pub question: String,
    /// The network: its checkpoint, and the hashes of its weights and of its word vectors.
    pub network: NetworkMark,
    /// The names of its classes.
    pub labels: Vec<String>,
    /// Rows and bytes of a part.
    pub part: (usize, usize),
}

/// The file in the folder that a running job has locked.
const LOCK: &str = "lock";

/// A part that is done.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    /// Length of the part.
    bytes: usize,
    /// Its SHA-256, hex.
    sha256: String,
    /// What is in it.
    tally: Tally,
}

/// The folder of parts.
#[derive(Debug)]
pub struct Parts {
    folder: PathBuf,
    /// Held until the job ends, however it ends.
    lock: File,
}

impl Drop for Parts {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that is being started has a copy of it for a moment.
        let _ = self.lock.unlock();
    }
}

impl Parts {
    /// Opens the parts of a job, or begins anew.
    ///
    /// # Errors
    /// If the folder cannot be made, or another process works on this output.
    pub fn open(output: &Path, job: &Job) -> Result<Self> {
        let name = output.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = output.with_file_name(format!(".{name}.parts"));
        if !folder.is_dir() {
            // Not its parents: a folder with a typing error in its name is not to be made.
            std::fs::create_dir(&folder)
                .with_context(|| format!("cannot make {}, beside the output", folder.display()))?;
        }
        let lock = lock(&folder).with_context(|| format!("cannot write {}", output.display()))?;
        let about = folder.join("job.json");
        let before = read(&about).ok().and_then(|bytes| serde_json::from_slice::<Job>(&bytes).ok());
        if before.as_ref() != Some(job) {
            clear(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
            write_whole(&about, &serde_json::to_vec(job)?)?;
        }
        // What a killed run was writing.
        remove_temporary(&folder)?;
        Ok(Self { folder, lock })
    }

    /// Where the parts are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn file(&self, index: usize, end: &str) -> PathBuf {
        self.folder.join(format!("{index:07}.{end}"))
    }

    /// The tally of a part that is done; `None` if it is not, or is not what was written.
    ///
    /// # Errors
    /// If a file of the folder cannot be read.
    pub fn done(&self, index: usize) -> Result<Option<Tally>> {
        let (about, part) = (self.file(index, "json"), self.file(index, "part"));
        if !about.is_file() || !part.is_file() {
            return Ok(None);
        }
        let Ok(record) = serde_json::from_slice::<Record>(&read(&about)?) else { return Ok(None) };
        let bytes = read(&part)?;
        Ok((bytes.len() == record.bytes && sha256(&bytes) == record.sha256).then_some(record.tally))
    }

    /// Keeps a part.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put(&self, index: usize, bytes: &[u8], tally: &Tally) -> Result<()> {
        write_whole(&self.file(index, "part"), bytes)?;
        let record = Record { bytes: bytes.len(), sha256: sha256(bytes), tally: tally.clone() };
        write_whole(&self.file(index, "json"), &serde_json::to_vec(&record)?)
    }

    /// Joins `count` parts to the output, puts it in place and removes the parts.
    ///
    /// # Errors
    /// If the output cannot be written; the parts stay, and an old output stays as it was.
    pub fn assemble(&self, output: &Path, format: Format, count: usize) -> Result<()> {
        let whole = || -> Result<()> {
            // Among the parts, which are beside the output: what a killed run leaves goes with them.
            let file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(&self.folder)?;
            match format.0 {
                Kind::Parquet => self.splice(file.as_file(), count)?,
                _ => {
                    let mut out = BufWriter::new(file.as_file());
                    out.write_all(format.header().as_bytes())?;
                    for index in 0..count {
                        std::io::copy(&mut File::open(self.file(index, "part"))?, &mut out)?;
                    }
                    out.flush()?;
                }
            }
            file.as_file().sync_all()?;
            wordlight_train::files::readable_by_all(file.path())?;
            file.persist(output).map_err(|e| e.error)?;
            Ok(())
        };
        whole().with_context(|| format!("cannot write {}", output.display()))?;
        std::fs::remove_dir_all(&self.folder).with_context(|| format!("cannot remove {}", self.folder.display()))
    }

    /// Row groups of every part, as they are.
    fn splice(&self, out: &File, count: usize) -> Result<()> {
        // The schema of no rows is the schema of all.
        let empty = bytes::Bytes::from(Format(Kind::Parquet).encode(&[], &[])?);
        let schema =
            ParquetMetaDataReader::new().parse_and_finish(&empty)?.file_metadata().schema_descr().root_schema_ptr();
        let mut writer = SerializedFileWriter::new(out, schema, Arc::new(WriterProperties::builder().build()))?;
        for index in 0..count {
            let part = File::open(self.file(index, "part"))?;
            let metadata = ParquetMetaDataReader::new().parse_and_finish(&part)?;
            for group in metadata.row_groups() {
                let mut copied = writer.next_row_group()?;
                for column in group.columns() {
                    let close = ColumnCloseResult {
                        bytes_written: column.compressed_size() as u64,
                        rows_written: group.num_rows() as u64,
                        metadata: column.clone(),
                        bloom_filter: None,
                        column_index: None,
                        offset_index: None,
                    };
                    copied.append_column(&part, close)?;
                }
                copied.close()?;
            }
        }
        writer.close()?;
        Ok(())
    }
}

/// Locks the folder for this process.
fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!("another run is writing it; its parts are in {}", folder.display()),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// Removes everything from the folder but the lock.
fn clear(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => std::fs::remove_dir_all(entry.path())?,
            false if entry.file_name() == LOCK => {}
            false => std::fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}
