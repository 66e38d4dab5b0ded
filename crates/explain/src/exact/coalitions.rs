//! The explained value with some of the words absent: what removal methods ask again and again.
//!
//! An absent word is its row of the baseline; padding stays as it is. For a convolution with maximum over time a
//! removal does not convolve: it adds up what the present and the absent words bring to each window
//! (`super::window_sums`), which is `D` times less work, and remembers the sums: a window of `K` words has only `2^K` of them.
//! Where a single run of words is absent, only the windows that touch it are added up; the others have their maxima already.
//! Any other network reads the changed input; what it has read is remembered, and what is
//! [foreseen](Coalitions::foresee) is read together, which costs an LSTM a fraction of one after the other.
//!
//! A word can also be *deleted* ([`Removal::Delete`]): the sentence closes up, its neighbours meet, and the padding that
//! the shorter sentence has is that of a sentence of its length. What is looked up is the same; only the places differ.

use std::ops::Range;

use ndarray::{Array1, Array2};
use wordlight_nn::Real;
use wordlight_nn::ops::copy_row;

use super::window_sums::WindowSums;
use crate::Result;
use crate::case::Case;

/// What is left where a word was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Removal {
    /// The word's row of the baseline: the zero vector, the mean word, or whatever the case has.
    #[default]
    Baseline,
    /// Nothing: the sentence closes up.
    Delete,
}

/// The network's answers to one case with some of its words removed. What has been asked once is remembered.
pub struct Coalitions<'a, 'c, F: Real> {
    case: &'a Case<'c, F>,
    fast: Option<WindowSums<'a, F>>,
    /// What a network that is not fast has answered.
    known: Known<F>,
}

/// What is left where a word was, and which words are present.
type Asked = (Removal, Vec<bool>);

/// Answers, found by a hash of their questions. A map of the standard library would do, and is many times as much code in the
/// page's core.
struct Known<F> {
    slots: Vec<Vec<(Asked, Array1<F>)>>,
    count: usize,
}

impl<F> Default for Known<F> {
    fn default() -> Self {
        Self { slots: Vec::new(), count: 0 }
    }
}

impl<F> Known<F> {
    const SLOTS: usize = 1 << 12;
    /// So many answers are remembered at most.
    const MAX_AT_ONCE: usize = 1 << 16;

    /// Fowler, Noll & Vo's hash, of which the higher bits are the better ones.
    fn slot((removal, present): &Asked) -> usize {
        let mix = |hash: u32, bit: &bool| (hash ^ u32::from(*bit)).wrapping_mul(16_777_619);
        let hash = present.iter().fold(2_166_136_261 ^ (*removal as u32) << 8, mix);
        (hash >> 16) as usize % Self::SLOTS
    }

    fn get(&self, asked: &Asked) -> Option<&Array1<F>> {
        let slot = self.slots.get(Self::slot(asked))?;
        slot.iter().find(|(known, _)| known == asked).map(|(_, logits)| logits)
    }

    fn put(&mut self, asked: Asked, logits: Array1<F>) {
        if self.slots.is_empty() || self.count == Self::MAX_AT_ONCE {
            self.slots = std::iter::repeat_with(Vec::new).take(Self::SLOTS).collect();
            self.count = 0;
        }
        self.count += 1;
        self.slots[Self::slot(&asked)].push((asked, logits));
    }
}

/// So many inputs are read together: many share the steps of their beginnings, and their states still fit the processor's caches.
const TOGETHER: usize = 512;

impl<'a, 'c, F: Real> Coalitions<'a, 'c, F> {
    /// Starts with nothing asked.
    pub fn new(case: &'a Case<'c, F>) -> Self {
        let fast = case.model().as_text_cnn().map(|cnn| WindowSums::new(cnn, case));
        Self { case, fast, known: Known::default() }
    }

    /// The case whose values these are.
    pub fn case(&self) -> &'a Case<'c, F> {
        self.case
    }

    /// The logits with the words `i` whose `present[i]` holds, `[Y]`.
    ///
    /// # Errors
    /// As [`wordlight_nn::model::Classifier::forward`].
    pub fn logits(&mut self, present: &[bool], removal: Removal) -> Result<Array1<F>> {
        debug_assert_eq!(present.len(), self.case.tokens());
        if let Some(fast) = &mut self.fast {
            let logits = match removal {
                Removal::Baseline => {
                    let here = |i: usize| present.get(i).is_none_or(|present| *present);
                    fast.logits(self.case.x().nrows(), &|i| Some((i, here(i))), None)
                }
                Removal::Delete => {
                    let kept = kept(present);
                    let rows = self.case.model().positions(kept.len());
                    fast.logits(rows, &|p| kept.get(p).map(|i| (*i, true)), None)
                }
            };
            return Ok(logits.row(0).to_owned());
        }
        let asked = (removal, present.to_vec());
        if let Some(logits) = self.known.get(&asked) {
            return Ok(logits.clone());
        }
        Ok(self.read(vec![asked])?.row(0).to_owned())
    }

    /// Says which sets of words will be asked about, so that a network that reads several inputs more cheaply together does.
    ///
    /// # Errors
    /// As [`wordlight_nn::model::Classifier::forward`].
    pub fn foresee(&mut self, sets: &mut dyn Iterator<Item = Vec<bool>>, removal: Removal) -> Result<()> {
        if self.fast.is_some() {
            return Ok(());
        }
        let mut asked = Vec::new();
        for present in sets {
            let set = (removal, present);
            if self.known.get(&set).is_none() && !asked.contains(&set) {
                asked.push(set);
            }
            if asked.len() == TOGETHER {
                self.read(std::mem::take(&mut asked))?;
            }
        }
        if !asked.is_empty() {
            self.read(asked)?;
        }
        Ok(())
    }

    /// How many orders of the words to foresee at once, each with all its steps.
    pub fn orders_together(&self) -> usize {
        (TOGETHER / (self.case.tokens() + 1)).max(1)
    }

    /// Reads the inputs of what is asked, together, and remembers the logits, `[B, Y]`.
    fn read(&mut self, asked: Vec<Asked>) -> Result<Array2<F>> {
        let (x, tokens) = (self.case.x(), self.case.tokens());
        // The words, then what stands in their places, then what a closed-up sentence is padded with.
        let (len, dim) = x.dim();
        let mut rows = Array2::zeros((2 * len + 1, dim));
        for row in 0..len {
            copy_row(&x, row, &mut rows, row);
            copy_row(&self.case.baseline(), row, &mut rows, len + row);
        }
        let input = |(removal, present): &Asked| -> Vec<usize> {
            match removal {
                Removal::Baseline => (0..len).map(|i| if i >= tokens || present[i] { i } else { len + i }).collect(),
                Removal::Delete => {
                    let kept = kept(present);
                    let padded = self.case.model().positions(kept.len());
                    kept.into_iter().chain(std::iter::repeat(2 * len)).take(padded).collect()
                }
            }
        };
        let inputs: Vec<Vec<usize>> = asked.iter().map(input).collect();
        let logits = self.case.model().logits_of(rows.view(), &inputs)?;
        for (asked, logits) in asked.into_iter().zip(logits.outer_iter()) {
            self.known.put(asked, logits.to_owned());
        }
        Ok(logits)
    }

    /// `F` with the words `i` whose `present[i]` holds, `[T]`.
    ///
    /// # Errors
    /// As [`wordlight_nn::model::Classifier::forward`].
    pub fn value(&mut self, present: &[bool]) -> Result<F> {
        debug_assert_eq!(present.len(), self.case.tokens());
        // Padding is never absent.
        Ok(self.case.target().value(self.logits(present, Removal::Baseline)?.view()))
    }

    /// `F` with all words but those of `gap`, which lie within the words.
    ///
    /// # Errors
    /// As [`wordlight_nn::model::Classifier::forward`].
    pub fn value_without(&mut self, gap: Range<usize>) -> Result<F> {
        debug_assert!(gap.end <= self.case.tokens());
        let logits = match &mut self.fast {
            Some(fast) => {
                let rows = self.case.x().nrows();
                fast.logits(rows, &|i| Some((i, !gap.contains(&i))), Some(&gap)).row(0).to_owned()
            }
            None => {
                let present: Vec<bool> = (0..self.case.tokens()).map(|i| !gap.contains(&i)).collect();
                self.logits(&present, Removal::Baseline)?
            }
        };
        Ok(self.case.target().value(logits.view()))
    }
}

/// The words that are present.
fn kept(present: &[bool]) -> Vec<usize> {
    (0..present.len()).filter(|i| present[*i]).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::Axis;
    use wordlight_nn::model::{BiLstm, BiLstmConfig, Classifier, TextCnn, TextCnnConfig};

    use super::*;
    use crate::baseline::Baseline;
    use crate::exact::window_sums::MAX_SEEN;
    use crate::target::TargetKind;

    /// Every set of four words is what the network says of the changed input: foreseen, asked alone, and asked again.
    fn every_set_is_the_changed_input(network: &dyn Classifier<f64>, exact: bool) {
        let at = |i: usize| ((i * 2_654_435_761) % 1009) as f64 / 504.5 - 1.0;
        let tokens = 4;
        let rows = network.positions(tokens);
        let shown = |i: usize, d: usize| if i < tokens { at(7 * i + d) } else { 0.0 };
        let x = Array2::from_shape_fn((rows, 3), |(i, d)| shown(i, d));
        let instead = Array2::from_shape_fn((tokens, 3), |(i, d)| at(100 + 5 * i + d));
        let pass = network.forward(x.clone()).unwrap();
        let baseline = Baseline::Rows(instead.clone());
        let case = Case::new(network, pass.as_ref(), tokens, (TargetKind::Logit, Some(0)), &baseline).unwrap();
        let sets: Vec<Vec<bool>> = (0..16u32).map(|set| (0..tokens).map(|i| set & 1 << i != 0).collect()).collect();
        for removal in [Removal::Baseline, Removal::Delete] {
            let (mut foreseen, mut alone) = (Coalitions::new(&case), Coalitions::new(&case));
            foreseen.foresee(&mut sets.iter().chain(&sets[3..9]).cloned(), removal).unwrap();
            for present in &sets {
                let changed = match removal {
                    Removal::Baseline => {
                        let word =
                            |i: usize, d: usize| if i >= tokens || present[i] { x[[i, d]] } else { instead[[i, d]] };
                        Array2::from_shape_fn((rows, 3), |(i, d)| word(i, d))
                    }
                    Removal::Delete => {
                        let kept = kept(present);
                        let padded = network.positions(kept.len());
                        let mut changed = Array2::zeros((padded, 3));
                        changed.slice_axis_mut(Axis(0), (0..kept.len()).into()).assign(&x.select(Axis(0), &kept));
                        changed
                    }
                };
                let want = network.forward(changed).unwrap().logits().to_owned();
                for coalitions in [&mut foreseen, &mut alone] {
                    for _ in 0..2 {
                        let got = coalitions.logits(present, removal).unwrap();
                        let near = (&got - &want).iter().zip(&want).all(|(d, w)| d.abs() < 1e-14 * w.abs().max(1.0));
                        assert!(if exact { got == want } else { near }, "{removal:?} {present:?}: {got} and {want}");
                    }
                }
            }
        }
        let mut coalitions = Coalitions::new(&case);
        let without = coalitions.value_without(1..3).unwrap();
        assert_eq!(without, coalitions.value(&[true, false, false, true]).unwrap());
    }

    #[test]
    fn an_lstm_reads_what_is_foreseen_together_and_remembers_it() {
        for one_way in [false, true] {
            let mut k = 0;
            let mut draw = || {
                k += 1;
                (k * 37 % 101) as f64 / 101.0
            };
            let config = BiLstmConfig { dim: 3, classes: 2, hidden: 5, one_way };
            every_set_is_the_changed_input(&BiLstm::random(config, &mut draw).unwrap(), true);
        }
    }

    #[test]
    fn a_convolution_adds_up_what_its_words_bring() {
        // The sums of few filters are remembered; the sets of five words of many would be too much.
        for filters in [6, MAX_SEEN / 32 + 1] {
            let mut k = 0;
            let mut draw = || {
                k += 1;
                (k * 37 % 101) as f64 / 101.0
            };
            let config = TextCnnConfig { classes: 2, filters, ..TextCnnConfig::kim(3) };
            every_set_is_the_changed_input(&TextCnn::random(config, &mut draw).unwrap(), false);
        }
    }
}
