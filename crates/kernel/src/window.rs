//! One filter over one window, with a map over its weights.

use crate::{Part, Real};

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

#[inline(always)]
pub(crate) fn dot<F: Real>(w: &[F], part: Part<F>, x: &[F]) -> F {
    with_part!(part, |f| {
        // Eight sums side by side: one chain of additions would wait for itself.
        let mut sums = [F::zero(); 8];
        let (w8, w_rest) = w.as_chunks::<8>();
        let (x8, x_rest) = x.as_chunks::<8>();
        for (w, x) in w8.iter().zip(x8) {
            for lane in 0..8 {
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
pub(crate) fn add_scaled<F: Real>(out: &mut [F], s: F, w: &[F], part: Part<F>) {
    with_part!(part, |f| for (out, &w) in out.iter_mut().zip(w) {
        *out += s * f(w);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_every_weight_is_the_definition() {
        let w: Vec<f64> = (0..19).map(|i| (i * 7 % 11) as f64 - 5.0).collect();
        let x: Vec<f64> = (0..19).map(|i| (i * 5 % 13) as f64 - 6.0).collect();
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
