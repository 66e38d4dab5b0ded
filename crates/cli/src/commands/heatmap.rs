//! A reply as a heat map for a terminal: each word on its colour, its score below it.
//!
//! Red words support the explained class and blue ones speak against it, as in the paper; the signs below say the same
//! without colour. Words are printed as they are typed, but never their control characters: a text cannot steer the
//! terminal.

use std::io::{self, IsTerminal, Write};

use anstyle::{Ansi256Color, Color, RgbColor, Style};
use unicode_width::UnicodeWidthStr;
use wordlight_engine::{Reply, Row, SentenceReply, Verdict};
use wordlight_nn::text::printable;

/// The narrowest and the widest lines that are drawn.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=160;

/// What a line may look like.
#[derive(Clone, Copy)]
struct Canvas {
    width: usize,
    true_colour: bool,
}

pub(super) fn print(reply: &Reply) -> io::Result<()> {
    let width = match io::stdout().is_terminal() {
        true => terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)),
        false => 100,
    };
    let true_colour = std::env::var("COLORTERM").is_ok_and(|value| value == "truecolor" || value == "24bit");
    let canvas = Canvas { width: width.clamp(*WIDTHS.start(), *WIDTHS.end()), true_colour };
    let mut out = Vec::new();
    draw(&mut out, reply, canvas)?;
    anstream::stdout().write_all(&out)
}

fn draw(out: &mut impl Write, reply: &Reply, canvas: Canvas) -> io::Result<()> {
    let bold = Style::new().bold();
    if let Some(message) = &reply.message {
        writeln!(out, "{}", printable(message))?;
    }
    for verdict in &reply.whole {
        writeln!(
            out,
            "{bold}{}{bold:#}{}  {}",
            printable(&verdict.text),
            mark(verdict),
            dim(&printable(&verdict.checkpoint_name))
        )?;
        for (name, percent) in reply.class_names.iter().zip(&verdict.percent) {
            let share = verdict.probabilities[reply.class_names.iter().position(|n| n == name).unwrap_or(0)];
            let bar = "█".repeat((share * 30.0).round() as usize);
            let name = printable(name);
            writeln!(out, "  {name:<14} {percent:>5}  {bar}")?;
        }
    }
    for (i, sentence) in reply.sentences.iter().enumerate() {
        writeln!(out)?;
        if reply.sentence_count > 1 {
            writeln!(out, "{}", dim(&format!("sentence {} of {}", i + 1, reply.sentence_count)))?;
        }
        for row in &sentence.rows {
            draw_row(out, sentence, row, canvas)?;
        }
    }
    let left = reply.sentence_count.saturating_sub(reply.sentences.len());
    if left > 0 && !reply.empty {
        writeln!(out, "{left} more sentences are not explained")?;
    }
    Ok(())
}

fn mark(verdict: &Verdict) -> &'static str {
    match verdict.correct {
        Some(true) => " ✓",
        Some(false) => " ✗",
        None => "",
    }
}

fn dim(text: &str) -> String {
    let style = Style::new().dimmed();
    format!("{style}{text}{style:#}")
}

fn draw_row(out: &mut impl Write, sentence: &SentenceReply, row: &Row, canvas: Canvas) -> io::Result<()> {
    let bold = Style::new().bold();
    let verdict = sentence.verdicts.iter().find(|verdict| verdict.checkpoint == row.checkpoint);
    let name = verdict.map_or(row.checkpoint.as_str(), |verdict| &verdict.checkpoint_name);
    writeln!(out, "{bold}{}{bold:#}, {}  {}", row.method_name, printable(&row.target_name), dim(&printable(name)))?;
    if let Some(error) = &row.error {
        return writeln!(out, "  {}\n", printable(&error.message));
    }
    let cells: Vec<Cell> = sentence
        .tokens
        .iter()
        .zip(&row.words)
        .map(|(token, word)| {
            let text =
                if token.known { printable(&token.text).into_owned() } else { format!("{}?", printable(&token.text)) };
            Cell::new(text, word.text.clone(), word.intensity)
        })
        .chain(row.padding.iter().filter(|padding| padding.score != 0.0).map(|padding| {
            Cell::new(format!("[{} padding]", row.padding_count), padding.text.clone(), padding.intensity)
        }))
        .collect();
    for line in wrap(&cells, canvas.width - 2) {
        let chips: Vec<String> = line.iter().map(|cell| cell.chip(canvas.true_colour)).collect();
        let scores: Vec<String> = line.iter().map(|cell| centre(&cell.score, cell.width)).collect();
        writeln!(out, "  {}", chips.join(" "))?;
        writeln!(out, "  {}", dim(scores.join(" ").trim_end()))?;
    }
    let (full, none) = (style_of(1.0, canvas.true_colour), style_of(-1.0, canvas.true_colour));
    writeln!(
        out,
        "  {full} + {full:#} {}   {none} - {none:#} {}   {}",
        printable(&row.legend_for),
        printable(&row.legend_against),
        row.scale_text
    )?;
    writeln!(out, "  {}", printable(&row.summary))?;
    writeln!(out, "  {}\n", dim(&printable(&row.ledger.text)))
}

/// A word and its score, one above the other.
struct Cell {
    text: String,
    score: String,
    intensity: f32,
    width: usize,
}

impl Cell {
    fn new(text: String, score: String, intensity: f32) -> Self {
        let width = text.width().max(score.width()) + 2;
        Self { text, score, intensity, width }
    }

    fn chip(&self, true_colour: bool) -> String {
        let style = style_of(self.intensity, true_colour);
        format!("{style}{}{style:#}", centre(&self.text, self.width))
    }
}

/// Cells in lines of at most `width` columns; a cell that is wider has a line of its own.
fn wrap(cells: &[Cell], width: usize) -> Vec<&[Cell]> {
    let mut lines = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (i, cell) in cells.iter().enumerate() {
        if i > start && used + cell.width > width {
            lines.push(&cells[start..i]);
            (start, used) = (i, 0);
        }
        used += cell.width + 1;
    }
    if start < cells.len() {
        lines.push(&cells[start..]);
    }
    lines
}

fn centre(text: &str, width: usize) -> String {
    let free = width.saturating_sub(text.width());
    format!("{}{text}{}", " ".repeat(free / 2), " ".repeat(free - free / 2))
}

/// White at 0, red at 1, blue at -1: the page's default colours, on which black text reads well at every strength.
fn style_of(intensity: f32, true_colour: bool) -> Style {
    let strength = intensity.abs().min(1.0);
    let (r, g, b): (f32, f32, f32) = if intensity >= 0.0 { (214.0, 96.0, 77.0) } else { (67.0, 147.0, 195.0) };
    let mix = |full: f32| (255.0 + (full - 255.0) * strength).round() as u8;
    let background = RgbColor(mix(r), mix(g), mix(b));
    let background = if true_colour { Color::Rgb(background) } else { Color::Ansi256(nearest(background)) };
    // Black on either full colour has a contrast above 5.6; on the way to white it only grows.
    Style::new().fg_color(Some(Color::Ansi256(Ansi256Color(16)))).bg_color(Some(background))
}

/// The nearest colour of the 6 x 6 x 6 cube of 256-colour terminals.
fn nearest(RgbColor(r, g, b): RgbColor) -> Ansi256Color {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |v: u8| (0..6u8).min_by_key(|&i| LEVELS[usize::from(i)].abs_diff(v)).unwrap_or(0);
    Ansi256Color(16 + 36 * level(r) + 6 * level(g) + level(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_never_wider_than_asked_unless_a_word_is() {
        let cell = |n: usize| Cell::new("x".repeat(n), "+1".to_owned(), 0.0);
        let cells = [cell(5), cell(5), cell(60), cell(1)];
        let lines: Vec<usize> = wrap(&cells, 20).iter().map(|line| line.len()).collect();
        assert_eq!(lines, [2, 1, 1]);
        assert_eq!(cell(1).width, 4, "as wide as its score");
        assert_eq!(Cell::new("映画".to_owned(), "0".to_owned(), 0.0).width, 6, "two columns per character");
    }

    #[test]
    fn full_and_no_colour() {
        assert_eq!(nearest(RgbColor(255, 255, 255)), Ansi256Color(231));
        assert_eq!(style_of(0.0, true).get_bg_color(), Some(Color::Rgb(RgbColor(255, 255, 255))));
        assert_eq!(style_of(1.0, true).get_bg_color(), Some(Color::Rgb(RgbColor(214, 96, 77))));
        assert_eq!(style_of(-2.0, true).get_bg_color(), Some(Color::Rgb(RgbColor(67, 147, 195))));
    }
}
