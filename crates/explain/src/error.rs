//! What can go wrong, with what was expected and what was found.

/// A result whose error is [`Error`], unless another is named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The network refused its weights, its input or a file.
    #[error(transparent)]
    Network(#[from] wordlight_nn::Error),
    /// There is no such method, rule, target, baseline, checkpoint, ...
    #[error("there is no {what} {found:?}; there is {known}")]
    Unknown {
        /// The kind of thing that was asked for: "method", "parameter", "target", ...
        what: &'static str,
        /// The name that was asked for.
        found: String,
        /// The names that exist, joined by commas.
        known: String,
    },
    /// A parameter is outside its range.
    #[error("{name} is {found}, expected {expected}")]
    Parameter {
        /// The id of the parameter.
        name: String,
        /// The range it has to be in, in words.
        expected: String,
        /// The value that was given.
        found: String,
    },
    /// The class to explain does not exist.
    #[error("class {found} does not exist; the network has classes 0 to {last}")]
    Class {
        /// The class that was asked for, counted from 0.
        found: usize,
        /// The last class of the network.
        last: usize,
    },
    /// A baseline does not have the shape of the input.
    #[error("the baseline has shape {found:?}, expected {expected:?}")]
    BaselineShape {
        /// The shape of the input, `[E, D]`.
        expected: Vec<usize>,
        /// The shape of the baseline that was given.
        found: Vec<usize>,
    },
    /// The method does not fit the network, the target or the length of the text.
    #[error("{method} cannot explain this: {reason}")]
    Unsupported {
        /// The method's name.
        method: &'static str,
        /// Why it cannot, and where it helps what to use instead.
        reason: &'static str,
    },
    /// A score is NaN or infinite: somewhere on the way the numbers left the range of floating point.
    #[error("{method} finds no finite scores: the numbers of this network are too large")]
    NotFinite {
        /// The method's name.
        method: &'static str,
    },
    /// A word has no vector yet, and may get one when the rest of the word vectors has been loaded.
    #[error("{word:?} is not there yet: the rest of the word vectors is still being loaded")]
    VectorsPending {
        /// The first such word, in its normal form.
        word: String,
    },
    /// A long computation was asked to stop.
    #[error("stopped before it was done")]
    Cancelled,
}

impl Error {
    /// An [`Error::Unknown`] for the name `found` of a `what`, listing the names that exist.
    pub fn unknown<'a>(what: &'static str, found: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "none".to_owned() } else { known };
        Self::Unknown { what, found: found.to_owned(), known }
    }

    /// A short name for programs: `unknown`, `parameter`, `network`, ...
    pub fn code(&self) -> &'static str {
        match self {
            Self::Network(wordlight_nn::Error::TooLong { .. }) => "too-long",
            Self::Network(_) => "network",
            Self::Unknown { .. } => "unknown",
            Self::Parameter { .. } => "parameter",
            Self::Class { .. } => "class",
            Self::BaselineShape { .. } => "baseline",
            Self::Unsupported { .. } => "unsupported",
            Self::NotFinite { .. } => "not-finite",
            Self::VectorsPending { .. } => "vectors-pending",
            Self::Cancelled => "cancelled",
        }
    }
}
