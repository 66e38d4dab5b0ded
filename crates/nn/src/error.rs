//! What can go wrong, with what was expected and what was found.

use std::ops::RangeInclusive;

use crate::text::vocab::VocabError;

/// A result whose error is [`Error`], unless another is named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An array has another shape than its place in the network asks for.
    #[error("{what} has shape {found:?}, expected {expected:?}")]
    Shape {
        /// The name of the tensor or argument.
        what: String,
        /// The shape that it should have.
        expected: Vec<usize>,
        /// The shape that it has.
        found: Vec<usize>,
    },
    /// A weight or an input is NaN or infinite.
    #[error("{what} has the value {value} at index {index}; every value must be finite")]
    NotFinite {
        /// The name of the tensor or argument.
        what: String,
        /// The place of the first such value, counted in row-major order.
        index: usize,
        /// The value found.
        value: f64,
    },
    /// A setting is outside its range.
    #[error("{name} is {found}, expected {expected}")]
    Setting {
        /// The name of the setting.
        name: &'static str,
        /// The values that are allowed, in words.
        expected: String,
        /// The value that was given.
        found: String,
    },
    /// The text is longer than the limit.
    #[error("the text has {found} words; the limit is {limit}")]
    TooLong {
        /// The largest number of tokens that is read.
        limit: usize,
        /// The number of tokens of the text.
        found: usize,
    },
    /// A weight file lacks a tensor.
    #[error("the weight file has no tensor {name:?}; it has {found:?}")]
    MissingTensor {
        /// The name of the tensor.
        name: String,
        /// The names of the tensors that the file has.
        found: Vec<String>,
    },
    /// A bundle has no model of this name.
    #[error("the weight file has no part {part:?}; it has {found:?}")]
    MissingPart {
        /// The name of the model.
        part: String,
        /// The names of the models that the bundle has.
        found: Vec<String>,
    },
    /// A weight file has a tensor that the architecture has no place for.
    #[error("the weight file has a tensor {name:?} that this architecture has no place for")]
    UnknownTensor {
        /// The name of the tensor.
        name: String,
    },
    /// A tensor has the wrong element type.
    #[error("tensor {name:?} holds {found}, expected {expected}")]
    ElementType {
        /// The name of the tensor.
        name: String,
        /// The element type that is read.
        expected: &'static str,
        /// The element type of the file.
        found: String,
    },
    /// The bytes are no safetensors file: cut off, or something else altogether.
    #[error("not a whole safetensors file ({found} bytes): {reason}")]
    Container {
        /// The length of the file, in bytes.
        found: usize,
        /// The message of the format's reader.
        reason: String,
    },
    /// The file's description of itself is missing or does not parse.
    #[error("the weight file's {key:?} metadata is unusable: {reason}")]
    Metadata {
        /// The key of the metadata.
        key: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A network from elsewhere does not say enough of itself, or is of a kind that is not supported.
    #[error("{0}")]
    Import(String),
    /// A vocabulary does not read.
    #[error("vocabulary: {0}")]
    Vocab(#[from] VocabError),
}

impl Error {
    /// Refuses an array of the wrong shape.
    pub(crate) fn check_shape(what: &str, expected: &[usize], found: &[usize]) -> Result<()> {
        if expected == found {
            return Ok(());
        }
        Err(Self::Shape { what: what.to_owned(), expected: expected.to_vec(), found: found.to_vec() })
    }

    /// Refuses a size that is out of range.
    pub(crate) fn check_setting(name: &'static str, found: usize, range: RangeInclusive<usize>) -> Result<()> {
        if range.contains(&found) {
            return Ok(());
        }
        let expected = format!("{} to {}", range.start(), range.end());
        Err(Self::Setting { name, expected, found: found.to_string() })
    }

    /// Refuses a NaN or an infinity.
    pub(crate) fn check_finite<F: crate::Real>(what: &str, values: &[F]) -> Result<()> {
        if F::all_finite(values) {
            return Ok(());
        }
        let index = values.iter().position(|v| !v.is_finite()).unwrap_or_default();
        Err(Self::NotFinite { what: what.to_owned(), index, value: values[index].as_f64() })
    }
}
