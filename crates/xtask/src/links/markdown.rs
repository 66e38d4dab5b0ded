//! The links and the anchors of a Markdown document.

use std::collections::BTreeSet;

use super::slug::Slugs;

/// What one document links to, and what may be linked to in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Document {
    /// Targets as they are written, with their lines.
    pub(super) links: Vec<(String, usize)>,
    pub(super) anchors: BTreeSet<String>,
}

/// Reads a document. Links in code and in comments are none.
pub(super) fn read(text: &str) -> Document {
    let text = without_code(text);
    let mut document = Document::default();
    let mut slugs = Slugs::default();
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        if let Some(heading) = heading(line, lines.get(index + 1).copied()) {
            document.anchors.insert(slugs.next(&shown(heading)));
        }
        for name in ["id", "name"] {
            document.anchors.extend(attributes(line, name).map(str::to_owned));
        }
        let number = index + 1;
        if let Some(target) = definition(line) {
            document.links.push((target.to_owned(), number));
        }
        for name in ["href", "src"] {
            document.links.extend(attributes(line, name).map(|target| (target.to_owned(), number)));
        }
    }
    for (at, _) in text.match_indices("](") {
        if let Some(target) = target(&text[at + 2..]) {
            document.links.push((target, text[..at].matches('\n').count() + 1));
        }
    }
    document.links.sort_by_key(|(_, line)| *line);
    document
}

/// The document with comments, fenced code and the signs in code spans blanked out; lines stay where they are.
///
/// The words of a code span stay, because they are part of a heading's anchor.
fn without_code(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut plain = String::with_capacity(text.len());
    for line in text.lines() {
        let trimmed = line.trim_start();
        let marks = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, marks) {
            (None, Some(mark)) => {
                let first = &mark[..1];
                let length = trimmed.len() - trimmed.trim_start_matches(first).len();
                fence = Some(&trimmed[..length]);
            }
            (Some(open), Some(_))
                if trimmed.starts_with(open) && trimmed.trim_end().trim_start_matches(&open[..1]).is_empty() =>
            {
                fence = None
            }
            (None, None) => plain.push_str(line),
            _ => {}
        }
        plain.push('\n');
    }
    blank_spans(&blank_comments(&plain))
}

/// Takes out `<!-- ... -->`.
fn blank_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        plain.push_str(before);
        let (comment, after) = after.split_once("-->").unwrap_or((after, ""));
        plain.extend(comment.matches('\n'));
        rest = after;
    }
    plain + rest
}

/// Takes the backquotes off code spans, and out of them the signs that links and tags are made of.
fn blank_spans(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (before, span) = rest.split_at(start);
        plain.push_str(before);
        let ticks = span.len() - span.trim_start_matches('`').len();
        let (open, body) = span.split_at(ticks);
        // A span ends at the same number of backquotes, in the same paragraph.
        let paragraph = &body[..body.find("\n\n").unwrap_or(body.len())];
        let end = paragraph
            .match_indices(open)
            .map(|(at, _)| at)
            .find(|at| !paragraph[..*at].ends_with('`') && !paragraph[at + ticks..].starts_with('`'));
        match end {
            Some(end) => {
                plain.extend(
                    body[..end].chars().map(|letter| if "[]()<>=*#".contains(letter) { '\u{1}' } else { letter }),
                );
                rest = &body[end + ticks..];
            }
            None => {
                plain.push_str(open);
                rest = body;
            }
        }
    }
    plain + rest
}

/// The text of a heading: `## text`, or a line that the `next` one underlines.
fn heading<'l>(line: &'l str, next: Option<&str>) -> Option<&'l str> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let line = line.trim();
    if indent > 3 || line.is_empty() {
        return None;
    }
    let level = line.len() - line.trim_start_matches('#').len();
    if (1..=6).contains(&level) {
        let text = line[level..].strip_prefix([' ', '\t'])?;
        let closed = text.trim_end().trim_end_matches('#');
        return Some(if closed.is_empty() || closed.ends_with(' ') { closed.trim() } else { text.trim() });
    }
    let is_underline = next.is_some_and(|next| {
        let next = next.trim_end();
        !next.is_empty() && (next.chars().all(|sign| sign == '=') || next.chars().all(|sign| sign == '-'))
    });
    let is_text = !line.starts_with(['|', '-', '>', '*', '+', '=', '#']);
    (is_underline && is_text).then_some(line)
}

/// A heading's text as it is shown: links by their text, images and tags not at all, without marks of emphasis.
fn shown(heading: &str) -> String {
    let mut text = String::new();
    let mut rest = heading;
    while let Some(letter) = rest.chars().next() {
        let length = if rest.starts_with("![") {
            rest.find(')').map_or(1, |end| end + 1)
        } else if rest.starts_with("](") {
            rest.find(')').map_or(1, |end| end + 1)
        } else if letter == '<' && rest.contains('>') {
            rest.find('>').map_or(1, |end| end + 1)
        } else {
            if !matches!(letter, '[' | ']' | '*') {
                text.push(letter);
            }
            letter.len_utf8()
        };
        rest = &rest[length..];
    }
    text
}

/// The target of `[name]: target`, unless it is a footnote.
fn definition(line: &str) -> Option<&str> {
    let (name, target) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    if name.contains(['[', ']']) || name.starts_with('^') {
        return None;
    }
    let target = target.split_whitespace().next()?;
    Some(target.trim_start_matches('<').trim_end_matches('>'))
}

/// The target at the start of `rest`, which follows `](`: up to a space or the parenthesis that closes the link.
fn target(rest: &str) -> Option<String> {
    let rest = rest.trim_start();
    if let Some(inside) = rest.strip_prefix('<') {
        return inside.split_once('>').map(|(target, _)| target.to_owned());
    }
    let mut depth = 0;
    for (at, letter) in rest.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(rest[..at].to_owned()),
            ')' => depth -= 1,
            letter if letter.is_whitespace() => return Some(rest[..at].to_owned()),
            _ => {}
        }
    }
    None
}

/// The values of the HTML attribute `name` in a line.
fn attributes<'l>(line: &'l str, name: &str) -> impl Iterator<Item = &'l str> {
    let start = format!(" {name}=\"");
    let starts: Vec<usize> = line.match_indices(&start).map(|(at, _)| at + start.len()).collect();
    starts.into_iter().filter_map(|at| line[at..].split_once('"').map(|(value, _)| value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<(String, usize)> {
        read(text).links
    }

    fn expect(text: &str, expected: &[(&str, usize)]) {
        let expected: Vec<_> = expected.iter().map(|(target, line)| ((*target).to_owned(), *line)).collect();
        assert_eq!(links(text), expected, "{text}");
    }

    #[test]
    fn every_form_of_link_is_found_with_its_line() {
        expect("see [a](b.md) and\n[c](d.md#e \"title\")", &[("b.md", 1), ("d.md#e", 2)]);
        expect("![a](b.png)", &[("b.png", 1)]);
        expect("[![a](b.png)](c.md)", &[("b.png", 1), ("c.md", 1)]);
        expect("[over\ntwo lines](b.md)", &[("b.md", 2)]);
        expect("[a](b_(c).md)", &[("b_(c).md", 1)]);
        expect("[a](<b c.md>)", &[("b c.md", 1)]);
        expect("[a][r]\n\n[r]: b.md 'title'\n[^1]: a note", &[("b.md", 3)]);
        expect("<a href=\"b.md\"><img alt=\"\" src=\"c.png\"></a>", &[("b.md", 1), ("c.png", 1)]);
    }

    #[test]
    fn code_and_comments_have_no_links() {
        expect("`[a](b.md)` and ``[`](c.md)``", &[]);
        expect("```text\n[a](b.md)\n```\n[c](d.md)", &[("d.md", 4)]);
        expect("~~~~\n~~~\n[a](b.md)\n~~~~\n[c](d.md)", &[("d.md", 5)]);
        expect("<!-- [a](b.md)\n -->\n[c](d.md)", &[("d.md", 3)]);
        expect("a lone ` and [a](b.md)", &[("b.md", 1)]);
    }

    #[test]
    fn headings_and_marked_places_are_anchors() {
        let text = "# One `code_x` *thing*\n\n## [Linked](a.md) ![i](b.png)\nTitle\n=====\n  ### Closed ###\n#no heading\n    # code\n\
                    ```sh\n# comment\n```\n<a id=\"here\"></a>\n| a |\n|---|\n";
        let anchors: Vec<String> = read(text).anchors.into_iter().collect();
        assert_eq!(anchors, ["closed", "here", "linked-", "one-code_x-thing", "title"]);
    }

    #[test]
    fn a_code_span_in_a_heading_keeps_its_words() {
        let anchors: Vec<String> = read("## `Method::attribute(&case)`, the call").anchors.into_iter().collect();
        assert_eq!(anchors, ["methodattributecase-the-call"]);
    }
}
