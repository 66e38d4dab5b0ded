//! Networks: vectors in, logits out, and one walk back.

mod any;
mod bilstm;
mod classifier;
mod scores;
mod text_cnn;

pub use any::AnyModel;
pub use bilstm::{BiLstm, BiLstmConfig, BiLstmPass};
pub use classifier::{Classifier, Pass};
pub use scores::{argmax, softmax};
pub use text_cnn::{TextCnn, TextCnnConfig, TextCnnPass};

use crate::{Error, Result};

/// The most words a network reads. Far beyond any review; what it costs is a second, not a crash.
pub const MAX_TOKENS: usize = 50_000;

/// The most numbers that a pass keeps of a text: a gibibyte of 32-bit ones. A network of the largest sizes reads shorter
/// texts for it.
pub const MAX_NUMBERS: usize = 1 << 28;

/// Refuses a text of so many rows, each of which takes so many numbers.
fn check_rows(rows: usize, numbers: usize) -> Result<()> {
    let limit = MAX_NUMBERS / numbers.max(1);
    if rows > limit { Err(Error::TooLong { limit, found: rows }) } else { Ok(()) }
}
