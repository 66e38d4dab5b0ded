//! Max-sensitivity (Yeh et al. 2019, definition 3.1): how much the scores of words can change when their vectors hardly do,
//!
//! ```text
//! SENS = max over |d| <= r of  || A(x + d) - A(x) || / || A(x) ||
//! ```
//!
//! with the Euclidean norm over words. The maximum is over seeded draws, each number of a word's vector moved by an even
//! draw from `-r` to `r` (as in Captum's `sensitivity_max`), so it is a lower bound. Padding is not moved, and the class
//! stays. A method that draws keeps its own seed, so what is measured is the input's doing, not the sampling's.

use ndarray::{Array1, Array2};
use wordlight_nn::Real;
use wordlight_nn::ops::flat_mut;

use crate::Error;
use crate::case::Case;
use crate::method::Method;
use crate::random::Draws;

/// How far and how often inputs are moved to look at their neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbourhood {
    /// The radius `r`: the most by which a component of a word vector is moved.
    pub radius: f64,
    /// How many neighbours are drawn.
    pub samples: usize,
    /// Seed of the draws.
    pub seed: usize,
}

impl Neighbourhood {
    /// # Errors
    /// [`Error::Parameter`] for a radius that is no positive number, or no samples.
    pub fn new(radius: f64, samples: usize, seed: usize) -> crate::Result<Self> {
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

    /// The moves for a case, one `[T, D]` for each neighbour, to be added to the words.
    pub fn moves<F: Real>(self, case: &Case<'_, F>) -> impl Iterator<Item = Array2<F>> {
        let mut draws = Draws::new(self.seed);
        let shape = (case.tokens(), case.x().ncols());
        (0..self.samples).map(move |_| Array2::from_shape_simple_fn(shape, || F::from_f64(self.radius * draws.even())))
    }
}

/// The root of the mean square of the words' components: a measure for a radius. 0 for no words.
pub fn typical_component<F: Real>(case: &Case<'_, F>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0f64);
    for row in case.x().outer_iter().take(case.tokens()) {
        sum += row.iter().map(|v| v.as_f64().powi(2)).sum::<f64>();
        count += row.len() as f64;
    }
    (sum / count.max(1.0)).sqrt()
}

/// The largest relative change of the words' scores; NaN or infinite if all scores are zero.
///
/// # Errors
/// The errors of the method.
pub fn max_sensitivity<F: Real>(case: &Case<'_, F>, method: &dyn Method<F>, near: Neighbourhood) -> crate::Result<f64> {
    largest_change(case, method, near.moves(case))
}

/// The largest relative change of the words' scores over `moves` of the words' vectors, each `[T, D]`; NaN or infinite if all
/// scores are zero.
///
/// # Errors
/// The errors of the method.
pub fn largest_change<F: Real>(
    case: &Case<'_, F>,
    method: &dyn Method<F>,
    moves: impl Iterator<Item = Array2<F>>,
) -> crate::Result<f64> {
    let wide = |scores: Array1<F>| scores.iter().map(|v| v.as_f64()).collect();
    let mut change = LargestChange::from(wide(method.attribute(case)?.per_token));
    visit_neighbours(case, moves, &mut |there| {
        let there: Vec<f64> = wide(method.attribute(there)?.per_token);
        change.see(&there);
        Ok::<_, Error>(())
    })?;
    Ok(change.relative())
}

/// The largest relative change of scores, seen one neighbour after the other.
#[derive(Clone, Debug)]
pub struct LargestChange {
    here: Vec<f64>,
    most: f64,
}

impl LargestChange {
    /// Starts from the scores at the input, `[T]`.
    pub fn from(here: Vec<f64>) -> Self {
        Self { here, most: 0.0 }
    }

    /// Compares with the scores at a neighbour, `[T]`.
    pub fn see(&mut self, there: &[f64]) {
        let change: f64 = self.here.iter().zip(there).map(|(a, b)| (a - b).powi(2)).sum();
        self.most = self.most.max(change.sqrt());
    }

    /// In units of the norm of the scores where they were; NaN or infinite if that is 0.
    pub fn relative(&self) -> f64 {
        self.most / self.here.iter().map(|v| v.powi(2)).sum::<f64>().sqrt()
    }
}

/// Shows `visit` the case with its words moved by each of `moves`, each `[T, D]`, so that many methods are asked about the same
/// neighbours.
///
/// # Errors
/// The errors of `visit`.
pub fn visit_neighbours<F: Real, E: From<Error>>(
    case: &Case<'_, F>,
    moves: impl Iterator<Item = Array2<F>>,
    visit: &mut dyn FnMut(&Case<'_, F>) -> Result<(), E>,
) -> Result<(), E> {
    for moved in moves {
        let mut x = case.x().to_owned();
        flat_mut(&mut x).iter_mut().zip(&moved).for_each(|(v, by)| *v += *by);
        let pass = case.model().forward(x).map_err(Error::from)?;
        visit(&case.at(pass.as_ref())?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::with_case;
    use super::*;
    use crate::method::build;

    #[test]
    fn a_gradient_does_not_move_until_a_winner_does() {
        // The slopes are 1 for (5, 0), 1 for (0, 3) and 0: no winner changes within 0.4. Gradient times input moves by at
        // most 0.4 for either word, of a norm of sqrt(34).
        with_case(|case| {
            let near = Neighbourhood::new(0.4, 400, 1).unwrap();
            let of = |id: &str| max_sensitivity(case, build(id, &Default::default()).unwrap().as_ref(), near).unwrap();
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
