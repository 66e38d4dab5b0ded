//! Which true classes a network takes for which: the matrix as a table whose cells choose sentences, and the sentences that
//! are chosen.

use wordlight_explain::{Error, Result};

use crate::panel::{Cell, Choice, Line, Panel, Table};
use crate::wording::{count, grouped, percent, quoted};

/// A cell of the matrix: the sentences of a true class, those that were taken for a class, or those of both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confused {
    /// The true class; `None` for any.
    pub truth: Option<usize>,
    /// The predicted class; `None` for any.
    pub taken: Option<usize>,
}

impl Confused {
    /// Reads `2.3`, `2.all`, `all.3` and `all`, or nothing at all, which is the same.
    ///
    /// # Errors
    /// [`Error::Parameter`]
    pub fn parse(id: &str) -> Result<Self> {
        let class = |id: &str| match id {
            "all" => Some(None),
            number => number.parse().ok().filter(|class| *class < 1000).map(Some),
        };
        let wanted = match id.split_once('.') {
            None => matches!(id, "" | "all").then(Self::default),
            Some((truth, taken)) => class(truth).zip(class(taken)).map(|(truth, taken)| Self { truth, taken }),
        };
        wanted.ok_or_else(|| Error::Parameter {
            name: "the sentences that are wanted".to_owned(),
            expected: "all, or the numbers of a true and of a predicted class such as 2.3, 2.all or all.3".to_owned(),
            found: format!("{id:?}"),
        })
    }

    /// The id of the cell, which [`Self::parse`] reads.
    pub fn id(self) -> String {
        let class = |class: Option<usize>| class.map_or_else(|| "all".to_owned(), |class| class.to_string());
        if self == Self::default() { class(None) } else { format!("{}.{}", class(self.truth), class(self.taken)) }
    }

    /// Whether a sentence is wanted, given its true class and what it was taken for, as far as they are known.
    pub(crate) fn holds(self, truth: Option<usize>, taken: Option<usize>) -> bool {
        let fits = |wanted: Option<usize>, found| wanted.is_none() || wanted == found;
        fits(self.truth, truth) && fits(self.taken, taken)
    }
}

/// Which sentences of a list are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those of a cell,
    pub cell: Confused,
    /// that have these words in a row: as the network reads them, with a blank between; any if there are none.
    pub words: String,
}

impl Wanted {
    /// Reads a cell as [`Confused::parse`] does, and after a blank the words: `2.3`, `all bad .`, `2.all not bad`.
    ///
    /// # Errors
    /// [`Error::Parameter`]
    pub fn parse(id: &str) -> Result<Self> {
        let (cell, words) = id.split_once(' ').unwrap_or((id, ""));
        let words: Vec<&str> = words.split_whitespace().collect();
        Ok(Self { cell: Confused::parse(cell)?, words: words.join(" ").to_lowercase() })
    }

    /// Whether a sentence, with a blank between all its words, has the wanted ones.
    pub(crate) fn has_words(&self, sentence: &str) -> bool {
        self.words.is_empty() || format!(" {} ", sentence.to_lowercase()).contains(&format!(" {} ", self.words))
    }
}

/// A matrix of confusions and whose it is.
pub(crate) struct Confusion<'a> {
    /// The classes, worst first.
    pub(crate) labels: &'a [String],
    /// `[Y][Y]`: how often the true class (row) was taken for a class (column), in the sentences that have the wanted words
    /// if they are at hand, else in all.
    pub(crate) counts: &'a [Vec<usize>],
    /// The network's name.
    pub(crate) network: &'a str,
    /// "test sentences"
    pub(crate) sentences: &'a str,
    /// Whether the sentences are at hand.
    pub(crate) here: bool,
}

impl Confusion<'_> {
    /// The matrix, with what is wanted marked.
    pub(crate) fn panel(&self, wanted: &Wanted) -> Panel {
        let classes = self.labels.len();
        let one = |truth: usize, taken: usize| self.counts[truth][taken];
        let ids = || (0..classes).map(Some).chain([None]);
        let sum = |wanted: Confused| -> usize {
            let pairs = (0..classes).flat_map(|truth| (0..classes).map(move |taken| (truth, taken)));
            pairs.filter(|&(a, b)| wanted.holds(Some(a), Some(b))).map(|(a, b)| one(a, b)).sum()
        };
        let mut columns = vec!["True class"];
        columns.extend(self.labels.iter().map(String::as_str));
        columns.push("all");
        let caption = format!("{}: true classes down, what they were taken for across", self.network);
        let mut table = Table::new(caption, &columns);
        for truth in ids() {
            let cells = ids().map(|taken| {
                let cell = Confused { truth, taken };
                let number = sum(cell);
                let row = sum(Confused { truth, taken: None });
                // The colour is the share of the true class; sums have none.
                let share = truth.and(taken).map(|_| number as f32 / row.max(1) as f32);
                let choice = Some(Choice { id: cell.id(), hint: self.describe(cell) });
                Cell { text: grouped(number), intensity: share, choice, ..Cell::default() }
            });
            let name = truth.map_or("all", |truth| self.labels[truth].as_str());
            table.lines.push(Line::new(name, cells.collect()));
        }
        table.note =
            "The darker a cell, the larger its share of the true class. What is right lies on the diagonal.".to_owned();
        let total = sum(Confused::default());
        let words = &wanted.words;
        let text = match wanted.cell {
            _ if self.here && total == 0 && !words.is_empty() => format!(
                "No sentence of this file has {}. The words of each class were counted in the training sentences, which \
                 are in train.txt.",
                quoted(&[words])
            ),
            cell if cell == Confused::default() => self.whole(total, words),
            cell => self.chosen(cell, words, sum(cell), total),
        };
        Panel { text, choice: wanted.cell.id(), tables: vec![table], ..Panel::default() }
    }

    /// How many are right, and the commonest mistake.
    fn whole(&self, total: usize, words: &str) -> String {
        let classes = self.labels.len();
        let right: usize = (0..classes).map(|k| self.counts[k][k]).sum();
        let pairs = (0..classes).flat_map(|truth| (0..classes).map(move |taken| (truth, taken)));
        let worst = pairs.filter(|(truth, taken)| truth != taken).fold((0, 0, 0), |worst, (truth, taken)| {
            if self.counts[truth][taken] > worst.0 { (self.counts[truth][taken], truth, taken) } else { worst }
        });
        let mistake = match worst {
            (0, ..) => String::new(),
            (times, truth, taken) => format!(
                " The commonest mistake: {} {} {} taken for {}.",
                count(times, &self.labels[truth], &self.labels[truth]),
                self.of(times),
                is_are(times),
                self.labels[taken]
            ),
        };
        let right = format!(
            "{} {} right ({}).{mistake}",
            grouped(right),
            is_are(right),
            percent(right as f32 / total.max(1) as f32)
        );
        let (number, of) = (grouped(total), self.of(total));
        match (words, self.here) {
            ("", _) => format!("Of {number} {of} {right}"),
            (_, true) => format!("{number} {of}{} {} listed below; {right}", with(words), is_are(total)),
            (_, false) => format!("Of {number} {of} {right}{}", to_read(words)),
        }
    }

    fn chosen(&self, cell: Confused, words: &str, number: usize, total: usize) -> String {
        let to_see = match (self.here, number) {
            (_, 0) => String::new(),
            (true, 1) => " It is listed below.".to_owned(),
            (true, _) => " They are listed below.".to_owned(),
            (false, _) => to_read(words),
        };
        let with = if self.here { with(words) } else { String::new() };
        format!(
            "{} of {} {}{with} {} {}.{to_see}",
            grouped(number),
            grouped(total),
            self.of(total),
            is_are(number),
            self.describe(cell)
        )
    }

    /// "sentences", or one of them.
    fn of(&self, number: usize) -> &str {
        if number == 1 { self.sentences.trim_end_matches('s') } else { self.sentences }
    }

    /// "very negative and taken for negative"
    fn describe(&self, Confused { truth, taken }: Confused) -> String {
        let name = |class: usize| self.labels.get(class).map_or("", String::as_str);
        match (truth, taken) {
            (None, None) => "of any class".to_owned(),
            (Some(truth), None) => name(truth).to_owned(),
            (None, Some(taken)) => format!("taken for {}", name(taken)),
            (Some(truth), Some(taken)) if truth == taken => format!("{} and taken for it", name(truth)),
            (Some(truth), Some(taken)) => format!("{} and taken for {}", name(truth), name(taken)),
        }
    }
}

/// " with “bad”"
fn with(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(" with {}", quoted(&[words])) }
}

/// How to read the sentences that are not at hand.
fn to_read(words: &str) -> String {
    let those = if words.is_empty() { "them".to_owned() } else { format!("those{}", with(words)) };
    format!(" Choose the treebank’s file below to read {those}.")
}

fn is_are(number: usize) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(wanted: &str) -> Panel {
        let labels = ["bad", "good"].map(str::to_owned);
        let counts = vec![vec![3, 1], vec![0, 4]];
        Confusion { labels: &labels, counts: &counts, network: "A", sentences: "sentences", here: false }
            .panel(&Wanted::parse(wanted).unwrap())
    }

    #[test]
    fn the_matrix_has_its_sums_and_each_cell_chooses_its_sentences() {
        let table = &panel("").tables[0];
        let texts = |k: usize| table.lines[k].cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>();
        assert_eq!([texts(0), texts(1), texts(2)], [["3", "1", "4"], ["0", "4", "4"], ["3", "5", "8"]]);
        let choices: Vec<&str> =
            table.lines.iter().flat_map(|l| l.cells.iter().map(|c| c.choice.as_ref().unwrap().id.as_str())).collect();
        assert_eq!(choices, ["0.0", "0.1", "0.all", "1.0", "1.1", "1.all", "all.0", "all.1", "all"]);
        assert_eq!(table.lines[0].cells[1].intensity, Some(0.25));
        assert_eq!(table.lines[0].cells[2].intensity, None);
        assert_eq!(table.lines[0].cells[0].choice.as_ref().unwrap().hint, "bad and taken for it");
    }

    #[test]
    fn what_is_wanted_is_counted_in_words() {
        assert_eq!(
            panel("all").text,
            "Of 8 sentences 7 are right (88\u{a0}%). The commonest mistake: 1 bad sentence is taken for good."
        );
        assert_eq!(
            panel("0.1").text,
            "1 of 8 sentences is bad and taken for good. Choose the treebank’s file below to read them."
        );
        assert_eq!(panel("1.0").text, "0 of 8 sentences are good and taken for bad.");
        assert_eq!(panel("all.1").choice, "all.1");
    }

    #[test]
    fn words_are_found_as_words_in_a_row() {
        let has = |id: &str, sentence: &str| Wanted::parse(id).unwrap().has_words(sentence);
        assert!(has("all", "anything") && has("1.0", "anything"));
        assert!(has("all bad", "Bad , really") && has("all bad .", "It is bad ."), "at either end, in any case");
        assert!(
            !has("all bad", "A badly made film") && !has("all bad .", "bad , ."),
            "whole words, next to each other"
        );
        assert_eq!(Wanted::parse("0.all  Not  Bad ").unwrap().words, "not bad");
        assert!(Wanted::parse("bad").is_err(), "a cell comes first");
    }

    #[test]
    fn sentences_that_are_not_here_have_to_be_fetched() {
        let end = " Choose the treebank’s file below to read those with “dull”.";
        assert_eq!(panel("all dull").text, format!("{}{end}", panel("all").text));
        assert_eq!(panel("0.1 dull").text, format!("1 of 8 sentences is bad and taken for good.{end}"));
        assert_eq!(panel("0.1 dull").choice, "0.1");
    }

    #[test]
    fn a_choice_that_is_none_is_refused() {
        for bad in ["x", "1", "1.", "1.x", ".1", "1.2.3"] {
            assert!(Confused::parse(bad).is_err(), "{bad}");
        }
        for good in ["all", "1.2", "1.all", "all.2"] {
            assert_eq!(Confused::parse(good).unwrap().id(), good);
        }
    }
}
