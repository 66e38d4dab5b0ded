//! What can go wrong, with what was expected and what was found.

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything this crate refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The network or its input was refused.
    #[error(transparent)]
    Network(#[from] wordlight_nn::Error),
    /// There is no such method, rule, target, baseline, checkpoint, ...
    #[error("there is no {what} {found:?}; there is {known}")]
    Unknown {
        /// What kind of thing was asked for.
        what: &'static str,
        /// The name that was given.
        found: String,
        /// The names there are, joined by commas.
        known: String,
    },
    /// A parameter is outside its range.
    #[error("{name} is {found}, expected {expected}")]
    Parameter {
        /// The parameter.
        name: String,
        /// Its range, in words.
        expected: String,
        /// The value given.
        found: String,
    },
    /// The class to explain does not exist.
    #[error("class {found} does not exist; the network has classes 0 to {last}")]
    Class {
        /// The class given.
        found: usize,
        /// The last class.
        last: usize,
    },
    /// A baseline does not have the shape of the input.
    #[error("the baseline has shape {found:?}, expected {expected:?}")]
    BaselineShape {
        /// `[E, D]`
        expected: Vec<usize>,
        /// The shape given.
        found: Vec<usize>,
    },
    /// The method does not fit the network, the target or the length of the text.
    #[error("{method} cannot explain this: {reason}")]
    Unsupported {
        /// The method's name.
        method: &'static str,
        /// What it would need.
        reason: &'static str,
    },
    /// A word may be among those whose vectors are still on their way.
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
    /// Refuses a name, listing the ones there are.
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
            Self::VectorsPending { .. } => "vectors-pending",
            Self::Cancelled => "cancelled",
        }
    }
}
