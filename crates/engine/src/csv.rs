//! An explanation as a table: one line per word, as comma-separated values (RFC 4180, with `\n` line ends).

use std::fmt::Write;

use crate::reply::Reply;

/// The columns, in order.
const COLUMNS: &str =
    "document,sentence,word,text,read_as,known,checkpoint,predicted,method,target,class,score,intensity,rank,share\n";

/// The words of all rows of all sentences of all replies.
pub fn to_csv<'a>(replies: impl IntoIterator<Item = &'a Reply>) -> String {
    let mut out = COLUMNS.to_owned();
    for (d, reply) in replies.into_iter().enumerate() {
        for (s, sentence) in reply.sentences.iter().enumerate() {
            for row in &sentence.rows {
                let verdict = sentence.verdicts.iter().find(|verdict| verdict.checkpoint == row.checkpoint);
                let predicted = verdict.map_or("", |verdict| &verdict.predicted_name);
                for (w, (token, word)) in sentence.tokens.iter().zip(&row.words).enumerate() {
                    let _ = write!(out, "{},{},{},", d + 1, s + 1, w + 1);
                    field(&mut out, &token.text);
                    field(&mut out, &token.normal);
                    out.push_str(if token.known { "true," } else { "false," });
                    for text in [&row.checkpoint, predicted, &row.method, &row.target_name, &row.class_name] {
                        field(&mut out, text);
                    }
                    let _ = writeln!(out, "{:?},{:?},{},{}", word.score, word.intensity, word.rank, word.share);
                }
            }
        }
    }
    out
}

/// A field and the comma after it, in quotes where it has to be.
pub(crate) fn field(out: &mut String, text: &str) {
    if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
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
            field(&mut out, text);
        }
        assert_eq!(out, "plain,\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\" edge\",,");
    }
}
