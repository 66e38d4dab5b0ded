//! `wordlight evaluate`

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::Classifier;
use wordlight_nn::weights::read_model;
use wordlight_train::data::documents;
use wordlight_train::data::treebank::{Split, read_split};
use wordlight_train::evaluate::{Evaluation, evaluate};
use wordlight_train::files::{read, sha256};

use crate::terminal::say;
use crate::threads::with_threads;

/// Measure a trained network on the treebank: loss, accuracy, confusion and scores per class.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight evaluate --model runs/paper/epoch-010.safetensors --vectors runs/paper/vectors.safetensors --treebank trees
  wordlight evaluate --model M --vectors V --treebank trees --split dev --cut 0 --json")]
pub(super) struct Evaluate {
    /// Weights: a safetensors file of `wordlight train` or `wordlight export`
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The word vectors that the weights were trained on
    #[arg(long, value_name = "FILE")]
    vectors: PathBuf,
    /// Folder with train.txt, dev.txt and test.txt (or with trees/ that has them)
    #[arg(long, value_name = "DIR")]
    treebank: PathBuf,
    /// Which sentences
    #[arg(long, value_enum, default_value = "test")]
    split: Split,
    /// Cut sentences after this many words, as the paper did; 0 reads them whole
    #[arg(long, default_value_t = 40, value_name = "N")]
    cut: usize,
    /// Print one JSON object instead of tables
    #[arg(long)]
    json: bool,
    /// Threads; 0 for one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

impl Evaluate {
    pub(super) fn run(self) -> Result<()> {
        with_threads(self.threads, || self.evaluate())
    }

    fn evaluate(&self) -> Result<()> {
        let (model, card) =
            read_model::<f32>(&read(&self.model)?).with_context(|| format!("{}", self.model.display()))?;
        let bytes = read(&self.vectors)?;
        let embedding = Embedding::from_bytes(&bytes).with_context(|| format!("{}", self.vectors.display()))?;
        let found = sha256(&bytes);
        if !card.vectors_sha256.is_empty() && card.vectors_sha256 != found {
            bail!(
                "{} was trained on vectors with SHA-256 {}, {} has {found}",
                self.model.display(),
                card.vectors_sha256,
                self.vectors.display()
            );
        }
        if embedding.dim() != model.dim() {
            bail!("the network reads vectors of {} dimensions, found {}", model.dim(), embedding.dim());
        }
        let documents = documents(&read_split(&self.treebank, self.split)?, embedding.vocab(), self.cut);
        let tokens: usize = documents.iter().map(|document| document.words.len()).sum();
        let unknown = documents.iter().flat_map(|document| &document.words).filter(|word| word.is_none()).count();
        let result = evaluate(&model, &embedding, &documents)?;
        let pad_to = model.padded_len(0);
        if self.json {
            let json = serde_json::json!({
                "split": self.split.to_string(), "cut": self.cut, "pad_to": pad_to,
                "tokens": tokens, "unknown_tokens": unknown,
                "labels": card.labels, "result": result, "per_class": result.per_class(),
            });
            say!("{}", serde_json::to_string_pretty(&json)?);
            return Ok(());
        }
        let cut = if self.cut == 0 { "read whole".to_owned() } else { format!("cut after {} words", self.cut) };
        say!("{} sentences of {}, {cut}, padded to {pad_to}", result.sentences, self.split);
        say!(
            "{unknown} of {tokens} tokens have no vector ({:.2} %) and read as zero",
            100.0 * unknown as f64 / tokens.max(1) as f64
        );
        say!("loss {:.4}, accuracy {:.4}\n", result.loss, result.accuracy);
        print_tables(&result, &card.labels);
        Ok(())
    }
}

fn print_tables(result: &Evaluation, labels: &[String]) {
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).max(10);
    let line = |first: &str, cells: Vec<String>| {
        let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:>width$}")).collect();
        say!("{first:<width$}  {}", cells.join("  ").trim_end());
    };
    line("true \\ said", labels.to_vec());
    for (label, row) in labels.iter().zip(&result.confusion) {
        line(label, row.iter().map(usize::to_string).collect());
    }
    say!();
    line("class", ["sentences", "precision", "recall", "F1"].map(str::to_owned).to_vec());
    let share = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
    for (label, score) in labels.iter().zip(result.per_class()) {
        line(label, vec![score.sentences.to_string(), share(score.precision), share(score.recall), share(score.f1)]);
    }
}
