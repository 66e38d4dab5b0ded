//! A moving average of the weights along training (Polyak & Juditsky 1992, with an exponential window): steadier than
//! the last step's weights, at no cost for the page.
//!
//! ```text
//! a_t = d a_(t-1) + (1 - d) w_t        d = min(decay, t / (t + 9))
//! ```
//!
//! The shorter window at the start lets the average forget the first weights. A row of the word vectors that is not
//! read stays where it is, so its average is brought up to date when it is needed: `k` steps at rest are
//! `a + (1 - d^k) (w - a)`, and the product of the `d` is kept as a running sum of logarithms.

use ndarray::Array2;
use wordlight_nn::params::Parameters;

use super::learner::tensors;

/// The average of a network's tensors and of the table.
#[derive(Clone, Debug)]
pub(super) struct Average {
    pub(super) decay: f64,
    /// `t`
    pub(super) steps: u64,
    /// Of each tensor.
    pub(super) tensors: Vec<Vec<f32>>,
    /// Of the table, `[V, D]`, each row as of its step; `None` if the table is frozen.
    pub(super) table: Option<Array2<f32>>,
    /// `sum ln d` up to now, and up to the step as of which each row stands, `[V]`.
    pub(super) log_decay: f64,
    pub(super) row_log_decay: Vec<f64>,
}

impl Average {
    pub(super) fn new(decay: f64, model: &mut dyn Parameters<f32>, table: Option<&Array2<f32>>) -> Self {
        Self {
            decay,
            steps: 0,
            tensors: tensors(model),
            row_log_decay: vec![0.0; table.map_or(0, Array2::nrows)],
            table: table.cloned(),
            log_decay: 0.0,
        }
    }

    /// Before `rows` of the table are moved: brings their averages up to date.
    pub(super) fn before_rows(&mut self, table: &Array2<f32>, rows: &[usize]) {
        for &row in rows {
            self.catch_up(table, row);
        }
    }

    fn catch_up(&mut self, table: &Array2<f32>, row: usize) {
        if let Some(average) = &mut self.table {
            let left = (self.log_decay - self.row_log_decay[row]).exp() as f32;
            for (a, &w) in average.row_mut(row).iter_mut().zip(table.row(row)) {
                *a = w + left * (*a - w);
            }
            self.row_log_decay[row] = self.log_decay;
        }
    }

    /// After a step.
    pub(super) fn step(&mut self, model: &mut dyn Parameters<f32>) {
        self.steps += 1;
        let t = self.steps as f64;
        let decay = self.decay.min(t / (t + 9.0));
        self.log_decay += decay.ln();
        let (old, new) = (decay as f32, (1.0 - decay) as f32);
        let mut averages = self.tensors.iter_mut();
        model.update(&mut |name, values| {
            let Some(average) = averages.next() else { unreachable!("no average of {name}") };
            average.iter_mut().zip(values).for_each(|(a, w)| *a = old * *a + new * *w);
        });
    }

    /// The table's average as of now.
    pub(super) fn table(&mut self, table: &Array2<f32>) -> Option<&Array2<f32>> {
        for row in 0..self.row_log_decay.len() {
            self.catch_up(table, row);
        }
        self.table.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    struct One(Vec<f32>);

    impl Parameters<f32> for One {
        fn update(&mut self, change: &mut dyn FnMut(&str, &mut [f32])) {
            change("w", &mut self.0);
        }
        fn parameter_count(&self) -> usize {
            self.0.len()
        }
    }

    #[test]
    fn a_row_that_rests_is_averaged_like_a_tensor_that_is_stepped() {
        // The same numbers twice: as a tensor, averaged at every step, and as a row that is read in steps 1 and 4 only.
        let mut model = One(vec![0.0]);
        let mut table = array![[0.0f32]];
        let mut average = Average::new(0.5, &mut model, Some(&table));
        for (step, value) in [(1, 1.0), (2, 1.0), (3, 1.0), (4, -2.0), (5, -2.0)] {
            if step == 1 || step == 4 {
                average.before_rows(&table, &[0]);
                table[[0, 0]] = value;
            }
            model.0[0] = value;
            average.step(&mut model);
        }
        // d = 0.1, 2/11, 3/12, 4/13, 5/14
        let mut want = 0.0f64;
        for (t, value) in [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, -2.0), (5.0, -2.0)] {
            let d = t / (t + 9.0);
            want = d * want + (1.0 - d) * value;
        }
        assert!((f64::from(average.tensors[0][0]) - want).abs() < 1e-6);
        let row = average.table(&table).unwrap()[[0, 0]];
        assert!((f64::from(row) - want).abs() < 1e-6, "{row} {want}");
    }
}
