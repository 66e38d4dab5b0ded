//! The faithfulness measures against literal restatements, and laws that hold for every network.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use conformance::nets::{Draw, Shape, shapes};
use ndarray::Array2;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::exact::coalitions::{Coalitions, Removal};
use wordlight_explain::faithfulness::curve::{Direction, aopc, area, curve, order_by_score};
use wordlight_explain::faithfulness::eraser::eraser;
use wordlight_explain::faithfulness::greedy::greedy;
use wordlight_explain::faithfulness::infidelity::{drops, infidelity, removals};
use wordlight_explain::faithfulness::plausibility::{average_precision, plausibility};
use wordlight_explain::faithfulness::random_order::band;
use wordlight_explain::faithfulness::shapley_distance::{completeness_gap, distance};
use wordlight_explain::faithfulness::similarity::{kendall, similarity};
use wordlight_explain::method::{Method, Occlusion, Shapley};
use wordlight_explain::target::TargetKind;
use wordlight_nn::model::{Classifier, TextCnn};

const REMOVALS: [Removal; 2] = [Removal::Baseline, Removal::Delete];
const DIRECTIONS: [Direction; 2] = [Direction::Deletion, Direction::Insertion];

/// A network and a sentence of `tokens` words.
struct Setting {
    network: TextCnn<f64>,
    x: Array2<f64>,
    tokens: usize,
    baseline: Array2<f64>,
}

impl Setting {
    fn new(shape: &Shape, tokens: usize, seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        let network = draw.network::<f64>(shape);
        let x = draw.input(tokens, network.positions(tokens), shape.dim);
        let baseline = draw.matrix(tokens, shape.dim);
        Self { network, x, tokens, baseline }
    }

    fn with_case<T>(&self, body: impl FnOnce(&Case<'_, f64>) -> T) -> T {
        let pass = self.network.forward(self.x.clone()).unwrap();
        let asked = (TargetKind::Probability, Some(2));
        let baseline = Baseline::Rows(self.baseline.clone());
        body(&Case::new(&self.network, pass.as_ref(), self.tokens, asked, &baseline).unwrap())
    }

    /// The probability of class 2 with the present words, by building the sentence and reading it.
    fn literal(&self, present: &[bool], removal: Removal) -> f64 {
        let kept: Vec<usize> = (0..self.tokens).filter(|i| present[*i]).collect();
        let x = match removal {
            Removal::Baseline => Array2::from_shape_fn(self.x.dim(), |(i, d)| {
                if i < self.tokens && !present[i] { self.baseline[[i, d]] } else { self.x[[i, d]] }
            }),
            Removal::Delete => Array2::from_shape_fn((self.network.positions(kept.len()), self.x.ncols()), |(i, d)| {
                kept.get(i).map_or(0.0, |from| self.x[[*from, d]])
            }),
        };
        let exp: Vec<f64> = self.network.forward(x).unwrap().logits().iter().map(|z| z.exp()).collect();
        exp[2] / exp.iter().sum::<f64>()
    }
}

fn settings() -> impl Iterator<Item = Setting> {
    shapes().into_iter().enumerate().flat_map(|(i, shape)| {
        [1, 2, 6].into_iter().map(move |tokens| Setting::new(&shape, tokens, (10 * i + tokens) as u64))
    })
}

fn assert_near(got: f64, want: f64) {
    assert!((got - want).abs() < 1e-12, "got {got}, want {want}");
}

#[test]
fn every_removal_is_what_the_changed_sentence_gives() {
    for setting in settings() {
        setting.with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            for bits in 0..1u32 << setting.tokens {
                let present: Vec<bool> = (0..setting.tokens).map(|i| bits >> i & 1 == 1).collect();
                for removal in REMOVALS {
                    let got = case.target().value(coalitions.logits(&present, removal).unwrap().view());
                    assert_near(got, setting.literal(&present, removal));
                }
            }
        });
    }
}

#[test]
fn curves_are_their_definition() {
    for setting in settings() {
        setting.with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            let order: Vec<usize> = (0..setting.tokens).rev().collect();
            for removal in REMOVALS {
                for direction in DIRECTIONS {
                    let got = curve(&mut coalitions, &case.target(), &order, direction, removal).unwrap();
                    assert_eq!(got.len(), setting.tokens + 1);
                    for (k, got) in got.into_iter().enumerate() {
                        let gone = &order[..k];
                        let inserts = direction == Direction::Insertion;
                        let present: Vec<bool> = (0..setting.tokens).map(|i| gone.contains(&i) == inserts).collect();
                        assert_near(got, setting.literal(&present, removal));
                    }
                }
            }
        });
    }
}

#[test]
fn greedy_tries_every_word_at_every_step() {
    for setting in settings() {
        setting.with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            for removal in REMOVALS {
                let got = greedy(&mut coalitions, &case.target(), Direction::Deletion, removal).unwrap();
                let mut present = vec![true; setting.tokens];
                for (step, &word) in got.order.iter().enumerate() {
                    let without = |i: usize| {
                        let mut present = present.clone();
                        present[i] = false;
                        setting.literal(&present, removal)
                    };
                    let least = (0..setting.tokens).filter(|i| present[*i]).map(without).fold(f64::INFINITY, f64::min);
                    assert_near(without(word), least);
                    assert_near(got.values[step + 1], least);
                    present[word] = false;
                }
            }
        });
    }
}

#[test]
fn every_curve_begins_and_ends_where_all_orders_do() {
    for setting in settings() {
        setting.with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            let band = |coalitions: &mut Coalitions<'_, '_, f64>, direction| {
                band(coalitions, &case.target(), direction, Removal::Baseline, (20, 1)).unwrap()
            };
            let (down, up) = (band(&mut coalitions, DIRECTIONS[0]), band(&mut coalitions, DIRECTIONS[1]));
            let t = setting.tokens;
            assert_near(down.mean[0], up.mean[t]);
            assert_near(down.mean[t], up.mean[0]);
            assert_near(down.low[0], down.high[0]);
            for k in 0..=t {
                assert!(down.low[k] <= down.high[k] + 1e-15);
            }
        });
    }
}

/// Inserting an order is deleting it backwards, so the areas are those of the reversed order.
#[test]
fn insertion_is_deletion_backwards() {
    for setting in settings() {
        setting.with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            let order = order_by_score(&(0..setting.tokens).map(|i| ((i * 7) % 5) as f64).collect::<Vec<_>>());
            let backwards: Vec<usize> = order.iter().rev().copied().collect();
            for removal in REMOVALS {
                let up = curve(&mut coalitions, &case.target(), &order, Direction::Insertion, removal).unwrap();
                let mut down =
                    curve(&mut coalitions, &case.target(), &backwards, Direction::Deletion, removal).unwrap();
                assert_near(area(&up), area(&down));
                down.reverse();
                up.iter().zip(&down).for_each(|(a, b)| assert_near(*a, *b));
            }
        });
    }
}

#[test]
fn no_order_of_a_single_step_beats_the_greedy_one() {
    for setting in settings() {
        setting.with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            let best = greedy(&mut coalitions, &case.target(), Direction::Deletion, Removal::Baseline).unwrap();
            for first in 0..setting.tokens {
                let mut order: Vec<usize> = (0..setting.tokens).collect();
                order.swap(0, first);
                let values =
                    curve(&mut coalitions, &case.target(), &order, Direction::Deletion, Removal::Baseline).unwrap();
                assert!(best.values[1] <= values[1] + 1e-15);
            }
            assert!(aopc(&best.values).is_finite());
        });
    }
}

/// Without the best words and with all words but the worst are one sentence.
#[test]
fn what_is_sufficient_for_a_score_is_comprehensive_for_its_opposite() {
    for setting in settings().filter(|setting| setting.tokens == 2) {
        setting.with_case(|case| {
            // Two words: every bin is one word, so keeping the best is removing the worst.
            let mut coalitions = Coalitions::new(case);
            let a = eraser(&mut coalitions, &case.target(), &[1.0, -1.0], Removal::Delete).unwrap();
            let b = eraser(&mut coalitions, &case.target(), &[-1.0, 1.0], Removal::Delete).unwrap();
            assert_near(a.sufficiency, b.comprehensiveness);
            assert_near(b.sufficiency, a.comprehensiveness);
        });
    }
}

#[test]
fn infidelity_of_single_removals_is_nothing_for_occlusion() {
    for setting in settings() {
        setting.with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            let sets: Vec<Vec<bool>> =
                (0..setting.tokens).map(|word| (0..setting.tokens).map(|i| i == word).collect()).collect();
            let drops = drops(&mut coalitions, &case.target(), Removal::Baseline, &sets).unwrap();
            let scores = Occlusion::default().attribute(case).unwrap().per_token;
            let got = infidelity(&scores.to_vec(), &sets, &drops);
            assert!(got.raw < 1e-20 && (got.unexplained < 1e-12 || got.unexplained.is_nan()), "{got:?}");
            // Whatever the scores: raw is at least what their best multiple leaves.
            let sets = removals(setting.tokens, 30, 5);
            let drops = self::drops(&mut coalitions, &case.target(), Removal::Baseline, &sets).unwrap();
            let squares = drops.iter().map(|d| d * d).sum::<f64>() / drops.len() as f64;
            let got = infidelity(&scores.to_vec(), &sets, &drops);
            assert!(got.raw >= got.unexplained * squares - 1e-12, "{got:?}");
        });
    }
}

#[test]
fn exact_shapley_values_have_no_gap_and_no_distance_from_themselves() {
    for setting in settings() {
        let pass = setting.network.forward(setting.x.clone()).unwrap();
        let asked = (TargetKind::Logit, Some(1));
        let zero = Baseline::Zero;
        let case = Case::new(&setting.network, pass.as_ref(), setting.tokens, asked, &zero).unwrap();
        let attribution = Shapley.attribute(&case).unwrap();
        assert!(completeness_gap(&case, &attribution).unwrap().abs() < 1e-12);
        let scores = attribution.per_token.to_vec();
        assert_eq!(distance(&scores, &scores).relative, 0.0);
    }
}

#[test]
fn similarities_do_not_care_for_scale() {
    let mut draw = Draw::new(8);
    for n in 2..12 {
        let (a, b): (Vec<f64>, Vec<f64>) = (0..n).map(|_| (draw.number(), draw.number())).unzip();
        let stretched: Vec<f64> = a.iter().map(|v| 3.0 * v).collect();
        let (one, other) = (similarity(&a, &b), similarity(&stretched, &b));
        assert_near(one.pearson, other.pearson);
        assert_eq!((one.spearman, one.kendall, one.same_top), (other.spearman, other.kendall, other.same_top));
        let opposite: Vec<f64> = a.iter().map(|v| -v).collect();
        assert_near(similarity(&opposite, &b).kendall, -one.kendall);
        assert_near(similarity(&a, &a).spearman, 1.0);
    }
}

/// `scipy.stats.kendalltau`, `spearmanr`, `pearsonr` and `sklearn.metrics.average_precision_score`, with ties.
#[test]
fn scipy_and_scikit_learn_agree() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/statistics.json");
    let golden: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    assert!(cases.len() >= 40);
    let numbers = |value: &serde_json::Value| conformance::golden::flat(value);
    for case in cases {
        let (a, b) = (numbers(&case["a"]), numbers(&case["b"]));
        let got = similarity(&a, &b);
        assert_near(got.pearson, case["pearson"].as_f64().unwrap());
        assert_near(got.spearman, case["spearman"].as_f64().unwrap());
        assert_near(kendall(&a, &b), case["kendall"].as_f64().unwrap());
        let positive: Vec<bool> = b.iter().map(|v| *v > 0.0).collect();
        assert_near(average_precision(&a, &positive), case["average_precision"].as_f64().unwrap());
        assert_near(plausibility(&a, &b).auprc, case["auprc_of_both_sides"].as_f64().unwrap());
    }
}
