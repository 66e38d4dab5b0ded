//! Fourth ring: the numbers of PyTorch, Captum, Zennit and iNNvestigate. `tests/golden/README.md` says how they were made and
//! what each library means by each name.

use std::collections::BTreeMap;

use conformance::golden::{self, Expected, GoldenCase};
use conformance::tolerance::{Tolerance, assert_close};
use ndarray::{Array2, Axis, aview1};
use serde_json::Value;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::composite::Composite;
use wordlight_explain::exact::coalitions::{Coalitions, Removal};
use wordlight_explain::faithfulness::infidelity::{drops, infidelity};
use wordlight_explain::faithfulness::sensitivity::largest_change;
use wordlight_explain::method::{Method, Positive, build, propagate, spec};
use wordlight_explain::rule::{AlphaBeta, Bias, Epsilon, Flat, Gamma, Reading, Rule, WSquare, Z, ZBox, ZPlus};
use wordlight_explain::spec::ParamValue;
use wordlight_explain::stabiliser::Stabiliser;
use wordlight_explain::target::TargetKind;
use wordlight_nn::Real;
use wordlight_nn::model::Classifier;

/// A rule as a golden file names it.
fn rule<F: Real>(settings: &Value) -> Option<Box<dyn Rule<F>>> {
    let number = |key: &str| settings[key].as_f64().map(F::from_f64);
    let bias = if settings["bias"] == "ignore" { Bias::Ignore } else { Bias::Absorb };
    let stabiliser = number("stabilizer").map_or(Stabiliser::ZeroOnly, Stabiliser::Epsilon);
    Some(match settings["rule"].as_str()? {
        "z" => Box::new(Z::new(bias)),
        "epsilon" => Box::new(Epsilon::new(number("epsilon")?, bias).ok()?),
        "gamma" => {
            let mut rule = Gamma::new(number("gamma")?, bias).ok()?;
            rule.stabiliser = stabiliser;
            Box::new(rule)
        }
        "alpha-beta" => {
            let reading = if settings["reading"] == "innvestigate" { Reading::Innvestigate } else { Reading::Textbook };
            let mut rule = AlphaBeta::new(number("alpha")?, reading, bias).ok()?;
            rule.stabiliser = stabiliser;
            Box::new(rule)
        }
        "z-plus" => Box::new(ZPlus::new(bias).with_stabiliser(stabiliser)),
        "w-square" => {
            let mut rule = WSquare::new(bias);
            rule.stabiliser = stabiliser;
            Box::new(rule)
        }
        "flat" => {
            let mut rule = Flat::new();
            rule.stabiliser = stabiliser;
            Box::new(rule)
        }
        // A box with a side per dimension has no place in our interface, where the box is one number per side.
        "z-box" => {
            let mut rule = ZBox::new(number("low")?, number("high")?).ok()?;
            rule.stabiliser = stabiliser;
            Box::new(rule)
        }
        // iNNvestigate's fast z-plus supposes inputs that are never negative; word vectors are not such inputs.
        _ => return None,
    })
}

/// The method with the parameters that a golden file has; `None` for what we do not offer.
fn method<F: Real>(expected: &Expected) -> Option<Box<dyn Method<F>>> {
    spec(&expected.method).ok()?;
    let mut params = BTreeMap::new();
    if let Some(window) = expected.params["window"].as_f64() {
        params.insert("window".to_owned(), ParamValue::Number(window));
    }
    if expected.method == "integrated-gradients" {
        // iNNvestigate's left sums are one of its errors: there is no such quadrature here.
        let quadrature = match expected.params["quadrature"].as_str().or(expected.params["nodes"].as_str())? {
            "midpoint" | "riemann_middle" => "midpoint",
            "gauss-legendre" | "gausslegendre" => "gauss-legendre",
            _ => return None,
        };
        params.insert("quadrature".to_owned(), ParamValue::Text(quadrature.to_owned()));
        params.insert("steps".to_owned(), ParamValue::Number(expected.params["steps"].as_f64()?));
    }
    Some(build(&expected.method, &params).expect("in range"))
}

/// Our answer to what a peer was asked; `None` for what we do not offer.
fn ours<F: Real>(case: &GoldenCase, expected: &Expected) -> Option<Array2<F>> {
    let network = case.network::<F>();
    let pass = network.forward(case.x()).expect("a golden input fits its network");
    let kind = expected.params["target"].as_str().unwrap_or("logit");
    let kind = TargetKind::parse(kind).expect("a golden file names our targets");
    let baseline = match expected.params["baseline"].as_str() {
        Some("zero") | None => Baseline::Zero,
        Some(_) => Baseline::Rows(case.baseline(expected)?.mapv(F::from_f64)),
    };
    let tokens = case.x::<F>().nrows();
    let question = Case::new(&network, pass.as_ref(), tokens, (kind, Some(case.target)), &baseline).expect("fits");
    if let Some(rival) = expected.params["runner_up"].as_u64() {
        assert_eq!(question.target().runner_up() as u64, rival, "{}: another runner-up", case.name);
    }
    if expected.method == "lrp" {
        let composite = Composite { dense: rule(&expected.params["dense"])?, conv: rule(&expected.params["conv"])? };
        return Some(propagate(&question, &composite).per_feature);
    }
    if expected.params["start"] == "logit" {
        // iNNvestigate starts its guided walks from the logit; our policy takes any start.
        let mut policy = Positive { gated: expected.method == "guided-backprop" };
        return Some(question.pull_back(question.seed() * question.logits(), &mut policy));
    }
    let attribution = method::<F>(expected)?.attribute(&question).expect("fits");
    let rows = attribution.per_token.insert_axis(Axis(0));
    Some(if expected.per_token().is_some() { rows } else { attribution.per_feature })
}

/// Compares everything a file holds; returns how many answers were compared.
fn compare<F: Real>(file: &str, tolerance: Tolerance) -> usize {
    let mut compared = 0;
    for case in &golden::read(file).cases {
        let network = case.network::<F>();
        let logits = network.forward(case.x()).expect("fits").logits().to_owned();
        let logits = logits.insert_axis(Axis(0));
        let want = aview1(&case.logits).insert_axis(Axis(0)).to_owned();
        let single = Tolerance::Single;
        assert_close(&format!("{file} {} logits", case.name), logits.view(), want.view(), single);
        for expected in &case.expected {
            if let Some(got) = ours::<F>(case, expected) {
                let what = format!("{file}, {}, {} {}", case.name, expected.method, expected.params);
                // Only the test of our own single precision meets this.
                let curved = !matches!(expected.params["target"].as_str(), None | Some("logit" | "margin"));
                let tolerance = match tolerance {
                    Tolerance::Single if curved => Tolerance::SingleSoftmax,
                    tolerance => tolerance,
                };
                let want = expected.per_token().unwrap_or_else(|| expected.per_feature());
                assert_close(&what, got.view(), want.view(), tolerance);
                compared += 1;
            }
        }
    }
    compared
}

#[test]
fn pytorch_autograd_agrees() {
    assert_eq!(compare::<f64>("pytorch", Tolerance::Close), 70);
}

#[test]
fn zennit_agrees() {
    let compared = compare::<f64>("zennit", Tolerance::Close);
    assert!(compared >= 230, "only {compared} answers were compared");
}

#[test]
fn innvestigate_agrees_to_its_single_precision() {
    let compared = compare::<f64>("innvestigate", Tolerance::Single);
    assert!(compared >= 190, "only {compared} answers were compared");
}

#[test]
fn single_precision_agrees_with_pytorch() {
    assert_eq!(compare::<f32>("pytorch", Tolerance::Single), 70);
}

/// Integrated gradients, LRP-epsilon, DeepLIFT, occlusion, and Shapley values over all coalitions.
#[test]
fn captum_agrees() {
    assert_eq!(compare::<f64>("captum", Tolerance::RoundedWeights), 160 + 30 + 20 + 60 + 8);
}

/// Infidelity in both its forms and max-sensitivity, on the removals and moves that Captum was given.
#[test]
fn captum_metrics_agree() {
    let mut compared = 0;
    for case in &golden::read("captum_metrics").cases {
        let network = case.network::<f64>();
        let pass = network.forward(case.x()).expect("fits");
        let (tokens, asked) = (case.x::<f64>().nrows(), (TargetKind::Logit, Some(case.target)));
        let question = Case::new(&network, pass.as_ref(), tokens, asked, &Baseline::Zero).expect("fits");
        let sets = case.removed();
        let mut coalitions = Coalitions::new(&question);
        let drops = drops(&mut coalitions, &question.target(), Removal::Baseline, &sets).expect("fits");
        for expected in &case.expected {
            let want = expected.infidelity.expect("the file has it");
            let scores: Vec<f64> = expected.per_feature().sum_axis(Axis(1)).to_vec();
            let got = infidelity(&scores, &sets, &drops);
            let method = method::<f64>(expected).expect("one of ours, with settings of ours");
            let moves = case.moves();
            assert!(!moves.is_empty() && !sets.is_empty(), "{} has nothing to compare", case.name);
            let change = largest_change(&question, method.as_ref(), moves.into_iter()).expect("fits");
            let got = [got.raw, got.unexplained * want.mean_squared_drop, change];
            let want = [want.raw, want.normalised, expected.max_sensitivity.expect("the file has it")];
            for (name, got, want) in [0, 1, 2].map(|i| (["raw", "normalised", "max-sensitivity"][i], got[i], want[i])) {
                let what = format!("{name}, {}, {}", case.name, expected.method);
                let row = |v: f64| Array2::from_elem((1, 1), v);
                assert_close(&what, row(got).view(), row(want).view(), Tolerance::RoundedWeights);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 6 * 4 * 3);
}

/// The composites by the names that Zennit and iNNvestigate gave them.
#[test]
fn presets_are_what_their_libraries_call_so() {
    let names = [
        ("composite", "EpsilonPlus", "epsilon-plus"),
        ("composite", "EpsilonAlpha2Beta1", "epsilon-alpha2-beta1"),
        ("composite", "EpsilonPlusFlat", "epsilon-plus-flat"),
        ("composite", "EpsilonGammaBox", "epsilon-gamma-box"),
        ("analyzer", "lrp.sequential_preset_a", "preset-a"),
        ("analyzer", "lrp.sequential_preset_b", "preset-b"),
        ("analyzer", "lrp.sequential_preset_b_flat", "preset-flat"),
    ];
    let mut compared = BTreeMap::new();
    for (file, tolerance) in [("zennit", Tolerance::Close), ("innvestigate", Tolerance::Single)] {
        for case in &golden::read(file).cases {
            for expected in &case.expected {
                let named = names.iter().find(|(key, theirs, _)| expected.params[key] == *theirs);
                let Some((_, _, preset)) = named else { continue };
                // A box with a side per dimension has no place in our interface.
                if expected.params["conv"]["low"].is_array() {
                    continue;
                }
                let network = case.network::<f64>();
                let pass = network.forward(case.x()).expect("fits");
                let asked = (TargetKind::Logit, Some(case.target));
                let rows = case.x::<f64>().nrows();
                let question = Case::new(&network, pass.as_ref(), rows, asked, &Baseline::Zero).expect("fits");
                let given = BTreeMap::from([("preset".to_owned(), ParamValue::Text((*preset).to_owned()))]);
                let got = build("lrp", &given).expect("in range").attribute(&question).expect("fits").per_feature;
                let what = format!("{file}, {}, {preset}", case.name);
                assert_close(&what, got.view(), expected.per_feature().view(), tolerance);
                *compared.entry(*preset).or_insert(0) += 1;
            }
        }
    }
    assert!(names.iter().all(|(_, _, preset)| compared.get(preset).is_some_and(|n| *n >= 3)), "{compared:?}");
}
