//! All models' sections in one file, `summary.json`: what the figures and `docs/evaluation.md` are made from.
//!
//! A model can be measured alone: its section takes the place of the one that was there, and what is said between models is
//! made again from all sections. So the file does not depend on the order in which models were measured.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use wordlight_site::Site;

use crate::job::Frame;
use crate::measure::{Better, CONTROLS, MEASURES};
use crate::rank_agreement::orders;
use crate::records::{Mean, Measured, Order, Section};
use crate::statistics::LEVEL;

const SCHEMA: u32 = 2;

/// The summary, `summary.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of this format: 2.
    pub schema: u32,
    /// What all models were measured on.
    pub frame: Frame,
    /// Methods, then controls.
    pub methods: Vec<String>,
    /// The measures.
    pub measures: Vec<MeasureCard>,
    /// The level under which a corrected p value counts.
    pub level: f64,
    /// One per model, in the manifest's order.
    pub sections: Vec<Section>,
    /// How alike the orders of methods are between epochs and between models.
    pub orders: Vec<Order>,
}

/// A measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureCard {
    /// Its column.
    pub id: String,
    /// For people.
    pub name: String,
    /// `high` or `low`.
    pub better: String,
    /// Whether it was taken on fewer sentences.
    pub costly: bool,
}

impl Summary {
    /// A summary without sections.
    pub fn new(frame: Frame) -> Self {
        let card = |measure: &crate::measure::Measure| MeasureCard {
            id: measure.id.to_owned(),
            name: measure.name.to_owned(),
            better: if measure.better == Better::High { "high" } else { "low" }.to_owned(),
            costly: measure.costly,
        };
        Self {
            schema: SCHEMA,
            methods: frame.methods.iter().cloned().chain(CONTROLS.map(str::to_owned)).collect(),
            measures: MEASURES.iter().map(card).collect(),
            level: LEVEL,
            frame,
            sections: Vec::new(),
            orders: Vec::new(),
        }
    }

    /// The summary in `folder`, or a new one if there is none.
    ///
    /// # Errors
    /// One of other sentences, methods or seeds: it would be neither the one nor the other.
    pub fn open(path: &Path, frame: &Frame) -> Result<Self> {
        if !path.exists() {
            return Ok(Self::new(frame.clone()));
        }
        let there = Self::read(path)?;
        let (a, b) = (&there.frame, frame);
        let parts = [
            ("sentences", a.treebank != b.treebank || a.sentences != b.sentences || a.cut != b.cut),
            ("methods", a.methods != b.methods || there.measures != Self::new(frame.clone()).measures),
            ("seed", a.seed != b.seed),
            ("number of resamples", a.resamples != b.resamples),
        ];
        let other: Vec<&str> = parts.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
        match other.is_empty() {
            true => Ok(there),
            false => bail!(
                "{} was made with another choice of {}; name another folder with --out, or remove it to begin anew",
                path.display(),
                other.join(" and ")
            ),
        }
    }

    /// Whether the section of a model has checkpoints, still in the manifest, that `ids` lacks: putting a smaller section in
    /// its place would lose them.
    pub fn would_lose(&self, site: &Site, model: &str, ids: &[&str]) -> Vec<String> {
        let section = self.sections.iter().find(|section| section.model == model);
        let there = section.iter().flat_map(|section| &section.checkpoints).map(|checkpoint| &checkpoint.id);
        there.filter(|id| !ids.contains(&id.as_str()) && site.find(id).is_ok()).cloned().collect()
    }

    /// Puts a section in its place. Sections of models that the site no longer has are dropped.
    pub fn put(&mut self, site: &Site, section: Section) {
        self.sections.retain(|other| other.model != section.model);
        self.sections.push(section);
        let place = |section: &Section| site.manifest().models.iter().position(|model| model.id == section.model);
        self.sections.retain(|section| place(section).is_some());
        self.sections.sort_by_key(|section| place(section));
        self.orders = orders(&self.sections, &self.frame.methods);
    }

    /// Reads a summary.
    ///
    /// # Errors
    /// If it does not parse or is of another version.
    pub fn read(path: &Path) -> Result<Self> {
        let no_summary = || format!("{} is no summary of `wordlight evidence`", path.display());
        let json: serde_json::Value =
            serde_json::from_slice(&wordlight_train::files::read_text(path)?).with_context(no_summary)?;
        if let Some(found) = json["schema"].as_u64().filter(|found| *found != u64::from(SCHEMA)) {
            bail!("{} has version {found}, expected {SCHEMA}; remove it and measure again", path.display());
        }
        serde_json::from_value(json).with_context(no_summary)
    }

    /// Refuses a summary of other weights than the site has: its numbers would stand beside networks they are not of.
    ///
    /// # Errors
    /// Names the first checkpoint and the command that measures it again.
    pub fn check(&self, site: &Site) -> Result<()> {
        for section in &self.sections {
            for measured in &section.checkpoints {
                let found = site.find(&measured.id).ok();
                let same = found.is_some_and(|(model, entry)| {
                    entry.sha256 == measured.weights && model.vectors.sha256 == section.vectors
                });
                if !same {
                    bail!(
                        "{} was measured with other weights than the site has now; run `wordlight evidence --model {}`",
                        measured.id,
                        section.model
                    );
                }
            }
        }
        Ok(())
    }

    /// The section that a checkpoint is shown in.
    pub fn section(&self, checkpoint: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.shown().any(|measured| measured.id == checkpoint))
    }

    /// The section of the page's default model, or the first.
    ///
    /// # Errors
    /// If there is none.
    pub fn first(&self, site: &Site) -> Result<&Section> {
        let default = |section: &&Section| section.model == site.manifest().default_model;
        self.sections.iter().find(default).or(self.sections.first()).context("the summary has no model")
    }

    /// Every checkpoint that is shown by itself.
    pub fn shown(&self) -> impl Iterator<Item = (&Section, &Measured)> {
        self.sections.iter().flat_map(|section| section.shown().map(move |measured| (section, measured)))
    }

    /// The mean of a measure, if it was taken.
    pub fn mean(&self, checkpoint: &str, method: &str, measure: &str) -> Option<&Mean> {
        self.section(checkpoint)?.mean(checkpoint, method, measure)
    }

    /// As bytes.
    ///
    /// # Errors
    /// None that numbers can cause.
    pub fn json(&self) -> Result<Vec<u8>> {
        Ok([serde_json::to_vec(self)?, b"\n".to_vec()].concat())
    }

    /// The aggregate as CSV, one line per mean; the spread over seeds stands beside the checkpoints of its epoch.
    pub fn csv(&self) -> String {
        let mut out =
            "model,checkpoint,seed,epoch,method,measure,mean,low,high,sentences,seeds_mean,seeds_deviation,seeds\n"
                .to_owned();
        for (section, measured) in self.shown() {
            for m in section.means.iter().filter(|m| m.checkpoint == measured.id) {
                let Mean { checkpoint, method, measure, mean, low, high, n } = m;
                let Measured { epoch, seed, .. } = measured;
                let over = section
                    .over_seeds
                    .iter()
                    .find(|o| o.epoch == *epoch && o.method == *method && o.measure == *measure);
                let over = over.map_or(",,".to_owned(), |o| format!("{},{},{}", o.mean, o.deviation, o.seeds));
                let model = &section.model;
                out.push_str(&format!(
                    "{model},{checkpoint},{seed},{epoch},{method},{measure},{mean},{low},{high},{n},{over}\n"
                ));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_of_other_sentences_is_not_mixed_with_this_one() {
        let frame = Frame {
            treebank: "ab".to_owned(),
            sentences: 3,
            cut: 40,
            seed: 1,
            methods: vec!["gradient".to_owned()],
            resamples: 10,
        };
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("summary.json");
        std::fs::write(&path, Summary::new(frame.clone()).json().unwrap()).unwrap();
        assert!(Summary::open(&path, &frame).unwrap().sections.is_empty());
        let other = Frame { seed: 2, sentences: 2, ..frame };
        let error = Summary::open(&path, &other).unwrap_err().to_string();
        assert!(error.contains("was made with another choice of sentences and seed"), "{error}");
        std::fs::write(&path, "{\"schema\":1}").unwrap();
        assert!(Summary::read(&path).unwrap_err().to_string().contains("has version 1, expected 2"));
    }
}
