//! One filter's game: the maximum over its windows, when words come and go.

use crate::quadrature::Node;

/// Nodes computed side by side.
pub(super) const LANES: usize = 8;

type Lane = [f64; LANES];

/// What the words bring to one filter: `with(i, j)` is the present word `i` at place `j` of a window.
pub(super) struct Words<A: Fn(usize, usize) -> f64, B: Fn(usize, usize) -> f64> {
    pub(super) with: A,
    pub(super) without: B,
    pub(super) bias: f64,
}

/// One filter's game, and the buffers that its passes need. Filters of one width share it.
pub(super) struct Game<'a> {
    player: &'a [bool],
    /// `K`
    width: usize,
    /// `2^K`, with `K` at least 2 so that there is a state.
    masks: usize,
    /// Scores above the floor in increasing order: the score, and where it is allowed: `e masks + mask`. Bit `j` of a
    /// mask says whether word `e - j` is present.
    scores: Vec<(f64, u32)>,
    /// The highest value below which the maximum never falls.
    floor: f64,
    /// The constraints at the floor.
    start: Constraints,
    /// The constraints at the threshold of the pass.
    now: Constraints,
    /// The parts of the sentence that constrain each other.
    parts: Vec<Part>,
    /// Room for the next list of parts, and for a product over them.
    old_parts: Vec<Part>,
    product: Vec<Lane>,
    /// Probability of the state before word `e`, nothing of its part having exceeded the threshold, `[E, masks / 2]`.
    alpha: Vec<Lane>,
    /// Probability that nothing after word `e` exceeds it, given the state, `[masks / 2]`, twice.
    beta: [Vec<Lane>; 2],
    /// `dP/dq_i` of the word's part, `[E]`.
    derivative: Vec<Lane>,
    /// `sum of gap * dP/dq_i`, `[E]`.
    sums: Vec<Lane>,
}

/// What the windows may do without exceeding the threshold. Windows are named by their last word.
#[derive(Clone)]
struct Constraints {
    /// All ones where window `e` may have this mask, `[E, masks]`.
    allowed: Vec<u64>,
    /// How many masks of window `e` are not allowed, `[E]`.
    forbidden: Vec<u32>,
    /// How many windows with forbidden masks lie across the gap behind word `e`, `[E]`.
    across: Vec<u32>,
}

impl Constraints {
    fn none(rows: usize, masks: usize) -> Self {
        Self { allowed: vec![u64::MAX; rows * masks], forbidden: vec![0; rows], across: vec![0; rows] }
    }

    fn clear(&mut self) {
        self.allowed.fill(u64::MAX);
        self.forbidden.fill(0);
        self.across.fill(0);
    }

    fn copy_from(&mut self, other: &Self) {
        self.allowed.copy_from_slice(&other.allowed);
        self.forbidden.copy_from_slice(&other.forbidden);
        self.across.copy_from_slice(&other.across);
    }

    fn forbid(&mut self, at: usize, masks: usize, width: usize) {
        let e = at / masks;
        self.allowed[at] = 0;
        self.forbidden[e] += 1;
        if self.forbidden[e] == 1 {
            self.across[e + 1 - width..e].iter_mut().for_each(|windows| *windows += 1);
        }
    }

    fn allow(&mut self, at: usize, masks: usize, width: usize) {
        let e = at / masks;
        self.allowed[at] = u64::MAX;
        self.forbidden[e] -= 1;
        if self.forbidden[e] == 0 {
            self.across[e + 1 - width..e].iter_mut().for_each(|windows| *windows -= 1);
        }
    }
}

/// A run of words that are tied together by windows with forbidden masks, and to nothing else. What happens in one part
/// is independent of what happens in the others, so `P` is a product over the parts.
#[derive(Clone, Copy)]
struct Part {
    from: usize,
    to: usize,
    /// The first window whose constraints have changed since the last pass; none is `usize::MAX`.
    changed: usize,
    /// `P` of this part alone.
    probability: Lane,
    /// `sum of gap * P of the other parts` since the last pass.
    pending: Lane,
}

impl<'a> Game<'a> {
    pub(super) fn new(player: &'a [bool], width: usize) -> Self {
        let rows = player.len();
        let masks = 1 << width.max(2);
        let zero = [0.0; LANES];
        Self {
            player,
            width,
            masks,
            scores: Vec::with_capacity(rows * masks),
            floor: f64::NEG_INFINITY,
            start: Constraints::none(rows, masks),
            now: Constraints::none(rows, masks),
            parts: Vec::with_capacity(rows),
            old_parts: Vec::with_capacity(rows),
            product: Vec::with_capacity(rows),
            alpha: vec![zero; rows * masks / 2],
            beta: [vec![zero; masks / 2], vec![zero; masks / 2]],
            derivative: vec![zero; rows],
            sums: vec![zero; rows],
        }
    }

    /// The score of every window under every mask of its words, and the floor that they have in common.
    pub(super) fn set_scores<A, B>(&mut self, words: &Words<A, B>, floor: f64)
    where
        A: Fn(usize, usize) -> f64,
        B: Fn(usize, usize) -> f64,
    {
        self.scores.clear();
        self.floor = floor;
        for e in self.width - 1..self.player.len() {
            let mut least = f64::INFINITY;
            // What is no player has no bit: such a mask never happens.
            let bits = (0..self.width.max(2)).filter(|back| *back <= e && self.player[e - back]);
            let possible = bits.fold(0, |bits, back| bits | 1 << back);
            for mask in (0..self.masks).filter(|mask| mask & !possible == 0) {
                let score = (0..self.width).fold(words.bias, |score, place| {
                    let back = self.width - 1 - place;
                    let present = !self.player[e - back] || mask >> back & 1 == 1;
                    score + if present { (words.with)(e - back, place) } else { (words.without)(e - back, place) }
                });
                least = least.min(score);
                self.scores.push((score, (e * self.masks + mask) as u32));
            }
            self.floor = self.floor.max(least);
        }
        // A score that overflowed to infinity would leave nothing to add up.
        let floor = self.floor;
        self.scores.retain(|(score, _)| *score > floor && score.is_finite());
        self.scores.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        self.start.clear();
        for (_, at) in &self.scores {
            self.start.forbid(*at as usize, self.masks, self.width);
        }
    }

    /// Adds `credit` times the Shapley values of this filter's maximum to `values`.
    pub(super) fn play(&mut self, nodes: &[Node], credit: f64, values: &mut [f64]) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the line above made sure that this CPU has AVX2.
            unsafe { self.play_avx2(nodes, credit, values) };
            return;
        }
        self.play_body(nodes, credit, values);
    }

    /// [`Self::play_body`] with the wider vectors of AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn play_avx2(&mut self, nodes: &[Node], credit: f64, values: &mut [f64]) {
        self.play_body(nodes, credit, values);
    }

    #[inline(always)]
    fn play_body(&mut self, nodes: &[Node], credit: f64, values: &mut [f64]) {
        for block in nodes.chunks(LANES) {
            // Lanes without a node weigh nothing.
            let lane = |of: fn(&Node) -> f64| -> Lane { std::array::from_fn(|l| block.get(l).map_or(0.0, of)) };
            let (q, weight) = (lane(|node| node.at), lane(|node| node.weight));
            match self.masks {
                4 => self.thresholds(4, &q),
                8 => self.thresholds(8, &q),
                16 => self.thresholds(16, &q),
                32 => self.thresholds(32, &q),
                masks => self.thresholds(masks, &q),
            }
            for (value, sum) in values.iter_mut().zip(&self.sums) {
                // E[m] = top - sum of gap * P
                *value -= credit * sum.iter().zip(&weight).map(|(sum, weight)| sum * weight).sum::<f64>();
            }
        }
    }

    /// Goes through the thresholds from the floor up. `masks` is the field's value, as a constant where it is small.
    #[inline(always)]
    fn thresholds(&mut self, masks: usize, q: &Lane) {
        let rows = self.player.len();
        self.sums.fill([0.0; LANES]);
        self.now.copy_from(&self.start);
        self.parts.clear();
        self.parts.push(Part { from: 0, to: rows, changed: 0, probability: [1.0; LANES], pending: [0.0; LANES] });
        let mut threshold = self.floor;
        let mut next = 0;
        while next < self.scores.len() {
            let above = self.scores[next].0;
            self.renew_parts(masks, q);
            self.count(above - threshold);
            threshold = above;
            while next < self.scores.len() && self.scores[next].0 <= threshold {
                let at = self.scores[next].1 as usize;
                self.now.allow(at, masks, self.width);
                let part = self.parts.partition_point(|part| part.to <= at / masks);
                self.parts[part].changed = self.parts[part].changed.min(at / masks);
                next += 1;
            }
        }
        for i in 0..self.parts.len() {
            self.settle(self.parts[i]);
        }
    }

    /// Splits and passes through the parts whose constraints have changed. Constraints only fall away as the threshold
    /// rises, so parts fall apart and never grow; a part without any is dropped.
    #[inline(always)]
    fn renew_parts(&mut self, masks: usize, q: &Lane) {
        std::mem::swap(&mut self.parts, &mut self.old_parts);
        self.parts.clear();
        for i in 0..self.old_parts.len() {
            let old = self.old_parts[i];
            if old.changed == usize::MAX {
                self.parts.push(old);
                continue;
            }
            self.settle(old);
            let mut from = old.from;
            while from < old.to {
                let mut to = from + 1;
                while to < old.to && self.now.across[to - 1] > 0 {
                    to += 1;
                }
                if self.now.forbidden[from..to].iter().any(|masks| *masks > 0) {
                    // Before the first change, the forward pass is still right.
                    let changed = if from == old.from { old.changed } else { from };
                    self.forward(masks, q, from, to, changed);
                    let probability = self.backward(masks, q, from, to);
                    self.parts.push(Part { from, to, changed: usize::MAX, probability, pending: [0.0; LANES] });
                }
                from = to;
            }
        }
    }

    /// Books `gap * dP/dq_i` at the present threshold: of each part, the probability of the others.
    #[inline(always)]
    fn count(&mut self, gap: f64) {
        self.product.clear();
        let mut product = [gap; LANES];
        for part in &self.parts {
            self.product.push(product);
            (0..LANES).for_each(|l| product[l] *= part.probability[l]);
        }
        let mut product = [1.0; LANES];
        for (part, before) in self.parts.iter_mut().zip(&self.product).rev() {
            for l in 0..LANES {
                part.pending[l] += before[l] * product[l];
                product[l] *= part.probability[l];
            }
        }
    }

    /// Adds what a part has pending to its words, before its derivatives change.
    #[inline(always)]
    fn settle(&mut self, part: Part) {
        let words = self.sums[part.from..part.to].iter_mut().zip(&self.derivative[part.from..part.to]);
        for (sum, derivative) in words {
            (0..LANES).for_each(|l| sum[l] += part.pending[l] * derivative[l]);
        }
    }

    /// The probability of each state before each word of a part, from word `changed` on.
    #[inline(always)]
    fn forward(&mut self, masks: usize, q: &Lane, from: usize, to: usize, changed: usize) {
        let states = masks / 2;
        if changed == from {
            // What lies before the part has no say in it, so any state will do.
            self.alpha[from * states..(from + 1) * states].fill([0.0; LANES]);
            self.alpha[from * states] = [1.0; LANES];
        }
        for e in changed..to - 1 {
            let (before, after) = self.alpha[e * states..][..2 * states].split_at_mut(states);
            let ok = &self.now.allowed[e * masks..][..masks];
            let chance = |is_present: bool| -> Lane {
                match (self.player[e], is_present) {
                    (true, true) => *q,
                    (true, false) => q.map(|q| 1.0 - q),
                    (false, is_present) => [if is_present { 0.0 } else { 1.0 }; LANES],
                }
            };
            let chances = [chance(false), chance(true)];
            for (state, after) in after.iter_mut().enumerate() {
                // The word that leaves the window may have been there or not.
                let (absent, present) = (state, state | states);
                let a = where_allowed(ok[absent], &before[absent >> 1]);
                let b = where_allowed(ok[present], &before[present >> 1]);
                let chance = &chances[state & 1];
                *after = std::array::from_fn(|l| chance[l] * (a[l] + b[l]));
            }
        }
    }

    /// `dP/dq_i` for every word of a part, and `P` itself.
    #[inline(always)]
    fn backward(&mut self, masks: usize, q: &Lane, from: usize, to: usize) -> Lane {
        let states = masks / 2;
        let [after, before] = &mut self.beta;
        let (mut after, mut before) = (&mut after[..states], &mut before[..states]);
        after.fill([1.0; LANES]);
        for e in (from..to).rev() {
            let ok = &self.now.allowed[e * masks..][..masks];
            let alpha = &self.alpha[e * states..][..states];
            let mut derivative = [0.0; LANES];
            for state in 0..states {
                let (absent, present) = (state << 1, state << 1 | 1);
                let without = where_allowed(ok[absent], &after[absent & (states - 1)]);
                if !self.player[e] {
                    before[state] = without;
                    continue;
                }
                let with = where_allowed(ok[present], &after[present & (states - 1)]);
                for l in 0..LANES {
                    let difference = with[l] - without[l];
                    before[state][l] = without[l] + q[l] * difference;
                    derivative[l] += alpha[state][l] * difference;
                }
            }
            self.derivative[e] = derivative;
            std::mem::swap(&mut after, &mut before);
        }
        after[0]
    }
}

/// The value where `allowed` is all ones, 0 where it is 0: a mask instead of a branch nobody could predict.
#[inline(always)]
fn where_allowed(allowed: u64, value: &Lane) -> Lane {
    std::array::from_fn(|l| f64::from_bits(value[l].to_bits() & allowed))
}
