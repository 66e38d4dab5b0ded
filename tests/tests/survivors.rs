//! Places that every other test walked past: each of these was changed once without a test that noticed.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use conformance::ask::Ask;
use ndarray::{Array2, array};
use wordlight_explain::Error;
use wordlight_explain::exact::envelope::{Envelope, Stretch, integrated_gradients};
use wordlight_explain::rule::{Bias, Gamma, Rule, Split, Z};
use wordlight_explain::stabiliser::Stabiliser;
use wordlight_explain::target::{Target, TargetKind};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, WeightMap};
use wordlight_nn::layer::{Activation, Conv1d, Dense};
use wordlight_nn::model::{TextCnn, TextCnnConfig};

/// One layer of two inputs of 1, with the relevance `r` coming in.
fn handed_on<F: Real>(rule: &dyn Rule<F>, weight: [f64; 2], bias: f64, r: f64) -> Split<F> {
    let layer = Dense::new(array![weight.map(F::from_f64)], array![F::from_f64(bias)]).unwrap();
    let x = array![[F::one(), F::one()]];
    let z = layer.apply(x.view(), WeightMap::AS_IS);
    rule.redistribute(&layer, x.view(), z.view(), array![[F::from_f64(r)]].view())
}

#[test]
fn under_gamma_an_output_of_exactly_zero_loses_all_it_held() {
    for (weight, bias) in [([1.0, -1.0], 0.0), ([1.0, -2.0], 1.0), ([0.0, 0.0], 0.0)] {
        for gamma in [0.0, 0.25, 100.0] {
            let rule = Gamma::<f64>::new(gamma, Bias::Absorb).unwrap();
            let split = handed_on(&rule, weight, bias, 2.0);
            let got = (split.relevance, split.bias, split.stabiliser);
            assert_eq!(got, (array![[0.0, 0.0]], 0.0, 2.0), "{weight:?} and {bias}");
        }
    }
    // Just beside zero it has a side, and nothing is lost.
    for weight in [[1.0, -0.9999], [0.9999, -1.0]] {
        let split = handed_on(&Gamma::<f64>::new(0.25, Bias::Absorb).unwrap(), weight, 0.0, 2.0);
        assert!((split.relevance.sum() - 2.0).abs() < 1e-12 && split.stabiliser == 0.0, "{split:?}");
    }
}

/// iNNvestigate's `SafeDivide` adds `K.epsilon()`, 1e-7, where a denominator is exactly zero.
#[test]
fn a_safe_division_puts_1e_minus_7_in_the_place_of_zero() {
    assert_eq!(Stabiliser::<f64>::ZeroOnly.offset(0.0), 1e-7);
    assert_eq!(Stabiliser::<f32>::ZeroOnly.offset(-0.0), 1e-7);
    assert_eq!(Stabiliser::Epsilon(0.0).offset(0.0), 1e-7);
    assert_eq!(Stabiliser::Epsilon(0.0).offset(-1e-300), 0.0);
    assert_eq!(Stabiliser::<f64>::ZeroOnly.offset(1e-300), 0.0);
    // 2 / 1e-7 to each side of a sum that cancels; what came in is booked as lost.
    let split = handed_on::<f64>(&Z::new(Bias::Absorb), [1.0, -1.0], 0.0, 2.0);
    assert!((split.relevance[[0, 0]] - 2e7).abs() < 1e-6 && (split.relevance[[0, 1]] + 2e7).abs() < 1e-6, "{split:?}");
    assert!((split.stabiliser - 2.0).abs() < 1e-12, "{split:?}");
}

/// One filter over one word: `w . x`.
fn one_filter(w: Array2<f64>, activation: Activation) -> TextCnn<f64> {
    let config = TextCnnConfig { dim: w.ncols(), classes: 2, widths: vec![1], filters: 1, activation, pad_to: 0 };
    let conv = Conv1d::new(w, array![0.0], 1).unwrap();
    TextCnn::new(config, vec![conv], Dense::new(array![[2.0], [0.0]], array![0.0, 0.0]).unwrap()).unwrap()
}

/// The windows that hold the maximum while the words go from `start` to `x`: window, from, to, slope.
fn holders(activation: Activation, start: &[f64], x: &[f64]) -> Vec<(Option<usize>, f64, f64, f64)> {
    let network = one_filter(array![[1.0]], activation);
    let column = |v: &[f64]| Array2::from_shape_vec((v.len(), 1), v.to_vec()).unwrap();
    let pass = network.pass(column(x), None).unwrap();
    let stretches = Envelope::new(&pass, column(start).view()).stretches;
    stretches.into_iter().map(|Stretch { window, from, to, slope, .. }| (window, from, to, slope)).collect()
}

#[test]
fn ties_on_a_path_go_to_the_first_window_and_the_steepest_line() {
    use Activation::{Linear, Relu};
    // Two windows that are one line: the first, as in the forward pass.
    assert_eq!(holders(Linear, &[0.0, 1.0, 1.0], &[0.0, 3.0, 3.0]), [(Some(1), 0.0, 1.0, 2.0)]);
    assert_eq!(holders(Relu, &[0.0, 1.0, 1.0], &[0.0, 3.0, 3.0]), [(Some(1), 0.0, 1.0, 2.0)]);
    // One start, different ends: the steepest from the first moment on, and no stretch without length before it.
    assert_eq!(holders(Linear, &[1.0, 1.0, 1.0, 0.0], &[2.0, 4.0, 3.0, 0.0]), [(Some(1), 0.0, 1.0, 3.0)]);
    // Three lines meet half way: the steepest takes over from the first, the second never holds.
    let met = [(Some(0), 0.0, 0.5, -2.0), (Some(2), 0.5, 1.0, 2.0)];
    assert_eq!(holders(Linear, &[2.0, 1.0, 0.0], &[0.0, 1.0, 2.0]), met);
    let met = [(Some(1), 0.0, 0.5, -2.0), (Some(0), 0.5, 1.0, 2.0)];
    assert_eq!(holders(Linear, &[0.0, 2.0, 1.0], &[2.0, 0.0, 1.0]), met);
    // Two lines end in one point: who held it holds it to the end.
    assert_eq!(holders(Linear, &[2.0, 0.0], &[3.0, 3.0]), [(Some(0), 0.0, 1.0, 1.0)]);
    // A line that is zero is the ReLU's own: nobody holds the maximum.
    assert_eq!(holders(Relu, &[0.0, -1.0], &[0.0, -2.0]), [(None, 0.0, 1.0, 0.0)]);
    assert_eq!(holders(Relu, &[0.0, -1.0], &[3.0, -2.0]), [(Some(0), 0.0, 1.0, 3.0)]);
}

#[test]
fn a_relu_that_stays_at_its_kink_gives_nobody_anything() {
    // The word changes, its score stays at exactly 0: its components would get 2 and -2.
    let network = one_filter(array![[1.0, 1.0]], Activation::Relu);
    let pass = network.pass(array![[1.0, -1.0], [-1.0, 0.0]], None).unwrap();
    let target = Target::pin(TargetKind::Logit, Some(0), ndarray::aview1(&[0.0f64, 0.0])).unwrap();
    let path = integrated_gradients(&pass, array![[0.0, 0.0], [-2.0, 0.0]].view(), &target);
    assert_eq!((path.per_feature, path.start), (Array2::zeros((2, 2)), 0.0));
}

#[test]
fn a_case_has_no_more_words_than_its_input_has_rows() {
    let network = one_filter(array![[1.0]], Activation::Linear);
    let ask = |tokens: usize| Ask::logit(&network, array![[1.0], [2.0], [0.0]], tokens, 0);
    assert_eq!(ask(3).with_case(|case| case.tokens()).unwrap(), 3);
    let error = ask(4).with_case(|case| case.tokens()).unwrap_err();
    assert!(matches!(&error, Error::Parameter { name, .. } if name == "tokens"), "{error:?}");
    assert_eq!(error.to_string(), "tokens is 4, expected at most the 3 rows of the input");
}
