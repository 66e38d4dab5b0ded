//! The network as a [`Classifier`], and the walk back through it.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::{TextCnn, TextCnnPass};
use crate::backward::{Backward, Site};
use crate::model::{Classifier, Pass};
use crate::ops::{add, flat, one_row, zip};
use crate::{Error, Real, Result};

impl<F: Real> Classifier<F> for TextCnn<F> {
    fn dim(&self) -> usize {
        self.config.dim
    }

    fn classes(&self) -> usize {
        self.config.classes
    }

    fn positions(&self, tokens: usize) -> usize {
        self.padded_len(tokens).min(tokens + self.config.widest())
    }

    fn padded_len(&self, tokens: usize) -> usize {
        tokens.max(self.config.pad_to).max(self.config.widest())
    }

    fn forward<'m>(&'m self, x: Array2<F>) -> Result<Box<dyn Pass<F> + 'm>> {
        let pass = self.pass(x, None)?;
        Error::check_finite("the logit vector", &flat(&pass.logits.view()))?;
        Ok(Box::new(pass))
    }

    fn as_text_cnn(&self) -> Option<&TextCnn<F>> {
        Some(self)
    }
}

impl<F: Real> Pass<F> for TextCnnPass<'_, F> {
    fn input(&self) -> ArrayView2<'_, F> {
        self.x.view()
    }

    fn logits(&self) -> ArrayView1<'_, F> {
        self.logits.row(0)
    }

    fn as_text_cnn(&self) -> Option<&TextCnnPass<'_, F>> {
        Some(self)
    }

    fn pull_back(&self, seed: Array1<F>, policy: &mut dyn Backward<F>) -> Array2<F> {
        let model = self.model;
        let seed = seed.insert_axis(Axis(0));
        let mut signal = policy.affine(Site::Dense, &model.dense, self.pooled.view(), self.logits.view(), seed);
        if let Some(mask) = &self.mask {
            zip(&mut signal, mask.view().insert_axis(Axis(0)), |s, kept| *s *= kept);
        }
        let signal = policy.max(Site::Max, &self.winners, signal);
        let mut input: Option<Array2<F>> = None;
        for (i, conv) in model.convs.iter().enumerate() {
            let filters = i * model.config.filters..(i + 1) * model.config.filters;
            let own = |row: &Array2<F>| one_row(flat(&row.view())[filters.clone()].to_vec());
            let (best, signal) = (own(&self.best), own(&signal));
            let signal = policy.activation(Site::Activation(i), model.config.activation, best.view(), signal);
            let at = conv.at(&self.winners.window[filters.clone()], self.x.nrows());
            let part = policy.affine(Site::Conv(i), &at, self.x.view(), best.view(), signal);
            input = Some(match input {
                Some(mut sum) => {
                    if policy.wants_input() {
                        add(&mut sum, part.view());
                    }
                    sum
                }
                None => part,
            });
        }
        input.expect("a validated network has a width")
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::backward::Gradient;
    use crate::layer::{Activation, Conv1d, Dense};
    use crate::model::TextCnnConfig;
    use crate::params::Parameters;

    /// One filter over two words of one dimension, w = (2, -1), b = 1; logits m and -m.
    fn by_hand() -> TextCnn<f64> {
        let config = TextCnnConfig {
            dim: 1,
            classes: 2,
            widths: vec![2],
            filters: 1,
            activation: Activation::Linear,
            pad_to: 4,
        };
        let conv = Conv1d::new(array![[2.0, -1.0]], array![1.0], 2).unwrap();
        let dense = Dense::new(array![[1.0], [-1.0]], array![0.0, 0.5]).unwrap();
        TextCnn::new(config, vec![conv], dense).unwrap()
    }

    #[test]
    fn one_filter_by_hand() {
        // windows: 2*1 - 3 + 1 = 0, 2*3 - 0 + 1 = 7, 1; the second wins.
        let model = by_hand();
        let pass = model.pass(array![[1.0], [3.0], [0.0], [0.0]], None).unwrap();
        assert_eq!(pass.logits(), array![7.0, -6.5]);
        assert_eq!(pass.winners().window, [1]);
        let gradient = pass.pull_back(array![1.0, 0.0], &mut Gradient);
        assert_eq!(gradient, array![[0.0], [2.0], [-1.0], [0.0]]);
    }

    #[test]
    fn the_papers_network_has_12605_weights() {
        let model: TextCnn<f32> = TextCnn::random(TextCnnConfig::paper(60), || 0.25).unwrap();
        assert_eq!(model.parameter_count(), 12_605);
    }

    #[test]
    fn rows_of_padding_that_cannot_matter_are_not_asked_for() {
        let model = by_hand();
        assert_eq!((model.positions(1), model.padded_len(1)), (3, 4));
        assert_eq!((model.positions(3), model.padded_len(3)), (4, 4));
        assert_eq!((model.positions(9), model.padded_len(9)), (9, 9));
        assert_eq!((model.positions(0), model.padded_len(0)), (2, 4));
    }

    #[test]
    fn too_few_rows_and_wrong_dimensions_are_refused() {
        let model = by_hand();
        assert!(model.pass(array![[1.0]], None).is_err());
        assert!(model.pass(array![[1.0, 2.0], [1.0, 2.0]], None).is_err());
        assert!(model.pass(array![[1.0], [f64::INFINITY]], None).is_err());
    }
}
