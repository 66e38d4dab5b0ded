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

/// The most words a network reads. Far beyond any review; what it costs is a second, not a crash.
pub const MAX_TOKENS: usize = 50_000;
