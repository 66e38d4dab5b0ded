//! Word vectors: as text, and in the binary formats of word2vec and fastText. One file here is one format.

mod bytes;
mod fasttext;
mod raw;
mod read;
mod rows;
mod size;
mod text;
mod word2vec;

pub use raw::{RawVectors, all_vectors};
