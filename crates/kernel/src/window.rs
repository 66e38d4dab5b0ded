//! One filter over one window, with a map over its weights.

use crate::part::Part;
use crate::scalar::Scalar;

/// Runs `body` with the map as a closure the compiler can see through, so that the choice is made once, not per weight.
macro_rules! with_part {
    ($part:expr, |$f:ident| $body:expr) => {{
        let zero = F::zero();
        match $part {
            Part::All => {
                let $f = |w: F| w;
                $body
            }
            Part::Positive => {
                let $f = |w: F| if w > zero { w } else { zero };
                $body
            }
            Part::Negative => {
                let $f = |w: F| if w < zero { w } else { zero };
                $body
            }
            Part::FavourPositive(gamma) => {
                let $f = |w: F| if w > zero { w + gamma * w } else { w };
                $body
            }
            Part::FavourNegative(gamma) => {
                let $f = |w: F| if w < zero { w + gamma * w } else { w };
                $body
            }
            Part::Square => {
                let $f = |w: F| w * w;
                $body
            }
            Part::One => {
                let $f = |_: F| F::one();
                $body
            }
            Part::Zero => {
                let $f = |_: F| zero;
                $body
            }
        }
    }};
}

/// Sums side by side: a vector of SIMD128, and two of them are one of AVX2. The same everywhere, because the order of a
/// sum is part of its result, and what a browser computed has to come out here too.
const LANES: usize = 4;

#[inline(always)]
pub(crate) fn dot<F: Scalar>(w: &[F], part: Part<F>, x: &[F]) -> F {
    with_part!(part, |f| {
        // Several sums side by side: one chain of additions would wait for itself.
        let mut sums = [[F::zero(); LANES]; 2];
        let (pairs, w_rest) = w.as_chunks::<{ 2 * LANES }>();
        let (x_pairs, x_rest) = x.as_chunks::<{ 2 * LANES }>();
        for (w, x) in pairs.iter().zip(x_pairs) {
            for lane in 0..LANES {
                sums[0][lane] += f(w[lane]) * x[lane];
                sums[1][lane] += f(w[LANES + lane]) * x[LANES + lane];
            }
        }
        let [mut sums, other] = sums;
        for lane in 0..LANES {
            sums[lane] += other[lane];
        }
        let (w_last, w_rest) = w_rest.as_chunks::<LANES>();
        let (x_last, x_rest) = x_rest.as_chunks::<LANES>();
        for (w, x) in w_last.iter().zip(x_last) {
            for lane in 0..LANES {
                sums[lane] += f(w[lane]) * x[lane];
            }
        }
        let mut sum = F::zero();
        for s in sums {
            sum += s;
        }
        for (&w, &x) in w_rest.iter().zip(x_rest) {
            sum += f(w) * x;
        }
        sum
    })
}

#[inline(always)]
pub(crate) fn add_scaled<F: Scalar>(out: &mut [F], s: F, w: &[F], part: Part<F>) {
    with_part!(part, |f| for (out, &w) in out.iter_mut().zip(w) {
        *out += s * f(w);
    });
}

#[inline(always)]
pub(crate) fn signed_dot<F: Scalar>(w: &[F], x: &[F]) -> [F; 2] {
    let zero = F::zero();
    let (mut positive, mut negative) = ([zero; LANES], [zero; LANES]);
    let (w_chunks, w_rest) = w.as_chunks::<LANES>();
    let (x_chunks, x_rest) = x.as_chunks::<LANES>();
    for (w, x) in w_chunks.iter().zip(x_chunks) {
        for lane in 0..LANES {
            let c = w[lane] * x[lane];
            positive[lane] += if c > zero { c } else { zero };
        }
        for lane in 0..LANES {
            let c = w[lane] * x[lane];
            negative[lane] += if c < zero { c } else { zero };
        }
    }
    let add = |lanes: [F; LANES]| lanes.into_iter().fold(zero, |sum, lane| sum + lane);
    let mut sums = [add(positive), add(negative)];
    for (&w, &x) in w_rest.iter().zip(x_rest) {
        let c = w * x;
        sums[usize::from(c < zero)] += c;
    }
    sums
}

#[inline(always)]
pub(crate) fn add_signed<F: Scalar>(out: &mut [F], s: [F; 2], w: &[F], x: &[F]) {
    for ((out, &w), &x) in out.iter_mut().zip(w).zip(x) {
        let c = w * x;
        *out += c * if c > F::zero() { s[0] } else { s[1] };
    }
}

/// [`signed_dot`] with the wider vectors of AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub(crate) fn signed_dot_avx2<F: Scalar>(w: &[F], x: &[F]) -> [F; 2] {
    signed_dot(w, x)
}

/// [`add_signed`] with the wider vectors of AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub(crate) fn add_signed_avx2<F: Scalar>(out: &mut [F], s: [F; 2], w: &[F], x: &[F]) {
    add_signed(out, s, w, x);
}

/// [`dot`] with the wider vectors of AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub(crate) fn dot_avx2<F: Scalar>(w: &[F], part: Part<F>, x: &[F]) -> F {
    dot(w, part, x)
}

/// [`add_scaled`] with the wider vectors of AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub(crate) fn add_scaled_avx2<F: Scalar>(out: &mut [F], s: F, w: &[F], part: Part<F>) {
    add_scaled(out, s, w, part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_told_apart_by_their_sign() {
        let w: Vec<f64> = (0..37).map(|i| (i * 7 % 11) as f64 - 5.0).collect();
        let x: Vec<f64> = (0..37).map(|i| (i * 5 % 13) as f64 - 6.0).collect();
        let products: Vec<f64> = w.iter().zip(&x).map(|(w, x)| w * x).collect();
        let sum = |sign: f64| products.iter().filter(|c| **c * sign > 0.0).sum::<f64>();
        assert_eq!(signed_dot(&w, &x), [sum(1.0), sum(-1.0)]);
        let mut out = x.clone();
        add_signed(&mut out, [2.0, 3.0], &w, &x);
        for ((out, x), c) in out.iter().zip(&x).zip(&products) {
            assert_eq!(*out, x + c * if *c > 0.0 { 2.0 } else { 3.0 });
        }
    }

    #[test]
    fn every_part_of_every_weight_is_the_definition() {
        let w: Vec<f64> = (0..37).map(|i| (i * 7 % 11) as f64 - 5.0).collect();
        let x: Vec<f64> = (0..37).map(|i| (i * 5 % 13) as f64 - 6.0).collect();
        let parts = [
            Part::All,
            Part::Positive,
            Part::Negative,
            Part::FavourPositive(0.5),
            Part::FavourNegative(0.5),
            Part::Square,
            Part::One,
            Part::Zero,
        ];
        for part in parts {
            let want: f64 = w.iter().zip(&x).map(|(w, x)| part.of(*w) * x).sum();
            assert_eq!(dot(&w, part, &x), want, "{part:?}");
            let mut out = x.clone();
            add_scaled(&mut out, 2.0, &w, part);
            for ((out, x), w) in out.iter().zip(&x).zip(&w) {
                assert_eq!(*out, x + 2.0 * part.of(*w), "{part:?}");
            }
        }
    }
}
