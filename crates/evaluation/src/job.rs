//! The job of a model: every method and control x every checkpoint x the test sentences of its budget.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use wordlight_explain::faithfulness::randomisation::{Layers, randomised_any};
use wordlight_explain::faithfulness::similarity::similarity;
use wordlight_explain::method::{Method, build, spec, specs};
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::Classifier;
use wordlight_site::Site;
use wordlight_train::data::treebank::Split;
use wordlight_train::files::{remove_temporary, sha256};

use crate::budget::Budget;
use crate::chunk::{Alike, Chunk, Row, Sum};
use crate::human_labels::Labelled;
use crate::measure::{CONTROLS, MEASURES, Measured, Setting, Subject, measure_sentence};
use crate::plan::{Chosen, Group, Plan, groups};
use crate::query::Sentence;

/// Sentences of a chunk.
const CHUNK: usize = 34;
/// The paper cuts its sentences here, and so are those of every other network: they have the same words.
const CUT: usize = 40;

/// What decides the numbers: another job has other chunks.
#[derive(Serialize)]
struct Fingerprint<'a> {
    version: &'static str,
    frame: &'a Frame,
    model: &'a str,
    vectors: &'a str,
    checkpoints: Vec<(&'a str, &'a str, Budget)>,
    measures: Vec<&'static str>,
    chunk: usize,
}

/// What all models are measured on, and with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The sentences and their human values, in hex.
    pub treebank: String,
    /// How many there are.
    pub sentences: usize,
    /// Words after which they are cut.
    pub cut: usize,
    /// Of everything that is drawn.
    pub seed: usize,
    /// Methods.
    pub methods: Vec<String>,
    /// Bootstrap resamples.
    pub resamples: usize,
}

/// The sentences of a run and how they are measured, the same for every model.
pub struct Sample {
    frame: Frame,
    sentences: Vec<Labelled>,
    everything: bool,
}

impl Sample {
    /// Reads the test sentences.
    ///
    /// # Errors
    /// An unknown method, a treebank that does not read.
    pub fn prepare(plan: &Plan, resamples: usize) -> Result<Self> {
        let all: Vec<String> = specs().into_iter().map(|spec| spec.id.to_owned()).collect();
        let methods = if plan.methods.is_empty() { all } else { plan.methods.clone() };
        methods.iter().try_for_each(|id| spec(id).map(|_| ()))?;
        let mut sentences = Labelled::read(&plan.treebank, Split::Test, CUT)?;
        if plan.sentences > 0 {
            sentences.truncate(plan.sentences);
        }
        let text: Vec<String> =
            sentences.iter().map(|s| format!("{} {:?} {:?}", s.words.join(" "), s.values, s.phrase_values)).collect();
        let (treebank, count) = (sha256(text.join("\n").as_bytes()), sentences.len());
        let frame = Frame { treebank, sentences: count, cut: CUT, seed: plan.seed, methods, resamples };
        Ok(Self { frame, sentences, everything: plan.everything })
    }

    /// What all models share.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }
}

/// The job of one model.
pub struct Job<'s> {
    sample: &'s Sample,
    model: String,
    embedding: Embedding,
    subjects: Vec<Subject>,
    groups: Vec<Group>,
    fingerprint: String,
}

impl<'s> Job<'s> {
    /// Reads the networks and draws their randomised twins.
    ///
    /// # Errors
    /// A network or vectors that do not read.
    pub fn prepare(site: &Site, sample: &'s Sample, chosen: &Chosen<'_>) -> Result<Self> {
        let model = chosen.model;
        let mut subjects = Vec::new();
        for (entry, shown) in &chosen.checkpoints {
            let network = site.network(&entry.id)?;
            let [dense, readers, both] = Layers::ALL.map(|layers| randomised_any(&network, layers, sample.frame.seed));
            subjects.push(Subject {
                id: entry.id.clone(),
                epoch: entry.epoch,
                seed: entry.seed,
                shown: *shown,
                budget: if sample.everything { Budget::EVERYTHING } else { Budget::of(&network, *shown) },
                randomised: [dense?, readers?, both?],
                network,
            });
        }
        let weights = chosen.checkpoints.iter().map(|(entry, _)| entry.sha256.as_str());
        let fingerprint = Fingerprint {
            version: env!("CARGO_PKG_VERSION"),
            frame: &sample.frame,
            model: &model.id,
            vectors: &model.vectors.sha256,
            checkpoints: subjects.iter().zip(weights).map(|(s, weights)| (s.id.as_str(), weights, s.budget)).collect(),
            measures: MEASURES.iter().map(|measure| measure.id).collect(),
            chunk: CHUNK,
        };
        let fingerprint = sha256(&serde_json::to_vec(&fingerprint)?);
        let embedding = site.embedding(&chosen.checkpoints[0].0.id)?;
        let groups = groups(&subjects);
        Ok(Self { sample, model: model.id.clone(), embedding, subjects, groups, fingerprint })
    }

    /// The model.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Pairs of checkpoints by the numbers that are in chunks.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Methods and controls by the numbers that rows have.
    pub fn methods(&self) -> Vec<String> {
        self.sample.frame.methods.iter().cloned().chain(CONTROLS.map(str::to_owned)).collect()
    }

    /// Checkpoints by the numbers that rows have.
    pub fn checkpoints(&self) -> Vec<String> {
        self.subjects.iter().map(|subject| subject.id.clone()).collect()
    }

    /// The networks.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The word vectors.
    pub fn embedding(&self) -> &Embedding {
        &self.embedding
    }

    /// The sentences.
    pub fn sentences(&self) -> &[Labelled] {
        &self.sample.sentences
    }

    /// The seed.
    pub fn seed(&self) -> usize {
        self.sample.frame.seed
    }

    /// What decides the numbers, in hex.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The input of a sentence.
    pub fn input(&self, sentence: &Labelled) -> ndarray::Array2<f32> {
        let words: Vec<Option<usize>> = sentence.words.iter().map(|word| self.embedding.vocab().get(word)).collect();
        self.embedding.embed(&words, self.subjects[0].network.positions(words.len()))
    }

    /// How many chunks there are.
    pub fn chunks(&self) -> usize {
        self.sentences().len().div_ceil(CHUNK)
    }

    /// Where chunks are kept.
    fn folder(&self, out: &Path) -> PathBuf {
        out.join(format!("chunks-{}-{}", self.model, &self.fingerprint[..12]))
    }

    /// Measures what is not there yet, then reads everything back. `bar` counts sentences; `stop` is asked before each
    /// sentence.
    ///
    /// # Errors
    /// If a chunk cannot be written or read, or `stop` says so; what is done stays, and the same job goes on from there.
    pub fn run(&self, out: &Path, bar: &ProgressBar, stop: &(dyn Fn() -> bool + Sync)) -> Result<Chunk> {
        let folder = self.folder(out);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        // What a killed run was writing.
        remove_temporary(&folder)?;
        let (done, missing): (Vec<usize>, Vec<usize>) =
            (0..self.chunks()).partition(|index| Chunk::is_done(&folder, *index));
        // What was done before does not count for the time that is left.
        bar.set_length((missing.len() * CHUNK).min(self.sentences().len()) as u64);
        if !done.is_empty() {
            bar.println(format!("{} of {} chunks were there already", done.len(), self.chunks()));
        }
        let stopped = |index: usize| {
            let (first, last) = (index * CHUNK, ((index + 1) * CHUNK).min(self.sentences().len()) - 1);
            format!(
                "stopped at sentences {first} to {last} of {}; chunks that are done are kept in {}, and the same command goes on \
                 from there",
                self.model,
                folder.display()
            )
        };
        missing.par_iter().try_for_each(|&index| match self.chunk(index, bar, stop)? {
            Some(chunk) => chunk.write(&folder, index).with_context(|| stopped(index)),
            None => bail!("interrupted: {}", stopped(index)),
        })?;
        let mut whole = Chunk::default();
        for index in 0..self.chunks() {
            whole.append(Chunk::read(&folder, index)?);
        }
        Ok(whole)
    }

    /// Removes the chunks of a job that is done.
    ///
    /// # Errors
    /// If they cannot be removed.
    pub fn tidy(&self, out: &Path) -> Result<()> {
        let folder = self.folder(out);
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))
    }

    /// Measures the sentences of a chunk; nothing if that is stopped.
    fn chunk(&self, index: usize, bar: &ProgressBar, stop: &(dyn Fn() -> bool + Sync)) -> Result<Option<Chunk>> {
        let methods = self.methods().len();
        let each = self.subjects.len() * methods;
        let mut chunk = Chunk {
            curves: vec![Vec::new(); each],
            counts: vec![0; each],
            taus: self.groups.iter().map(|group| vec![vec![(0.0, 0); group.pairs.len()]; methods]).collect(),
            ..Chunk::default()
        };
        let frame = &self.sample.frame;
        let setting = Setting { seed: frame.seed, mean: self.embedding.mean() };
        let defaults = Default::default();
        let of_methods: Vec<Box<dyn Method<f32>>> =
            frame.methods.iter().map(|id| build(id, &defaults)).collect::<Result<_, _>>()?;
        let range = index * CHUNK..((index + 1) * CHUNK).min(self.sentences().len());
        for number in range {
            if stop() {
                return Ok(None);
            }
            let sentence = &self.sentences()[number];
            let asking = Sentence::new(number, self.input(sentence), sentence, &of_methods);
            let mut by_checkpoint = Vec::new();
            for (c, subject) in self.subjects.iter().enumerate() {
                let Some(asked) = subject.budget.asked(number) else {
                    by_checkpoint.push(None);
                    continue;
                };
                let (predicted, measured) = measure_sentence(&setting, subject, &asking, asked)
                    .with_context(|| format!("sentence {number} of the test split by {}", subject.id))?;
                for (m, measured) in measured.iter().enumerate() {
                    self.note(&mut chunk, (c, m), measured)?;
                    if measured.scores.is_empty() {
                        continue;
                    }
                    chunk.rows.push(Row {
                        sentence: u32::try_from(number)?,
                        checkpoint: u16::try_from(c)?,
                        method: u16::try_from(m)?,
                        label: u8::try_from(sentence.label)?,
                        predicted: u8::try_from(predicted)?,
                        words: u16::try_from(sentence.words.len())?,
                        values: measured.values.iter().map(|v| (!v.is_nan()).then_some(*v)).collect(),
                    });
                }
                by_checkpoint.push(Some((predicted, measured)));
            }
            for g in 0..self.groups.len() {
                self.compare(&mut chunk, number, g, &by_checkpoint)?;
            }
            bar.inc(1);
        }
        Ok(Some(chunk))
    }

    /// Adds up what is kept of a method beside its row.
    fn note(&self, chunk: &mut Chunk, (c, m): (usize, usize), measured: &Measured) -> Result<()> {
        let at = c * self.methods().len() + m;
        if !measured.curve.is_empty() {
            chunk.curves[at].resize(measured.curve.len(), 0.0);
            chunk.curves[at].iter_mut().zip(&measured.curve).for_each(|(sum, v)| *sum += v);
            chunk.counts[at] += 1;
        }
        if let Some(reason) = &measured.refused {
            let key = serde_json::to_string(&(c, m, reason))?;
            *chunk.refused.entry(key).or_default() += 1;
        }
        Ok(())
    }

    /// Compares the scores of the checkpoints of a group that were all measured on this sentence.
    fn compare(
        &self,
        chunk: &mut Chunk,
        number: usize,
        g: usize,
        all: &[Option<(usize, Vec<Measured>)>],
    ) -> Result<()> {
        let group = &self.groups[g];
        let there: Option<Vec<_>> =
            group.pairs.iter().map(|(a, b)| Some((all[*a].as_ref()?, all[*b].as_ref()?))).collect();
        let Some(there) = there else { return Ok(()) };
        for m in 0..self.methods().len() {
            if there.iter().any(|(a, b)| a.1[m].scores.is_empty() || b.1[m].scores.is_empty()) {
                continue;
            }
            let mut columns: [Sum; 4] = [(0.0, 0); 4];
            for (p, (a, b)) in there.iter().enumerate() {
                let alike = similarity(&a.1[m].scores, &b.1[m].scores);
                let flags = [alike.same_top, a.0 == b.0].map(|same| f64::from(u8::from(same)));
                let values = [alike.kendall, alike.pearson, flags[0], flags[1]];
                for (sum, v) in columns.iter_mut().zip(values).filter(|(_, v)| v.is_finite()) {
                    *sum = (sum.0 + v, sum.1 + 1);
                }
                if alike.kendall.is_finite() {
                    let sum = &mut chunk.taus[g][m][p];
                    *sum = (sum.0 + alike.kendall, sum.1 + 1);
                }
            }
            chunk.alike.push(Alike {
                sentence: u32::try_from(number)?,
                group: u16::try_from(g)?,
                method: u16::try_from(m)?,
                values: columns.map(|(sum, count)| (count > 0).then(|| (sum / f64::from(count)) as f32)),
            });
        }
        Ok(())
    }
}
