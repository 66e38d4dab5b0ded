//! The figures: the paper's, redrawn from our networks, and those of the evidence. Each as SVG and as PNG.
//!
//! The font is in the program ([DejaVu Sans](https://dejavu-fonts.github.io), reduced to the signs that are used), so a
//! figure is the same on a machine without fonts. A browser draws the SVG's text with a font of its own; the layout is that
//! of the PNG.

mod charts;
mod grid;
mod reviews;

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

pub use charts::{Bars, Lines, Point, Series};
pub use grid::{Grid, goodness};
pub use reviews::{Chip, Reviews, bwr};

use wordlight_train::files::write_whole;

/// The one font.
const FONT: &str = "sans-serif";

/// Something that can be drawn.
pub trait Figure {
    /// Width and height in dots.
    fn size(&self) -> (u32, u32);

    /// Draws on a white ground.
    ///
    /// # Errors
    /// What the back end says.
    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Result<()>;
}

/// What a back end says, in words.
fn refused(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("cannot draw: {error}")
}

/// Draws `figure` as `{stem}.svg` and `{stem}.png` in `folder`; returns the files' names.
///
/// # Errors
/// If a file cannot be written.
pub fn write(folder: &Path, stem: &str, figure: &impl Figure) -> Result<[String; 2]> {
    register_font(FONT, FontStyle::Normal, include_bytes!("dejavu-sans-subset.ttf"))
        .map_err(|_| anyhow!("the built-in font does not read"))?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let (width, height) = figure.size();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        area.fill(&WHITE).map_err(refused)?;
        figure.draw(&area)?;
        area.present().map_err(refused)?;
    }
    let names = [format!("{stem}.svg"), format!("{stem}.png")];
    write_whole(&folder.join(&names[0]), svg.as_bytes())?;
    let temporary = tempfile::Builder::new().suffix(".png").tempfile_in(folder)?;
    {
        let area = BitMapBackend::new(temporary.path(), (width, height)).into_drawing_area();
        area.fill(&WHITE).map_err(refused)?;
        figure.draw(&area)?;
        area.present().map_err(refused)?;
    }
    write_whole(&folder.join(&names[1]), &wordlight_train::files::read(temporary.path())?)?;
    Ok(names)
}

/// Colours that the colour-blind tell apart (Okabe & Ito 2008).
const COLOURS: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
    RGBColor(140, 140, 140),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_written_and_say_what_they_show() {
        let dir = tempfile::tempdir().unwrap();
        let series =
            Series { name: "a method".to_owned(), points: vec![(0.0, 1.0, None), (1.0, 0.5, Some((0.4, 0.6)))] };
        let lines = Lines {
            title: "Two points".to_owned(),
            x: "share".to_owned(),
            y: "value".to_owned(),
            logarithmic: false,
            bands: true,
            series: vec![series],
        };
        let [svg, png] = write(dir.path(), "two", &lines).unwrap();
        let svg = std::fs::read_to_string(dir.path().join(svg)).unwrap();
        assert!(svg.contains("Two points") && svg.contains("a method"));
        let png = std::fs::read(dir.path().join(png)).unwrap();
        assert!(png.starts_with(b"\x89PNG") && png.len() > 2000);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
