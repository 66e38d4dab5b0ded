//! Weights in and out: safetensors bytes, with the architecture and everything else worth knowing as JSON in the
//! file's metadata. This module sees bytes only; who fetched them is none of its business.
//!
//! Tensor names and layouts are PyTorch's, so the file that `safetensors.torch.save_file` makes of a user's own network
//! loads as it is: `dense.weight` `[Y, M]`, `dense.bias` `[Y]`, and before them
//!
//! - of a convolution `conv.0.weight` `[C, D, K]`, `conv.0.bias` `[C]`, ...;
//! - of an `nn.LSTM` named `lstm`, `lstm.weight_ih_l0` `[4H, D]`, `lstm.weight_hh_l0` `[4H, H]`, `lstm.bias_ih_l0` and
//!   `lstm.bias_hh_l0` `[4H]`, and the same with `_reverse` if it is bidirectional. PyTorch adds the two biases, and so does
//!   this reader; what is written has the sum in the first.

mod card;
mod container;

use half::f16;
use ndarray::{Array1, Axis};
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};

pub use card::{Architecture, ModelCard};
pub(crate) use container::{Container, write_container};

use crate::affine::Affine;
use crate::layer::{Conv1d, Dense, Lstm};
use crate::model::{AnyModel, BiLstm, BiLstmConfig, TextCnn, TextCnnConfig};
use crate::ops::{add_scaled, shaped};
use crate::{Error, Real, Result};

/// The metadata key under which a model describes itself.
const KEY: &str = "wordlight";

/// How PyTorch ends the names of the tensors of each direction.
pub(crate) const WAYS: [&str; 2] = ["", "_reverse"];

/// Reads a model of any kind.
///
/// # Errors
/// [`Error::Container`] (cut off, or no safetensors file), [`Error::Metadata`] (also for a kind of network that there is
/// not), [`Error::MissingTensor`], [`Error::UnknownTensor`], [`Error::ElementType`], [`Error::Shape`],
/// [`Error::NotFinite`] and [`Error::Setting`].
pub fn read_model<F: Real>(bytes: &[u8]) -> Result<(AnyModel<F>, ModelCard)> {
    read_part(bytes, None)
}

/// Reads a model, or one of the models of a bundle by its name.
///
/// # Errors
/// As [`read_model`]; [`Error::MissingPart`] if the bundle has no model of that name.
pub fn read_part<F: Real>(bytes: &[u8], part: Option<&str>) -> Result<(AnyModel<F>, ModelCard)> {
    let mut file = Container::read(bytes)?;
    if let Some(part) = part {
        file.keep(part)?;
    }
    let card = file.metadata(KEY)?.model_card()?;
    card.architecture.validate()?;
    let classes = card.architecture.classes();
    if card.labels.len() != classes {
        return Err(Error::Metadata {
            key: KEY,
            reason: format!("{} labels for {classes} classes", card.labels.len()),
        });
    }
    let mut tensors = Tensors { file: &file, names: Vec::new() };
    let model = match &card.architecture {
        Architecture::TextCnn(config) => tensors.text_cnn(config)?.into(),
        Architecture::BiLstm(config) => tensors.bilstm(config)?.into(),
    };
    let names: Vec<&str> = tensors.names.iter().map(String::as_str).collect();
    file.expect_only(&names)?;
    Ok((model, card))
}

/// The tensors of a file, and which of them have been asked for.
struct Tensors<'a> {
    file: &'a Container<'a>,
    names: Vec<String>,
}

impl Tensors<'_> {
    fn floats<F: Real>(&mut self, name: String, shape: &[usize]) -> Result<Vec<F>> {
        let values = self.file.floats(&name, shape)?;
        self.names.push(name);
        Ok(values)
    }

    fn text_cnn<F: Real>(&mut self, config: &TextCnnConfig) -> Result<TextCnn<F>> {
        let mut convs = Vec::new();
        for (i, &width) in config.widths.iter().enumerate() {
            let shape = [config.filters, config.dim, width];
            let by_dim = self.floats::<F>(format!("conv.{i}.weight"), &shape)?;
            let flat = shaped((config.filters, width * config.dim), word_by_word(&by_dim, config.dim, width));
            let bias = self.floats(format!("conv.{i}.bias"), &[config.filters])?;
            convs.push(Conv1d::new(flat, Array1::from(bias), width)?);
        }
        TextCnn::new(config.clone(), convs, self.dense(config.classes, config.features())?)
    }

    fn bilstm<F: Real>(&mut self, config: &BiLstmConfig) -> Result<BiLstm<F>> {
        let mut layers = Vec::new();
        for way in &WAYS[..config.ways()] {
            layers.push(self.lstm(config, way)?);
        }
        BiLstm::new(config.clone(), layers, self.dense(config.classes, config.features())?)
    }

    fn lstm<F: Real>(&mut self, config: &BiLstmConfig, of: &str) -> Result<Lstm<F>> {
        let (dim, hidden) = (config.dim, config.hidden);
        let gates = 4 * hidden;
        let words = self.floats::<F>(format!("lstm.weight_ih_l0{of}"), &[gates, dim])?;
        let state = self.floats::<F>(format!("lstm.weight_hh_l0{of}"), &[gates, hidden])?;
        let mut bias = self.floats::<F>(format!("lstm.bias_ih_l0{of}"), &[gates])?;
        let other = self.floats::<F>(format!("lstm.bias_hh_l0{of}"), &[gates])?;
        add_scaled(&mut bias, F::one(), &other);
        let rows = words.chunks_exact(dim).zip(state.chunks_exact(hidden));
        let stacked = rows.flat_map(|(words, state)| words.iter().chain(state).copied()).collect();
        Lstm::new(shaped((gates, dim + hidden), stacked), Array1::from(bias))
    }

    fn dense<F: Real>(&mut self, classes: usize, features: usize) -> Result<Dense<F>> {
        let weight = self.floats("dense.weight".to_owned(), &[classes, features])?;
        let bias = self.floats("dense.bias".to_owned(), &[classes])?;
        Dense::new(shaped((classes, features), weight), Array1::from(bias))
    }
}

/// `[C, D, K]` as `[C, K, D]`.
pub(crate) fn word_by_word<F: Real>(by_dim: &[F], dim: usize, width: usize) -> Vec<F> {
    let filters = by_dim.chunks_exact(dim * width);
    filters.flat_map(|filter| (0..dim * width).map(|i| filter[i % dim * width + i / dim])).collect()
}

/// How many bits a stored weight has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32 bits, as they are computed with.
    #[default]
    F32,
    /// 16 bits: half the bytes, three digits.
    F16,
}

impl Precision {
    /// The number that a reader gets back.
    pub fn round<F: Real>(self, value: F) -> F {
        match self {
            Self::F32 => F::from_f64(f64::from(value.as_f64() as f32)),
            Self::F16 => F::from_f64(f16::from_f64(value.as_f64()).to_f64()),
        }
    }
}

/// The file of a model.
///
/// # Errors
/// [`Error::Metadata`] if the card describes another network, [`Error::Container`] if the writer refuses.
pub fn write_model<F: Real>(model: &AnyModel<F>, card: &ModelCard, precision: Precision) -> Result<Vec<u8>> {
    write_bundle(&[("", model)], card, precision)
}

/// One file for several models of the same architecture, each under its own name: `NAME/conv.0.weight` and so on. A
/// model with the empty name is stored as it would be alone.
///
/// # Errors
/// As [`write_model`].
pub fn write_bundle<F: Real>(
    models: &[(&str, &AnyModel<F>)],
    card: &ModelCard,
    precision: Precision,
) -> Result<Vec<u8>> {
    let mut tensors = Vec::new();
    for (part, model) in models {
        for (name, shape, values) in tensors_of(model, card)? {
            let bytes: Vec<u8> = match precision {
                Precision::F32 => values.iter().flat_map(|v| (v.as_f64() as f32).to_le_bytes()).collect(),
                Precision::F16 => values.iter().flat_map(|v| f16::from_f64(v.as_f64()).to_le_bytes()).collect(),
            };
            let name = if part.is_empty() { name } else { format!("{part}/{name}") };
            tensors.push((name, shape, bytes));
        }
    }
    let dtype = if precision == Precision::F16 { Dtype::F16 } else { Dtype::F32 };
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((name.as_str(), TensorView::new(dtype, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|e| Error::Container { found: 0, reason: e.to_string() })?;
    write_container(views, KEY, card)
}

/// Name, shape and values of a tensor, as files have them.
type Tensor<F> = (String, Vec<usize>, Vec<F>);

/// The tensors of a model that the card describes.
fn tensors_of<F: Real>(model: &AnyModel<F>, card: &ModelCard) -> Result<Vec<Tensor<F>>> {
    let found = model.architecture();
    if card.architecture != found {
        let reason = format!("it describes {:?}, the network is {found:?}", card.architecture);
        return Err(Error::Metadata { key: KEY, reason });
    }
    let mut tensors = Vec::new();
    let mut push = |name: String, shape: &[usize], values: &mut dyn Iterator<Item = F>| {
        tensors.push((name, shape.to_vec(), values.collect()));
    };
    let dense = match model {
        AnyModel::TextCnn(model) => {
            for (i, conv) in model.convs().iter().enumerate() {
                let (filters, width, dim) = (conv.filters(), conv.width(), conv.dim());
                let by_word = conv.weight().into_shape_with_order((filters, width, dim)).expect("same length");
                let by_dim = by_word.permuted_axes([0, 2, 1]);
                push(format!("conv.{i}.weight"), &[filters, dim, width], &mut by_dim.iter().copied());
                push(format!("conv.{i}.bias"), &[filters], &mut conv.bias().iter().copied());
            }
            model.dense()
        }
        AnyModel::BiLstm(model) => {
            for (layer, of) in model.layers().iter().zip(WAYS) {
                let (words, state) = layer.cell().weight().split_at(Axis(1), layer.dim());
                push(format!("lstm.weight_ih_l0{of}"), words.shape(), &mut words.iter().copied());
                push(format!("lstm.weight_hh_l0{of}"), state.shape(), &mut state.iter().copied());
                let bias = layer.cell().bias();
                push(format!("lstm.bias_ih_l0{of}"), bias.shape(), &mut bias.iter().copied());
                push(format!("lstm.bias_hh_l0{of}"), bias.shape(), &mut bias.iter().map(|_| F::zero()));
            }
            model.dense()
        }
    };
    push("dense.weight".to_owned(), dense.weight().shape(), &mut dense.weight().iter().copied());
    push("dense.bias".to_owned(), dense.bias().shape(), &mut dense.bias().iter().copied());
    Ok(tensors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Parameters;

    fn card_of(architecture: Architecture) -> ModelCard {
        ModelCard {
            architecture,
            labels: ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec(),
            vectors_sha256: "00".to_owned(),
            training: serde_json::json!({ "seed": 1 }),
            licence: "CC0".to_owned(),
        }
    }

    fn card() -> ModelCard {
        card_of(Architecture::TextCnn(TextCnnConfig::kim(3)))
    }

    fn lstm_card() -> ModelCard {
        card_of(Architecture::BiLstm(BiLstmConfig { dim: 3, classes: 5, hidden: 2, one_way: false }))
    }

    /// The file of a network with another description.
    fn bytes_with(model: AnyModel<f32>, card: &ModelCard) -> Vec<u8> {
        let own = ModelCard { architecture: model.architecture(), ..card.clone() };
        let bytes = write_model(&model, &own, Precision::F32).unwrap();
        let file = Container::read(&bytes).unwrap();
        let tensors = file.tensors.iter().map(|(name, view)| (name.as_str(), view.clone())).collect();
        write_container(tensors, KEY, card).unwrap()
    }

    fn bytes(card: &ModelCard) -> Vec<u8> {
        bytes_with(TextCnn::random(TextCnnConfig::kim(3), || 0.3).unwrap().into(), card)
    }

    fn lstm_bytes(card: &ModelCard) -> Vec<u8> {
        let mut i = 0.0;
        let draw = || {
            i += 0.618;
            i % 1.0
        };
        let config = BiLstmConfig { dim: 3, classes: 5, hidden: 2, one_way: false };
        bytes_with(BiLstm::random(config, draw).unwrap().into(), card)
    }

    #[test]
    fn a_model_reads_back_as_it_was_written() {
        for (bytes, card) in [(bytes(&card()), card()), (lstm_bytes(&lstm_card()), lstm_card())] {
            let (model, back) = read_model::<f32>(&bytes).unwrap();
            assert_eq!(back, card);
            assert_eq!(write_model(&model, &back, Precision::F32).unwrap(), bytes);
        }
    }

    #[test]
    fn a_network_is_not_written_under_the_description_of_another() {
        let (model, _) = read_model::<f32>(&bytes(&card())).unwrap();
        let error = write_model(&model, &lstm_card(), Precision::F32).unwrap_err().to_string();
        assert!(error.contains("it describes BiLstm") && error.contains("the network is TextCnn"), "{error}");
    }

    #[test]
    fn a_bundle_gives_each_model_back_as_16_bits_hold_it() {
        let network =
            |value: f64| -> AnyModel<f32> { TextCnn::random(TextCnnConfig::kim(3), || value).unwrap().into() };
        let (a, b) = (network(0.3), network(0.7));
        let bundle = write_bundle(&[("1", &a), ("10", &b)], &card(), Precision::F16).unwrap();
        for (part, mut model) in [("1", a), ("10", b)] {
            model.update(&mut |_, values| values.iter_mut().for_each(|v| *v = Precision::F16.round(*v)));
            let (read, back) = read_part::<f32>(&bundle, Some(part)).unwrap();
            assert_eq!(back, card());
            let bytes = |model| write_model(model, &card(), Precision::F32).unwrap();
            assert_eq!(bytes(&read), bytes(&model));
        }
        let error = read_part::<f32>(&bundle, Some("2")).unwrap_err();
        assert!(error.to_string().starts_with("the weight file has no part \"2\"; it has ["), "{error}");
        let Error::MissingPart { mut found, .. } = error else { panic!("{error}") };
        found.sort();
        assert_eq!(found, ["1", "10"]);
        assert!(read_model::<f32>(&bundle).is_err(), "a bundle is no model");
    }

    #[test]
    fn a_file_that_is_cut_off_is_refused_at_every_length() {
        for whole in [bytes(&card()), lstm_bytes(&lstm_card())] {
            for length in (0..whole.len()).step_by(97) {
                assert!(read_model::<f32>(&whole[..length]).is_err(), "{length} bytes were taken for a whole file");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let message = |card: &ModelCard| read_model::<f32>(&bytes(card)).unwrap_err().to_string();
        let two = ModelCard { labels: vec!["a".to_owned(), "b".to_owned()], ..card() };
        assert!(message(&two).contains("2 labels for 5 classes"), "{}", message(&two));
        let config = TextCnnConfig { filters: 7, ..TextCnnConfig::kim(3) };
        let seven = ModelCard { architecture: Architecture::TextCnn(config), ..card() };
        assert_eq!(message(&seven), "conv.0.weight has shape [100, 3, 3], expected [7, 3, 3]");
        let config = TextCnnConfig { widths: vec![3], ..TextCnnConfig::kim(3) };
        let one = ModelCard { architecture: Architecture::TextCnn(config), ..card() };
        assert!(message(&one).starts_with("dense.weight has shape [5, 300], expected [5, 100]"), "{}", message(&one));
        let lstm = message(&lstm_card());
        assert!(lstm.starts_with("the weight file has no tensor \"lstm.weight_ih_l0\"; it has"), "{lstm}");
        let config = BiLstmConfig { dim: 3, classes: 5, hidden: 4, one_way: false };
        let four = card_of(Architecture::BiLstm(config));
        let message = read_model::<f32>(&lstm_bytes(&four)).unwrap_err().to_string();
        assert_eq!(message, "lstm.weight_ih_l0 has shape [8, 3], expected [16, 3]");
    }

    #[test]
    fn a_tensor_that_no_network_asked_for_is_refused() {
        let whole = bytes(&card());
        let file = Container::read(&whole).unwrap();
        let mut tensors: Vec<_> = file.tensors.iter().map(|(name, view)| (name.as_str(), view.clone())).collect();
        tensors.push(("conv.3.weight", tensors[0].1.clone()));
        let bytes = write_container(tensors, KEY, &card()).unwrap();
        let error = read_model::<f32>(&bytes).unwrap_err();
        assert!(matches!(&error, Error::UnknownTensor { name } if name == "conv.3.weight"), "{error}");
    }

    #[test]
    fn a_network_of_any_kind_counts_its_parameters() {
        // Three widths of 100 filters over 3 dimensions; two directions of 4 gates with 2 units, over 3 dimensions.
        let cnn = 100 * (3 + 4 + 5) * 3 + 300 + 5 * 300 + 5;
        let lstm = 2 * (8 * (3 + 2) + 8) + 5 * 4 + 5;
        for (bytes, count) in [(bytes(&card()), cnn), (lstm_bytes(&lstm_card()), lstm)] {
            assert_eq!(read_model::<f32>(&bytes).unwrap().0.parameter_count(), count);
        }
    }
}
