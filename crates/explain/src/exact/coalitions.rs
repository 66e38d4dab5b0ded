//! The explained value with some of the words absent: what removal methods ask again and again.
//!
//! An absent word is its row of the baseline; padding stays as it is. For a convolution with maximum over time a
//! removal does not convolve: it adds up what the present and the absent words bring to each window
//! (`super::projection`), which is `D` times less work, and remembers the sums: a window of `K` words has only `2^K` of them.
//! Where a single run of words is absent, only the windows that touch it are added up; the others have their maxima already.
//! Any other network reads the changed input; what it has read is remembered, and what is
//! [foreseen](Coalitions::foresee) is read together, which costs an LSTM a fraction of one after the other.
//!
//! A word can also be *deleted* ([`Removal::Delete`]): the sentence closes up, its neighbours meet, and the padding that
//! the shorter sentence has is that of a sentence of its length. What is looked up is the same; only the places differ.

use std::ops::Range;

use ndarray::{Array1, Array2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::layer::Activation;
use wordlight_nn::model::TextCnn;
use wordlight_nn::ops::{copy_row, flat_mut};

use super::projection::Projection;
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

/// Values of one case under removals.
pub struct Coalitions<'a, 'c, F: Real> {
    case: &'a Case<'c, F>,
    fast: Option<Fast<'a, F>>,
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

/// So many numbers of a width are remembered at most: a megabyte.
const MAX_SEEN: usize = 1 << 18;

/// The words' projections, one entry per width.
struct Fast<'a, F> {
    cnn: &'a TextCnn<F>,
    widths: Vec<Width<F>>,
    /// `[1, M]`
    features: Array2<F>,
}

struct Width<F> {
    projection: Projection<F>,
    /// With the word, `[E, K C]`.
    with: Array2<F>,
    /// With its row of the baseline.
    without: Array2<F>,
    /// A window's scores, `[C]`.
    scores: Vec<F>,
    /// The scores of every window of the sentence with every set of its words, `[P, 2^K, C]`, as far as they were asked for;
    /// empty where that would be too much.
    seen: Vec<F>,
    /// Which of them were, `[P, 2^K]`.
    is_seen: Vec<bool>,
    /// What stands at the places that are looked at, and where the windows' scores are in `seen`.
    places: Vec<Place>,
    starts: Vec<usize>,
    /// Row `p` has the maxima over the windows before `p` of the whole sentence, `[P + 1, C]`; made when asked for.
    before: Array2<F>,
    /// Row `p` has the maxima over the windows from `p` on.
    from: Array2<F>,
}

impl<'a, 'c, F: Real> Coalitions<'a, 'c, F> {
    /// Prepares a case.
    pub fn new(case: &'a Case<'c, F>) -> Self {
        let fast = case.model().as_text_cnn().map(|cnn| {
            let widths = cnn.convs().iter().map(|conv| {
                let projection = Projection::of(conv);
                let (with, without) = (projection.apply(case.x()), projection.apply(case.baseline()));
                let (before, from) = (Array2::zeros((0, 0)), Array2::zeros((0, 0)));
                let scores = vec![F::zero(); conv.filters()];
                let (seen, is_seen, places, starts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
                Width { projection, with, without, scores, seen, is_seen, places, starts, before, from }
            });
            Fast { cnn, widths: widths.collect(), features: Array2::zeros((1, cnn.config().features())) }
        });
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

/// What stands at a place of the changed sentence: a row of the input and whether it is itself (or its row of the
/// baseline), or the zero vector.
type Place = Option<(usize, bool)>;
type At<'a> = &'a dyn Fn(usize) -> Place;

impl<F: Real> Fast<'_, F> {
    /// `[1, Y]` for a sentence of so many rows. With a `gap`, everything outside it stands where it stood.
    fn logits(&mut self, rows: usize, at: At<'_>, gap: Option<&Range<usize>>) -> Array2<F> {
        let relu = self.cnn.config().activation == Activation::Relu;
        let least = if relu { F::zero() } else { F::neg_infinity() };
        let per_width = self.cnn.config().filters;
        let features = self.features.as_slice_mut().expect("owned");
        for (width, best) in self.widths.iter_mut().zip(features.chunks_exact_mut(per_width)) {
            best.fill(least);
            let windows = rows + 1 - width.projection.width;
            let touched = match gap {
                None => 0..windows,
                Some(gap) => {
                    width.remember_maxima(least);
                    let touched = (gap.start + 1).saturating_sub(width.projection.width)..gap.end.min(windows);
                    F::raise(best, width.before.as_slice().expect("owned"), &[touched.start * per_width]);
                    F::raise(best, width.from.as_slice().expect("owned"), &[touched.end * per_width]);
                    touched
                }
            };
            width.raise(best, touched, (at, gap.is_none()));
        }
        self.cnn.dense().apply(self.features.view(), WeightMap::AS_IS)
    }
}

impl<F: Real> Width<F> {
    /// `P`
    fn windows(&self) -> usize {
        self.with.nrows() + 1 - self.projection.width
    }

    /// Raises `best` `[C]` to the scores of some windows. What is likely to be asked for again is remembered.
    fn raise(&mut self, best: &mut [F], windows: Range<usize>, (at, again): (At<'_>, bool)) {
        let k = self.projection.width;
        self.starts.clear();
        self.places.clear();
        self.places.extend((windows.start..windows.end + k - 1).map(at));
        let places = std::mem::take(&mut self.places);
        for (p, places) in windows.zip(places.windows(k)) {
            if again && let Some(start) = self.look_up(p, places) {
                self.starts.push(start);
            } else {
                add_up(&self.projection, (&self.with, &self.without), places, &mut self.scores);
                F::raise(best, &self.scores, &[0]);
            }
        }
        self.places = places;
        F::raise(best, &self.seen, &self.starts);
    }

    /// Where in `seen` the scores of window `p` are, if its words stand where they stood.
    fn look_up(&mut self, p: usize, places: &[Place]) -> Option<usize> {
        let (filters, k) = (self.scores.len(), self.projection.width);
        let mut entry = p;
        for (j, place) in places.iter().enumerate() {
            let (row, present) = (*place)?;
            if row != p + j {
                return None;
            }
            entry = entry << 1 | usize::from(present);
        }
        if self.is_seen.is_empty() {
            // As many as there are sets of a window's words, for each window.
            let entries = 1usize.checked_shl(k as u32)?.checked_mul(self.windows())?;
            if entries > MAX_SEEN / filters {
                return None;
            }
            self.is_seen = vec![false; entries];
            self.seen = vec![F::zero(); entries * filters];
        }
        let start = entry * filters;
        if !self.is_seen[entry] {
            self.is_seen[entry] = true;
            add_up(&self.projection, (&self.with, &self.without), places, &mut self.seen[start..][..filters]);
        }
        Some(start)
    }

    /// The running maxima of the whole sentence, from either end.
    fn remember_maxima(&mut self, least: F) {
        if self.before.nrows() > 0 {
            return;
        }
        let (windows, filters) = (self.windows(), self.scores.len());
        self.before = Array2::from_elem((windows + 1, filters), least);
        self.from = self.before.clone();
        for p in 0..windows {
            let places: Vec<Place> = (p..p + self.projection.width).map(|i| Some((i, true))).collect();
            add_up(&self.projection, (&self.with, &self.without), &places, &mut self.scores);
            flat_mut(&mut self.before)[(p + 1) * filters..][..filters].copy_from_slice(&self.scores);
            flat_mut(&mut self.from)[p * filters..][..filters].copy_from_slice(&self.scores);
        }
        for p in 0..windows {
            let (earlier, later) = flat_mut(&mut self.before)[p * filters..].split_at_mut(filters);
            F::raise(&mut later[..filters], earlier, &[0]);
        }
        for p in (0..windows).rev() {
            let (earlier, later) = flat_mut(&mut self.from)[p * filters..].split_at_mut(filters);
            F::raise(earlier, later, &[0]);
        }
    }
}

/// The scores of a window, `[C]`, from what its words bring `with` them and `without`.
fn add_up<F: Real>(
    projection: &Projection<F>,
    (with, without): (&Array2<F>, &Array2<F>),
    places: &[Place],
    scores: &mut [F],
) {
    let (filters, k) = (scores.len(), projection.width);
    scores.copy_from_slice(projection.bias.as_slice().expect("owned"));
    for (j, place) in places.iter().enumerate() {
        let Some((row, present)) = *place else { continue };
        let table = if present { with } else { without };
        let u = &table.as_slice().expect("owned")[row * k * filters + j * filters..][..filters];
        for (score, &u) in scores.iter_mut().zip(u) {
            *score += u;
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Axis;
    use wordlight_nn::model::{BiLstm, BiLstmConfig, Classifier, TextCnn, TextCnnConfig};

    use super::*;
    use crate::baseline::Baseline;
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
