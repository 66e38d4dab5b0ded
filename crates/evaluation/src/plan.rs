//! Which networks are measured, and which of them are compared with each other.

use std::path::PathBuf;

use anyhow::{Result, bail};
use serde::Serialize;
use wordlight_engine::{Checkpoint, ModelEntry};
use wordlight_site::Site;

use crate::measure::Subject;

/// What is to be measured.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The treebank.
    pub treebank: PathBuf,
    /// Models; empty for all.
    pub models: Vec<String>,
    /// Checkpoints; empty for those of the paper's Table 1, or of a model without one the default.
    pub checkpoints: Vec<String>,
    /// Seeds of training; empty for all.
    pub seeds: Vec<u64>,
    /// Methods; empty for all.
    pub methods: Vec<String>,
    /// So many of the first sentences; 0 for all.
    pub sentences: usize,
    /// Of everything that is drawn.
    pub seed: usize,
    /// Every measure of every method on every sentence, however expensive.
    pub everything: bool,
}

/// A model and its checkpoints that are measured: those that are shown first, then other seeds of the same epochs.
pub struct Chosen<'a> {
    /// The model.
    pub model: &'a ModelEntry,
    /// Checkpoints, and whether each is shown by itself.
    pub checkpoints: Vec<(&'a Checkpoint, bool)>,
}

impl Plan {
    /// The models in the manifest's order, each with at least one checkpoint.
    ///
    /// # Errors
    /// A model, checkpoint or seed that is not there, or a choice that leaves nothing.
    pub fn choose<'a>(&self, site: &'a Site) -> Result<Vec<Chosen<'a>>> {
        let all = &site.manifest().models;
        for id in &self.models {
            if !all.iter().any(|model| model.id == *id) {
                let known: Vec<&str> = all.iter().map(|model| model.id.as_str()).collect();
                bail!("there is no model {id:?}; expected one of {}", known.join(", "));
            }
        }
        self.checkpoints.iter().try_for_each(|id| site.find(id).map(|_| ()))?;
        for seed in &self.seeds {
            if !all.iter().flat_map(|model| &model.checkpoints).any(|checkpoint| checkpoint.seed == *seed) {
                bail!("no checkpoint was trained from seed {seed}");
            }
        }
        let wanted = all.iter().filter(|model| self.models.is_empty() || self.models.contains(&model.id));
        let chosen: Vec<Chosen<'a>> = wanted
            .map(|model| Chosen { model, checkpoints: self.of_model(model) })
            .filter(|chosen| !chosen.checkpoints.is_empty())
            .collect();
        if chosen.is_empty() {
            bail!("no checkpoint is of the models, checkpoints and seeds that were asked for");
        }
        Ok(chosen)
    }

    fn of_model<'a>(&self, model: &'a ModelEntry) -> Vec<(&'a Checkpoint, bool)> {
        let default = model.checkpoints.iter().find(|checkpoint| checkpoint.id == model.default_checkpoint);
        let Some(first_seed) = default.or(model.checkpoints.first()).map(|checkpoint| checkpoint.seed) else {
            return Vec::new();
        };
        let mut shown: Vec<&Checkpoint> = match self.checkpoints.is_empty() {
            true => model
                .table
                .iter()
                .filter_map(|row| model.checkpoints.iter().find(|c| c.epoch == row.epochs && c.seed == first_seed))
                .collect(),
            false => model.checkpoints.iter().filter(|c| self.checkpoints.contains(&c.id)).collect(),
        };
        if shown.is_empty() && self.checkpoints.is_empty() {
            shown.extend(default);
        }
        let epochs: Vec<u32> = shown.iter().map(|checkpoint| checkpoint.epoch).collect();
        let mut chosen: Vec<(&Checkpoint, bool)> = shown.into_iter().map(|checkpoint| (checkpoint, true)).collect();
        if self.checkpoints.is_empty() {
            let others =
                model.seeds.iter().filter(|entry| entry.seed != first_seed).flat_map(|entry| &entry.checkpoints);
            let others = others.filter_map(|id| model.checkpoints.iter().find(|checkpoint| checkpoint.id == *id));
            chosen.extend(others.filter(|checkpoint| epochs.contains(&checkpoint.epoch)).map(|c| (c, false)));
        }
        chosen.retain(|(checkpoint, _)| self.seeds.is_empty() || self.seeds.contains(&checkpoint.seed));
        chosen
    }
}

/// What the checkpoints of a group's pairs differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Differ {
    /// The epochs of training, one seed.
    Epochs,
    /// The seed, after the same number of epochs.
    Seeds,
}

impl Differ {
    /// For files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Epochs => "epochs",
            Self::Seeds => "seeds",
        }
    }
}

/// Pairs of checkpoints whose scores are compared, and whose likeness is one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they differ in.
    pub differ: Differ,
    /// The epochs of the one and of the other.
    pub epochs: (u32, u32),
    /// How many seeds take part.
    pub seeds: usize,
    /// Indices of checkpoints.
    pub pairs: Vec<(usize, usize)>,
}

/// The groups among checkpoints: neighbouring epochs and the ends, by the first seed and by all of them, and all pairs of
/// seeds after each number of epochs.
pub fn groups(subjects: &[Subject]) -> Vec<Group> {
    let about: Vec<(u32, u64)> = subjects.iter().map(|subject| (subject.epoch, subject.seed)).collect();
    groups_of(&about)
}

fn groups_of(about: &[(u32, u64)]) -> Vec<Group> {
    let sorted = |mut values: Vec<u64>| {
        values.sort_unstable();
        values.dedup();
        values
    };
    let epochs: Vec<u32> =
        sorted(about.iter().map(|(epoch, _)| u64::from(*epoch)).collect()).iter().map(|e| *e as u32).collect();
    let seeds = sorted(about.iter().map(|(_, seed)| *seed).collect());
    let at = |epoch: u32, seed: u64| about.iter().position(|found| *found == (epoch, seed));
    let mut spans: Vec<(u32, u32)> = epochs.windows(2).map(|pair| (pair[0], pair[1])).collect();
    if epochs.len() > 2 {
        spans.push((epochs[0], epochs[epochs.len() - 1]));
    }
    let mut all = Vec::new();
    // One seed by itself is measured on more sentences than all of them.
    for among in [&seeds[..1.min(seeds.len())], &seeds[..]].iter().take(if seeds.len() > 1 { 2 } else { 1 }) {
        for &(a, b) in &spans {
            let pairs: Vec<(usize, usize)> =
                among.iter().filter_map(|seed| Some((at(a, *seed)?, at(b, *seed)?))).collect();
            all.push(Group { differ: Differ::Epochs, epochs: (a, b), seeds: pairs.len(), pairs });
        }
    }
    for &epoch in &epochs {
        let there: Vec<usize> = seeds.iter().filter_map(|seed| at(epoch, *seed)).collect();
        let pairs = there.iter().enumerate().flat_map(|(i, a)| there[i + 1..].iter().map(move |b| (*a, *b)));
        all.push(Group { differ: Differ::Seeds, epochs: (epoch, epoch), seeds: there.len(), pairs: pairs.collect() });
    }
    all.retain(|group| !group.pairs.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_the_ends_and_all_pairs_of_seeds_are_compared() {
        let about = [(5, 1), (10, 1), (20, 1), (5, 2), (10, 2), (20, 2), (5, 3)];
        let groups = groups_of(&about);
        let short: Vec<(&str, (u32, u32), usize, usize)> =
            groups.iter().map(|g| (g.differ.id(), g.epochs, g.seeds, g.pairs.len())).collect();
        let want = [
            ("epochs", (5, 10), 1, 1),
            ("epochs", (10, 20), 1, 1),
            ("epochs", (5, 20), 1, 1),
            ("epochs", (5, 10), 2, 2),
            ("epochs", (10, 20), 2, 2),
            ("epochs", (5, 20), 2, 2),
            ("seeds", (5, 5), 3, 3),
            ("seeds", (10, 10), 2, 1),
            ("seeds", (20, 20), 2, 1),
        ];
        assert_eq!(short, want);
        assert_eq!(groups[3].pairs, [(0, 1), (3, 4)]);
        assert_eq!((groups_of(&[(5, 1)]), groups_of(&[])), (Vec::new(), Vec::new()));
        assert_eq!(groups_of(&[(5, 1), (10, 1)]).len(), 1);
    }
}
