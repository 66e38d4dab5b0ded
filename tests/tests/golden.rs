//! Fourth ring: the numbers of PyTorch, Zennit and iNNvestigate. `tests/golden/README.md` says how they were made and
//! what each library means by each name.

use std::collections::BTreeMap;

use conformance::golden::{self, Expected, GoldenCase};
use conformance::tolerance::{Tolerance, assert_close};
use ndarray::{Array2, aview1};
use serde_json::Value;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::composite::Composite;
use wordlight_explain::method::{method, propagate};
use wordlight_explain::rule::{AlphaBeta, Bias, Epsilon, Flat, Gamma, Reading, Rule, WSquare, Z, ZBox, ZPlus};
use wordlight_explain::spec::{ParamValue, Params};
use wordlight_explain::stabiliser::Stabiliser;
use wordlight_explain::target::TargetKind;
use wordlight_nn::Real;
use wordlight_nn::model::Classifier;

/// A rule as a golden file names it.
fn rule<F: Real>(settings: &Value) -> Option<Box<dyn Rule<F>>> {
    let number = |key: &str| settings[key].as_f64().map(F::of);
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

/// Our answer to what a peer was asked; `None` for what we do not offer.
fn ours<F: Real>(case: &GoldenCase, expected: &Expected) -> Option<Array2<F>> {
    let network = case.network::<F>();
    let pass = network.forward(case.x()).expect("a golden input fits its network");
    let kind = expected.params["target"].as_str().unwrap_or("logit");
    let kind = TargetKind::parse(kind).expect("a golden file names our targets");
    let baseline = match expected.params["baseline"].as_str() {
        Some("zero") | None => Baseline::Zero,
        Some(_) => Baseline::Rows(case.baseline(expected)?.mapv(F::of)),
    };
    let tokens = case.x::<F>().nrows();
    let question = Case::new(&network, pass.as_ref(), tokens, (kind, Some(case.target)), &baseline).expect("fits");
    if let Some(rival) = expected.params["runner_up"].as_u64() {
        assert_eq!(question.target.runner_up as u64, rival, "{}: another runner-up", case.name);
    }
    if expected.method == "lrp" {
        let composite = Composite { dense: rule(&expected.params["dense"])?, conv: rule(&expected.params["conv"])? };
        return Some(propagate(&question, &composite).per_feature);
    }
    let method = method::<F>(&expected.method).ok()?;
    let mut params = BTreeMap::new();
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
    let params = Params::check(method.spec().params, &params).expect("in range");
    Some(method.attribute(&question, &params).expect("fits").per_feature)
}

/// Compares everything a file holds; returns how many answers were compared.
fn compare<F: Real>(file: &str, tolerance: Tolerance) -> usize {
    let mut compared = 0;
    for case in &golden::read(file).cases {
        let network = case.network::<F>();
        let logits = network.forward(case.x()).expect("fits").logits().to_owned();
        let logits = logits.insert_axis(ndarray::Axis(0));
        let want = aview1(&case.logits).insert_axis(ndarray::Axis(0)).to_owned();
        let single = Tolerance::Single;
        assert_close(&format!("{file} {} logits", case.name), logits.view(), want.view(), single);
        for expected in &case.expected {
            if let Some(got) = ours::<F>(case, expected) {
                let what = format!("{file}, {}, {} {}", case.name, expected.method, expected.params);
                assert_close(&what, got.view(), expected.per_feature().view(), tolerance);
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
    assert!(compared >= 200, "only {compared} answers were compared");
}

#[test]
fn innvestigate_agrees_to_its_single_precision() {
    let compared = compare::<f64>("innvestigate", Tolerance::Single);
    assert!(compared >= 100, "only {compared} answers were compared");
}

#[test]
fn single_precision_agrees_with_pytorch() {
    assert_eq!(compare::<f32>("pytorch", Tolerance::Single), 70);
}
