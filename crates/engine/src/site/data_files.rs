//! The files of text beside the manifest that only some questions need, by id.

use wordlight_explain::{Error, Result};

use crate::engine::Engine;

/// What people said of single words.
pub(crate) const HUMAN_VALUES: &str = "human-values";

/// The strongest windows of a network's filters.
pub(crate) const STRONGEST_WINDOWS: &str = "strongest-windows";

/// What networks made of the whole treebank.
pub(crate) const CORPUS: &str = "corpus";

/// All of them.
pub const DATA_FILES: [&str; 3] = [HUMAN_VALUES, STRONGEST_WINDOWS, CORPUS];

impl Engine {
    /// Loads one of [`DATA_FILES`]; whoever brings its bytes has held them to the manifest.
    ///
    /// # Errors
    /// [`Error::Unknown`] for another id, [`Error::Parameter`] for bytes that are not UTF-8 or naming the first line that is
    /// not as it should be.
    pub fn add_data_file(&mut self, id: &str, bytes: &[u8]) -> Result<()> {
        let text = std::str::from_utf8(bytes).map_err(|error| Error::Parameter {
            name: format!("the data file {id}"),
            expected: "text in UTF-8".to_owned(),
            found: format!("no text: the byte at {} begins no character", error.valid_up_to()),
        })?;
        match id {
            HUMAN_VALUES => self.add_human_values(text.to_owned()),
            STRONGEST_WINDOWS => self.add_strongest_windows(text),
            CORPUS => self.add_corpus(text),
            _ => Err(Error::unknown("data file", id, DATA_FILES)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_file_is_read_by_its_id_and_no_other_is_taken_for_one() {
        let mut engine = Engine::new();
        engine.add_data_file("human-values", b"good\t50\n").unwrap();
        engine.add_data_file("strongest-windows", b"# checkpoint\tp\n").unwrap();
        engine.add_data_file("corpus", b"").unwrap();
        assert!(engine.human.is_some() && engine.windows.is_some() && engine.corpus.is_some());
        let error = engine.add_data_file("corpse", b"").unwrap_err().to_string();
        assert_eq!(error, "there is no data file \"corpse\"; there is human-values, strongest-windows, corpus");
        let error = engine.add_data_file("corpus", b"caf\xe9").unwrap_err().to_string();
        assert!(error.contains("the byte at 3 begins no character"), "{error}");
    }
}
