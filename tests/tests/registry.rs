//! The registries: unique names, sane ranges, and no parameter that does nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::collections::{BTreeMap, BTreeSet};

use conformance::audit::{DOUBLE, audit, inherited};
use conformance::nets::{Draw, Shape};
use ndarray::Array2;
use wordlight_explain::Error;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::method::{build, methods, specs};
use wordlight_explain::rule::rules;
use wordlight_explain::spec::{ParamSpec, ParamValue, Params, Range};
use wordlight_explain::target::TargetKind;
use wordlight_nn::layer::Activation;
use wordlight_nn::model::{AnyModel, Classifier};

#[test]
fn ids_are_unique_and_fit_in_a_link() {
    let mut seen = BTreeSet::new();
    for id in specs().into_iter().map(|spec| spec.id).chain(rules().iter().map(|r| r.id)) {
        assert!(seen.insert(id), "{id} is listed twice");
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
    }
}

#[test]
fn every_rule_is_a_method() {
    let ids: BTreeSet<&str> = specs().into_iter().map(|spec| spec.id).collect();
    for rule in rules() {
        assert!(ids.contains(format!("lrp-{}", rule.id).as_str()), "no method for the rule {}", rule.id);
    }
}

#[test]
fn defaults_are_in_range_and_everything_is_explained() {
    for spec in specs() {
        assert!(!spec.summary.is_empty() && !spec.formula.is_empty() && !spec.cite.full.is_empty(), "{}", spec.id);
        for param in spec.params {
            assert!(!param.meaning.is_empty(), "{} {}", spec.id, param.id);
            let given = BTreeMap::from([(param.id.to_owned(), param.default())]);
            Params::check(spec.params, &given).unwrap_or_else(|e| panic!("{}: {e}", spec.id));
        }
    }
}

/// Another value than the default.
fn other_value(param: &ParamSpec) -> Vec<ParamValue> {
    match param.range {
        Range::Number { min, max, default, .. } => {
            vec![ParamValue::Number(if default + 1.0 <= max { default + 1.0 } else { (min + default) / 2.0 })]
        }
        Range::Integer { min, default, .. } => {
            vec![ParamValue::Number(f64::from(if default > min { min } else { min + 1 }))]
        }
        Range::OneOf { options, default } => {
            options.iter().filter(|o| o.id != default).map(|o| ParamValue::Text(o.id.to_owned())).collect()
        }
    }
}

/// Every method either explains an LSTM, with a ledger that holds, or says in a sentence why it does not.
#[test]
fn every_method_explains_an_lstm_or_says_why_not() {
    let mut draw = Draw::new(6);
    let network = AnyModel::from(draw.bilstm::<f64>(4, 5));
    let x: Array2<f64> = draw.matrix(7, 4);
    let baseline = Baseline::Rows(draw.matrix(7, 4));
    let pass = network.forward(x).unwrap();
    let mut refused = Vec::new();
    for kind in TargetKind::ALL {
        let case = Case::new(&network, pass.as_ref(), 7, (kind, Some(1)), &baseline).unwrap();
        for method in methods::<f64>() {
            let id = method.spec().id;
            match method.attribute(&case) {
                Ok(got) => {
                    let inherited = inherited(kind, case.logits());
                    assert_eq!(audit(&got, DOUBLE, inherited), Ok(()), "{id} of {kind:?}");
                    assert!(got.ledger.holds(), "{id} of {kind:?}: {:?}", got.ledger);
                    assert!(got.per_token.len() == 7 && got.per_token.iter().all(|s| s.is_finite()), "{id}");
                    assert!(got.per_token.iter().any(|s| *s != 0.0), "{id} of {kind:?} says nothing");
                }
                Err(Error::Unsupported { reason, .. }) => refused.push((id, kind, reason.len() > 20)),
                Err(other) => panic!("{id} of {kind:?}: {other}"),
            }
        }
    }
    let exact = TargetKind::ALL.map(|kind| ("shapley", kind, true));
    assert_eq!(refused, exact, "only what is exact for a maximum over time may refuse");
}

fn scores(id: &str, given: &BTreeMap<String, ParamValue>) -> Vec<f64> {
    // A ReLU, biases and a baseline that varies: everything a parameter could depend on is there.
    let shape =
        Shape { widths: vec![2, 3], dim: 4, filters: 12, activation: Activation::Relu, biases: true, pad_to: 10 };
    let mut draw = Draw::new(4);
    let network = draw.network::<f64>(&shape);
    let x: Array2<f64> = draw.input(7, network.positions(7), 4);
    let baseline = Baseline::Rows(draw.matrix(7, 4));
    let pass = network.forward(x).unwrap();
    let case = Case::new(&network, pass.as_ref(), 7, (TargetKind::Logit, Some(1)), &baseline).unwrap();
    build::<f64>(id, given).unwrap().attribute(&case).unwrap().per_token.to_vec()
}

/// The setting in which a parameter matters, where it does not matter by default: a parameter of one choice has
/// nothing to say under another, and the page says so in its meaning.
fn context(method: &str, param: &str) -> Vec<(&'static str, &'static str)> {
    match (method, param) {
        ("integrated-gradients", "steps") => vec![("quadrature", "midpoint")],
        ("lrp", "dense" | "conv" | "bias") => vec![("preset", "custom")],
        ("lrp", "epsilon") => vec![("preset", "custom"), ("dense", "epsilon")],
        ("lrp", "gamma") => vec![("preset", "custom"), ("conv", "gamma")],
        ("lrp", "alpha" | "reading") => vec![("preset", "custom"), ("conv", "alpha-beta")],
        ("lrp", "low" | "high") => vec![("preset", "epsilon-gamma-box")],
        _ => Vec::new(),
    }
}

#[test]
fn every_declared_parameter_changes_the_result() {
    for spec in specs() {
        for param in spec.params {
            let context: BTreeMap<String, ParamValue> = context(spec.id, param.id)
                .into_iter()
                .map(|(id, value)| (id.to_owned(), ParamValue::Text(value.to_owned())))
                .collect();
            let default = scores(spec.id, &context);
            for value in other_value(param) {
                let mut given = context.clone();
                given.insert(param.id.to_owned(), value.clone());
                assert_ne!(scores(spec.id, &given), default, "{}: {} = {value:?} changes nothing", spec.id, param.id);
            }
        }
    }
}
