//! Finished parts, kept in a folder beside the output until all are there.
//!
//! A part is done when its record is written, which happens after the part itself; both are written whole. The record has the
//! part's length and hash, and the hash of the rows it comes from: a part that is no longer what was written, or whose rows are
//! no longer what was read, is explained again. Parts of another job (another input, question or network) are thrown away. One
//! process at a time works on an output; a lock on the folder sees to that.

use std::fs::{DirBuilder, File, TryLockError};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use wordlight_engine::NetworkMark;
use wordlight_nn::hex::hex;
use wordlight_train::files::{TEMPORARY, put_file, read, remove_temporary, sha256, temporary_in, write_whole};

use crate::batch::output::Format;
use crate::batch::row::{Content, Kind, RawRow};
use crate::batch::tally::Tally;

/// What decides the bytes of the output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The input's name.
    pub input: String,
    /// Its length.
    pub bytes: u64,
    /// When it was changed, in nanoseconds since 1970; now, for a pipe, which cannot be read again.
    pub changed: u64,
    /// The column.
    pub column: String,
    /// The question, as JSON.
    pub question: String,
    /// The network: its checkpoint, and the hashes of its weights and of its word vectors.
    pub network: NetworkMark,
    /// The names of its classes.
    pub labels: Vec<String>,
    /// Rows of a part, and their weight.
    pub part: (usize, usize),
}

/// The file in the folder that a running job has locked.
const LOCK: &str = "lock";
/// The file with the [`Job`].
const JOB: &str = "job.json";

/// The SHA-256 of what rows hold, in hex.
pub fn mark_of(rows: &[RawRow]) -> String {
    let mut hash = Sha256::new();
    for RawRow { row, content } in rows {
        let (kind, bytes): (&str, &[u8]) = match content {
            Content::Text(text) => ("", text),
            Content::Bad(problem) => (problem.kind, problem.text.as_bytes()),
        };
        for number in [*row, kind.len() as u64, bytes.len() as u64] {
            hash.update(number.to_le_bytes());
        }
        hash.update(kind);
        hash.update(bytes);
    }
    hex(&hash.finalize())
}

/// A part that is done.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    /// Length of the part.
    bytes: usize,
    /// Its SHA-256, hex.
    sha256: String,
    /// What its rows are, by [`mark_of`].
    rows: String,
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
        // Nothing to go on from.
        if matches!(self.ours(), Ok(ours) if !ours.iter().any(|path| path.extension() == Some("part".as_ref()))) {
            let _ = self.remove();
        }
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
        make(&folder)?;
        let lock = lock(&folder).with_context(|| format!("cannot write {}", output.display()))?;
        keep_private(&folder, &lock)?;
        let parts = Self { folder, lock };
        let about = parts.folder.join(JOB);
        let before = read(&about).ok().and_then(|bytes| serde_json::from_slice::<Job>(&bytes).ok());
        if before.as_ref() != Some(job) {
            parts.clear().with_context(|| format!("cannot empty {}", parts.folder.display()))?;
            write_whole(&about, &serde_json::to_vec(job)?)?;
        }
        // What a killed run was writing.
        remove_temporary(&parts.folder)?;
        Ok(parts)
    }

    /// Where the parts are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn file(&self, index: usize, end: &str) -> PathBuf {
        self.folder.join(format!("{index:07}.{end}"))
    }

    /// The tally of a part that is done; `None` if it is not, is not what was written, or comes from other rows than those
    /// with this mark.
    ///
    /// # Errors
    /// If a file of the folder cannot be read.
    pub fn done(&self, index: usize, mark: &str) -> Result<Option<Tally>> {
        let (about, part) = (self.file(index, "json"), self.file(index, "part"));
        if !about.is_file() || !part.is_file() {
            return Ok(None);
        }
        let Ok(record) = serde_json::from_slice::<Record>(&read(&about)?) else { return Ok(None) };
        let bytes = read(&part)?;
        let same = record.rows == mark && bytes.len() == record.bytes && sha256(&bytes) == record.sha256;
        Ok(same.then_some(record.tally))
    }

    /// Keeps a part made of the rows with this mark.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put(&self, index: usize, bytes: &[u8], mark: &str, tally: &Tally) -> Result<()> {
        write_whole(&self.file(index, "part"), bytes)?;
        let record = Record { bytes: bytes.len(), sha256: sha256(bytes), rows: mark.to_owned(), tally: tally.clone() };
        write_whole(&self.file(index, "json"), &serde_json::to_vec(&record)?)
    }

    /// Joins `count` parts to the output, puts it in place and removes the parts.
    ///
    /// # Errors
    /// If the output cannot be written; the parts stay, and an old output stays as it was.
    pub fn assemble(&self, output: &Path, format: Format, count: usize) -> Result<()> {
        let whole = || -> Result<()> {
            // Among the parts, which are beside the output: what a killed run leaves goes with them.
            let file = temporary_in(&self.folder)?;
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
            put_file(file, output)
        };
        whole().with_context(|| format!("cannot write {}", output.display()))?;
        self.remove().with_context(|| format!("cannot remove {}", self.folder.display()))
    }

    /// The files of the folder that a job makes, but for the lock. Others are none of its business.
    fn ours(&self) -> std::io::Result<Vec<PathBuf>> {
        let mut ours = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let part = name.strip_suffix(".part").or_else(|| name.strip_suffix(".json"));
            let part = part.is_some_and(|number| number.len() == 7 && number.bytes().all(|byte| byte.is_ascii_digit()));
            if !entry.file_type()?.is_dir() && (part || name == JOB || name.starts_with(TEMPORARY)) {
                ours.push(entry.path());
            }
        }
        Ok(ours)
    }

    /// Removes what other jobs have left.
    fn clear(&self) -> std::io::Result<()> {
        self.ours()?.iter().try_for_each(std::fs::remove_file)
    }

    /// Removes the folder, unless somebody else has put something into it.
    fn remove(&self) -> std::io::Result<()> {
        self.clear()?;
        std::fs::remove_file(self.folder.join(LOCK))?;
        match std::fs::remove_dir(&self.folder) {
            Err(error) if error.kind() != ErrorKind::DirectoryNotEmpty => Err(error),
            _ => Ok(()),
        }
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

/// Makes the folder of parts, which nobody else can read; or makes sure that it is one. Its parents are not made: a folder
/// with a typing error in its name is not to come about.
fn make(folder: &Path) -> Result<()> {
    let shown = folder.display();
    let about = match std::fs::symlink_metadata(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut builder = DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            return builder.create(folder).with_context(|| format!("cannot make {shown}, beside the output"));
        }
        about => about.with_context(|| format!("cannot read {shown}"))?,
    };
    // What a job has made says what it was asked; one that was stopped before it could has nothing else in it.
    let says = || {
        let bytes = read(&folder.join(JOB)).ok()?;
        serde_json::from_slice::<serde_json::Value>(&bytes).ok()?.get("question").cloned()
    };
    let begun = || {
        let known = |name: &str| name == LOCK || name.starts_with(TEMPORARY);
        let entries = std::fs::read_dir(folder).ok()?;
        Some(entries.flatten().all(|entry| known(&entry.file_name().to_string_lossy())))
    };
    if !about.is_dir() || !(says().is_some() || begun() == Some(true)) {
        bail!("{shown} is in the way: finished parts of the output go there, and it is something else; move it away");
    }
    Ok(())
}

/// Makes sure that the folder is this user's, as the file in it that was made or opened just now is, and nobody else's.
#[cfg(unix)]
fn keep_private(folder: &Path, lock: &File) -> Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let shown = folder.display();
    let about = std::fs::metadata(folder).with_context(|| format!("cannot read {shown}"))?;
    if about.uid() != lock.metadata()?.uid() {
        bail!("{shown} is in the way: it belongs to another user; move it away");
    }
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o700)).with_context(|| format!("cannot close {shown}"))
}

#[cfg(not(unix))]
fn keep_private(_: &Path, _: &File) -> Result<()> {
    Ok(())
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
