//! The bidirectional LSTM against PyTorch, Captum, and the reference implementation of Arras et al. 2017.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::collections::BTreeMap;

use conformance::golden::{Expected, path};
use conformance::golden_lstm::{self, LstmCase};
use conformance::tolerance::{Tolerance, assert_close};
use ndarray::{Array1, Array2};
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::method::build;
use wordlight_explain::spec::ParamValue;
use wordlight_explain::target::TargetKind;
use wordlight_nn::Real;
use wordlight_nn::backward::{ParamGradient, Site};
use wordlight_nn::model::{Classifier, Pass, softmax};
use wordlight_nn::weights::read_model;

/// Our answer to what a peer was asked.
fn ours<F: Real>(case: &LstmCase, expected: &Expected) -> Array2<F> {
    let network = case.network::<F>();
    let pass = network.forward(case.x()).unwrap();
    let kind = TargetKind::parse(expected.params["target"].as_str().unwrap_or("logit")).unwrap();
    let baseline = match expected.params["baseline"].as_str() {
        Some("case") => Baseline::Rows(case.baseline()),
        _ => Baseline::Zero,
    };
    let words = case.x::<F>().nrows();
    let question = Case::new(&network, pass.as_ref(), words, (kind, Some(case.target)), &baseline).unwrap();
    assert_eq!(question.target().runner_up(), case.runner_up, "{}", case.name);
    let mut given = BTreeMap::new();
    for id in ["steps", "epsilon"] {
        given.extend(expected.params[id].as_f64().map(|v| (id.to_owned(), ParamValue::Number(v))));
    }
    given.extend(
        expected.params["quadrature"].as_str().map(|v| ("quadrature".to_owned(), ParamValue::Text(v.to_owned()))),
    );
    build(&expected.method, &given).unwrap().attribute(&question).unwrap().per_feature
}

/// Compares everything a method was asked for; returns how many answers there were.
fn compare<F: Real>(methods: &[&str], tolerance: Tolerance) -> usize {
    let mut compared = 0;
    for case in &golden_lstm::read().cases {
        for expected in case.expected.iter().filter(|expected| methods.contains(&expected.method.as_str())) {
            let what = format!("{}, {} {}", case.name, expected.method, expected.params);
            assert_close(&what, ours::<F>(case, expected).view(), expected.per_feature().view(), tolerance);
            compared += 1;
        }
    }
    compared
}

fn row(values: &[f64]) -> Array2<f64> {
    Array2::from_shape_vec((1, values.len()), values.to_vec()).unwrap()
}

#[test]
fn pytorch_autograd_agrees_for_every_target() {
    for case in &golden_lstm::read().cases {
        let logits = case.network::<f64>().forward(case.x()).unwrap().logits().to_vec();
        assert_close(&case.name, row(&logits).view(), row(&case.logits).view(), Tolerance::Close);
    }
    assert_eq!(compare::<f64>(&["gradient", "gradient-x-input"], Tolerance::Close), 5 * 10);
}

#[test]
fn captum_integrated_gradients_agree() {
    assert_eq!(compare::<f64>(&["integrated-gradients"], Tolerance::RoundedWeights), 5 * 8);
}

#[test]
fn the_reference_implementation_of_lrp_for_lstms_agrees() {
    assert_eq!(compare::<f64>(&["lrp-epsilon"], Tolerance::Close), 5 * 2);
}

#[test]
fn single_precision_agrees() {
    assert_eq!(compare::<f32>(&["gradient", "gradient-x-input"], Tolerance::Single), 5 * 10);
}

#[test]
fn pytorch_agrees_on_the_gradient_of_every_parameter() {
    for case in &golden_lstm::read().cases {
        let network = case.network::<f64>();
        let pass = network.pass(case.x(), None).unwrap();
        let mut seed: Array1<f64> = softmax(pass.logits());
        assert!((case.loss + seed[case.target].ln()).abs() < 1e-11, "{}: the loss", case.name);
        seed[case.target] -= 1.0;
        let want = case.loss_gradients();
        let mut got: Vec<Vec<f64>> = want.iter().map(|tensor| vec![0.0; tensor.len()]).collect();
        let mut policy = ParamGradient::default();
        pass.pull_back(seed, &mut policy);
        for (site, grad) in policy.grads {
            let place = match site {
                Site::Cell(k) => 2 * k,
                _ => 4,
            };
            got[place].iter_mut().zip(&grad.weight).for_each(|(sum, g)| *sum += g);
            got[place + 1].iter_mut().zip(&grad.bias).for_each(|(sum, g)| *sum += g);
        }
        for (t, (got, want)) in got.iter().zip(&want).enumerate() {
            assert_close(&format!("{}, tensor {t}", case.name), row(got).view(), row(want).view(), Tolerance::Close);
        }
    }
}

#[test]
fn a_file_that_pytorch_wrote_loads_as_it_is() {
    let golden = golden_lstm::read().weights_file;
    let (network, card) = read_model::<f64>(&std::fs::read(path(&golden.file)).unwrap()).unwrap();
    assert_eq!(card.labels.len(), 5);
    let logits = network.forward(golden.x()).unwrap().logits().to_vec();
    assert_close("logits", row(&logits).view(), row(&golden.logits).view(), Tolerance::Close);
}
