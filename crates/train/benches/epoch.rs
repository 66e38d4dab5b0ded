//! One epoch of training on a made-up corpus with the treebank's numbers: 8,544 sentences of 19 words on average, 16,000
//! different words with Zipf's frequencies, batches of 256. `wordlight bench-train` does the same on the real one.
//!
//! The throughput is in multiply-adds of the convolution over the real windows (without padding); the work that is
//! really done is less, because a word's products are shared by all its places in a batch.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use wordlight_nn::model::{Classifier, TextCnnConfig};
use wordlight_nn::weights::Architecture;
use wordlight_train::data::Document;
use wordlight_train::fit::{TrainSettings, Trainer};

const WORDS: usize = 16_000;

fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// Lengths 1 to 37 and a word of rank `r` with frequency `1 / r`.
fn corpus(rng: &mut ChaCha8Rng) -> Vec<Document> {
    let word = |rng: &mut ChaCha8Rng| Some(((WORDS as f64).powf(uniform(rng)) as usize).min(WORDS) - 1);
    (0..8544)
        .map(|_| {
            let length = 1 + (37.0 * uniform(rng)) as usize;
            Document::labelled((0..length).map(|_| word(rng)).collect(), (5.0 * uniform(rng)) as usize)
        })
        .collect()
}

fn epoch(c: &mut Criterion) {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let documents = corpus(&mut rng);
    let mut group = c.benchmark_group("epoch");
    group.sample_size(10);
    for dim in [60, 100] {
        let network = Architecture::TextCnn(TextCnnConfig::paper(dim));
        let settings = TrainSettings { epochs: vec![1], ..TrainSettings::paper(network) };
        let table = Array2::from_shape_simple_fn((WORDS, dim), || uniform(&mut rng) as f32 - 0.5);
        let mut trainer = Trainer::new(&settings, table, &documents).expect("settings in range");
        let network = trainer.network();
        let windows: usize = documents.iter().map(|d| network.positions(d.words.len()) - 1).sum();
        group.throughput(Throughput::Elements((windows * 2 * dim * 100) as u64));
        group.bench_function(format!("D = {dim}"), |b| b.iter(|| trainer.epoch().expect("finite weights")));
    }
    group.finish();
}

criterion_group!(benches, epoch);
criterion_main!(benches);
