//! Third ring: laws that hold for every network and every input.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::collections::BTreeMap;

use conformance::audit::{DOUBLE, SINGLE, audit, inherited};
use conformance::nets::{Draw, Shape};
use conformance::tolerance::{Tolerance, assert_close};
use ndarray::{Array1, Array2};
use proptest::prelude::*;
use wordlight_explain::Error;
use wordlight_explain::attribution::Attribution;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::method::{Method, Shapley, build, methods, spec};
use wordlight_explain::spec::ParamValue;
use wordlight_explain::target::TargetKind;
use wordlight_nn::Real;
use wordlight_nn::layer::{Activation, Conv1d, Dense};
use wordlight_nn::model::{Classifier, TextCnn};

/// A question about a random network.
struct Setting<F: Real> {
    network: TextCnn<F>,
    x: Array2<F>,
    tokens: usize,
    kind: TargetKind,
    class: usize,
    baseline: Baseline<F>,
}

impl<F: Real> Setting<F> {
    fn new(shape: &Shape, tokens: usize, seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        let network = draw.network::<F>(shape);
        let x = draw.input(tokens, network.positions(tokens), shape.dim);
        Self { network, x, tokens, kind: TargetKind::Logit, class: seed as usize % 5, baseline: Baseline::Zero }
    }

    fn explain(&self, id: &str, given: &[(&str, ParamValue)]) -> Attribution<F> {
        self.try_to_explain(id, given).unwrap()
    }

    /// Refuses what does not fit; methods that draw do so a few times only.
    fn explain_briefly(&self, id: &str) -> Option<Attribution<F>> {
        let few = [("samples", ParamValue::Number(10.0))];
        let draws = spec(id).unwrap().params.iter().any(|param| param.id == "samples");
        match self.try_to_explain(id, if draws { &few } else { &[] }) {
            Err(Error::Unsupported { .. }) => None,
            other => Some(other.unwrap()),
        }
    }

    /// Adds an answer up again.
    fn audited(&self, got: &Attribution<F>, relative: f64) -> Result<(), String> {
        let pass = self.network.forward(self.x.clone()).unwrap();
        audit(got, relative, inherited(self.kind, pass.logits()))
    }

    fn try_to_explain(&self, id: &str, given: &[(&str, ParamValue)]) -> Result<Attribution<F>, Error> {
        let pass = self.network.forward(self.x.clone()).unwrap();
        let asked = (self.kind, Some(self.class));
        let case = Case::new(&self.network, pass.as_ref(), self.tokens, asked, &self.baseline).unwrap();
        let given: BTreeMap<String, ParamValue> = given.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        build(id, &given).unwrap().attribute(&case)
    }
}

fn midpoint(steps: f64) -> [(&'static str, ParamValue); 2] {
    [("steps", ParamValue::Number(steps)), ("quadrature", ParamValue::Text("midpoint".to_owned()))]
}

fn shape() -> impl Strategy<Value = Shape> {
    let widths = prop_oneof![Just(vec![1]), Just(vec![2]), Just(vec![2, 3]), Just(vec![3, 4, 5])];
    (widths, 2usize..6, 1usize..20, any::<bool>(), any::<bool>(), prop_oneof![Just(0), Just(15)]).prop_map(
        |(widths, dim, filters, relu, biases, pad_to)| Shape {
            widths,
            dim,
            filters,
            activation: if relu { Activation::Relu } else { Activation::Linear },
            biases,
            pad_to,
        },
    )
}

fn linear_shape() -> impl Strategy<Value = Shape> {
    shape().prop_map(|shape| Shape { activation: Activation::Linear, ..shape })
}

/// The largest difference of two word rows, relative to the largest word.
fn distance(a: &Array1<f64>, b: &Array1<f64>) -> f64 {
    let largest = a.iter().chain(b).fold(1e-9f64, |m, v| m.max(v.abs()));
    a.iter().zip(b).fold(0.0f64, |m, (a, b)| m.max((a - b).abs())) / largest
}

/// The largest difference of two word rows, relative to the largest number that was added up: the features of a word can
/// cancel to nothing.
fn apart(a: &Attribution<f64>, b: &Attribution<f64>) -> f64 {
    let numbers = a.per_feature.iter().chain(&b.per_feature).chain(&a.per_token).chain(&b.per_token);
    let largest = numbers.fold(1e-9f64, |m, v| m.max(v.abs()));
    a.per_token.iter().zip(&b.per_token).fold(0.0f64, |m, (a, b)| m.max((a - b).abs())) / largest
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// The identity that the page shows: three names, one number.
    #[test]
    fn on_a_linear_convolution_integrated_gradients_is_gradient_x_input_is_lrp_z(
        shape in linear_shape(), tokens in 1usize..20, seed: u64,
    ) {
        let setting = Setting::<f64>::new(&shape, tokens, seed);
        let product = setting.explain("gradient-x-input", &[]).per_feature;
        let relevance = setting.explain("lrp-z", &[]).per_feature;
        assert_close("LRP-z", relevance.view(), product.view(), Tolerance::Close);
        for quadrature in [&[] as &[_], &midpoint(1.0), &midpoint(7.0)] {
            let path = setting.explain("integrated-gradients", quadrature).per_feature;
            assert_close("integrated gradients", path.view(), product.view(), Tolerance::Close);
        }
    }

    /// The same vector at every position moves every window of a filter alike, so no winner changes on the way.
    #[test]
    fn one_step_is_enough_from_any_baseline_that_is_the_same_everywhere(
        shape in linear_shape(), tokens in 1usize..20, seed: u64,
    ) {
        let mut setting = Setting::<f64>::new(&shape, tokens, seed);
        setting.baseline = Baseline::Everywhere(Draw::new(seed ^ 1).matrix::<f64>(1, shape.dim).row(0).to_owned());
        let one = setting.explain("integrated-gradients", &midpoint(1.0));
        for more in [&midpoint(20.0) as &[_], &[]] {
            let more = setting.explain("integrated-gradients", more);
            assert_close("steps", one.per_feature.view(), more.per_feature.view(), Tolerance::Close);
        }
        prop_assert_eq!(setting.audited(&one, DOUBLE), Ok(()));
    }

    /// Whatever claims to add up does, with every account computed from its own formula.
    #[test]
    fn every_ledger_closes(shape in shape(), tokens in 1usize..20, seed: u64, kind in 0usize..5) {
        let mut setting = Setting::<f64>::new(&shape, tokens, seed);
        setting.kind = TargetKind::ALL[kind];
        if seed % 2 == 0 {
            setting.baseline = Baseline::Rows(Draw::new(seed ^ 3).matrix(setting.x.nrows(), shape.dim));
        }
        for method in methods::<f64>() {
            let id = method.spec().id;
            let Some(attribution) = setting.explain_briefly(id) else { continue };
            prop_assert_eq!(setting.audited(&attribution, DOUBLE), Ok(()), "{} {:?}", id, setting.kind);
            prop_assert!(attribution.ledger.holds(), "{id} {:?}: {:?}", setting.kind, attribution.ledger);
        }
    }

    /// In single precision the residual stays at rounding level too: this is what the page shows.
    #[test]
    fn every_ledger_closes_in_single_precision(
        shape in shape(), tokens in 1usize..20, seed: u64, kind in 0usize..5,
    ) {
        let mut setting = Setting::<f32>::new(&shape, tokens, seed);
        setting.kind = TargetKind::ALL[kind];
        if seed % 2 == 0 {
            setting.baseline = Baseline::Rows(Draw::new(seed ^ 3).matrix(setting.x.nrows(), shape.dim));
        }
        for method in methods::<f32>() {
            if let Some(attribution) = setting.explain_briefly(method.spec().id) {
                let id = method.spec().id;
                prop_assert_eq!(setting.audited(&attribution, SINGLE), Ok(()), "{} {:?}", id, setting.kind);
                prop_assert!(attribution.ledger.holds(), "{id} {:?}: {:?}", setting.kind, attribution.ledger);
            }
        }
    }

    /// Quadratures of a kinked path tend to the exact sum, and what they miss is their residual.
    #[test]
    fn quadratures_tend_to_the_exact_integral(shape in shape(), tokens in 1usize..12, seed: u64, kind in 0usize..5) {
        let mut setting = Setting::<f64>::new(&shape, tokens, seed);
        setting.kind = TargetKind::ALL[kind];
        setting.baseline = Baseline::Rows(Draw::new(seed ^ 2).matrix(setting.x.nrows(), shape.dim));
        let exact = setting.explain("integrated-gradients", &[]);
        prop_assert_eq!(setting.audited(&exact, DOUBLE), Ok(()));
        let many = setting.explain("integrated-gradients", &midpoint(1000.0));
        let scale = exact.per_feature.iter().map(|v| v.abs()).sum::<f64>().max(1e-3);
        let gap = (&many.per_feature - &exact.per_feature).iter().map(|v| v.abs()).sum::<f64>() / scale;
        prop_assert!(gap < 0.02, "1000 steps miss {gap}");
        prop_assert!((many.ledger.residual / scale).abs() < 0.02, "{:?}", many.ledger);
    }

    /// What makes Shapley values the only fair ones, besides adding up.
    #[test]
    fn shapley_values_are_linear_in_the_target_and_give_nothing_to_dummies(
        shape in shape(), tokens in 2usize..12, seed: u64,
    ) {
        let mut setting = Setting::<f64>::new(&shape, tokens, seed);
        setting.baseline = Baseline::Rows(Draw::new(seed ^ 4).matrix(setting.x.nrows(), shape.dim));
        // A word that is its own absence changes nothing in any company.
        let dummy = seed as usize % tokens;
        let absent = setting.baseline.like(setting.x.view()).unwrap().row(dummy).to_owned();
        setting.x.row_mut(dummy).assign(&absent);
        let of = |kind: TargetKind, class: usize| {
            let pass = setting.network.forward(setting.x.clone()).unwrap();
            let asked = (kind, Some(class));
            let case = Case::new(&setting.network, pass.as_ref(), tokens, asked, &setting.baseline).unwrap();
            (Shapley.attribute(&case).unwrap(), case.target().runner_up())
        };
        let (margin, rival) = of(TargetKind::Margin, setting.class);
        let difference = of(TargetKind::Logit, setting.class).0.per_token - of(TargetKind::Logit, rival).0.per_token;
        prop_assert!(distance(&margin.per_token, &difference) < 1e-10);
        let logits = setting.network.forward(setting.x.clone()).unwrap().logits().to_owned();
        prop_assert_eq!(audit(&margin, DOUBLE, inherited(TargetKind::Margin, logits.view())), Ok(()));
        prop_assert_eq!(margin.per_token[dummy], 0.0);
    }

    /// Words of a network that reads one word at a time are interchangeable: the same word has the same value anywhere.
    #[test]
    fn shapley_values_treat_equal_words_equally(shape in shape(), tokens in 2usize..12, seed: u64) {
        let shape = Shape { widths: vec![1], ..shape };
        let mut setting = Setting::<f64>::new(&shape, tokens, seed);
        let copy = setting.x.row(0).to_owned();
        setting.x.row_mut(tokens - 1).assign(&copy);
        let words = setting.explain("shapley", &[]).per_token;
        let largest = words.iter().fold(1e-9f64, |m, v| m.max(v.abs()));
        prop_assert!((words[0] - words[tokens - 1]).abs() <= 1e-12 * largest, "{words}");
    }

    /// Padding that is left out because it cannot matter does not matter.
    #[test]
    fn rows_of_padding_that_are_left_out_change_nothing(shape in shape(), tokens in 1usize..15, seed: u64) {
        let setting = Setting::<f64>::new(&Shape { pad_to: 30, ..shape.clone() }, tokens, seed);
        let mut whole = Array2::zeros((30, shape.dim));
        whole.slice_mut(ndarray::s![..setting.x.nrows(), ..]).assign(&setting.x);
        let short = setting.network.forward(setting.x.clone()).unwrap().logits().to_owned();
        let long = setting.network.forward(whole.clone()).unwrap().logits().to_owned();
        prop_assert_eq!(&short, &long);
        let all = Setting { x: whole, ..Setting::<f64>::new(&Shape { pad_to: 30, ..shape }, tokens, seed) };
        for method in methods::<f64>() {
            let id = method.spec().id;
            let (Some(a), Some(b)) = (setting.explain_briefly(id), all.explain_briefly(id)) else { continue };
            prop_assert!(apart(&a, &b) < 1e-12, "{id}: {} and {}", a.per_token, b.per_token);
        }
    }

    /// Nothing depends on the order in which filters are listed.
    #[test]
    fn the_order_of_filters_does_not_matter(shape in shape(), tokens in 1usize..15, seed: u64) {
        let setting = Setting::<f64>::new(&shape, tokens, seed);
        let reversed = Setting { network: reversed(&setting.network), ..Setting::<f64>::new(&shape, tokens, seed) };
        for method in methods::<f64>() {
            let id = method.spec().id;
            let (Some(a), Some(b)) = (setting.explain_briefly(id), reversed.explain_briefly(id)) else { continue };
            prop_assert!(apart(&a, &b) < 1e-9, "{id}: {} and {}", a.per_token, b.per_token);
        }
    }
}

/// The same network with the filters of each width in reverse order.
fn reversed(network: &TextCnn<f64>) -> TextCnn<f64> {
    use ndarray::{Axis, s};
    use wordlight_nn::affine::Affine;
    let filters = network.config().filters;
    let convs = network.convs().iter().map(|conv| {
        let (weight, bias) = (conv.weight().slice(s![..;-1, ..]).to_owned(), conv.bias().slice(s![..;-1]).to_owned());
        Conv1d::new(weight, bias, conv.width()).unwrap()
    });
    let parts: Vec<Array2<f64>> = (0..network.convs().len())
        .map(|i| network.dense().weight().slice(s![.., i * filters..(i + 1) * filters; -1]).to_owned())
        .collect();
    let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
    let weight = ndarray::concatenate(Axis(1), &views).unwrap();
    let dense = Dense::new(weight, network.dense().bias().to_owned()).unwrap();
    TextCnn::new(network.config().clone(), convs.collect(), dense).unwrap()
}

/// Each way of breaking the identity breaks it: on one fixed network, so that a silent no-op would be found.
#[test]
fn the_identity_breaks_with_epsilon_a_curved_target_a_varying_baseline_and_a_relu() {
    let shape = Shape { widths: vec![2], dim: 4, filters: 20, activation: Activation::Linear, biases: true, pad_to: 0 };
    let gap = |setting: &Setting<f64>, id: &str, given: &[(&str, ParamValue)]| {
        let product = setting.explain("gradient-x-input", &[]).per_token;
        distance(&setting.explain(id, given).per_token, &product)
    };
    let plain = Setting::<f64>::new(&shape, 9, 5);
    assert!(gap(&plain, "integrated-gradients", &[]) < 1e-12);
    assert!(gap(&plain, "lrp-epsilon", &[("epsilon", ParamValue::Number(0.25))]) > 0.01);
    let curved = Setting { kind: TargetKind::Probability, ..Setting::new(&shape, 9, 5) };
    assert!(gap(&curved, "integrated-gradients", &[]) > 0.01);
    let varying = Baseline::Rows(Draw::new(77).matrix(9, 4));
    let from_elsewhere = Setting { baseline: varying, ..Setting::new(&shape, 9, 5) };
    assert!(gap(&from_elsewhere, "integrated-gradients", &[]) > 0.01);
    let kinked = Setting::<f64>::new(&Shape { activation: Activation::Relu, ..shape }, 9, 5);
    assert!(gap(&kinked, "integrated-gradients", &[]) > 0.01);
}

/// iNNvestigate's reading of alpha-beta does not give the words what the textbook's gives; its ledger still closes,
/// because the bias's share is booked as what it is.
#[test]
fn the_two_readings_of_alpha_beta_differ_and_both_are_accounted_for() {
    let shape = Shape { widths: vec![2], dim: 4, filters: 10, activation: Activation::Linear, biases: true, pad_to: 0 };
    let setting = Setting::<f64>::new(&shape, 8, 3);
    let reading = |id: &str| setting.explain("lrp-alpha-beta", &[("reading", ParamValue::Text(id.to_owned()))]);
    let (textbook, innvestigate) = (reading("textbook"), reading("innvestigate"));
    assert!(distance(&textbook.per_token, &innvestigate.per_token) > 0.01);
    assert_eq!(setting.audited(&textbook, DOUBLE), Ok(()));
    assert_eq!(setting.audited(&innvestigate, DOUBLE), Ok(()));
}
