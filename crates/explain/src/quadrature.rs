//! Nodes and weights on `[0, 1]`, from one function, so that no endpoint is lost and the weights always sum to 1.

use std::f64::consts::PI;

use crate::{Error, Result};

/// A node in `[0, 1]` and its weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// The place of the node, in `[0, 1]`.
    pub at: f64,
    /// The weight of the integrand's value there; the weights of a quadrature sum to 1.
    pub weight: f64,
}

/// The middle of each of `n` equal steps, in increasing order.
///
/// # Errors
/// [`Error::Parameter`] if `n` is 0.
pub fn midpoint(n: usize) -> Result<Vec<Node>> {
    at_least_one(n)?;
    Ok((0..n).map(|i| Node { at: (i as f64 + 0.5) / n as f64, weight: 1.0 / n as f64 }).collect())
}

fn at_least_one(n: usize) -> Result<()> {
    if n == 0 {
        return Err(Error::Parameter {
            name: "steps".to_owned(),
            expected: "at least 1".to_owned(),
            found: "0".to_owned(),
        });
    }
    Ok(())
}

/// The `n` nodes of Gauss and Legendre, in increasing order: exact for polynomials up to degree `2 n - 1`.
///
/// They are the roots of the Legendre polynomial of degree `n` by Newton's method, mapped from `[-1, 1]` to `[0, 1]`.
///
/// # Errors
/// [`Error::Parameter`] if `n` is 0.
pub fn gauss_legendre(n: usize) -> Result<Vec<Node>> {
    at_least_one(n)?;
    Ok(legendre_nodes(n))
}

/// [`gauss_legendre`] where `n` is known to be at least 1; without nodes for 0.
pub(crate) fn legendre_nodes(n: usize) -> Vec<Node> {
    // The guesses fall from 1 to -1, so they are taken from the last to the first.
    (0..n)
        .rev()
        .map(|i| {
            let mut x = sine(PI * (0.5 - (i as f64 + 0.75) / (n as f64 + 0.5)));
            let mut slope = 1.0;
            for _ in 0..100 {
                let (value, derivative) = legendre(n, x);
                slope = derivative;
                let step = value / derivative;
                x -= step;
                if step.abs() < 1e-16 {
                    break;
                }
            }
            Node { at: 0.5 * (1.0 + x), weight: 1.0 / ((1.0 - x * x) * slope * slope) }
        })
        .collect()
}

/// The sine of an angle between -pi/2 and pi/2, good to 1e-7: a first guess needs no more, and the library's sine brings
/// eight kilobytes of argument reduction to the page.
fn sine(angle: f64) -> f64 {
    let square = angle * angle;
    let mut term = angle;
    let mut sum = angle;
    for k in 1..7 {
        term *= -square / f64::from(2 * k * (2 * k + 1));
        sum += term;
    }
    sum
}

/// `P_n(x)` and its derivative, by the three-term recurrence.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut now) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, now) = (now, ((2.0 * k - 1.0) * x * now - (k - 1.0) * before) / k);
    }
    (now, n as f64 * (x * now - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integrate(nodes: &[Node], f: impl Fn(f64) -> f64) -> f64 {
        nodes.iter().map(|n| n.weight * f(n.at)).sum()
    }

    #[test]
    fn weights_sum_to_one() {
        for n in [1, 2, 3, 5, 12, 50, 300, 1000] {
            for nodes in [midpoint(n).unwrap(), gauss_legendre(n).unwrap()] {
                assert!((integrate(&nodes, |_| 1.0) - 1.0).abs() < 1e-12, "{n}");
            }
        }
    }

    #[test]
    fn gauss_legendre_is_exact_up_to_degree_2n_minus_1() {
        for n in 1..20 {
            for degree in 0..2 * n {
                let integral = integrate(&gauss_legendre(n).unwrap(), |t| t.powi(degree as i32));
                assert!((integral - 1.0 / (degree as f64 + 1.0)).abs() < 1e-14, "{n} nodes, degree {degree}");
            }
        }
    }

    #[test]
    fn two_nodes_by_hand() {
        let nodes = gauss_legendre(2).unwrap();
        let half = 0.5 / 3.0f64.sqrt();
        assert!((nodes[0].at - (0.5 - half)).abs() < 1e-15 && (nodes[1].at - (0.5 + half)).abs() < 1e-15);
    }

    #[test]
    fn the_midpoint_rule_misses_a_square_by_one_twelfth_of_the_squared_step() {
        let integral = integrate(&midpoint(10).unwrap(), |t| t * t);
        assert!((integral - (1.0 / 3.0 - 0.01 / 12.0)).abs() < 1e-15);
    }

    #[test]
    fn no_nodes_are_an_error() {
        assert!(midpoint(0).is_err() && gauss_legendre(0).is_err());
    }
}
