//! A layer of long short-term memory, read in one direction (Hochreiter & Schmidhuber 1997; the forget gate is Gers,
//! Schmidhuber & Cummins 2000), with the gates in PyTorch's order:
//!
//! ```text
//! z_t = W [x_t; h_{t-1}] + b                    four parts of H: i, f, g, o
//! c_t = sigmoid(z_f) c_{t-1} + sigmoid(z_i) tanh(z_g)
//! h_t = sigmoid(z_o) tanh(c_t)                  h_0 = c_0 = 0
//! ```
//!
//! All that has parameters is **one** affine map of the word and the last state stacked upon each other, so a
//! [`Dense`] layer; what is left are gates and a sum, and the walk back asks its policy about each of them.

mod left;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use wordlight_kernel::Packed;

pub use left::Left;

use super::{Activation, Dense};
use crate::affine::Affine;
use crate::backward::{Backward, Site};
use crate::ops::{add, add_scaled, flat, flat_mut, map, one_row, product, shaped};
use crate::{Error, Real, Result};

/// The direction in which the words are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From the first word to the last.
    Forwards,
    /// From the last word to the first.
    Backwards,
}

impl Order {
    /// The word of `words` that is read at `step`.
    fn word(self, step: usize, words: usize) -> usize {
        match self {
            Self::Forwards => step,
            Self::Backwards => words - 1 - step,
        }
    }
}

/// A layer of `H` units that reads words of `D` numbers.
#[derive(Clone, Debug)]
pub struct Lstm<F> {
    /// `[x; h] -> 4H`
    cell: Dense<F>,
    /// The columns of `x` and those of `h`, as the kernel reads them.
    of_words: Packed<F>,
    of_state: Packed<F>,
}

/// An input among others, on its way through the layer.
struct Reading<'a> {
    /// Which input it is.
    b: usize,
    rows: &'a [usize],
    /// The state that it has come to, among those of the last step.
    node: usize,
}

impl Reading<'_> {
    /// The rows in the order in which they are read.
    fn read(&self, order: Order) -> impl Iterator<Item = usize> {
        (0..self.rows.len()).map(move |step| self.rows[order.word(step, self.rows.len())])
    }
}

/// The forward pass of a layer over `T` words.
#[derive(Clone, Debug)]
pub struct Steps<F> {
    /// `[T, 4H]`, a row per word.
    z: Array2<F>,
    /// `[T + 1, H]`, a row per step, the state before the first word first.
    c: Array2<F>,
    /// `[T + 1, H]`, in the same order.
    h: Array2<F>,
}

impl<F: Real> Lstm<F> {
    /// A layer from `weight` `[4H, D + H]`, the columns of the word first, and `bias` `[4H]`.
    ///
    /// # Errors
    /// [`Error::Shape`] if the rows are no four gates or there is no column left for a word, [`Error::NotFinite`] for a
    /// NaN or an infinity.
    pub fn new(weight: Array2<F>, bias: Array1<F>) -> Result<Self> {
        let (rows, columns) = weight.dim();
        let hidden = rows / 4;
        Error::check_shape("lstm.weight", &[4 * hidden.max(1), columns.max(hidden + 1)], &[rows, columns])?;
        Error::check_shape("lstm.bias", &[rows], bias.shape())?;
        Error::check_finite("lstm.weight", &flat(&weight.view()))?;
        Error::check_finite("lstm.bias", &flat(&bias.view()))?;
        let cell = Dense::new(weight, bias)?;
        let (of_words, of_state) = packed(&cell);
        Ok(Self { cell, of_words, of_state })
    }

    /// The affine map `[x; h] -> 4H` that makes the gates.
    pub fn cell(&self) -> &Dense<F> {
        &self.cell
    }

    /// The number of units, `H`.
    pub fn hidden(&self) -> usize {
        self.cell.weight().nrows() / 4
    }

    /// The dimensions of a word vector, `D`.
    pub fn dim(&self) -> usize {
        self.cell.weight().ncols() - self.hidden()
    }

    /// Reads `x` `[T, D]`. What the words bring to all gates is one product; then one small product per step.
    pub fn read(&self, x: ArrayView2<'_, F>, order: Order) -> Steps<F> {
        let (words, hidden) = (x.nrows(), self.hidden());
        let gates = 4 * hidden;
        let mut z = Array2::zeros((words, gates));
        F::slide(&self.of_words, &flat(&x), x.ncols(), words, &flat(&self.cell.bias()), flat_mut(&mut z));
        let mut c = Array2::zeros((words + 1, hidden));
        let mut h = Array2::zeros((words + 1, hidden));
        let mut of_word = vec![F::zero(); gates];
        for step in 0..words {
            let z = &mut flat_mut(&mut z)[order.word(step, words) * gates..][..gates];
            of_word.copy_from_slice(z);
            let (before, after) = flat_mut(&mut h)[step * hidden..].split_at_mut(hidden);
            F::slide(&self.of_state, before, hidden, 1, &of_word, z);
            let (kept, state) = flat_mut(&mut c)[step * hidden..].split_at_mut(hidden);
            F::lstm_step(z, kept, state, after);
        }
        Steps { z, c, h }
    }

    /// The last states of many inputs that take their steps together, `[B, H]`; row `i` of input `b` is row `inputs[b][i]` of
    /// `rows` `[R, D]`. What a row brings to the gates is computed once, and so is every state that inputs share because they
    /// begin with the same rows: the steps that are taken are the nodes of the inputs' prefix tree.
    pub fn last_of(&self, rows: ArrayView2<'_, F>, inputs: &[Vec<usize>], order: Order) -> Array2<F> {
        let hidden = self.hidden();
        let gates = 4 * hidden;
        let mut of_rows = vec![F::zero(); rows.nrows() * gates];
        let bias = self.cell.bias();
        F::slide(&self.of_words, &flat(&rows), rows.ncols(), rows.nrows(), &flat(&bias), &mut of_rows);
        let mut last = Array2::zeros((inputs.len(), hidden));
        // In the order of a dictionary, so those that begin alike are neighbours: their node is the one made last. A sort of
        // the standard library is many times as much code in the page's core.
        let mut reading: Vec<Reading> = Vec::with_capacity(inputs.len());
        for (b, rows) in inputs.iter().enumerate() {
            let input = Reading { b, rows, node: 0 };
            let place = reading.partition_point(|other| other.read(order).lt(input.read(order)));
            reading.insert(place, input);
        }
        let (mut c, mut h) = (vec![F::zero(); hidden], vec![F::zero(); hidden]);
        for step in 0.. {
            let mut nodes: Vec<(usize, usize)> = Vec::new();
            for input in reading.iter_mut().filter(|input| input.rows.len() > step) {
                let node = (input.node, input.rows[order.word(step, input.rows.len())]);
                if nodes.last() != Some(&node) {
                    nodes.push(node);
                }
                input.node = nodes.len() - 1;
            }
            if nodes.is_empty() {
                break;
            }
            let mut z = Vec::with_capacity(nodes.len() * gates);
            let [mut kept, mut before] = [(); 2].map(|()| Vec::with_capacity(nodes.len() * hidden));
            for (parent, row) in &nodes {
                z.extend_from_slice(&of_rows[row * gates..][..gates]);
                kept.extend_from_slice(&c[parent * hidden..][..hidden]);
                before.extend_from_slice(&h[parent * hidden..][..hidden]);
            }
            F::slide_onto(&self.of_state, &before, hidden, nodes.len(), &mut z);
            c.resize(kept.len(), F::zero());
            h.resize(kept.len(), F::zero());
            for (k, z) in z.chunks_exact(gates).enumerate() {
                let own = k * hidden..(k + 1) * hidden;
                F::lstm_step(z, &kept[own.clone()], &mut c[own.clone()], &mut h[own]);
            }
            for input in reading.iter().filter(|input| input.rows.len() == step + 1) {
                flat_mut(&mut last)[input.b * hidden..][..hidden].copy_from_slice(&h[input.node * hidden..][..hidden]);
            }
        }
        last
    }

    /// Sends the signal `[1, H]` of the last state back through all steps and adds what reaches the words to `out`
    /// `[T, D]`. `index` is the layer's own in its [`Site`]s.
    pub fn pull_back(
        &self,
        steps: &Steps<F>,
        (x, order, index): (ArrayView2<'_, F>, Order, usize),
        signal: Array2<F>,
        policy: &mut dyn Backward<F>,
        out: &mut Array2<F>,
    ) {
        let (words, dim) = x.dim();
        let hidden = self.hidden();
        let (gates, state, cell, shape) =
            (Site::Gate(index), Site::State(index), Site::Cell(index), Site::Activation(index));
        let row = |of: &Array2<F>, step: usize| shaped((1, hidden), flat(&of.row(step)).into_owned());
        let x = flat(&x);
        let (mut of_h, mut of_c) = (signal, Array2::zeros((1, hidden)));
        for step in (0..words).rev() {
            let word = order.word(step, words);
            let z: [Array2<F>; 4] = std::array::from_fn(|part| {
                shaped((1, hidden), flat(&steps.z.row(word))[part * hidden..][..hidden].to_vec())
            });
            let [i, f, g, o] = &z;
            let sigmoid = |z: &Array2<F>| map(z.view(), |z| Activation::Sigmoid.of(z));
            let tanh = |z: &Array2<F>| map(z.view(), |z| Activation::Tanh.of(z));
            let (before, after) = (row(&steps.c, step), row(&steps.c, step + 1));

            let (of_o, shown) = policy.gate(gates, sigmoid(o).view(), tanh(&after).view(), of_h);
            add(&mut of_c, policy.activation(shape, Activation::Tanh, after.view(), shown).view());
            let (open, new, forget) = (sigmoid(i), tanh(g), sigmoid(f));
            let kept = product(forget.clone(), before.view());
            let added = product(open.clone(), new.view());
            let (of_kept, of_added) = policy.sum(state, kept.view(), added.view(), of_c);
            let (of_f, of_before) = policy.gate(gates, forget.view(), before.view(), of_kept);
            let (of_i, of_g) = policy.gate(gates, open.view(), new.view(), of_added);

            let mut of_z = Vec::with_capacity(4 * hidden);
            let ways = [Activation::Sigmoid, Activation::Sigmoid, Activation::Tanh, Activation::Sigmoid];
            for ((way, z), signal) in ways.into_iter().zip(&z).zip([of_i, of_f, of_g, of_o]) {
                of_z.extend_from_slice(flat_mut(&mut policy.activation(shape, way, z.view(), signal)));
            }
            let mut read = x[word * dim..][..dim].to_vec();
            read.extend_from_slice(&flat(&steps.h.row(step)));
            let z = one_row(flat(&steps.z.row(word)).into_owned());
            let of_read = policy.affine(cell, &self.cell, one_row(read).view(), z.view(), one_row(of_z));
            let of_read = flat(&of_read.view()).into_owned();
            add_scaled(&mut flat_mut(out)[word * dim..][..dim], F::one(), &of_read[..dim]);
            (of_h, of_c) = (one_row(of_read[dim..].to_vec()), of_before);
        }
        policy.start(state, of_h, of_c);
    }

    /// Hands the parameters out to be changed (weight, then bias, row-major), then packs the weights anew.
    pub(crate) fn update(&mut self, change: &mut dyn FnMut(&str, &mut [F])) {
        self.cell.update(change);
        (self.of_words, self.of_state) = packed(&self.cell);
    }
}

/// The columns of the words and those of the state, as the kernel reads them.
fn packed<F: Real>(cell: &Dense<F>) -> (Packed<F>, Packed<F>) {
    let (gates, columns) = cell.weight().dim();
    let (hidden, dim) = (gates / 4, columns - gates / 4);
    let weight = cell.weight();
    let weight = flat(&weight);
    let of = |from: usize, len: usize| -> Vec<F> {
        weight.chunks_exact(columns).flat_map(|row| row[from..from + len].iter().copied()).collect()
    };
    (Packed::new(&of(0, dim), gates, dim), Packed::new(&of(dim, hidden), gates, hidden))
}

impl<F: Real> Steps<F> {
    /// The state after the last step, `[H]`.
    pub fn last(&self) -> ArrayView1<'_, F> {
        self.h.row(self.h.nrows() - 1)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::backward::Gradient;

    /// One unit that reads one number. The input gate and the output gate are half open, the forget gate lets three
    /// quarters through; what is new is tanh(x + h).
    fn layer() -> Lstm<f64> {
        let weight = array![[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
        Lstm::new(weight, array![0.0, 3.0f64.ln(), 0.0, 0.0]).unwrap()
    }

    fn near(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-15, "{got} and {want}");
    }

    #[test]
    fn two_words_by_hand() {
        // tanh(ln 3) = 0.8, so c_1 = 0.4; then c_2 = 0.75 * 0.4 + 0.5 tanh(h_1 - h_1) = 0.3.
        let h = 0.5 * 0.4f64.tanh();
        for (x, order) in [([3.0f64.ln(), -h], Order::Forwards), ([-h, 3.0f64.ln()], Order::Backwards)] {
            let steps = layer().read(array![[x[0]], [x[1]]].view(), order);
            near(steps.c[[1, 0]], 0.4);
            near(steps.h[[1, 0]], h);
            near(steps.c[[2, 0]], 0.3);
            near(steps.last()[0], 0.5 * 0.3f64.tanh());
        }
    }

    #[test]
    fn the_gradient_of_two_words_by_hand() {
        let h = 0.5 * 0.4f64.tanh();
        let (layer, x) = (layer(), array![[3.0f64.ln()], [-h]]);
        let steps = layer.read(x.view(), Order::Forwards);
        let mut out = Array2::zeros((2, 1));
        let place = (x.view(), Order::Forwards, 0);
        layer.pull_back(&steps, place, array![[1.0]], &mut Gradient, &mut out);
        // dh_2/dc_2 = 0.5 (1 - tanh^2 0.3); dc_2/dx_2 = 0.5; dc_2/dc_1 = 0.75 + 0.5 dh_1/dc_1; dc_1/dx_1 = 0.5 (1 - 0.64).
        let slope = |c: f64| 0.5 * (1.0 - c.tanh().powi(2));
        near(out[[1, 0]], slope(0.3) * 0.5);
        near(out[[0, 0]], slope(0.3) * (0.75 + 0.5 * slope(0.4)) * 0.18);
    }

    #[test]
    fn nothing_read_leaves_the_zero_state() {
        let steps = layer().read(Array2::zeros((0, 1)).view(), Order::Backwards);
        assert_eq!(steps.last(), array![0.0]);
    }

    #[test]
    fn rows_that_are_no_four_gates_are_refused() {
        let error = Lstm::<f64>::new(Array2::zeros((6, 3)), Array1::zeros(6)).unwrap_err();
        assert_eq!(error.to_string(), "lstm.weight has shape [6, 3], expected [4, 3]");
        assert!(Lstm::<f64>::new(Array2::zeros((8, 2)), Array1::zeros(8)).is_err(), "no column for a word");
        assert!(Lstm::<f64>::new(Array2::zeros((4, 2)), Array1::zeros(3)).is_err());
        assert!(Lstm::<f64>::new(Array2::zeros((0, 2)), Array1::zeros(0)).is_err());
        let error = Lstm::new(Array2::zeros((4, 2)), array![0.0, 0.0, f64::NAN, 0.0]).unwrap_err().to_string();
        assert!(error.starts_with("lstm.bias has the value NaN at index 2"), "{error}");
    }
}
