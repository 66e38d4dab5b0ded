//! What a weight file says of itself, and how it is read.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::container::Fields;
use crate::Result;
use crate::layer::Activation;
use crate::model::{BiLstmConfig, TextCnnConfig};

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
    /// A bidirectional LSTM of which the last states are read.
    #[serde(rename = "bilstm")]
    BiLstm(BiLstmConfig),
}

impl Architecture {
    /// `Y`
    pub fn classes(&self) -> usize {
        match self {
            Self::TextCnn(config) => config.classes,
            Self::BiLstm(config) => config.classes,
        }
    }

    /// # Errors
    /// [`Setting`](crate::Error::Setting) naming the first size that is out of range.
    pub fn validate(&self) -> Result<()> {
        match self {
            Self::TextCnn(config) => config.validate(),
            Self::BiLstm(config) => config.validate(),
        }
    }
}

impl Fields {
    pub(super) fn model_card(self) -> Result<ModelCard> {
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
        match self.text("kind")?.as_str() {
            "text-cnn" => self.text_cnn().map(Architecture::TextCnn),
            "bilstm" => Ok(Architecture::BiLstm(BiLstmConfig {
                dim: self.size("dim")?,
                classes: self.size("classes")?,
                hidden: self.size("hidden")?,
                one_way: self.any("one_way").as_bool() == Some(true),
            })),
            _ => Err(self.refuse("kind", "\"text-cnn\" or \"bilstm\"")),
        }
    }

    fn text_cnn(&self) -> Result<TextCnnConfig> {
        let activation = match self.text("activation")?.as_str() {
            "linear" => Activation::Linear,
            "relu" => Activation::Relu,
            _ => return Err(self.refuse("activation", "\"linear\" or \"relu\"")),
        };
        let width = |v: &Value| v.as_u64().and_then(|n| usize::try_from(n).ok());
        Ok(TextCnnConfig {
            dim: self.size("dim")?,
            classes: self.size("classes")?,
            widths: self.list("widths", width, "a list of whole numbers")?,
            filters: self.size("filters")?,
            activation,
            pad_to: self.size("pad_to")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_that_is_no_description_is_refused() {
        let read = |json: &str| {
            let value = serde_json::from_str(json).unwrap();
            Fields { key: "wordlight", value }.model_card().unwrap_err().to_string()
        };
        assert!(read("[]").contains("it has no \"kind\""), "{}", read("[]"));
        let unknown = read(r#"{"architecture": {"kind": "transformer"}}"#);
        assert!(unknown.contains("\"kind\" is \"transformer\", expected \"text-cnn\" or \"bilstm\""), "{unknown}");
        let cnn = r#"{"architecture": {"kind": "text-cnn", "activation": "relu", "dim": -1}}"#;
        assert!(read(cnn).contains("\"dim\" is -1, expected a whole number"), "{}", read(cnn));
        let lstm = r#"{"architecture": {"kind": "bilstm", "dim": 3, "classes": 5, "hidden": "many"}}"#;
        assert!(read(lstm).contains("\"hidden\" is \"many\", expected a whole number"), "{}", read(lstm));
    }
}
