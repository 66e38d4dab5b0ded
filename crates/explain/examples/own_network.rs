//! A network whose weights stand in the code, explained by every method: the scores of the words, what else the ledger
//! holds, and whether all of it is the explained value.
//!
//! ```sh
//! cargo run -p wordlight-explain --example own_network
//! ```

use std::error::Error;

use ndarray::array;
use wordlight_explain::method::methods;
use wordlight_explain::query::Query;
use wordlight_nn::layer::{Activation, Conv1d, Dense};
use wordlight_nn::model::{TextCnn, TextCnnConfig};

fn main() -> Result<(), Box<dyn Error>> {
    // Word vectors of two numbers: how good, and whether the word negates.
    let words = [("not", [0.0, 1.0]), ("a", [0.1, 0.0]), ("good", [1.0, 0.0]), ("film", [0.2, 0.0])];
    let x = ndarray::Array2::from_shape_fn((words.len(), 2), |(t, d)| words[t].1[d]);

    // Two filters over three words, so a row has the weights of three word vectors. The first looks for something good in the
    // second and third place that is not negated by the first word, the second for something good after a negation.
    let config =
        TextCnnConfig { dim: 2, classes: 2, widths: vec![3], filters: 2, activation: Activation::Relu, pad_to: 0 };
    let filters = array![[0.0, -1.0, 1.0, 0.0, 0.5, 0.0], [0.0, 2.0, 0.0, 0.0, 1.0, 0.0]];
    let conv = Conv1d::new(filters, array![0.1, -1.5], 3)?;
    // Class 0 is "bad", class 1 is "good".
    let dense = Dense::new(array![[-1.0, 2.0], [1.5, -1.0]], array![0.2, 0.0])?;
    let network = TextCnn::new(config, vec![conv], dense)?;

    println!("The logit of class 0, \"bad\": each word's score, the other parts of the sum, and its residual.\n");
    print!("{:<22}", "method");
    words.iter().for_each(|(word, _)| print!("{word:>8}"));
    println!("{:>10}{:>10}{:>10}", "others", "logit", "residual");
    let mut complete = 0;
    for method in methods::<f64>() {
        let id = method.spec().id;
        let answer = Query::parse(id, &[].into(), "logit")?.of_class(0).explain(&network, x.clone())?;
        let (scores, ledger) = (&answer.attribution.per_token, &answer.attribution.ledger);
        print!("{id:<22}");
        scores.iter().for_each(|score| print!("{score:>+8.3}"));
        if !ledger.proves {
            println!("{:>30}", "claims no sum");
            continue;
        }
        let others: f64 = ledger.entries.iter().skip(1).map(|(_, amount)| amount).sum();
        println!("{others:>+10.3}{:>+10.3}{:>10.0e}", ledger.explained, ledger.residual);
        // z = 0.2 - m_1 + 2 m_2, with m_1 = 1 + 0.5 * 0.2 + 0.1 in "a good film" and m_2 = 2 + 1 - 1.5 in "not a good".
        assert!((ledger.explained - (0.2 - 1.2 + 2.0 * 1.5)).abs() < 1e-12);
        assert!(ledger.holds(), "{id}: {ledger:?}");
        assert!((scores.sum() + others - ledger.explained).abs() < 1e-12, "{id}");
        complete += 1;
    }
    println!(
        "\n{complete} of {} methods account for the whole logit; the others claim no sum.",
        methods::<f64>().len()
    );
    assert!(complete >= 10);
    Ok(())
}

#[test]
fn the_example_runs() {
    main().unwrap();
}
