//! The files of the site that an engine reads besides word vectors and checkpoints, and the list of all of them.

pub(crate) mod corpus;
pub(crate) mod data_files;
pub(crate) mod human_labels;
pub(crate) mod imported;
pub(crate) mod manifest;
pub(crate) mod strongest_windows;
