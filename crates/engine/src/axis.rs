//! Axes of charts: from the numbers of the curves to round numbers to write beside them.

use crate::panel::{Axis, Chart};

/// What is this much smaller than the largest number is rounding, on a logarithmic axis.
const ROUNDING: f64 = 1e-8;

impl Chart {
    /// The same chart with its axes. The curves reach from edge to edge, so the horizontal axis ends where they do; the
    /// vertical one ends at round numbers and holds zero, unless it is logarithmic and has none.
    pub(crate) fn with_axes(mut self) -> Self {
        let x: Vec<f64> = self.curves.iter().flat_map(|curve| &curve.x).map(|value| f64::from(*value)).collect();
        let y = self.curves.iter().flat_map(|curve| curve.y.iter().chain(&curve.top));
        self.y = axis(&y.map(|value| f64::from(*value)).collect::<Vec<_>>(), self.log, true);
        self.x = axis(&x, self.log, false);
        let ends = x.iter().filter(|value| value.is_finite()).fold(None, |ends: Option<(f64, f64)>, &value| {
            Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
        });
        if let Some((low, high)) = ends.filter(|(low, high)| low < high) {
            (self.x.low, self.x.high) = (low as f32, high as f32);
            self.x.ticks.retain(|(value, _)| (low as f32..=high as f32).contains(value));
        }
        self
    }
}

/// An axis over all finite values. A logarithmic one has whole decades and begins with the smallest positive value, or
/// eight decades below the largest; what is smaller lies on its floor.
fn axis(values: &[f64], log: bool, zero: bool) -> Axis {
    let on = |value: &&f64| value.is_finite() && (!log || **value > 0.0);
    let low = values.iter().filter(on).copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().filter(on).copied().fold(f64::NEG_INFINITY, f64::max);
    let ((low, high), ticks) = match (low > high, log) {
        (true, true) => decades(1.0, 10.0),
        (true, false) => round(0.0, 1.0),
        (false, true) => decades(low.max(high * ROUNDING), high),
        (false, false) if zero => round(low.min(0.0), high.max(0.0)),
        (false, false) => round(low, high),
    };
    let ticks = ticks.into_iter().map(|value| (value as f32, tick(value))).collect();
    Axis { low: low as f32, high: high as f32, ticks }
}

/// Whole decades around positive numbers, and at most six of them as ticks.
fn decades(low: f64, high: f64) -> ((f64, f64), Vec<f64>) {
    let (from, to) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let to = to.max(from + 1);
    let every = (to - from + 4) / 5;
    ((10f64.powi(from), 10f64.powi(to)), (from..=to).step_by(every as usize).map(|k| 10f64.powi(k)).collect())
}

/// Round numbers around others, about four steps of 1, 2 or 5.
fn round(low: f64, high: f64) -> ((f64, f64), Vec<f64>) {
    let high = if high > low { high } else { low + 1.0 };
    let rough = (high - low) / 4.0;
    let decade = 10f64.powi(rough.log10().floor() as i32);
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| rough / decade <= step + 0.001).unwrap_or(10.0) * decade;
    let (from, to) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
    let ticks = (0..=(to - from).round() as usize).map(|k| (from + k as f64) * step).collect();
    ((from * step, to * step), ticks)
}

/// A tick as it is written: six digits at most, a power of ten where zeros would hide its size, and a real minus.
fn tick(value: f64) -> String {
    let text = match value.abs() {
        0.0 => "0".to_owned(),
        size if !(1e-3..1e5).contains(&size) => format!("{:.0e}", value as f32),
        _ => {
            // What a sum of steps leaves behind the sixth digit is rounding.
            let text = format!("{value:.6}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    };
    text.replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::Curve;

    fn ticks(values: &[f64], log: bool, zero: bool) -> Vec<String> {
        axis(values, log, zero).ticks.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn a_linear_axis_begins_and_ends_at_round_numbers() {
        assert_eq!(ticks(&[0.12, 0.93], false, false), ["0", "0.5", "1"]);
        assert_eq!(ticks(&[1.2, 1.6], false, false), ["1.2", "1.3", "1.4", "1.5", "1.6"]);
        assert_eq!(ticks(&[0.0, 20.0], false, false), ["0", "5", "10", "15", "20"]);
        assert_eq!(ticks(&[-3.0, -1.0], false, true), ["−3", "−2", "−1", "0"]);
    }

    #[test]
    fn a_logarithmic_axis_has_decades_and_none_below_rounding() {
        assert_eq!(ticks(&[1.0, 300.0], true, false), ["1", "10", "100", "1000"]);
        assert_eq!(ticks(&[0.0, 1e-30, 0.5], true, false), ["1e−9", "1e−7", "1e−5", "0.001", "0.1"]);
    }

    #[test]
    fn nothing_and_one_value_make_an_axis_too() {
        for values in [&[][..], &[f64::NAN, f64::INFINITY], &[2.0], &[0.0], &[-1.0]] {
            for log in [false, true] {
                let axis = axis(values, log, false);
                assert!(axis.high > axis.low && axis.ticks.len() > 1, "{values:?}: {axis:?}");
            }
        }
    }

    #[test]
    fn the_curves_reach_from_edge_to_edge() {
        let curve = Curve { x: vec![1.0, 300.0], y: vec![0.2, 0.9], ..Curve::default() };
        let chart = Chart { log: true, curves: vec![curve], ..Chart::default() }.with_axes();
        assert_eq!((chart.x.low, chart.x.high, chart.x.ticks.len()), (1.0, 300.0, 3));
        assert_eq!((chart.y.low, chart.y.high), (0.1, 1.0));
    }

    #[test]
    fn ticks_are_short() {
        assert_eq!(
            [0.0, 0.25, -0.5, 1e-7, 250.0, 0.1 + 0.2, 2e5].map(tick),
            ["0", "0.25", "−0.5", "1e−7", "250", "0.3", "2e5"]
        );
    }
}
