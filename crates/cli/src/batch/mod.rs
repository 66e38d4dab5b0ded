//! Explaining a file of any length: constant memory, rows in order, one bad row never another's trouble.
//!
//! ```text
//! reader -> parts of rows -> all processors -> explained parts -> writer -> parts on disk -> the output, put in place at once
//! ```
//!
//! [`source`] reads rows from CSV, JSON Lines or Parquet, [`fast_path`] explains them where the question is the common one, and
//! [`parts`] keeps finished parts beside the output until all are there. What is interrupted, by a signal, a full disk or a
//! power cut, leaves the old output as it was and goes on after the last finished part when the command is given again.

pub mod fast_path;
mod json_lines;
pub mod limits;
pub mod output;
pub mod pages;
pub mod parts;
mod progress;
pub mod row;
pub mod source;
mod tally;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use wordlight_engine::NetworkMark;
use wordlight_explain::query::Query;
use wordlight_explain::spec::ParamValue;
use wordlight_explain::target::TargetKind;
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::{AnyModel, Classifier, MAX_TOKENS, argmax, softmax};
use wordlight_nn::text::tokenize;

use self::fast_path::Quick;
use self::limits::{MAX_QUICK, MAX_TEXT};
use self::output::Explained;
use self::parts::{Job, Parts, mark_of};
use self::progress::Pace;
use self::row::{Content, Problem, RawRow};
use self::source::Source;
pub use self::tally::Tally;
use crate::interrupt;

/// Rows of a part and their weight (bytes, and eight more for a word), whichever is reached first. At most five are held in
/// memory: one that is being read, one that is explained, one that is written, and one before and one after the second that
/// wait.
const PART_ROWS: usize = 32_768;
const PART_WEIGHT: usize = 24 << 20;

/// What is asked of every row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Question {
    /// The method.
    pub method: String,
    /// Its parameters.
    pub params: BTreeMap<String, ParamValue>,
    /// What of the class.
    pub target: String,
    /// The class; the predicted one of each row by default.
    pub class: Option<usize>,
}

/// From where to where.
#[derive(Clone, Debug)]
pub struct Files {
    /// The reviews.
    pub input: PathBuf,
    /// The column (or JSON key) with the text.
    pub column: String,
    /// The explanations.
    pub output: PathBuf,
}

/// A network that answers one question about many texts.
pub struct Explainer<'a> {
    network: &'a AnyModel<f32>,
    embedding: &'a Embedding,
    class: Option<usize>,
    way: Way<'a>,
}

enum Way<'a> {
    /// Gradient times input of a logit, from projections of the whole vocabulary.
    Quick(Box<Quick<'a>>),
    /// Anything, one pass per text.
    Slow(Query<f32>),
}

impl<'a> Explainer<'a> {
    /// Checks the question.
    ///
    /// # Errors
    /// An unknown method, parameter, target or class.
    pub fn new(network: &'a AnyModel<f32>, embedding: &'a Embedding, question: &'a Question) -> Result<Self> {
        let query = Query::parse(&question.method, &question.params, &question.target)?.of_class(question.class);
        if let Some(class) = question.class.filter(|class| *class >= network.classes()) {
            bail!("class {class} does not exist; the network has classes 0 to {}", network.classes() - 1);
        }
        let way = match (network.as_text_cnn(), question.method.as_str()) {
            (Some(cnn), "gradient-x-input")
                if question.target == TargetKind::Logit.choice().id && Quick::numbers(cnn, embedding) <= MAX_QUICK =>
            {
                Way::Quick(Box::new(Quick::new(cnn, embedding)?))
            }
            _ => Way::Slow(query),
        };
        Ok(Self { network, embedding, class: question.class, way })
    }

    /// Explains rows, in order; not all of them if it is interrupted meanwhile.
    fn explain(&self, rows: &[RawRow]) -> Vec<Explained> {
        let blocks = rows.par_chunks(256).map(|rows| {
            let mut scratch = fast_path::Scratch::default();
            rows.iter().take_while(|_| !interrupt::asked()).map(|row| self.row(row, &mut scratch)).collect::<Vec<_>>()
        });
        blocks.flatten_iter().collect()
    }

    fn row(&self, row: &RawRow, scratch: &mut fast_path::Scratch) -> Explained {
        let outcome = match &row.content {
            Content::Text(bytes) => self.text(bytes, scratch),
            Content::Bad(problem) => Err(problem.clone()),
        };
        Explained { row: row.row, outcome }
    }

    fn text(&self, bytes: &Bytes, scratch: &mut fast_path::Scratch) -> Result<output::Answer, Problem> {
        let problem = |kind, text: String| Problem { kind, text };
        if bytes.len() > MAX_TEXT {
            return Err(Problem::too_many_bytes(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|e| {
            problem("not UTF-8", format!("the text is not UTF-8: the byte at {} begins no character", e.valid_up_to()))
        })?;
        let tokens = tokenize(text);
        if tokens.is_empty() {
            return Err(problem("empty", "the text has no word".to_owned()));
        }
        if tokens.len() > MAX_TOKENS {
            return Err(problem("too long", format!("the text has {} words; the limit is {MAX_TOKENS}", tokens.len())));
        }
        let known = self.embedding.look_up(&tokens);
        let words = tokens.into_iter().map(|token| token.span).collect();
        let answer: Result<_> = match &self.way {
            Way::Quick(quick) => {
                let class = quick.explain(&known, self.class, scratch);
                Ok((scratch.logits.clone(), class, scratch.logits[class], scratch.scores.clone()))
            }
            Way::Slow(query) => self.slow(&known, query),
        };
        let (logits, class, value, scores) = answer.map_err(|e| problem("refused", e.to_string()))?;
        if !logits.iter().chain(&scores).all(|number| number.is_finite()) {
            let what = "the scores are not finite: the numbers of this network are too large";
            return Err(problem("refused", what.to_owned()));
        }
        let probabilities = softmax(ndarray::aview1(&logits));
        let predicted = argmax(ndarray::aview1(&logits));
        let text = bytes.clone();
        Ok(output::Answer { predicted, probability: probabilities[predicted], class, value, text, words, scores })
    }

    fn slow(&self, words: &[Option<usize>], query: &Query<f32>) -> Result<(Vec<f32>, usize, f32, Vec<f32>)> {
        let x = self.embedding.embed(words, self.network.positions(words.len()));
        let pass = self.network.forward(x)?;
        let case = query.case(self.network, pass.as_ref(), words.len())?;
        let scores = query.ask(&case, &mut |_| true)?.attribution.per_token.to_vec();
        Ok((pass.logits().to_vec(), case.target().class(), case.value(), scores))
    }
}

/// Where the output goes: through links, which stay links. Refused is what is there and no file, and the input under
/// whatever name: it would be gone.
fn resolve(files: &Files) -> Result<PathBuf> {
    let output = files.output.display();
    if files.output.as_os_str().to_string_lossy().ends_with(std::path::is_separator) {
        bail!("the output {output} is the name of a folder; name a file");
    }
    let about = match std::fs::metadata(&files.output) {
        Err(error) if error.kind() == ErrorKind::NotFound && !files.output.is_symlink() => {
            return Ok(files.output.clone());
        }
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("the output {output} is a link to nothing"),
        about => about.with_context(|| format!("cannot write {output}"))?,
    };
    if about.is_dir() {
        bail!("the output {output} is a folder; name a file");
    }
    if !about.is_file() {
        bail!("the output {output} is a pipe or a device; name a file, which is put in place once all rows are there");
    }
    // Opening a pipe would wait for whoever writes into it.
    if files.input.is_file() && same_file::is_same_file(&files.input, &files.output).unwrap_or(false) {
        bail!("the output {output} is the input {}; name another file", files.input.display());
    }
    match files.output.is_symlink() {
        true => files.output.canonicalize().with_context(|| format!("cannot write {output}")),
        false => Ok(files.output.clone()),
    }
}

/// Length of an input, and when it was changed, in nanoseconds since 1970. A pipe is always new.
fn state(input: &Path) -> Result<(u64, u64)> {
    let about = std::fs::metadata(input).with_context(|| format!("cannot read {}", input.display()))?;
    let changed = if about.is_file() { about.modified().ok() } else { Some(SystemTime::now()) };
    let since = changed.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    Ok((about.len(), since.map_or(0, |since| since.as_nanos() as u64)))
}

/// Explains every row of a file. `labels` are the names of the classes; `network` says which network it is: a job
/// goes on under the same one only.
///
/// # Errors
/// An input without the column or of a kind that is not read, or that is changed meanwhile; an output that cannot be written,
/// that is the input or that another process is writing; an interrupt. What is wrong with a row is in its row of the output
/// and in the tally.
pub fn explain_file(
    explainer: &Explainer<'_>,
    question: &Question,
    files: &Files,
    (labels, network): (&[String], &NetworkMark),
    bar: &ProgressBar,
) -> Result<Tally> {
    let format = output::Format::of(&files.output)?;
    let output = resolve(files)?;
    let (bytes, changed) = state(&files.input)?;
    let mut source = Source::open(&files.input, &files.column)?;
    progress::begin(bar, source.total());
    let mut pace = Pace::new(bytes, source.total());
    let job = Job {
        input: files.input.display().to_string(),
        bytes,
        changed,
        column: files.column.clone(),
        question: serde_json::to_string(question)?,
        network: network.clone(),
        labels: labels.to_vec(),
        part: (PART_ROWS, PART_WEIGHT),
    };
    let parts = Parts::open(&output, &job)?;
    let (send, receive) = sync_channel::<Result<(Vec<RawRow>, u64)>>(1);
    // Whoever cannot go on hangs up, which ends the others.
    let (tally, count) = std::thread::scope(|scope| -> Result<(Tally, usize)> {
        scope.spawn(move || {
            loop {
                let part = source.part(PART_ROWS, PART_WEIGHT);
                let last = !matches!(&part, Ok(rows) if !rows.is_empty());
                let read = source.read();
                if send.send(part.map(|rows| (rows, read))).is_err() || last {
                    return;
                }
            }
        });
        let (explained, to_write) = sync_channel::<Part>(1);
        let writer = scope.spawn(|| write_parts(to_write, &parts, (format, labels), bar));
        // How many rows there are, if every one was reached.
        let explain = || -> Result<Option<u64>> {
            let mut count = 0;
            for (index, part) in receive.into_iter().enumerate() {
                let (rows, read) = part.with_context(|| format!("cannot read {}", files.input.display()))?;
                if rows.is_empty() {
                    break;
                }
                pace.note(&rows, read, bar);
                let mark = mark_of(&rows);
                let content = match parts.done(index, &mark)? {
                    Some(done) => Rows::Done(done),
                    None => Rows::New(explainer.explain(&rows), mark),
                };
                if interrupt::asked() {
                    return Ok(None);
                }
                if explained.send(Part { content, read }).is_err() {
                    return Ok(None);
                }
                count += rows.len() as u64;
            }
            Ok(Some(count))
        };
        let outcome = explain();
        drop(explained);
        let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let rows = outcome?;
        let (tally, count) = written?;
        let Some(rows) = rows else {
            bail!(
                "interrupted after row {}{}",
                tally.rows,
                match tally.rows {
                    0 => String::new(),
                    _ => format!(
                        ": the rows up to it are explained and kept in {}; the same command goes on from there",
                        parts.folder().display()
                    ),
                }
            );
        };
        if rows != tally.rows {
            bail!(
                "{} has {rows} rows, but {} are explained and kept in {}; remove that folder and begin again",
                files.input.display(),
                tally.rows,
                parts.folder().display()
            );
        }
        if files.input.is_file() && state(&files.input)? != (bytes, changed) {
            bail!("{} was changed while it was read; give the same command again", files.input.display());
        }
        Ok((tally, count))
    })?;
    parts.assemble(&output, format, count).with_context(|| {
        format!(
            "all {} rows are explained and kept in {}, but could not be put together; the same command tries again",
            tally.rows,
            parts.folder().display()
        )
    })?;
    Ok(tally)
}

/// A part on its way to the writer.
struct Part {
    content: Rows,
    /// How much of the input has been read after it.
    read: u64,
}

enum Rows {
    /// With the mark of the rows they come from.
    New(Vec<Explained>, String),
    /// Written by an earlier run.
    Done(Tally),
}

/// Keeps the parts that come; returns what they come to, and how many there are.
fn write_parts(
    parts_in: Receiver<Part>,
    parts: &Parts,
    (format, labels): (output::Format, &[String]),
    bar: &ProgressBar,
) -> Result<(Tally, usize)> {
    let (mut tally, mut index) = (Tally::default(), 0);
    for Part { content, read } in parts_in {
        let done = match content {
            Rows::Done(done) => done,
            Rows::New(explained, mark) => {
                let mut done = Tally::default();
                explained.iter().for_each(|row| done.note(row));
                let (before, row) = (tally.rows, explained.first().map_or(0, |row| row.row));
                parts.put(index, &format.encode(&explained, labels)?, &mark, &done).with_context(|| {
                    format!(
                        "stopped at row {row}: the {before} rows before it are explained and kept in {}; the same command goes \
                         on from there",
                        parts.folder().display()
                    )
                })?;
                done
            }
        };
        tally.add(done);
        bar.set_position(read);
        index += 1;
    }
    Ok((tally, index))
}
