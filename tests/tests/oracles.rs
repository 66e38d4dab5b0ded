//! Second ring: every rule and method against a literal restatement of its definition, over networks and seeds, in f64.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::collections::BTreeMap;

use conformance::audit::{DOUBLE, audit, inherited};
use conformance::nets::{Draw, Shape, shapes};
use conformance::oracle::{self, Net};
use conformance::oracle_paths::{goal, ridge};
use conformance::tolerance::{Tolerance, assert_close};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use wordlight_explain::Error;
use wordlight_explain::attribution::Attribution;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::exact::filters::filters;
use wordlight_explain::exact::ngrams::ngrams;
use wordlight_explain::method::{build, methods, parts};
use wordlight_explain::rule::rules;
use wordlight_explain::spec::ParamValue;
use wordlight_explain::target::TargetKind;
use wordlight_nn::affine::Affine;
use wordlight_nn::backward::Backward;
use wordlight_nn::layer::Activation;
use wordlight_nn::model::{Classifier, Pass, TextCnn};

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
    explain_case(
        &Case::new(network, pass.as_ref(), TOKENS, (TargetKind::Logit, Some(CLASS)), baseline).unwrap(),
        id,
        given,
    )
}

fn explain_case(case: &Case<'_, f64>, id: &str, given: &[(&str, ParamValue)]) -> Attribution<f64> {
    let given: BTreeMap<String, ParamValue> = given.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    build(id, &given).unwrap().attribute(case).unwrap()
}

#[test]
fn every_rule_follows_its_published_formula() {
    for spec in rules() {
        let share = oracle::share(spec.id).unwrap_or_else(|| panic!("no oracle for the rule {}", spec.id));
        everywhere(|what, network, net, x| {
            let got = explain(network, &x, &format!("lrp-{}", spec.id), &[], &Baseline::Zero);
            let want = net.relevance(&x, CLASS, share.as_ref(), share.as_ref());
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
        let given =
            [("steps", ParamValue::Number(steps as f64)), ("quadrature", ParamValue::Text("midpoint".to_owned()))];
        let got = explain(network, &x, "integrated-gradients", &given, &Baseline::Rows(start));
        assert_close(what, got.per_feature.view(), want.view(), Tolerance::Difference);
    });
}

/// A target on a fixed class, so that the runner-up is the same for both sides.
fn with_target(
    network: &TextCnn<f64>,
    x: &Array2<f64>,
    kind: TargetKind,
    baseline: &Baseline<f64>,
    check: impl FnOnce(&Case<'_, f64>, &conformance::oracle_paths::Goal),
) {
    let pass = network.forward(x.clone()).unwrap();
    let case = Case::new(network, pass.as_ref(), TOKENS, (kind, Some(CLASS)), baseline).unwrap();
    check(&case, &goal(kind.choice().id, CLASS, case.target().runner_up()));
}

fn number(id: &'static str, value: f64) -> (&'static str, ParamValue) {
    (id, ParamValue::Number(value))
}

fn name(id: &'static str, value: &str) -> (&'static str, ParamValue) {
    (id, ParamValue::Text(value.to_owned()))
}

/// A row of words as a matrix.
fn row(values: &[f64]) -> Array2<f64> {
    Array2::from_shape_vec((1, values.len()), values.to_vec()).unwrap()
}

#[test]
fn exact_integrated_gradients_is_the_path_integral_for_every_target_and_baseline() {
    everywhere(|what, network, net, x| {
        let varying = Draw::new(9).matrix::<f64>(x.nrows(), x.ncols());
        let same = Draw::new(10).matrix::<f64>(1, x.ncols()).row(0).to_owned();
        for baseline in [Baseline::Zero, Baseline::Everywhere(same), Baseline::Rows(varying)] {
            for kind in TargetKind::ALL {
                with_target(network, &x, kind, &baseline, |case, goal| {
                    let got = explain_case(case, "integrated-gradients", &[]).per_feature;
                    let want = net.path_integral(&x, &case.baseline().to_owned(), goal);
                    // Simpson's rule on short stretches is the weaker side.
                    assert_close(&format!("{kind:?} on {what}"), got.view(), want.view(), Tolerance::Difference);
                });
            }
        }
    });
}

#[test]
fn shapley_values_are_those_of_all_coalitions() {
    // Up to ten words, every width up to five, alone and together.
    for widths in [vec![1], vec![2], vec![3], vec![4], vec![5], vec![2, 3], vec![1, 4]] {
        for (activation, pad_to, tokens) in [
            (Activation::Linear, 0, 10),
            (Activation::Relu, 0, 6),
            (Activation::Linear, 11, 8),
            (Activation::Relu, 9, 3),
            (Activation::Relu, 0, 1),
        ] {
            let shape = Shape { widths: widths.clone(), dim: 2, filters: 3, activation, biases: true, pad_to };
            let mut draw = Draw::new(tokens as u64);
            let network = draw.network::<f64>(&shape);
            let mut x: Array2<f64> = draw.input(tokens, network.positions(tokens), 2);
            for repeat in [false, true] {
                if repeat {
                    // Repeated words make scores tie; an unknown word is its own absence.
                    for i in 2..tokens {
                        let copy = x.row(i % 2).to_owned();
                        x.row_mut(i).assign(&copy);
                    }
                    if tokens > 4 {
                        x.row_mut(3).fill(0.0);
                    }
                }
                for baseline in [Baseline::Zero, Baseline::Rows(draw.matrix(tokens, 2))] {
                    for kind in [TargetKind::Logit, TargetKind::Margin] {
                        let pass = network.forward(x.clone()).unwrap();
                        let asked = (kind, Some(CLASS));
                        let case = Case::new(&network, pass.as_ref(), tokens, asked, &baseline).unwrap();
                        let goal = goal(kind.choice().id, CLASS, case.target().runner_up());
                        let got = explain_case(&case, "shapley", &[]);
                        let want = Net::of(&network).shapley(&x, &case.baseline().to_owned(), tokens, &goal);
                        let what = format!("{shape:?}, {tokens} words, repeated {repeat}, {kind:?}");
                        let got_row = row(got.per_token.as_slice().unwrap());
                        assert_close(&what, got_row.view(), row(&want).view(), Tolerance::Close);
                        assert_eq!(audit(&got, DOUBLE, inherited(kind, case.logits())), Ok(()), "{what}");
                        assert!(got.ledger.holds(), "{what}: {:?}", got.ledger);
                    }
                }
            }
        }
    }
}

#[test]
fn sampled_shapley_values_are_within_their_standard_error() {
    everywhere(|what, network, net, x| {
        for kind in [TargetKind::Logit, TargetKind::Probability] {
            with_target(network, &x, kind, &Baseline::Zero, |case, goal| {
                let got = explain_case(case, "shapley-sampling", &[number("samples", 400.0)]);
                let want = net.shapley(&x, &case.baseline().to_owned(), TOKENS, goal);
                let errors = got.standard_error.unwrap();
                for i in 0..TOKENS {
                    // 420 words are looked at in all: five standard errors are seen once in thousands of runs.
                    let gap = (got.per_token[i] - want[i]).abs();
                    assert!(gap <= 5.0 * errors[i] + 1e-12, "{what}, word {i}: {gap} of {}", errors[i]);
                }
                assert!(errors.iter().any(|e| *e > 0.0), "{what}: no error at all");
            });
        }
    });
}

#[test]
fn deep_lift_rescales_by_rise_over_rise() {
    everywhere(|what, network, net, x| {
        let varying = Draw::new(11).matrix::<f64>(x.nrows(), x.ncols());
        for baseline in [Baseline::Zero, Baseline::Rows(varying)] {
            let start = baseline.like(x.view()).unwrap();
            let got = explain(network, &x, "deep-lift", &[], &baseline);
            let want = net.deep_lift(&x, &start, CLASS);
            assert_close(what, got.per_feature.view(), want.view(), Tolerance::Close);
            assert_eq!(audit(&got, DOUBLE, 0.0), Ok(()), "{what}");
        }
    });
}

#[test]
fn occlusion_is_the_drop_when_words_go() {
    everywhere(|what, network, net, x| {
        let varying = Draw::new(12).matrix::<f64>(x.nrows(), x.ncols());
        for window in [1, 2, 3, 5] {
            let size = number("window", window as f64);
            for baseline in [Baseline::Zero, Baseline::Rows(varying.clone())] {
                let start = baseline.like(x.view()).unwrap();
                let got = explain(network, &x, "occlusion", std::slice::from_ref(&size), &baseline).per_token;
                let want = net.occlusion(&x, TOKENS, window, Some(&start), CLASS);
                assert_close(what, row(got.as_slice().unwrap()).view(), row(&want).view(), Tolerance::Close);
            }
            // A sentence that closes up is followed by as much padding as the network gives the shorter one.
            let whole = network.padded_len(TOKENS) == network.padded_len(TOKENS - window);
            if whole {
                let given = [size, name("removal", "delete")];
                let got = explain(network, &x, "occlusion", &given, &Baseline::Zero).per_token;
                let want = net.occlusion(&x, TOKENS, window, None, CLASS);
                assert_close(what, row(got.as_slice().unwrap()).view(), row(&want).view(), Tolerance::Close);
            }
        }
    });
}

#[test]
fn guided_walks_drop_what_is_negative() {
    everywhere(|what, network, net, x| {
        let mut seed = [0.0; 5];
        seed[CLASS] = 1.0;
        let guided = explain(network, &x, "guided-backprop", &[], &Baseline::Zero).per_feature;
        assert_close(what, guided.view(), net.guided(&x, &seed).view(), Tolerance::Close);
        let deconvnet = explain(network, &x, "deconvnet", &[], &Baseline::Zero).per_feature;
        assert_close(what, deconvnet.view(), net.deconvnet(&x, &seed).view(), Tolerance::Close);
    });
}

#[test]
fn lime_is_the_regression_on_the_parts_it_draws() {
    everywhere(|what, network, net, x| {
        with_target(network, &x, TargetKind::Probability, &Baseline::Zero, |case, goal| {
            let given = [number("samples", 60.0), number("width", 0.4), number("ridge", 0.3), number("seed", 7.0)];
            let got = explain_case(case, "lime", &given).per_token;
            let parts = parts(7, 60, TOKENS);
            assert!(parts.row(0).iter().all(|present| *present));
            let value =
                |part: ArrayView1<'_, bool>| net.with_only(&x, &case.baseline().to_owned(), &part.to_vec(), goal);
            let values: Vec<f64> = parts.outer_iter().map(value).collect();
            let weight = |part: ArrayView1<'_, bool>| {
                // The cosine of a part and the whole: kept / (sqrt(kept) sqrt(T)).
                let kept = part.iter().filter(|present| **present).count() as f64;
                let cosine = if kept == 0.0 { 0.0 } else { kept / (kept.sqrt() * (TOKENS as f64).sqrt()) };
                (-(1.0 - cosine).powi(2) / 0.16).exp().sqrt()
            };
            let weights: Vec<f64> = parts.outer_iter().map(weight).collect();
            let want = ridge(&parts, &values, &weights, 0.3);
            assert_close(what, row(got.as_slice().unwrap()).view(), row(&want).view(), Tolerance::Close);
        });
    });
}

#[test]
fn smooth_grad_and_var_grad_are_moments_of_the_slope_under_noise() {
    everywhere(|what, network, net, x| {
        let kind = TargetKind::Probability;
        with_target(network, &x, kind, &Baseline::Zero, |case, goal| {
            // Without noise there is one slope, and no variance.
            let none = [number("noise", 0.0), number("samples", 3.0)];
            let still = explain_case(case, "smooth-grad", &none).per_feature;
            assert_close(what, still.view(), net.slope(&x, goal).view(), Tolerance::Close);
            assert!(explain_case(case, "var-grad", &none).per_feature.iter().all(|v| *v < 1e-30));
        });
        // With noise, other draws have the same moments. The slopes of a saturated probability have tails too heavy for
        // this; those of a logit are bounded.
        with_target(network, &x, TargetKind::Logit, &Baseline::Zero, |case, goal| {
            let samples = 400;
            let given = [number("noise", 0.2), number("samples", samples as f64)];
            let mean = explain_case(case, "smooth-grad", &given).per_feature;
            let variance = explain_case(case, "var-grad", &given).per_feature;
            let words = x.slice(ndarray::s![..TOKENS, ..]);
            let range = words.iter().fold(f64::MIN, |m, v| m.max(*v)) - words.iter().fold(f64::MAX, |m, v| m.min(*v));
            let mut draw = Draw::new(31);
            let slopes: Vec<Array2<f64>> = (0..samples)
                .map(|_| {
                    let mut noisy = x.clone();
                    // Twelve uniform numbers have a sum of variance four.
                    noisy
                        .slice_mut(ndarray::s![..TOKENS, ..])
                        .mapv_inplace(|v| v + 0.2 * range * (0..12).map(|_| draw.number()).sum::<f64>() / 2.0);
                    net.slope(&noisy, goal)
                })
                .collect();
            let mut spreads = 0.0;
            for (at, mean) in mean.indexed_iter() {
                let theirs: f64 = slopes.iter().map(|s| s[at]).sum::<f64>() / samples as f64;
                let spread: f64 = slopes.iter().map(|s| (s[at] - theirs).powi(2)).sum::<f64>() / samples as f64;
                let error = ((spread + variance[at]) / samples as f64).sqrt();
                // Thousands of numbers are looked at.
                assert!((mean - theirs).abs() <= 5.0 * error + 1e-9, "{what} {at:?}: {mean} and {theirs} +- {error}");
                spreads += spread;
            }
            // Of one number that rarely jumps a variance is a rough estimate; of all together it is not.
            let ratio = (variance.sum() + 1e-12) / (spreads + 1e-12);
            assert!((0.6..1.7).contains(&ratio), "{what}: variances {} and {spreads}", variance.sum());
        });
    });
}

#[test]
fn expected_gradients_is_the_mean_over_all_baselines_it_may_draw() {
    let shape = Shape { widths: vec![2], dim: 3, filters: 5, activation: Activation::Relu, biases: true, pad_to: 0 };
    let mut draw = Draw::new(21);
    let network = draw.network::<f64>(&shape);
    let (x, rows): (Array2<f64>, Array2<f64>) = (draw.matrix(3, 3), draw.matrix(3, 3));
    let pass = network.forward(x.clone()).unwrap();
    let asked = (TargetKind::Logit, Some(CLASS));
    let case = Case::new(&network, pass.as_ref(), 3, asked, &Baseline::Rows(rows.clone())).unwrap();
    let goal = goal("logit", CLASS, 0);
    let mut mean: Array2<f64> = Array2::zeros((3, 3));
    for choice in 0..27 {
        let start = Array2::from_shape_fn((3, 3), |(i, d)| rows[[choice / 3usize.pow(i as u32) % 3, d]]);
        mean += &(Net::of(&network).path_integral(&x, &start, &goal) / 27.0);
    }
    let got = explain_case(&case, "expected-gradients", &[number("samples", 1000.0)]);
    let errors = got.standard_error.as_ref().unwrap();
    for i in 0..3 {
        let gap = (got.per_token[i] - mean.row(i).sum()).abs();
        assert!(gap <= 4.0 * errors[i] && errors[i] > 0.0, "word {i}: {gap} of {}", errors[i]);
    }
    assert_eq!(audit(&got, DOUBLE, 0.0), Ok(()));
}

#[test]
fn a_composite_follows_one_formula_per_layer() {
    everywhere(|what, network, net, x| {
        for (dense, conv) in [("epsilon", "gamma"), ("z", "z-plus"), ("z-plus", "flat"), ("gamma", "w-square")] {
            let share = |rule: &str| oracle::share(rule).unwrap();
            let given = [name("preset", "custom"), name("dense", dense), name("conv", conv), name("bias", "absorb")];
            // Our oracle of w-square has no bias; z-plus and the others absorb it.
            if conv == "w-square" && network.convs()[0].bias().iter().any(|b| *b != 0.0) {
                continue;
            }
            let got = explain(network, &x, "lrp", &given, &Baseline::Zero).per_feature;
            let want = net.relevance(&x, CLASS, share(dense).as_ref(), share(conv).as_ref());
            assert_close(&format!("{dense}, {conv} on {what}"), got.view(), want.view(), Tolerance::Close);
        }
    });
}

#[test]
fn ngrams_and_filters_keep_the_books_of_the_forward_pass() {
    everywhere(|what, network, net, x| {
        for kind in TargetKind::ALL {
            with_target(network, &x, kind, &Baseline::Zero, |case, goal| {
                let seen = net.forward(&x);
                let seed = goal.slope(&seen.logits);
                let share: Vec<f64> = (0..net.filters.len())
                    .map(|c| seed.iter().zip(&net.dense).map(|(u, row)| u * row[c]).sum())
                    .collect();
                let books = ngrams(case).unwrap();
                assert!(books.ledger.holds(), "{what} {kind:?}: {:?}", books.ledger);
                for ngram in &books.ngrams {
                    let won = |c: &usize| {
                        net.filters[*c].width == ngram.width
                            && seen.winner[*c] == ngram.start
                            && !(net.relu && seen.score[*c] <= 0.0)
                    };
                    let won: Vec<usize> = (0..net.filters.len()).filter(won).collect();
                    let credit: f64 = won.iter().map(|c| share[*c] * seen.feature[*c]).sum();
                    assert_eq!(ngram.filters, won.len(), "{what}");
                    assert!((ngram.credit - credit).abs() < 1e-12, "{what}: {ngram:?} and {credit}");
                }
                let filters = filters(case).unwrap();
                assert!(filters.ledger.holds(), "{what} {kind:?}: {:?}", filters.ledger);
                if case.target().is_linear() {
                    let then = net.forward(&case.baseline().to_owned());
                    for (c, got) in filters.contribution.iter().enumerate() {
                        let want = share[c] * (seen.feature[c] - then.feature[c]);
                        assert!((got - want).abs() < 1e-12, "{what}: filter {c} {got} and {want}");
                    }
                }
            });
        }
    });
}

/// A network that does not say it is a convolution, as any other would.
struct Opaque<'a>(&'a TextCnn<f64>);

impl Classifier<f64> for Opaque<'_> {
    fn dim(&self) -> usize {
        self.0.dim()
    }
    fn classes(&self) -> usize {
        self.0.classes()
    }
    fn positions(&self, tokens: usize) -> usize {
        self.0.positions(tokens)
    }
    fn padded_len(&self, tokens: usize) -> usize {
        self.0.padded_len(tokens)
    }
    fn forward<'m>(&'m self, x: Array2<f64>) -> wordlight_nn::Result<Box<dyn Pass<f64> + 'm>> {
        Ok(Box::new(OpaquePass(self.0.forward(x)?)))
    }
}

struct OpaquePass<'m>(Box<dyn Pass<f64> + 'm>);

impl Pass<f64> for OpaquePass<'_> {
    fn input(&self) -> ArrayView2<'_, f64> {
        self.0.input()
    }
    fn logits(&self) -> ArrayView1<'_, f64> {
        self.0.logits()
    }
    fn pull_back(&self, seed: Array1<f64>, policy: &mut dyn Backward<f64>) -> Array2<f64> {
        self.0.pull_back(seed, policy)
    }
}

#[test]
fn methods_that_take_any_network_give_the_same_without_the_short_cuts() {
    everywhere(|what, network, _, x| {
        let opaque = Opaque(network);
        let pass = network.forward(x.clone()).unwrap();
        let asked = (TargetKind::Probability, Some(CLASS));
        let case = Case::new(network, pass.as_ref(), TOKENS, asked, &Baseline::Zero).unwrap();
        let opaque_pass = opaque.forward(x.clone()).unwrap();
        let other = Case::new(&opaque, opaque_pass.as_ref(), TOKENS, asked, &Baseline::Zero).unwrap();
        for id in ["occlusion", "lime", "shapley-sampling"] {
            let (a, b) = (explain_case(&case, id, &[]).per_token, explain_case(&other, id, &[]).per_token);
            let what = format!("{id} on {what}");
            assert_close(&what, row(a.as_slice().unwrap()).view(), row(b.as_slice().unwrap()).view(), Tolerance::Close);
        }
        // Without kinks on the way, nodes are doubled until the ledger closes.
        if network.config().activation == Activation::Linear {
            let (a, b) =
                (explain_case(&case, "integrated-gradients", &[]), explain_case(&other, "integrated-gradients", &[]));
            assert_close(what, a.per_feature.view(), b.per_feature.view(), Tolerance::Close);
            assert_eq!(audit(&b, DOUBLE, 0.0), Ok(()), "{what}");
        }
        for id in ["shapley", "deep-lift"] {
            let unfit = build::<f64>(id, &BTreeMap::new()).unwrap().attribute(&other);
            assert!(matches!(unfit, Err(Error::Unsupported { .. })), "{id} on {what}");
        }
    });
}

#[test]
fn every_method_of_the_registry_is_compared_with_something() {
    let compared = [
        "gradient",
        "gradient-x-input",
        "integrated-gradients",
        "lrp",
        "deep-lift",
        "shapley",
        "shapley-sampling",
        "occlusion",
        "lime",
        "expected-gradients",
        "smooth-grad",
        "var-grad",
        "guided-backprop",
        "deconvnet",
    ];
    for method in methods::<f64>() {
        let id = method.spec().id;
        let rule = id.strip_prefix("lrp-").is_some_and(|rule| oracle::share(rule).is_some());
        assert!(rule || compared.contains(&id), "no oracle for the method {id}");
    }
}
