//! Cross-entropy: minus the logarithm of the probability of the true class.

use wordlight_nn::Real;

/// Turns `logits` `[Y]` into the loss's gradient `p - onehot(label)`; returns the loss and whether the first largest
/// logit is the label's.
pub fn cross_entropy<F: Real>(logits: &mut [F], label: usize) -> (f64, bool) {
    let (mut top, mut best) = (F::neg_infinity(), 0);
    for (k, &z) in logits.iter().enumerate() {
        if z > top {
            (top, best) = (z, k);
        }
    }
    let shifted = logits[label] - top;
    let mut sum = F::zero();
    for z in logits.iter_mut() {
        *z = (*z - top).exp();
        sum += *z;
    }
    for z in logits.iter_mut() {
        *z /= sum;
    }
    logits[label] -= F::one();
    ((sum.ln() - shifted).wide(), best == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_logits_cost_the_logarithm_of_the_number_of_classes() {
        let mut z = [3.0f64; 5];
        let (loss, correct) = cross_entropy(&mut z, 0);
        assert!((loss - 5f64.ln()).abs() < 1e-15 && correct);
        for (got, want) in z.iter().zip([-0.8, 0.2, 0.2, 0.2, 0.2]) {
            assert!((got - want).abs() < 1e-15);
        }
    }

    #[test]
    fn huge_logits_do_not_overflow() {
        let mut z = [1000.0f32, 0.0];
        let (loss, correct) = cross_entropy(&mut z, 1);
        assert_eq!((loss, correct), (1000.0, false));
        assert_eq!(z, [1.0, -1.0]);
    }
}
