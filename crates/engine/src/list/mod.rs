//! Many texts at once: a file of lines or a table, read a slice at a time, sorted, and handed out a screenful at a time.
//!
//! The texts and the answers stay here. A page that shows forty of a hundred thousand lines asks for forty, and a worker
//! that reads a few hundred between two messages still answers every keystroke.

use serde::{Deserialize, Serialize};
use wordlight_explain::order::ascending;
use wordlight_explain::{Error, Result};

use crate::catalogue::ChoiceSpec;
use crate::confusion::{Confusion, Wanted};
use crate::csv;
use crate::engine::Engine;
use crate::panel::Panel;
use crate::request::RowRequest;
use crate::wording::{grouped, percent};

mod rows;

use rows::{is_header, records, trees};

/// The most bytes of a file.
const MAX_BYTES: usize = 64_000_000;
/// The most texts of a file.
const MAX_TEXTS: usize = 500_000;
/// Words that are named for, and against.
const NAMED: usize = 3;

/// A file of texts, and what has been found out about them.
#[derive(Debug)]
pub struct List {
    /// `[rows][columns]`, without the header.
    rows: Vec<Vec<String>>,
    columns: Vec<ChoiceSpec>,
    column: usize,
    /// The true class of each row, 0 to 4, if the file is one of trees.
    truth: Option<Vec<u8>>,
    /// The name of the network that reads.
    network: String,
    labels: Vec<String>,
    answers: Vec<Answer>,
    sorted: Sorted,
}

/// The lines last asked for, in order.
#[derive(Debug, Default)]
struct Sorted {
    order: ListOrder,
    descending: bool,
    wanted: Wanted,
    /// How many had been read.
    done: usize,
    lines: Vec<u32>,
}

/// What is known of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ListCard {
    /// One for a file of lines. The name is from the header, or "column 2"; the meaning is its first text.
    pub columns: Vec<ChoiceSpec>,
    /// The column that is read.
    pub column: usize,
    /// How many texts there are.
    pub total: usize,
    /// How many have been read.
    pub done: usize,
    /// Whether the true classes are known.
    pub labelled: bool,
    /// Both, and how many are of each class, in a sentence.
    pub message: String,
}

/// How lines are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// As in the file.
    #[default]
    Number,
    /// By the true class, worst first.
    Truth,
    /// By the predicted class, worst first, in each by confidence.
    Class,
    /// By the probability of the predicted class.
    Confidence,
}

impl ListOrder {
    /// `number`, `truth`, `class` or `confidence`.
    ///
    /// # Errors
    /// [`Error::Unknown`]
    pub fn parse(id: &str) -> Result<Self> {
        match id {
            "number" => Ok(Self::Number),
            "truth" => Ok(Self::Truth),
            "class" => Ok(Self::Class),
            "confidence" => Ok(Self::Confidence),
            other => Err(Error::unknown("order", other, ["number", "truth", "class", "confidence"])),
        }
    }
}

/// A screenful.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ListPage {
    /// How many lines could be shown.
    pub total: usize,
    /// Those asked for.
    pub lines: Vec<ListLine>,
}

/// A text and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(missing_as_null))]
pub struct ListLine {
    /// From 1.
    pub number: usize,
    /// All of it.
    pub text: String,
    /// The true class; empty if nothing is known of it.
    pub truth: String,
    /// The predicted class; empty if the text could not be read.
    pub class_name: String,
    /// Its probability.
    pub percent: String,
    /// The words that decided, the strongest first.
    pub words: Vec<ListWord>,
    /// Why the text could not be read.
    pub problem: Option<String>,
}

/// A word that decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ListWord {
    /// As written.
    pub text: String,
    /// "+" or "-"
    pub sign: String,
}

/// What one text came to.
#[derive(Clone, Debug)]
struct Answer {
    predicted: usize,
    probabilities: Vec<f32>,
    words: Vec<ListWord>,
    problem: Option<String>,
}

impl List {
    /// Reads a file: a table where its name ends in `.csv` or `.tsv`, trees with their true classes where every line is
    /// one, else one text per line. Blank lines do not count.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a file that is too large, not UTF-8, or holds no text.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let text = text_of(name, bytes)?;
        if text.trim_start().starts_with('(')
            && let Ok(list) = Self::trees(name, bytes)
        {
            return Ok(list);
        }
        let refuse = |expected: &str, found: String| refuse(name, expected, found);
        let lower = name.to_lowercase();
        let is_table = lower.ends_with(".csv") || lower.ends_with(".tsv");
        let mut rows = match is_table {
            true => records(text),
            false => text.lines().map(|line| vec![line.trim().to_owned()]).collect(),
        };
        rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        let header = (is_table && rows.len() > 1 && is_header(&rows)).then(|| rows.remove(0));
        if rows.is_empty() {
            return Err(refuse("at least one line of text", "empty".to_owned()));
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(1);
        let columns: Vec<ChoiceSpec> = (0..width)
            .map(|k| ChoiceSpec {
                id: k.to_string(),
                name: match header.as_ref().and_then(|header| header.get(k)) {
                    Some(name) if !name.trim().is_empty() => name.trim().to_owned(),
                    _ => format!("column {}", k + 1),
                },
                meaning: rows
                    .iter()
                    .filter_map(|row| row.get(k))
                    .find(|cell| !cell.is_empty())
                    .cloned()
                    .unwrap_or_default(),
            })
            .collect();
        let length = |k: usize| rows.iter().take(200).filter_map(|row| row.get(k)).map(String::len).sum::<usize>();
        // The text is the longest column, the first of equals.
        let column = (0..width).rev().max_by_key(|k| length(*k)).unwrap_or(0);
        Self::new(name, rows, (columns, column), None)
    }

    /// Reads a file of the treebank: a tree per line, `(3 (2 So) (4 good))`.
    ///
    /// # Errors
    /// As [`Self::read`], and [`Error::Parameter`] naming the first line that is no tree.
    pub fn trees(name: &str, bytes: &[u8]) -> Result<Self> {
        let (rows, truth) = trees(name, text_of(name, bytes)?)?;
        if rows.is_empty() {
            return Err(refuse(name, "a tree on each line", "empty".to_owned()));
        }
        let column = ChoiceSpec { id: "0".to_owned(), name: "sentence".to_owned(), meaning: rows[0][0].clone() };
        Self::new(name, rows, (vec![column], 0), Some(truth))
    }

    fn new(
        name: &str,
        rows: Vec<Vec<String>>,
        (columns, column): (Vec<ChoiceSpec>, usize),
        truth: Option<Vec<u8>>,
    ) -> Result<Self> {
        if rows.len() > MAX_TEXTS {
            return Err(refuse(name, &format!("at most {MAX_TEXTS} texts"), format!("a list of {}", rows.len())));
        }
        let (network, labels, answers) = Default::default();
        Ok(Self { rows, columns, column, truth, network, labels, answers, sorted: Sorted::default() })
    }

    /// Begins again, with another column or another network.
    ///
    /// # Errors
    /// [`Error::Parameter`] if there is no such column.
    pub fn restart(&mut self, column: usize) -> Result<()> {
        if column >= self.columns.len() {
            return Err(Error::Parameter {
                name: "column".to_owned(),
                expected: format!("a number from 0 to {}", self.columns.len() - 1),
                found: column.to_string(),
            });
        }
        self.column = column;
        self.answers.clear();
        self.sorted = Sorted::default();
        Ok(())
    }

    /// Reads up to `count` more texts as `row` says, each as a whole.
    ///
    /// # Errors
    /// What is wrong with `row` itself; a text that cannot be read is a line that says why.
    pub fn advance(&mut self, engine: &Engine, row: &RowRequest, count: usize) -> Result<()> {
        self.labels = engine.labels(&row.checkpoint)?.to_vec();
        engine.checkpoint(&row.checkpoint)?.name.clone_into(&mut self.network);
        let from = self.answers.len();
        for cells in self.rows.iter().skip(from).take(count) {
            let text = cells.get(self.column).map_or("", String::as_str);
            self.answers.push(answer(engine, text, row)?);
        }
        Ok(())
    }

    /// What is known.
    pub fn card(&self) -> ListCard {
        let (done, total) = (self.answers.len(), self.rows.len());
        let mut message = match done {
            _ if done < total => format!("{} of {} texts read", grouped(done), grouped(total)),
            1 => "1 text read".to_owned(),
            _ => format!("{} texts read", grouped(total)),
        };
        let mut counts = vec![0; self.labels.len()];
        let mut unread = 0;
        for answer in &self.answers {
            match answer.problem {
                None => counts[answer.predicted] += 1,
                Some(_) => unread += 1,
            }
        }
        let mut separator = ": ";
        let labels = self.labels.iter().map(String::as_str).chain(["that could not be read"]);
        for (count, label) in counts.into_iter().chain([unread]).zip(labels) {
            if count > 0 {
                message.push_str(&format!("{separator}{} {label}", grouped(count)));
                separator = ", ";
            }
        }
        message.push('.');
        let labelled = self.truth.is_some();
        ListCard { columns: self.columns.clone(), column: self.column, total, done, labelled, message }
    }

    /// `count` lines from `from` on, of those that have been read and are wanted, in some order.
    pub fn page(
        &mut self,
        (order, descending): (ListOrder, bool),
        wanted: &Wanted,
        from: usize,
        count: usize,
    ) -> ListPage {
        self.sort(order, descending, wanted);
        let lines = self.sorted.lines.iter().skip(from).take(count).map(|&i| self.line(i as usize)).collect();
        ListPage { total: self.sorted.lines.len(), lines }
    }

    /// How often each true class was taken for each class so far in the sentences that have the wanted words, with the wanted
    /// cell marked; nothing if the true classes are not known, or others than the network's.
    pub fn confusion(&self, wanted: &Wanted) -> Option<Panel> {
        let truth = self.truth.as_ref()?;
        let classes = self.labels.len();
        if classes == 0 || truth.iter().any(|class| usize::from(*class) >= classes) {
            return None;
        }
        let mut counts = vec![vec![0; classes]; classes];
        for (i, (answer, &truth)) in self.answers.iter().zip(truth).enumerate() {
            if answer.problem.is_none() && wanted.has_words(self.text(i)) {
                counts[usize::from(truth)][answer.predicted] += 1;
            }
        }
        let labels = &self.labels;
        Some(
            Confusion { labels, counts: &counts, network: &self.network, sentences: "sentences", here: true }
                .panel(wanted),
        )
    }

    fn line(&self, i: usize) -> ListLine {
        let answer = &self.answers[i];
        let (class_name, percent) = match answer.probabilities.get(answer.predicted) {
            Some(probability) => (self.labels[answer.predicted].clone(), percent(*probability)),
            None => Default::default(),
        };
        let truth = self.truth.as_ref().and_then(|truth| self.labels.get(usize::from(truth[i])));
        ListLine {
            number: i + 1,
            text: self.text(i).to_owned(),
            truth: truth.cloned().unwrap_or_default(),
            class_name,
            percent,
            words: answer.words.clone(),
            problem: answer.problem.clone(),
        }
    }

    fn text(&self, i: usize) -> &str {
        self.rows[i].get(self.column).map_or("", String::as_str)
    }

    fn sort(&mut self, order: ListOrder, descending: bool, wanted: &Wanted) {
        let done = self.answers.len();
        let last = &self.sorted;
        if (last.order, last.descending, &last.wanted, last.done) == (order, descending, wanted, done) && done > 0 {
            return;
        }
        // What could not be read comes last either way.
        let sign = if descending { -1.0 } else { 1.0 };
        let truth = |i: usize| self.truth.as_ref().map(|truth| usize::from(truth[i]));
        let chosen: Vec<usize> = (0..done)
            .filter(|&i| {
                let taken = self.answers[i].problem.is_none().then_some(self.answers[i].predicted);
                wanted.cell.holds(truth(i), taken) && wanted.has_words(self.text(i))
            })
            .collect();
        let keys: Vec<f64> = (chosen.iter())
            .map(|&i| (i, &self.answers[i]))
            .map(|(i, answer)| match (order, answer.probabilities.get(answer.predicted)) {
                (ListOrder::Number, _) => sign * i as f64,
                (_, None) => f64::INFINITY,
                (ListOrder::Truth, Some(_)) => sign * truth(i).unwrap_or(0) as f64,
                (ListOrder::Class, Some(p)) => sign * (answer.predicted as f64 + 0.5 * f64::from(*p)),
                (ListOrder::Confidence, Some(p)) => sign * f64::from(*p),
            })
            .collect();
        let lines = ascending(&keys).into_iter().map(|k| chosen[k] as u32).collect();
        self.sorted = Sorted { order, descending, wanted: wanted.clone(), done, lines };
    }

    /// Every line that has been read, in the file's order, as comma-separated values.
    pub fn to_csv(&self) -> String {
        let mut out = "number,text,".to_owned();
        if self.truth.is_some() {
            out.push_str("true class,");
        }
        out.push_str("predicted,");
        for label in &self.labels {
            csv::field(&mut out, &format!("probability of {label}"));
        }
        out.push_str("for,against,problem\n");
        for (i, answer) in self.answers.iter().enumerate() {
            out.push_str(&format!("{},", i + 1));
            csv::field(&mut out, self.text(i));
            if let Some(truth) = &self.truth {
                csv::field(&mut out, self.labels.get(usize::from(truth[i])).map_or("", String::as_str));
            }
            let has = !answer.probabilities.is_empty();
            csv::field(&mut out, if has { &self.labels[answer.predicted] } else { "" });
            for k in 0..self.labels.len() {
                let probability = answer.probabilities.get(k);
                out.push_str(&probability.map_or_else(|| ",".to_owned(), |p| format!("{p:?},")));
            }
            for sign in ["+", "-"] {
                let words: Vec<&str> =
                    answer.words.iter().filter(|word| word.sign == sign).map(|word| word.text.as_str()).collect();
                csv::field(&mut out, &words.join(" "));
            }
            csv::field(&mut out, answer.problem.as_deref().unwrap_or(""));
            out.pop();
            out.push('\n');
        }
        out
    }
}

fn refuse(name: &str, expected: &str, found: String) -> Error {
    Error::Parameter { name: format!("the file {name:?}"), expected: expected.to_owned(), found }
}

/// The text of a file.
///
/// # Errors
/// [`Error::Parameter`] for a file that is too large or not UTF-8.
fn text_of<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str> {
    if bytes.len() > MAX_BYTES {
        return Err(refuse(name, &format!("at most {MAX_BYTES} bytes"), format!("{} bytes long", bytes.len())));
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        refuse(name, "text in UTF-8", format!("no text: the byte at {} begins no character", e.valid_up_to()))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// One text as a whole: its class, and the words that decided.
fn answer(engine: &Engine, text: &str, row: &RowRequest) -> Result<Answer> {
    let problem =
        |problem: String| Answer { predicted: 0, probabilities: Vec::new(), words: Vec::new(), problem: Some(problem) };
    let whole = match engine.whole(text, row) {
        Ok(Some(whole)) => whole,
        Ok(None) => return Ok(problem("there is no word in it".to_owned())),
        Err(error @ (Error::Network(_) | Error::Unsupported { .. })) => return Ok(problem(error.to_string())),
        Err(error) => return Err(error),
    };
    let magnitudes: Vec<f64> = whole.scores.iter().map(|s| -f64::from(s.abs())).collect();
    let total: f64 = -magnitudes.iter().sum::<f64>();
    let mut words: Vec<ListWord> = Vec::new();
    for i in ascending(&magnitudes) {
        // As in the sentence under a row: less than a fortieth is not worth a mention.
        if -magnitudes[i] <= 0.025 * total {
            break;
        }
        let sign = if whole.scores[i] > 0.0 { "+" } else { "-" };
        let word = ListWord { text: text[whole.spans[i].clone()].to_owned(), sign: sign.to_owned() };
        let same = words.iter().filter(|known| known.sign == sign).count();
        if same < NAMED && !words.contains(&word) {
            words.push(word);
        }
    }
    Ok(Answer { predicted: whole.predicted, probabilities: whole.probabilities, words, problem: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_the_columns_and_the_longest_is_the_text() {
        let list = List::read("x.CSV", b"id,review\n1,A wonderful film.\n2,Dull.\n").unwrap();
        let card = list.card();
        assert_eq!((card.total, card.column, card.columns[1].name.as_str()), (2, 1, "review"));
        assert_eq!(card.columns[1].meaning, "A wonderful film.");
        assert_eq!(card.message, "0 of 2 texts read.");
        let list = List::read("x.csv", b"1,A wonderful film.\n2,Dull.\n").unwrap();
        assert_eq!((list.card().total, list.card().columns[0].name.as_str()), (2, "column 1"));
    }

    #[test]
    fn a_file_of_lines_has_one_column_and_no_blank_line() {
        let list = List::read("reviews.txt", "\u{feff}good, really\n\n  \r\nbad\r\n".as_bytes()).unwrap();
        assert_eq!((list.card().total, list.card().columns.len()), (2, 1));
        assert_eq!(list.text(0), "good, really");
        assert_eq!(list.text(1), "bad");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_reason() {
        let said = |bytes: &[u8]| List::read("x.txt", bytes).unwrap_err().to_string();
        assert_eq!(said(b" \n\n"), "the file \"x.txt\" is empty, expected at least one line of text");
        assert!(said(b"caf\xe9").contains("the byte at 3 begins no character"));
        let many = "a\n".repeat(MAX_TEXTS + 1);
        assert!(said(many.as_bytes()).contains("expected at most 500000 texts"));
        let mut list = List::read("x.txt", b"a").unwrap();
        assert!(list.restart(1).unwrap_err().to_string().contains("column is 1, expected a number from 0 to 0"));
    }
}
