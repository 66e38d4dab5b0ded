//! A rule of layer-wise relevance propagation that is not part of the library: each input of a layer gets its share of the
//! *magnitudes* of the contributions, whichever sign they have,
//!
//! ```text
//! R_i = sum_j  |x_i w_ij| / sum_i |x_i w_ij|  R_j
//! ```
//!
//! A rule is written once and works in every network: it reaches a layer through the trait `Affine` only. What a rule loses,
//! it says, so the ledger of the whole explanation can be checked.
//!
//! ```sh
//! cargo run -p wordlight-explain --example own_rule
//! ```

use std::error::Error;

use ndarray::{Array2, ArrayView2};
use wordlight_explain::composite::Composite;
use wordlight_explain::ledger::Account;
use wordlight_explain::method::Lrp;
use wordlight_explain::query::Query;
use wordlight_explain::rule::{Bias, Epsilon, Rule, Split};
use wordlight_explain::stabiliser::Stabiliser;
use wordlight_nn::Real;
use wordlight_nn::affine::Affine;
use wordlight_nn::model::{TextCnn, TextCnnConfig};

/// Shares by magnitude. The bias takes no part.
#[derive(Clone, Copy)]
struct Magnitude;

impl<F: Real> Rule<F> for Magnitude {
    fn redistribute(
        &self,
        layer: &dyn Affine<F>,
        x: ArrayView2<'_, F>,
        _z: ArrayView2<'_, F>,
        r: ArrayView2<'_, F>,
    ) -> Split<F> {
        // The sums of the contributions above and below zero, in the shape of the output.
        let [positive, negative] = layer.contributions(x);
        let stabiliser = Stabiliser::ZeroOnly;
        let mut lost = F::zero();
        let mut s = positive - negative;
        s.zip_mut_with(&r, |s, &r| {
            let offset = stabiliser.offset(*s);
            *s = r / (*s + offset);
            lost += *s * offset;
        });
        // `share` multiplies with the signed contribution, so a negative one is multiplied with -s.
        let against = s.mapv(|s| -s);
        let relevance = layer.share(x, [s.view(), against.view()]);
        Split { relevance, bias: F::zero(), stabiliser: lost }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // Any network will do: here filters over pairs of words, with weights that only look random.
    let config = TextCnnConfig { filters: 6, classes: 2, pad_to: 0, ..TextCnnConfig::paper(4) };
    let mut state = 0.0;
    let network = TextCnn::<f64>::random(config, || {
        state = (state + 0.618) % 1.0;
        state
    })?;
    let words = Array2::from_shape_fn((5, 4), |(t, d)| (1.7 * t as f64 + 2.3 * d as f64).sin());

    // Our rule where the words are read, a published one above.
    let composite = Composite { dense: Box::new(Epsilon::new(0.01, Bias::Absorb)?), conv: Box::new(Magnitude) };
    let mixed = Query::new(Lrp::new(composite)).of_class(1).explain(&network, words.clone())?;
    // Our rule everywhere.
    let everywhere = Query::new(Lrp::uniform(Magnitude)).of_class(1).explain(&network, words)?;

    for (name, answer) in [("epsilon, then magnitude", &mixed), ("magnitude everywhere", &everywhere)] {
        let ledger = &answer.attribution.ledger;
        println!("{name}: words {:+.4}", answer.attribution.per_token);
        println!("  explained {:+.4}, words together {:+.4},", ledger.explained, ledger.amount(Account::Words));
        println!(
            "  lost to the stabiliser {:+.4}, residual {:+.1e}",
            ledger.amount(Account::Stabiliser),
            ledger.residual
        );
        assert!(ledger.holds(), "{ledger:?}");
    }

    // Shares by magnitude are never negative, so no word can have another sign than the logit.
    let logit = everywhere.attribution.explained;
    assert!(everywhere.attribution.per_token.iter().all(|score| score * logit >= 0.0));
    Ok(())
}

#[test]
fn the_example_runs() {
    main().unwrap();
}

#[test]
fn shares_by_magnitude_by_hand() {
    use ndarray::array;
    use wordlight_nn::affine::WeightMap;
    use wordlight_nn::layer::Dense;

    // Contributions 3 and -2 of an output with relevance 10.
    let layer = Dense::new(array![[3.0, -1.0]], array![1.0]).unwrap();
    let x = array![[1.0, 2.0]];
    let z = layer.apply(x.view(), WeightMap::AS_IS);
    let split = Magnitude.redistribute(&layer, x.view(), z.view(), array![[10.0]].view());
    assert_eq!((split.relevance, split.bias, split.stabiliser), (array![[6.0, 4.0]], 0.0, 0.0));
}
