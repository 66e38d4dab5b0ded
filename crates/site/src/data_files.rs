//! The files of text that only some questions of the study need ([`wordlight_engine::DATA_FILES`]).

use std::path::Path;

use anyhow::{Context, Result};
use wordlight_engine::{DATA_FILES, DataFile, Engine};
use wordlight_train::files::{sha256, write_whole};

use crate::export::{Folder, existing, write_manifest};

/// Writes the data file `id` to `path`. If that lies in the folder of models, the manifest lists the file with its hash.
///
/// # Errors
/// Bytes that the engine would refuse, and a folder or a manifest that cannot be read or written.
pub fn write_data_file(models: &Path, id: &str, path: &Path, bytes: &[u8]) -> Result<()> {
    Engine::new().add_data_file(id, bytes)?;
    write_whole(path, bytes)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let same = |a: &Path, b: &Path| Some(a.canonicalize().ok()? == b.canonicalize().ok()?);
    if same(folder, models) != Some(true) {
        return Ok(());
    }
    let Some(mut manifest) = existing(models)? else { return Ok(()) };
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.with_context(|| format!("{} has no name that a manifest can hold", path.display()))?;
    let file = DataFile { id: id.to_owned(), file: name.to_owned(), bytes: bytes.len() as u64, sha256: sha256(bytes) };
    manifest.data_files.retain(|known| known.id != id);
    manifest.data_files.push(file);
    manifest.data_files.sort_by_key(|file| DATA_FILES.iter().position(|id| *id == file.id));
    write_manifest(&mut Folder::new(models), &manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = r#"{"schema": 1, "version": "0.1.0", "default_model": "", "models": []}"#;

    #[test]
    fn a_data_file_in_the_folder_of_models_is_listed_once_with_its_hash() {
        let dir = tempfile::tempdir().unwrap();
        let models = dir.path().join("models");
        std::fs::create_dir(&models).unwrap();
        std::fs::write(models.join("manifest.json"), OLD).unwrap();
        let listed = || existing(&models).unwrap().unwrap().data_files;
        assert_eq!(listed(), []);
        write_data_file(&models, "corpus", &models.join("corpus.txt"), b"# a\n").unwrap();
        for text in [b"good\t50\n", b"good\t60\n"] {
            write_data_file(&models, "human-values", &models.join("people.txt"), text).unwrap();
        }
        write_data_file(&models, "corpus", &dir.path().join("corpus.txt"), b"# elsewhere\n").unwrap();
        let ids: Vec<(String, String)> = listed().into_iter().map(|file| (file.id, file.file)).collect();
        let expected = [("human-values", "people.txt"), ("corpus", "corpus.txt")];
        assert_eq!(ids, expected.map(|(id, file)| (id.to_owned(), file.to_owned())));
        assert_eq!((listed()[0].sha256.as_str(), listed()[0].bytes), (sha256(b"good\t60\n").as_str(), 8));
        assert_eq!(listed()[1].sha256, sha256(b"# a\n"), "a file elsewhere is none of the site's");
    }

    #[test]
    fn a_file_that_no_page_could_read_is_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("corpus.txt");
        assert!(write_data_file(dir.path(), "corpus", &path, b"no table\n").is_err());
        assert!(write_data_file(dir.path(), "corpse", &path, b"").is_err());
        assert!(!path.exists());
    }
}
