//! A bidirectional LSTM written down gate by gate and number by number, for comparison. Like `oracle`, nothing here calls
//! the crates' own layers, rules or methods: only the weights are read from the network.

#![expect(clippy::needless_range_loop, reason = "indices as the equations have them")]

use ndarray::Array2;
use wordlight_nn::affine::Affine;
use wordlight_nn::model::BiLstm;

use crate::oracle::Share;
use crate::oracle_paths::Goal;

/// The weights of one gate: a row of word weights and a row of state weights per unit, and a bias.
struct Gate {
    /// `[H][D]`
    words: Vec<Vec<f64>>,
    /// `[H][H]`
    state: Vec<Vec<f64>>,
    /// `[H]`
    bias: Vec<f64>,
}

/// One direction: its four gates.
struct Way {
    input: Gate,
    forget: Gate,
    new: Gate,
    output: Gate,
}

/// What a step leaves, each `[H]`.
struct Step {
    i: Vec<f64>,
    f: Vec<f64>,
    g: Vec<f64>,
    o: Vec<f64>,
    c: Vec<f64>,
    h: Vec<f64>,
}

/// A network as plain lists.
pub struct LstmNet {
    ways: Vec<Way>,
    /// `[Y][2H]`
    dense: Vec<Vec<f64>>,
    /// `[Y]`
    dense_bias: Vec<f64>,
    hidden: usize,
    dim: usize,
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

impl Gate {
    /// The gate whose rows begin at `first` of a stacked weight.
    fn of(weight: &Array2<f64>, bias: &[f64], first: usize, hidden: usize) -> Self {
        let dim = weight.ncols() - hidden;
        let rows = first..first + hidden;
        Self {
            words: rows.clone().map(|r| (0..dim).map(|d| weight[[r, d]]).collect()).collect(),
            state: rows.clone().map(|r| (0..hidden).map(|k| weight[[r, dim + k]]).collect()).collect(),
            bias: rows.map(|r| bias[r]).collect(),
        }
    }

    /// Before the activation.
    fn z(&self, k: usize, x: &[f64], h: &[f64]) -> f64 {
        let mut sum = self.bias[k];
        for d in 0..x.len() {
            sum += self.words[k][d] * x[d];
        }
        for j in 0..h.len() {
            sum += self.state[k][j] * h[j];
        }
        sum
    }
}

impl LstmNet {
    /// Copies the weights.
    pub fn of(model: &BiLstm<f64>) -> Self {
        let hidden = model.config().hidden;
        let way = |k: usize| {
            let cell = model.layers()[k].cell();
            let (weight, bias) = (cell.weight().to_owned(), cell.bias().to_vec());
            let gate = |n: usize| Gate::of(&weight, &bias, n * hidden, hidden);
            Way { input: gate(0), forget: gate(1), new: gate(2), output: gate(3) }
        };
        Self {
            ways: vec![way(0), way(1)],
            dense: model.dense().weight().outer_iter().map(|row| row.to_vec()).collect(),
            dense_bias: model.dense().bias().to_vec(),
            hidden,
            dim: model.config().dim,
        }
    }

    /// The words in the order in which direction `k` reads them.
    fn reading(&self, k: usize, x: &Array2<f64>) -> Vec<usize> {
        if k == 0 { (0..x.nrows()).collect() } else { (0..x.nrows()).rev().collect() }
    }

    /// The steps of direction `k`.
    fn steps(&self, k: usize, x: &Array2<f64>) -> Vec<Step> {
        let way = &self.ways[k];
        let (mut c, mut h) = (vec![0.0; self.hidden], vec![0.0; self.hidden]);
        let mut steps = Vec::new();
        for t in self.reading(k, x) {
            let word = x.row(t).to_vec();
            let mut step = Step { i: vec![], f: vec![], g: vec![], o: vec![], c: vec![], h: vec![] };
            for u in 0..self.hidden {
                step.i.push(sigmoid(way.input.z(u, &word, &h)));
                step.f.push(sigmoid(way.forget.z(u, &word, &h)));
                step.g.push(way.new.z(u, &word, &h).tanh());
                step.o.push(sigmoid(way.output.z(u, &word, &h)));
                step.c.push(step.f[u] * c[u] + step.i[u] * step.g[u]);
                step.h.push(step.o[u] * step.c[u].tanh());
            }
            (c, h) = (step.c.clone(), step.h.clone());
            steps.push(step);
        }
        steps
    }

    /// What the last layer reads.
    fn features(&self, x: &Array2<f64>) -> Vec<f64> {
        let last = |k| self.steps(k, x).last().map_or(vec![0.0; self.hidden], |step| step.h.clone());
        [last(0), last(1)].concat()
    }

    /// `[Y]`
    pub fn logits(&self, x: &Array2<f64>) -> Vec<f64> {
        let features = self.features(x);
        let rows = self.dense.iter().zip(&self.dense_bias);
        rows.map(|(row, bias)| row.iter().zip(&features).map(|(v, m)| v * m).sum::<f64>() + bias).collect()
    }

    /// `dF/dx` by central differences.
    pub fn gradient(&self, x: &Array2<f64>, goal: &Goal) -> Array2<f64> {
        let h = 1e-5;
        Array2::from_shape_fn(x.dim(), |index| {
            let at = |step: f64| {
                let mut x = x.clone();
                x[index] += step;
                goal.value(&self.logits(&x))
            };
            (at(h) - at(-h)) / (2.0 * h)
        })
    }

    /// Relevance of a class's logit, and what reaches the state before the first word, when `share(a, w, b)` says which
    /// fraction of an output each of its inputs gets. As in Arras et al. 2017, section 3: a gate gets nothing.
    pub fn relevance(&self, x: &Array2<f64>, class: usize, share: &Share) -> (Array2<f64>, f64) {
        let (hidden, dim) = (self.hidden, self.dim);
        let logit = self.logits(x)[class];
        let top = share(&self.features(x), &self.dense[class], self.dense_bias[class]);
        let mut relevance = Array2::zeros(x.dim());
        let mut start = 0.0;
        for k in 0..2 {
            let (steps, way) = (self.steps(k, x), &self.ways[k]);
            let mut of_h: Vec<f64> = (0..hidden).map(|u| logit * top[k * hidden + u]).collect();
            let mut of_c = vec![0.0; hidden];
            for (s, t) in self.reading(k, x).into_iter().enumerate().rev() {
                let zero = vec![0.0; hidden];
                let (c_before, h_before) = if s == 0 { (&zero, &zero) } else { (&steps[s - 1].c, &steps[s - 1].h) };
                let mut next_h = vec![0.0; hidden];
                let mut next_c = vec![0.0; hidden];
                for u in 0..hidden {
                    // What is shown comes from the state, whatever the output gate.
                    let all = of_c[u] + of_h[u];
                    let step = &steps[s];
                    let parts = share(&[step.f[u] * c_before[u], step.i[u] * step.g[u]], &[1.0, 1.0], 0.0);
                    next_c[u] += all * parts[0];
                    let of_new = all * parts[1];
                    let inputs = [x.row(t).to_vec(), h_before.clone()].concat();
                    let weights = [way.new.words[u].clone(), way.new.state[u].clone()].concat();
                    let parts = share(&inputs, &weights, way.new.bias[u]);
                    for d in 0..dim {
                        relevance[[t, d]] += of_new * parts[d];
                    }
                    for j in 0..hidden {
                        next_h[j] += of_new * parts[dim + j];
                    }
                }
                (of_h, of_c) = (next_h, next_c);
            }
            start += of_h.iter().chain(&of_c).sum::<f64>();
        }
        (relevance, start)
    }

    /// DeepLIFT from `then` to `now`, of a class's logit: the multipliers of every gate written out.
    pub fn deep_lift(&self, now: &Array2<f64>, then: &Array2<f64>, class: usize) -> Array2<f64> {
        let mut scores = Array2::zeros(now.dim());
        let rise = |f: fn(f64) -> f64, a: f64, b: f64| (f(a) - f(b)) / (a - b);
        for k in 0..2 {
            let (a, b, way) = (self.steps(k, now), self.steps(k, then), &self.ways[k]);
            let mut of_h: Vec<f64> = self.dense[class][k * self.hidden..][..self.hidden].to_vec();
            let mut of_c = vec![0.0; self.hidden];
            for (s, t) in self.reading(k, now).into_iter().enumerate().rev() {
                let zero = || vec![0.0; self.hidden];
                let before = |steps: &[Step]| {
                    if s == 0 { (zero(), zero()) } else { (steps[s - 1].c.clone(), steps[s - 1].h.clone()) }
                };
                let ((c_now, h_now), (c_then, h_then)) = (before(&a), before(&b));
                let mut next_h = zero();
                let mut next_c = zero();
                for u in 0..self.hidden {
                    let (x, y) = (&a[s], &b[s]);
                    let of_tanh = of_h[u] * (x.o[u] + y.o[u]) / 2.0;
                    let of_o = of_h[u] * (x.c[u].tanh() + y.c[u].tanh()) / 2.0;
                    let state = of_c[u] + of_tanh * rise(f64::tanh, x.c[u], y.c[u]);
                    next_c[u] = state * (x.f[u] + y.f[u]) / 2.0;
                    let of_gates = [
                        (&way.input, state * (x.g[u] + y.g[u]) / 2.0, sigmoid as fn(f64) -> f64),
                        (&way.forget, state * (c_now[u] + c_then[u]) / 2.0, sigmoid),
                        (&way.new, state * (x.i[u] + y.i[u]) / 2.0, f64::tanh),
                        (&way.output, of_o, sigmoid),
                    ];
                    for (gate, signal, f) in of_gates {
                        let z = |x: &Array2<f64>, h: &[f64]| gate.z(u, &x.row(t).to_vec(), h);
                        let signal = signal * rise(f, z(now, &h_now), z(then, &h_then));
                        for d in 0..self.dim {
                            scores[[t, d]] += signal * gate.words[u][d] * (now[[t, d]] - then[[t, d]]);
                        }
                        for j in 0..self.hidden {
                            next_h[j] += signal * gate.state[u][j];
                        }
                    }
                }
                (of_h, of_c) = (next_h, next_c);
            }
        }
        scores
    }

    /// `F` with only the words that are present; the others are their rows of `absent`.
    pub fn with_only(&self, x: &Array2<f64>, absent: &Array2<f64>, present: &[bool], goal: &Goal) -> f64 {
        let mut x = x.clone();
        for (i, here) in present.iter().enumerate() {
            if !here {
                x.row_mut(i).assign(&absent.row(i));
            }
        }
        goal.value(&self.logits(&x))
    }

    /// Shapley values over all coalitions.
    pub fn shapley(&self, x: &Array2<f64>, absent: &Array2<f64>, goal: &Goal) -> Vec<f64> {
        let n = x.nrows();
        let value = |set: usize| {
            let present: Vec<bool> = (0..n).map(|i| set >> i & 1 == 1).collect();
            self.with_only(x, absent, &present, goal)
        };
        let values: Vec<f64> = (0..1 << n).map(value).collect();
        let factorial = |k: usize| (1..=k).map(|k| k as f64).product::<f64>();
        let weight = |size: usize| factorial(size) * factorial(n - 1 - size) / factorial(n);
        (0..n)
            .map(|i| {
                let without = (0..1usize << n).filter(|set| set >> i & 1 == 0);
                without.map(|set| weight(set.count_ones() as usize) * (values[set | 1 << i] - values[set])).sum()
            })
            .collect()
    }
}
