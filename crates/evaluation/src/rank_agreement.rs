//! Do two networks put the methods in the same order?
//!
//! Methods are ordered by the mean of a measure. Two answers: Kendall's tau-b of the two orders, where means that differ by
//! less than a thousandth of their range are tied, since identical methods differ by rounding; and, of the pairs of methods
//! that the tests tell apart in both networks, how many have the same order. The second does not count noise as disagreement.

use wordlight_explain::faithfulness::similarity::kendall;

use crate::records::{Duel, Order, Section};

/// Means of one measure, by method; what has none is NaN.
pub type Means = Vec<f64>;

/// Kendall's tau-b of the orders of the methods that both have, and how many these are.
pub fn agreement(a: &[f64], b: &[f64]) -> (f64, usize) {
    let both: Vec<(f64, f64)> =
        a.iter().zip(b).filter(|(a, b)| a.is_finite() && b.is_finite()).map(|(a, b)| (*a, *b)).collect();
    let (a, b): (Means, Means) = both.into_iter().unzip();
    (kendall(&tied(&a), &tied(&b)), a.len())
}

/// The means in thousandths of their range.
pub fn tied(means: &[f64]) -> Means {
    let (low, high) =
        means.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)));
    let step = ((high - low) / 1000.0).max(f64::MIN_POSITIVE);
    means.iter().map(|v| ((v - low) / step).round()).collect()
}

/// The mean and the lowest agreement of all pairs, and how many methods all pairs have at least; none of one row.
pub fn among(rows: &[Means]) -> Option<(f64, f64, usize)> {
    let pairs = rows.iter().enumerate().flat_map(|(i, a)| rows[i + 1..].iter().map(move |b| agreement(a, b)));
    let found: Vec<(f64, usize)> = pairs.filter(|(tau, _)| tau.is_finite()).collect();
    let sum: f64 = found.iter().map(|(tau, _)| tau).sum();
    let lowest = found.iter().fold(f64::INFINITY, |lowest, (tau, _)| lowest.min(*tau));
    let methods = found.iter().map(|(_, n)| *n).min()?;
    Some((sum / found.len() as f64, lowest, methods))
}

/// Pairs of methods that are told apart in both, and how many of these have the same order.
pub fn settled(a: &Duel, b: &Duel) -> (usize, usize) {
    let (mut both, mut same) = (0, 0);
    for (i, one) in a.methods.iter().enumerate() {
        for other in &a.methods[i + 1..] {
            if let (Some(x @ ('+' | '-')), Some(y @ ('+' | '-'))) = (a.sign(one, other), b.sign(one, other)) {
                both += 1;
                same += usize::from(x == y);
            }
        }
    }
    (both, same)
}

/// A checkpoint of a section.
type At<'a> = (&'a Section, &'a str);

/// How two checkpoints agree, by each of the measures of their duels.
fn between(differ: &str, a: At<'_>, b: At<'_>, methods: &[String]) -> Vec<Order> {
    let duels = a.0.duels.iter().filter(|duel| duel.checkpoint == a.1);
    duels
        .filter_map(|one| {
            let other = b.0.duel(b.1, &one.measure)?;
            let means = |at: At<'_>| -> Means {
                methods.iter().map(|id| at.0.mean(at.1, id, &one.measure).map_or(f64::NAN, |m| m.mean)).collect()
            };
            let (tau, count) = agreement(&means(a), &means(b));
            tau.is_finite().then(|| Order {
                differ: differ.to_owned(),
                a: a.1.to_owned(),
                b: b.1.to_owned(),
                measure: one.measure.clone(),
                kendall: crate::statistics::round(tau),
                lowest: crate::statistics::round(tau),
                methods: count,
                settled: Some(settled(one, other)),
            })
        })
        .collect()
}

/// Between the shown checkpoints of each model, and between the default checkpoints of all models.
pub fn orders(sections: &[Section], methods: &[String]) -> Vec<Order> {
    let mut all = Vec::new();
    for section in sections {
        let shown: Vec<&str> = section.shown().map(|checkpoint| checkpoint.id.as_str()).collect();
        for (i, a) in shown.iter().enumerate() {
            for b in &shown[i + 1..] {
                all.extend(between("epochs", (section, a), (section, b), methods));
            }
        }
    }
    for (i, a) in sections.iter().enumerate() {
        for b in &sections[i + 1..] {
            all.extend(between("models", (a, &a.default), (b, &b.default), methods));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_compared_on_the_methods_that_both_have() {
        let nan = f64::NAN;
        assert_eq!(agreement(&[1.0, 2.0, 3.0, nan], &[10.0, 20.0, 30.0, 4.0]), (1.0, 3));
        assert_eq!(agreement(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]).0, -1.0);
        // The first two are tied on both sides: one pair less, and no disagreement.
        assert_eq!(agreement(&[1.0, 1.0 + 1e-7, 3.0], &[1.0 + 1e-7, 1.0, 3.0]).0, 1.0);
        assert_eq!(
            among(&[vec![1.0, 2.0, 3.0], vec![1.0, 2.0, 3.0], vec![3.0, 2.0, 1.0]]),
            Some((-1.0 / 3.0, -1.0, 3))
        );
        assert_eq!(among(&[vec![1.0, 2.0]]), None);
    }

    #[test]
    fn only_what_is_told_apart_in_both_is_settled() {
        let duel = |signs: [&str; 3]| Duel {
            checkpoint: String::new(),
            measure: String::new(),
            methods: ["a", "b", "c"].map(str::to_owned).to_vec(),
            signs: signs.map(str::to_owned).to_vec(),
        };
        let one = duel([".++", "-.=", "-=."]);
        assert_eq!(settled(&one, &one), (2, 2));
        assert_eq!(settled(&one, &duel([".+-", "-.+", "+-."])), (2, 1));
    }
}
