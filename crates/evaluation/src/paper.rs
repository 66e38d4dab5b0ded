//! What the paper's own questions come to: the identity of three methods and each way to break it, the error of Integrated
//! Gradients in steps, and the six reviews.

use anyhow::Result;
use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use wordlight_engine::examples;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::faithfulness::similarity::similarity;
use wordlight_explain::method::build;
use wordlight_explain::spec::ParamValue;
use wordlight_explain::target::TargetKind;
use wordlight_nn::Real;
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::{Activation, Conv1d, Dense};
use wordlight_nn::model::{Classifier, TextCnn};
use wordlight_nn::text::tokenize;
use wordlight_site::Site;

use crate::job::Job;
use crate::measure::Subject;

/// Gradient times input, Integrated Gradients and LRP-z, as far apart as they get.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// The checkpoint.
    pub checkpoint: String,
    /// The largest difference between gradient times input and LRP-z, of the largest score of its sentence.
    pub lrp_z: f64,
    /// The same for Integrated Gradients as the default has it: exact for a convolution, its points doubled for an LSTM.
    pub exact: f64,
    /// The largest difference between Integrated Gradients in 50 midpoint steps and the exact one.
    pub fifty: f64,
    /// The sentence where it is.
    pub fifty_at: usize,
    /// On how many sentences it is more than single precision leaves (1e-5).
    pub fifty_off: usize,
    /// The largest of these differences in double precision; none for other than linear convolutions.
    pub fifty_double: Option<f64>,
    /// How close the two best windows of a filter come on the sentence where the difference is largest, of the best one's
    /// score; none for other than linear convolutions.
    pub fifty_gap: Option<f64>,
    /// The same for Integrated Gradients from the mean word.
    pub mean_baseline: f64,
    /// Sentences.
    pub sentences: usize,
    /// What is left of it when it is broken: LRP-epsilon with 0.25, a probability as target, another sentence as the
    /// baseline; the mean relative difference of a sentence's scores (Euclidean).
    pub broken: Vec<(String, f64)>,
}

/// Integrated Gradients with so many midpoint steps against the exact integral; another sentence is the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Steps {
    /// Steps.
    pub steps: usize,
    /// Mean relative error of the word scores (Euclidean).
    pub error: f64,
    /// Mean magnitude of what completeness misses.
    pub gap: f64,
}

/// One review of the paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// `review-50` and so on.
    pub id: String,
    /// The checkpoint.
    pub checkpoint: String,
    /// Its true class.
    pub truth: String,
    /// The predicted one.
    pub predicted: String,
    /// Pearson's correlation of gradient and LRP-z.
    pub gradient_and_lrp_z: f64,
    /// Of LRP-z and LRP-alpha-beta as the paper used it (iNNvestigate's reading, alpha 2).
    pub lrp_z_and_alpha_beta: f64,
    /// How many of the words change sign from gradient to LRP-z.
    pub sign_flips: usize,
    /// Words.
    pub words: usize,
    /// Under `not`: its score under gradient and under LRP-z, each of the largest of its row. Only review 105 has one.
    pub not: Option<(f64, f64)>,
    /// The largest score of the padding under gradient, of the largest score of the words: the paper scales by both.
    pub gradient_padding: f64,
}

fn scores<F: Real>(network: &dyn Classifier<F>, x: &Array2<F>, tokens: usize, ask: &Ask<'_, F>) -> Result<Scored> {
    let pass = network.forward(x.clone())?;
    let case = Case::new(network, pass.as_ref(), tokens, (ask.target, None), ask.baseline)?;
    let given = ask.params.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    let attribution = build::<F>(ask.method, &given)?.attribute(&case)?;
    let row_sums = attribution.per_feature.outer_iter().skip(tokens).map(|row| row.sum().as_f64());
    Ok(Scored {
        words: attribution.per_token.iter().map(|v| v.as_f64()).collect(),
        padding: row_sums.fold(0.0, |m, v| m.max(v.abs())),
        residual: attribution.ledger.residual.as_f64(),
        predicted: case.target().class(),
    })
}

struct Ask<'a, F: Real> {
    method: &'a str,
    params: &'a [(&'a str, ParamValue)],
    target: TargetKind,
    baseline: &'a Baseline<F>,
}

impl<F: Real> Ask<'_, F> {
    /// Gradient times input of the predicted class's logit.
    const PLAIN: Self =
        Self { method: "gradient-x-input", params: &[], target: TargetKind::Logit, baseline: &Baseline::Zero };
    /// Integrated Gradients of it from zero, as the default has them.
    const PATH: Self = Self { method: "integrated-gradients", ..Self::PLAIN };
}

struct Scored {
    words: Vec<f64>,
    padding: f64,
    residual: f64,
    predicted: usize,
}

/// The largest difference, of the largest number.
fn largest_difference(a: &[f64], b: &[f64]) -> f64 {
    let largest = a.iter().chain(b).fold(0.0f64, |m, v| m.max(v.abs()));
    let apart = a.iter().zip(b).fold(0.0f64, |m, (a, b)| m.max((a - b).abs()));
    if largest > 0.0 { apart / largest } else { 0.0 }
}

/// `|| a - b || / || b ||`, 0 for two rows of zeros.
fn relative(a: &[f64], b: &[f64]) -> f64 {
    let apart: f64 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
    let norm: f64 = b.iter().map(|b| b * b).sum();
    if norm > 0.0 { (apart / norm).sqrt() } else { 0.0 }
}

fn number(v: f64) -> ParamValue {
    ParamValue::Number(v)
}

fn steps(n: usize) -> [(&'static str, ParamValue); 2] {
    [("steps", number(n as f64)), ("quadrature", ParamValue::Text("midpoint".to_owned()))]
}

/// Single precision leaves less than this of the largest score.
const ROUNDING: f64 = 1e-5;

/// The same network in double precision.
fn double(network: &TextCnn<f32>) -> Result<TextCnn<f64>> {
    let wide = |bias: ArrayView1<'_, f32>| bias.mapv(f64::from);
    let conv = |conv: &Conv1d<f32>| Conv1d::new(conv.weight().mapv(f64::from), wide(conv.bias()), conv.width());
    let convs = network.convs().iter().map(conv).collect::<Result<_, _>>()?;
    let dense = network.dense();
    Ok(TextCnn::new(network.config().clone(), convs, Dense::new(dense.weight().mapv(f64::from), wide(dense.bias()))?)?)
}

/// How far 50 midpoint steps from zero are from the exact integral in double precision.
fn fifty_in_double(network: &TextCnn<f64>, x: &Array2<f32>, tokens: usize) -> Result<f64> {
    let x = x.mapv(f64::from);
    let exact = scores(network, &x, tokens, &Ask::PATH)?.words;
    Ok(largest_difference(&scores(network, &x, tokens, &Ask { params: &steps(50), ..Ask::PATH })?.words, &exact))
}

/// How close the two best windows of a filter come, of the best one's score: the least over filters. Windows of the same
/// words are one.
fn closest_windows(network: &TextCnn<f64>, x: &Array2<f32>) -> f64 {
    let x = x.mapv(f64::from);
    let mut least = f64::INFINITY;
    for conv in network.convs() {
        for filter in conv.scores(x.view()).columns() {
            let best = filter.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let second = filter.iter().copied().filter(|v| *v < best).fold(f64::NEG_INFINITY, f64::max);
            least = least.min((best - second) / best.abs());
        }
    }
    least
}

/// The identity on every sentence that the network is measured on; of an LSTM on those of its costly measures.
///
/// # Errors
/// The errors of the methods.
pub fn identity(job: &Job<'_>, subject: &Subject) -> Result<Identity> {
    let fifty = steps(50);
    let mean = Baseline::Everywhere(job.embedding().mean().clone());
    let epsilon = [("epsilon", number(0.25))];
    // Elsewhere the steps err by themselves, not by rounding.
    let cnn = subject.network.as_text_cnn();
    let linear = cnn.filter(|cnn| cnn.config().activation == Activation::Linear).map(double).transpose()?;
    let one_sentence = |i: &usize| -> Result<[f64; 8]> {
        let sentence = &job.sentences()[*i];
        let (x, tokens) = (job.input(sentence), sentence.words.len());
        let of = |ask: Ask<'_, f32>| scores(&subject.network, &x, tokens, &ask).map(|scored| scored.words);
        let plain = of(Ask::PLAIN)?;
        let exact = of(Ask::PATH)?;
        let stepped = largest_difference(&of(Ask { params: &fifty, ..Ask::PATH })?, &exact);
        let from_mean = [&[][..], &fifty].map(|params| of(Ask { params, baseline: &mean, ..Ask::PATH }));
        let [mean_exact, mean_stepped] = from_mean;
        let probability = TargetKind::Probability;
        let product_p = of(Ask { target: probability, ..Ask::PLAIN })?;
        let path_p = of(Ask { target: probability, ..Ask::PATH })?;
        let other = other_sentence(job, *i);
        Ok([
            largest_difference(&plain, &of(Ask { method: "lrp-z", ..Ask::PLAIN })?),
            largest_difference(&plain, &exact),
            stepped,
            match &linear {
                Some(network) if stepped > ROUNDING => fifty_in_double(network, &x, tokens)?,
                _ => 0.0,
            },
            largest_difference(&mean_stepped?, &mean_exact?),
            relative(&of(Ask { method: "lrp-epsilon", params: &epsilon, ..Ask::PLAIN })?, &plain),
            relative(&product_p, &path_p),
            relative(&of(Ask { baseline: &other, ..Ask::PATH })?, &plain),
        ])
    };
    let asked = |i: &usize| subject.budget.asked(*i).is_some_and(|asked| cnn.is_some() || asked.costly);
    let sentences: Vec<usize> = (0..job.sentences().len()).filter(asked).collect();
    let all: Vec<[f64; 8]> = sentences.par_iter().map(one_sentence).collect::<Result<_>>()?;
    let most = |i: usize| all.iter().fold(0.0f64, |m, row| m.max(row[i]));
    let mean_of = |i: usize| all.iter().map(|row| row[i]).sum::<f64>() / all.len() as f64;
    let broken = ["LRP-epsilon, 0.25", "probability as target", "another sentence as baseline"];
    let worst = all.iter().position(|row| row[2] == most(2)).map_or(0, |at| sentences[at]);
    let at_worst = job.sentences().get(worst).map(|sentence| job.input(sentence));
    Ok(Identity {
        checkpoint: subject.id.clone(),
        lrp_z: most(0),
        exact: most(1),
        fifty: most(2),
        fifty_at: worst,
        fifty_off: all.iter().filter(|row| row[2] > ROUNDING).count(),
        fifty_double: linear.as_ref().map(|_| most(3)),
        fifty_gap: linear.as_ref().zip(at_worst).map(|(network, x)| closest_windows(network, &x)),
        mean_baseline: most(4),
        sentences: sentences.len(),
        broken: broken.iter().enumerate().map(|(i, name)| ((*name).to_owned(), mean_of(5 + i))).collect(),
    })
}

/// The next sentence's vectors, cut at this one's input: a baseline that differs by position.
fn other_sentence(job: &Job<'_>, i: usize) -> Baseline<f32> {
    let rows = job.input(&job.sentences()[i]).nrows();
    let other = &job.sentences()[(i + 1) % job.sentences().len()];
    let x = job.input(other);
    let kept = other.words.len().min(rows);
    Baseline::Rows(x.slice(ndarray::s![..kept, ..]).to_owned())
}

/// The error of a path in steps, over the first sentences of the job.
///
/// # Errors
/// The errors of the methods.
pub fn path_error(job: &Job<'_>, subject: &Subject, sentences: usize) -> Result<Vec<Steps>> {
    let count = sentences.min(job.sentences().len());
    let at = |n: usize| -> Result<Steps> {
        let params = steps(n);
        let one = |i: usize| -> Result<(f64, f64)> {
            let sentence = &job.sentences()[i];
            let (x, baseline) = (job.input(sentence), other_sentence(job, i));
            let ask = Ask { baseline: &baseline, ..Ask::PATH };
            let exact = scores(&subject.network, &x, sentence.words.len(), &ask)?;
            let stepped = scores(&subject.network, &x, sentence.words.len(), &Ask { params: &params, ..ask })?;
            Ok((relative(&stepped.words, &exact.words), stepped.residual.abs()))
        };
        let all: Vec<(f64, f64)> = (0..count).into_par_iter().map(one).collect::<Result<_>>()?;
        let n_all = all.len().max(1) as f64;
        Ok(Steps {
            steps: n,
            error: all.iter().map(|(error, _)| error).sum::<f64>() / n_all,
            gap: all.iter().map(|(_, gap)| gap).sum::<f64>() / n_all,
        })
    };
    [1, 2, 5, 10, 20, 50, 100, 200, 300].into_iter().map(at).collect()
}

/// The six reviews by one checkpoint, read as the page reads them.
///
/// # Errors
/// The errors of the methods.
pub fn reviews(job: &Job<'_>, subject: &Subject, labels: &[String]) -> Result<Vec<Review>> {
    let paper = examples().into_iter().filter(|example| example.group == "paper");
    paper
        .map(|example| {
            let tokens = tokenize(&example.text);
            let words = job.embedding().look_up(&tokens);
            let x = job.embedding().embed(&words, subject.network.positions(words.len()));
            let of = |ask: Ask<'_, f32>| scores(&subject.network, &x, tokens.len(), &ask);
            let gradient = of(Ask { method: "gradient", ..Ask::PLAIN })?;
            let z = of(Ask { method: "lrp-z", ..Ask::PLAIN })?;
            let reading = [("alpha", number(2.0)), ("reading", ParamValue::Text("innvestigate".to_owned()))];
            let ab = of(Ask { method: "lrp-alpha-beta", params: &reading, ..Ask::PLAIN })?;
            let largest = |scored: &Scored| scored.words.iter().fold(0.0f64, |m, v| m.max(v.abs()));
            let not = tokens.iter().position(|token| token.form == "not");
            Ok(Review {
                id: example.id,
                checkpoint: subject.id.clone(),
                truth: example.truth.unwrap_or_default(),
                predicted: labels.get(z.predicted).cloned().unwrap_or_default(),
                gradient_and_lrp_z: similarity(&gradient.words, &z.words).pearson,
                lrp_z_and_alpha_beta: similarity(&z.words, &ab.words).pearson,
                sign_flips: gradient.words.iter().zip(&z.words).filter(|(a, b)| *a * *b < 0.0).count(),
                words: tokens.len(),
                not: not.map(|i| (gradient.words[i] / largest(&gradient), z.words[i] / largest(&z))),
                gradient_padding: gradient.padding / largest(&gradient),
            })
        })
        .collect()
}

/// A review of the paper with its scores, to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// For people.
    pub name: String,
    /// "predicted positive, truly very positive"
    pub verdict: String,
    /// The words as they stand in the text.
    pub words: Vec<String>,
    /// Method, scores `[T]`, and the largest magnitude of words and padding.
    pub rows: Vec<(&'static str, Vec<f64>, f64)>,
}

/// The six reviews under the paper's three methods and under Integrated Gradients, by one checkpoint.
///
/// # Errors
/// A checkpoint that is not there.
pub fn review_scores(site: &Site, checkpoint: &str) -> Result<Vec<Drawn>> {
    let network = site.network(checkpoint)?;
    let (embedding, labels) = (site.embedding(checkpoint)?, &site.find(checkpoint)?.0.labels);
    let reading = [("alpha", number(2.0)), ("reading", ParamValue::Text("innvestigate".to_owned()))];
    let asks = [
        ("gradient", Ask { method: "gradient", ..Ask::PLAIN }),
        ("LRP-z", Ask { method: "lrp-z", ..Ask::PLAIN }),
        ("LRP-αβ, α = 2", Ask { method: "lrp-alpha-beta", params: &reading, ..Ask::PLAIN }),
        ("Integrated Gradients", Ask { method: "integrated-gradients", ..Ask::PLAIN }),
    ];
    let paper = examples().into_iter().filter(|example| example.group == "paper");
    paper
        .map(|example| {
            let tokens = tokenize(&example.text);
            let x = embedding.embed(&embedding.look_up(&tokens), network.positions(tokens.len()));
            let mut rows = Vec::new();
            let mut predicted = 0;
            for (name, ask) in &asks {
                let scored = scores(&network, &x, tokens.len(), ask)?;
                let largest = scored.words.iter().fold(scored.padding, |m, v| m.max(v.abs()));
                predicted = scored.predicted;
                rows.push((*name, scored.words, largest.max(f64::MIN_POSITIVE)));
            }
            let (truth, said) = (example.truth.unwrap_or_default(), labels.get(predicted).cloned().unwrap_or_default());
            Ok(Drawn {
                name: example.name,
                verdict: format!("predicted {said}, truly {truth}"),
                words: tokens.iter().map(|token| example.text[token.span.clone()].to_owned()).collect(),
                rows,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_by_hand() {
        assert_eq!(largest_difference(&[1.0, 4.0], &[2.0, 4.0]), 0.25);
        assert_eq!(relative(&[3.0, 4.0], &[0.0, 4.0]), 0.75);
        assert_eq!((largest_difference(&[0.0], &[0.0]), relative(&[1.0], &[0.0])), (0.0, 0.0));
    }
}
