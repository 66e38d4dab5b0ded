//! What a network is trained and measured on: sentences as rows of a table of word vectors.

mod document;
pub mod pca;
mod settings;
mod table;
pub mod treebank;
pub mod vectors;
mod vocabulary;

pub use document::{Document, documents};
pub use settings::{VectorSettings, Weighting};
pub use table::Table;
pub use vectors::all_vectors;
pub use vocabulary::Coverage;
