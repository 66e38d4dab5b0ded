//! Second ring: every rule and method against a literal restatement of its definition, over networks and seeds, in f64.

use std::collections::BTreeMap;

use conformance::nets::{Draw, shapes};
use conformance::oracle::{self, Net};
use conformance::tolerance::{Tolerance, assert_close};
use ndarray::Array2;
use wordlight_explain::attribution::Attribution;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::method::{method, methods};
use wordlight_explain::rule::rules;
use wordlight_explain::spec::{ParamValue, Params};
use wordlight_explain::target::TargetKind;
use wordlight_nn::model::{Classifier, TextCnn};

const CLASS: usize = 3;
const TOKENS: usize = 7;

/// Every shape with a few seeds: the network, its lists, and an input.
fn everywhere(mut check: impl FnMut(&str, &TextCnn<f64>, &Net, Array2<f64>)) {
    for (i, shape) in shapes().iter().enumerate() {
        for seed in 0..5 {
            let mut draw = Draw::new(1000 * i as u64 + seed);
            let network = draw.network::<f64>(shape);
            let x = draw.input(TOKENS, network.positions(TOKENS), shape.dim);
            check(&format!("{shape:?}, seed {seed}"), &network, &Net::of(&network), x);
        }
    }
}

fn explain(
    network: &TextCnn<f64>,
    x: &Array2<f64>,
    id: &str,
    given: &[(&str, ParamValue)],
    baseline: &Baseline<f64>,
) -> Attribution<f64> {
    let pass = network.forward(x.clone()).unwrap();
    let case = Case::new(network, pass.as_ref(), TOKENS, (TargetKind::Logit, Some(CLASS)), baseline).unwrap();
    let method = method::<f64>(id).unwrap();
    let given: BTreeMap<String, ParamValue> = given.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    method.attribute(&case, &Params::check(method.spec().params, &given).unwrap()).unwrap()
}

#[test]
fn every_rule_follows_its_published_formula() {
    for spec in rules() {
        let share = oracle::share(spec.id).unwrap_or_else(|| panic!("no oracle for the rule {}", spec.id));
        everywhere(|what, network, net, x| {
            let got = explain(network, &x, &format!("lrp-{}", spec.id), &[], &Baseline::Zero);
            let want = net.relevance(&x, CLASS, share.as_ref());
            assert_close(&format!("{} on {what}", spec.id), got.per_feature.view(), want.view(), Tolerance::Close);
        });
    }
}

#[test]
fn the_gradient_is_the_finite_difference() {
    everywhere(|what, network, net, x| {
        let got = explain(network, &x, "gradient", &[], &Baseline::Zero).per_feature;
        let want = net.gradient(&x, &|net, x| net.logit(x, CLASS));
        assert_close(what, got.view(), want.view(), Tolerance::Difference);
        let product = explain(network, &x, "gradient-x-input", &[], &Baseline::Zero).per_feature;
        assert_close(what, product.view(), (want * &x).view(), Tolerance::Difference);
    });
}

#[test]
fn integrated_gradients_is_the_mean_slope_times_the_way() {
    everywhere(|what, network, net, x| {
        let start = Draw::new(9).matrix::<f64>(x.nrows(), x.ncols());
        let steps = 4;
        let mut mean: Array2<f64> = Array2::zeros(x.dim());
        for i in 0..steps {
            let t = (i as f64 + 0.5) / steps as f64;
            let point = Array2::from_shape_fn(x.dim(), |at| start[at] + t * (x[at] - start[at]));
            mean += &net.gradient(&point, &|net, x| net.logit(x, CLASS));
        }
        let want = Array2::from_shape_fn(x.dim(), |at| (x[at] - start[at]) * mean[at] / steps as f64);
        let given = [("steps", ParamValue::Number(steps as f64))];
        let got = explain(network, &x, "integrated-gradients", &given, &Baseline::Rows(start));
        assert_close(what, got.per_feature.view(), want.view(), Tolerance::Difference);
    });
}

#[test]
fn every_method_of_the_registry_is_compared_with_something() {
    let compared = ["gradient", "gradient-x-input", "integrated-gradients"];
    for method in methods::<f64>() {
        let id = method.spec().id;
        let rule = id.strip_prefix("lrp-").is_some_and(|rule| oracle::share(rule).is_some());
        assert!(rule || compared.contains(&id), "no oracle for the method {id}");
    }
}
