//! The mean gradient of a target on a straight line of logits.

use ndarray::Array1;

use crate::quadrature::{Node, legendre_nodes};
use crate::target::Target;

/// Gauss-Legendre nodes on a piece of the path at most, for targets behind a softmax.
const MAX_NODES: usize = 12;

/// How far the logits may move against each other within one piece before it is cut: as far as [`MAX_NODES`] reach.
const REACH: f64 = 2.5;

/// Cuts of one piece at most. Logits that move by more than 2500 are past anything a trained network does; the ledger
/// would show what is missed.
const MAX_CUTS: f64 = 1000.0;

/// The mean of `dF/dz` along straight lines between logit vectors, to rounding: what a piece of the path passes on, and
/// what a rescale rule needs of a softmax.
#[derive(Default)]
pub(crate) struct MeanSlope {
    /// Entry `n - 1` has `n` nodes, once they have been asked for.
    nodes: [Vec<Node>; MAX_NODES],
}

impl MeanSlope {
    /// The mean of `dF/dz` `[Y]` while the logits go from `z` straight to `z + way`.
    pub(crate) fn along(&mut self, target: &Target, z: &Array1<f64>, way: &Array1<f64>) -> Array1<f64> {
        let (low, high) = way.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
        let cuts = ((high - low) / REACH).ceil().clamp(1.0, MAX_CUTS);
        let n = Self::enough((high - low) / cuts);
        let nodes = &mut self.nodes[n - 1];
        if nodes.is_empty() {
            *nodes = legendre_nodes(n);
        }
        let mut mean = Array1::zeros(z.len());
        for cut in 0..cuts as usize {
            for node in nodes.iter() {
                let part = (cut as f64 + node.at) / cuts;
                let at: Array1<f64> = z.iter().zip(way).map(|(z, way)| z + way * part).collect();
                let slopes = target.gradient(at.view());
                mean.iter_mut().zip(&slopes).for_each(|(mean, slope)| *mean += node.weight / cuts * slope);
            }
        }
        mean
    }

    /// How many nodes integrate to rounding while logits move by `spread` against each other.
    ///
    /// A softmax has its nearest poles where two logits differ by `i pi`. On a piece of half-length `h` the error of `n`
    /// nodes falls as `rho^(-2 n)`, `rho = exp(asinh(pi / h))` being the largest ellipse around the piece without a pole.
    fn enough(spread: f64) -> usize {
        let log_rho = (2.0 * std::f64::consts::PI / spread).asinh();
        let digits = -f64::EPSILON.ln() / 2.0;
        ((digits / log_rho).ceil() as usize + 1).min(MAX_NODES)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::target::TargetKind;

    #[test]
    fn the_mean_slope_of_a_softmax_is_the_rise_over_the_way() {
        // From 1 : 1 to 3 : 1 a probability rises from 1/2 to 3/4, however often the piece has to be cut.
        let target = Target::pin(TargetKind::Probability, Some(0), array![0.0, 0.0].view()).unwrap();
        for scale in [0.0, 1e-9, 1e-3, 1.0, 2.2, 30.0] {
            let (z, way) = (array![0.0, 0.0], array![3.0f64.ln() * scale, 0.0]);
            let mean = MeanSlope::default().along(&target, &z, &way);
            let rise = target.value((&z + &way).view()) - target.value(z.view());
            assert!((mean.dot(&way) - rise).abs() < 1e-15, "{} and {rise}", mean.dot(&way));
        }
    }

    #[test]
    fn half_as_many_nodes_would_not_be_enough() {
        let target = Target::pin(TargetKind::Probability, Some(0), array![0.0, 0.0].view()).unwrap();
        for spread in [0.5, 1.0, 1.5, REACH] {
            let error = |n: usize| {
                let slope = |node: &Node| node.weight * target.gradient(array![spread * node.at, 0.0].view())[0];
                let mean: f64 = legendre_nodes(n).iter().map(slope).sum();
                // From 1/2 to the logistic function of the spread, which is half of 1 + tanh of its half.
                (mean * spread - (spread / 2.0).tanh() / 2.0).abs()
            };
            let enough = MeanSlope::enough(spread);
            assert!(error(enough) < 1e-15, "{enough} nodes for {spread}: {}", error(enough));
            assert!(error(enough / 2) > 1e-12, "{} nodes for {spread}: {}", enough / 2, error(enough / 2));
        }
    }
}
