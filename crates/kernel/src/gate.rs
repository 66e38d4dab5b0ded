//! What an LSTM's gates are made of: the logistic function and the hyperbolic tangent.
//!
//! Mathematical libraries differ in the last bits of these, and a browser and a native program have different ones. In single
//! precision they are therefore computed here, from additions, multiplications and one division, in an order that is the same
//! everywhere and that compilers turn into vector instructions:
//!
//! ```text
//! y = -|x|,   k = round(y / ln 2),   r = y - k ln 2,   |r| <= ln(2) / 2
//! e^y     = 2^k + 2^k p        p = e^r - 1 = r + r^2 (1/2! + r/3! + .. + r^5/7!)
//! e^y - 1 = (2^k - 1) + 2^k p
//! sigmoid(x) = 1 / (1 + e^y)  or, below zero,  e^y / (1 + e^y)
//! tanh(x)    = -(e^{2y} - 1) / (2 + (e^{2y} - 1)),  with the sign of x
//! ```
//!
//! What the series leaves out is below `r^8 / 8!`, 6e-9 of the result; a rounding is 6e-8. The tests compare with double
//! precision, in which the machine's own functions are used: there laws are checked, and nothing is shown to a reader.

use crate::scalar::Scalar;

/// The two functions, per scalar type.
pub trait Gate: Scalar {
    /// `1 / (1 + e^-x)`; exactly 0 and 1 far from zero.
    fn sigmoid(self) -> Self;
    /// `tanh(x)`; exactly -1 and 1 far from zero.
    fn squashed(self) -> Self;
}

impl Gate for f64 {
    #[inline(always)]
    fn sigmoid(self) -> Self {
        // exp(-x) is infinite at worst, and its reciprocal 0.
        1.0 / (1.0 + (-self).exp())
    }

    #[inline(always)]
    fn squashed(self) -> Self {
        self.tanh()
    }
}

/// Below this `e^y` is no longer a normal number and counts as 0.
const MIN_EXPONENT: f32 = -87.0;

/// `2^k` and `2^k p` of a `y` from [`MIN_EXPONENT`] to 0, of which `e^y` is the sum.
#[inline(always)]
fn power(y: f32) -> (f32, f32) {
    /// Added, it leaves the nearest integer in the last bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    /// `ln 2` in two parts; `k` times the first is exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    let rounded = y * std::f32::consts::LOG2_E + ROUND;
    let k = rounded - ROUND;
    let r = (y - k * LN_2[0]) - k * LN_2[1];
    let series = 1.0 / 2.0 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r / 5040.0))));
    let scale = f32::from_bits(rounded.to_bits().wrapping_add(127) << 23);
    (scale, scale * (r + r * r * series))
}

impl Gate for f32 {
    #[inline(always)]
    fn sigmoid(self) -> Self {
        let y = -self.abs();
        let (scale, rest) = power(if y < MIN_EXPONENT { MIN_EXPONENT } else { y });
        let small = if y < MIN_EXPONENT { 0.0 } else { scale + rest };
        (if self < 0.0 { small } else { 1.0 }) / (1.0 + small)
    }

    #[inline(always)]
    fn squashed(self) -> Self {
        let y = -2.0 * self.abs();
        let (scale, rest) = power(if y < MIN_EXPONENT { MIN_EXPONENT } else { y });
        let less = (scale - 1.0) + rest;
        (-less / (2.0 + less)).copysign(self)
    }
}

/// One step of an LSTM of `H` units, from the gates `z` `[4H]` (i, f, g, o) and the memory before to the memory and the state
/// after, `[H]` each.
#[inline(always)]
pub(crate) fn lstm_step<F: Gate>(z: &[F], before: &[F], memory: &mut [F], state: &mut [F]) {
    let hidden = before.len();
    let (i, z) = z.split_at(hidden);
    let (f, z) = z.split_at(hidden);
    let (g, o) = z.split_at(hidden);
    let (memory, state) = (&mut memory[..hidden], &mut state[..hidden]);
    for k in 0..hidden {
        memory[k] = f[k].sigmoid() * before[k] + i[k].sigmoid() * g[k].squashed();
        state[k] = o[k].sigmoid() * memory[k].squashed();
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub(crate) fn lstm_step_avx2<F: Gate>(z: &[F], before: &[F], memory: &mut [F], state: &mut [F]) {
    lstm_step(z, before, memory, state);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernels;

    /// Numbers of all sizes, both signs.
    fn numbers() -> impl Iterator<Item = f32> {
        (1..400_000).map(|i| i as f32 * 2.5e-4).chain((0..120).map(|i| 0.75f32.powi(i))).flat_map(|x| [x, -x])
    }

    /// How many roundings of the result it is away from the one in double precision.
    fn roundings(got: f32, want: f64) -> f64 {
        (f64::from(got) - want).abs() / (want.abs() * f64::from(f32::EPSILON) / 2.0).max(1e-45)
    }

    #[test]
    fn they_are_what_double_precision_gives_to_a_few_roundings() {
        let worst = |of: fn(f32) -> f32, want: fn(f64) -> f64| {
            let of = |x: f32| (roundings(of(x), want(f64::from(x))), x);
            numbers().filter(|x| x.abs() < 85.0).map(of).fold((0.0, 0.0), |a, b| if b.0 > a.0 { b } else { a })
        };
        let (sigmoid, tanh) = (worst(f32::sigmoid, f64::sigmoid), worst(f32::squashed, f64::squashed));
        assert!(sigmoid.0 < 5.0 && tanh.0 < 5.0, "sigmoid {sigmoid:?}, tanh {tanh:?}");
    }

    #[test]
    fn they_saturate_are_exact_at_zero_and_keep_their_symmetry() {
        for x in [88.0f32, 1e4, f32::MAX, f32::INFINITY] {
            assert_eq!([x.sigmoid(), (-x).sigmoid()], [1.0, 0.0], "{x}");
            assert_eq!([x.squashed(), (-x).squashed()], [1.0, -1.0], "{x}");
        }
        assert_eq!([0.0f32.sigmoid(), 0.0f32.squashed(), f32::MIN_POSITIVE.squashed()], [0.5, 0.0, f32::MIN_POSITIVE]);
        assert!((-0.0f32).squashed().is_sign_negative());
        assert!(f32::NAN.sigmoid().is_nan() && f32::NAN.squashed().is_nan());
        for x in numbers() {
            assert_eq!(x.squashed(), -(-x).squashed());
            assert!((x.sigmoid() + (-x).sigmoid() - 1.0).abs() <= f32::EPSILON, "{x}");
        }
    }

    #[test]
    fn they_never_fall() {
        let mut rising: Vec<f32> = numbers().collect();
        rising.sort_by(f32::total_cmp);
        for pair in rising.windows(2) {
            // Neighbours may differ by a rounding of the result, not more.
            assert!(pair[1].sigmoid() >= pair[0].sigmoid() * (1.0 - 4.0 * f32::EPSILON), "{pair:?}");
            assert!(
                pair[1].squashed() >= pair[0].squashed() - 4.0 * f32::EPSILON * pair[0].squashed().abs(),
                "{pair:?}"
            );
        }
    }

    #[test]
    fn a_step_is_the_same_bits_however_it_is_compiled() {
        let hidden = 37;
        let of = |i: usize| ((i * i * 31 + 7 * i) % 1001) as f32 / 91.0 - 5.5;
        let z: Vec<f32> = (0..4 * hidden).map(of).collect();
        let before: Vec<f32> = (0..hidden).map(|k| of(k + 500)).collect();
        let (mut memory, mut state) = (vec![0.0; hidden], vec![0.0; hidden]);
        f32::lstm_step(&z, &before, &mut memory, &mut state);
        for k in 0..hidden {
            let [i, f, g, o] = [0, 1, 2, 3].map(|part| z[part * hidden + k]);
            let want = f.sigmoid() * before[k] + i.sigmoid() * g.squashed();
            assert_eq!(memory[k].to_bits(), want.to_bits());
            assert_eq!(state[k].to_bits(), (o.sigmoid() * want.squashed()).to_bits());
        }
    }

    /// Operation by operation in another language, each rounded once; a machine that fuses two of them gives other bits.
    #[test]
    fn the_bits_are_the_same_on_every_machine() {
        let bits = |of: fn(f32) -> f32| [0.1f32, -0.7, 1.3, -2.9, 6.1, -17.0, 40.0].map(|x| of(x).to_bits());
        let sigmoid = [0x3f06_6509, 0x3ea9_e34a, 0x3f49_2c7c, 0x3d55_9ef9, 0x3f7f_6d56, 0x3331_cf18, 0x3f80_0000];
        let squashed = [0x3dcc_1ebc, 0xbf1a_b7d8, 0x3f5c_99e3, 0xbf7e_745f, 0x3f7f_ff58, 0xbf80_0000, 0x3f80_0000];
        assert_eq!((bits(f32::sigmoid), bits(f32::squashed)), (sigmoid, squashed));
    }
}
