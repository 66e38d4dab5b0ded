//! What networks made of the whole treebank: the file `corpus.txt` beside the manifest.
//!
//! UTF-8, fields between tabs. A line `network` (checkpoint, name, training sentences, how often a word comes at least,
//! width of the windows or 0) begins a network. Then come a line `taken` per true class, worst first, with how many of its
//! test sentences were taken for each class, and the entries of each class, the highest mean first:
//!
//! ```text
//! word<TAB>0<TAB>pathetic<TAB>2.8121<TAB>10<TAB>-1
//! window<TAB>0<TAB>bad .<TAB>1.8805<TAB>15<TAB>
//! ```
//!
//! that is class, text, mean relevance or credit in units of the logit, how often it comes, and the mean human value,
//! -1 to 1, or nothing where no tree has a phrase of these words. Lines that begin with a hash are remarks. The texts are
//! words and windows of a few words; no sentence is in the file. `wordlight evidence --corpus` writes it.

use wordlight_explain::{Error, Result};

/// What networks say of the words of the whole treebank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corpus {
    /// The networks, in the order of the file.
    pub networks: Vec<CorpusNetwork>,
}

/// What one network says of the treebank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CorpusNetwork {
    /// The id of the checkpoint.
    pub checkpoint: String,
    /// The name of the checkpoint, with that of its model.
    pub name: String,
    /// The number of training sentences over which means were taken.
    pub sentences: usize,
    /// How often a word or window has to occur to be listed.
    pub at_least: usize,
    /// Words per window; 0 if the network has no windows.
    pub width: usize,
    /// `[Y][Y]`: how many test sentences of the true class (row) were taken for a class (column).
    pub confusion: Vec<Vec<usize>>,
    /// The lists of each class, worst class first.
    pub classes: Vec<CorpusClass>,
}

/// What speaks for a class, the highest mean first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CorpusClass {
    /// Words by their mean relevance.
    pub words: Vec<CorpusEntry>,
    /// Windows by their mean credit in the n-gram ledger.
    pub windows: Vec<CorpusEntry>,
}

/// A word or a window.
#[derive(Clone, Debug, PartialEq)]
pub struct CorpusEntry {
    /// The word, or the words with a blank between.
    pub text: String,
    /// The mean relevance or credit, in units of the logit.
    pub mean: f32,
    /// How often it occurs.
    pub count: usize,
    /// The mean value that people gave it, -1 to 1; `None` if they were not asked.
    pub human: Option<f32>,
}

impl Corpus {
    /// Reads the file.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first line that is none of the above.
    pub fn parse(text: &str) -> Result<Self> {
        let mut found = Self::default();
        for (i, line) in text.lines().enumerate() {
            if !line.starts_with('#') && found.take(line).is_none() {
                return Err(Error::Parameter {
                    name: format!("line {} of the corpus tables", i + 1),
                    expected: "a network, a row of its confusions, or a word or window with its numbers".to_owned(),
                    found: format!("{:?}", line.chars().take(40).collect::<String>()),
                });
            }
        }
        Ok(found)
    }

    /// Reads one line; nothing if it is none.
    fn take(&mut self, line: &str) -> Option<()> {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["network", checkpoint, name, sentences, at_least, width] => self.networks.push(CorpusNetwork {
                checkpoint: (*checkpoint).to_owned(),
                name: (*name).to_owned(),
                sentences: sentences.parse().ok()?,
                at_least: at_least.parse().ok()?,
                width: width.parse().ok()?,
                ..CorpusNetwork::default()
            }),
            ["taken", counts @ ..] => {
                let row: Vec<usize> = counts.iter().map(|count| count.parse().ok()).collect::<Option<_>>()?;
                let network = self.networks.last_mut()?;
                let wide = network.confusion.first().is_none_or(|first| first.len() == row.len());
                if row.is_empty() || !wide || network.confusion.len() >= row.len() {
                    return None;
                }
                network.confusion.push(row);
                network.classes.push(CorpusClass::default());
            }
            [kind @ ("word" | "window"), class, text, mean, count, human] => {
                let human = match *human {
                    "" => None,
                    value => Some(value.parse().ok().filter(|value: &f32| value.abs() <= 1.0)?),
                };
                let mean = mean.parse().ok().filter(|mean: &f32| mean.is_finite())?;
                let entry = CorpusEntry { text: (*text).to_owned(), mean, count: count.parse().ok()?, human };
                let class = self.networks.last_mut()?.classes.get_mut(class.parse::<usize>().ok()?)?;
                if *kind == "word" { &mut class.words } else { &mut class.windows }.push(entry);
            }
            _ => return None,
        }
        Some(())
    }

    /// The file's text.
    pub fn print(&self) -> String {
        let mut out = String::from("# Written by `wordlight evidence --corpus`.\n");
        for network in &self.networks {
            let CorpusNetwork { checkpoint, name, sentences, at_least, width, .. } = network;
            out.push_str(&format!("network\t{checkpoint}\t{name}\t{sentences}\t{at_least}\t{width}\n"));
            for row in &network.confusion {
                let row: Vec<String> = row.iter().map(usize::to_string).collect();
                out.push_str(&format!("taken\t{}\n", row.join("\t")));
            }
            for (k, class) in network.classes.iter().enumerate() {
                for (kind, entries) in [("word", &class.words), ("window", &class.windows)] {
                    for CorpusEntry { text, mean, count, human } in entries {
                        let human = human.map_or_else(String::new, |value| value.to_string());
                        out.push_str(&format!("{kind}\t{k}\t{text}\t{mean}\t{count}\t{human}\n"));
                    }
                }
            }
        }
        out
    }

    /// What a checkpoint made of the treebank.
    pub fn of(&self, checkpoint: &str) -> Option<&CorpusNetwork> {
        self.networks.iter().find(|network| network.checkpoint == checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let entry = |text: &str, human| CorpusEntry { text: text.to_owned(), mean: 1.5, count: 12, human };
        let classes = vec![
            CorpusClass { words: vec![entry("bad", Some(-0.75))], windows: vec![entry("bad .", None)] },
            CorpusClass::default(),
        ];
        let network = CorpusNetwork {
            checkpoint: "a-10".to_owned(),
            name: "A, 10 epochs".to_owned(),
            sentences: 100,
            at_least: 10,
            width: 2,
            confusion: vec![vec![3, 1], vec![2, 4]],
            classes,
        };
        let corpus = Corpus { networks: vec![network] };
        assert_eq!(Corpus::parse(&corpus.print()).unwrap(), corpus);
        assert!(corpus.of("a-10").is_some() && corpus.of("b").is_none());
    }

    #[test]
    fn a_line_that_does_not_belong_is_named() {
        let head = "network\ta\tA\t1\t1\t2\ntaken\t1\t2\ntaken\t3\t4\n";
        for bad in ["taken\t5\t6", "word\t2\tx\t1\t1\t0", "word\t0\tx\tNaN\t1\t0", "word\t0\tx\t1\t1\t2", "", "x"] {
            let error = Corpus::parse(&format!("{head}{bad}\n")).unwrap_err().to_string();
            assert!(error.starts_with("line 4 of the corpus tables is "), "{bad}: {error}");
        }
        assert!(Corpus::parse("taken\t1").is_err() && Corpus::parse("taken\t1\ttwo").is_err());
    }
}
