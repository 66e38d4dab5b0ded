//! A ledger finds a wrong backward pass. A hand-written network (the mean of the words, then a hidden layer) stands here
//! twice: once with the right way back through the mean, `1 / T` to every word, and once with the factor forgotten. The
//! predictions of both are the same; the ledger of the second does not hold, and its residual says by how much.
//!
//! ```sh
//! cargo run -p wordlight-explain --example wrong_backward
//! ```

use std::error::Error;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, array};
use wordlight_explain::ledger::Ledger;
use wordlight_explain::query::Query;
use wordlight_nn::affine::{Affine, AffineGrad, WeightMap};
use wordlight_nn::backward::{Backward, Site};
use wordlight_nn::layer::{Activation, Dense};
use wordlight_nn::model::{Classifier, Pass};

/// The mean of the words as a layer, `[T, D]` to `[1, D]`: every weight is `1 / T`.
struct Mean {
    words: usize,
    /// `[D]`, zero: a mean has no bias.
    bias: Array1<f64>,
    /// The bug: whether the way back forgets the weight.
    forgets: bool,
}

impl Mean {
    fn weight(&self, map: WeightMap<f64>) -> f64 {
        map.weight.of(1.0 / self.words as f64)
    }
}

impl Affine<f64> for Mean {
    fn apply(&self, x: ArrayView2<'_, f64>, map: WeightMap<f64>) -> Array2<f64> {
        x.sum_axis(Axis(0)).insert_axis(Axis(0)) * self.weight(map)
    }

    fn adjoint(&self, s: ArrayView2<'_, f64>, map: WeightMap<f64>) -> Array2<f64> {
        let weight = if self.forgets { 1.0 } else { self.weight(map) };
        Array2::from_shape_fn((self.words, s.ncols()), |(_, d)| weight * s[[0, d]])
    }

    fn grad(&self, _: ArrayView2<'_, f64>, _: ArrayView2<'_, f64>) -> AffineGrad<f64> {
        AffineGrad { weight: Array2::zeros((0, 0)), bias: Array1::zeros(0) }
    }

    fn bias(&self) -> ArrayView1<'_, f64> {
        self.bias.view()
    }
}

/// `z = V tanh(W mean(x) + b) + a`
struct MeanNetwork {
    hidden: Dense<f64>,
    output: Dense<f64>,
    forgets: bool,
}

/// What a forward pass keeps for the way back.
struct MeanPass<'m> {
    network: &'m MeanNetwork,
    mean_layer: Mean,
    /// `[T, D]`
    x: Array2<f64>,
    /// `[1, D]`
    mean: Array2<f64>,
    /// `[1, H]`, before the tanh and after it.
    before: Array2<f64>,
    after: Array2<f64>,
    /// `[1, Y]`
    logits: Array2<f64>,
}

impl Classifier<f64> for MeanNetwork {
    fn dim(&self) -> usize {
        self.hidden.weight().ncols()
    }

    fn classes(&self) -> usize {
        self.output.weight().nrows()
    }

    fn positions(&self, tokens: usize) -> usize {
        tokens.max(1)
    }

    fn padded_len(&self, tokens: usize) -> usize {
        self.positions(tokens)
    }

    fn forward<'m>(&'m self, x: Array2<f64>) -> wordlight_nn::Result<Box<dyn Pass<f64> + 'm>> {
        let mean_layer = Mean { words: x.nrows(), bias: Array1::zeros(x.ncols()), forgets: self.forgets };
        let mean = mean_layer.apply(x.view(), WeightMap::AS_IS);
        let before = self.hidden.apply(mean.view(), WeightMap::AS_IS);
        let after = before.mapv(|v| Activation::Tanh.of(v));
        let logits = self.output.apply(after.view(), WeightMap::AS_IS);
        Ok(Box::new(MeanPass { network: self, mean_layer, x, mean, before, after, logits }))
    }
}

impl Pass<f64> for MeanPass<'_> {
    fn input(&self) -> ArrayView2<'_, f64> {
        self.x.view()
    }

    fn logits(&self) -> ArrayView1<'_, f64> {
        self.logits.row(0)
    }

    // The one walk back. Whoever asks brings a policy: the gradient, a rule of LRP, DeepLIFT's multipliers.
    fn pull_back(&self, seed: Array1<f64>, policy: &mut dyn Backward<f64>) -> Array2<f64> {
        let (network, seed) = (self.network, seed.insert_axis(Axis(0)));
        let signal = policy.affine(Site::Dense, &network.output, self.after.view(), self.logits.view(), seed);
        let signal = policy.activation(Site::Activation(0), Activation::Tanh, self.before.view(), signal);
        let signal = policy.affine(Site::Dense, &network.hidden, self.mean.view(), self.before.view(), signal);
        // `Site::Conv` is a layer that reads the word vectors.
        policy.affine(Site::Conv(0), &self.mean_layer, self.x.view(), self.mean.view(), signal)
    }
}

fn network(forgets: bool) -> wordlight_nn::Result<MeanNetwork> {
    Ok(MeanNetwork {
        hidden: Dense::new(array![[1.0, -0.5], [0.3, 0.8], [-0.7, 0.4]], array![0.1, -0.2, 0.0])?,
        output: Dense::new(array![[0.5, -1.0, 0.3], [1.2, 0.4, -0.6]], array![0.05, -0.1])?,
        forgets,
    })
}

/// The ledger of one method's explanation of class 1.
fn ledger(method: &str, forgets: bool) -> Result<Ledger<f64>, Box<dyn Error>> {
    let words = array![[1.0, 0.2], [-0.4, 1.5], [0.8, -0.9], [1.1, 0.3]];
    let answer = Query::parse(method, &[].into(), "logit")?.of_class(1).explain(&network(forgets)?, words)?;
    Ok(answer.attribution.ledger)
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("What the sum of each method misses of the logit of class 1. More than the tolerance is a bug.\n");
    println!("{:<22}{:>10}{:>16}{:>16}{:>12}", "", "", "residual,", "residual,", "");
    println!("{:<22}{:>10}{:>16}{:>16}{:>12}", "method", "logit", "right way back", "1/T forgotten", "tolerance");
    for method in ["gradient-x-input", "integrated-gradients", "lrp-z", "lrp-epsilon", "deep-lift"] {
        let (right, wrong) = (ledger(method, false)?, ledger(method, true)?);
        println!(
            "{method:<22}{:>+10.4}{:>+16.0e}{:>+16.4}{:>12.0e}",
            right.explained, right.residual, wrong.residual, wrong.tolerance
        );
        assert_eq!(right.explained, wrong.explained, "the way back does not change the way forward");
        assert!(right.holds(), "{method}: {right:?}");
        assert!(!wrong.holds(), "{method} should notice: {wrong:?}");
    }

    // With four words the forgotten factor makes every word four times too large, so three times the words are too much.
    let (right, wrong) = (ledger("integrated-gradients", false)?, ledger("integrated-gradients", true)?);
    let words = right.entries[0].1;
    println!(
        "\nIntegrated Gradients, with 1/T forgotten: the words should get {words:+.4} of the logit and get four times as much,"
    );
    println!("so the residual is minus three times that: {:+.4}.", wrong.residual);
    assert!((wrong.residual + 3.0 * words).abs() < 1e-9);
    Ok(())
}

#[test]
fn the_example_runs() {
    main().unwrap();
}
