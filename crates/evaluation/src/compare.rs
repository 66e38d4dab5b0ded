//! Paired tests between methods, corrected together within a model.

use rayon::prelude::*;

use crate::measure::{Better, MEASURES, is_control};
use crate::records::{Comparison, Duel};
use crate::statistics::{LEVEL, holm, mean, round, signed_rank};

/// The measures that matter most: those of the tables and of the tests.
pub const KEY: [&str; 8] = [
    "deletion_aopc",
    "deletion_share",
    "comprehensiveness",
    "sufficiency",
    "unexplained",
    "shapley_pearson",
    "human_sign",
    "random_both",
];
/// Every method is compared with these; with each other they are compared in duels.
pub const AGAINST: [&str; 2] = ["control-random", "gradient-x-input"];
/// Values that differ by less than this of the largest are rounding.
const ROUNDING: f64 = 1e-4;

/// The values of one checkpoint, `[method][measure][sentence]`; NaN where there is none.
pub type Columns = Vec<Vec<Vec<f64>>>;

/// One test: whose columns, which measure, the one, the other.
type Test = (usize, usize, usize, usize);

/// A test's mean difference, corrected p value and sign: see [`Duel::signs`].
type Outcome = (f64, f64, char);

/// All tests at once; none where no sentence has both values.
fn outcomes(tests: &[Test], checkpoints: &[(&str, &Columns)]) -> Vec<Option<Outcome>> {
    let found: Vec<(f64, f64, f64)> = tests
        .par_iter()
        .map(|&(c, measure, m, against)| {
            let (one, other) = (&checkpoints[c].1[m][measure], &checkpoints[c].1[against][measure]);
            let both = || one.iter().zip(other).filter(|(a, b)| !a.is_nan() && !b.is_nan());
            let differences: Vec<f64> = both().map(|(a, b)| a - b).collect();
            let most = differences.iter().fold(0.0f64, |most, d| most.max(d.abs()));
            let size = both().fold(0.0f64, |size, (a, b)| size.max(a.abs()).max(b.abs()));
            (mean(&differences), signed_rank(&differences), most / size.max(f64::MIN_POSITIVE))
        })
        .collect();
    // A test without data is no test.
    let there: Vec<usize> = (0..tests.len()).filter(|i| !found[*i].0.is_nan()).collect();
    let corrected = holm(&there.iter().map(|i| found[*i].1).collect::<Vec<_>>());
    let mut all = vec![None; tests.len()];
    for (&i, p) in there.iter().zip(corrected) {
        let (difference, _, largest) = found[i];
        let good = (difference > 0.0) == (MEASURES[tests[i].1].better == Better::High);
        let sign = match () {
            () if largest < ROUNDING => '~',
            () if p >= LEVEL => '=',
            () if good => '+',
            () => '-',
        };
        all[i] = Some((difference, p, sign));
    }
    all
}

fn key_measures() -> impl Iterator<Item = usize> + Clone {
    (0..MEASURES.len()).filter(|i| KEY.contains(&MEASURES[*i].id))
}

/// Every method against random scores and against gradient times input.
pub fn compare(methods: &[String], checkpoints: &[(&str, &Columns)]) -> Vec<Comparison> {
    let against = AGAINST.iter().filter_map(|id| methods.iter().position(|method| method == id));
    let mut tests: Vec<Test> = Vec::new();
    for c in 0..checkpoints.len() {
        for other in against.clone() {
            let pairs = (0..methods.len()).filter(|m| *m != other);
            tests.extend(pairs.flat_map(|m| key_measures().map(move |measure| (c, measure, m, other))));
        }
    }
    let found = outcomes(&tests, checkpoints);
    let one = |(&(c, measure, m, other), found): (&Test, Option<Outcome>)| {
        let (difference, p, sign) = found?;
        let verdict = match sign {
            '~' => "identical",
            '=' => "within noise",
            '+' => "better",
            _ => "worse",
        };
        Some(Comparison {
            checkpoint: checkpoints[c].0.to_owned(),
            measure: MEASURES[measure].id.to_owned(),
            method: methods[m].clone(),
            against: methods[other].clone(),
            difference: round(difference),
            p: round(p),
            verdict: verdict.to_owned(),
        })
    };
    tests.iter().zip(found).filter_map(one).collect()
}

/// Every method against every other, controls left out.
pub fn duels(methods: &[String], checkpoints: &[(&str, &Columns)]) -> Vec<Duel> {
    let places: Vec<usize> = (0..methods.len()).filter(|m| !is_control(&methods[*m])).collect();
    let mut tests: Vec<Test> = Vec::new();
    for c in 0..checkpoints.len() {
        for measure in key_measures() {
            for (i, one) in places.iter().enumerate() {
                tests.extend(places[i + 1..].iter().map(|other| (c, measure, *one, *other)));
            }
        }
    }
    let found = outcomes(&tests, checkpoints);
    let mut all = Vec::new();
    for (c, (name, columns)) in checkpoints.iter().enumerate() {
        for measure in key_measures() {
            let has = |m: &&usize| columns[**m][measure].iter().any(|v| !v.is_nan());
            let there: Vec<usize> = places.iter().filter(has).copied().collect();
            let mut signs = vec![vec!['.'; there.len()]; there.len()];
            for (test, found) in tests.iter().zip(&found).filter(|(test, _)| (test.0, test.1) == (c, measure)) {
                let place = |m: usize| there.iter().position(|there| *there == m);
                if let (Some(i), Some(j), Some((_, _, sign))) = (place(test.2), place(test.3), found) {
                    signs[i][j] = *sign;
                    signs[j][i] = match sign {
                        '+' => '-',
                        '-' => '+',
                        same => *same,
                    };
                }
            }
            if there.len() > 1 {
                all.push(Duel {
                    checkpoint: (*name).to_owned(),
                    measure: MEASURES[measure].id.to_owned(),
                    methods: there.iter().map(|m| methods[*m].clone()).collect(),
                    signs: signs.into_iter().map(String::from_iter).collect(),
                });
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> (Vec<String>, Columns) {
        let methods: Vec<String> = ["control-random", "good", "same", "noise"].map(str::to_owned).to_vec();
        let column = |of: &dyn Fn(usize) -> f64| vec![(0..100).map(of).collect::<Vec<f64>>(); MEASURES.len()];
        let base = |i: usize| (i % 7) as f64;
        let columns = vec![
            column(&base),
            column(&|i| base(i) + 1.0),
            column(&base),
            column(&|i| base(i) + if i % 2 == 0 { 0.5 } else { -0.5 }),
        ];
        (methods, columns)
    }

    #[test]
    fn a_difference_has_a_direction_and_noise_has_none() {
        let (methods, columns) = three();
        let found = compare(&methods, &[("net", &columns)]);
        let verdict = |method: &str, measure: &str| {
            let one = |c: &&Comparison| c.method == method && c.measure == measure;
            found.iter().find(one).unwrap().verdict.clone()
        };
        assert_eq!(verdict("good", "deletion_aopc"), "better");
        assert_eq!(verdict("good", "sufficiency"), "worse");
        assert_eq!(verdict("same", "deletion_aopc"), "identical");
        assert_eq!(verdict("noise", "deletion_aopc"), "within noise");
    }

    #[test]
    fn a_duel_reads_the_same_from_both_sides() {
        let (mut methods, columns) = three();
        methods[0] = "plain".to_owned();
        let found = duels(&methods, &[("net", &columns)]);
        let high = found.iter().find(|duel| duel.measure == "deletion_aopc").unwrap();
        assert_eq!(high.signs, [".-~=", "+.++", "~-.=", "=-=."]);
        assert_eq!(high.top(), ["good"]);
        let low = found.iter().find(|duel| duel.measure == "sufficiency").unwrap();
        assert_eq!(low.top(), ["plain", "same", "noise"]);
    }

    #[test]
    fn a_method_without_values_takes_no_part() {
        let (methods, mut columns) = three();
        columns[2].iter_mut().for_each(|column| column.fill(f64::NAN));
        assert!(duels(&methods, &[("net", &columns)]).iter().all(|duel| duel.methods == ["good", "noise"]));
        assert!(compare(&methods, &[("net", &columns)]).iter().all(|found| found.method != "same"));
    }
}
