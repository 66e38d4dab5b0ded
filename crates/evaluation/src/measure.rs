//! The measures, and one sentence measured by one checkpoint under every method.
//!
//! Everything is asked of the logit of the predicted class with the zero baseline, unless the measure says otherwise.
//! Removal by the mean word and by deletion are measured beside removal by zero, since a curve is a statement about the
//! removal as much as about the order.

use anyhow::Result;
use ndarray::Array1;
use wordlight_explain::Error;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::exact::coalitions::{Coalitions, Removal};
use wordlight_explain::faithfulness::curve::{Direction, aopc, area, curve, order_by_score, steps};
use wordlight_explain::faithfulness::eraser::eraser;
use wordlight_explain::faithfulness::greedy::{Greedy, greedy};
use wordlight_explain::faithfulness::infidelity::{drops, infidelity, removals};
use wordlight_explain::faithfulness::plausibility::{of_spans, plausibility, turn};
use wordlight_explain::faithfulness::random_order::{Band, band};
use wordlight_explain::faithfulness::shapley_distance::{completeness_gap, distance};
use wordlight_explain::method::{Method, Shapley};
use wordlight_explain::target::{Target, TargetKind};
use wordlight_nn::model::{AnyModel, Classifier};

use crate::budget::{Asked, Budget};
use crate::human_labels::Labelled;
use crate::query::{Sentence, ask_again, to_f64};

/// What a measure says is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More of it.
    High,
    /// Less of it.
    Low,
}

/// A measure.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// The name of its column.
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
    /// What is good.
    pub better: Better,
    /// Whether it is taken on fewer sentences, for it costs as much as ten others ([`crate::budget`]).
    pub costly: bool,
}

const fn measure(id: &'static str, name: &'static str, better: Better) -> Measure {
    Measure { id, name, better, costly: false }
}

const fn costly(id: &'static str, name: &'static str, better: Better) -> Measure {
    Measure { id, name, better, costly: true }
}

/// The measures, in the order of a row's values.
pub const MEASURES: [Measure; 26] = [
    measure("deletion_aopc", "deletion, logit: area over the curve", Better::High),
    measure("deletion_share", "deletion, logit: 0 random orders, 1 greedy optimum", Better::High),
    measure("deletion_aopc_mean", "deletion by the mean word, logit: area over the curve", Better::High),
    measure("deletion_aopc_closed", "deletion, sentence closed up, logit: area over the curve", Better::High),
    measure("deletion_area_probability", "deletion, probability: area under the curve", Better::Low),
    measure("insertion_area", "insertion, logit: area under the curve", Better::High),
    measure("insertion_area_probability", "insertion, probability: area under the curve", Better::High),
    measure("comprehensiveness", "comprehensiveness, probability", Better::High),
    measure("sufficiency", "sufficiency, probability", Better::Low),
    measure("infidelity", "infidelity under removals of words", Better::Low),
    measure("unexplained", "infidelity of the best multiple, as a share", Better::Low),
    measure("shapley_distance", "distance to exact Shapley values, relative", Better::Low),
    measure("shapley_pearson", "correlation with exact Shapley values", Better::High),
    measure("shapley_top", "strongest word is that of exact Shapley values", Better::High),
    measure("completeness_gap", "what the scores miss of the change in value, magnitude", Better::Low),
    measure("human_sign", "words: signs that agree with people", Better::High),
    measure("human_kendall", "words: Kendall's tau-b with people", Better::High),
    measure("human_auprc", "words: average precision of finding people's words", Better::High),
    measure("phrase_sign", "phrases: signs that agree with people", Better::High),
    measure("phrase_kendall", "phrases: Kendall's tau-b with people", Better::High),
    costly("max_sensitivity", "largest relative change under small noise", Better::Low),
    costly("random_dense", "Spearman with the scores after the dense layer is randomised", Better::Low),
    costly("random_conv", "Spearman after the layers that read words are randomised", Better::Low),
    costly("random_both", "Spearman after both are randomised", Better::Low),
    costly("random_both_magnitude", "Spearman of magnitudes after both are randomised", Better::Low),
    costly("random_both_pearson", "Pearson after both are randomised", Better::Low),
];

/// The controls, in the order in which they follow the methods: scores that know nothing, the lengths of the vectors,
/// and the greedy order, which looks at the network `T^2 / 2` times.
pub const CONTROLS: [&str; 3] = ["control-random", "control-norm", "control-greedy"];

/// Whether a row is no method.
pub fn is_control(method: &str) -> bool {
    CONTROLS.contains(&method)
}

/// The method that is the reference of others, and the costliest on wide filters.
pub const EXACT: &str = "shapley";
/// How many random orders make a band.
const ORDERS: usize = 50;
/// How many sets of words infidelity removes.
const SETS: usize = 100;
/// Where curves are kept for the figures: shares of words from 0 to 1.
pub const GRID: usize = 21;

/// A checkpoint, ready to be measured.
pub struct Subject {
    /// Its name.
    pub id: String,
    /// Epochs of training.
    pub epoch: u32,
    /// The seed of its training.
    pub seed: u64,
    /// Whether it is one of those that are shown by themselves; the others are other seeds of these.
    pub shown: bool,
    /// Which sentences it is measured on.
    pub budget: Budget,
    /// The network.
    pub network: AnyModel<f32>,
    /// The same with the dense layer, the layers that read the words, and both drawn anew.
    pub randomised: [AnyModel<f32>; 3],
}

/// What is measured with.
pub struct Setting<'a> {
    /// The seed of the bands, sets and noise, to which the sentence's number is added.
    pub seed: usize,
    /// The mean word, `[D]`.
    pub mean: &'a Array1<f32>,
}

/// What a method got for one sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The words' scores, `[T]`; empty if the method was left out.
    pub scores: Vec<f64>,
    /// Why it was left out, unless that was for its cost.
    pub refused: Option<String>,
    /// One value per measure; NaN where there is none.
    pub values: Vec<f32>,
    /// The deletion curve of the probability at the grid's shares.
    pub curve: Vec<f64>,
}

/// Everything that does not depend on the method.
struct Ground<'a, 'c> {
    case: &'a Case<'c, f32>,
    zero: Coalitions<'a, 'c, f32>,
    mean: Coalitions<'a, 'c, f32>,
    probability: Target,
    band: Band,
    best: Greedy,
    sets: Vec<Vec<bool>>,
    drops: Vec<f64>,
    shapley: Option<Vec<f64>>,
    human: &'a Labelled,
    turn: Option<f64>,
}

/// Measures every method and control on one sentence. Returns the predicted class and one result per method.
///
/// # Errors
/// The errors of the network; what does not fit a method is a result without values.
pub fn measure_sentence(
    setting: &Setting<'_>,
    subject: &Subject,
    sentence: &Sentence<'_>,
    asked_of: Asked,
) -> Result<(usize, Vec<Measured>)> {
    let human = sentence.human;
    let tokens = human.words.len();
    let network = &subject.network;
    let pass = network.forward(sentence.x.clone())?;
    let asked = (TargetKind::Logit, None);
    let case = Case::new(network, pass.as_ref(), tokens, asked, &Baseline::Zero)?;
    let class = case.target().class();
    let to_mean =
        Baseline::Rows(setting.mean.broadcast((tokens, setting.mean.len())).expect("one row each").to_owned());
    let mean_case = Case::new(network, pass.as_ref(), tokens, asked, &to_mean)?;
    let seed = setting.seed.wrapping_mul(1_000_003).wrapping_add(sentence.number);
    let answers = sentence.ask(&case, &|id| asked_of.method(id))?;
    let scores: Vec<Option<Vec<f64>>> =
        answers.iter().map(|answer| Some(to_f64(&answer.as_ref()?.as_ref().ok()?.per_token))).collect();
    let mut zero = Coalitions::new(&case);
    let sets = removals(tokens, SETS, seed);
    let mut ground = Ground {
        probability: case.target().with_kind(TargetKind::Probability),
        band: band(&mut zero, &case.target(), Direction::Deletion, Removal::Baseline, (ORDERS, seed))?,
        best: greedy(&mut zero, &case.target(), Direction::Deletion, Removal::Baseline)?,
        drops: drops(&mut zero, &case.target(), Removal::Baseline, &sets)?,
        shapley: if asked_of.expensive { exact(&case, sentence, &scores)? } else { None },
        mean: Coalitions::new(&mean_case),
        case: &case,
        zero,
        sets,
        human,
        turn: turn(class, network.classes()),
    };
    let controls = controls(&ground, seed);
    let orders = scores.iter().flatten().chain(&controls).map(|scores| order_by_score(scores));
    ground.foresee(&orders.collect::<Vec<_>>())?;
    let again: Vec<Option<Vec<f64>>> = match asked_of.costly {
        true => {
            let ids = sentence.methods.iter().map(|method| method.spec().id);
            let of = scores.iter().zip(ids).map(|(scores, id)| scores.clone().filter(|_| asked_of.costly_of(id)));
            ask_again(&case, &subject.randomised, (sentence, seed), &of.collect::<Vec<_>>())?
        }
        false => vec![None; scores.len()],
    };
    let mut all = Vec::new();
    for (((answer, scores), again), method) in answers.into_iter().zip(scores).zip(again).zip(sentence.methods) {
        let Some(scores) = scores else {
            all.push(Measured::nothing(answer.and_then(Result::err)));
            continue;
        };
        let gap = match answer {
            Some(Ok(answer)) if method.spec().in_target_units => Some(completeness_gap(&case, &answer)?),
            _ => None,
        };
        let mut measured = ground.of(scores, gap)?;
        if let Some(again) = again {
            measured.put_costly(&again);
        }
        all.push(measured);
    }
    for scores in controls {
        all.push(ground.of(scores, None)?);
    }
    Ok((class, all))
}

/// The scores of the reference, if it fits the network.
fn exact(case: &Case<'_, f32>, sentence: &Sentence<'_>, scores: &[Option<Vec<f64>>]) -> Result<Option<Vec<f64>>> {
    if let Some(place) = sentence.methods.iter().position(|method| method.spec().id == EXACT) {
        return Ok(scores[place].clone());
    }
    match Shapley.attribute(case) {
        Err(Error::Unsupported { .. }) => Ok(None),
        answer => Ok(Some(to_f64(&answer?.per_token))),
    }
}

impl Measured {
    fn nothing(refused: Option<String>) -> Self {
        Self { scores: Vec::new(), refused, values: vec![f32::NAN; MEASURES.len()], curve: Vec::new() }
    }

    /// The costly measures, which are the last.
    fn put_costly(&mut self, again: &[f64]) {
        let from = self.values.len() - again.len();
        self.values[from..].iter_mut().zip(again).for_each(|(place, value)| *place = finite(*value));
    }
}

/// What a table has of a value.
fn finite(value: f64) -> f32 {
    if value.is_finite() { value as f32 } else { f32::NAN }
}

/// The scores of the controls.
fn controls(ground: &Ground<'_, '_>, seed: usize) -> [Vec<f64>; 3] {
    let tokens = ground.case.tokens();
    let shuffled = crate::resample::shuffled(tokens, seed as u64);
    let length = |row: &[f32]| row.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
    let x = ground.case.x();
    let norms = x.outer_iter().take(tokens).map(|row| length(row.to_slice().expect("row-major"))).collect();
    let mut greedy = vec![0.0; tokens];
    for (step, word) in ground.best.order.iter().enumerate() {
        greedy[*word] = (tokens - step) as f64;
    }
    let middle = (tokens as f64 - 1.0) / 2.0;
    [shuffled.into_iter().map(|score| score - middle).collect(), norms, greedy]
}

impl Ground<'_, '_> {
    /// Says along which orders curves will be drawn: a network may read all of their inputs together.
    fn foresee(&mut self, orders: &[Vec<usize>]) -> Result<()> {
        use Direction::{Deletion, Insertion};
        let along = |direction| orders.iter().flat_map(move |order| steps(order, direction));
        self.zero.foresee(&mut along(Deletion).chain(along(Insertion)), Removal::Baseline)?;
        self.zero.foresee(&mut along(Deletion), Removal::Delete)?;
        self.mean.foresee(&mut along(Deletion), Removal::Baseline)?;
        Ok(())
    }

    /// All measures that are not costly. Without a gap the scores have no unit, and what would need one is left out.
    fn of(&mut self, scores: Vec<f64>, gap: Option<f64>) -> Result<Measured> {
        use Direction::{Deletion, Insertion};
        let order = order_by_score(&scores);
        let (logit, probability) = (self.case.target(), self.probability);
        let deletion = curve(&mut self.zero, &logit, &order, Deletion, Removal::Baseline)?;
        let chance = self.band.aopcs.iter().sum::<f64>() / self.band.aopcs.len() as f64;
        let share = (aopc(&deletion) - chance) / (aopc(&self.best.values) - chance);
        let by_mean = curve(&mut self.mean, &logit, &order, Deletion, Removal::Baseline)?;
        let closed = curve(&mut self.zero, &logit, &order, Deletion, Removal::Delete)?;
        let of_probability = curve(&mut self.zero, &probability, &order, Deletion, Removal::Baseline)?;
        let insertion = curve(&mut self.zero, &logit, &order, Insertion, Removal::Baseline)?;
        let insertion_probability = curve(&mut self.zero, &probability, &order, Insertion, Removal::Baseline)?;
        let rationale = eraser(&mut self.zero, &probability, &scores, Removal::Baseline)?;
        let fidelity = infidelity(&scores, &self.sets, &self.drops);
        let reference = self.shapley.as_ref().map(|shapley| distance(&scores, shapley));
        let turned = self.turn.map(|sign| scores.iter().map(|v| sign * v).collect::<Vec<f64>>());
        let words = turned.as_ref().map(|turned| plausibility(turned, &self.human.values));
        let phrases = turned
            .as_ref()
            .map(|turned| plausibility(&of_spans(turned, &self.human.phrases), &self.human.phrase_values));
        let mut values = vec![
            aopc(&deletion),
            if share.is_finite() { share } else { f64::NAN },
            aopc(&by_mean),
            aopc(&closed),
            area(&of_probability),
            area(&insertion),
            area(&insertion_probability),
            rationale.comprehensiveness,
            rationale.sufficiency,
            if gap.is_some() { fidelity.raw } else { f64::NAN },
            fidelity.unexplained,
            reference.filter(|_| gap.is_some()).map_or(f64::NAN, |d| d.relative),
            reference.map_or(f64::NAN, |d| d.similarity.pearson),
            reference.map_or(f64::NAN, |d| f64::from(u8::from(d.similarity.same_top))),
            gap.map_or(f64::NAN, f64::abs),
            words.map_or(f64::NAN, |p| p.sign_agreement),
            words.map_or(f64::NAN, |p| p.kendall),
            words.map_or(f64::NAN, |p| p.auprc),
            phrases.map_or(f64::NAN, |p| p.sign_agreement),
            phrases.map_or(f64::NAN, |p| p.kendall),
        ];
        values.resize(MEASURES.len(), f64::NAN);
        Ok(Measured {
            scores,
            refused: None,
            values: values.into_iter().map(finite).collect(),
            curve: on_grid(&of_probability),
        })
    }
}

/// A curve of `T + 1` values at evenly spaced shares of words, linear in between.
fn on_grid(values: &[f64]) -> Vec<f64> {
    let last = values.len() - 1;
    (0..GRID)
        .map(|i| {
            let place = i as f64 / (GRID - 1) as f64 * last as f64;
            let (below, part) = (place.floor() as usize, place.fract());
            values[below] + part * (values[(below + 1).min(last)] - values[below])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_have_names_of_their_own_and_the_costly_ones_come_last() {
        let mut ids: Vec<&str> = MEASURES.iter().map(|measure| measure.id).collect();
        assert!(MEASURES.is_sorted_by_key(|measure| measure.costly));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), MEASURES.len());
    }

    #[test]
    fn a_curve_of_two_steps_is_straight_between_them() {
        let grid = on_grid(&[1.0, 0.0, 4.0]);
        assert_eq!((grid.len(), grid[0], grid[5], grid[10], grid[15], grid[20]), (GRID, 1.0, 0.5, 0.0, 2.0, 4.0));
    }
}
