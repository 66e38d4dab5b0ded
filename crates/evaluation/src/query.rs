//! What methods are asked about one sentence: once about the sentence itself, and for sensitivity and randomisation eight times
//! more. All methods are asked about a question together, for some share their work.

use anyhow::{Result, bail};
use ndarray::{Array1, Array2};
use wordlight_explain::Error;
use wordlight_explain::attribution::Attribution;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::faithfulness::sensitivity::{LargestChange, Neighbourhood, typical_component, visit_neighbours};
use wordlight_explain::faithfulness::similarity::similarity;
use wordlight_explain::method::{Method, SharedNoise, SmoothGrad};
use wordlight_explain::target::TargetKind;
use wordlight_nn::model::{AnyModel, Classifier};

use crate::human_labels::Labelled;

/// The methods that share their noise, the mean and the variance.
const NOISY: [&str; 2] = ["smooth-grad", "var-grad"];
/// How many neighbours sensitivity looks at, and how far they are in units of the typical component.
const NEIGHBOURS: (usize, f64) = (5, 0.1);

/// What a method said, or why it does not fit the question; nothing if it was not asked.
pub type Answer = Option<Result<Attribution<f32>, String>>;

/// A sentence, and the methods it is explained by.
pub struct Sentence<'a> {
    /// Which one of the test split.
    pub number: usize,
    /// `[E, D]`
    pub x: Array2<f32>,
    /// What people said.
    pub human: &'a Labelled,
    /// The methods, in the order of the answers.
    pub methods: &'a [Box<dyn Method<f32>>],
    /// The noise of SmoothGrad and VarGrad, the same for all questions.
    noise: Option<SharedNoise>,
}

impl<'a> Sentence<'a> {
    /// Draws the noise, if the methods need any.
    pub fn new(number: usize, x: Array2<f32>, human: &'a Labelled, methods: &'a [Box<dyn Method<f32>>]) -> Self {
        let both = NOISY.iter().all(|id| methods.iter().any(|method| method.spec().id == *id));
        let numbers = human.words.len() * x.ncols();
        let noise = both.then(|| SharedNoise::new(SmoothGrad::default(), numbers));
        Self { number, x, human, methods, noise }
    }

    /// Asks all `wanted` methods about a case.
    ///
    /// # Errors
    /// The errors of the network.
    pub fn ask(&self, case: &Case<'_, f32>, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Answer>> {
        let both = match &self.noise {
            Some(noise) if NOISY.iter().all(|id| wanted(id)) => noise.smooth_and_var_grad(case).map(Some),
            _ => Ok(None),
        };
        let [mut smooth, mut var] = match both {
            Ok(both) => both.map_or([None, None], |both| both.map(Some)),
            // Each says by itself why it does not fit.
            Err(Error::Unsupported { .. }) => [None, None],
            Err(error) => return Err(error.into()),
        };
        let mut ask = |method: &dyn Method<f32>| -> Result<Answer> {
            let spec = method.spec();
            if !wanted(spec.id) {
                return Ok(None);
            }
            let shared = match NOISY.iter().position(|id| *id == spec.id) {
                Some(0) => smooth.take(),
                Some(_) => var.take(),
                None => None,
            };
            match shared.map_or_else(|| method.attribute(case), Ok) {
                Err(error @ Error::Unsupported { .. }) => Ok(Some(Err(error.to_string()))),
                answer => Ok(Some(Ok(answer?))),
            }
        };
        self.methods.iter().map(|method| ask(method.as_ref())).collect()
    }
}

/// The words' scores, `[T]`.
pub fn to_f64(scores: &Array1<f32>) -> Vec<f64> {
    scores.iter().map(|v| f64::from(*v)).collect()
}

/// The costly measures of every method that has `scores`: the largest change under small noise, and how like the scores of the
/// networks are that were `randomised`: rank correlations for each, and for the last that of magnitudes, and Pearson's.
///
/// # Errors
/// The errors of the network.
pub fn ask_again(
    case: &Case<'_, f32>,
    randomised: &[AnyModel<f32>],
    (sentence, seed): (&Sentence<'_>, usize),
    scores: &[Option<Vec<f64>>],
) -> Result<Vec<Option<Vec<f64>>>> {
    let wanted = |id: &str| {
        let place = sentence.methods.iter().position(|method| method.spec().id == id);
        place.is_some_and(|place| scores[place].is_some())
    };
    let mut changes: Vec<Option<LargestChange>> =
        scores.iter().map(|scores| Some(LargestChange::from(scores.clone()?))).collect();
    let typical = typical_component(case);
    if typical > 0.0 {
        let near = Neighbourhood::new(NEIGHBOURS.1 * typical, NEIGHBOURS.0, seed)?;
        visit_neighbours(case, near.moves(case), &mut |there| {
            for (change, answer) in changes.iter_mut().zip(sentence.ask(there, &wanted)?) {
                match (change, answer) {
                    (Some(change), Some(Ok(there))) => change.see(&to_f64(&there.per_token)),
                    (Some(_), Some(Err(reason))) => bail!("fits a sentence and not its neighbour: {reason}"),
                    _ => {}
                }
            }
            Ok(())
        })?;
    }
    let mut values: Vec<Option<Vec<f64>>> = changes
        .iter()
        .map(|change| Some(vec![if typical > 0.0 { change.as_ref()?.relative() } else { f64::NAN }]))
        .collect();
    let magnitudes = |scores: &[f64]| scores.iter().map(|v| v.abs()).collect::<Vec<_>>();
    for (k, other) in randomised.iter().enumerate() {
        let pass = other.forward(sentence.x.clone())?;
        let asked = (TargetKind::Logit, Some(case.target().class()));
        let after = Case::new(other, pass.as_ref(), case.tokens(), asked, &Baseline::Zero)?;
        for ((values, before), after) in values.iter_mut().zip(scores).zip(sentence.ask(&after, &wanted)?) {
            let (Some(values), Some(before)) = (values, before) else { continue };
            let after = after.and_then(Result::ok).map_or(Vec::new(), |after| to_f64(&after.per_token));
            let alike = similarity(before, &after);
            values.push(alike.spearman);
            if k + 1 == randomised.len() {
                values.push(similarity(&magnitudes(before), &magnitudes(&after)).spearman);
                values.push(alike.pearson);
            }
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use wordlight_explain::faithfulness::randomisation::{Layers, randomised_any};
    use wordlight_explain::faithfulness::sensitivity::max_sensitivity;
    use wordlight_explain::method::methods;
    use wordlight_nn::model::{BiLstm, BiLstmConfig, TextCnn, TextCnnConfig};

    use super::*;

    fn networks() -> [AnyModel<f32>; 2] {
        let mut k = 0;
        let mut draw = || {
            k += 1;
            f64::from(k * 37 % 101) / 101.0
        };
        let cnn = TextCnnConfig { filters: 7, ..TextCnnConfig::kim(3) };
        let lstm = BiLstmConfig { dim: 3, hidden: 4, classes: 3, one_way: false };
        [TextCnn::random(cnn, &mut draw).unwrap().into(), BiLstm::random(lstm, &mut draw).unwrap().into()]
    }

    #[test]
    fn asked_together_methods_say_what_they_say_alone() {
        let human = Labelled {
            words: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            label: 2,
            values: vec![0.0; 4],
            phrases: Vec::new(),
            phrase_values: Vec::new(),
        };
        let methods = methods::<f32>();
        for network in networks() {
            let rows = network.positions(4);
            let word = |(i, d): (usize, usize)| if i < 4 { ((i * 5 + d * 3) % 7) as f32 - 3.0 } else { 0.0 };
            let sentence = Sentence::new(0, Array2::from_shape_fn((rows, 3), word), &human, &methods);
            assert!(sentence.noise.is_some());
            let pass = network.forward(sentence.x.clone()).unwrap();
            let case = Case::new(&network, pass.as_ref(), 4, (TargetKind::Logit, None), &Baseline::Zero).unwrap();
            let answers = sentence.ask(&case, &|_| true).unwrap();
            let scores: Vec<Option<Vec<f64>>> =
                answers.iter().map(|answer| Some(to_f64(&answer.as_ref()?.as_ref().ok()?.per_token))).collect();
            let randomised = [randomised_any(&network, Layers::Both, 1).unwrap()];
            let again = ask_again(&case, &randomised, (&sentence, 9), &scores).unwrap();
            let other = randomised[0].forward(sentence.x.clone()).unwrap();
            let asked = (TargetKind::Logit, Some(case.target().class()));
            let other = Case::new(&randomised[0], other.as_ref(), 4, asked, &Baseline::Zero).unwrap();
            for (((method, answer), scores), again) in methods.iter().zip(&answers).zip(&scores).zip(&again) {
                let id = method.spec().id;
                let (Some(scores), Some(again)) = (scores, again) else {
                    let alone = method.attribute(&case).unwrap_err().to_string();
                    assert!(matches!(answer, Some(Err(reason)) if *reason == alone), "{id}");
                    continue;
                };
                assert_eq!(*scores, to_f64(&method.attribute(&case).unwrap().per_token), "{id}");
                let near = Neighbourhood::new(NEIGHBOURS.1 * typical_component(&case), NEIGHBOURS.0, 9).unwrap();
                let change = max_sensitivity(&case, method.as_ref(), near).unwrap();
                let alike = similarity(scores, &to_f64(&method.attribute(&other).unwrap().per_token));
                let bits = |value: f64| if value.is_nan() { None } else { Some(value.to_bits()) };
                let want = [change, alike.spearman, alike.pearson].map(bits);
                assert_eq!([again[0], again[1], again[3]].map(bits), want, "{id}");
            }
        }
    }
}
