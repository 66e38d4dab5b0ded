//! Literal re-statements of the methods that follow paths, take differences or form coalitions. Like `oracle`, nothing
//! here calls the crates' own code, and nothing is done cleverly.

use ndarray::Array2;

use crate::oracle::Net;

/// A target as a function of the logits.
pub struct Goal {
    kind: String,
    class: usize,
    rival: usize,
}

/// The target of this name.
pub fn goal(kind: &str, class: usize, rival: usize) -> Goal {
    Goal { kind: kind.to_owned(), class, rival }
}

fn softmax(z: &[f64]) -> Vec<f64> {
    let sum: f64 = z.iter().map(|z| z.exp()).sum();
    z.iter().map(|z| z.exp() / sum).collect()
}

impl Goal {
    /// `F(z)`
    ///
    /// # Panics
    /// For a name that is no target.
    pub fn value(&self, z: &[f64]) -> f64 {
        let p = softmax(z);
        match self.kind.as_str() {
            "logit" => z[self.class],
            "margin" => z[self.class] - z[self.rival],
            "probability" => p[self.class],
            "log-probability" => p[self.class].ln(),
            "expected-score" => p.iter().enumerate().map(|(j, p)| j as f64 * p).sum(),
            other => panic!("no target {other}"),
        }
    }

    /// `dF/dz`
    pub fn slope(&self, z: &[f64]) -> Vec<f64> {
        let p = softmax(z);
        let is = |j: usize, k: usize| if j == k { 1.0 } else { 0.0 };
        let slope = |j: usize| match self.kind.as_str() {
            "logit" => is(j, self.class),
            "margin" => is(j, self.class) - is(j, self.rival),
            "probability" => p[self.class] * (is(j, self.class) - p[j]),
            "log-probability" => is(j, self.class) - p[j],
            _ => p[j] * (j as f64 - self.value(z)),
        };
        (0..z.len()).map(slope).collect()
    }
}

impl Net {
    /// `dF/dx` at `x`, through the winners.
    pub fn slope(&self, x: &Array2<f64>, goal: &Goal) -> Array2<f64> {
        self.pull(x, &goal.slope(&self.forward(x).logits), &|score, signal| if score > 0.0 { signal } else { 0.0 })
    }

    /// `through(score, signal)` is what a ReLU lets back.
    fn pull(&self, x: &Array2<f64>, seed: &[f64], through: &dyn Fn(f64, f64) -> f64) -> Array2<f64> {
        let seen = self.forward(x);
        let mut slope = Array2::zeros(x.dim());
        for (c, filter) in self.filters.iter().enumerate() {
            let signal: f64 = seed.iter().zip(&self.dense).map(|(s, row)| s * row[c]).sum();
            let signal = if self.relu { through(seen.score[c], signal) } else { signal };
            for (i, w) in filter.weight.iter().enumerate() {
                slope[[seen.winner[c] + i / self.dim, i % self.dim]] += signal * w;
            }
        }
        slope
    }

    /// Guided backpropagation from `seed`.
    pub fn guided(&self, x: &Array2<f64>, seed: &[f64]) -> Array2<f64> {
        self.pull(x, seed, &|score, signal| if score > 0.0 && signal > 0.0 { signal } else { 0.0 })
    }

    /// DeconvNet from `seed`.
    pub fn deconvnet(&self, x: &Array2<f64>, seed: &[f64]) -> Array2<f64> {
        self.pull(x, seed, &|_, signal| signal.max(0.0))
    }

    /// Every place of the path where two windows of a filter, or a window and zero, have the same score.
    fn kinks(&self, x: &Array2<f64>, start: &Array2<f64>) -> Vec<f64> {
        let mut kinks = vec![0.0, 1.0];
        for filter in &self.filters {
            let mut lines: Vec<(f64, f64)> = (0..=x.nrows() - filter.width)
                .map(|p| (self.score(filter, start, p), self.score(filter, x, p)))
                .collect();
            lines.push((0.0, 0.0));
            for (i, a) in lines.iter().enumerate() {
                for b in &lines[..i] {
                    let (before, after) = (a.0 - b.0, a.1 - b.1);
                    if before * after < 0.0 {
                        kinks.push(before / (before - after));
                    }
                }
            }
        }
        kinks.sort_by(f64::total_cmp);
        kinks
    }

    /// Integrated Gradients by brute force: Simpson's rule on every stretch between two kinks, cut into at most a
    /// 300th of the path, the ends of a stretch being approached from inside it.
    pub fn path_integral(&self, x: &Array2<f64>, start: &Array2<f64>, goal: &Goal) -> Array2<f64> {
        let way = x - start;
        let mut sum: Array2<f64> = Array2::zeros(x.dim());
        for stretch in self.kinks(x, start).windows(2) {
            let length = stretch[1] - stretch[0];
            if length < 1e-13 {
                continue;
            }
            // Winners are those of the middle; only the logits move.
            let middle = start + &(&way * (stretch[0] + length / 2.0));
            let linear = goal.kind == "logit" || goal.kind == "margin";
            let cuts = if linear { 1 } else { (length * 300.0).ceil() as i32 + 2 };
            for i in 0..=2 * cuts {
                let weight = match i {
                    0 => 1.0,
                    i if i == 2 * cuts => 1.0,
                    i if i % 2 == 1 => 4.0,
                    _ => 2.0,
                };
                let t = stretch[0] + length * f64::from(i) / f64::from(2 * cuts);
                let z = self.forward(&(start + &(&way * t))).logits;
                let seed = goal.slope(&z);
                let slope = self.pull(&middle, &seed, &|score, signal| if score > 0.0 { signal } else { 0.0 });
                sum.scaled_add(weight * length / f64::from(6 * cuts), &slope);
            }
        }
        sum * way
    }

    /// DeepLIFT's rescale rule: every linear layer passes its weight, a ReLU its rise over the rise of its input, and a
    /// maximum its change to the winner for `x` if it rose, to the winner for `start` if it fell.
    pub fn deep_lift(&self, x: &Array2<f64>, start: &Array2<f64>, class: usize) -> Array2<f64> {
        let (now, then) = (self.forward(x), self.forward(start));
        let mut out = Array2::zeros(x.dim());
        for (c, filter) in self.filters.iter().enumerate() {
            let change = now.feature[c] - then.feature[c];
            let p = if change >= 0.0 { now.winner[c] } else { then.winner[c] };
            let (s, before) = (self.score(filter, x, p), self.score(filter, start, p));
            let share = if s == before { 0.0 } else { change / (s - before) };
            for (i, w) in filter.weight.iter().enumerate() {
                let at = [p + i / self.dim, i % self.dim];
                out[at] += self.dense[class][c] * share * w * (x[at] - start[at]);
            }
        }
        out
    }

    /// `F(x)` minus `F` with each run of `window` words replaced by `start`, or deleted; the mean over the runs that
    /// contain a word.
    pub fn occlusion(
        &self,
        x: &Array2<f64>,
        tokens: usize,
        window: usize,
        start: Option<&Array2<f64>>,
        class: usize,
    ) -> Vec<f64> {
        let mut drops = vec![Vec::new(); tokens];
        for from in 0..=tokens - window {
            let mut rows: Vec<Vec<f64>> = x.outer_iter().map(|row| row.to_vec()).collect();
            match start {
                Some(start) => (from..from + window).for_each(|i| rows[i] = start.row(i).to_vec()),
                None => {
                    // The words close up, and padding takes the room at the end.
                    rows.drain(from..from + window);
                    rows.resize(x.nrows(), vec![0.0; self.dim]);
                }
            }
            let changed = Array2::from_shape_vec(x.dim(), rows.concat()).expect("as many rows");
            for drop in &mut drops[from..from + window] {
                drop.push(self.logit(x, class) - self.logit(&changed, class));
            }
        }
        drops.iter().map(|d| d.iter().sum::<f64>() / d.len() as f64).collect()
    }

    /// `F` when the words outside `present` are their rows of `start`.
    pub fn with_only(&self, x: &Array2<f64>, start: &Array2<f64>, present: &[bool], goal: &Goal) -> f64 {
        let mut mixed = x.clone();
        for (i, _) in present.iter().enumerate().filter(|(_, here)| !**here) {
            mixed.row_mut(i).assign(&start.row(i));
        }
        goal.value(&self.forward(&mixed).logits)
    }

    /// Shapley values of the first `tokens` rows by all `2^tokens` coalitions.
    pub fn shapley(&self, x: &Array2<f64>, start: &Array2<f64>, tokens: usize, goal: &Goal) -> Vec<f64> {
        let here = |set: usize| -> Vec<bool> { (0..tokens).map(|i| set >> i & 1 == 1).collect() };
        let values: Vec<f64> = (0..1 << tokens).map(|set| self.with_only(x, start, &here(set), goal)).collect();
        let factorial = |n: usize| (1..=n).map(|i| i as f64).product::<f64>();
        (0..tokens)
            .map(|i| {
                let without = (0..1usize << tokens).filter(|set| set >> i & 1 == 0);
                without
                    .map(|set| {
                        let size = set.count_ones() as usize;
                        let weight = factorial(size) * factorial(tokens - size - 1) / factorial(tokens);
                        weight * (values[set | 1 << i] - values[set])
                    })
                    .sum()
            })
            .collect()
    }
}

/// The weighted ridge regression with an intercept, from its normal equations by elimination. The intercept is the
/// last column, and is not penalised.
pub fn ridge(present: &Array2<bool>, values: &[f64], weights: &[f64], ridge: f64) -> Vec<f64> {
    let n = present.ncols() + 1;
    let cell = |s: usize, i: usize| if i + 1 == n || present[[s, i]] { 1.0 } else { 0.0 };
    let mut a = vec![vec![0.0; n + 1]; n];
    for s in 0..values.len() {
        for (i, row) in a.iter_mut().enumerate() {
            for (j, v) in row.iter_mut().enumerate() {
                *v += weights[s] * cell(s, i) * if j == n { values[s] } else { cell(s, j) };
            }
        }
    }
    (0..n - 1).for_each(|i| a[i][i] += ridge);
    for i in 0..n {
        let pivot = (i..n).max_by(|p, q| a[*p][i].abs().total_cmp(&a[*q][i].abs())).expect("not empty");
        a.swap(i, pivot);
        let top = a[i].clone();
        for (_, row) in a.iter_mut().enumerate().filter(|(r, _)| *r != i) {
            let factor = row[i] / top[i];
            row.iter_mut().zip(&top).for_each(|(v, top)| *v -= factor * top);
        }
    }
    (0..n - 1).map(|i| a[i][n] / a[i][i]).collect()
}
