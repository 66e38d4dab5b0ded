//! Max-sensitivity (Yeh et al. 2019, definition 3.1): how much the scores of words can change when their vectors hardly do,
//!
//! ```text
//! SENS = max over |d| <= r of  || A(x + d) - A(x) || / || A(x) ||
//! ```
//!
//! with the Euclidean norm over words. The maximum is over seeded draws, each number of a word's vector moved by an even
//! draw from `-r` to `r` (as in Captum's `sensitivity_max`), so it is a lower bound. Padding is not moved, and the class
//! stays. A method that draws keeps its own seed, so what is measured is the input's doing, not the sampling's.

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::ops::flat_mut;

use crate::baseline::Baseline;
use crate::case::Case;
use crate::method::Method;
use crate::method::draws::Draws;
use crate::spec::Params;
use crate::{Error, Result};

/// How far inputs are moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbourhood {
    /// `r`, in units of the word vectors.
    pub radius: f64,
    /// How many neighbours are looked at.
    pub samples: usize,
    /// Which draw.
    pub seed: usize,
}

impl Neighbourhood {
    /// # Errors
    /// [`Error::Parameter`] for a radius that is no positive number, or no samples.
    pub fn new(radius: f64, samples: usize, seed: usize) -> Result<Self> {
        let refuse = |name: &str, expected: &str, found: String| {
            Err(Error::Parameter { name: name.to_owned(), expected: expected.to_owned(), found })
        };
        if !(radius > 0.0 && radius.is_finite()) {
            return refuse("radius", "a positive number", radius.to_string());
        }
        if samples == 0 {
            return refuse("samples", "at least 1", samples.to_string());
        }
        Ok(Self { radius, samples, seed })
    }
}

/// The root of the mean square of the words' components: a measure for a radius. 0 for no words.
pub fn typical_component<F: Real>(case: &Case<'_, F>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0f64);
    for row in case.x().outer_iter().take(case.tokens) {
        sum += row.iter().map(|v| v.wide().powi(2)).sum::<f64>();
        count += row.len() as f64;
    }
    (sum / count.max(1.0)).sqrt()
}

/// The largest relative change of the words' scores; NaN if all scores are zero.
///
/// # Errors
/// The method's own.
pub fn max_sensitivity<F: Real>(
    case: &Case<'_, F>,
    asked: (&dyn Method<F>, &Params),
    near: Neighbourhood,
) -> Result<f64> {
    let mut draws = Draws::new(near.seed);
    let shape = (case.tokens, case.x().ncols());
    let moves = (0..near.samples).map(|_| Array2::from_shape_simple_fn(shape, || F::of(near.radius * draws.even())));
    largest_change(case, asked, moves)
}

/// The largest relative change of the words' scores over `moves` of the words' vectors, each `[T, D]`; NaN if all scores
/// are zero.
///
/// # Errors
/// The method's own.
pub fn largest_change<F: Real>(
    case: &Case<'_, F>,
    (method, params): (&dyn Method<F>, &Params),
    moves: impl Iterator<Item = Array2<F>>,
) -> Result<f64> {
    let here = method.attribute(case, params)?.per_token;
    let norm = here.iter().map(|v| v.wide().powi(2)).sum::<f64>().sqrt();
    let baseline = Baseline::Rows(case.baseline.clone());
    let mut most: f64 = 0.0;
    for moved in moves {
        let mut x = case.x().to_owned();
        flat_mut(&mut x).iter_mut().zip(&moved).for_each(|(v, by)| *v += *by);
        let pass = case.model.forward(x)?;
        let asked = (case.target.kind, Some(case.target.class));
        let mut there = Case::new(case.model, pass.as_ref(), case.tokens, asked, &baseline)?;
        there.target = case.target;
        let scores = method.attribute(&there, params)?.per_token;
        let change: f64 = here.iter().zip(&scores).map(|(a, b)| (a.wide() - b.wide()).powi(2)).sum();
        most = most.max(change.sqrt());
    }
    Ok(most / norm)
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::with_case;
    use super::*;
    use crate::method::method;

    #[test]
    fn a_gradient_does_not_move_until_a_winner_does() {
        // The slopes are 1 for (5, 0), 1 for (0, 3) and 0: no winner changes within 0.4. Gradient times input moves by at
        // most 0.4 for either word, of a norm of sqrt(34).
        with_case(|case| {
            let near = Neighbourhood::new(0.4, 400, 1).unwrap();
            let of = |id: &str| {
                let method = method::<f64>(id).unwrap();
                max_sensitivity(case, (method, &Params::defaults(method.spec().params)), near).unwrap()
            };
            assert_eq!(of("gradient"), 0.0);
            let bound = 0.4 * 2.0f64.sqrt() / 34.0f64.sqrt();
            let got = of("gradient-x-input");
            assert!(got <= bound && got > 0.9 * bound, "{got} of at most {bound}");
            assert_eq!(got, of("lrp-z"), "two names, one number");
        });
    }

    #[test]
    fn the_typical_component_by_hand() {
        with_case(|case| assert_eq!(typical_component(case), (42.0f64 / 6.0).sqrt()));
    }

    #[test]
    fn a_radius_of_nothing_is_refused() {
        let error = Neighbourhood::new(0.0, 1, 1).unwrap_err();
        assert_eq!(error.to_string(), "radius is 0, expected a positive number");
        assert!(Neighbourhood::new(f64::NAN, 1, 1).is_err() && Neighbourhood::new(1.0, 0, 1).is_err());
    }
}
