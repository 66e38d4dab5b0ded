//! The files of text beside the manifest that only some questions need, by id.

/// What people said of single words.
pub(crate) const HUMAN_VALUES: &str = "human-values";

/// The strongest windows of a network's filters.
pub(crate) const STRONGEST_WINDOWS: &str = "strongest-windows";

/// What networks made of the whole treebank.
pub(crate) const CORPUS: &str = "corpus";
