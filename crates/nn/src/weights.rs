//! Weights in and out: safetensors bytes, with the architecture and everything else worth knowing as JSON in the
//! file's metadata. This module sees bytes only; who fetched them is none of its business.
//!
//! Tensor names and layouts are PyTorch's, so the file that `safetensors.torch.save_file` makes of a user's own network
//! loads as it is: `conv.0.weight` `[C, D, K]`, `conv.0.bias` `[C]`, ..., `dense.weight` `[Y, M]`, `dense.bias` `[Y]`.

use std::collections::HashMap;

use ndarray::Array1;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::affine::Affine;
use crate::layer::{Activation, Conv1d, Dense};
use crate::model::{TextCnn, TextCnnConfig};
use crate::ops::shaped;
use crate::{Error, Real, Result};

/// The metadata key under which a model describes itself.
const KEY: &str = "wordlight";

/// What a weight file says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// The network.
    pub architecture: Architecture,
    /// The class names, `[Y]`.
    pub labels: Vec<String>,
    /// SHA-256 of the vectors file it was trained on, hex.
    #[serde(default)]
    pub vectors_sha256: String,
    /// How it was trained, in the trainer's own words and numbers.
    #[serde(default)]
    pub training: Value,
    /// Licence of the weights.
    #[serde(default)]
    pub licence: String,
}

/// The kinds of network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Architecture {
    /// A convolution over words with maximum over time.
    TextCnn(TextCnnConfig),
}

/// Reads a model.
///
/// # Errors
/// [`Error::Container`] (cut off, or no safetensors file), [`Error::Metadata`], [`Error::MissingTensor`],
/// [`Error::UnknownTensor`], [`Error::ElementType`], [`Error::Shape`], [`Error::NotFinite`] and [`Error::Setting`].
pub fn read_text_cnn<F: Real>(bytes: &[u8]) -> Result<(TextCnn<F>, ModelCard)> {
    let file = Container::read(bytes)?;
    let card = file.metadata(KEY)?.model_card()?;
    let Architecture::TextCnn(config) = &card.architecture;
    config.validate()?;
    if card.labels.len() != config.classes {
        return Err(Error::Metadata {
            key: KEY,
            reason: format!("{} labels for {} classes", card.labels.len(), config.classes),
        });
    }
    let mut names = vec!["dense.weight".to_owned(), "dense.bias".to_owned()];
    let mut convs = Vec::new();
    for (i, &width) in config.widths.iter().enumerate() {
        let (weight, bias) = (format!("conv.{i}.weight"), format!("conv.{i}.bias"));
        let shape = [config.filters, config.dim, width];
        let by_word = word_by_word(&file.floats::<F>(&weight, &shape)?, config.dim, width);
        let flat = shaped((config.filters, width * config.dim), by_word);
        convs.push(Conv1d::new(flat, Array1::from(file.floats::<F>(&bias, &[config.filters])?), width)?);
        names.extend([weight, bias]);
    }
    let features = config.features();
    let weight = file.floats::<F>("dense.weight", &[config.classes, features])?;
    let dense = Dense::new(
        shaped((config.classes, features), weight),
        Array1::from(file.floats::<F>("dense.bias", &[config.classes])?),
    )?;
    file.expect_only(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
    Ok((TextCnn::new(config.clone(), convs, dense)?, card))
}

/// `[C, D, K]` as `[C, K, D]`.
fn word_by_word<F: Real>(by_dim: &[F], dim: usize, width: usize) -> Vec<F> {
    let filters = by_dim.chunks_exact(dim * width);
    filters.flat_map(|filter| (0..dim * width).map(|i| filter[i % dim * width + i / dim])).collect()
}

/// The file of a model, in 32-bit floats.
///
/// # Errors
/// [`Error::Container`] if the writer refuses.
pub fn write_text_cnn<F: Real>(model: &TextCnn<F>, card: &ModelCard) -> Result<Vec<u8>> {
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let mut push = |name: String, shape: Vec<usize>, values: &mut dyn Iterator<Item = F>| {
        let bytes = values.flat_map(|v| (v.wide() as f32).to_le_bytes()).collect();
        tensors.push((name, shape, bytes));
    };
    for (i, conv) in model.convs().iter().enumerate() {
        let (filters, width, dim) = (conv.filters(), conv.width(), conv.dim());
        let by_word = conv.weight().into_shape_with_order((filters, width, dim)).expect("same length");
        let by_dim = by_word.permuted_axes([0, 2, 1]);
        push(format!("conv.{i}.weight"), vec![filters, dim, width], &mut by_dim.iter().copied());
        push(format!("conv.{i}.bias"), vec![filters], &mut conv.bias().iter().copied());
    }
    let dense = model.dense();
    push("dense.weight".to_owned(), dense.weight().shape().to_vec(), &mut dense.weight().iter().copied());
    push("dense.bias".to_owned(), vec![dense.weight().nrows()], &mut dense.bias().iter().copied());
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|e| Error::Container { found: 0, reason: e.to_string() })?;
    write_container(views, KEY, card)
}

/// Writes tensors and one JSON description.
pub(crate) fn write_container(
    tensors: Vec<(&str, TensorView<'_>)>,
    key: &'static str,
    card: &impl Serialize,
) -> Result<Vec<u8>> {
    let json = serde_json::to_string(card).map_err(|e| Error::Metadata { key, reason: e.to_string() })?;
    let metadata = HashMap::from([(key.to_owned(), json)]);
    safetensors::serialize(tensors, Some(metadata)).map_err(|e| Error::Container { found: 0, reason: e.to_string() })
}

/// An opened safetensors file.
pub(crate) struct Container<'a> {
    /// In the order of the file.
    tensors: Vec<(String, TensorView<'a>)>,
    metadata: HashMap<String, String>,
}

impl<'a> Container<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self> {
        let refuse = |e: safetensors::SafeTensorError| Error::Container { found: bytes.len(), reason: e.to_string() };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(refuse)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let tensors = SafeTensors::deserialize(bytes).map_err(refuse)?.tensors();
        Ok(Self { tensors, metadata })
    }

    /// The file's description of itself. It is read by hand, because a derived reader for each kind of description would
    /// be a good part of what a browser has to download.
    pub(crate) fn metadata(&self, key: &'static str) -> Result<Fields> {
        let text = self.metadata.get(key).ok_or_else(|| Error::Metadata { key, reason: "it is missing".to_owned() })?;
        let value = serde_json::from_str(text).map_err(|e| Error::Metadata { key, reason: e.to_string() })?;
        Ok(Fields { key, value })
    }

    /// Refuses tensors that nobody asked for.
    pub(crate) fn expect_only(&self, names: &[&str]) -> Result<()> {
        match self.tensors.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            Some((name, _)) => Err(Error::UnknownTensor { name: name.clone() }),
            None => Ok(()),
        }
    }

    /// Shape and bytes of a tensor.
    pub(crate) fn bytes(&self, name: &str, dtype: Dtype) -> Result<(&[usize], &[u8])> {
        let Some((_, tensor)) = self.tensors.iter().find(|(known, _)| known == name) else {
            let found = self.tensors.iter().map(|(known, _)| known.clone()).collect();
            return Err(Error::MissingTensor { name: name.to_owned(), found });
        };
        if tensor.dtype() != dtype {
            let expected = match dtype {
                Dtype::F32 => "F32",
                Dtype::I8 => "I8",
                _ => "U8",
            };
            return Err(Error::ElementType { name: name.to_owned(), expected, found: format!("{:?}", tensor.dtype()) });
        }
        Ok((tensor.shape(), tensor.data()))
    }

    /// The values of an F32 tensor of this shape, checked to be finite.
    pub(crate) fn floats<F: Real>(&self, name: &str, shape: &[usize]) -> Result<Vec<F>> {
        let (found, data) = self.bytes(name, Dtype::F32)?;
        Error::check_shape(name, shape, found)?;
        let (values, _) = data.as_chunks::<4>();
        let values: Vec<F> = values.iter().map(|b| F::of(f64::from(f32::from_le_bytes(*b)))).collect();
        Error::check_finite(name, &values)?;
        Ok(values)
    }
}

/// A description, field by field.
pub(crate) struct Fields {
    key: &'static str,
    value: Value,
}

impl Fields {
    fn refuse(&self, field: &str, expected: &str) -> Error {
        let reason = match self.value.get(field) {
            None => format!("it has no {field:?}"),
            Some(found) => {
                // Value's own Display would bring the tables of a second way to write floats.
                let found = match (found, found.as_f64()) {
                    (Value::String(text), _) => format!("{text:?}"),
                    (_, Some(number)) => number.to_string(),
                    (Value::Array(_), _) => "a list".to_owned(),
                    (Value::Object(_), _) => "an object".to_owned(),
                    _ => "no value".to_owned(),
                };
                format!("{field:?} is {found}, expected {expected}")
            }
        };
        Error::Metadata { key: self.key, reason }
    }

    /// A field that may be missing.
    fn any(&self, field: &str) -> Value {
        self.value.get(field).cloned().unwrap_or_default()
    }

    /// A text; empty if it is missing.
    pub(crate) fn text(&self, field: &str) -> Result<String> {
        match self.value.get(field) {
            None => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(self.refuse(field, "a text")),
        }
    }

    fn size(&self, field: &str) -> Result<usize> {
        let size = self.value.get(field).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        size.ok_or_else(|| self.refuse(field, "a whole number"))
    }

    fn list<T>(&self, field: &str, item: impl Fn(&Value) -> Option<T>, expected: &str) -> Result<Vec<T>> {
        let items = self.value.get(field).and_then(Value::as_array);
        let items = items.and_then(|items| items.iter().map(item).collect());
        items.ok_or_else(|| self.refuse(field, expected))
    }

    fn model_card(self) -> Result<ModelCard> {
        let architecture = Self { key: self.key, value: self.any("architecture") }.architecture()?;
        Ok(ModelCard {
            architecture,
            labels: self.list("labels", |v| v.as_str().map(str::to_owned), "a list of names")?,
            vectors_sha256: self.text("vectors_sha256")?,
            training: self.any("training"),
            licence: self.text("licence")?,
        })
    }

    fn architecture(self) -> Result<Architecture> {
        if self.text("kind")? != "text-cnn" {
            return Err(self.refuse("kind", "\"text-cnn\""));
        }
        let activation = match self.text("activation")?.as_str() {
            "linear" => Activation::Linear,
            "relu" => Activation::Relu,
            _ => return Err(self.refuse("activation", "\"linear\" or \"relu\"")),
        };
        let width = |v: &Value| v.as_u64().and_then(|n| usize::try_from(n).ok());
        Ok(Architecture::TextCnn(TextCnnConfig {
            dim: self.size("dim")?,
            classes: self.size("classes")?,
            widths: self.list("widths", width, "a list of whole numbers")?,
            filters: self.size("filters")?,
            activation,
            pad_to: self.size("pad_to")?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> ModelCard {
        ModelCard {
            architecture: Architecture::TextCnn(TextCnnConfig::kim(3)),
            labels: ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec(),
            vectors_sha256: "00".to_owned(),
            training: serde_json::json!({ "seed": 1 }),
            licence: "CC0".to_owned(),
        }
    }

    fn bytes(card: &ModelCard) -> Vec<u8> {
        let model: TextCnn<f32> = TextCnn::random(TextCnnConfig::kim(3), || 0.3).unwrap();
        write_text_cnn(&model, card).unwrap()
    }

    #[test]
    fn a_model_reads_back_as_it_was_written() {
        let (model, back) = read_text_cnn::<f32>(&bytes(&card())).unwrap();
        assert_eq!(back, card());
        assert_eq!(write_text_cnn(&model, &back).unwrap(), bytes(&card()));
    }

    #[test]
    fn a_file_that_is_cut_off_is_refused_at_every_length() {
        let whole = bytes(&card());
        for length in (0..whole.len()).step_by(97) {
            assert!(read_text_cnn::<f32>(&whole[..length]).is_err(), "{length} bytes were taken for a whole file");
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let message = |card: &ModelCard| read_text_cnn::<f32>(&bytes(card)).unwrap_err().to_string();
        let two = ModelCard { labels: vec!["a".to_owned(), "b".to_owned()], ..card() };
        assert!(message(&two).contains("2 labels for 5 classes"), "{}", message(&two));
        let config = TextCnnConfig { filters: 7, ..TextCnnConfig::kim(3) };
        let seven = ModelCard { architecture: Architecture::TextCnn(config), ..card() };
        assert_eq!(message(&seven), "conv.0.weight has shape [100, 3, 3], expected [7, 3, 3]");
        let config = TextCnnConfig { widths: vec![3], ..TextCnnConfig::kim(3) };
        let one = ModelCard { architecture: Architecture::TextCnn(config), ..card() };
        assert!(message(&one).starts_with("dense.weight has shape [5, 300], expected [5, 100]"), "{}", message(&one));
    }

    #[test]
    fn a_description_that_is_no_description_is_refused() {
        let read = |json: &str| {
            let value = serde_json::from_str(json).unwrap();
            Fields { key: KEY, value }.model_card().unwrap_err().to_string()
        };
        assert!(read("[]").contains("it has no \"kind\""), "{}", read("[]"));
        let unknown = read(r#"{"architecture": {"kind": "transformer"}}"#);
        assert!(unknown.contains("\"kind\" is \"transformer\", expected \"text-cnn\""), "{unknown}");
        let cnn = r#"{"architecture": {"kind": "text-cnn", "activation": "relu", "dim": -1}}"#;
        assert!(read(cnn).contains("\"dim\" is -1, expected a whole number"), "{}", read(cnn));
    }
}
