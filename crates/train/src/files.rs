//! Files: read with their name in the error, written whole or not at all.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// How the names of files begin that are not yet what they will be.
pub const TEMPORARY: &str = ".wordlight-";

/// Removes the files that a process killed in the middle of a write has left in a folder.
///
/// # Errors
/// With the folder's or the file's name.
pub fn remove_temporary(folder: &Path) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        let temporary = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY));
        if temporary && path.is_file() {
            std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// The most bytes of a file that is read whole: weights, vectors, a part of a job.
pub const MAX_FILE: u64 = 2 << 30;
/// The most bytes of a file that is text: a manifest, results, an experiment, trees.
pub const MAX_TEXT_FILE: u64 = 64 << 20;

/// The bytes of a file, at most [`MAX_FILE`].
///
/// # Errors
/// With the file's name.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    read_at_most(path, MAX_FILE)
}

/// The bytes of a file that is text or JSON, at most [`MAX_TEXT_FILE`].
///
/// # Errors
/// With the file's name.
pub fn read_text(path: &Path) -> Result<Vec<u8>> {
    read_at_most(path, MAX_TEXT_FILE)
}

/// The bytes of a file that has no more than `limit`. Its size is looked at before it is read; a pipe or a device, which
/// has none, is read no further than that.
///
/// # Errors
/// With the file's name.
pub fn read_at_most(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let read = || -> Result<Vec<u8>> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        if size > limit {
            bail!("it has {size} bytes; at most {limit} are read");
        }
        // Neither the length of a pipe, which is 0, nor a file that grows meanwhile decides more than how often room is made.
        let mut bytes = Vec::with_capacity(usize::try_from(size)?);
        append(file, limit, &mut bytes)?;
        Ok(bytes)
    };
    read().with_context(|| format!("cannot read {}", path.display()))
}

/// Everything of an input that has no more than `limit` bytes.
///
/// # Errors
/// If it has more, or cannot be read.
pub fn all_of(input: impl Read, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    append(input, limit, &mut bytes)?;
    Ok(bytes)
}

fn append(input: impl Read, limit: u64, bytes: &mut Vec<u8>) -> Result<()> {
    input.take(limit + 1).read_to_end(bytes)?;
    if bytes.len() as u64 > limit {
        bail!("it has more than {limit} bytes, and no more are read");
    }
    Ok(())
}

/// Writes a file under another name beside its place and renames it: whoever looks sees the old file or the whole new
/// one.
///
/// # Errors
/// With the file's name; nothing is left behind.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> Result<()> {
        let mut file = temporary_in(parent(path))?;
        file.write_all(bytes)?;
        put_file(file, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// A new file for [`put_file`], which may be read by whom the user's umask allows.
///
/// # Errors
/// If it cannot be made.
pub fn temporary_in(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Puts a finished file in its place. One that is there already is replaced and leaves its permissions to the new one.
///
/// # Errors
/// If it cannot be written to the disk or put in its place; nothing is left behind.
pub fn put_file(file: NamedTempFile, path: &Path) -> Result<()> {
    if let Ok(old) = std::fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    // The error would keep the temporary file alive for as long as somebody holds it.
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

/// Fills a folder under another name beside its place and renames it. `fill` gets the folder to write to.
///
/// # Errors
/// If `path` exists and is not an empty folder, unless `replace`; whatever `fill` reports. Nothing is left behind.
pub fn write_folder(path: &Path, replace: bool, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    check_free(path, replace)?;
    let beside = parent(path);
    std::fs::create_dir_all(beside).with_context(|| format!("cannot make the folder {}", beside.display()))?;
    let temporary = tempfile::Builder::new()
        .prefix(TEMPORARY)
        .tempdir_in(beside)
        .with_context(|| format!("cannot write beside {}", path.display()))?;
    let new = temporary.path().join("new");
    std::fs::create_dir(&new)?;
    fill(&new)?;
    put_folder(&new, path, &temporary.path().join("old"))
}

/// Puts a finished folder in its place. What was there is moved to `old`, and back if the new one cannot be put.
///
/// # Errors
/// With the folder's name.
pub fn put_folder(new: &Path, path: &Path, old: &Path) -> Result<()> {
    let moved = || -> std::io::Result<()> {
        let had_old = path.exists();
        if had_old {
            std::fs::rename(path, old)?;
        }
        if let Err(error) = std::fs::rename(new, path) {
            if had_old {
                std::fs::rename(old, path)?;
            }
            return Err(error);
        }
        Ok(())
    };
    moved().with_context(|| format!("cannot put the finished folder at {}", path.display()))
}

/// Refuses a folder that already holds something, unless it may be replaced. Ask this before long work.
///
/// # Errors
/// Says what is in the way.
pub fn check_free(path: &Path, replace: bool) -> Result<()> {
    if path.is_file() {
        bail!("{} is a file, expected a folder", path.display());
    }
    let taken = std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
    if taken && !replace {
        bail!("the folder {} is not empty; choose another one or add --force to replace it", path.display());
    }
    Ok(())
}

/// SHA-256, in hex.
pub fn sha256(bytes: &[u8]) -> String {
    wordlight_nn::hex::hex(&Sha256::digest(bytes))
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn an_interrupted_folder_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("run");
        let error = write_folder(&out, false, |new| {
            write_whole(&new.join("a"), b"half")?;
            bail!("the power went")
        });
        assert_eq!(error.unwrap_err().to_string(), "the power went");
        assert_eq!(names(dir.path()), Vec::<String>::new());
    }

    #[test]
    fn a_failed_replacement_keeps_the_old_folder() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("run");
        write_folder(&out, false, |new| write_whole(&new.join("a"), b"old")).unwrap();
        assert!(write_folder(&out, false, |_| Ok(())).unwrap_err().to_string().contains("--force"));
        assert!(write_folder(&out, true, |_| bail!("no")).is_err());
        assert_eq!(read(&out.join("a")).unwrap(), b"old");
        write_folder(&out, true, |new| write_whole(&new.join("b"), b"new")).unwrap();
        assert_eq!(names(&out), ["b"]);
        assert_eq!(names(dir.path()), ["run"]);
    }

    #[test]
    fn a_file_that_cannot_be_put_in_place_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("taken/inside")).unwrap();
        let error = write_whole(&dir.path().join("taken"), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write"), "{error}");
        assert_eq!(names(dir.path()), ["taken"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_the_permissions_of_the_one_it_replaces() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let mode = |name: &str| std::fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
        // What the umask of this process makes of a new file.
        std::fs::write(dir.path().join("by std"), "x").unwrap();
        write_whole(&dir.path().join("new"), b"x").unwrap();
        assert_eq!(mode("new"), mode("by std"));
        for old in [0o600, 0o664, 0o444] {
            std::fs::set_permissions(dir.path().join("new"), PermissionsExt::from_mode(old)).unwrap();
            write_whole(&dir.path().join("new"), b"y").unwrap();
            assert_eq!((mode("new"), read(&dir.path().join("new")).unwrap()), (old, b"y".to_vec()));
        }
    }

    #[test]
    fn a_file_is_refused_by_its_size_and_an_input_without_one_by_its_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("text");
        std::fs::write(&path, b"12345").unwrap();
        assert_eq!(read_at_most(&path, 5).unwrap(), b"12345");
        let said = |error: anyhow::Error| format!("{error:#}");
        assert!(said(read_at_most(&path, 4).unwrap_err()).ends_with("text: it has 5 bytes; at most 4 are read"));
        assert_eq!(all_of(&b"12345"[..], 5).unwrap(), b"12345");
        let endless = said(all_of(std::io::repeat(b'a'), 4).unwrap_err());
        assert_eq!(endless, "it has more than 4 bytes, and no more are read");
        // Neither file takes its bytes on the disk, and neither is read.
        for (limit, reader) in [(MAX_TEXT_FILE, read_text as fn(&Path) -> Result<Vec<u8>>), (MAX_FILE, read)] {
            File::create(&path).unwrap().set_len(limit + 1).unwrap();
            assert!(
                said(reader(&path).unwrap_err()).ends_with(&format!("{} bytes; at most {limit} are read", limit + 1))
            );
        }
        File::create(&path).unwrap().set_len(MAX_TEXT_FILE).unwrap();
        assert_eq!(read_text(&path).unwrap().len() as u64, MAX_TEXT_FILE);
    }

    #[test]
    fn the_empty_string_has_its_known_hash() {
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
