//! Work that can be killed: the test sentences in chunks, each written whole before the next is begun.
//!
//! What is reported is always read back from the chunks, so a run that was killed and taken up again gives the same bytes
//! as one that was not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use wordlight_train::files::{read_text, write_whole};

/// One explanation: a sentence, a checkpoint and a method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Index in the test split.
    pub sentence: u32,
    /// Index in the list of checkpoints.
    pub checkpoint: u16,
    /// Index in the list of methods and controls.
    pub method: u16,
    /// The true class.
    pub label: u8,
    /// The predicted class.
    pub predicted: u8,
    /// Words.
    pub words: u16,
    /// One per measure.
    pub values: Vec<Option<f32>>,
}

/// One method's scores by two checkpoints of a group, compared on one sentence; the mean of the group's pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alike {
    /// Index in the test split.
    pub sentence: u32,
    /// Index in the list of groups.
    pub group: u16,
    /// Index of the method.
    pub method: u16,
    /// Kendall's tau-b, Pearson's correlation, whether the strongest word is the same, and whether the predicted class is
    /// (the scores are of each one's own); each the mean of the pairs that have it.
    pub values: [Option<f32>; 4],
}

/// A sum and how many numbers are in it.
pub type Sum = (f64, u32);

/// Some neighbouring sentences, measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    /// By sentence, checkpoint and method.
    pub rows: Vec<Row>,
    /// By sentence, group and method.
    pub alike: Vec<Alike>,
    /// Kendall's tau-b of every pair of a group, by group, method and pair.
    pub taus: Vec<Vec<Vec<Sum>>>,
    /// Sums of the deletion curves of the probability, by checkpoint and method.
    pub curves: Vec<Vec<f64>>,
    /// How many curves are in each sum.
    pub counts: Vec<u32>,
    /// Why methods were left out, by checkpoint and method: the reason and for how many sentences.
    pub refused: BTreeMap<String, u32>,
}

impl Chunk {
    fn path(folder: &Path, index: usize) -> PathBuf {
        folder.join(format!("{index:05}.json"))
    }

    /// Whether this chunk is there.
    pub fn is_done(folder: &Path, index: usize) -> bool {
        Self::path(folder, index).is_file()
    }

    /// Writes it whole.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn write(&self, folder: &Path, index: usize) -> Result<()> {
        write_whole(&Self::path(folder, index), &serde_json::to_vec(self)?)
    }

    /// Reads it back.
    ///
    /// # Errors
    /// If it is missing or does not parse.
    pub fn read(folder: &Path, index: usize) -> Result<Self> {
        let path = Self::path(folder, index);
        serde_json::from_slice(&read_text(&path)?)
            .with_context(|| format!("{} is no chunk of this job", path.display()))
    }

    /// Adds another chunk behind this one.
    pub fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.alike.extend(other.alike);
        other.refused.into_iter().for_each(|(what, count)| *self.refused.entry(what).or_default() += count);
        if self.curves.is_empty() {
            (self.curves, self.counts, self.taus) = (other.curves, other.counts, other.taus);
            return;
        }
        for (sum, more) in self.curves.iter_mut().zip(other.curves) {
            sum.resize(sum.len().max(more.len()), 0.0);
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        self.counts.iter_mut().zip(other.counts).for_each(|(count, more)| *count += more);
        let sums = self.taus.iter_mut().flatten().flatten();
        sums.zip(other.taus.iter().flatten().flatten()).for_each(|(sum, more)| *sum = (sum.0 + more.0, sum.1 + more.1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_reads_back_to_the_last_bit() {
        let values = [0.1f32, f32::MIN_POSITIVE, 1.0 / 3.0, 16_777_217.0, -0.0].map(Some).to_vec();
        let row = Row { sentence: 7, checkpoint: 1, method: 2, label: 3, predicted: 4, words: 5, values };
        let chunk =
            Chunk { rows: vec![row], curves: vec![vec![0.1 + 0.2, 1e-300]], counts: vec![1], ..Chunk::default() };
        let dir = tempfile::tempdir().unwrap();
        chunk.write(dir.path(), 3).unwrap();
        assert!(Chunk::is_done(dir.path(), 3) && !Chunk::is_done(dir.path(), 2));
        assert_eq!(Chunk::read(dir.path(), 3).unwrap(), chunk);
    }

    #[test]
    fn sums_add_up() {
        let chunk = |v: f64| Chunk {
            curves: vec![vec![v, 1.0], vec![]],
            counts: vec![1, 0],
            taus: vec![vec![vec![(v, 1), (0.0, 0)]]],
            refused: BTreeMap::from([("why".to_owned(), 2)]),
            ..Chunk::default()
        };
        let mut sum = Chunk::default();
        sum.append(chunk(2.0));
        sum.append(chunk(3.0));
        assert_eq!((sum.curves, sum.counts), (vec![vec![5.0, 2.0], vec![]], vec![2, 0]));
        assert_eq!((sum.taus, sum.refused["why"]), (vec![vec![vec![(5.0, 2), (0.0, 0)]]], 4));
    }
}
