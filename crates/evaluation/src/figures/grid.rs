//! A grid of numbers, each column with a scale of its own: methods by measures.

use anyhow::Result;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use wordlight_engine::decimals;

use crate::figures::{FONT, Figure, refused};

/// The grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Above it.
    pub title: String,
    /// Names of the columns, drawn upright.
    pub columns: Vec<String>,
    /// Name and values of each row; nothing where there is no value.
    pub rows: Vec<(String, Vec<Option<f64>>)>,
    /// How good a value is, 0 to 1, by column and value.
    pub goodness: Vec<Vec<Option<f64>>>,
}

const CELL: (i32, i32) = (62, 26);
const LEFT: i32 = 190;
const TOP: i32 = 300;

/// How good each value of a column is: 0 for the worst, 1 for the best, by rank. By size, one method that diverges would make all
/// others the best.
pub fn goodness(values: &[Option<f64>], high_is_good: bool) -> Vec<Option<f64>> {
    let there = || values.iter().flatten();
    let others = there().count().saturating_sub(1).max(1) as f64;
    // Those that are equal share their places.
    let place = |v: f64| {
        let (less, more) = (there().filter(|o| **o < v).count() as f64, there().filter(|o| **o > v).count() as f64);
        0.5 + (less - more) / (2.0 * others)
    };
    values.iter().map(|v| v.map(|v| if high_is_good { place(v) } else { 1.0 - place(v) })).collect()
}

/// A number that fits into a cell.
fn short(value: f64) -> String {
    match value.abs() {
        size if size < 10.0 => decimals(value, 2),
        size if size < 1e5 => format!("{value:.0}"),
        _ => format!("{value:.0e}"),
    }
}

impl Figure for Grid {
    fn size(&self) -> (u32, u32) {
        let (columns, rows) = (self.columns.len() as i32, self.rows.len() as i32);
        ((LEFT + columns * CELL.0 + 30).unsigned_abs(), (TOP + rows * CELL.1 + 30).unsigned_abs())
    }

    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Result<()> {
        let text = |size: i32, h: HPos, v: VPos| (FONT, size).into_font().color(&BLACK).pos(Pos::new(h, v));
        let put =
            |words: &str, at: (i32, i32), style: &TextStyle<'_>| area.draw_text(words, style, at).map_err(refused);
        put(&self.title, (14, 14), &text(19, HPos::Left, VPos::Top))?;
        for (c, name) in self.columns.iter().enumerate() {
            let style = (FONT, 14).into_font().transform(FontTransform::Rotate270).color(&BLACK);
            let style = style.pos(Pos::new(HPos::Left, VPos::Center));
            put(name, (LEFT + c as i32 * CELL.0 + CELL.0 / 2, TOP - 8), &style)?;
        }
        for (r, (name, values)) in self.rows.iter().enumerate() {
            let y = TOP + r as i32 * CELL.1;
            put(name, (LEFT - 8, y + CELL.1 / 2), &text(14, HPos::Right, VPos::Center))?;
            for (c, value) in values.iter().enumerate() {
                let x = LEFT + c as i32 * CELL.0;
                let corners = [(x, y), (x + CELL.0 - 2, y + CELL.1 - 2)];
                let Some(value) = value else {
                    area.draw(&Rectangle::new(corners, RGBColor(240, 240, 240).filled())).map_err(refused)?;
                    continue;
                };
                let good = self.goodness[r][c].unwrap_or(0.5);
                // From white to blue; the text is black on both.
                let shade = |full: f64| (255.0 - good * (255.0 - full)).round() as u8;
                let colour = RGBColor(shade(120.0), shade(175.0), shade(235.0));
                area.draw(&Rectangle::new(corners, colour.filled())).map_err(refused)?;
                put(&short(*value), (x + CELL.0 / 2, y + CELL.1 / 2 - 1), &text(13, HPos::Center, VPos::Center))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_one_whichever_way_is_good() {
        let values = [Some(1.0), None, Some(3.0), Some(2.0)];
        assert_eq!(goodness(&values, true), [Some(0.0), None, Some(1.0), Some(0.5)]);
        assert_eq!(goodness(&values, false), [Some(1.0), None, Some(0.0), Some(0.5)]);
        assert_eq!(goodness(&[Some(1.0)], true), [Some(0.5)]);
        assert_eq!(goodness(&[Some(2.0), Some(2.0), Some(1e14)], false), [Some(0.75), Some(0.75), Some(0.0)]);
    }

    #[test]
    fn a_number_fits_into_its_cell() {
        assert_eq!([-0.456, -0.004, 77_569.4, 1.2e14].map(short), ["-0.46", "0.00", "77569", "1e14"]);
    }
}
