//! The paper's figures 4 to 6: words in rounded boxes, matplotlib's `bwr`, 20 words a line.
//!
//! A box has the colour of `0.5 s / max|s| + 0.5` with the maximum over all positions, padding included, as in the paper;
//! red speaks for the predicted class, blue against it. The text is black on all of them.

use anyhow::Result;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::figures::{FONT, Figure, refused};

/// A word and its score of the largest, -1 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Chip {
    /// The word.
    pub word: String,
    /// Its score of the largest.
    pub share: f64,
}

/// A figure: rows of words under their titles.
#[derive(Clone, Debug, PartialEq)]
pub struct Reviews {
    /// Above it.
    pub title: String,
    /// Title and words of each row.
    pub rows: Vec<(String, Vec<Chip>)>,
}

/// Words of a line.
const LINE: usize = 20;
const WIDTH: u32 = 1500;
/// Heights of a title, of a line of words, and of what is left below a row.
const HEIGHTS: (i32, i32, i32) = (26, 36, 8);

/// Matplotlib's `bwr` at `0.5 share + 0.5`: blue, white, red.
pub fn bwr(share: f64) -> RGBColor {
    let share = share.clamp(-1.0, 1.0);
    let faded = (255.0 * (1.0 - share.abs())).round() as u8;
    if share < 0.0 { RGBColor(faded, faded, 255) } else { RGBColor(255, faded, faded) }
}

/// The corners of a rounded box, a quarter circle in six steps at each.
fn rounded((left, top): (i32, i32), (width, height): (i32, i32), radius: f64) -> Vec<(i32, i32)> {
    let (left, top) = (f64::from(left), f64::from(top));
    let (right, bottom) = (left + f64::from(width), top + f64::from(height));
    let centres = [
        (right - radius, top + radius, -90.0),
        (right - radius, bottom - radius, 0.0),
        (left + radius, bottom - radius, 90.0),
        (left + radius, top + radius, 180.0),
    ];
    let corner = |(x, y, from): (f64, f64, f64)| {
        (0..=6).map(move |i| {
            let angle = (from + 15.0 * f64::from(i)).to_radians();
            ((x + radius * angle.cos()).round() as i32, (y + radius * angle.sin()).round() as i32)
        })
    };
    centres.into_iter().flat_map(corner).collect()
}

impl Figure for Reviews {
    fn size(&self) -> (u32, u32) {
        let (title, line, below) = HEIGHTS;
        let rows: i32 =
            self.rows.iter().map(|(_, chips)| title + below + line * chips.len().div_ceil(LINE) as i32).sum();
        (WIDTH, (60 + rows).unsigned_abs())
    }

    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Result<()> {
        let (title, line, below) = HEIGHTS;
        let style = |size: i32, h: HPos, v: VPos| (FONT, size).into_font().color(&BLACK).pos(Pos::new(h, v));
        area.draw_text(&self.title, &style(20, HPos::Left, VPos::Top), (14, 14)).map_err(refused)?;
        let mut y = 50;
        for (name, chips) in &self.rows {
            area.draw_text(name, &style(15, HPos::Left, VPos::Top), (14, y)).map_err(refused)?;
            y += title;
            for chips in chips.chunks(LINE) {
                let mut x = 14;
                for chip in chips {
                    let words = style(15, HPos::Center, VPos::Center);
                    let width = area.estimate_text_size(&chip.word, &words).map_err(refused)?.0 as i32 + 14;
                    let corners = rounded((x, y), (width, line - 8), 7.0);
                    area.draw(&Polygon::new(corners.clone(), bwr(chip.share).filled())).map_err(refused)?;
                    let outline = corners.iter().chain(&corners[..1]).copied().collect::<Vec<_>>();
                    area.draw(&PathElement::new(outline, BLACK.stroke_width(1))).map_err(refused)?;
                    area.draw_text(&chip.word, &words, (x + width / 2, y + (line - 8) / 2)).map_err(refused)?;
                    x += width + 7;
                }
                y += line;
            }
            y += below;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_are_those_of_matplotlib() {
        assert_eq!([-1.0, 0.0, 1.0].map(bwr), [RGBColor(0, 0, 255), RGBColor(255, 255, 255), RGBColor(255, 0, 0)]);
        assert_eq!(bwr(0.2), RGBColor(255, 204, 204));
        assert_eq!(bwr(-7.0), RGBColor(0, 0, 255));
    }

    #[test]
    fn a_rounded_box_stays_within_its_box() {
        let corners = rounded((10, 20), (30, 16), 7.0);
        assert!(corners.iter().all(|(x, y)| (10..=40).contains(x) && (20..=36).contains(y)));
        assert!(corners.contains(&(40, 27)) && corners.contains(&(33, 20)) && corners.contains(&(10, 29)));
    }

    #[test]
    fn twenty_one_words_take_two_lines() {
        let chips = |n| vec![Chip { word: "a".to_owned(), share: 0.5 }; n];
        let height = |n| Reviews { title: String::new(), rows: vec![(String::new(), chips(n))] }.size().1;
        assert_eq!(height(21) - height(20), 36);
    }
}
