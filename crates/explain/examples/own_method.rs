//! A method that is not part of the library: the temporal head score of Gao et al. 2018. The words are put in one after the
//! other, from left to right, and each gets what its arrival adds:
//!
//! ```text
//! A_t = F(x_1 .. x_t) - F(x_1 .. x_{t-1})
//! ```
//!
//! A method brings a description of itself, scores, and the accounts of everything that the scores leave out. The ledger then
//! says whether all of it together is the explained value.
//!
//! ```sh
//! cargo run -p wordlight-explain --example own_method
//! ```

use std::error::Error;

use ndarray::{Array2, array};
use wordlight_explain::Result;
use wordlight_explain::attribution::Attribution;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::case::Case;
use wordlight_explain::cite::Citation;
use wordlight_explain::ledger::Account;
use wordlight_explain::method::{Method, Shapley};
use wordlight_explain::query::Query;
use wordlight_explain::spec::MethodSpec;
use wordlight_nn::Real;
use wordlight_nn::layer::{Activation, Conv1d, Dense};
use wordlight_nn::model::{TextCnn, TextCnnConfig};

struct TemporalHead;

static SPEC: MethodSpec = MethodSpec {
    id: "temporal-head",
    name: "Temporal head score",
    summary: "What a word adds to the words before it.",
    formula: "A_t = F(x_1 … x_t) − F(x_1 … x_{t−1})",
    cite: Citation {
        short: "Gao et al. 2018",
        full: "J. Gao, J. Lanchantin, M. L. Soffa, Y. Qi. Black-Box Generation of Adversarial Text Sequences to Evade Deep \
               Learning Classifiers. IEEE Security and Privacy Workshops 2018.",
    },
    in_target_units: true,
    uses_baseline: true,
    params: &[],
};

impl<F: Real> Method<F> for TemporalHead {
    fn spec(&self) -> &'static MethodSpec {
        &SPEC
    }

    fn attribute(&self, case: &Case<'_, F>) -> Result<Attribution<F>> {
        // Absent words, and the padding, are their rows of the baseline.
        let mut x = case.baseline().to_owned();
        let start = case.value_at(x.clone())?;
        let mut before = start;
        let mut scores = Vec::new();
        for t in 0..case.tokens() {
            x.row_mut(t).assign(&case.x().row(t));
            let after = case.value_at(x.clone())?;
            scores.push((after - before).as_f64());
            before = after;
        }
        // With its last word the sentence is whole but for the padding, which no word can answer for.
        let padding = case.value() - before;
        Ok(Attribution::by_word(case, &scores, vec![(Account::Baseline, start), (Account::Padding, padding)]))
    }
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    // One filter over one word, so the logit of class 1 is twice the largest word, plus 1.
    let config =
        TextCnnConfig { dim: 1, classes: 2, widths: vec![1], filters: 1, activation: Activation::Linear, pad_to: 0 };
    let conv = Conv1d::new(array![[1.0]], array![0.0], 1)?;
    let network = TextCnn::new(config, vec![conv], Dense::new(array![[0.0], [2.0]], array![0.0, 1.0])?)?;
    let words: Array2<f64> = array![[1.0], [3.0], [2.0], [3.0]];

    let baseline = Baseline::Everywhere(array![0.5]);
    let answer = Query::new(TemporalHead).of_class(1).against(baseline.clone()).explain(&network, words.clone())?;
    let ledger = &answer.attribution.ledger;
    println!("{} ({})", answer.method.name, answer.method.cite.short);
    println!("words {}", answer.attribution.per_token);
    for (account, amount) in &ledger.entries {
        println!("{:>22} {amount:+.2}", account.name());
    }
    println!("{:>22} {:+.2}, residual {:+.1e}", "explained", ledger.explained, ledger.residual);

    // The logit is 2 for the baseline, 3 with the first word and 7 from the second word on. The last word comes too late.
    assert_eq!(answer.attribution.per_token, array![1.0, 4.0, 0.0, 0.0]);
    assert!(ledger.holds(), "{ledger:?}");

    // A method of the library, asked the same: equal words get equal scores, and the sum is the same.
    let shapley = Query::new(Shapley).of_class(1).against(baseline).explain(&network, words)?.attribution;
    println!("Shapley values {:.3}", shapley.per_token);
    assert!((shapley.per_token[1] - shapley.per_token[3]).abs() < 1e-12);
    assert!((shapley.per_token.sum() - answer.attribution.per_token.sum()).abs() < 1e-12);
    Ok(())
}

#[test]
fn the_example_runs() {
    main().unwrap();
}
