//! The bidirectional LSTM: its logits, gradients and explanations against a gate-by-gate restatement, and the laws that
//! hold for every one of its inputs.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::collections::BTreeMap;

use conformance::audit::{DOUBLE, SINGLE, audit, inherited};
use conformance::nets::Draw;
use conformance::oracle;
use conformance::oracle_lstm::LstmNet;
use conformance::oracle_paths::{Goal, goal};
use conformance::tolerance::{Tolerance, assert_close};
use ndarray::{Array2, s};
use wordlight_explain::Error;
use wordlight_explain::attribution::Attribution;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::ledger::Account;
use wordlight_explain::method::{build, methods, spec};
use wordlight_explain::rule::rules;
use wordlight_explain::spec::ParamValue;
use wordlight_explain::target::TargetKind;
use wordlight_nn::Real;
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::{Dense, Lstm};
use wordlight_nn::model::{BiLstm, BiLstmConfig, Classifier};

const CLASS: usize = 3;

/// A few sizes with a few seeds: the network, its lists, and an input.
fn everywhere(mut check: impl FnMut(&str, &BiLstm<f64>, &LstmNet, Array2<f64>)) {
    for (n, (dim, hidden, tokens)) in [(3, 2, 1), (4, 3, 6), (1, 1, 4), (2, 5, 7)].into_iter().enumerate() {
        for seed in 0..3 {
            let mut draw = Draw::new(100 * n as u64 + seed);
            let network = draw.bilstm::<f64>(dim, hidden);
            let x = draw.matrix(tokens, dim);
            check(&format!("D {dim}, H {hidden}, T {tokens}, seed {seed}"), &network, &LstmNet::of(&network), x);
        }
    }
}

fn number(id: &'static str, value: f64) -> (&'static str, ParamValue) {
    (id, ParamValue::Number(value))
}

fn name(id: &'static str, value: &str) -> (&'static str, ParamValue) {
    (id, ParamValue::Text(value.to_owned()))
}

/// A row of words as a matrix.
fn row<F: Real>(values: &[F]) -> Array2<F> {
    Array2::from_shape_vec((1, values.len()), values.to_vec()).unwrap()
}

fn try_to_explain<F: Real>(
    network: &BiLstm<F>,
    x: &Array2<F>,
    id: &str,
    given: &[(&str, ParamValue)],
    (kind, baseline): (TargetKind, &Baseline<F>),
) -> Result<Attribution<F>, Error> {
    let pass = network.forward(x.clone()).unwrap();
    let case = Case::new(network, pass.as_ref(), x.nrows(), (kind, Some(CLASS)), baseline).unwrap();
    let given: BTreeMap<String, ParamValue> = given.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    build(id, &given).unwrap().attribute(&case)
}

fn explain(network: &BiLstm<f64>, x: &Array2<f64>, id: &str, given: &[(&str, ParamValue)]) -> Attribution<f64> {
    try_to_explain(network, x, id, given, (TargetKind::Logit, &Baseline::Zero)).unwrap()
}

/// With few draws for methods that draw; `None` for what does not fit.
fn briefly<F: Real>(
    network: &BiLstm<F>,
    x: &Array2<F>,
    id: &str,
    asked: (TargetKind, &Baseline<F>),
) -> Option<Attribution<F>> {
    let few = [number("samples", 10.0)];
    let draws = spec(id).unwrap().params.iter().any(|param| param.id == "samples");
    match try_to_explain(network, x, id, if draws { &few } else { &[] }, asked) {
        Err(Error::Unsupported { .. }) => None,
        other => Some(other.unwrap()),
    }
}

fn logit() -> Goal {
    goal("logit", CLASS, 0)
}

#[test]
fn logits_and_gradients_are_those_of_the_gates() {
    everywhere(|what, network, net, x| {
        let logits = network.forward(x.clone()).unwrap().logits().to_vec();
        assert_close(what, row(&logits).view(), row(&net.logits(&x)).view(), Tolerance::Close);
        let got = explain(network, &x, "gradient", &[]).per_feature;
        let want = net.gradient(&x, &logit());
        assert_close(what, got.view(), want.view(), Tolerance::Difference);
        let product = explain(network, &x, "gradient-x-input", &[]).per_feature;
        assert_close(what, product.view(), (want * &x).view(), Tolerance::Difference);
    });
}

#[test]
fn every_rule_follows_its_published_formula_through_the_gates() {
    for spec in rules() {
        let share = oracle::share(spec.id).unwrap_or_else(|| panic!("no oracle for the rule {}", spec.id));
        everywhere(|what, network, net, x| {
            let got = explain(network, &x, &format!("lrp-{}", spec.id), &[]);
            let (want, start) = net.relevance(&x, CLASS, share.as_ref());
            let what = format!("{} on {what}", spec.id);
            assert_close(&what, got.per_feature.view(), want.view(), Tolerance::Close);
            let booked = got.ledger.amount(Account::Start);
            assert!((booked - start).abs() <= 1e-9 * start.abs().max(1.0), "{what}: {booked} and {start}");
            assert_eq!(audit(&got, DOUBLE, 0.0), Ok(()), "{what}");
        });
    }
}

#[test]
fn only_rules_that_do_not_look_at_the_input_give_relevance_to_the_first_state() {
    let mut draw = Draw::new(5);
    let (network, x) = (draw.bilstm::<f64>(3, 4), draw.matrix(5, 3));
    for spec in rules() {
        let start = explain(&network, &x, &format!("lrp-{}", spec.id), &[]).ledger.amount(Account::Start);
        let blind = ["flat", "w-square", "z-box"].contains(&spec.id);
        assert_eq!(start != 0.0, blind, "{}: {start}", spec.id);
    }
}

#[test]
fn deep_lift_shares_every_product_between_its_factors() {
    everywhere(|what, network, net, x| {
        let varying = Draw::new(11).matrix::<f64>(x.nrows(), x.ncols());
        for baseline in [Baseline::Zero, Baseline::Rows(varying)] {
            let start = baseline.like(x.view()).unwrap();
            let asked = (TargetKind::Logit, &baseline);
            let got = try_to_explain(network, &x, "deep-lift", &[], asked).unwrap();
            assert_close(what, got.per_feature.view(), net.deep_lift(&x, &start, CLASS).view(), Tolerance::Close);
        }
    });
}

#[test]
fn integrated_gradients_doubles_its_points_until_nothing_is_missing() {
    everywhere(|what, network, net, x| {
        let varying = Draw::new(9).matrix::<f64>(x.nrows(), x.ncols());
        for kind in TargetKind::ALL {
            let goal = goal(kind.choice().id, CLASS, {
                let pass = network.forward(x.clone()).unwrap();
                Case::new(network, pass.as_ref(), 0, (kind, Some(CLASS)), &Baseline::Zero).unwrap().target().runner_up()
            });
            let asked = (kind, &Baseline::Rows(varying.clone()));
            let got = try_to_explain(network, &x, "integrated-gradients", &[], asked).unwrap();
            let change = goal.value(&net.logits(&x)) - goal.value(&net.logits(&varying));
            let sum: f64 = got.per_token.iter().sum();
            assert!((sum - change).abs() < 1e-11, "{kind:?} on {what}: {sum} of {change}");
            let logits = network.forward(x.clone()).unwrap().logits().to_owned();
            assert_eq!(audit(&got, DOUBLE, inherited(kind, logits.view())), Ok(()), "{what}");
            assert!(got.ledger.holds() && got.ledger.nodes.is_power_of_two(), "{what}: {:?}", got.ledger);

            // Against the mean of finite differences at the middle of a few steps.
            let steps = 3;
            let mut mean: Array2<f64> = Array2::zeros(x.dim());
            for i in 0..steps {
                let t = (i as f64 + 0.5) / steps as f64;
                mean += &net.gradient(&(&varying + &((&x - &varying) * t)), &goal);
            }
            let given = [number("steps", steps as f64), name("quadrature", "midpoint")];
            let got = try_to_explain(network, &x, "integrated-gradients", &given, asked).unwrap();
            let want = mean / steps as f64 * (&x - &varying);
            assert_close(&format!("{kind:?} on {what}"), got.per_feature.view(), want.view(), Tolerance::Difference);
            assert_eq!(got.ledger.nodes, 3);
        }
    });
}

#[test]
fn removals_are_those_of_the_words() {
    everywhere(|what, network, net, x| {
        let (zero, all) = (Array2::zeros(x.dim()), vec![true; x.nrows()]);
        let got = explain(network, &x, "occlusion", &[]).per_token;
        let whole = net.with_only(&x, &zero, &all, &logit());
        let drop = |i: usize| {
            let mut present = all.clone();
            present[i] = false;
            whole - net.with_only(&x, &zero, &present, &logit())
        };
        let want: Vec<f64> = (0..x.nrows()).map(drop).collect();
        assert_close(what, row(got.as_slice().unwrap()).view(), row(&want).view(), Tolerance::Close);

        let sampled = explain(network, &x, "shapley-sampling", &[number("samples", 300.0)]);
        let want = net.shapley(&x, &zero, &logit());
        let errors = sampled.standard_error.clone().unwrap();
        for i in 0..x.nrows() {
            // 54 words are looked at in all: five standard errors are seen once in tens of thousands of runs.
            let gap = (sampled.per_token[i] - want[i]).abs();
            assert!(gap <= 5.0 * errors[i] + 1e-12, "{what}, word {i}: {gap} of {}", errors[i]);
        }
        assert_eq!(audit(&sampled, DOUBLE, 0.0), Ok(()), "{what}");
    });
}

#[test]
fn without_a_relu_guided_walks_are_the_gradient() {
    everywhere(|what, network, _, x| {
        let gradient = explain(network, &x, "gradient", &[]).per_feature;
        for id in ["guided-backprop", "deconvnet"] {
            let got = explain(network, &x, id, &[]).per_feature;
            assert_close(&format!("{id} on {what}"), got.view(), gradient.view(), Tolerance::Close);
        }
        let still = explain(network, &x, "smooth-grad", &[number("noise", 0.0), number("samples", 3.0)]).per_feature;
        assert_close(what, still.view(), gradient.view(), Tolerance::Close);
    });
}

#[test]
fn every_ledger_closes_for_every_target() {
    everywhere(|what, network, _, x| {
        let varying = Baseline::Rows(Draw::new(3).matrix(x.nrows(), x.ncols()));
        for (kind, baseline) in TargetKind::ALL.into_iter().flat_map(|k| [(k, &Baseline::Zero), (k, &varying)]) {
            for method in methods::<f64>() {
                let id = method.spec().id;
                if let Some(got) = briefly(network, &x, id, (kind, baseline)) {
                    let logits = network.forward(x.clone()).unwrap().logits().to_owned();
                    let inherited = inherited(kind, logits.view());
                    assert_eq!(audit(&got, DOUBLE, inherited), Ok(()), "{id} of {kind:?} on {what}");
                    assert!(got.ledger.holds(), "{id} of {kind:?} on {what}: {:?}", got.ledger);
                }
            }
        }
    });
}

#[test]
fn every_ledger_closes_in_single_precision() {
    // As large as a trained network and a long sentence, with weights of the size that training leaves.
    for seed in 0..3 {
        let mut draw = Draw::new(seed);
        let config = BiLstmConfig { dim: 20, classes: 5, hidden: 40, one_way: false };
        let network = BiLstm::<f32>::random(config, || 0.5 + 0.5 * draw.number()).unwrap();
        let x = draw.matrix(30, 20) * 3.0;
        for method in methods::<f32>() {
            let id = method.spec().id;
            if let Some(got) = briefly(&network, &x, id, (TargetKind::Logit, &Baseline::Zero)) {
                assert_eq!(audit(&got, SINGLE, 0.0), Ok(()), "{id}, seed {seed}");
                assert!(got.ledger.holds(), "{id}, seed {seed}: {:?}", got.ledger);
                assert!(got.per_token.iter().all(|score| score.is_finite()), "{id}, seed {seed}");
            }
        }
    }
}

#[test]
fn what_needs_a_maximum_over_time_says_so() {
    let mut draw = Draw::new(1);
    let (network, x) = (draw.bilstm::<f64>(3, 2), draw.matrix(4, 3));
    let mut refused = Vec::new();
    for method in methods::<f64>() {
        match try_to_explain(&network, &x, method.spec().id, &[], (TargetKind::Logit, &Baseline::Zero)) {
            Err(Error::Unsupported { reason, .. }) => refused.push((method.spec().id, reason)),
            other => assert!(other.unwrap().per_token.len() == 4, "{}", method.spec().id),
        }
    }
    let reason = "exact values need a convolution with maximum over time; Shapley sampling takes any network";
    assert_eq!(refused, [("shapley", reason)]);
}

/// The network that reads a text as this one reads its reverse.
fn mirrored(network: &BiLstm<f64>) -> BiLstm<f64> {
    let [forwards, backwards] = network.layers() else { unreachable!("it reads both ways") };
    let copy = |layer: &Lstm<f64>| Lstm::new(layer.cell().weight().to_owned(), layer.cell().bias().to_owned()).unwrap();
    let hidden = network.config().hidden;
    let weight = network.dense().weight();
    let halves = [weight.slice(s![.., hidden..]), weight.slice(s![.., ..hidden])];
    let dense = Dense::new(ndarray::concatenate(ndarray::Axis(1), &halves).unwrap(), network.dense().bias().to_owned());
    BiLstm::new(network.config().clone(), [copy(backwards), copy(forwards)], dense.unwrap()).unwrap()
}

#[test]
fn a_mirrored_network_explains_the_reversed_text_in_reverse() {
    everywhere(|what, network, _, x| {
        let (mirrored, reversed) = (mirrored(network), x.slice(s![..;-1, ..]).to_owned());
        for method in methods::<f64>().into_iter().filter(|m| m.spec().params.iter().all(|p| p.id != "seed")) {
            let id = method.spec().id;
            let asked = (TargetKind::Probability, &Baseline::Zero);
            let Some(got) = briefly(&mirrored, &reversed, id, asked) else { continue };
            let want = briefly(network, &x, id, asked).unwrap().per_token.slice(s![..;-1]).to_vec();
            let got = got.per_token.to_vec();
            assert_close(&format!("{id} on {what}"), row(&got).view(), row(&want).view(), Tolerance::Close);
        }
    });
}

#[test]
fn an_empty_text_has_no_scores_and_its_value_is_the_biases() {
    let network = Draw::new(2).bilstm::<f64>(3, 2);
    let x = Array2::zeros((0, 3));
    for method in methods::<f64>() {
        let id = method.spec().id;
        let Some(got) = briefly(&network, &x, id, (TargetKind::Logit, &Baseline::Zero)) else { continue };
        assert!(got.per_token.is_empty(), "{id}");
        assert_eq!(audit(&got, DOUBLE, 0.0), Ok(()), "{id}");
        assert_eq!(got.explained, network.dense().bias()[CLASS]);
    }
}

#[test]
fn a_text_of_fifty_thousand_words_is_read_and_explained() {
    let mut draw = Draw::new(8);
    let network = draw.bilstm::<f32>(4, 4);
    let x = draw.matrix::<f32>(50_000, 4);
    for id in ["gradient", "gradient-x-input", "lrp-epsilon", "deep-lift"] {
        let asked = (TargetKind::Logit, &Baseline::Zero);
        let got = try_to_explain(&network, &x, id, &[], asked).unwrap();
        assert_eq!(got.per_token.len(), 50_000);
        assert_eq!(audit(&got, SINGLE, 0.0), Ok(()), "{id}");
    }
    // What would read the text thousands of times is refused rather than begun.
    for id in ["occlusion", "shapley-sampling", "lime", "smooth-grad", "expected-gradients"] {
        let asked = (TargetKind::Logit, &Baseline::Zero);
        let refused = try_to_explain(&network, &x, id, &[], asked);
        assert!(matches!(refused, Err(Error::Unsupported { .. })), "{id}");
    }
}
