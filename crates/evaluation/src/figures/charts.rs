//! Lines with intervals, and bars with them.

use anyhow::Result;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::prelude::*;

use crate::figures::{COLOURS, FONT, Figure, refused};

/// x, y, and the interval of y.
pub type Point = (f64, f64, Option<(f64, f64)>);

/// A named line: x, y, and the interval of y.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// For the legend.
    pub name: String,
    /// In order of x.
    pub points: Vec<Point>,
}

/// A chart of lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// Above it.
    pub title: String,
    /// Below.
    pub x: String,
    /// At the side.
    pub y: String,
    /// Both axes.
    pub logarithmic: bool,
    /// Whether intervals are bands behind the lines; they are bars otherwise.
    pub bands: bool,
    /// The lines.
    pub series: Vec<Series>,
}

/// The smallest range that holds all numbers, with a little room.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let room = if high > low { 0.05 * (high - low) } else { 0.5 };
    (low - room, high + room)
}

impl Lines {
    fn ys(&self) -> impl Iterator<Item = f64> {
        self.series.iter().flat_map(|s| &s.points).flat_map(|(_, y, interval)| {
            let (low, high) = interval.unwrap_or((*y, *y));
            [*y, low, high]
        })
    }

    fn xs(&self) -> impl Iterator<Item = f64> {
        self.series.iter().flat_map(|s| &s.points).map(|(x, _, _)| *x)
    }

    fn lines<'a, DB: DrawingBackend + 'a, X, Y>(
        &self,
        chart: &mut ChartContext<'a, DB, Cartesian2d<X, Y>>,
    ) -> Result<()>
    where
        X: Ranged<ValueType = f64> + ValueFormatter<f64>,
        Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        chart
            .configure_mesh()
            .x_desc(&self.x)
            .y_desc(&self.y)
            .label_style((FONT, 14))
            .axis_desc_style((FONT, 15))
            .light_line_style(WHITE)
            .draw()
            .map_err(refused)?;
        for (i, series) in self.series.iter().enumerate() {
            let colour = COLOURS[i % COLOURS.len()];
            // Beyond the colours there are the widths.
            let width = if i < COLOURS.len() { 2 } else { 4 };
            let points = || series.points.iter().map(|(x, y, _)| (*x, *y));
            chart
                .draw_series(LineSeries::new(points(), colour.stroke_width(width)))
                .map_err(refused)?
                .label(&series.name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(width)));
            let marks = points().filter(|_| series.points.len() < 15).map(|at| Circle::new(at, 3, colour.filled()));
            chart.draw_series(marks).map_err(refused)?;
            let intervals = || series.points.iter().filter_map(|(x, y, interval)| interval.map(|of| (*x, *y, of)));
            if self.bands {
                let there = intervals().map(|(x, _, (low, _))| (x, low));
                let back = intervals().rev().map(|(x, _, (_, high))| (x, high));
                chart
                    .draw_series([Polygon::new(there.chain(back).collect::<Vec<_>>(), colour.mix(0.13).filled())])
                    .map_err(refused)?;
            } else {
                let bars = intervals()
                    .map(|(x, y, (low, high))| ErrorBar::new_vertical(x, low, y, high, colour.stroke_width(1), 7));
                chart.draw_series(bars).map_err(refused)?;
            }
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.85))
            .border_style(RGBColor(190, 190, 190))
            .label_font((FONT, 14))
            .draw()
            .map_err(refused)?;
        Ok(())
    }
}

impl Figure for Lines {
    fn size(&self) -> (u32, u32) {
        (900, if self.bands { 760 } else { 560 })
    }

    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Result<()> {
        let mut builder = ChartBuilder::on(area);
        builder.margin(14).caption(&self.title, (FONT, 19)).x_label_area_size(46).y_label_area_size(66);
        if self.logarithmic {
            let positive = |values: &mut dyn Iterator<Item = f64>| {
                let (low, high) =
                    values.filter(|v| *v > 0.0).fold((f64::INFINITY, 0.0f64), |(l, h), v| (l.min(v), h.max(v)));
                low / 1.4..high * 1.4
            };
            let (x, y) = (positive(&mut self.xs()), positive(&mut self.ys()));
            self.lines(&mut builder.build_cartesian_2d(x.log_scale(), y.log_scale()).map_err(refused)?)
        } else {
            let ((left, right), (low, high)) = (range(self.xs()), range(self.ys()));
            // Bands fill the chart, so the names get room of their own above them.
            let high = if self.bands { high + 0.45 * (high - low) } else { high };
            self.lines(&mut builder.build_cartesian_2d(left..right, low..high).map_err(refused)?)
        }
    }
}

/// Groups of bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// Above it.
    pub title: String,
    /// At the side.
    pub y: String,
    /// Names under the groups.
    pub groups: Vec<String>,
    /// Per series, one bar per group.
    pub series: Vec<Series>,
    /// A line across at this height: what chance gets.
    pub chance: Option<f64>,
}

impl Figure for Bars {
    fn size(&self) -> (u32, u32) {
        (900, 560)
    }

    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Result<()> {
        let values =
            self.series.iter().flat_map(|s| &s.points).flat_map(|(_, y, i)| [*y, i.map_or(*y, |(_, high)| high)]);
        let high = range(values.chain([0.0])).1;
        let groups = self.groups.len() as f64;
        let mut chart = ChartBuilder::on(area)
            .margin(14)
            .caption(&self.title, (FONT, 19))
            .x_label_area_size(36)
            .y_label_area_size(66)
            .build_cartesian_2d(0.0..groups, 0.0..high * 1.2)
            .map_err(refused)?;
        let name = |x: &f64| {
            let middle = (x.fract() - 0.5).abs() < 1e-6;
            if middle { self.groups.get(x.floor() as usize).cloned().unwrap_or_default() } else { String::new() }
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .y_desc(&self.y)
            .x_labels(2 * self.groups.len() + 1)
            .x_label_formatter(&name)
            .label_style((FONT, 14))
            .axis_desc_style((FONT, 15))
            .light_line_style(WHITE)
            .draw()
            .map_err(refused)?;
        let width = 0.8 / self.series.len() as f64;
        for (i, series) in self.series.iter().enumerate() {
            let colour = COLOURS[i % COLOURS.len()];
            let left = |group: f64| group + 0.1 + i as f64 * width;
            let bars = series.points.iter().map(|(group, y, _)| {
                Rectangle::new([(left(*group), 0.0), (left(*group) + 0.92 * width, *y)], colour.mix(0.85).filled())
            });
            chart
                .draw_series(bars)
                .map_err(refused)?
                .label(&series.name)
                .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 14, y + 5)], colour.filled()));
            let errors = series.points.iter().filter_map(|(group, y, interval)| {
                let at = left(*group) + 0.46 * width;
                interval.map(|(low, high)| ErrorBar::new_vertical(at, low, *y, high, BLACK.stroke_width(1), 6))
            });
            chart.draw_series(errors).map_err(refused)?;
        }
        if let Some(chance) = self.chance {
            chart
                .draw_series([PathElement::new([(0.0, chance), (groups, chance)], BLACK.stroke_width(1))])
                .map_err(refused)?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.85))
            .border_style(RGBColor(190, 190, 190))
            .label_font((FONT, 14))
            .draw()
            .map_err(refused)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_room_at_both_ends() {
        assert_eq!(range([0.0, 10.0].into_iter()), (-0.5, 10.5));
        assert_eq!(range([3.0].into_iter()), (2.5, 3.5));
    }
}
