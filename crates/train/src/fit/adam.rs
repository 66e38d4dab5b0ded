//! Adam (Kingma & Ba 2015, algorithm 1 in the order of its section 2), as Keras computes it:
//!
//! ```text
//! m = b1 m + (1 - b1) g        v = b2 v + (1 - b2) g^2
//! w = w - lr sqrt(1 - b2^t) / (1 - b1^t)  m / (sqrt(v) + epsilon)
//! ```
//!
//! PyTorch adds its epsilon after the correction of `v`; the paper's notebook is Keras, with epsilon 1e-7.

use wordlight_nn::Real;
use wordlight_nn::params::Parameters;

/// The optimiser and its memory.
#[derive(Clone, Debug)]
pub struct Adam<F> {
    learning_rate: f64,
    /// `t`
    steps: i32,
    /// `m` and `v` of each tensor.
    moments: Vec<(Vec<F>, Vec<F>)>,
}

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-7;

impl<F: Real> Adam<F> {
    /// With an empty memory.
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, steps: 0, moments: Vec::new() }
    }

    /// One step. `gradient` has one slice per tensor, in the order of [`Parameters::update`].
    pub fn step(&mut self, model: &mut dyn Parameters<F>, gradient: &[Vec<F>]) {
        self.steps += 1;
        if self.moments.is_empty() {
            self.moments = gradient.iter().map(|g| (vec![F::zero(); g.len()], vec![F::zero(); g.len()])).collect();
        }
        let correction = (1.0 - BETA_2.powi(self.steps)).sqrt() / (1.0 - BETA_1.powi(self.steps));
        let rate = F::of(self.learning_rate * correction);
        let (b1, b2, epsilon) = (F::of(BETA_1), F::of(BETA_2), F::of(EPSILON));
        let (a1, a2) = (F::of(1.0 - BETA_1), F::of(1.0 - BETA_2));
        let mut tensors = gradient.iter().zip(&mut self.moments);
        model.update(&mut |name, values| {
            let Some((gradient, (m, v))) = tensors.next() else { unreachable!("no gradient for {name}") };
            assert_eq!(values.len(), gradient.len(), "the gradient of {name}");
            for (((w, &g), m), v) in values.iter_mut().zip(gradient).zip(m).zip(v) {
                *m = b1 * *m + a1 * g;
                *v = b2 * *v + a2 * g * g;
                *w -= rate * *m / (v.sqrt() + epsilon);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One(Vec<f64>);

    impl Parameters<f64> for One {
        fn update(&mut self, change: &mut dyn FnMut(&str, &mut [f64])) {
            change("w", &mut self.0);
        }
        fn parameter_count(&self) -> usize {
            self.0.len()
        }
    }

    #[test]
    fn the_first_step_is_the_learning_rate_towards_lower_loss() {
        // m = 0.1 g, v = 0.001 g^2, correction sqrt(0.001) / 0.1: the step is lr g / (|g| + epsilon / sqrt(0.001)).
        let mut model = One(vec![1.0, -2.0, 0.5]);
        Adam::new(0.001).step(&mut model, &[vec![4.0, -0.5, 0.0]]);
        for (got, want) in model.0.iter().zip([0.999, -1.999, 0.5]) {
            assert!((got - want).abs() < 1e-8, "{got} {want}");
        }
    }
}
