//! Reads a text with a trained network of the page and prints its words, each on a background that says how strongly it
//! speaks for the predicted class (green) or against it (red). Colours are for a terminal; a file or a pipe gets the words
//! and numbers alone.
//!
//! ```sh
//! cargo run -p wordlight-explain --example coloured_words -- "Not a great film, but never boring."
//! ```

use std::error::Error;
use std::fs;
use std::io::{IsTerminal, stdout};
use std::path::Path;

use wordlight_explain::method::IntegratedGradients;
use wordlight_explain::query::{Answer, Query};
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::Classifier;
use wordlight_nn::text::tokenize;
use wordlight_nn::weights::read_model;

fn main() -> Result<(), Box<dyn Error>> {
    explain(&std::env::args().nth(1).unwrap_or("The acting is brilliant, but the story is dull.".to_owned()))?;
    Ok(())
}

/// Prints the coloured words of `text` and returns what was printed.
fn explain(text: &str) -> Result<Answer<f32>, Box<dyn Error>> {
    // A network, and the word vectors that it reads.
    let vectors = Embedding::from_bytes(&model_file("paper-cnn-vectors.")?)?;
    let (network, card) = read_model::<f32>(&model_file("paper-cnn-epoch-10.")?)?;

    // From text to logits. A short text is padded, so the input has more rows than the text has words.
    let tokens = tokenize(text);
    let rows = vectors.look_up(&tokens);
    let pass = network.forward(vectors.embed(&rows, network.positions(tokens.len())))?;

    // Why the predicted class? By default a query asks for the logit of that class, against the zero vector.
    let query = Query::new(IntegratedGradients::default());
    let case = query.case(&network, pass.as_ref(), tokens.len())?;
    let answer = query.ask(&case, &mut |_| true)?;

    let class = &card.labels[answer.target.class()];
    println!("Predicted: {class}");
    let scores = &answer.attribution.per_token;
    let largest = scores.iter().fold(f32::MIN_POSITIVE, |largest, score| largest.max(score.abs()));
    if stdout().is_terminal() {
        println!("Green: for {class}. Red: against it. The darker, the stronger.");
        for (token, score) in tokens.iter().zip(scores) {
            print!("{} ", coloured(&text[token.span.clone()], score / largest));
        }
        println!();
    }
    println!("\nThe words, in logits");
    for (token, score) in tokens.iter().zip(scores) {
        println!("{score:+9.4}  {}", token.form);
    }

    // The words are not all: padding and the value at the baseline have their part, and the ledger books both.
    let ledger = &answer.attribution.ledger;
    println!("\nThe sum");
    for (account, amount) in &ledger.entries {
        println!("{amount:+9.4}  {}", account.name());
    }
    println!("{:+9.4}  the logit of {class}; the rest is rounding: {:+.1e}", ledger.explained, ledger.residual);
    assert!(ledger.holds(), "{ledger:?}");
    Ok(answer)
}

/// A file of the page's models. Names end with a part of the file's hash, so one is found by its beginning.
fn model_file(beginning: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/models");
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(beginning) {
            return Ok(fs::read(entry.path())?);
        }
    }
    Err(format!("{} has no file {beginning}*", folder.display()).into())
}

/// The word in black on green for a positive `intensity` and on red for a negative one; the nearer to 1 or -1, the darker.
fn coloured(word: &str, intensity: f32) -> String {
    let pale = (255.0 - 204.0 * intensity.abs()) as u8;
    let (red, green) = if intensity < 0.0 { (255, pale) } else { (pale, 255) };
    format!("\x1b[30;48;2;{red};{green};{pale}m {word} \x1b[0m")
}

#[test]
fn the_word_that_praises_speaks_for_the_class() {
    let answer = explain("A brilliant film.").unwrap();
    let scores = answer.attribution.per_token.to_vec();
    assert_eq!(scores.len(), 4);
    // "brilliant" is the second word, and the class is one of the two good ones.
    assert!(answer.target.class() >= 3 && scores[1] > 0.0, "{answer:?}");
    assert!(scores.iter().all(|score| *score <= scores[1]), "{scores:?}");
    assert_eq!(coloured("dull", -1.0), "\u{1b}[30;48;2;255;51;51m dull \u{1b}[0m");
}
