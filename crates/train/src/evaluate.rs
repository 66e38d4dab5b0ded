//! How well a network does on labelled sentences.

use anyhow::Result;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::{Classifier, argmax};

use crate::data::Document;
use crate::fit::cross_entropy;

/// What a network scored on some sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Sentences.
    pub sentences: usize,
    /// Mean cross-entropy, in nats.
    pub loss: f64,
    /// Share of sentences whose class is right, 0 to 1.
    pub accuracy: f64,
    /// `[Y][Y]`: how often the true class (row) was taken for a class (column).
    pub confusion: Vec<Vec<usize>>,
}

/// Precision, recall and F1 of one class; `None` where there is nothing to divide by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ClassScore {
    /// Sentences that truly have the class.
    pub sentences: usize,
    /// Share of the sentences given the class that have it.
    pub precision: Option<f64>,
    /// Share of the sentences that have the class that were given it.
    pub recall: Option<f64>,
    /// Harmonic mean of the two.
    pub f1: Option<f64>,
}

impl Evaluation {
    /// One score per class.
    pub fn per_class(&self) -> Vec<ClassScore> {
        let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        (0..self.confusion.len())
            .map(|k| {
                let right = self.confusion[k][k];
                let (sentences, given) =
                    (self.confusion[k].iter().sum(), self.confusion.iter().map(|row| row[k]).sum());
                ClassScore {
                    sentences,
                    precision: share(right, given),
                    recall: share(right, sentences),
                    f1: share(2 * right, sentences + given),
                }
            })
            .collect()
    }
}

/// Scores `documents` with the code that the page runs: one pass per document.
///
/// # Errors
/// A document that is too long, or whose label the network does not have.
pub fn evaluate(model: &dyn Classifier<f32>, embedding: &Embedding, documents: &[Document]) -> Result<Evaluation> {
    let classes = model.classes();
    if let Some(document) = documents.iter().find(|document| document.label >= classes) {
        anyhow::bail!("a sentence has the label {}, the network has {classes} classes", document.label);
    }
    let score = |document: &Document| -> Result<(f64, usize)> {
        let x = embedding.embed(&document.words, model.positions(document.words.len()));
        let pass = model.forward(x)?;
        let mut logits: Vec<f64> = pass.logits().iter().map(|&z| f64::from(z)).collect();
        Ok((cross_entropy(&mut logits, document.label, &[]).0, argmax(pass.logits())))
    };
    let scores: Vec<(f64, usize)> = documents.par_iter().map(score).collect::<Result<_>>()?;
    let mut confusion = vec![vec![0; classes]; classes];
    let mut loss = 0.0;
    for ((cost, class), document) in scores.into_iter().zip(documents) {
        loss += cost;
        confusion[document.label][class] += 1;
    }
    let right: usize = (0..classes).map(|k| confusion[k][k]).sum();
    let n = documents.len().max(1) as f64;
    Ok(Evaluation { sentences: documents.len(), loss: loss / n, accuracy: right as f64 / n, confusion })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_a_small_confusion_by_hand() {
        let confusion = vec![vec![3, 1, 0], vec![2, 4, 0], vec![0, 0, 0]];
        let scores = Evaluation { sentences: 10, loss: 0.0, accuracy: 0.7, confusion }.per_class();
        let close = |got: Option<f64>, want: f64| assert!((got.unwrap() - want).abs() < 1e-15);
        close(scores[0].precision, 3.0 / 5.0);
        close(scores[0].recall, 3.0 / 4.0);
        close(scores[0].f1, 6.0 / 9.0);
        close(scores[1].precision, 4.0 / 5.0);
        assert_eq!(scores[2], ClassScore { sentences: 0, precision: None, recall: None, f1: None });
    }
}
