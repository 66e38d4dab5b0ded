//! Layer-wise relevance propagation as a policy of the backward walk.
//!
//! Affine layers follow their rule, activations let relevance through, and at a maximum the winner takes all. In an LSTM
//! ([`crate::cite::ARRAS_2017`]) a gate only decides how much of its source comes through, so **the gate gets nothing and
//! the source gets all**; a state `c_t = f c_{t-1} + i g` is a layer of two inputs with weight 1, so what is kept and what
//! is new share its relevance by the rule at that place. As all of a cell's inputs and its bias stand in one denominator,
//! no relevance is shared out twice.
//!
//! What biases keep, stabilisers lose and the zero state before the first word receives (under rules that look at weights
//! alone) is added up for the ledger.
//!
//! Decided against: sharing a product half and half, or by the logarithms of its factors. Arras et al. 2019 compare them;
//! gates then get relevance that says how much, not what.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use wordlight_nn::Real;
use wordlight_nn::affine::{Affine, AffineGrad, Part, WeightMap};
use wordlight_nn::backward::{Backward, Site};
use wordlight_nn::layer::Activation;
use wordlight_nn::ops::{column_sums, flat, map, one_row, shaped};

use crate::composite::Composite;

/// LRP as a policy of the backward walk, with what it books on the way.
pub struct Relevance<'a, F> {
    composite: &'a Composite<F>,
    /// The relevance that the biases of all layers kept.
    pub biases: F,
    /// The relevance that stabilised divisions lost, in all layers.
    pub stabiliser: F,
    /// The relevance that reached the state before the first word.
    pub start: F,
    /// The magnitudes of all relevance that was handed on: rounding is relative to them.
    pub magnitude: f64,
}

impl<'a, F: Real> Relevance<'a, F> {
    /// A policy that has booked nothing yet.
    pub fn new(composite: &'a Composite<F>) -> Self {
        let zero = F::zero();
        Self { composite, biases: zero, stabiliser: zero, start: zero, magnitude: 0.0 }
    }
}

impl<F: Real> Backward<F> for Relevance<'_, F> {
    fn affine(
        &mut self,
        at: Site,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        z: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> Array2<F> {
        let split = self.composite.rule_at(at).redistribute(layer, x, z, signal.view());
        self.biases += split.bias;
        self.stabiliser += split.stabiliser;
        self.magnitude += F::sums(&flat(&split.relevance.view())).1 + F::sums(&[split.bias, split.stabiliser]).1;
        split.relevance
    }

    fn activation(&mut self, _: Site, _: Activation, _: ArrayView2<'_, F>, signal: Array2<F>) -> Array2<F> {
        signal
    }

    fn gate(
        &mut self,
        _: Site,
        gate: ArrayView2<'_, F>,
        _: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> (Array2<F>, Array2<F>) {
        (Array2::zeros(gate.raw_dim()), signal)
    }

    fn sum(
        &mut self,
        at: Site,
        a: ArrayView2<'_, F>,
        b: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> (Array2<F>, Array2<F>) {
        let width = signal.ncols();
        let layer = Sum { bias: Array1::zeros(width) };
        let mut both = flat(&a).into_owned();
        both.extend_from_slice(&flat(&b));
        let both = shaped((2, width), both);
        let z = layer.apply(both.view(), WeightMap::AS_IS);
        let shares = self.affine(at, &layer, both.view(), z.view(), signal);
        let of = |row: usize| one_row(flat(&shares.row(row)).into_owned());
        (of(0), of(1))
    }

    fn start(&mut self, _: Site, h: Array2<F>, c: Array2<F>) {
        self.start += F::from_f64(F::sums(&flat(&h.view())).0 + F::sums(&flat(&c.view())).0);
    }
}

/// `a + b` as a layer whose weights are 1.
///
/// # Shapes
/// Maps `[2, H]` to `[1, H]`; `bias` `[H]` is zero.
struct Sum<F> {
    bias: Array1<F>,
}

impl<F: Real> Sum<F> {
    fn weight(part: Part<F>) -> F {
        part.of(F::one())
    }
}

impl<F: Real> Affine<F> for Sum<F> {
    fn apply(&self, x: ArrayView2<'_, F>, with: WeightMap<F>) -> Array2<F> {
        let weight = Self::weight(with.weight);
        one_row(column_sums(x).iter().map(|&sum| weight * sum).collect())
    }

    fn adjoint(&self, s: ArrayView2<'_, F>, with: WeightMap<F>) -> Array2<F> {
        let weight = Self::weight(with.weight);
        let mut both = flat(&map(s, |s| weight * s).view()).into_owned();
        both.extend_from_within(..);
        shaped((2, s.ncols()), both)
    }

    /// A sum has no parameters.
    fn grad(&self, _: ArrayView2<'_, F>, _: ArrayView2<'_, F>) -> AffineGrad<F> {
        AffineGrad { weight: Array2::zeros((0, 0)), bias: Array1::zeros(0) }
    }

    fn bias(&self) -> ArrayView1<'_, F> {
        self.bias.view()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::rule::{Bias, Epsilon, Flat, Rule, Z};

    fn composite(rule: impl Fn() -> Box<dyn Rule<f64>>) -> Composite<f64> {
        Composite { dense: rule(), conv: rule() }
    }

    #[test]
    fn a_gate_gets_nothing_and_its_source_gets_all() {
        let composite = composite(|| Box::new(Z::new(Bias::Absorb)));
        let (gate, source) = (array![[0.5, 0.1]], array![[2.0, -3.0]]);
        let split = Relevance::new(&composite).gate(Site::Gate(0), gate.view(), source.view(), array![[4.0, 5.0]]);
        assert_eq!(split, (array![[0.0, 0.0]], array![[4.0, 5.0]]));
    }

    #[test]
    fn a_state_is_shared_by_what_is_kept_and_what_is_new() {
        let (kept, new) = (array![[3.0, 1.0]], array![[-1.0, 0.0]]);
        let state = |rule: fn() -> Box<dyn Rule<f64>>| {
            let composite = composite(rule);
            let mut policy = Relevance::new(&composite);
            let (a, b) = policy.sum(Site::State(0), kept.view(), new.view(), array![[4.0, 5.0]]);
            (a, b, policy.stabiliser)
        };
        // 3 and -1 of 2, so 6 and -2 of 4; 1 and 0 of 1.
        assert_eq!(state(|| Box::new(Z::new(Bias::Absorb))), (array![[6.0, 5.0]], array![[-2.0, 0.0]], 0.0));
        // With epsilon 2 the denominators are 4 and 3.
        let (a, b, lost) = state(|| Box::new(Epsilon::new(2.0, Bias::Absorb).unwrap()));
        assert!((a[[0, 0]] - 3.0).abs() < 1e-15 && (b[[0, 0]] + 1.0).abs() < 1e-15, "{a} {b}");
        assert!((a[[0, 1]] - 5.0 / 3.0).abs() < 1e-15 && (lost - 2.0 - 10.0 / 3.0).abs() < 1e-15, "{a} {lost}");
        assert_eq!(state(|| Box::new(Flat::new())), (array![[2.0, 2.5]], array![[2.0, 2.5]], 0.0));
    }

    #[test]
    fn what_reaches_the_first_state_is_booked() {
        let composite = composite(|| Box::new(Flat::new()));
        let mut policy = Relevance::new(&composite);
        policy.start(Site::State(0), array![[1.0, 2.0]], array![[-0.5, 0.0]]);
        policy.start(Site::State(1), array![[1.0, 0.0]], array![[0.0, 0.0]]);
        assert_eq!(policy.start, 3.5);
    }
}
