//! The tensors of all files under one roof, and which of them have found their place.

use std::collections::HashMap;

use half::{bf16, f16};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use crate::{Error, Result};

/// The most bytes of a tensor's name.
const MAX_NAME: usize = 500;
/// How many tensors an error lists.
pub(super) const MAX_LISTED: usize = 40;

struct Entry<'a> {
    name: String,
    /// Which of the user's files it is in.
    file: usize,
    view: TensorView<'a>,
    taken: bool,
}

/// Tensors by name, in natural order: `convs.2` before `convs.10`.
pub(super) struct Tensors<'a> {
    entries: Vec<Entry<'a>>,
    /// The place of each name.
    places: HashMap<String, usize>,
}

/// What orders names: numbers by their size, everything else by its letters.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Number(u64),
    Text(char),
}

fn pieces(name: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for letter in name.chars() {
        match (letter.to_digit(10), pieces.last_mut()) {
            (Some(digit), Some(Piece::Number(number))) => {
                *number = number.saturating_mul(10).saturating_add(u64::from(digit));
            }
            (Some(digit), _) => pieces.push(Piece::Number(u64::from(digit))),
            (None, _) => pieces.push(Piece::Text(letter)),
        }
    }
    pieces
}

impl<'a> Tensors<'a> {
    /// # Errors
    /// [`Error::Import`] for a name that two files have.
    pub(super) fn join(files: &[(usize, SafeTensors<'a>)]) -> Result<Self> {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        for (file, tensors) in files {
            for (name, view) in tensors.tensors() {
                if name.len() > MAX_NAME {
                    let (found, begins) = (name.len(), name.chars().take(40).collect::<String>());
                    let reason =
                        format!("the name {begins:?}... of a tensor has {found} bytes, at most {MAX_NAME} are read");
                    return Err(Error::Import(reason));
                }
                entries.push(Entry { name, file: *file, view, taken: false });
            }
        }
        entries.sort_by_cached_key(|entry| (pieces(&entry.name), entry.file));
        match entries.windows(2).find(|pair| pair[0].name == pair[1].name) {
            Some(pair) => Err(Error::Import(format!("two files have a tensor {:?}", pair[0].name))),
            None => {
                let places = entries.iter().enumerate().map(|(place, entry)| (entry.name.clone(), place)).collect();
                Ok(Self { entries, places })
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Names and shapes of what nobody has taken yet.
    pub(super) fn free(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.entries.iter().filter(|entry| !entry.taken).map(|entry| (entry.name.as_str(), entry.view.shape()))
    }

    /// Every tensor with its shape, for an error.
    pub(super) fn listed(&self) -> String {
        let mut all: Vec<String> = self
            .entries
            .iter()
            .take(MAX_LISTED)
            .map(|entry| format!("{} {:?}", entry.name, entry.view.shape()))
            .collect();
        if self.entries.len() > all.len() {
            all.push(format!("and {} more", self.entries.len() - all.len()));
        }
        all.join(", ")
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// The error for a tensor that is not there, with those that are, as far as one reads them.
    fn missing(&self, name: &str) -> Error {
        let found = self.entries.iter().take(MAX_LISTED).map(|entry| entry.name.clone()).collect();
        Error::MissingTensor { name: name.to_owned(), found }
    }

    fn entry(&mut self, name: &str) -> Result<&mut Entry<'a>> {
        match self.places.get(name) {
            Some(&place) => Ok(&mut self.entries[place]),
            None => Err(self.missing(name)),
        }
    }

    /// # Errors
    /// [`Error::MissingTensor`]
    pub(super) fn shape(&mut self, name: &str) -> Result<Vec<usize>> {
        Ok(self.entry(name)?.view.shape().to_vec())
    }

    /// Which file a tensor is in.
    ///
    /// # Errors
    /// [`Error::MissingTensor`]
    pub(super) fn file_of(&mut self, name: &str) -> Result<usize> {
        Ok(self.entry(name)?.file)
    }

    /// The bytes of a tensor that holds no floats.
    ///
    /// # Errors
    /// [`Error::MissingTensor`] and [`Error::ElementType`].
    pub(super) fn bytes(&mut self, name: &str) -> Result<Vec<u8>> {
        let entry = self.entry(name)?;
        if entry.view.dtype() != Dtype::U8 {
            let found = format!("{:?}", entry.view.dtype());
            return Err(Error::ElementType { name: name.to_owned(), expected: "U8", found });
        }
        entry.taken = true;
        Ok(entry.view.data().to_vec())
    }

    /// Marks a tensor that is there but says nothing new.
    pub(super) fn ignore(&mut self, name: &str) {
        if let Ok(entry) = self.entry(name) {
            entry.taken = true;
        }
    }

    /// The values of a tensor of this shape: floats of 16, 32 or 64 bits, or integers of 8 with a scale beside them
    /// (`NAME_scale` or, for `weight`, `scale`: one number, or one per row).
    ///
    /// # Errors
    /// [`Error::MissingTensor`], [`Error::Shape`], [`Error::ElementType`] and [`Error::NotFinite`].
    pub(super) fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let entry = self.entry(name)?;
        Error::check_shape(name, shape, entry.view.shape())?;
        entry.taken = true;
        let (data, dtype) = (entry.view.data(), entry.view.dtype());
        let values: Vec<f32> = match dtype {
            Dtype::F32 => data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            Dtype::F16 => data.as_chunks().0.iter().map(|b| f16::from_le_bytes(*b).to_f32()).collect(),
            Dtype::BF16 => data.as_chunks().0.iter().map(|b| bf16::from_le_bytes(*b).to_f32()).collect(),
            Dtype::F64 => data.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b) as f32).collect(),
            Dtype::I8 => {
                let bytes: Vec<i8> = data.iter().map(|b| b.cast_signed()).collect();
                self.scaled(name, shape, &bytes)?
            }
            other => {
                return Err(Error::ElementType {
                    name: name.to_owned(),
                    expected: "F32, F16, BF16 or F64, or I8 with a scale",
                    found: format!("{other:?}"),
                });
            }
        };
        Error::check_finite(name, &values)?;
        Ok(values)
    }

    fn scaled(&mut self, name: &str, shape: &[usize], bytes: &[i8]) -> Result<Vec<f32>> {
        let stem = name.strip_suffix("weight").or_else(|| name.strip_suffix('q')).unwrap_or(name);
        let places = [format!("{name}_scale"), format!("{stem}scale")];
        let Some(scale) = places.iter().find(|place| self.has(place)) else {
            return Err(self.missing(&places[0]));
        };
        let scale_type = self.entry(scale)?.view.dtype();
        if scale_type == Dtype::I8 {
            // It would need a scale of its own, and that one too.
            let (expected, found) = ("F32, F16, BF16 or F64", format!("{scale_type:?}"));
            return Err(Error::ElementType { name: scale.clone(), expected, found });
        }
        let rows = shape.first().copied().unwrap_or(1);
        let count = self.shape(scale)?.iter().product::<usize>();
        let own = self.shape(scale)?;
        if count != 1 {
            Error::check_shape(scale, &[rows], &own)?;
        }
        let scales = self.floats(scale, &own)?;
        let each = bytes.len() / rows.max(1);
        Ok(bytes.iter().enumerate().map(|(i, q)| scales[i / each.max(1) % count] * f32::from(*q)).collect())
    }

    /// # Errors
    /// [`Error::UnknownTensor`] for one that nobody took.
    pub(super) fn expect_none_left(&self) -> Result<()> {
        match self.free().next() {
            Some((name, _)) => Err(Error::UnknownTensor { name: name.to_owned() }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn numbers_in_names_are_ordered_by_their_size() {
        let mut names = ["convs.10.weight", "convs.2.weight", "conv3", "convs.2.bias"];
        names.sort_by_key(|name| pieces(name));
        assert_eq!(names, ["conv3", "convs.2.bias", "convs.2.weight", "convs.10.weight"]);
    }
}
