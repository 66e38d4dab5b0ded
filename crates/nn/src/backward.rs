//! The policy: at each primitive of a model's backward walk, how does the signal split?
//!
//! Each model has **one** walk ([`crate::model::Pass::pull_back`]). At an affine layer, an activation, a maximum, a
//! gate and a sum it asks a [`Backward`]. [`Gradient`] is the derivative; [`ParamGradient`] the derivative that also keeps what
//! training needs; relevance propagation lives in `wordlight-explain`.

use ndarray::{Array2, ArrayView2};

use crate::Real;
use crate::affine::{Affine, AffineGrad, WeightMap};
use crate::layer::Activation;
use crate::ops::{product, zip};

/// A place in a network at which a backward walk asks its policy; listed from the output back to the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Site {
    /// The last dense layer, which makes the logits.
    Dense,
    /// The maximum over time.
    Max,
    /// The activation of the convolution, or the activations of the LSTM, with this index.
    Activation(usize),
    /// The convolution with this index, in the order of the configured widths. It reads the word vectors.
    Conv(usize),
    /// A gate of the LSTM with this index: 0 reads forwards, 1 backwards.
    Gate(usize),
    /// The sum in the LSTM with this index that makes a state of what is kept and what is new.
    State(usize),
    /// The affine map `[x; h] -> 4H` of the LSTM with this index. It reads the word vectors.
    Cell(usize),
}

/// The windows that hold the maxima of the filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Winners {
    /// For each filter the first window that reaches the filter's maximum, `[M]`.
    pub window: Vec<usize>,
}

/// How a signal splits on its way from the logits to the word vectors.
pub trait Backward<F: Real> {
    /// The signal at the input of an affine layer.
    ///
    /// # Shapes
    /// `x` is the layer's input, `z = W x + b` its output and `signal` has the shape of `z`. The result has the shape
    /// of `x`.
    fn affine(
        &mut self,
        at: Site,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        z: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> Array2<F>;

    /// The signal before an activation `f`, whose input was `x`.
    fn activation(&mut self, at: Site, f: Activation, x: ArrayView2<'_, F>, signal: Array2<F>) -> Array2<F>;

    /// The signal of the winning windows. A maximum passes everything to its winner, so the signal stays `[1, M]`.
    fn max(&mut self, at: Site, winners: &Winners, signal: Array2<F>) -> Array2<F> {
        let _ = (at, winners);
        signal
    }

    /// The signals at a gate and at what it lets through, `source`, from the signal of their product. The default is the
    /// derivative.
    ///
    /// # Shapes
    /// All are `[1, H]`.
    fn gate(
        &mut self,
        at: Site,
        gate: ArrayView2<'_, F>,
        source: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> (Array2<F>, Array2<F>) {
        let _ = at;
        (product(source.to_owned(), signal.view()), product(signal, gate))
    }

    /// The signals at `a` and at `b` from the signal of their sum. The default is the derivative.
    ///
    /// # Shapes
    /// All are `[1, H]`.
    fn sum(
        &mut self,
        at: Site,
        a: ArrayView2<'_, F>,
        b: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> (Array2<F>, Array2<F>) {
        let _ = (at, a, b);
        (signal.clone(), signal)
    }

    /// What is left of the signal at the state from which a recurrent layer started, `h` and `c`, both `[1, H]`. No word
    /// gets it; most policies do not care.
    fn start(&mut self, at: Site, h: Array2<F>, c: Array2<F>) {
        let _ = (at, h, c);
    }

    /// Whether the signal at the word vectors is wanted. Training with frozen vectors has no use for it.
    fn wants_input(&self) -> bool {
        true
    }
}

/// The policy of the gradient: the derivative with respect to the word vectors.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gradient;

/// `signal * f'(x)`, with the derivative at a kink taken as 0 (as PyTorch and TensorFlow do).
fn through_activation<F: Real>(f: Activation, x: ArrayView2<'_, F>, mut signal: Array2<F>) -> Array2<F> {
    zip(&mut signal, x, |s, x| *s *= f.derivative(x));
    signal
}

impl<F: Real> Backward<F> for Gradient {
    fn affine(
        &mut self,
        _: Site,
        layer: &dyn Affine<F>,
        _: ArrayView2<'_, F>,
        _: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> Array2<F> {
        layer.adjoint(signal.view(), WeightMap::AS_IS)
    }

    fn activation(&mut self, _: Site, f: Activation, x: ArrayView2<'_, F>, signal: Array2<F>) -> Array2<F> {
        through_activation(f, x, signal)
    }
}

/// The policy of training: the derivative with respect to the parameters; the word vectors are frozen.
#[derive(Clone, Debug, Default)]
pub struct ParamGradient<F> {
    /// The gradient of each affine layer's parameters with the layer's place, in the order of the walk.
    pub grads: Vec<(Site, AffineGrad<F>)>,
}

impl<F: Real> Backward<F> for ParamGradient<F> {
    fn affine(
        &mut self,
        at: Site,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        _: ArrayView2<'_, F>,
        signal: Array2<F>,
    ) -> Array2<F> {
        self.grads.push((at, layer.grad(x, signal.view())));
        if matches!(at, Site::Conv(_)) {
            return Array2::zeros((0, 0));
        }
        layer.adjoint(signal.view(), WeightMap::AS_IS)
    }

    fn activation(&mut self, _: Site, f: Activation, x: ArrayView2<'_, F>, signal: Array2<F>) -> Array2<F> {
        through_activation(f, x, signal)
    }

    fn wants_input(&self) -> bool {
        false
    }
}
