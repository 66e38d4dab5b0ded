//! The random band: curves of `N` seeded random orders, their mean and their quantiles at each step.
//!
//! An order that stays inside the band says no more about the network than chance. The band of the *areas* is what a
//! single number of a method is compared with.

use wordlight_nn::Real;

use crate::Result;
use crate::exact::coalitions::{Coalitions, Removal};
use crate::faithfulness::curve::{Direction, aopc, area, curve, steps};
use crate::order::ascending;
use crate::random::Draws;
use crate::target::Target;

/// A summary of the curves of `N` random orders.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The mean value after each step, `[T + 1]`.
    pub mean: Vec<f64>,
    /// The 5 % quantile of the value after each step, `[T + 1]`.
    pub low: Vec<f64>,
    /// The 95 % quantile of the value after each step, `[T + 1]`.
    pub high: Vec<f64>,
    /// The area under each curve, in increasing order, `[N]`.
    pub areas: Vec<f64>,
    /// The area over each perturbation curve, in increasing order, `[N]`.
    pub aopcs: Vec<f64>,
}

/// The value below which a share of `sorted` lies, linear between neighbours (the definition of numpy and R's type 7).
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    sorted[below] + part * (sorted[(below + 1).min(last)] - sorted[below])
}

/// Curves of `orders` random orders of the words.
///
/// # Errors
/// As [`Coalitions::logits`].
pub fn band<F: Real>(
    coalitions: &mut Coalitions<'_, '_, F>,
    target: &Target,
    direction: Direction,
    removal: Removal,
    (orders, seed): (usize, usize),
) -> Result<Band> {
    let mut draws = Draws::new(seed);
    let mut order: Vec<usize> = (0..coalitions.case().tokens()).collect();
    let (mut columns, mut areas, mut aopcs) = (vec![Vec::new(); order.len() + 1], Vec::new(), Vec::new());
    while areas.len() < orders {
        let group = draws.orders(&mut order, coalitions.orders_together().min(orders - areas.len()));
        coalitions.foresee(&mut group.iter().flat_map(|order| steps(order, direction)), removal)?;
        for order in group {
            let values = curve(coalitions, target, &order, direction, removal)?;
            columns.iter_mut().zip(&values).for_each(|(column, value)| column.push(*value));
            areas.push(area(&values));
            aopcs.push(aopc(&values));
        }
    }
    let columns: Vec<Vec<f64>> = columns.iter().map(|column| sorted(column)).collect();
    let each = |of: &dyn Fn(&[f64]) -> f64| columns.iter().map(|column| of(column)).collect();
    Ok(Band {
        mean: each(&|column| column.iter().sum::<f64>() / column.len() as f64),
        low: each(&|column| quantile(column, 0.05)),
        high: each(&|column| quantile(column, 0.95)),
        areas: sorted(&areas),
        aopcs: sorted(&aopcs),
    })
}

fn sorted(values: &[f64]) -> Vec<f64> {
    ascending(values).into_iter().map(|i| values[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faithfulness::by_hand::with_case;

    #[test]
    fn quantiles_lie_between_neighbours() {
        let sorted = [1.0, 2.0, 4.0, 8.0, 16.0];
        assert_eq!([0.0, 0.25, 0.4, 1.0].map(|share| quantile(&sorted, share)), [1.0, 2.0, 3.2, 16.0]);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn the_band_of_three_words_has_the_ends_of_every_order() {
        // The first step leaves 5 (without the 5, 0), 7 (without the 0, 3) or 8; their mean is 20 / 3.
        with_case(|case| {
            let mut coalitions = Coalitions::new(case);
            let drawn = (3000, 7);
            let of = |coalitions: &mut Coalitions<'_, '_, f64>, drawn| {
                band(coalitions, &case.target(), Direction::Deletion, Removal::Baseline, drawn).unwrap()
            };
            let band = of(&mut coalitions, drawn);
            assert_eq!((band.mean[0], band.mean[3]), (8.0, 0.0));
            assert_eq!((band.low[1], band.high[1]), (5.0, 8.0));
            assert!((band.mean[1] - 20.0 / 3.0).abs() < 0.1, "{:?}", band.mean);
            assert!(band.areas.is_sorted() && band.areas.len() == 3000);
            assert_eq!(band, of(&mut coalitions, drawn), "the same seed gives the same band");
        });
    }
}
