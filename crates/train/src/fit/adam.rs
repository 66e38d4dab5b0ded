//! Adam (Kingma & Ba 2015, algorithm 1 in the order of its section 2), as Keras computes it:
//!
//! ```text
//! m = b1 m + (1 - b1) g        v = b2 v + (1 - b2) g^2
//! w = w - lr sqrt(1 - b2^t) / (1 - b1^t)  m / (sqrt(v) + epsilon)
//! ```
//!
//! PyTorch adds its epsilon after the correction of `v`; the paper's notebook is Keras, with epsilon 1e-7. Weight decay,
//! where it is asked for, is decoupled: `w = w - lr decay w` beside the step (Loshchilov & Hutter 2019), for everything
//! but biases.
//!
//! Of the table of word vectors a batch reads a few rows, so a step moves those rows and their memory only, as
//! PyTorch's SparseAdam does. Rows that are not read would otherwise drift on old momentum.

use ndarray::Array2;
use wordlight_nn::Real;
use wordlight_nn::params::Parameters;

/// `m` and `v` of each tensor.
type Moments<F> = Vec<(Vec<F>, Vec<F>)>;
/// `m` and `v` of the table's rows, `[V, D]`; none if it is frozen.
type RowMoments<F> = Option<(Array2<F>, Array2<F>)>;

/// The optimiser and its memory.
#[derive(Clone, Debug)]
pub struct Adam<F> {
    learning_rate: f64,
    weight_decay: f64,
    /// `t`
    steps: i32,
    moments: Moments<F>,
    row_moments: RowMoments<F>,
}

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-7;

/// The factors of one step.
struct Factors<F> {
    rate: F,
    b: [F; 2],
    a: [F; 2],
    epsilon: F,
}

impl<F: Real> Factors<F> {
    fn new(learning_rate: f64, steps: i32) -> Self {
        let correction = (1.0 - BETA_2.powi(steps)).sqrt() / (1.0 - BETA_1.powi(steps));
        Self {
            rate: F::from_f64(learning_rate * correction),
            b: [F::from_f64(BETA_1), F::from_f64(BETA_2)],
            a: [F::from_f64(1.0 - BETA_1), F::from_f64(1.0 - BETA_2)],
            epsilon: F::from_f64(EPSILON),
        }
    }

    fn apply(&self, values: &mut [F], gradient: &[F], m: &mut [F], v: &mut [F]) {
        for (((w, &g), m), v) in values.iter_mut().zip(gradient).zip(m).zip(v) {
            *m = self.b[0] * *m + self.a[0] * g;
            *v = self.b[1] * *v + self.a[1] * g * g;
            *w -= self.rate * *m / (v.sqrt() + self.epsilon);
        }
    }
}

impl<F: Real> Adam<F> {
    /// With an empty memory.
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, weight_decay: 0.0, steps: 0, moments: Vec::new(), row_moments: None }
    }

    /// With weight decay.
    #[must_use]
    pub fn with_weight_decay(self, weight_decay: f64) -> Self {
        Self { weight_decay, ..self }
    }

    /// One step. `gradient` has one slice per tensor, in the order of [`Parameters::update`].
    pub fn step(&mut self, model: &mut dyn Parameters<F>, gradient: &[Vec<F>]) {
        self.steps += 1;
        if self.moments.is_empty() {
            self.moments = gradient.iter().map(|g| (vec![F::zero(); g.len()], vec![F::zero(); g.len()])).collect();
        }
        let factors = Factors::new(self.learning_rate, self.steps);
        let kept = F::from_f64(1.0 - self.learning_rate * self.weight_decay);
        let decays = self.weight_decay > 0.0;
        let mut tensors = gradient.iter().zip(&mut self.moments);
        model.update(&mut |name, values| {
            let Some((gradient, (m, v))) = tensors.next() else { unreachable!("no gradient for {name}") };
            assert_eq!(values.len(), gradient.len(), "the gradient of {name}");
            if decays && !name.contains("bias") {
                values.iter_mut().for_each(|w| *w *= kept);
            }
            factors.apply(values, gradient, m, v);
        });
    }

    /// The part of a step that moves rows of the table, after [`Self::step`]. `gradients` is `[rows, D]`.
    pub fn step_rows(&mut self, learning_rate: f64, table: &mut Array2<F>, rows: &[usize], gradients: &[F]) {
        let dim = table.ncols();
        let (m, v) =
            self.row_moments.get_or_insert_with(|| (Array2::zeros(table.raw_dim()), Array2::zeros(table.raw_dim())));
        let factors = Factors::new(learning_rate, self.steps);
        let flat = [table, m, v].map(|array| array.as_slice_mut().expect("row-major"));
        let [table, m, v] = flat;
        for (&row, gradient) in rows.iter().zip(gradients.chunks_exact(dim)) {
            let at = row * dim..(row + 1) * dim;
            factors.apply(&mut table[at.clone()], gradient, &mut m[at.clone()], &mut v[at]);
        }
    }

    /// `t`, the moments of each tensor and those of the table: what a resumed run needs.
    pub(super) fn memory(&self) -> (i32, &Moments<F>, &RowMoments<F>) {
        (self.steps, &self.moments, &self.row_moments)
    }

    /// Takes up a memory.
    pub(super) fn remember(&mut self, steps: i32, moments: Moments<F>, row_moments: RowMoments<F>) {
        (self.steps, self.moments, self.row_moments) = (steps, moments, row_moments);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

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

    #[test]
    fn weight_decay_takes_its_share_beside_the_step() {
        let mut model = One(vec![2.0]);
        Adam::new(0.1).with_weight_decay(0.5).step(&mut model, &[vec![0.0]]);
        assert!((model.0[0] - 2.0 * 0.95).abs() < 1e-15, "{}", model.0[0]);
    }

    #[test]
    fn only_the_rows_that_were_read_move() {
        let mut model = One(vec![0.0]);
        let mut adam = Adam::new(0.001);
        let mut table = array![[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]];
        adam.step(&mut model, &[vec![0.0]]);
        adam.step_rows(0.01, &mut table, &[2, 0], &[1.0, -1.0, 0.0, 2.0]);
        for (got, want) in table.iter().zip([1.0, 0.99, 1.0, 1.0, 0.99, 1.01]) {
            assert!((got - want).abs() < 1e-7, "{got} {want}");
        }
        adam.step(&mut model, &[vec![0.0]]);
        let before = table.row(2).to_owned();
        adam.step_rows(0.01, &mut table, &[0], &[0.0, 0.0]);
        assert_eq!(table.row(2), before, "a row that is not read keeps still, whatever its momentum");
    }
}
