//! Networks from elsewhere: a text CNN or an LSTM that somebody trained in PyTorch, as wordlight's own files.
//!
//! A user's files are read here once and become the bytes of a network and of its word vectors, which everything else
//! reads as it reads our own. So nothing downstream knows where a network came from, and what is checked is checked in one
//! place. `docs/your-own-network.md` says how such a file is made.
//!
//! Reading is generous where a guess cannot be wrong (names of tensors, 16 or 32 bits, one file or several) and strict
//! where it can: a tensor that nobody asked for, a bias that is missing or an activation that is not said is refused, and
//! logits that the file brings with it have to come out.

mod description;
mod examples;
mod network;
mod tensors;
mod vocabulary;

use safetensors::SafeTensors;

use self::description::Description;
use self::tensors::Tensors;
use crate::model::Classifier;
use crate::weights::{Architecture, ModelCard, Precision, read_model, write_model};
use crate::{Error, Result};

/// The most bytes that all files of a network may have together.
pub const MAX_BYTES: usize = 512 << 20;

/// The most files that a network may come in.
pub const MAX_FILES: usize = 8;

/// A file as its owner named it.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// The name of the file, without folders.
    pub name: &'a str,
    /// The content of the file.
    pub bytes: &'a [u8],
}

/// A network from elsewhere, in wordlight's own form.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The name that its owner gave it; empty if none.
    pub name: String,
    /// The network, its class names and its licence.
    pub card: ModelCard,
    /// The number of words that have a vector, `V`.
    pub words: usize,
    /// The dimensions of a word vector, `D`.
    pub dim: usize,
    /// Where the word vectors come from.
    pub source: String,
    /// What its owner should know of how it was read, in sentences.
    pub notes: Vec<String>,
    /// The bytes that [`read_model`] reads.
    pub network: Vec<u8>,
    /// The bytes that [`Embedding::from_bytes`](crate::layer::Embedding::from_bytes) reads.
    pub vectors: Vec<u8>,
    /// Which of the files holds the last layer.
    pub network_file: usize,
}

/// Refuses files that are too many or too large, before anybody reads them.
///
/// # Errors
/// [`Error::Import`]
pub fn check_sizes(sizes: impl IntoIterator<Item = usize>) -> Result<()> {
    let (mut files, mut bytes) = (0, 0usize);
    for size in sizes {
        files += 1;
        bytes = bytes.saturating_add(size);
    }
    if files > MAX_FILES {
        return Err(Error::Import(format!("these are {files} files; a network comes in {MAX_FILES} at most")));
    }
    if bytes > MAX_BYTES {
        let (found, limit) = (bytes >> 20, MAX_BYTES >> 20);
        return Err(Error::Import(format!(
            "the files have {found} MiB, at most {limit} MiB are read; 16-bit floats or fewer words make it smaller"
        )));
    }
    Ok(())
}

/// Reads a network: its tensors, its vocabulary and what is said of it, in any number of files and any order.
///
/// # Errors
/// [`Error::Import`] for a file that cannot be read and for what is missing or contradicts itself, and the errors of
/// tensors, all under the names that the files give them.
pub fn read(files: &[File<'_>]) -> Result<Imported> {
    check_sizes(files.iter().map(|file| file.bytes.len()))?;
    let mut description = Description::default();
    let mut parts = Vec::new();
    for (place, file) in files.iter().enumerate() {
        let refuse = |error: Error| Error::Import(format!("{}: {error}", file.name));
        match kind_of(file.bytes) {
            Kind::Tensors => {
                let opened = open(file.bytes, &mut description).map_err(refuse)?;
                parts.push((place, opened));
            }
            Kind::Json => description.add_json(file.bytes).map_err(refuse)?,
            Kind::Text => description.add_words(file.bytes).map_err(refuse)?,
            Kind::Archive => {
                let reason = "this is an archive, as torch.save writes it: it can hold any program and is not opened. Save \
                              the same weights with safetensors.torch.save_file(model.state_dict(), \"network.safetensors\")";
                return Err(refuse(Error::Import(reason.to_owned())));
            }
        }
    }
    let mut tensors = Tensors::join(&parts)?;
    if tensors.is_empty() {
        let names: Vec<&str> = files.iter().map(|file| file.name).collect();
        let reason = format!("there is no network in {}: a .safetensors file holds it", names.join(", "));
        return Err(Error::Import(reason));
    }
    let plan = network::Plan::of(&mut tensors, &mut description)?;
    let model = plan.build(&mut tensors, &description)?;
    let (embedding, notes) = vocabulary::embedding(&mut tensors, &plan, &description)?;
    tensors.expect_none_left()?;
    description.notes.extend(notes);

    let card = ModelCard {
        architecture: model.architecture(),
        labels: description.classes.clone(),
        vectors_sha256: String::new(),
        training: serde_json::Value::Null,
        licence: description.licence.clone(),
    };
    let network = write_model(&model, &card, Precision::F32)?;
    // What is handed on is what was written: it is held to its own reader, and to the logits that the file brings.
    let (model, card) = read_model::<f32>(&network)?;
    description.notes.extend(examples::check(&model, &embedding, &description.examples, plan.one_logit)?);
    Ok(Imported {
        name: description.name,
        words: embedding.vocab().len(),
        dim: model.dim(),
        source: embedding.card().source.clone(),
        notes: description.notes,
        network,
        vectors: embedding.to_bytes()?,
        network_file: plan.file,
        card,
    })
}

impl Imported {
    /// The network in a phrase.
    pub fn architecture(&self) -> String {
        match &self.card.architecture {
            Architecture::TextCnn(config) => {
                let widths: Vec<String> = config.widths.iter().map(usize::to_string).collect();
                let activation = format!("{:?}", config.activation).to_lowercase();
                let (filters, widths) = (config.filters, widths.join(", "));
                format!("a text CNN, {filters} filters each over {widths} words, {activation}, maximum over time")
            }
            Architecture::BiLstm(config) if config.one_way => format!("an LSTM of {} units", config.hidden),
            Architecture::BiLstm(config) => format!("a bidirectional LSTM of {} units each way", config.hidden),
        }
    }
}

enum Kind {
    Tensors,
    Json,
    Text,
    Archive,
}

/// What a file is, by what is in it: names lie.
fn kind_of(bytes: &[u8]) -> Kind {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        // The length of the header in eight bytes, and the header.
        _ if bytes.get(8) == Some(&b'{') && bytes[..8].contains(&0) => Kind::Tensors,
        Some(b'{' | b'[') => Kind::Json,
        // A zip archive, or a pickle with its protocol.
        _ if bytes.starts_with(b"PK") || bytes.starts_with(b"\x80") => Kind::Archive,
        _ if std::str::from_utf8(text).is_ok_and(|text| !text.contains('\0')) => Kind::Text,
        _ => Kind::Tensors,
    }
}

/// A file of tensors, with what its metadata says.
fn open<'a>(bytes: &'a [u8], description: &mut Description) -> Result<SafeTensors<'a>> {
    let refuse = |e: safetensors::SafeTensorError| Error::Container { found: bytes.len(), reason: e.to_string() };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(refuse)?;
    let opened = SafeTensors::deserialize(bytes).map_err(refuse)?;
    // In an order of their own, so that the first of several errors is always the same one.
    let mut said: Vec<(&String, &String)> = header.metadata().iter().flatten().collect();
    said.sort();
    for (key, value) in said {
        description.add(key, &description::value_of(value)?)?;
    }
    Ok(opened)
}
