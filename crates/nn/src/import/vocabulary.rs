//! Words and their vectors. The rows of `<unk>` and `<pad>` stand for what has no word, and are no words themselves.

use std::collections::HashMap;

use super::description::Description;
use super::network::Plan;
use super::tensors::Tensors;
use crate::layer::{Embedding, VectorsCard};
use crate::ops::shaped;
use crate::text::Vocab;
use crate::text::vocab::VocabError;
use crate::{Error, Result};

/// What the row of every unknown word, and that of padding, is usually called.
const UNKNOWN: [&str; 3] = ["<unk>", "[unk]", "<oov>"];
const PADDING: [&str; 2] = ["<pad>", "[pad]"];

/// The vocabulary with its vectors, and what there is to say of them.
///
/// # Errors
/// [`Error::Vocab`], [`Error::Import`] and the errors of the table.
pub(super) fn embedding(
    tensors: &mut Tensors<'_>,
    plan: &Plan,
    description: &Description,
) -> Result<(Embedding, Vec<String>)> {
    let words = description.vocabulary.as_deref().unwrap_or_default();
    let mut rows: HashMap<&str, usize> = HashMap::with_capacity(words.len());
    for (row, word) in words.iter().enumerate() {
        if let (false, Some(first)) = (unreadable(word), rows.insert(word, row)) {
            return Err(Error::Vocab(VocabError::Duplicate { word: word.clone(), first, row }));
        }
    }
    let shape = tensors.shape(&plan.embedding)?;
    if shape[0] != words.len() {
        return Err(Error::Import(format!(
            "the vocabulary has {} words, {} has {} rows: every row needs its word, also those of padding and of unknown words",
            words.len(),
            plan.embedding,
            shape[0]
        )));
    }
    let dim = plan.dim;
    let values = tensors.floats(&plan.embedding, &shape)?;
    // Our own vectors bring their average, which is counted in another way; the mean of the rows serves as well.
    tensors.ignore("vectors.mean");

    let special = |said: &Option<String>, usual: &[&str], key: &str| match said.as_deref() {
        Some("") => Ok(None),
        Some(word) => match rows.get(word) {
            Some(row) => Ok(Some(*row)),
            None => Err(Error::Import(format!("{key:?} is {word:?}, which is not in the vocabulary"))),
        },
        None => Ok(words.iter().position(|word| usual.contains(&word.to_lowercase().as_str()))),
    };
    let unknown = special(&description.unk_token, &UNKNOWN, "unk_token")?;
    let padding = special(&description.pad_token, &PADDING, "pad_token")?;
    let is_special = |row: usize| Some(row) == unknown || Some(row) == padding;
    check_case(words, is_special, description.lower_case)?;

    let mut notes = Vec::new();
    let mut kept: Vec<usize> = (0..words.len()).filter(|&row| !is_special(row)).collect();
    let before = kept.len();
    kept.retain(|&row| !unreadable(&words[row]));
    if kept.len() < before {
        notes.push(format!(
            "{} rows of the vocabulary are empty or hold a line break; no text can contain them, and they are left out.",
            before - kept.len()
        ));
    }
    notes.push(match unknown {
        Some(row) => format!("Unknown words read “{}”.", words[row]),
        None => "Unknown words read the zero vector: there is no “unk_token”.".to_owned(),
    });
    let row = |row: usize| &values[row * dim..][..dim];
    let vocab = Vocab::new(kept.iter().map(|&row| words[row].as_str()))?;
    let mut table: Vec<f32> = kept.iter().flat_map(|&place| row(place)).copied().collect();
    for other in [unknown, padding] {
        table.extend(other.map_or_else(|| vec![0.0; dim], |place| row(place).to_vec()));
    }
    let said = |text: &str, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text.to_owned() };
    let card = VectorsCard {
        source: said(&description.source, "the network’s own"),
        licence: said(&description.licence, "its owner’s"),
    };
    let embedding = Embedding::of_floats(vocab, shaped((kept.len() + 2, dim), table), card)?;
    Ok((embedding, notes))
}

fn unreadable(word: &str) -> bool {
    word.is_empty() || word.contains(['\n', '\r'])
}

/// Words are read in lower case here; a network that tells capitals apart would read something else.
fn check_case(words: &[String], is_special: impl Fn(usize) -> bool, lower_case: Option<bool>) -> Result<()> {
    let marked = |word: &str| word.starts_with(['<', '[', '-']);
    let capital = words
        .iter()
        .enumerate()
        .find(|(row, word)| !is_special(*row) && !marked(word) && word.chars().any(char::is_uppercase));
    match (lower_case, capital) {
        (Some(true), _) | (None, None) => Ok(()),
        (Some(false), _) => Err(Error::Import(
            "\"lower_case\" is false, and words are read in lower case here: a network that tells capitals apart would read \
             other words than it was trained on"
                .to_owned(),
        )),
        (None, Some((row, word))) => Err(Error::Import(format!(
            "row {row} of the vocabulary is {word:?}, and words are read in lower case here. If the network was trained on \
             words in lower case, say so (\"lower_case\": \"true\")"
        ))),
    }
}
