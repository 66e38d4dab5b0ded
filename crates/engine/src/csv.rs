//! An explanation as a table: one line per word, as comma-separated values (RFC 4180, with `\n` line ends).

use std::borrow::Cow;
use std::fmt::Write;

use crate::reply::Reply;

/// The columns, in order.
const COLUMNS: &str =
    "document,sentence,word,text,read_as,known,checkpoint,predicted,method,target,class,score,intensity,rank,share\n";

/// Whether a cell that a spreadsheet would take for a formula is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Every text as it is.
    Exact,
    /// By [`safe_cell`].
    Safe,
}

/// A text that a spreadsheet shows as it is. One that begins with `=`, `+`, `-` or `@` (also as full-width forms), a tab or a
/// carriage return may be run as a formula, which can send other cells away; it gets an apostrophe before it.
pub fn safe_cell(text: &str) -> Cow<'_, str> {
    const FORMULA: [char; 10] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'];
    if text.starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The words of all rows of all sentences of all replies.
pub fn to_csv<'a>(replies: impl IntoIterator<Item = &'a Reply>, cells: Cells) -> String {
    let mut out = COLUMNS.to_owned();
    for (d, reply) in replies.into_iter().enumerate() {
        for (s, sentence) in reply.sentences.iter().enumerate() {
            for row in &sentence.rows {
                let verdict = sentence.verdicts.iter().find(|verdict| verdict.checkpoint == row.checkpoint);
                let predicted = verdict.map_or("", |verdict| &verdict.predicted_name);
                for (w, (token, word)) in sentence.tokens.iter().zip(&row.words).enumerate() {
                    let _ = write!(out, "{},{},{},", d + 1, s + 1, w + 1);
                    field(&mut out, &token.text, cells);
                    field(&mut out, &token.normal, cells);
                    out.push_str(if token.known { "true," } else { "false," });
                    for text in [&row.checkpoint, predicted, &row.method, &row.target_name, &row.class_name] {
                        field(&mut out, text, cells);
                    }
                    let _ = writeln!(out, "{:?},{:?},{},{}", word.score, word.intensity, word.rank, word.share);
                }
            }
        }
    }
    out
}

/// A field and the comma after it, in quotes where it has to be.
pub(crate) fn field(out: &mut String, text: &str, cells: Cells) {
    let text = if cells == Cells::Safe { safe_cell(text) } else { Cow::Borrowed(text) };
    if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&text);
    }
    out.push(',');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_field_that_needs_quotes_has_them() {
        let mut out = String::new();
        for text in ["plain", "a,b", "say \"no\"", "two\nlines", " edge", ""] {
            field(&mut out, text, Cells::Exact);
        }
        assert_eq!(out, "plain,\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\" edge\",,");
    }

    #[test]
    fn what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe() {
        for formula in ["=1+1", "+1", "-", "@SUM(1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(safe_cell(formula), format!("'{formula}"));
        }
        for text in ["", "good", "a=b", "'=1", "2-1", "–", "\"=1\""] {
            assert_eq!(safe_cell(text), text);
        }
        let mut out = String::new();
        field(&mut out, "=HYPERLINK(\"a\")", Cells::Safe);
        field(&mut out, "=1", Cells::Exact);
        assert_eq!(out, "\"'=HYPERLINK(\"\"a\"\")\",=1,");
    }
}
