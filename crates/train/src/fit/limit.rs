//! Two bounds that keep training calm: on the gradient of a step and on the rows of the last layer.

use wordlight_nn::Real;
use wordlight_nn::params::Parameters;

use super::batch::BatchGradient;

/// Shortens a gradient that is longer than `longest` (Pascanu, Mikolov & Bengio 2013); word vectors count in.
pub fn clip<F: Real>(gradient: &mut BatchGradient<F>, longest: f64) {
    let square = |values: &[F]| values.iter().map(|g| g.as_f64().powi(2)).sum::<f64>();
    let sum = gradient.tensors.iter().map(|tensor| square(tensor)).sum::<f64>() + square(&gradient.row_gradients);
    let length = sum.sqrt();
    if length > longest {
        let factor = F::from_f64(longest / length);
        let tensors = gradient.tensors.iter_mut().flatten();
        tensors.chain(&mut gradient.row_gradients).for_each(|g| *g *= factor);
    }
}

/// Shortens the rows of the last layer's weight `[Y, M]`, one per class, to `longest` (Hinton et al. 2012; Kim 2014).
pub fn max_norm<F: Real>(model: &mut dyn Parameters<F>, classes: usize, longest: f64) {
    model.update(&mut |name, values| {
        if name == "dense.weight" {
            for row in values.chunks_exact_mut(values.len() / classes) {
                let length = row.iter().map(|w| w.as_f64().powi(2)).sum::<f64>().sqrt();
                if length > longest {
                    let factor = F::from_f64(longest / length);
                    row.iter_mut().for_each(|w| *w *= factor);
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Last(Vec<f64>);

    impl Parameters<f64> for Last {
        fn update(&mut self, change: &mut dyn FnMut(&str, &mut [f64])) {
            change("dense.weight", &mut self.0);
        }
        fn parameter_count(&self) -> usize {
            self.0.len()
        }
    }

    #[test]
    fn a_gradient_of_length_13_is_clipped_to_6_and_a_half() {
        let mut gradient = BatchGradient {
            tensors: vec![vec![3.0, 4.0]],
            rows: vec![7],
            row_gradients: vec![0.0, 12.0],
            loss: 0.0,
            correct: 0,
        };
        clip(&mut gradient, 20.0);
        assert_eq!(gradient.tensors, [[3.0, 4.0]]);
        clip(&mut gradient, 6.5);
        assert_eq!((gradient.tensors, gradient.row_gradients), (vec![vec![1.5, 2.0]], vec![0.0, 6.0]));
    }

    #[test]
    fn only_the_rows_that_are_too_long_are_shortened() {
        let mut model = Last(vec![3.0, 4.0, 0.3, 0.4]);
        max_norm(&mut model, 2, 2.5);
        assert_eq!(model.0, [1.5, 2.0, 0.3, 0.4]);
    }
}
