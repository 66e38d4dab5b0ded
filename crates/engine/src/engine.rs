//! The loaded word vectors and checkpoints, and what questions to them are made of.

use ndarray::Array2;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::query::Query;
use wordlight_explain::{Error, Result};
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::{AnyModel, Classifier};
use wordlight_nn::text::{Token, tokenize};
use wordlight_nn::weights::read_part;

use crate::catalogue;
use crate::request::RowRequest;
use crate::site::corpus::Corpus;
use crate::site::human_labels::HumanValues;
use crate::site::strongest_windows::StrongestWindows;
use crate::study::vocabulary_products::Vocabulary;

/// A trained network, ready to explain.
pub(crate) struct Loaded {
    pub(crate) name: String,
    pub(crate) vectors: String,
    pub(crate) labels: Vec<String>,
    pub(crate) network: AnyModel<f32>,
}

/// Answers requests with the word vectors and checkpoints that have been loaded.
#[derive(Default)]
pub struct Engine {
    vectors: Vec<(String, Embedding)>,
    /// Of which vectors only the first words are there.
    first: Vec<String>,
    checkpoints: Vec<(String, Loaded)>,
    /// How often a network or vectors took the place of others of the same name.
    exchanged: u64,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) human: Option<HumanValues>,
    pub(crate) windows: Option<StrongestWindows>,
    pub(crate) corpus: Option<Corpus>,
}

impl Engine {
    /// An engine with nothing loaded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads word vectors from the bytes of their file.
    ///
    /// # Errors
    /// As [`Embedding::from_bytes`].
    pub fn add_vectors(&mut self, id: &str, bytes: &[u8]) -> Result<()> {
        let embedding = Embedding::from_bytes(bytes)?;
        self.vocabulary.forget_vectors(id);
        self.exchanged += put(&mut self.vectors, id, embedding);
        self.first.retain(|other| other != id);
        Ok(())
    }

    /// Loads the vectors of some words, until [`Self::add_vectors`] brings all of them under the same name. Meanwhile a
    /// text that consists of these words is answered as it will be then, bit for bit; any other is refused with
    /// [`Error::VectorsPending`].
    ///
    /// # Errors
    /// As [`Embedding::from_bytes`].
    pub fn add_first_vectors(&mut self, id: &str, bytes: &[u8]) -> Result<()> {
        self.add_vectors(id, bytes)?;
        self.first.push(id.to_owned());
        Ok(())
    }

    /// The ids of the vectors of which only the first words are loaded.
    pub fn vectors_pending(&self) -> impl Iterator<Item = &str> {
        self.first.iter().map(String::as_str)
    }

    /// Loads a checkpoint, which reads words through the vectors `vectors`; `part` is its name in a bundle.
    ///
    /// # Errors
    /// [`Error::Unknown`] if the vectors are not loaded, [`wordlight_nn::Error::Shape`] if they have another number of
    /// dimensions, and the errors of [`read_part`].
    pub fn add_checkpoint(
        &mut self,
        id: &str,
        name: &str,
        vectors: &str,
        bytes: &[u8],
        part: Option<&str>,
    ) -> Result<()> {
        let embedding = self.embedding(vectors)?;
        let (network, card) = read_part::<f32>(bytes, part)?;
        if network.dim() != embedding.dim() {
            return Err(Error::Network(wordlight_nn::Error::Shape {
                what: format!("the word vectors {vectors:?}"),
                expected: vec![embedding.vocab().len(), network.dim()],
                found: vec![embedding.vocab().len(), embedding.dim()],
            }));
        }
        let loaded = Loaded { name: name.to_owned(), vectors: vectors.to_owned(), labels: card.labels, network };
        self.vocabulary.forget(id);
        self.exchanged += put(&mut self.checkpoints, id, loaded);
        Ok(())
    }

    /// Loads what people said of single words.
    ///
    /// # Errors
    /// As [`HumanValues::parse`].
    pub fn add_human_values(&mut self, text: String) -> Result<()> {
        self.human = Some(HumanValues::parse(text)?);
        Ok(())
    }

    /// Loads the strongest windows of a checkpoint's filters.
    ///
    /// # Errors
    /// As [`StrongestWindows::parse`].
    pub fn add_strongest_windows(&mut self, text: &str) -> Result<()> {
        self.windows = Some(StrongestWindows::parse(text)?);
        Ok(())
    }

    /// Loads what networks made of the whole treebank.
    ///
    /// # Errors
    /// As [`Corpus::parse`].
    pub fn add_corpus(&mut self, text: &str) -> Result<()> {
        self.corpus = Some(Corpus::parse(text)?);
        Ok(())
    }

    /// How often something that answers depend on was exchanged: what was answered before may be another answer now.
    pub(crate) fn exchanged(&self) -> u64 {
        self.exchanged
    }

    /// The ids of the loaded checkpoints.
    pub fn checkpoints(&self) -> impl Iterator<Item = &str> {
        self.checkpoints.iter().map(|(id, _)| id.as_str())
    }

    /// The word vectors loaded under this name.
    ///
    /// # Errors
    /// [`Error::Unknown`]
    pub fn embedding(&self, id: &str) -> Result<&Embedding> {
        let known = || self.vectors.iter().map(|(id, _)| id.as_str());
        find(&self.vectors, id).ok_or_else(|| Error::unknown("loaded vectors", id, known()))
    }

    /// The row of each word, `None` for one that has no vector.
    ///
    /// # Errors
    /// [`Error::Unknown`] if the vectors are not loaded, [`Error::VectorsPending`] for a word that may be among those that are on
    /// their way.
    pub(crate) fn look_up(&self, vectors: &str, tokens: &[Token]) -> Result<Vec<Option<usize>>> {
        let rows = self.embedding(vectors)?.look_up(tokens);
        let missing = rows.iter().position(Option::is_none).filter(|_| self.first.iter().any(|id| id == vectors));
        match missing {
            Some(k) => Err(Error::VectorsPending { word: tokens[k].form.clone() }),
            None => Ok(rows),
        }
    }

    /// What a checkpoint reads of some words, `[E, D]`.
    pub(crate) fn input(&self, loaded: &Loaded, tokens: &[Token]) -> Result<Array2<f32>> {
        let words = self.look_up(&loaded.vectors, tokens)?;
        Ok(self.embedding(&loaded.vectors)?.embed(&words, loaded.network.positions(words.len())))
    }

    /// The classes of a loaded checkpoint, worst first.
    ///
    /// # Errors
    /// [`Error::Unknown`]
    pub fn labels(&self, checkpoint: &str) -> Result<&[String]> {
        Ok(&self.checkpoint(checkpoint)?.labels)
    }

    pub(crate) fn checkpoint(&self, id: &str) -> Result<&Loaded> {
        find(&self.checkpoints, id).ok_or_else(|| Error::unknown("loaded checkpoint", id, self.checkpoints()))
    }

    /// The question of a row, checked.
    ///
    /// # Errors
    /// As [`Query::parse`], and [`Error::Unknown`] for a baseline that does not exist.
    pub(crate) fn query(&self, row: &RowRequest, loaded: &Loaded) -> Result<Query<f32>> {
        let query = Query::parse(&row.method, &row.params, &row.target.kind)?;
        Ok(query.of_class(row.target.class).against(self.baseline(&row.baseline, &loaded.vectors)?))
    }

    pub(crate) fn baseline(&self, id: &str, vectors: &str) -> Result<Baseline<f32>> {
        let embedding = self.embedding(vectors)?;
        if let Some(text) = id.strip_prefix("text:") {
            let words = self.look_up(vectors, &tokenize(text))?;
            return Ok(Baseline::Rows(embedding.embed(&words, words.len())));
        }
        match id {
            id if id == catalogue::ZERO.id => Ok(Baseline::Zero),
            id if id == catalogue::MEAN.id => Ok(Baseline::Everywhere(embedding.mean().clone())),
            other => Err(Error::unknown("baseline", other, [catalogue::ZERO.id, catalogue::MEAN.id, "text:..."])),
        }
    }
}

/// The value under a name. A handful of models does not need a map.
fn find<'a, T>(list: &'a [(String, T)], id: &str) -> Option<&'a T> {
    list.iter().find(|(known, _)| known == id).map(|(_, value)| value)
}

/// Puts a value under a name, in place of those that were there; how many they were.
fn put<T>(list: &mut Vec<(String, T)>, id: &str, value: T) -> u64 {
    let before = list.len();
    list.retain(|(known, _)| known != id);
    let replaced = before - list.len();
    list.push((id.to_owned(), value));
    replaced as u64
}
