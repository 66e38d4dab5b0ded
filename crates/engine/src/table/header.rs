//! The names of the columns.

use std::fmt::{Display, Formatter};

use super::fields::Fields;
use super::printable;

/// The first line of a table, or whatever else names its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
}

/// Why there is not one column of a name. As text it goes on from the name of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnError {
    /// There is none.
    Missing {
        /// The column that is wanted.
        name: String,
        /// Those that are there.
        found: Vec<String>,
    },
    /// There are several, and no way to tell which is meant.
    Twice {
        /// The column that is wanted.
        name: String,
        /// How many there are.
        count: usize,
    },
}

/// Names that a message lists.
const LISTED: usize = 20;

impl Display for ColumnError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing { name, found } => {
                let shown: Vec<String> = found.iter().take(LISTED).map(|name| printable(name)).collect();
                let shown = if shown.is_empty() { "none".to_owned() } else { shown.join(", ") };
                write!(f, "has no column {name:?}; it has {shown}")?;
                match found.len().saturating_sub(LISTED) {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Self::Twice { name, count } => write!(f, "has {count} columns {name:?}; expected one"),
        }
    }
}

impl std::error::Error for ColumnError {}

impl Header {
    /// The columns by name, in order.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: names.into_iter().collect() }
    }

    /// The fields of the first line. Blanks around a name are no part of it, and what is not UTF-8 is replaced.
    pub fn of(fields: &Fields<'_>) -> Self {
        Self::new((0..fields.len()).map(|k| String::from_utf8_lossy(&fields.bytes(k)).trim().to_owned()))
    }

    /// The names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The one column of that name.
    ///
    /// # Errors
    /// [`ColumnError::Missing`], [`ColumnError::Twice`]
    pub fn column(&self, name: &str) -> Result<usize, ColumnError> {
        let mut places = (0..self.names.len()).filter(|k| self.names[*k] == name);
        let Some(first) = places.next() else {
            return Err(ColumnError::Missing { name: name.to_owned(), found: self.names.clone() });
        };
        match places.count() {
            0 => Ok(first),
            more => Err(ColumnError::Twice { name: name.to_owned(), count: more + 1 }),
        }
    }

    /// Whether this looks like names and not like the first row of a table that goes on with `rows`: every field short, none
    /// a number and all different, and either a column of numbers below, or less text than in the first row that has any.
    pub fn is_likely(&self, rows: &[Vec<String>]) -> bool {
        // A number has no letter; one that is written "1e5" would be a strange name too, but no harm is done.
        let is_name = |name: &String| name.chars().count() <= 40 && name.chars().any(char::is_alphabetic);
        let different = self.names.iter().enumerate().all(|(k, name)| !self.names[..k].contains(name));
        let length = |row: &[String]| row.iter().map(String::len).sum::<usize>();
        let first = rows.iter().map(|row| length(row)).find(|length| *length > 0);
        let numbers = |k: usize| {
            let mut cells = rows.iter().filter_map(|row| row.get(k)).map(|cell| cell.trim()).filter(|c| !c.is_empty());
            cells.next().is_some_and(is_number) && cells.all(is_number)
        };
        self.names.iter().all(is_name)
            && different
            && (first.is_some_and(|first| length(&self.names) < first) || (0..self.names.len()).any(numbers))
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f32>().is_ok_and(f32::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Header {
        Header::new(names.iter().map(|name| (*name).to_owned()))
    }

    #[test]
    fn a_column_is_found_by_its_name_or_missing_or_there_twice() {
        let some = header(&["id", "text", "id"]);
        assert_eq!(some.column("text"), Ok(1));
        let said = |header: &Header, name| header.column(name).unwrap_err().to_string();
        assert_eq!(said(&some, "review"), "has no column \"review\"; it has id, text, id");
        assert_eq!(said(&some, "id"), "has 2 columns \"id\"; expected one");
        assert_eq!(said(&header(&[]), "text"), "has no column \"text\"; it has none");
        let escape = header(&["\u{1b}]0;OWNED\u{7}", "b"]);
        assert_eq!(said(&escape, "\u{7}"), "has no column \"\\u{7}\"; it has \\u{1b}]0;OWNED\\u{7}, b");
        let many = Header::new((0..30_000).map(|k| format!("h{k}")));
        assert!(said(&many, "text").ends_with("h18, h19 and 29980 more"));
    }

    #[test]
    fn names_are_told_from_a_row() {
        let likely = |names: &[&str], rows: &[&[&str]]| {
            let rows: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
            header(names).is_likely(&rows)
        };
        assert!(likely(&["id", "review"], &[&["1", "A wonderful film."]]));
        assert!(likely(&["id", "stars", "text"], &[&["1", "5", "good film"]]), "as long as the row, over numbers");
        assert!(likely(&["text"], &[&[""], &["A wonderful film."]]), "the first row is empty");
        assert!(!likely(&["1", "A wonderful film."], &[&["2", "Dull."]]));
        assert!(!likely(&["text", "text"], &[&["good", "a bad film"]]), "names differ");
        assert!(!likely(&["A wonderful film."], &[&["Dull."]]));
        assert!(!likely(&["film number 9"], &[&["film number 8"], &["film number 10"]]));
        assert!(!likely(&["text"], &[]));
    }
}
