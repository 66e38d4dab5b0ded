//! Cross-entropy: minus the logarithm of the probability of the true class, or its mean over the classes aimed at.

use wordlight_nn::Real;

/// Turns `logits` `[Y]` into the loss's gradient `p - q`; returns the loss `-sum_k q_k ln p_k`, in nats, and whether the
/// first largest logit is the label's. `aim` `[Y]` is `q`; where it is empty, `q` is 1 for the label and 0 elsewhere.
pub fn cross_entropy<F: Real>(logits: &mut [F], label: usize, aim: &[f32]) -> (f64, bool) {
    let (mut top, mut best) = (F::neg_infinity(), 0);
    for (k, &z) in logits.iter().enumerate() {
        if z > top {
            (top, best) = (z, k);
        }
    }
    let shifted = match aim {
        [] => logits[label] - top,
        aim => {
            aim.iter().zip(logits.iter()).fold(F::zero(), |sum, (&q, &z)| sum + F::from_f64(f64::from(q)) * (z - top))
        }
    };
    let mut sum = F::zero();
    for z in logits.iter_mut() {
        *z = (*z - top).exp();
        sum += *z;
    }
    for z in logits.iter_mut() {
        *z /= sum;
    }
    match aim {
        [] => logits[label] -= F::one(),
        aim => logits.iter_mut().zip(aim).for_each(|(z, &q)| *z -= F::from_f64(f64::from(q))),
    }
    ((sum.ln() - shifted).as_f64(), best == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_logits_cost_the_logarithm_of_the_number_of_classes() {
        let mut z = [3.0f64; 5];
        let (loss, correct) = cross_entropy(&mut z, 0, &[]);
        assert!((loss - 5f64.ln()).abs() < 1e-15 && correct);
        for (got, want) in z.iter().zip([-0.8, 0.2, 0.2, 0.2, 0.2]) {
            assert!((got - want).abs() < 1e-15);
        }
    }

    #[test]
    fn huge_logits_do_not_overflow() {
        let mut z = [1000.0f32, 0.0];
        let (loss, correct) = cross_entropy(&mut z, 1, &[]);
        assert_eq!((loss, correct), (1000.0, false));
        assert_eq!(z, [1.0, -1.0]);
    }

    #[test]
    fn an_aim_that_is_certain_is_the_label() {
        let logits = [0.3f64, -1.2, 2.0];
        let (mut hard, mut soft) = (logits, logits);
        let want = cross_entropy(&mut hard, 1, &[]);
        assert_eq!(cross_entropy(&mut soft, 1, &[0.0, 1.0, 0.0]), want);
        assert_eq!(soft, hard);
    }

    #[test]
    fn an_aim_costs_its_own_entropy_where_it_is_met() {
        // p = q = (1/4, 3/4): no gradient, and the loss is -(1/4) ln (1/4) - (3/4) ln (3/4) = 0.562335...
        let mut z = [0.0f64, 3f64.ln()];
        let (loss, correct) = cross_entropy(&mut z, 0, &[0.25, 0.75]);
        assert!((loss - 0.562_335_144_618_808_4).abs() < 1e-15, "{loss}");
        assert!(!correct && z.iter().all(|g| g.abs() < 1e-15), "{z:?}");
    }
}
