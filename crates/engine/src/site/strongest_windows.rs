//! Each filter's strongest windows in the treebank: the file `strongest-windows.txt` beside the manifest.
//!
//! UTF-8. A first line `# checkpoint<TAB>ID` says whose filters they are; then one window per line, the filter (counted
//! from 1, the filters of the first width first), its score, and its words: `17<TAB>2.125<TAB>never bored`. A filter's
//! windows stand together, the strongest first. `wordlight windows` writes it. The windows are a few words long each, as
//! long as the filter reads; no sentence is in it.

use wordlight_explain::{Error, Result};

/// The strongest windows of one network's filters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StrongestWindows {
    /// The id of the checkpoint whose filters these are.
    pub checkpoint: String,
    /// Filter, score and words.
    windows: Vec<(usize, f32, String)>,
}

impl StrongestWindows {
    /// Reads the file.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first line that is no window, or that the file does not say whose it is.
    pub fn parse(text: &str) -> Result<Self> {
        let mut found = Self::default();
        for (i, line) in text.lines().enumerate() {
            if let Some(checkpoint) = line.strip_prefix("# checkpoint\t") {
                checkpoint.clone_into(&mut found.checkpoint);
                continue;
            }
            let mut fields = line.splitn(3, '\t');
            let filter: Option<usize> = fields.next().and_then(|field| field.parse().ok());
            let score: Option<f32> = fields.next().and_then(|field| field.parse().ok());
            match (filter.filter(|filter| *filter > 0), score.filter(|score| score.is_finite()), fields.next()) {
                (Some(filter), Some(score), Some(words)) if !found.checkpoint.is_empty() => {
                    found.windows.push((filter - 1, score, words.to_owned()));
                }
                _ => {
                    return Err(Error::Parameter {
                        name: format!("line {} of the strongest windows", i + 1),
                        expected: "# checkpoint, a tab and its id; then filter, score and words between tabs"
                            .to_owned(),
                        found: format!("{:?}", line.chars().take(40).collect::<String>()),
                    });
                }
            }
        }
        Ok(found)
    }

    /// The file's text.
    pub fn print(&self) -> String {
        let mut out = format!("# checkpoint\t{}\n", self.checkpoint);
        for (filter, score, words) in &self.windows {
            out.push_str(&format!("{}\t{score}\t{words}\n", filter + 1));
        }
        out
    }

    /// The strongest windows of a checkpoint's filters, each as filter (counted from 0), score and words.
    pub fn new(checkpoint: &str, windows: Vec<(usize, f32, String)>) -> Self {
        Self { checkpoint: checkpoint.to_owned(), windows }
    }

    /// The windows of a filter, counted from 0, the strongest first.
    pub fn of(&self, filter: usize) -> impl Iterator<Item = (f32, &str)> {
        self.windows.iter().filter(move |window| window.0 == filter).map(|(_, score, words)| (*score, words.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let windows = vec![(0, 2.5, "never bored".to_owned()), (0, 1.25, "a b".to_owned()), (16, -0.5, "x".to_owned())];
        let file = StrongestWindows::new("paper", windows);
        assert_eq!(file.print(), "# checkpoint\tpaper\n1\t2.5\tnever bored\n1\t1.25\ta b\n17\t-0.5\tx\n");
        assert_eq!(StrongestWindows::parse(&file.print()).unwrap(), file);
        assert_eq!(file.of(0).map(|(_, words)| words).collect::<Vec<_>>(), ["never bored", "a b"]);
        assert_eq!(file.of(1).count(), 0);
    }

    #[test]
    fn a_damaged_line_is_named() {
        for text in ["1\t2\tx", "# checkpoint\tp\n0\t2\tx", "# checkpoint\tp\n1\tNaN\tx", "# checkpoint\tp\n1\t2"] {
            let error = StrongestWindows::parse(text).unwrap_err().to_string();
            assert!(error.starts_with("line ") && error.contains(" of the strongest windows is "), "{error}");
        }
    }
}
