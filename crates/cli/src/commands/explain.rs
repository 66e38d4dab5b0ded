//! `wordlight explain`

use std::collections::BTreeMap;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use wordlight_engine::{Document, Reply, Request, RowRequest, Scale, TargetRequest, method_cards, to_csv};
use wordlight_explain::spec::ParamValue;
use wordlight_nn::text::trees::CLASSES;
use wordlight_site::Site;
use wordlight_site::export::MANIFEST;
use wordlight_train::files::read;

use crate::batch::{Explainer, Files, Question, explain_file};
use crate::commands::replay::again;
use crate::commands::text::{from_utf8, ignore_closed, print};
use crate::commands::{heatmap, list_methods};
use crate::interrupt;

/// Show which words of a text decided, as a heat map in the terminal, as JSON or as CSV.
///
/// The text is read from the argument, from a file or from standard input, split into sentences, and each sentence is
/// explained by each method. The numbers are those of the page.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight explain \"A dull plot, but wonderful actors.\"
  wordlight explain --method gradient --method integrated-gradients \"Not a bad film at all.\"
  wordlight explain --method lrp-epsilon --param epsilon=0.1 --target \"logit:very negative\" --file review.txt
  wordlight explain --checkpoint paper-cnn-5 --checkpoint paper-cnn-20 --format csv < reviews.txt > scores.csv
  wordlight explain --input reviews.csv --column text --output scores.parquet --method gradient-x-input
  wordlight explain --from wordlight.json | cmp - wordlight.json
  wordlight explain --network network.safetensors \"Crisp, but cold.\"
  wordlight explain --list-methods

Rows of --input are read whole, not by sentence; one that is empty, too long, not UTF-8 or wrongly quoted says so in its
row of the output. A run that was stopped goes on when the same command is given again. A logit under gradient-x-input is
by far the fastest.

Colours are left out where the output is no terminal or NO_COLOR is set.")]
pub(super) struct Explain {
    /// The text [default: --file, or standard input]
    text: Option<String>,
    /// Read the text from a file in UTF-8
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// Folder of `wordlight export`
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    models: PathBuf,
    /// A network of your own: a safetensors file, and whatever belongs to it (vocabulary, description), each with its own
    /// --network; docs/your-own-network.md says what has to be in them
    #[arg(long = "network", value_name = "FILE")]
    network: Vec<PathBuf>,
    /// The word vectors of --network, if they are in a file of their own
    #[arg(long, value_name = "FILE", requires = "network")]
    vectors: Option<PathBuf>,
    /// Checkpoint to explain; several for several rows [default: the manifest's, or --network]
    #[arg(long = "checkpoint", value_name = "ID")]
    checkpoints: Vec<String>,
    /// Method; several for several rows, `all` for all of them
    #[arg(long = "method", value_name = "ID", default_value = "integrated-gradients")]
    methods: Vec<String>,
    /// Parameter, for every chosen method that has it
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parse_param)]
    params: Vec<(String, ParamValue)>,
    /// What to explain, and of which class (a name or a number from 0) [default: the logit of the predicted class]
    #[arg(long, value_name = "KIND[:CLASS]", default_value = "logit")]
    target: String,
    /// What an absent word looks like, for the methods that compare with it: zero, mean, or `text:` and a sentence
    #[arg(long, value_name = "ID", default_value = "zero")]
    baseline: String,
    /// What the strongest colour stands for
    #[arg(long, value_enum, default_value = "shared")]
    scale: ScaleArg,
    /// The true class, to mark the verdict as right or wrong
    #[arg(long, value_name = "CLASS")]
    truth: Option<String>,
    /// Explain at most this many sentences; the others are only counted
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    max_sentences: usize,
    /// How to print
    #[arg(long, value_enum, default_value = "terminal")]
    format: Format,
    /// Explain every row of a .csv, .jsonl or .parquet file; needs --output
    #[arg(long, value_name = "FILE", requires = "output", conflicts_with_all = ["text", "file"])]
    input: Option<PathBuf>,
    /// The column (or JSON key) of --input that has the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    column: String,
    /// Where the rows of --input go: .csv, .jsonl or .parquet
    #[arg(long, value_name = "FILE", requires = "input")]
    output: Option<PathBuf>,
    /// Threads for --input; 0 for one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Make a saved explanation again from its own parameters, and print it: the same bytes, if nothing has changed
    #[arg(long, value_name = "FILE.json", conflicts_with_all = ["text", "file"])]
    from: Option<PathBuf>,
    /// List the methods with their parameters, the targets and the baselines, and stop
    #[arg(long)]
    list_methods: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Coloured words with their scores
    Terminal,
    /// The whole reply, as the page gets it
    Json,
    /// The reply with the request and the networks' hashes, as the page saves it
    Document,
    /// One line per word
    Csv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ScaleArg {
    /// One scale for all rows in the same unit
    Shared,
    /// Each row's largest word
    Row,
    /// A score of 1
    Absolute,
    /// The sum of a row's magnitudes
    Share,
}

impl From<ScaleArg> for Scale {
    fn from(scale: ScaleArg) -> Self {
        match scale {
            ScaleArg::Shared => Self::Shared,
            ScaleArg::Row => Self::Row,
            ScaleArg::Absolute => Self::Absolute,
            ScaleArg::Share => Self::Share,
        }
    }
}

/// `name=value`; what reads as a number is one.
fn parse_param(text: &str) -> Result<(String, ParamValue), String> {
    let Some((name, value)) = text.split_once('=') else {
        return Err("expected NAME=VALUE, for example steps=50".to_owned());
    };
    let value = match value.parse::<f64>() {
        Ok(number) if number.is_finite() => ParamValue::Number(number),
        _ => ParamValue::Text(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

/// A class by its name (`very negative`, `very-negative`) or its number.
fn parse_class(text: &str, labels: &[String]) -> Result<usize> {
    let plain = |name: &str| name.trim().replace(['-', '_'], " ").to_lowercase();
    let wanted = plain(text);
    let exact = labels.iter().position(|label| label == text);
    let place = exact.or_else(|| labels.iter().position(|label| plain(label) == wanted));
    let number = wanted.parse().ok().filter(|&class: &usize| class < labels.len());
    match place.or(number) {
        Some(class) => Ok(class),
        None => bail!(
            "there is no class {text:?}; expected one of {}, or 0 to {}",
            labels.join(", "),
            labels.len().saturating_sub(1)
        ),
    }
}

impl Explain {
    pub(super) fn run(self) -> Result<()> {
        if self.list_methods {
            return list_methods::print();
        }
        let (site, own) = self.site()?;
        if let Some(path) = &self.from {
            return again(&site, path);
        }
        let mut checkpoints: Vec<String> = own.into_iter().chain(self.checkpoints.iter().cloned()).collect();
        if checkpoints.is_empty() {
            checkpoints.push(site.default_checkpoint()?.to_owned());
        }
        if let (Some(input), Some(output)) = (&self.input, &self.output) {
            return crate::threads::with_threads(self.threads, || self.stream(&site, &checkpoints, input, output));
        }
        let text = self.text()?;
        let request = self.request(&site, &checkpoints, text)?;
        let engine = site.load(&checkpoints)?;
        if self.format == Format::Document {
            return print(&Document::make(&engine, vec![request], |id| site.mark(id))?.to_json());
        }
        let reply = engine.explain(&request)?;
        match self.format {
            Format::Document => unreachable!("printed above"),
            Format::Json => {
                let mut out = std::io::stdout().lock();
                serde_json::to_writer_pretty(&mut out, &reply).map_err(std::io::Error::from).or_else(ignore_closed)?;
                writeln!(out).or_else(ignore_closed)?;
            }
            Format::Csv => {
                check_rows(&reply)?;
                report_rows(&reply);
                print(&to_csv([&reply]))?;
            }
            Format::Terminal => {
                check_rows(&reply)?;
                heatmap::print(&reply).or_else(ignore_closed)?;
            }
        }
        Ok(())
    }

    /// The models, and the checkpoint of `--network`. Who brings a network needs no others.
    fn site(&self) -> Result<(Site, Option<String>)> {
        if self.network.is_empty() {
            return Ok((Site::open(&self.models)?, None));
        }
        let mut site = match self.models.join(MANIFEST).exists() {
            true => Site::open(&self.models)?,
            false => Site::empty(),
        };
        let files: Vec<&Path> = self.network.iter().chain(&self.vectors).map(PathBuf::as_path).collect();
        let card = site.add_own(&files)?;
        let entry = card.entry;
        anstream::eprintln!("{} is {}: {}", entry.name, entry.id, entry.description);
        card.notes.iter().for_each(|note| anstream::eprintln!("  {note}"));
        Ok((site, Some(entry.id)))
    }

    fn stream(&self, site: &Site, checkpoints: &[String], input: &Path, output: &Path) -> Result<()> {
        let request = self.request(site, checkpoints, String::new())?;
        let [row] = request.rows.as_slice() else {
            bail!("--input takes one method and one checkpoint, found {}", request.rows.len());
        };
        if row.baseline != "zero" {
            bail!("--input takes the baseline zero, found {:?}", row.baseline);
        }
        let (model, _) = site.find(&row.checkpoint)?;
        let (network, embedding) = (site.network(&row.checkpoint)?, site.embedding(&row.checkpoint)?);
        let question = Question {
            method: row.method.clone(),
            params: row.params.clone(),
            target: row.target.kind.clone(),
            class: row.target.class,
        };
        let explainer = Explainer::new(&network, &embedding, &question)?;
        let files = Files { input: input.to_owned(), column: self.column.clone(), output: output.to_owned() };
        let bar = crate::progress::byte_bar(0, "explaining");
        interrupt::listen();
        let network = site.mark(&row.checkpoint)?;
        let tally = explain_file(&explainer, &question, &files, (&model.labels, &network), &bar)?;
        bar.finish_and_clear();
        anstream::eprintln!("{}", tally.text());
        Ok(())
    }

    fn text(&self) -> Result<String> {
        if let Some(text) = &self.text {
            return Ok(text.clone());
        }
        if let Some(path) = &self.file {
            return from_utf8(read(path)?, path);
        }
        let mut input = std::io::stdin();
        if input.is_terminal() {
            anstream::eprintln!("Type or paste a text and end it with Ctrl-D:");
        }
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).context("cannot read standard input")?;
        from_utf8(bytes, Path::new("standard input"))
    }

    fn request(&self, site: &Site, checkpoints: &[String], text: String) -> Result<Request> {
        // The classes of the first checkpoint's model; one that is unknown is reported when it is loaded.
        let model = checkpoints.first().and_then(|id| site.find(id).ok());
        let labels = model.map_or_else(|| CLASSES.map(str::to_owned).to_vec(), |(model, _)| model.labels.clone());
        let (kind, class) = match self.target.split_once(':') {
            None => (self.target.as_str(), None),
            Some((kind, class)) => (kind, Some(parse_class(class, &labels)?)),
        };
        let truth = self.truth.as_deref().map(|class| parse_class(class, &labels)).transpose()?;
        let known = method_cards();
        let methods: Vec<&str> = match self.methods.iter().any(|method| method == "all") {
            true => known.iter().map(|card| card.id.as_str()).collect(),
            false => self.methods.iter().map(String::as_str).collect(),
        };
        let has = |method: &str, param: &str| {
            known.iter().any(|card| card.id == method && card.params.iter().any(|p| p.id == param))
        };
        for (name, _) in &self.params {
            let is_known = |method: &&str| known.iter().any(|card| card.id == **method);
            if methods.iter().all(is_known) && !methods.iter().any(|method| has(method, name)) {
                bail!("no chosen method has a parameter {name:?}; see wordlight explain --list-methods");
            }
        }
        let mut rows = Vec::new();
        for checkpoint in checkpoints {
            for method in &methods {
                let params: BTreeMap<String, ParamValue> =
                    self.params.iter().filter(|(name, _)| has(method, name)).cloned().collect();
                rows.push(RowRequest {
                    checkpoint: checkpoint.clone(),
                    method: (*method).to_owned(),
                    params,
                    target: TargetRequest { kind: kind.to_owned(), class },
                    baseline: self.baseline.clone(),
                });
            }
        }
        Ok(Request {
            text,
            rows,
            scale: self.scale.into(),
            truth: truth.map(|class| labels[class].clone()),
            max_sentences: self.max_sentences,
        })
    }
}

/// If no row of any sentence could be made, the reason is the answer.
fn check_rows(reply: &Reply) -> Result<()> {
    let mut rows = reply.sentences.iter().flat_map(|sentence| &sentence.rows).peekable();
    let first = rows.peek().and_then(|row| row.error.clone());
    match first {
        Some(error) if rows.all(|row| row.error.is_some()) => bail!(error.message),
        _ => Ok(()),
    }
}

/// Says on the side which rows could not be made; a table has no place for it.
fn report_rows(reply: &Reply) {
    for (s, sentence) in reply.sentences.iter().enumerate() {
        for row in &sentence.rows {
            if let Some(error) = &row.error {
                anstream::eprintln!("sentence {}, {}: {}", s + 1, row.method, error.message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_has_a_name_and_a_number() {
        let labels = CLASSES.map(str::to_owned);
        for text in ["very negative", "very-negative", "Very_Negative", "0"] {
            assert_eq!(parse_class(text, &labels).unwrap(), 0);
        }
        assert!(parse_class("5", &labels).unwrap_err().to_string().contains("or 0 to 4"));
        assert!(parse_class("", &labels).is_err());
        let own = ["A-b", "a b", "Late"].map(str::to_owned);
        assert_eq!(["a b", "A-b", "late"].map(|text| parse_class(text, &own).unwrap()), [1, 0, 2]);
    }

    #[test]
    fn a_parameter_is_a_number_where_it_reads_as_one() {
        assert_eq!(parse_param("steps=50").unwrap(), ("steps".to_owned(), ParamValue::Number(50.0)));
        let text = ParamValue::Text("exact".to_owned());
        assert_eq!(parse_param("quadrature=exact").unwrap(), ("quadrature".to_owned(), text));
        assert_eq!(parse_param("a=nan").unwrap().1, ParamValue::Text("nan".to_owned()));
        assert!(parse_param("steps").is_err());
    }
}
