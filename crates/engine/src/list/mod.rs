//! Many texts at once: a file of lines or a table, read a slice at a time, sorted, and handed out a screenful at a time.
//!
//! The texts and the answers stay here. A page that shows forty of a hundred thousand lines asks for forty, and a worker
//! that reads a few hundred between two messages still answers every keystroke.

mod answer;
mod file;
mod reply;
mod rows;
mod saved;
mod sorted;
mod texts;
mod trees;

use std::borrow::Cow;

use wordlight_explain::{Error, Result};

use self::answer::{Answer, answer, without_answer};
pub use self::reply::{ListCard, ListLine, ListOrder, ListPage, ListWord};
use self::sorted::Sorted;
use self::texts::Texts;
use crate::catalogue::ChoiceSpec;
use crate::confusion::{Confusion, Wanted};
use crate::engine::Engine;
use crate::panel::Panel;
use crate::request::RowRequest;
use crate::wording::{grouped, percent};

/// A file of texts, and what has been found out about them.
#[derive(Debug)]
pub struct List {
    texts: Texts,
    columns: Vec<ChoiceSpec>,
    column: usize,
    /// The name of the network that reads.
    network: String,
    labels: Vec<String>,
    answers: Vec<Answer>,
    /// How the answers were asked for, and how often the engine had exchanged something by then.
    asked: Option<(RowRequest, u64)>,
    sorted: Sorted,
}

impl List {
    /// Opens a file: a table where its name ends in `.csv` or `.tsv`, trees with their true classes where every line is
    /// one, else one text per line, where blank lines do not count. A table is read as [`crate::table`] says; a quote
    /// inside a field that does not begin with one is kept.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a file that is too large, not in UTF-8, no table although it is called one, without text,
    /// or with too many. In a table a single row that is wrong is no error but a line that says why.
    pub fn read(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Self> {
        Ok(Self::new(Texts::open(name, bytes.into())?))
    }

    /// Opens a file of the treebank: a tree per line, `(3 (2 So) (4 good))`.
    ///
    /// # Errors
    /// As [`Self::read`], and [`Error::Parameter`] naming the first line that is no tree.
    pub fn trees(name: &str, bytes: impl AsRef<[u8]>) -> Result<Self> {
        Ok(Self::new(Texts::trees(name, bytes.as_ref())?))
    }

    fn new(texts: Texts) -> Self {
        let (columns, column) = texts.columns();
        let (network, labels, answers) = Default::default();
        Self { texts, columns, column, network, labels, answers, asked: None, sorted: Sorted::default() }
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
        self.forget();
        Ok(())
    }

    fn forget(&mut self) {
        self.answers.clear();
        self.sorted = Sorted::default();
    }

    /// Reads up to `count` more texts as `row` says, each as a whole. In a long file the texts are looked for first: then a
    /// call looks through a part of it, and reads none. Where `row` is another than before, or the engine has exchanged a
    /// network or its vectors, the list begins again: all its answers are of one network.
    ///
    /// # Errors
    /// What is wrong with `row` itself; a text that cannot be read is a line that says why.
    pub fn advance(&mut self, engine: &Engine, row: &RowRequest, count: usize) -> Result<()> {
        let labels = engine.labels(&row.checkpoint)?;
        if self.asked.as_ref().is_none_or(|(known, exchanged)| (known, *exchanged) != (row, engine.exchanged())) {
            self.forget();
            self.asked = Some((row.clone(), engine.exchanged()));
            self.labels = labels.to_vec();
            engine.checkpoint(&row.checkpoint)?.name.clone_into(&mut self.network);
        }
        if !self.texts.complete() {
            return self.texts.find();
        }
        let from = self.answers.len();
        for i in from..self.texts.total().min(from.saturating_add(count)) {
            let answer = match self.texts.get(i, self.column) {
                Ok(text) => answer(engine, &text, row)?,
                Err(problem) => without_answer(problem),
            };
            self.answers.push(answer);
        }
        Ok(())
    }

    /// What is known.
    pub fn card(&self) -> ListCard {
        let (done, total) = (self.answers.len(), self.texts.total());
        let mut message = match done {
            _ if !self.texts.complete() => format!("{} texts found so far", grouped(total)),
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
        let labelled = self.texts.truth().is_some();
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
        if !self.sorted.answers((order, descending), wanted, self.answers.len()) {
            let truth = |i: usize| self.texts.truth().map(|truth| usize::from(truth[i]));
            let has_words = |i: usize| wanted.words.is_empty() || wanted.has_words(&self.text(i));
            self.sorted = Sorted::of((order, descending), wanted, &self.answers, truth, has_words);
        }
        let lines = self.sorted.lines.iter().skip(from).take(count).map(|&i| self.line(i as usize)).collect();
        ListPage { total: self.sorted.lines.len(), lines }
    }

    /// How often each true class was taken for each class so far in the sentences that have the wanted words, with the wanted
    /// cell marked; nothing if the true classes are not known, or others than the network's.
    pub fn confusion(&self, wanted: &Wanted) -> Option<Panel> {
        let truth = self.texts.truth()?;
        let classes = self.labels.len();
        if classes == 0 || truth.iter().any(|class| usize::from(*class) >= classes) {
            return None;
        }
        let mut counts = vec![vec![0; classes]; classes];
        for (i, (answer, &truth)) in self.answers.iter().zip(truth).enumerate() {
            if answer.problem.is_none() && wanted.has_words(&self.text(i)) {
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
        let truth = self.texts.truth().and_then(|truth| self.labels.get(usize::from(truth[i])));
        ListLine {
            number: i + 1,
            text: self.text(i).into_owned(),
            truth: truth.cloned().unwrap_or_default(),
            class_name,
            percent,
            words: answer.words.clone(),
            problem: answer.problem.clone(),
        }
    }

    /// The text of a line; empty if it has none.
    fn text(&self, i: usize) -> Cow<'_, str> {
        self.texts.get(i, self.column).unwrap_or_default()
    }

    /// Every line that has been read, in the file's order, as comma-separated values.
    pub fn to_csv(&self) -> String {
        saved::to_csv(&self.labels, &self.answers, |i| self.text(i), self.texts.truth())
    }
}

#[cfg(test)]
mod tests {
    use super::texts::MAX_TEXTS;
    use super::*;

    /// The list, when all of its texts have been found.
    fn whole(name: &str, bytes: impl Into<Vec<u8>>) -> List {
        let mut list = List::read(name, bytes).unwrap();
        while !list.texts.complete() {
            list.texts.find().unwrap();
        }
        list
    }

    /// Every text of the column that is read, or "! " and why there is none.
    fn texts(list: &List) -> Vec<String> {
        let text = |i| match list.texts.get(i, list.column) {
            Ok(text) => text.into_owned(),
            Err(problem) => format!("! {problem}"),
        };
        (0..list.texts.total()).map(text).collect()
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
        assert_eq!(said(b"\xff\xfea\0"), "the file \"x.txt\" is in UTF-16, expected text in UTF-8");
        let table = List::read("x.csv", b"\"id\nid\n").unwrap_err().to_string();
        assert!(table.contains("is no table: line 1 is wrongly quoted: a quote is opened and not closed"), "{table}");
        for name in ["x.txt", "x.csv"] {
            for (file, fits) in [
                ("a\n".repeat(MAX_TEXTS), true),
                ("a\n".repeat(MAX_TEXTS) + "a", false),
                (" \n".repeat(MAX_TEXTS) + "a\n", name == "x.txt"),
                ("\"a\n\n\"\n".repeat(MAX_TEXTS / 2), true),
                ("a\r".repeat(MAX_TEXTS + 1), false),
            ] {
                let said = List::read(name, file.as_str()).err().map_or_else(String::new, |error| error.to_string());
                let expected = if fits { said.is_empty() } else { said.contains("expected at most 500000 texts") };
                assert!(expected, "{name} {:?}: {said}", &file[..8]);
            }
        }
        let mut list = List::read("x.txt", b"a").unwrap();
        assert!(list.restart(1).unwrap_err().to_string().contains("column is 1, expected a number from 0 to 0"));
    }
    #[test]
    fn no_row_of_a_table_vanishes() {
        let list = whole("x.csv", "\u{feff}\"text\"\n\"good film\"\n\"\"\n\"bad film\"\n\n\"\"\n\"fine\"\n");
        assert_eq!(texts(&list), ["good film", "", "bad film", "", "fine"]);
        let list = whole("x.csv", "a,text\n1,good film\n,,\n,\n2,5'10\" tall\n3,\"open\n4,caf\u{e9}\n");
        let want = [
            "good film",
            "! line 3 has 3 fields, the first line has 2",
            "",
            "5'10\" tall",
            "! line 6 is wrongly quoted: a quote is opened and not closed",
            "caf\u{e9}",
        ];
        assert_eq!(texts(&list), want);
        assert_eq!(texts(&whole("x.csv", "text,id\rA good film.,1\rA bad film.,2\r")), ["A good film.", "A bad film."]);
        assert_eq!(texts(&whole("x.txt", "good\r\rbad\r")), ["good", "bad"]);
        assert_eq!(texts(&whole("x.tsv", "id\ttext\n1\tA good, long film.\n")), ["A good, long film."]);
        let list = whole("x.csv", b"id,text\n1,A good film.\n2,caf\xe9\n".to_vec());
        assert_eq!(texts(&list)[1], "! line 3 is not UTF-8: the byte at 3 of its text begins no character");
    }

    #[test]
    fn a_long_file_is_looked_through_a_slice_at_a_time() {
        for name in ["x.txt", "x.csv"] {
            let file: String = (0..100_000).map(|i| format!("film number {i}\n")).collect();
            let mut list = List::read(name, file.as_str()).unwrap();
            let first = list.card();
            assert!(first.total > 0 && first.total < 50_000, "{}", first.total);
            assert!(first.message.ends_with(" texts found so far."), "{}", first.message);
            let mut slices = 1;
            while !list.texts.complete() {
                list.texts.find().unwrap();
                slices += 1;
            }
            assert_eq!(slices, file.len() / (1 << 18) + 1);
            assert_eq!(list.card().message, "0 of 100,000 texts read.");
            assert_eq!(list.text(99_999), "film number 99999");
        }
    }

    #[test]
    fn a_wide_or_ragged_table_costs_no_more_than_its_bytes() {
        let wide: String = (0..30_000).map(|k| format!("h{k},")).collect();
        let said = List::read("x.csv", wide.as_str()).unwrap_err().to_string();
        assert!(said.contains("no table: line 1 has more than 1,000 fields"), "{said}");
        let ragged = format!("text\n{}{}\n", "a\n".repeat(50_000), "a,".repeat(50_000));
        let list = whole("x.csv", ragged);
        let card = list.card();
        assert_eq!((card.columns.len(), card.total), (1, 50_002), "short texts are no reason for a header");
        assert!(texts(&list)[50_001].starts_with("! line 50002 has more than 1,000 fields"));
        // Only the beginning of a text is shown under its column.
        let list = whole("x.csv", format!("text\n{}\n", "long ".repeat(1000)));
        assert_eq!(list.card().columns[0].meaning.chars().count(), 201);
    }
}
