//! `wordlight explain`

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use wordlight_engine::{
    Cells, Document, Reply, Request, RowRequest, Scale, TargetRequest, method_cards, safe_cell, to_csv,
};
use wordlight_explain::spec::ParamValue;
use wordlight_nn::text::trees::CLASSES;
use wordlight_site::Site;
use wordlight_site::export::MANIFEST;
use wordlight_train::files::{all_of, read_at_most};

use crate::batch::limits::MAX_TEXT;
use crate::batch::row::Kind;
use crate::batch::{Explainer, Files, Question, explain_file};
use crate::commands::replay::again;
use crate::commands::text::{from_utf8, ignore_closed, print};
use crate::commands::values::{parse_class, parse_param};
use crate::commands::{heatmap, list_methods};
use crate::interrupt;
use crate::note;

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
    /// Method; several for several rows, `all` for all of them [default: integrated-gradients]
    #[arg(long = "method", value_name = "ID")]
    methods: Vec<String>,
    /// Parameter, for every chosen method that has it
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parse_param)]
    params: Vec<(String, ParamValue)>,
    /// What to explain, and of which class (a name or a number from 0) [default: the logit of the predicted class]
    #[arg(long, value_name = "KIND[:CLASS]")]
    target: Option<String>,
    /// What an absent word looks like, for the methods that compare with it: zero, mean, or `text:` and a sentence
    /// [default: zero]
    #[arg(long, value_name = "ID")]
    baseline: Option<String>,
    /// What the strongest colour stands for [default: shared]
    #[arg(long, value_enum)]
    scale: Option<ScaleArg>,
    /// The true class, to mark the verdict as right or wrong
    #[arg(long, value_name = "CLASS")]
    truth: Option<String>,
    /// Explain at most this many sentences; the others are only counted
    #[arg(long, value_name = "N")]
    max_sentences: Option<usize>,
    /// How to print [default: terminal]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Explain every row of a .csv, .jsonl or .parquet file; needs --output
    #[arg(long, value_name = "FILE", requires = "output", conflicts_with_all = ["text", "file"])]
    input: Option<PathBuf>,
    /// The column (or JSON key) of --input that has the text [default: text]
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Where the rows of --input go: .csv, .jsonl or .parquet
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Put an apostrophe before every text of a CSV that a spreadsheet would run as a formula (= + - @)
    #[arg(long)]
    spreadsheet: bool,
    /// Threads for --input; 0 for one per processor [default: 0]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
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

impl Explain {
    pub(super) fn run(self) -> Result<()> {
        self.check_options()?;
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
            return crate::threads::with_threads(self.threads.unwrap_or(0), || {
                self.stream(&site, &checkpoints, input, output)
            });
        }
        let text = self.text()?;
        let request = self.request(&site, &checkpoints, text)?;
        let engine = site.load(&checkpoints)?;
        let format = self.format.unwrap_or(Format::Terminal);
        if format == Format::Document {
            return print(&Document::make(&engine, vec![request], |id| site.mark(id))?.to_json());
        }
        let reply = engine.explain(&request)?;
        match format {
            Format::Document => unreachable!("printed above"),
            Format::Json => {
                let mut out = std::io::stdout().lock();
                serde_json::to_writer_pretty(&mut out, &reply).map_err(std::io::Error::from).or_else(ignore_closed)?;
                writeln!(out).or_else(ignore_closed)?;
            }
            Format::Csv => {
                check_rows(&reply)?;
                report_rows(&reply);
                print(&to_csv([&reply], if self.spreadsheet { Cells::Safe } else { Cells::Exact }))?;
            }
            Format::Terminal => {
                check_rows(&reply)?;
                heatmap::print(&reply).or_else(ignore_closed)?;
            }
        }
        Ok(())
    }

    /// Refuses an option that would make no difference. The parser cannot: what an option requires it no longer asks for
    /// where something else is there that conflicts with it.
    fn check_options(&self) -> Result<()> {
        let rows = [
            ("--column", self.column.is_some()),
            ("--output", self.output.is_some()),
            ("--threads", self.threads.is_some()),
        ];
        let sentences = [
            ("--scale", self.scale.is_some()),
            ("--truth", self.truth.is_some()),
            ("--max-sentences", self.max_sentences.is_some()),
            ("--format", self.format.is_some()),
        ];
        let question = [
            ("--method", !self.methods.is_empty()),
            ("--param", !self.params.is_empty()),
            ("--target", self.target.is_some()),
            ("--baseline", self.baseline.is_some()),
            ("--checkpoint", !self.checkpoints.is_empty()),
            ("--input", self.input.is_some()),
        ];
        let first = |options: &[&[(&'static str, bool)]]| {
            options.iter().copied().flatten().find(|(_, given)| *given).map(|(name, _)| *name)
        };
        let table = match &self.output {
            Some(path) => Kind::of(path) == Some(Kind::Csv),
            None => self.format == Some(Format::Csv),
        };
        if self.spreadsheet && !table {
            bail!("--spreadsheet goes with --format csv, or with an --output that ends in .csv");
        }
        match &self.input {
            _ if self.list_methods => Ok(()),
            _ if self.from.is_some() => match first(&[&question, &sentences, &rows]) {
                Some(name) => bail!("{name} makes no difference with --from, which has its own question"),
                None => Ok(()),
            },
            None => match first(&[&rows]) {
                Some(name) => bail!("{name} goes with --input, which is not given"),
                None => Ok(()),
            },
            Some(_) => match first(&[&sentences]) {
                Some(name) => bail!("{name} makes no difference with --input, whose rows go to --output"),
                None => Ok(()),
            },
        }
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
        let card = site.add_imported(&files)?;
        let entry = card.entry;
        note!("{} is {}: {}", entry.name, entry.id, entry.description);
        card.notes.iter().for_each(|note| note!("  {note}"));
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
        let files = Files {
            input: input.to_owned(),
            column: self.column.clone().unwrap_or_else(|| "text".to_owned()),
            output: output.to_owned(),
        };
        let bar = crate::progress::byte_bar(0, "explaining");
        // A pipe cannot be read again, so nothing is worth keeping of it.
        if input.is_file() {
            interrupt::listen();
        }
        let network = site.mark(&row.checkpoint)?;
        let safe = |label: &String| safe_cell(label).into_owned();
        let labels = if self.spreadsheet { model.labels.iter().map(safe).collect() } else { model.labels.clone() };
        let tally = explain_file(&explainer, &question, &files, (&labels, &network), &bar)?;
        bar.finish_and_clear();
        note!("{}", tally.text());
        Ok(())
    }

    fn text(&self) -> Result<String> {
        if let Some(text) = &self.text {
            return Ok(text.clone());
        }
        if let Some(path) = &self.file {
            return from_utf8(read_at_most(path, MAX_TEXT as u64)?, path);
        }
        let input = std::io::stdin();
        if input.is_terminal() {
            note!("Type or paste a text and end it with Ctrl-D:");
        }
        let bytes = all_of(input, MAX_TEXT as u64).context("cannot read standard input")?;
        from_utf8(bytes, Path::new("standard input"))
    }

    fn request(&self, site: &Site, checkpoints: &[String], text: String) -> Result<Request> {
        // The classes of the first checkpoint's model; one that is unknown is reported when it is loaded.
        let model = checkpoints.first().and_then(|id| site.find(id).ok());
        let labels = model.map_or_else(|| CLASSES.map(str::to_owned).to_vec(), |(model, _)| model.labels.clone());
        let target = self.target.as_deref().unwrap_or("logit");
        let (kind, class) = match target.split_once(':') {
            None => (target, None),
            Some((kind, class)) => (kind, Some(parse_class(class, &labels)?)),
        };
        let truth = self.truth.as_deref().map(|class| parse_class(class, &labels)).transpose()?;
        let known = method_cards();
        let methods: Vec<&str> = match self.methods.iter().any(|method| method == "all") {
            true => known.iter().map(|card| card.id.as_str()).collect(),
            false if self.methods.is_empty() => vec!["integrated-gradients"],
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
                    baseline: self.baseline.clone().unwrap_or_else(|| "zero".to_owned()),
                });
            }
        }
        Ok(Request {
            text,
            rows,
            scale: self.scale.unwrap_or(ScaleArg::Shared).into(),
            truth: truth.map(|class| labels[class].clone()),
            max_sentences: self.max_sentences.unwrap_or(usize::MAX),
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
                note!("sentence {}, {}: {}", s + 1, row.method, error.message);
            }
        }
    }
}
