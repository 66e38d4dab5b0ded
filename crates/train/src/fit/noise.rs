//! Dropout of a batch: each document and each word draws from a stream of its own, so that who computes what, and in
//! which order, changes nothing.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use wordlight_nn::Real;
use wordlight_nn::layer::Dropout;

/// Streams of a batch: its documents, then its words.
const DOCUMENTS: u64 = 1 << 20;
/// Streams that a batch may use.
const STREAMS: u64 = 1 << 32;

/// What is dropped in a batch.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    /// Of the features that the last layer reads.
    pub features: Dropout,
    /// Of the dimensions of each word, the same for all its places in the batch (Gal & Ghahramani 2016).
    pub words: Dropout,
    seed: u64,
    batch: u64,
}

impl Noise {
    /// The noise of batch number `batch`, from 0.
    pub fn new(features: Dropout, words: Dropout, seed: u64, batch: u64) -> Self {
        Self { features, words, seed, batch }
    }

    /// Nothing is dropped.
    pub fn none() -> Self {
        let off = Dropout::new(0.0).expect("0 is a rate");
        Self::new(off, off, 0, 0)
    }

    /// Fills `mask` `[M]` for document `i` of the batch: 0 where a feature is dropped, `1 / (1 - rate)` elsewhere.
    pub fn of_document<F: Real>(&self, i: usize, mask: &mut [F]) {
        self.fill(self.features, i as u64, mask);
    }

    /// Fills `mask` `[D]` for a word, by its row in the table.
    pub fn of_word<F: Real>(&self, word: usize, mask: &mut [F]) {
        self.fill(self.words, DOCUMENTS + word as u64, mask);
    }

    fn fill<F: Real>(&self, dropout: Dropout, stream: u64, mask: &mut [F]) {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        // The first streams are those of the weights and of the order.
        rng.set_stream((self.batch + 1) * STREAMS + stream);
        // 32 bits are enough to tell rates apart.
        let dropped = (dropout.rate() * 4_294_967_296.0) as u64;
        let kept = F::from_f64(1.0 / (1.0 - dropout.rate()));
        mask.fill_with(|| if u64::from(rng.next_u32()) < dropped { F::zero() } else { kept });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_silenced_and_the_mean_is_kept() {
        let noise = Noise::new(Dropout::new(0.5).unwrap(), Dropout::new(0.25).unwrap(), 7, 3);
        let mut mask = [0.0f64; 20_000];
        noise.of_document(5, &mut mask);
        assert!(mask.iter().all(|&m| m == 0.0 || m == 2.0));
        // The mean of 20,000 draws has a standard deviation of 0.007.
        assert!((mask.iter().sum::<f64>() / 20_000.0 - 1.0).abs() < 0.03);
        let mut other = [0.0f64; 20_000];
        noise.of_word(5, &mut other);
        assert!(other.iter().all(|&m| m == 0.0 || (m - 4.0 / 3.0).abs() < 1e-15));
    }

    #[test]
    fn documents_batches_and_seeds_draw_different_masks() {
        let half = Dropout::new(0.5).unwrap();
        let mask = |seed, batch, document| {
            let mut mask = [0.0f32; 64];
            Noise::new(half, half, seed, batch).of_document(document, &mut mask);
            mask
        };
        assert_eq!(mask(1, 2, 3), mask(1, 2, 3));
        for other in [mask(2, 2, 3), mask(1, 3, 3), mask(1, 2, 4)] {
            assert_ne!(mask(1, 2, 3), other);
        }
    }
}
