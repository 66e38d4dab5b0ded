//! What comes back: numbers, and the words that say them.

use serde::{Deserialize, Serialize};

/// Everything that is shown about a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Reply {
    /// The classes, worst first.
    pub class_names: Vec<String>,
    /// Whether there is nothing to explain.
    pub empty: bool,
    /// What to tell the visitor instead of, or beside, the rows.
    pub message: Option<String>,
    /// How many sentences the text has.
    pub sentence_count: usize,
    /// The whole text read at once, by each checkpoint of the request in order of first use.
    pub whole: Vec<Verdict>,
    /// The sentences that were explained.
    pub sentences: Vec<SentenceReply>,
}

/// What a checkpoint says of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Verdict {
    /// Its id.
    pub checkpoint: String,
    /// Its name.
    pub checkpoint_name: String,
    /// The class with the largest logit.
    pub predicted: usize,
    /// Its name.
    pub predicted_name: String,
    /// `[Y]`
    pub probabilities: Vec<f32>,
    /// `[Y]`
    pub logits: Vec<f32>,
    /// The probabilities as "62 %".
    pub percent: Vec<String>,
    /// The true class, if it was given.
    pub truth: Option<usize>,
    /// Whether the prediction is the true class.
    pub correct: Option<bool>,
    /// "positive (62 %)"
    pub text: String,
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct SentenceReply {
    /// Its words.
    pub tokens: Vec<TokenReply>,
    /// One per checkpoint, as in [`Reply::whole`].
    pub verdicts: Vec<Verdict>,
    /// One per row of the request.
    pub rows: Vec<Row>,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct TokenReply {
    /// As typed.
    pub text: String,
    /// What stood between it and the word before it.
    pub gap: String,
    /// What the network reads.
    pub normal: String,
    /// Whether the network has a vector for it.
    pub known: bool,
}

/// One method's account of one sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Row {
    /// As requested.
    pub checkpoint: String,
    /// As requested.
    pub method: String,
    /// The method's name.
    pub method_name: String,
    /// The class explained.
    pub class: usize,
    /// Its name.
    pub class_name: String,
    /// "logit of positive"
    pub target_name: String,
    /// One per word; empty if there is an error.
    pub words: Vec<WordScore>,
    /// The padding after the words, if there is any.
    pub padding: Option<WordScore>,
    /// How many positions of padding there are.
    pub padding_count: usize,
    /// Where the explained value went.
    pub ledger: LedgerReply,
    /// What the strongest colour stands for.
    pub scale_max: f32,
    /// The same in words, with its unit.
    pub scale_text: String,
    /// How the scale was chosen, or that there is almost nothing to see.
    pub scale_note: String,
    /// What a positive score means.
    pub legend_for: String,
    /// What a negative score means.
    pub legend_against: String,
    /// The row in a sentence.
    pub summary: String,
    /// Why there is no row.
    pub error: Option<RowError>,
}

/// Why a row could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct RowError {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// A word's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct WordScore {
    /// The raw score.
    pub score: f32,
    /// The score on the row's scale, -1 to 1.
    pub intensity: f32,
    /// "+0.383"
    pub text: String,
    /// 1 is the largest magnitude of the row.
    pub rank: usize,
    /// The part of all magnitude, "31 %".
    pub share: String,
    /// "+", "-" or "0"
    pub sign: String,
    /// All of this in a sentence.
    pub describe: String,
}

/// Where the explained value went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LedgerReply {
    /// The accounts.
    pub entries: Vec<Entry>,
    /// The explained value.
    pub explained: f32,
    /// "logit of positive"
    pub explained_name: String,
    /// With its sign and three digits.
    pub explained_text: String,
    /// What rounding or a quadrature left over.
    pub residual: f32,
    /// With its sign.
    pub residual_text: String,
    /// A residual up to this is rounding.
    pub tolerance: f32,
    /// Whether the residual is rounding.
    pub ok: bool,
    /// Whether the method promises a sum at all.
    pub proves: bool,
    /// The ledger in a sentence.
    pub text: String,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Entry {
    /// For programs.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it holds.
    pub amount: f32,
    /// With its sign and three digits.
    pub text: String,
}
