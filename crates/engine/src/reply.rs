//! What comes back: numbers, and the words that say them.

use serde::{Deserialize, Serialize};

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Reply {
    /// The names of the classes, worst first.
    pub class_names: Vec<String>,
    /// Whether the text has no word.
    pub empty: bool,
    /// A message to be shown instead of, or above, the rows.
    pub message: Option<String>,
    /// The number of sentences of the text, explained or not.
    pub sentence_count: usize,
    /// The whole text read at once, by each checkpoint of the request in order of first use.
    pub whole: Vec<Verdict>,
    /// The sentences that were explained.
    pub sentences: Vec<SentenceReply>,
}

/// The prediction of a checkpoint for a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Verdict {
    /// The id of the checkpoint.
    pub checkpoint: String,
    /// The name of the checkpoint.
    pub checkpoint_name: String,
    /// The class with the largest logit, counted from 0.
    pub predicted: usize,
    /// The name of the predicted class.
    pub predicted_name: String,
    /// The probability of each class, `[Y]`.
    pub probabilities: Vec<f32>,
    /// The logit of each class, `[Y]`.
    pub logits: Vec<f32>,
    /// The probabilities in percent, as text: "62 %". `[Y]`
    pub percent: Vec<String>,
    /// The true class, counted from 0, if it was given.
    pub truth: Option<usize>,
    /// Whether the prediction is the true class.
    pub correct: Option<bool>,
    /// The predicted class with its probability: "positive (62 %)".
    pub text: String,
}

/// A sentence with its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct SentenceReply {
    /// The tokens of the sentence, `[T]`.
    pub tokens: Vec<TokenReply>,
    /// The prediction of each checkpoint, in the order of [`Reply::whole`].
    pub verdicts: Vec<Verdict>,
    /// The explanations, one per row of the request.
    pub rows: Vec<Row>,
}

/// A token of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct TokenReply {
    /// The token as typed.
    pub text: String,
    /// The text between the token before it and this one.
    pub gap: String,
    /// The normal form, which the network reads.
    pub normal: String,
    /// Whether the network has a vector for it.
    pub known: bool,
}

/// The explanation of one sentence by one method and checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct Row {
    /// The id of the checkpoint, as requested.
    pub checkpoint: String,
    /// The id of the method, as requested.
    pub method: String,
    /// The name of the method.
    pub method_name: String,
    /// The class that is explained, counted from 0.
    pub class: usize,
    /// The name of that class.
    pub class_name: String,
    /// The name of the explained value: "logit of positive".
    pub target_name: String,
    /// The scores of the words, `[T]`; empty if there is an error.
    pub words: Vec<WordScore>,
    /// The score of all padding after the words, if there is any.
    pub padding: Option<WordScore>,
    /// The number of padding positions after the words, up to the length for which the network was trained.
    pub padding_count: usize,
    /// The accounts of the explained value.
    pub ledger: LedgerReply,
    /// The score that has the strongest colour.
    pub scale_max: f32,
    /// The score that has the strongest colour as text, with its unit.
    pub scale_text: String,
    /// How the scale was chosen, or that there is almost nothing to see.
    pub scale_note: String,
    /// What a positive score means, for a legend.
    pub legend_for: String,
    /// What a negative score means, for a legend.
    pub legend_against: String,
    /// A summary of the row in a sentence.
    pub summary: String,
    /// Why there are no scores, if there are none.
    pub error: Option<RowError>,
}

/// Why a row could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct RowError {
    /// The code of the error, for programs.
    pub code: String,
    /// The message of the error, for readers.
    pub message: String,
}

/// The score of a word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct WordScore {
    /// The score itself, in units of the method.
    pub score: f32,
    /// The score on the row's scale, -1 to 1.
    pub intensity: f32,
    /// The score as text, with its sign: "+0.383".
    pub text: String,
    /// The rank of the score's magnitude in the row; 1 is the largest.
    pub rank: usize,
    /// The share of the row's total magnitude: "31 %".
    pub share: String,
    /// The sign as text: "+", "-" or "0".
    pub sign: String,
    /// The word with its score, rank and share in a sentence.
    pub describe: String,
}

/// The accounts of the explained value, and whether they add up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LedgerReply {
    /// The accounts with their amounts.
    pub entries: Vec<Entry>,
    /// The explained value.
    pub explained: f32,
    /// The name of the explained value: "logit of positive".
    pub explained_name: String,
    /// The explained value as text, with its sign and three digits.
    pub explained_text: String,
    /// The explained value minus the sum of the accounts.
    pub residual: f32,
    /// The residual as text, with its sign.
    pub residual_text: String,
    /// The largest magnitude of the residual that counts as rounding.
    pub tolerance: f32,
    /// Whether the residual counts as rounding. Also true where no sum is promised.
    pub ok: bool,
    /// Whether the method promises that the accounts add up.
    pub proves: bool,
    /// The ledger in a sentence.
    pub text: String,
}

/// An account of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Entry {
    /// The id of the account, for programs.
    pub id: String,
    /// The name of the account, for readers.
    pub name: String,
    /// The amount, in units of the explained value.
    pub amount: f32,
    /// The amount as text, with its sign and three digits.
    pub text: String,
}
