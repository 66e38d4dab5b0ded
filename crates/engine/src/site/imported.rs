//! A visitor's own network, as one more entry of the list of models.

use serde::Serialize;
use wordlight_explain::Result;
use wordlight_nn::import;
use wordlight_nn::import::{File, Imported};
use wordlight_nn::weights::Architecture;

use crate::site::manifest::{Card, Checkpoint, ModelEntry, Vectors};

/// What its entry in the list of models is called.
const NAME: &str = "your network";

/// A network that was read, and the bytes that [`Engine`](crate::engine::Engine) takes.
#[derive(Clone, Debug)]
pub struct OwnNetwork {
    /// The entry that is shown of the network.
    pub card: OwnCard,
    /// For [`Engine::add_checkpoint`](crate::engine::Engine::add_checkpoint), under the entry's id.
    pub network: Vec<u8>,
    /// For [`Engine::add_vectors`](crate::engine::Engine::add_vectors), under the entry's id.
    pub vectors: Vec<u8>,
}

/// A network's entry, and what there is to say of how it was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct OwnCard {
    /// The only checkpoint has the id of the model.
    pub entry: ModelEntry,
    /// What there is to say of how it was read, in sentences.
    pub notes: Vec<String>,
}

impl OwnNetwork {
    /// Reads a network from its files. The id is made of their hashes, so that a link or a document can say which network it
    /// was, wherever the files lie: `own-`, six letters of the hash of the words' file and six of the network's. A network in
    /// one file has the same hash twice; one in more than two has in the first place the hash of the sorted hashes of all
    /// others, a line each.
    ///
    /// # Errors
    /// As [`import::read`].
    pub fn read(files: &[File<'_>], sha256: impl Fn(&[u8]) -> String) -> Result<Self> {
        let read = import::read(files)?;
        let hashes: Vec<String> = files.iter().map(|file| sha256(file.bytes)).collect();
        let network_hash = hashes[read.network_file].clone();
        let mut others = hashes;
        others.remove(read.network_file);
        others.sort();
        let words_hash = match others.as_slice() {
            [] => network_hash.clone(),
            [one] => one.clone(),
            several => sha256(several.iter().map(|hash| format!("{hash}\n")).collect::<String>().as_bytes()),
        };
        let bytes = |own: bool| {
            let chosen =
                files.iter().enumerate().filter(|(place, _)| files.len() == 1 || (*place == read.network_file) == own);
            chosen.map(|(_, file)| file.bytes.len() as u64).sum()
        };
        let entry = entry(&read, (network_hash, bytes(true)), (words_hash, bytes(false)));
        Ok(Self { card: OwnCard { entry, notes: read.notes }, network: read.network, vectors: read.vectors })
    }
}

fn entry(read: &Imported, network: (String, u64), words: (String, u64)) -> ModelEntry {
    let id = format!("own-{}{}", short(&words.0), short(&network.0));
    let name = if read.name.is_empty() { NAME } else { &read.name };
    let (labels, classes) = (read.card.labels.clone(), read.card.labels.len());
    let description =
        format!("{}; {} words of {} numbers, {classes} classes", read.architecture(), read.words, read.dim);
    let kind = match read.card.architecture {
        Architecture::BiLstm(_) => "bilstm",
        _ => "text-cnn",
    };
    ModelEntry {
        id: id.clone(),
        name: NAME.to_owned(),
        kind: kind.to_owned(),
        description: description.clone(),
        vectors: Vectors {
            file: String::new(),
            bytes: words.1,
            sha256: words.0,
            words: read.words,
            dim: read.dim,
            source: read.source.clone(),
            licence: read.card.licence.clone(),
            first: None,
        },
        default_checkpoint: id.clone(),
        checkpoints: vec![Checkpoint {
            id,
            name: name.to_owned(),
            epoch: 0,
            seed: 0,
            file: String::new(),
            part: None,
            bytes: network.1,
            sha256: network.0,
            test_accuracy: 0.0,
            test_loss: 0.0,
            summary: description,
        }],
        labels,
        training: serde_json::Value::Null,
        curve: Vec::new(),
        table: Vec::new(),
        timeline: Vec::new(),
        seeds: Vec::new(),
        card: Card { licence: read.card.licence.clone(), ..Card::default() },
    }
}

fn short(hash: &str) -> &str {
    hash.get(..6).unwrap_or(hash)
}
