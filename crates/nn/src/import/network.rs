//! Which tensor is which layer, and the network of them.

use ndarray::Array1;

use super::description::Description;
use super::tensors::{MAX_LISTED, Tensors};
use crate::layer::{Activation, Conv1d, Dense, Lstm};
use crate::model::{AnyModel, BiLstm, BiLstmConfig, TextCnn, TextCnnConfig};
use crate::ops::{add_scaled, shaped};
use crate::weights::{WAYS, word_by_word};
use crate::{Error, Result};

/// What stands between the words and the last layer.
enum Body {
    /// Weights `[C, D, K]`, or `[C, 1, K, D]` of an `nn.Conv2d`, by name.
    Convs(Vec<String>),
    /// What comes before `weight_ih_l0`, and whether there is a second direction.
    Lstm { stem: String, both_ways: bool },
}

/// The places of a network's tensors.
pub(super) struct Plan {
    /// The word vectors, `[V, D]`.
    pub(super) embedding: String,
    /// `D`
    pub(super) dim: usize,
    body: Body,
    dense: String,
    /// The last layer has one output, whose sigmoid is the probability of the second class.
    pub(super) one_logit: bool,
    /// Which file the last layer is in.
    pub(super) file: usize,
}

impl Plan {
    /// Finds the layers by their shapes; names decide only what shapes leave open.
    ///
    /// # Errors
    /// [`Error::Import`] if there is no such network, or not all is said that has to be.
    pub(super) fn of(tensors: &mut Tensors<'_>, description: &mut Description) -> Result<Self> {
        if description.vocabulary.is_none() && tensors.has("words") {
            description.add_words(&tensors.bytes("words")?)?;
        }
        let body = body(tensors)?;
        let (embedding, dense) = tables(tensors, &body, description)?;
        let missing = missing(&body, description);
        if !missing.is_empty() {
            return Err(Error::Import(format!(
                "the files do not say {}. Their tensors are {}. Say it in the metadata of the safetensors file \
                 (save_file(tensors, path, metadata={{...}}), every value a text) or in a JSON file beside it; \
                 docs/your-own-network.md has a script that does it",
                missing.join(", nor "),
                tensors.listed(),
            )));
        }
        let shape = tensors.shape(&embedding)?;
        let outputs = tensors.shape(&dense)?[0];
        let file = tensors.file_of(&dense)?;
        let plan = Self { dim: shape[1], embedding, body, dense, one_logit: outputs == 1, file };
        let classes = if plan.one_logit { 2 } else { outputs };
        if description.classes.len() != classes {
            let (found, dense) = (description.classes.len(), &plan.dense);
            return Err(Error::Import(format!(
                "there are {found} class names, expected {classes}: {dense} has {outputs} rows"
            )));
        }
        Ok(plan)
    }

    /// The network.
    ///
    /// # Errors
    /// Those of its tensors, under their own names, and [`Error::Setting`].
    pub(super) fn build(&self, tensors: &mut Tensors<'_>, description: &Description) -> Result<AnyModel<f32>> {
        let (dim, classes) = (self.dim, description.classes.len());
        match &self.body {
            Body::Convs(names) => {
                let filters = tensors.shape(&names[0])?[0];
                let widths = names.iter().map(|name| Ok(tensors.shape(name)?[2])).collect::<Result<Vec<_>>>()?;
                let activation = description.activation.unwrap_or(Activation::Linear);
                let config = TextCnnConfig { dim, classes, widths, filters, activation, pad_to: description.pad_to };
                config.validate()?;
                let mut convs = Vec::new();
                for (name, &width) in names.iter().zip(&config.widths) {
                    let flat = tensors.shape(name)?.len() == 3;
                    let expected = if flat { vec![filters, dim, width] } else { vec![filters, 1, width, dim] };
                    let weight = tensors.floats(name, &expected)?;
                    let weight = if flat { word_by_word(&weight, dim, width) } else { weight };
                    let bias = tensors.floats(&bias_of(name), &[filters])?;
                    convs.push(Conv1d::new(shaped((filters, width * dim), weight), Array1::from(bias), width)?);
                }
                let dense = self.dense(tensors, config.features())?;
                Ok(TextCnn::new(config, convs, dense)?.into())
            }
            Body::Lstm { stem, both_ways } => {
                let name = |part: &str, way: &str| format!("{stem}{part}_l0{way}");
                let hidden = tensors.shape(&name("weight_hh", ""))?.get(1).copied().unwrap_or(0);
                let config = BiLstmConfig { dim, classes, hidden, one_way: !both_ways };
                config.validate()?;
                let gates = 4 * hidden;
                let mut layers = Vec::new();
                for way in &WAYS[..config.ways()] {
                    let words = tensors.floats(&name("weight_ih", way), &[gates, dim])?;
                    let state = tensors.floats(&name("weight_hh", way), &[gates, hidden])?;
                    let mut bias = tensors.floats(&name("bias_ih", way), &[gates])?;
                    add_scaled(&mut bias, 1.0, &tensors.floats(&name("bias_hh", way), &[gates])?);
                    let rows = words.chunks_exact(dim).zip(state.chunks_exact(hidden));
                    let stacked = rows.flat_map(|(words, state)| words.iter().chain(state).copied()).collect();
                    layers.push(Lstm::new(shaped((gates, dim + hidden), stacked), Array1::from(bias))?);
                }
                let dense = self.dense(tensors, config.features())?;
                Ok(BiLstm::new(config, layers, dense)?.into())
            }
        }
    }

    /// The last layer. One logit `z` becomes two, `-z / 2` and `z / 2`: their softmax is the sigmoid of `z`, their margin is
    /// `z`, and each of the classes has something to explain.
    fn dense(&self, tensors: &mut Tensors<'_>, features: usize) -> Result<Dense<f32>> {
        let outputs = tensors.shape(&self.dense)?[0];
        let mut weight = tensors.floats(&self.dense, &[outputs, features])?;
        let mut bias = tensors.floats(&bias_of(&self.dense), &[outputs])?;
        if self.one_logit {
            for values in [&mut weight, &mut bias] {
                *values = values.iter().map(|v| -0.5 * v).chain(values.iter().map(|v| 0.5 * v)).collect();
            }
        }
        Dense::new(shaped((bias.len(), features), weight), Array1::from(bias))
    }
}

fn bias_of(weight: &str) -> String {
    format!("{}bias", weight.strip_suffix("weight").unwrap_or(weight))
}

/// What the description lacks, in words.
fn missing(body: &Body, description: &Description) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if description.vocabulary.is_none() {
        missing.push("what word each row of the embedding stands for (\"vocabulary\": a JSON list, or a word per line; or a vocab.txt)");
    }
    if description.classes.is_empty() {
        missing.push("what the classes are called (\"classes\": a JSON list)");
    }
    if matches!(body, Body::Convs(_)) && description.activation.is_none() {
        missing.push("what follows the convolution (\"activation\": \"relu\" or \"none\")");
    }
    missing
}

fn body(tensors: &Tensors<'_>) -> Result<Body> {
    let refuse = |reason: String| Err(Error::Import(format!("{reason}; the tensors are {}", tensors.listed())));
    let first: Vec<&str> = tensors.free().filter_map(|(name, _)| name.strip_suffix("weight_ih_l0")).collect();
    let is_conv = |(name, shape): &(&str, &[usize])| {
        name.ends_with("weight") && (shape.len() == 3 || (shape.len() == 4 && shape[1] == 1))
    };
    let convs: Vec<String> = tensors.free().filter(is_conv).map(|(name, _)| name.to_owned()).collect();
    match (first.as_slice(), convs.is_empty()) {
        ([stem], true) => {
            if tensors.has(&format!("{stem}weight_ih_l1")) {
                return refuse(format!("{stem}weight_ih_l1 is a second layer of the LSTM; one is supported"));
            }
            if let Some((name, shape)) =
                tensors.free().find(|(name, _)| name.strip_suffix("weight_ih_l0") == Some(stem))
            {
                let hidden = tensors
                    .free()
                    .find(|(name, _)| name.strip_suffix("weight_hh_l0") == Some(stem))
                    .and_then(|(_, shape)| shape.get(1).copied());
                if let (Some(hidden), [gates, _]) = (hidden, shape)
                    && *gates != 4 * hidden
                {
                    return refuse(format!(
                        "{name} has {gates} rows, expected {}: four gates of {hidden} units. A GRU or a plain RNN is not supported",
                        4 * hidden
                    ));
                }
            }
            let both_ways = tensors.has(&format!("{stem}weight_ih_l0_reverse"));
            Ok(Body::Lstm { stem: (*stem).to_owned(), both_ways })
        }
        ([], false) => Ok(Body::Convs(convs)),
        ([], true) => refuse("there is neither a convolution [filters, dim, width] nor an nn.LSTM".to_owned()),
        _ => refuse("there is more than one LSTM, or an LSTM and a convolution; one of them is supported".to_owned()),
    }
}

/// The names of the word vectors and of the last layer: the two tables that are left.
fn tables(tensors: &Tensors<'_>, body: &Body, description: &Description) -> Result<(String, String)> {
    let in_lstm =
        |name: &str| matches!(body, Body::Lstm { stem, .. } if name.starts_with(stem.as_str()) && name.contains("_l0"));
    let two: Vec<(&str, &[usize])> =
        tensors.free().filter(|(name, shape)| shape.len() == 2 && !in_lstm(name)).collect();
    let named = |name: &str| {
        let name = name.to_lowercase();
        name.contains("emb") || name.contains("vectors") || name == "weight"
    };
    let vectors: Vec<&str> = two.iter().filter(|(name, _)| named(name)).map(|(name, _)| *name).collect();
    let embedding = match (vectors.as_slice(), &description.vocabulary) {
        ([one], _) => Some(*one),
        // No name says it: the table with as many rows as there are words, if there is one such.
        ([], Some(words)) => {
            let mut fitting = two.iter().filter(|(_, shape)| shape[0] == words.len()).map(|(name, _)| *name);
            fitting.next().filter(|_| fitting.next().is_none())
        }
        _ => None,
    };
    let rest: Vec<&str> = two.iter().map(|(name, _)| *name).filter(|name| Some(*name) != embedding).collect();
    match (embedding, rest.as_slice()) {
        (Some(embedding), [dense]) => Ok((embedding.to_owned(), (*dense).to_owned())),
        (None, _) => Err(Error::Import(format!(
            "there is no table of word vectors (embedding.weight, [words, dim]); the tensors are {}",
            tensors.listed()
        ))),
        (_, rest) => Err(Error::Import(format!(
            "there are {} linear layers {:?}, expected one after the {}; the tensors are {}",
            rest.len(),
            &rest[..rest.len().min(MAX_LISTED)],
            if matches!(body, Body::Convs(_)) { "maxima" } else { "last states" },
            tensors.listed()
        ))),
    }
}
