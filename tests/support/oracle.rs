//! Literal re-statements of the definitions, for comparison. Slow on purpose; nothing here calls the crates' own layers,
//! rules, targets or quadratures: only the weights are read from the network.

use ndarray::Array2;
use wordlight_nn::affine::Affine;
use wordlight_nn::layer::Activation;
use wordlight_nn::model::TextCnn;

/// A filter: width, weights in window order, bias.
pub struct Filter {
    /// `K`
    pub width: usize,
    /// `[K D]`
    pub weight: Vec<f64>,
    /// `b`
    pub bias: f64,
}

/// Which fraction of an output each of its inputs gets, from the inputs, the weights and the bias.
pub type Share = dyn Fn(&[f64], &[f64], f64) -> Vec<f64>;

/// A network as plain lists.
pub struct Net {
    /// All filters of all widths.
    pub filters: Vec<Filter>,
    /// `[Y][M]`
    pub dense: Vec<Vec<f64>>,
    /// `[Y]`
    pub dense_bias: Vec<f64>,
    /// Whether a ReLU stands before the maximum.
    pub relu: bool,
    /// `D`
    pub dim: usize,
}

/// What a forward pass leaves.
pub struct Seen {
    /// Winning window per filter.
    pub winner: Vec<usize>,
    /// Its score before the activation.
    pub score: Vec<f64>,
    /// Its activation.
    pub feature: Vec<f64>,
    /// `[Y]`
    pub logits: Vec<f64>,
}

impl Net {
    /// Copies the weights.
    pub fn of(model: &TextCnn<f64>) -> Self {
        let mut filters = Vec::new();
        for conv in model.convs() {
            for (row, bias) in conv.weight().outer_iter().zip(conv.bias()) {
                filters.push(Filter { width: conv.width(), weight: row.to_vec(), bias: *bias });
            }
        }
        Self {
            filters,
            dense: model.dense().weight().outer_iter().map(|row| row.to_vec()).collect(),
            dense_bias: model.dense().bias().to_vec(),
            relu: model.config().activation == Activation::Relu,
            dim: model.config().dim,
        }
    }

    /// `b + w . window`
    pub fn score(&self, filter: &Filter, x: &Array2<f64>, p: usize) -> f64 {
        let mut sum = filter.bias;
        for j in 0..filter.width {
            for d in 0..self.dim {
                sum += filter.weight[j * self.dim + d] * x[[p + j, d]];
            }
        }
        sum
    }

    /// Reads an input.
    pub fn forward(&self, x: &Array2<f64>) -> Seen {
        let (mut winner, mut score, mut feature) = (Vec::new(), Vec::new(), Vec::new());
        for filter in &self.filters {
            let scores: Vec<f64> = (0..=x.nrows() - filter.width).map(|p| self.score(filter, x, p)).collect();
            let active: Vec<f64> = scores.iter().map(|s| if self.relu && *s < 0.0 { 0.0 } else { *s }).collect();
            let mut best = 0;
            for p in 0..active.len() {
                if active[p] > active[best] {
                    best = p;
                }
            }
            winner.push(best);
            score.push(scores[best]);
            feature.push(active[best]);
        }
        let logits = self
            .dense
            .iter()
            .zip(&self.dense_bias)
            .map(|(row, bias)| row.iter().zip(&feature).map(|(v, m)| v * m).sum::<f64>() + bias)
            .collect();
        Seen { winner, score, feature, logits }
    }

    /// The logit of a class.
    pub fn logit(&self, x: &Array2<f64>, class: usize) -> f64 {
        self.forward(x).logits[class]
    }

    /// The logit's derivative by central differences.
    pub fn gradient(&self, x: &Array2<f64>, value: &dyn Fn(&Self, &Array2<f64>) -> f64) -> Array2<f64> {
        let h = 1e-5;
        Array2::from_shape_fn(x.dim(), |index| {
            let at = |step: f64| {
                let mut x = x.clone();
                x[index] += step;
                value(self, &x)
            };
            (at(h) - at(-h)) / (2.0 * h)
        })
    }

    /// Relevance of a class's logit when `dense(a, w, b)` and `conv(a, w, b)` say which fraction of an output of that
    /// layer each of its inputs gets.
    pub fn relevance(&self, x: &Array2<f64>, class: usize, dense: &Share, conv: &Share) -> Array2<f64> {
        let seen = self.forward(x);
        let top = dense(&seen.feature, &self.dense[class], self.dense_bias[class]);
        let mut relevance = Array2::zeros(x.dim());
        for (c, filter) in self.filters.iter().enumerate() {
            let from = seen.winner[c];
            let window: Vec<f64> = (0..filter.weight.len()).map(|i| x[[from + i / self.dim, i % self.dim]]).collect();
            let parts = conv(&window, &filter.weight, filter.bias);
            for (i, part) in parts.iter().enumerate() {
                relevance[[from + i / self.dim, i % self.dim]] += seen.logits[class] * top[c] * part;
            }
        }
        relevance
    }
}

/// `a / b`, and 0 where both vanish.
fn over(a: f64, b: f64) -> f64 {
    if b == 0.0 { a / 1e-7 } else { a / b }
}

/// Which fraction of an output each input gets, by the published formulas. `None` for a rule nobody has written down
/// here yet, which fails the conformance suite.
pub fn share(rule: &str) -> Option<Box<Share>> {
    let products = |a: &[f64], w: &[f64]| -> Vec<f64> { a.iter().zip(w).map(|(a, w)| a * w).collect() };
    Some(match rule {
        "z" => Box::new(move |a, w, b| {
            let c = products(a, w);
            let z = c.iter().sum::<f64>() + b;
            c.iter().map(|c| over(*c, z)).collect()
        }),
        "epsilon" => Box::new(move |a, w, b| {
            let c = products(a, w);
            let z = c.iter().sum::<f64>() + b;
            let z = if z < 0.0 { z - 0.01 } else { z + 0.01 };
            c.iter().map(|c| c / z).collect()
        }),
        "gamma" => Box::new(move |a, w, b| {
            let z = products(a, w).iter().sum::<f64>() + b;
            if z == 0.0 {
                return vec![0.0; a.len()];
            }
            // A contribution is favoured if it has the sign of the output.
            let favoured = |v: f64| if v * z > 0.0 { 1.25 * v } else { v };
            let c: Vec<f64> = products(a, w).into_iter().map(favoured).collect();
            let sum = c.iter().sum::<f64>() + favoured(b);
            c.iter().map(|c| over(*c, sum)).collect()
        }),
        "alpha-beta" => Box::new(move |a, w, b| {
            let c = products(a, w);
            let plus = c.iter().filter(|c| **c > 0.0).sum::<f64>() + if b > 0.0 { b } else { 0.0 };
            let minus = c.iter().filter(|c| **c < 0.0).sum::<f64>() + if b < 0.0 { b } else { 0.0 };
            c.iter().map(|c| if *c > 0.0 { 2.0 * over(*c, plus) } else { -over(*c, minus) }).collect()
        }),
        "z-plus" => Box::new(move |a, w, b| {
            let c = products(a, w);
            let plus = c.iter().filter(|c| **c > 0.0).sum::<f64>() + if b > 0.0 { b } else { 0.0 };
            c.iter().map(|c| if *c > 0.0 { over(*c, plus) } else { 0.0 }).collect()
        }),
        "w-square" => Box::new(move |_, w, _| {
            let sum: f64 = w.iter().map(|w| w.powi(2)).sum();
            w.iter().map(|w| over(w.powi(2), sum)).collect()
        }),
        "flat" => Box::new(move |a, _, _| vec![1.0 / a.len() as f64; a.len()]),
        "z-box" => Box::new(move |a, w, _| {
            let c: Vec<f64> =
                a.iter().zip(w).map(|(a, w)| if *w > 0.0 { w * (a + 3.0) } else { w * (a - 3.0) }).collect();
            let sum: f64 = c.iter().sum();
            c.iter().map(|c| over(*c, sum)).collect()
        }),
        _ => return None,
    })
}
