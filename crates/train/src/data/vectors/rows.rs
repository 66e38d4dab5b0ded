//! Rows as they come from a file, one per form.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use ndarray::Array2;

use super::raw::RawVectors;
use super::size::{MAX_DIM, check_size};
use crate::data::treebank::form;

#[derive(Default)]
pub(super) struct Rows {
    pub(super) dim: Option<usize>,
    /// How many were added.
    pub(super) lines: usize,
    words: Vec<String>,
    values: Vec<f32>,
    /// Whether the row's word was spelt like its form.
    exact: Vec<bool>,
    index: HashMap<String, usize>,
}

impl Rows {
    /// A line of text: a word and its numbers.
    pub(super) fn push(&mut self, line: &str) -> Result<()> {
        let mut columns = line.split(' ');
        let word = columns.next().unwrap_or_default();
        if word.is_empty() {
            bail!("expected a word and its numbers, found {:?}", line.chars().take(40).collect::<String>());
        }
        let values = columns.map(|column| match column.parse::<f32>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(column),
        });
        let values: Vec<f32> = values
            .collect::<Result<_, _>>()
            .map_err(|column| anyhow::anyhow!("expected a finite number after {word:?}, found {column:?}"))?;
        self.add(word, values.into_iter())
    }

    /// A word and its numbers.
    pub(super) fn add(&mut self, word: &str, values: impl Iterator<Item = f32>) -> Result<()> {
        self.lines += 1;
        let start = self.values.len();
        self.values.extend(values.take(MAX_DIM as usize + 1));
        check_size(self.lines as u64, (self.values.len() - start) as u64)?;
        if let Some(value) = self.values[start..].iter().find(|value| !value.is_finite()) {
            bail!("expected a finite number after {word:?}, found {value}");
        }
        let found = self.values.len() - start;
        let dim = *self.dim.get_or_insert(found);
        if found != dim || found == 0 {
            bail!("expected a word and {} numbers, found {found} numbers after {word:?}", dim.max(1));
        }
        let form = form(word);
        let exact = form == word;
        match self.index.get(&form) {
            Some(&row) if exact && !self.exact[row] => {
                let (kept, new) = self.values.split_at_mut(start);
                kept[row * dim..][..dim].copy_from_slice(new);
                self.exact[row] = true;
                self.values.truncate(start);
            }
            Some(_) => self.values.truncate(start),
            None => {
                self.index.insert(form.clone(), self.words.len());
                self.words.push(form);
                self.exact.push(exact);
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<RawVectors> {
        let shape = (self.words.len(), self.dim.unwrap_or(0));
        let values = Array2::from_shape_vec(shape, self.values).context("rows of equal length")?;
        Ok(RawVectors { words: self.words, values, index: self.index, provenance: None })
    }
}
