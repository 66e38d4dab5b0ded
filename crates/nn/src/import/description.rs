//! What the files say of the network in words: in the metadata of a safetensors file, or in a JSON file beside it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::examples::Example;
use crate::layer::Activation;
use crate::text::printable;
use crate::{Error, Result};

/// Everything that can be said. What may stay unsaid has its default here.
#[derive(Debug, Default)]
pub(super) struct Description {
    pub(super) name: String,
    pub(super) licence: String,
    pub(super) source: String,
    /// `[Y]`; empty if nothing is said.
    pub(super) classes: Vec<String>,
    /// One per row of the embedding.
    pub(super) vocabulary: Option<Vec<String>>,
    /// Of a convolution.
    pub(super) activation: Option<Activation>,
    pub(super) pad_to: usize,
    /// The word whose row stands for every unknown one; `Some("")` is none.
    pub(super) unk_token: Option<String>,
    /// The word whose row stands for padding.
    pub(super) pad_token: Option<String>,
    pub(super) lower_case: Option<bool>,
    pub(super) examples: Vec<Example>,
    pub(super) notes: Vec<String>,
}

/// The keys that are understood.
pub(super) const KEYS: &str = "vocabulary, classes, activation, pad_to, unk_token, pad_token, lower_case, tokenizer, name, licence, source, examples";

/// A value of a safetensors file's metadata, which can be text alone: what looks like JSON is read as JSON.
///
/// # Errors
/// [`Error::Import`] for a text that is too long.
pub(super) fn value_of(text: &str) -> Result<Value> {
    check_length(text.len(), "metadata")?;
    let looks_so = text.trim_start().starts_with(['[', '{']);
    Ok(match looks_so.then(|| serde_json::from_str(text)) {
        Some(Ok(value)) => value,
        _ => Value::String(text.to_owned()),
    })
}

/// The most bytes of JSON or of a list of words: in memory they are many times as many.
const MAX_TEXT: usize = 64 << 20;

fn check_length(found: usize, what: &str) -> Result<()> {
    if found > MAX_TEXT {
        let limit = MAX_TEXT >> 20;
        return Err(Error::Import(format!("this {what} has {found} bytes; at most {limit} MiB of it are read")));
    }
    Ok(())
}

fn refuse(key: &str, value: &Value, expected: &str) -> Error {
    let shown: String = value.to_string().chars().take(60).collect();
    Error::Import(format!("{key:?} is {shown}, expected {expected}"))
}

impl Description {
    /// Takes one thing that is said.
    ///
    /// # Errors
    /// [`Error::Import`] if it cannot be meant so, or contradicts what was said before.
    pub(super) fn add(&mut self, key: &str, value: &Value) -> Result<()> {
        let text = || match value.as_str() {
            Some(text) if text.contains(|c: char| c.is_control() && !c.is_whitespace()) => {
                Err(refuse(key, value, "a text without control characters"))
            }
            Some(text) => Ok(text.to_owned()),
            None => Err(refuse(key, value, "a text")),
        };
        match key {
            "name" => self.name = text()?,
            "licence" | "license" => self.licence = text()?,
            "source" => self.source = text()?,
            "classes" | "labels" | "id2label" => self.classes = classes(key, value)?,
            "vocabulary" | "vocab" => self.set_vocabulary(words(key, value)?)?,
            "activation" => {
                self.activation = Some(match text()?.to_lowercase().as_str() {
                    "relu" => Activation::Relu,
                    "none" | "linear" | "identity" => Activation::Linear,
                    _ => return Err(refuse(key, value, "\"relu\" or \"none\"; others are not supported")),
                });
            }
            "pad_to" => {
                let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
                let number = number.and_then(|number| usize::try_from(number).ok());
                self.pad_to = number.ok_or_else(|| refuse(key, value, "a whole number of words"))?;
            }
            "unk_token" => self.unk_token = Some(if value.is_null() { String::new() } else { text()? }),
            "pad_token" => self.pad_token = Some(if value.is_null() { String::new() } else { text()? }),
            "lower_case" => {
                self.lower_case = Some(match (value, value.as_str()) {
                    (Value::Bool(yes), _) => *yes,
                    (_, Some("true" | "True" | "1")) => true,
                    (_, Some("false" | "False" | "0")) => false,
                    _ => return Err(refuse(key, value, "true or false")),
                });
            }
            "tokenizer" => {
                let own = text()?;
                if own != "treebank" {
                    self.notes.push(format!(
                        "It was trained on words as “{own}” splits them; here the rules of the Penn Treebank do, and some words may differ."
                    ));
                }
            }
            "examples" => self.examples = Example::read(value)?,
            // Our own files say it so.
            "wordlight" => self.add_own(value)?,
            "vectors" => self.add_map(value.as_object().ok_or_else(|| refuse(key, value, "an object"))?)?,
            "format" => {}
            other => self.notes.push(format!("“{}” was not understood; the keys are {KEYS}.", printable(other))),
        }
        Ok(())
    }

    fn add_map(&mut self, map: &Map<String, Value>) -> Result<()> {
        map.iter().try_for_each(|(key, value)| self.add(key, value))
    }

    /// The card of one of wordlight's own networks.
    fn add_own(&mut self, card: &Value) -> Result<()> {
        for key in ["labels", "licence"] {
            if let Some(value) = card.get(key) {
                self.add(key, value)?;
            }
        }
        for key in ["activation", "pad_to"] {
            if let Some(value) = card.get("architecture").and_then(|architecture| architecture.get(key)) {
                self.add(key, value)?;
            }
        }
        Ok(())
    }

    /// A JSON file: a list of words, an object from word to row, or an object of these keys.
    ///
    /// # Errors
    /// [`Error::Import`]
    pub(super) fn add_json(&mut self, bytes: &[u8]) -> Result<()> {
        check_length(bytes.len(), "JSON")?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes).map_err(|e| Error::Import(format!("this is no JSON: {e}")))?;
        match &value {
            Value::Object(map) if map.is_empty() || !map.values().all(Value::is_u64) => self.add_map(map),
            _ => self.set_vocabulary(words("vocabulary", &value)?),
        }
    }

    /// A text file: a word per line.
    ///
    /// # Errors
    /// [`Error::Import`]
    pub(super) fn add_words(&mut self, bytes: &[u8]) -> Result<()> {
        check_length(bytes.len(), "list of words")?;
        let text = std::str::from_utf8(bytes)
            .map_err(|e| Error::Vocab(crate::text::vocab::VocabError::NotUtf8 { valid_up_to: e.valid_up_to() }))?;
        self.set_vocabulary(lines(text))
    }

    pub(super) fn set_vocabulary(&mut self, words: Vec<String>) -> Result<()> {
        match self.vocabulary.replace(words) {
            None => Ok(()),
            Some(_) => Err(Error::Import("there are two vocabularies; give one".to_owned())),
        }
    }
}

/// Lines of a text, with either line end, without a byte-order mark.
fn lines(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().map(str::to_owned).collect()
}

fn list(key: &str, value: &[Value]) -> Result<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| refuse(key, value, "a list of texts"));
    value.iter().map(text).collect()
}

/// Words in the order of their rows.
fn words(key: &str, value: &Value) -> Result<Vec<String>> {
    match value {
        Value::Array(items) => list(key, items),
        Value::String(text) => Ok(lines(text)),
        Value::Object(map) => in_order(key, map.iter().map(|(word, row)| (row.as_u64(), word.clone()))),
        other => Err(refuse(key, other, "a list of words, a word per line, or an object from word to row")),
    }
}

/// Class names in the order of the logits.
fn classes(key: &str, value: &Value) -> Result<Vec<String>> {
    let names = match value {
        Value::Array(items) => list(key, items)?,
        Value::String(text) if text.contains('\n') => lines(text),
        Value::String(text) => text.split(',').map(|name| name.trim().to_owned()).collect(),
        Value::Object(map) => {
            let name = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| refuse(key, value, "a name"));
            let named = map.iter().map(|(number, value)| Ok((number.parse().ok(), name(value)?)));
            in_order(key, named.collect::<Result<Vec<_>>>()?.into_iter())?
        }
        other => return Err(refuse(key, other, "a list of names")),
    };
    let mut met = HashSet::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        if name.trim().is_empty() || name.chars().count() > 80 || name.contains(char::is_control) {
            return Err(Error::Import(format!("the name of class {place} is {name:?}, expected 1 to 80 characters")));
        }
        if !met.insert(name) {
            return Err(Error::Import(format!("two classes have the name {name:?}")));
        }
    }
    Ok(names)
}

/// What is numbered 0, 1, 2, ... in that order.
fn in_order(key: &str, numbered: impl ExactSizeIterator<Item = (Option<u64>, String)>) -> Result<Vec<String>> {
    let count = numbered.len();
    let mut placed: Vec<Option<String>> = vec![None; count];
    for (number, name) in numbered {
        let place = number.and_then(|number| usize::try_from(number).ok()).and_then(|number| placed.get_mut(number));
        match place {
            Some(place @ None) => *place = Some(name),
            Some(Some(other)) => {
                return Err(Error::Import(format!("{key:?} gives {name:?} and {other:?} the same number")));
            }
            None => {
                let found = number.map_or("no number".to_owned(), |number| number.to_string());
                return Err(Error::Import(format!("{key:?} gives {name:?} {found}, expected 0 to {}", count - 1)));
            }
        }
    }
    Ok(placed.into_iter().flatten().collect())
}
