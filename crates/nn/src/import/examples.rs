//! Sentences that the file brings with the logits that its owner's program gives them. A network that was read rightly
//! gives them too; nothing shows a wrong activation, another order of filters or a mean in place of a maximum as surely.

use serde_json::Value;

use crate::layer::Embedding;
use crate::model::{AnyModel, Classifier, MAX_TOKENS};
use crate::params::Parameters;
use crate::text::tokenize;
use crate::{Error, Result};

/// How far a logit may be off, as a part of the largest: 16-bit weights round more than the sums do.
const TOLERANCE: f64 = 0.01;

/// A sentence with its logits.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Example {
    words: Vec<String>,
    /// The sentence as typed, if it is given.
    text: Option<String>,
    /// `[Y]`
    logits: Vec<f64>,
}

impl Example {
    pub(super) fn read(value: &Value) -> Result<Vec<Self>> {
        let refuse = || {
            let expected = r#"[{"words": ["a", "good", "film"], "logits": [-0.5, 1.25]}], and "text" if wanted"#;
            Error::Import(format!("\"examples\" does not read, expected {expected}"))
        };
        let one = |value: &Value| {
            let words = value.get("words")?.as_array()?.iter().map(|word| word.as_str().map(str::to_owned));
            Some(Self {
                words: words.collect::<Option<_>>()?,
                text: value.get("text").and_then(Value::as_str).map(str::to_owned),
                logits: value.get("logits")?.as_array()?.iter().map(Value::as_f64).collect::<Option<_>>()?,
            })
        };
        value.as_array().ok_or_else(refuse)?.iter().map(|value| one(value).ok_or_else(refuse)).collect()
    }
}

/// The most numbers that an example has, its words times their dimensions.
const MAX_NUMBERS: usize = 1 << 26;

/// The most products that all examples take, their words times the network's parameters: a minute or two; in 64 bits on every machine.
const MAX_PRODUCTS: u64 = 1 << 37;

/// Refuses examples that no one would hold a network to.
fn check_sizes(model: &AnyModel<f32>, examples: &[Example]) -> Result<()> {
    let mut all = 0usize;
    for example in examples {
        let (words, dim) = (example.words.len(), model.dim());
        let rows = if words > MAX_TOKENS { words } else { model.positions(words) };
        if words > MAX_TOKENS || rows.saturating_mul(dim) > MAX_NUMBERS {
            let limit = MAX_TOKENS.min(MAX_NUMBERS / dim);
            return Err(Error::Import(format!(
                "an example has {rows} words of {dim} dimensions, at most {limit} are read: give a few sentences"
            )));
        }
        all = all.saturating_add(rows);
    }
    let parameters = model.parameter_count();
    if (all as u64).saturating_mul(parameters as u64) > MAX_PRODUCTS {
        let limit = MAX_PRODUCTS / parameters as u64;
        return Err(Error::Import(format!(
            "the {} examples have {all} words, at most {limit} are read by {parameters} parameters: give a few sentences",
            examples.len()
        )));
    }
    Ok(())
}

/// Holds the network to its examples, and says in sentences how well it did.
///
/// # Errors
/// [`Error::Import`] if one has other logits here.
pub(super) fn check(
    model: &AnyModel<f32>,
    embedding: &Embedding,
    examples: &[Example],
    one_logit: bool,
) -> Result<Vec<String>> {
    let (mut worst, mut split) = (0.0f64, 0);
    check_sizes(model, examples)?;
    for example in examples {
        let rows: Vec<Option<usize>> = example.words.iter().map(|word| embedding.vocab().get_exact(word)).collect();
        let pass = model.forward(embedding.embed(&rows, model.positions(rows.len())))?;
        let mut logits: Vec<f64> = pass.logits().iter().map(|z| f64::from(*z)).collect();
        if one_logit {
            logits = vec![logits[1] - logits[0]];
        }
        let shown = || example.words.join(" ").chars().take(60).collect::<String>();
        if logits.len() != example.logits.len() {
            let (found, expected) = (example.logits.len(), logits.len());
            return Err(Error::Import(format!("the example {:?} has {found} logits, expected {expected}", shown())));
        }
        let largest = logits.iter().chain(&example.logits).fold(1.0f64, |m, z| m.max(z.abs()));
        let off = logits.iter().zip(&example.logits).fold(0.0f64, |m, (a, b)| m.max((a - b).abs()));
        if off > TOLERANCE * largest || !largest.is_finite() {
            return Err(Error::Import(format!(
                "the example {:?} has the logits {:?} in the file and {logits:?} here. Is the activation, the padding, the \
                 order of the convolutions or the way the states are read another than described?",
                shown(),
                example.logits
            )));
        }
        worst = worst.max(off);
        if let Some(text) = &example.text {
            let tokens = tokenize(text);
            split += usize::from(embedding.look_up(&tokens) != rows);
        }
    }
    let mut notes = Vec::new();
    if !examples.is_empty() {
        let (count, worst) = (examples.len(), format!("{worst:.0e}").replace('-', "−"));
        notes.push(format!(
            "The logits of {count} examples in the file come out here; the largest difference is {worst}."
        ));
    }
    if split > 0 {
        notes.push(format!("{split} of the examples’ texts are split into other words here than there."));
    }
    Ok(notes)
}
