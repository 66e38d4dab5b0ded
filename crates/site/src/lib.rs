//! The models of a site, loaded from its folder and checked against its manifest.
//!
//! # Quickstart
//!
//! ```
//! use std::path::Path;
//!
//! use wordlight_explain::method::Shapley;
//! use wordlight_explain::query::Query;
//! use wordlight_nn::model::Classifier;
//! use wordlight_nn::text::tokenize;
//! use wordlight_site::Site;
//!
//! // The folder that the page loads. Every file is compared with the length and the hash in the manifest.
//! let site = Site::open(Path::new("../../www/models"))?;
//! let checkpoint = site.default_checkpoint()?.to_owned();
//!
//! // A network and its word vectors, for the libraries ...
//! let (network, vectors) = (site.network(&checkpoint)?, site.embedding(&checkpoint)?);
//! let words = vectors.look_up(&tokenize("A brilliant film."));
//! let pass = network.forward(vectors.embed(&words, network.positions(words.len())))?;
//! let query = Query::new(Shapley);
//! let answer = query.ask(&query.case(&network, pass.as_ref(), words.len())?, &mut |_| true)?;
//! assert!(answer.attribution.ledger.holds());
//! assert!(answer.attribution.per_token.iter().all(|score| *score <= answer.attribution.per_token[1]));
//!
//! // ... or an engine that answers requests as the page's does.
//! let engine = site.load(&[checkpoint.clone()])?;
//! assert_eq!(engine.labels(&checkpoint)?.len(), 5);
//!
//! let error = site.load(&["no-such".to_owned()]).err().unwrap();
//! assert!(error.to_string().starts_with("there is no checkpoint \"no-such\"; expected one of"));
//! # Ok::<(), anyhow::Error>(())
//! ```

pub mod check;
pub mod data_files;
pub mod export;
pub mod first_words;
mod prerender;

pub use prerender::{text_of, with_first_picture};

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wordlight_engine::{Checkpoint, Engine, Manifest, ModelEntry, NetworkMark, OwnCard, OwnNetwork};
use wordlight_nn::import::{File, MAX_BYTES, check_sizes};
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::AnyModel;
use wordlight_nn::weights::read_part;
use wordlight_train::files::{read, read_at_most, read_text, sha256};

use crate::export::{MANIFEST, SCHEMA, parse};

/// A site's folder of models.
#[derive(Debug)]
pub struct Site {
    folder: PathBuf,
    manifest: Manifest,
    /// Networks that came from elsewhere; each has its entry in the list.
    imported: Vec<OwnNetwork>,
}

impl Site {
    /// Reads the manifest in `folder`.
    ///
    /// # Errors
    /// If there is none, it has another schema, or it does not parse.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let bytes = read_text(&path).with_context(|| {
            format!("{} holds no models; name a folder of `wordlight export` with --models", folder.display())
        })?;
        let manifest = parse(&bytes).with_context(|| format!("{} is no list of models", path.display()))?;
        Ok(Self { folder: folder.to_owned(), manifest, imported: Vec::new() })
    }

    /// A site without models.
    pub fn empty() -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let manifest =
            Manifest { schema: SCHEMA, version, default_model: String::new(), models: vec![], data_files: vec![] };
        Self { folder: PathBuf::new(), manifest, imported: Vec::new() }
    }

    /// Reads a network from elsewhere and puts it into the list; its checkpoint has the id of its model.
    ///
    /// # Errors
    /// A file that cannot be read, and whatever is wrong with what they hold together.
    pub fn add_imported(&mut self, paths: &[&Path]) -> Result<OwnCard> {
        let mut sizes = Vec::new();
        for path in paths {
            let about = std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
            sizes.push(usize::try_from(about.len()).unwrap_or(usize::MAX));
        }
        check_sizes(sizes)?;
        let read: Vec<(Cow<'_, str>, Vec<u8>)> = paths
            .iter()
            .map(|path| {
                Ok((
                    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy(),
                    read_at_most(path, MAX_BYTES as u64)?,
                ))
            })
            .collect::<Result<_>>()?;
        let files: Vec<File<'_>> = read.iter().map(|(name, bytes)| File { name, bytes }).collect();
        let imported = OwnNetwork::read(&files, sha256)?;
        let card = imported.card.clone();
        self.manifest.models.push(card.entry.clone());
        self.imported.push(imported);
        Ok(card)
    }

    /// The list of models.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The id of the checkpoint that is shown first.
    ///
    /// # Errors
    /// If the manifest's default is not in it.
    pub fn default_checkpoint(&self) -> Result<&str> {
        let default = self.manifest.models.iter().find(|model| model.id == self.manifest.default_model);
        match default {
            Some(model) => Ok(&model.default_checkpoint),
            None => bail!("the manifest's default model {:?} is not in it", self.manifest.default_model),
        }
    }

    /// Loads checkpoints and the vectors they need.
    ///
    /// # Errors
    /// A checkpoint that is not in the manifest, a file that is missing, cut off or otherwise not the one in the
    /// manifest.
    pub fn load(&self, checkpoints: &[String]) -> Result<Engine> {
        let mut engine = Engine::new();
        let mut vectors: Vec<&str> = Vec::new();
        for id in checkpoints {
            let (model, checkpoint) = self.find(id)?;
            if !vectors.contains(&model.id.as_str()) {
                let bytes = self.vectors_bytes(model)?;
                engine.add_vectors(&model.id, &bytes).with_context(|| self.shown(&model.vectors.file))?;
                vectors.push(&model.id);
            }
            let bytes = self.network_bytes(checkpoint)?;
            engine
                .add_checkpoint(&checkpoint.id, &checkpoint.name, &model.id, &bytes, checkpoint.part.as_deref())
                .with_context(|| self.shown(&checkpoint.file))?;
        }
        Ok(engine)
    }

    /// Which network a checkpoint is, for a document.
    ///
    /// # Errors
    /// A checkpoint that is not in the manifest.
    pub fn mark(&self, id: &str) -> Result<NetworkMark> {
        let (model, checkpoint) = self.find(id)?;
        Ok(NetworkMark {
            checkpoint: id.to_owned(),
            sha256: checkpoint.sha256.clone(),
            vectors_sha256: model.vectors.sha256.clone(),
        })
    }

    /// The word vectors of a checkpoint's model.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn embedding(&self, checkpoint: &str) -> Result<Embedding> {
        let model = self.find(checkpoint)?.0;
        Embedding::from_bytes(&self.vectors_bytes(model)?).with_context(|| self.shown(&model.vectors.file))
    }

    /// A checkpoint's network.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn network(&self, checkpoint: &str) -> Result<AnyModel<f32>> {
        let entry = self.find(checkpoint)?.1;
        let bytes = self.network_bytes(entry)?;
        let (network, _) = read_part(&bytes, entry.part.as_deref()).with_context(|| self.shown(&entry.file))?;
        Ok(network)
    }

    /// The model and the entry of a checkpoint.
    ///
    /// # Errors
    /// If it is not in the manifest.
    pub fn find(&self, id: &str) -> Result<(&ModelEntry, &Checkpoint)> {
        let all = || self.manifest.models.iter().flat_map(|model| model.checkpoints.iter().map(move |c| (model, c)));
        match all().find(|(_, checkpoint)| checkpoint.id == id) {
            Some(found) => Ok(found),
            None if id.starts_with("own-") => {
                let others: String =
                    self.imported.iter().map(|own| format!(", which {} is not", own.card.entry.id)).collect();
                bail!("{id} is a network of somebody’s own: name its files with --network{others}")
            }
            None => {
                let known: Vec<&str> = all().map(|(_, checkpoint)| checkpoint.id.as_str()).collect();
                bail!("there is no checkpoint {id:?}; expected one of {}", known.join(", "))
            }
        }
    }

    fn imported(&self, id: &str) -> Option<&OwnNetwork> {
        self.imported.iter().find(|one| one.card.entry.id == id)
    }

    fn vectors_bytes(&self, model: &ModelEntry) -> Result<Cow<'_, [u8]>> {
        let file = &model.vectors;
        match self.imported(&model.id) {
            Some(own) => Ok(Cow::Borrowed(&own.vectors)),
            None => Ok(Cow::Owned(self.blob(&file.file, file.bytes, &file.sha256)?)),
        }
    }

    fn network_bytes(&self, checkpoint: &Checkpoint) -> Result<Cow<'_, [u8]>> {
        match self.imported(&checkpoint.id) {
            Some(own) => Ok(Cow::Borrowed(&own.network)),
            None => Ok(Cow::Owned(self.blob(&checkpoint.file, checkpoint.bytes, &checkpoint.sha256)?)),
        }
    }

    fn shown(&self, file: &str) -> String {
        self.folder.join(file).display().to_string()
    }

    /// A file whose length and hash are those of the manifest.
    fn blob(&self, file: &str, length: u64, hash: &str) -> Result<Vec<u8>> {
        let path = self.folder.join(file);
        let bytes = read(&path)?;
        if bytes.len() as u64 != length {
            bail!("{} has {} bytes, the manifest says {length}; is it cut off?", path.display(), bytes.len());
        }
        let found = sha256(&bytes);
        if found != hash {
            bail!("{} has the SHA-256 {found}, the manifest says {hash}", path.display());
        }
        Ok(bytes)
    }
}
