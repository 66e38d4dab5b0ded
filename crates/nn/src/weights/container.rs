//! The safetensors file around a model or its word vectors: tensors by name, and one JSON description.

use std::collections::HashMap;

use half::f16;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::Serialize;
use serde_json::Value;

use crate::{Error, Real, Result};

/// How many tensors or parts an error lists.
const MAX_LISTED: usize = 40;

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
    /// In no order.
    pub(super) tensors: Vec<(String, TensorView<'a>)>,
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

    /// Keeps the tensors of one part of a bundle, by their names within it.
    pub(super) fn keep(&mut self, part: &str) -> Result<()> {
        let prefix = format!("{part}/");
        let (own, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.tensors).into_iter().partition(|(name, _)| name.starts_with(&prefix));
        if own.is_empty() {
            // The reader has the tensors in no order.
            let parts = others.iter().filter_map(|(name, _)| Some(name.split_once('/')?.0.to_owned()));
            let mut found: Vec<String> = parts.collect();
            found.sort_unstable();
            found.dedup();
            found.truncate(MAX_LISTED);
            return Err(Error::MissingPart { part: part.to_owned(), found });
        }
        self.tensors = own.into_iter().map(|(name, tensor)| (name[prefix.len()..].to_owned(), tensor)).collect();
        Ok(())
    }

    /// Refuses tensors that nobody asked for.
    pub(crate) fn expect_only(&self, names: &[&str]) -> Result<()> {
        match self.tensors.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            Some((name, _)) => Err(Error::UnknownTensor { name: name.clone() }),
            None => Ok(()),
        }
    }

    /// Whether there is a tensor of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.iter().any(|(known, _)| known == name)
    }

    /// The shape of a tensor.
    pub(crate) fn shape(&self, name: &str) -> Result<&[usize]> {
        Ok(self.tensor(name)?.shape())
    }

    fn tensor(&self, name: &str) -> Result<&TensorView<'a>> {
        let found = || self.tensors.iter().take(MAX_LISTED).map(|(known, _)| known.clone()).collect();
        let tensor = self.tensors.iter().find(|(known, _)| known == name).map(|(_, tensor)| tensor);
        tensor.ok_or_else(|| Error::MissingTensor { name: name.to_owned(), found: found() })
    }

    /// Shape and bytes of a tensor.
    pub(crate) fn bytes(&self, name: &str, dtype: Dtype) -> Result<(&[usize], &[u8])> {
        let tensor = self.tensor(name)?;
        if tensor.dtype() != dtype {
            let expected = match dtype {
                Dtype::F32 => "F32 or F16",
                Dtype::I8 => "I8",
                _ => "U8",
            };
            return Err(Error::ElementType { name: name.to_owned(), expected, found: format!("{:?}", tensor.dtype()) });
        }
        Ok((tensor.shape(), tensor.data()))
    }

    /// The values of an F32 or F16 tensor of this shape, checked to be finite.
    pub(crate) fn floats<F: Real>(&self, name: &str, shape: &[usize]) -> Result<Vec<F>> {
        let half = self.tensor(name)?.dtype() == Dtype::F16;
        let (found, data) = self.bytes(name, if half { Dtype::F16 } else { Dtype::F32 })?;
        Error::check_shape(name, shape, found)?;
        let values: Vec<F> = match half {
            true => data.as_chunks::<2>().0.iter().map(|b| F::from_f64(f16::from_le_bytes(*b).to_f64())).collect(),
            false => data.as_chunks::<4>().0.iter().map(|b| F::from_f64(f64::from(f32::from_le_bytes(*b)))).collect(),
        };
        Error::check_finite(name, &values)?;
        Ok(values)
    }
}

/// A description, field by field.
pub(crate) struct Fields {
    pub(super) key: &'static str,
    pub(super) value: Value,
}

impl Fields {
    pub(super) fn refuse(&self, field: &str, expected: &str) -> Error {
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
    pub(super) fn any(&self, field: &str) -> Value {
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

    pub(super) fn size(&self, field: &str) -> Result<usize> {
        let size = self.value.get(field).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        size.ok_or_else(|| self.refuse(field, "a whole number"))
    }

    pub(super) fn list<T>(&self, field: &str, item: impl Fn(&Value) -> Option<T>, expected: &str) -> Result<Vec<T>> {
        let items = self.value.get(field).and_then(Value::as_array);
        let items = items.and_then(|items| items.iter().map(item).collect());
        items.ok_or_else(|| self.refuse(field, expected))
    }
}
