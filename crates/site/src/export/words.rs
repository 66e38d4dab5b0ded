//! What the manifest says of a model, in sentences.

use wordlight_engine::{Card, Vectors};
use wordlight_nn::weights::Architecture;
use wordlight_train::run;
use wordlight_train::run::{Run, data_in_words};

pub(super) fn epochs_in_words(epochs: usize) -> String {
    match epochs {
        0 => "untrained".to_owned(),
        1 => "1 epoch".to_owned(),
        _ => format!("{epochs} epochs"),
    }
}

pub(super) fn summary(name: &str, accuracy: f64) -> String {
    format!("{name}: {:.1} % of the test sentences right", 100.0 * accuracy)
}

/// What a reader should know, in sentences.
pub(super) fn card(run: &Run, shown: &run::Checkpoint, vectors: &Vectors) -> Card {
    let [train, dev, test] = run.sentences;
    let training = &run.training;
    let weights = wordlight_train::fit::parameter_count(&training.network);
    let mut protocol = format!(
        "{} {weights} weights; Adam with a step size of {}, {} examples a step, seed {}.",
        describe(run),
        training.learning_rate,
        training.batch,
        training.seed
    );
    for (share, of) in [(training.dropout, "the features"), (training.word_dropout, "each word's dimensions")] {
        if share > 0.0 {
            protocol.push_str(&format!(" Dropout silences {share} of {of}."));
        }
    }
    if training.sentence_copies > 1 {
        protocol.push_str(&format!(" An epoch has each whole sentence {} times.", training.sentence_copies));
    }
    if training.tunes_table() {
        protocol.push_str(&format!(
            " The word vectors were learned too, with a step size of {}, and read as they are stored: 8 bits a number.",
            training.table_learning_rate
        ));
    }
    if training.averaging > 0.0 {
        protocol
            .push_str(&format!(" The weights are a moving average over the steps, of decay {}.", training.averaging));
    }
    if training.patience > 0 {
        protocol.push_str(&format!(
            " Training stopped when {} epochs had brought no better accuracy on the dev sentences; the best epoch, {}, \
             is the one that is shown.",
            training.patience, shown.epoch
        ));
    }
    Card {
        data: format!(
            "{}. {train} sentences to train on, {dev} to choose by (dev), {test} to report (test); {} of {} words have no \
             vector.",
            data_in_words(training.examples),
            run.coverage.unknown_tokens,
            run.coverage.tokens
        ),
        protocol,
        scores: format!(
            "After {}: {:.1} % of the test sentences right, mean cross-entropy {:.3}.",
            epochs_in_words(shown.epoch),
            100.0 * shown.test.accuracy,
            shown.test.loss
        ),
        confusion: shown.test.confusion.clone(),
        licence: format!("Weights: {}. Vectors: {}, {}.", run.licence, vectors.source, vectors.licence),
    }
}

pub(super) fn describe(run: &Run) -> String {
    let learned_from = match run.training.examples {
        wordlight_train::fit::Examples::Sentences => format!("{} sentences", run.examples),
        wordlight_train::fit::Examples::Phrases => format!("{} phrases", run.examples),
    };
    let network = match &run.training.network {
        Architecture::TextCnn(network) => {
            let widths: Vec<String> = network.widths.iter().map(usize::to_string).collect();
            match network.widths.as_slice() {
                [2] => format!("{} filters over pairs of words, maximum over the sentence", network.filters),
                _ => format!(
                    "{} filters over each of {} words, maximum over the sentence",
                    network.filters,
                    widths.join(", ")
                ),
            }
        }
        Architecture::BiLstm(network) if network.one_way => format!("an LSTM of {} cells", network.hidden),
        Architecture::BiLstm(network) => format!("a bidirectional LSTM of {} cells each way", network.hidden),
        _ => "a network".to_owned(),
    };
    format!("{network}, five classes; trained on {learned_from} of the Stanford Sentiment Treebank.")
}
