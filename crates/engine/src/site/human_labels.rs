//! What people said of single words: the file `human-values.txt` beside the manifest.
//!
//! In the Stanford Sentiment Treebank every word of every sentence has a label of its own, 0 to 4 (Socher et al. 2013).
//! Its signed human value is `(label - 2) / 2`, -1 to 1; the file has the mean over a word's occurrences in all three
//! parts, which are different spellings and capitals of it. These are facts about words; no sentence is in it.
//!
//! UTF-8, one word per line in the order of its bytes, a tab, and the value in hundredths (`awful<TAB>-100`). Lines that
//! begin with a hash and a blank are remarks. A word is as the tokenizer hands it on ([`wordlight_nn::text::Token`]'s
//! `form`). A word that is not in the file has no human value, which is another thing than 0.

use wordlight_explain::{Error, Result};

/// Human values of words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HumanValues {
    text: String,
    /// Where each word's line begins and ends.
    lines: Vec<(u32, u32)>,
}

impl HumanValues {
    /// Reads the file.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first line that is no word with a value, or not in order.
    pub fn parse(text: String) -> Result<Self> {
        let (mut lines, mut start) = (Vec::new(), 0);
        for (i, line) in text.split('\n').enumerate() {
            if !line.is_empty() && !line.starts_with("# ") {
                let entry = (start as u32, (start + line.len()) as u32);
                let after = |last: &(u32, u32)| word(&text[last.0 as usize..last.1 as usize]) < word(line);
                if value(line).is_none() || !lines.last().is_none_or(after) {
                    return Err(Error::Parameter {
                        name: format!("line {} of the human values", i + 1),
                        expected: "a word, a tab and -100 to 100, words in order".to_owned(),
                        found: format!("{:?}", line.chars().take(40).collect::<String>()),
                    });
                }
                lines.push(entry);
            }
            start += line.len() + 1;
        }
        Ok(Self { text, lines })
    }

    /// The value of a word in the tokenizer's form, -1 to 1.
    pub fn get(&self, form: &str) -> Option<f32> {
        let line = |(from, to): (u32, u32)| &self.text[from as usize..to as usize];
        let place = self.lines.binary_search_by(|&at| word(line(at)).cmp(form)).ok()?;
        value(line(self.lines[place]))
    }

    /// How many words have a value.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether no word has one.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

fn word(line: &str) -> &str {
    line.split('\t').next().unwrap_or(line)
}

fn value(line: &str) -> Option<f32> {
    let hundredths: i8 = line.split_once('\t')?.1.parse().ok()?;
    (-100..=100).contains(&hundredths).then(|| f32::from(hundredths) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_and_strangers_are_not() {
        let values = HumanValues::parse("# a remark\n#\t0\nawful\t-100\ngood\t67\n".to_owned()).unwrap();
        assert_eq!((values.len(), values.is_empty()), (3, false));
        assert_eq!(["awful", "good", "#"].map(|word| values.get(word)), [Some(-1.0), Some(0.67), Some(0.0)]);
        assert_eq!((values.get("a remark"), values.get("goo"), values.get("")), (None, None, None));
    }

    #[test]
    fn a_line_that_is_no_value_is_named() {
        let message = |text: &str| HumanValues::parse(text.to_owned()).unwrap_err().to_string();
        assert_eq!(
            message("good\t67\nbad\t-50\n"),
            "line 2 of the human values is \"bad\\t-50\", expected a word, a tab and -100 to 100, words in order"
        );
        assert!(message("good\t101").starts_with("line 1") && message("good").starts_with("line 1"));
    }
}
