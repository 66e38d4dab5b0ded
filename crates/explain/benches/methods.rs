//! What each method costs on the two networks that other libraries are measured on, as multiples of the prediction:
//! `cargo bench -p wordlight-explain`.
//!
//! `seed`: 40 words of 100 dimensions, 100 filters over pairs, linear. `kim`: 40 words of 300 dimensions, 100 filters each
//! over 3, 4 and 5 words, ReLU. All 40 positions are words, so nothing is saved on padding.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::method::methods;
use wordlight_explain::target::TargetKind;
use wordlight_nn::model::{Classifier, TextCnn, TextCnnConfig};

const TOKENS: usize = 40;

fn networks() -> [(&'static str, TextCnn<f32>, Array2<f32>); 2] {
    [("seed", TextCnnConfig::paper(100)), ("kim", TextCnnConfig::kim(300))].map(|(name, config)| {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let dim = config.dim;
        let network = TextCnn::random(config, || rng.random()).expect("a published network");
        let x = Array2::from_shape_simple_fn((TOKENS, dim), || rng.random_range(-1.0..1.0));
        (name, network, x)
    })
}

/// Multiply-adds of the convolutions and the dense layer.
fn multiply_adds(config: &TextCnnConfig) -> u64 {
    let windows = |width: usize| (TOKENS - width + 1) * width * config.dim * config.filters;
    let convs: usize = config.widths.iter().map(|&width| windows(width)).sum();
    (convs + config.features() * config.classes) as u64
}

fn benchmark(criterion: &mut Criterion) {
    for (name, network, x) in networks() {
        let mut group = criterion.benchmark_group(name);
        // The unit of the throughput is one multiply-add.
        group.throughput(Throughput::Elements(multiply_adds(network.config())));
        group.bench_function("forward", |b| {
            b.iter(|| black_box(network.forward(x.clone()).expect("fits").logits()[0]));
        });
        for method in methods::<f32>() {
            let spec = method.spec();
            // The prediction is part of every explanation's time.
            group.bench_function(BenchmarkId::from_parameter(spec.id), |b| {
                b.iter(|| {
                    let pass = network.forward(x.clone()).expect("fits");
                    let asked = (TargetKind::Logit, None);
                    let case = Case::new(&network, pass.as_ref(), TOKENS, asked, &Baseline::Zero).expect("fits");
                    black_box(method.attribute(&case).map(|a| a.per_token[0]))
                });
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(std::time::Duration::from_millis(300)).measurement_time(std::time::Duration::from_secs(1));
    targets = benchmark
}
criterion_main!(benches);
