//! Many texts at once: a file of lines or a table, read a slice at a time, sorted, and handed out a screenful at a time.
//!
//! The texts and the answers stay here. A page that shows forty of a hundred thousand lines asks for forty, and a worker
//! that reads a few hundred between two messages still answers every keystroke.

use serde::{Deserialize, Serialize};

use super::wording::percent;
use super::{ChoiceSpec, Engine, RowRequest, sheet};
use crate::order::ascending;
use crate::{Error, Result};

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
    labels: Vec<String>,
    answers: Vec<Answer>,
    /// Lines in the order last asked for, with that order and how many had been read.
    sorted: (ListOrder, bool, usize, Vec<u32>),
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
    /// Both, and how many are of each class, in a sentence.
    pub message: String,
}

/// How lines are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOrder {
    /// As in the file.
    Number,
    /// By the predicted class, worst first, in each by confidence.
    Class,
    /// By the probability of the predicted class.
    Confidence,
}

impl ListOrder {
    /// `number`, `class` or `confidence`.
    ///
    /// # Errors
    /// [`Error::Unknown`]
    pub fn parse(id: &str) -> Result<Self> {
        match id {
            "number" => Ok(Self::Number),
            "class" => Ok(Self::Class),
            "confidence" => Ok(Self::Confidence),
            other => Err(Error::unknown("order", other, ["number", "class", "confidence"])),
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
pub struct ListLine {
    /// From 1.
    pub number: usize,
    /// All of it.
    pub text: String,
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
    /// Reads a file: a table where its name ends in `.csv` or `.tsv`, else one text per line. Blank lines do not count.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a file that is too large, not UTF-8, or holds no text.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let refuse = |expected: &str, found: String| Error::Parameter {
            name: format!("the file {name:?}"),
            expected: expected.to_owned(),
            found,
        };
        if bytes.len() > MAX_BYTES {
            return Err(refuse(&format!("at most {MAX_BYTES} bytes"), format!("{} bytes long", bytes.len())));
        }
        let text = std::str::from_utf8(bytes).map_err(|e| {
            refuse("text in UTF-8", format!("no text: the byte at {} begins no character", e.valid_up_to()))
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
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
        if rows.len() > MAX_TEXTS {
            return Err(refuse(&format!("at most {MAX_TEXTS} texts"), format!("a list of {}", rows.len())));
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
        Ok(Self {
            rows,
            columns,
            column,
            labels: Vec::new(),
            answers: Vec::new(),
            sorted: (ListOrder::Number, false, 0, Vec::new()),
        })
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
        self.sorted.2 = 0;
        Ok(())
    }

    /// Reads up to `count` more texts as `row` says, each as a whole.
    ///
    /// # Errors
    /// What is wrong with `row` itself; a text that cannot be read is a line that says why.
    pub fn advance(&mut self, engine: &Engine, row: &RowRequest, count: usize) -> Result<()> {
        self.labels = engine.labels(&row.checkpoint)?.to_vec();
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
            _ if done < total => format!("{} of {} texts read", thousands(done), thousands(total)),
            1 => "1 text read".to_owned(),
            _ => format!("{} texts read", thousands(total)),
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
                message.push_str(&format!("{separator}{} {label}", thousands(count)));
                separator = ", ";
            }
        }
        message.push('.');
        ListCard { columns: self.columns.clone(), column: self.column, total, done, message }
    }

    /// `count` lines from `from` on, of those that have been read, in some order.
    pub fn page(&mut self, order: ListOrder, descending: bool, from: usize, count: usize) -> ListPage {
        self.sort(order, descending);
        let lines = self.sorted.3.iter().skip(from).take(count).map(|&i| self.line(i as usize)).collect();
        ListPage { total: self.answers.len(), lines }
    }

    fn line(&self, i: usize) -> ListLine {
        let answer = &self.answers[i];
        let (class_name, percent) = match answer.probabilities.get(answer.predicted) {
            Some(probability) => (self.labels[answer.predicted].clone(), percent(*probability)),
            None => Default::default(),
        };
        ListLine {
            number: i + 1,
            text: self.text(i).to_owned(),
            class_name,
            percent,
            words: answer.words.clone(),
            problem: answer.problem.clone(),
        }
    }

    fn text(&self, i: usize) -> &str {
        self.rows[i].get(self.column).map_or("", String::as_str)
    }

    fn sort(&mut self, order: ListOrder, descending: bool) {
        let done = self.answers.len();
        if (self.sorted.0, self.sorted.1, self.sorted.2) == (order, descending, done) && done > 0 {
            return;
        }
        // What could not be read comes last either way.
        let sign = if descending { -1.0 } else { 1.0 };
        let keys: Vec<f64> = (self.answers.iter().enumerate())
            .map(|(i, answer)| match (order, answer.probabilities.get(answer.predicted)) {
                (ListOrder::Number, _) => sign * i as f64,
                (_, None) => f64::INFINITY,
                (ListOrder::Class, Some(p)) => sign * (answer.predicted as f64 + 0.5 * f64::from(*p)),
                (ListOrder::Confidence, Some(p)) => sign * f64::from(*p),
            })
            .collect();
        self.sorted = (order, descending, done, ascending(&keys).into_iter().map(|i| i as u32).collect());
    }

    /// Every line that has been read, in the file's order, as comma-separated values.
    pub fn to_csv(&self) -> String {
        let mut out = "number,text,predicted,".to_owned();
        for label in &self.labels {
            sheet::field(&mut out, &format!("probability of {label}"));
        }
        out.push_str("for,against,problem\n");
        for (i, answer) in self.answers.iter().enumerate() {
            out.push_str(&format!("{},", i + 1));
            sheet::field(&mut out, self.text(i));
            let has = !answer.probabilities.is_empty();
            sheet::field(&mut out, if has { &self.labels[answer.predicted] } else { "" });
            for k in 0..self.labels.len() {
                let probability = answer.probabilities.get(k);
                out.push_str(&probability.map_or_else(|| ",".to_owned(), |p| format!("{p:?},")));
            }
            for sign in ["+", "-"] {
                let words: Vec<&str> =
                    answer.words.iter().filter(|word| word.sign == sign).map(|word| word.text.as_str()).collect();
                sheet::field(&mut out, &words.join(" "));
            }
            sheet::field(&mut out, answer.problem.as_deref().unwrap_or(""));
            out.pop();
            out.push('\n');
        }
        out
    }
}

/// One text as a whole: its class, and the words that decided.
fn answer(engine: &Engine, text: &str, row: &RowRequest) -> Result<Answer> {
    let problem =
        |problem: String| Answer { predicted: 0, probabilities: Vec::new(), words: Vec::new(), problem: Some(problem) };
    let whole = match engine.whole(text, row) {
        Ok(Some(whole)) => whole,
        Ok(None) => return Ok(problem("there is no word in it".to_owned())),
        Err(error @ (Error::Network(_) | Error::Unfit { .. })) => return Ok(problem(error.to_string())),
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

/// "100,000"
fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The records of a table (RFC 4180), separated by the commas, semicolons or tabs of its first line, whichever are most.
/// A quoted cell may hold separators, doubled quotes and line breaks; one that is never closed ends with the file.
fn records(text: &str) -> Vec<Vec<String>> {
    let first = text.lines().next().unwrap_or("");
    let separator = [',', ';', '\t'].into_iter().rev().max_by_key(|mark| first.matches(*mark).count()).unwrap_or(',');
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().expect("never empty");
        let cell = row.last_mut().expect("never empty");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            c if c == separator && !quoted => row.push(String::new()),
            c => cell.push(c),
        }
    }
    rows
}

/// Whether the first record names the columns: short, all different, none a number, and as many as the second has.
fn is_header(rows: &[Vec<String>]) -> bool {
    let (first, second) = (&rows[0], &rows[1]);
    let name = |cell: &String| {
        let cell = cell.trim();
        // A number has no letter; one that is written "1e5" would be a strange name too, but no harm is done.
        cell.chars().count() <= 40 && cell.chars().any(char::is_alphabetic)
    };
    let shorter = first.iter().map(String::len).sum::<usize>() < second.iter().map(String::len).sum();
    let different = first.iter().enumerate().all(|(k, cell)| !first[..k].contains(cell));
    first.len() == second.len() && shorter && different && first.iter().all(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_may_hold_quotes_separators_and_line_breaks() {
        let text = "id,review\r\n1,\"a, \"\"b\"\"\nc\"\n2,d";
        assert_eq!(records(text), [vec!["id", "review"], vec!["1", "a, \"b\"\nc"], vec!["2", "d"]]);
        assert_eq!(records("a;b,c;d\n1;2;3")[1], ["1", "2", "3"], "the separator is the most frequent one");
        assert_eq!(records("a\tb")[0], ["a", "b"]);
        assert_eq!(records("\"never closed\n"), [["never closed\n"]]);
        assert_eq!(records("5'10\" tall"), [["5'10\" tall"]], "a quote inside a cell is a quote");
    }

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

    #[test]
    fn numbers_have_their_thousands_marked() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
