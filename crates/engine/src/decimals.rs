//! Numbers with a fixed count of decimals, as tables and sentences show them.

/// A number with `digits` decimals. What rounds to zero is zero and has no sign.
pub fn decimals(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|byte| matches!(byte, b'0' | b'.')) => zero.to_owned(),
        _ => text,
    }
}

/// The same with a sign before every number but zero.
pub fn signed_decimals(value: f64, digits: usize) -> String {
    let text = decimals(value, digits);
    let positive = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) && !text.starts_with('-');
    if positive { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounds_to_zero_has_no_sign() {
        assert_eq!(
            [-0.001, -0.0, 0.004, -0.006, 1.005].map(|v| decimals(v, 2)),
            ["0.00", "0.00", "0.00", "-0.01", "1.00"]
        );
        assert_eq!([-0.4, -0.6, 12.0].map(|v| decimals(v, 0)), ["0", "-1", "12"]);
        assert_eq!(decimals(f64::NAN, 2), "NaN");
        assert_eq!(decimals(f64::NEG_INFINITY, 2), "-inf");
    }

    #[test]
    fn every_number_but_zero_has_its_sign() {
        assert_eq!(
            [-0.001, -0.0, 0.004, -0.006, 0.25].map(|v| signed_decimals(v, 2)),
            ["0.00", "0.00", "0.00", "-0.01", "+0.25"]
        );
    }
}
