//! Third ring: laws that hold for every network and every input.

use std::collections::BTreeMap;

use conformance::nets::{Draw, Shape};
use conformance::tolerance::{Tolerance, assert_close};
use ndarray::{Array1, Array2};
use proptest::prelude::*;
use wordlight_explain::attribution::Attribution;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::ledger::Account;
use wordlight_explain::method::{method, methods};
use wordlight_explain::spec::{ParamValue, Params};
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
        let pass = self.network.forward(self.x.clone()).unwrap();
        let asked = (self.kind, Some(self.class));
        let case = Case::new(&self.network, pass.as_ref(), self.tokens, asked, &self.baseline).unwrap();
        let method = method::<F>(id).unwrap();
        let given: BTreeMap<String, ParamValue> = given.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        method.attribute(&case, &Params::check(method.spec().params, &given).unwrap()).unwrap()
    }
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
        for steps in [1.0, 7.0] {
            let path = setting.explain("integrated-gradients", &[("steps", ParamValue::Number(steps))]).per_feature;
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
        let one = setting.explain("integrated-gradients", &[("steps", ParamValue::Number(1.0))]);
        let many = setting.explain("integrated-gradients", &[("steps", ParamValue::Number(20.0))]);
        assert_close("steps", one.per_feature.view(), many.per_feature.view(), Tolerance::Close);
        prop_assert!(one.ledger.holds(), "{:?}", one.ledger);
    }

    /// Whatever claims to add up does, with every account computed from its own formula.
    #[test]
    fn every_ledger_closes(shape in shape(), tokens in 1usize..20, seed: u64, kind in 0usize..5) {
        let mut setting = Setting::<f64>::new(&shape, tokens, seed);
        setting.kind = TargetKind::ALL[kind];
        for method in methods::<f64>() {
            let spec = method.spec();
            let attribution = setting.explain(spec.id, &[]);
            let ledger = &attribution.ledger;
            // A quadrature of a path with kinks leaves more than rounding, and says so.
            let exact = spec.id != "integrated-gradients"
                || (shape.activation == Activation::Linear && setting.kind == TargetKind::Logit);
            prop_assert!(!exact || ledger.holds(), "{} {:?}: {ledger:?}", spec.id, setting.kind);
            let words: f64 = attribution.per_token.sum();
            if ledger.proves {
                prop_assert!((words - ledger.amount(Account::Words)).abs() <= 1e-9 * (1.0 + words.abs()));
            }
        }
    }

    /// In single precision the residual stays at rounding level too: this is what the page shows.
    #[test]
    fn every_ledger_closes_in_single_precision(shape in shape(), tokens in 1usize..20, seed: u64) {
        let setting = Setting::<f32>::new(&shape, tokens, seed);
        for method in methods::<f32>().iter().filter(|m| m.spec().id != "integrated-gradients") {
            let ledger = setting.explain(method.spec().id, &[]).ledger;
            prop_assert!(ledger.holds(), "{}: {ledger:?}", method.spec().id);
        }
    }

    /// Completeness: the quadrature error of a kinked path goes to zero.
    #[test]
    fn integrated_gradients_becomes_complete(shape in shape(), tokens in 1usize..12, seed: u64) {
        let mut setting = Setting::<f64>::new(&shape, tokens, seed);
        setting.baseline = Baseline::Rows(Draw::new(seed ^ 2).matrix(setting.x.nrows(), shape.dim));
        let gap = |steps: f64| {
            let ledger = setting.explain("integrated-gradients", &[("steps", ParamValue::Number(steps))]).ledger;
            (ledger.residual / ledger.explained.abs().max(1.0)).abs()
        };
        prop_assert!(gap(1000.0) < 0.02, "1000 steps miss {}", gap(1000.0));
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
            let (a, b) = (setting.explain(method.spec().id, &[]), all.explain(method.spec().id, &[]));
            prop_assert!(distance(&a.per_token, &b.per_token) < 1e-12, "{}", method.spec().id);
        }
    }

    /// Nothing depends on the order in which filters are listed.
    #[test]
    fn the_order_of_filters_does_not_matter(shape in shape(), tokens in 1usize..15, seed: u64) {
        let setting = Setting::<f64>::new(&shape, tokens, seed);
        let reversed = Setting { network: reversed(&setting.network), ..Setting::<f64>::new(&shape, tokens, seed) };
        for method in methods::<f64>() {
            let id = method.spec().id;
            let (a, b) = (setting.explain(id, &[]), reversed.explain(id, &[]));
            prop_assert!(distance(&a.per_token, &b.per_token) < 1e-9, "{id}");
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
    assert!(textbook.ledger.holds() && innvestigate.ledger.holds());
}
