//! What the values of options mean.

use anyhow::{Result, bail};
use wordlight_explain::spec::ParamValue;

/// `name=value`; what reads as a number is one.
pub(super) fn parse_param(text: &str) -> Result<(String, ParamValue), String> {
    let Some((name, value)) = text.split_once('=') else {
        return Err("expected NAME=VALUE, for example steps=50".to_owned());
    };
    let value = match value.parse::<f64>() {
        Ok(number) if number.is_finite() => ParamValue::Number(number),
        _ => ParamValue::Text(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

/// A class by its name (`very negative`, `very-negative`) or its number.
pub(super) fn parse_class(text: &str, labels: &[String]) -> Result<usize> {
    let plain = |name: &str| name.trim().replace(['-', '_'], " ").to_lowercase();
    let wanted = plain(text);
    let exact = labels.iter().position(|label| label == text);
    let place = exact.or_else(|| labels.iter().position(|label| plain(label) == wanted));
    let number = wanted.parse().ok().filter(|&class: &usize| class < labels.len());
    match place.or(number) {
        Some(class) => Ok(class),
        None => bail!(
            "there is no class {text:?}; expected one of {}, or 0 to {}",
            labels.join(", "),
            labels.len().saturating_sub(1)
        ),
    }
}

#[cfg(test)]
mod tests {
    use wordlight_nn::text::trees::CLASSES;

    use super::*;

    #[test]
    fn a_class_has_a_name_and_a_number() {
        let labels = CLASSES.map(str::to_owned);
        for text in ["very negative", "very-negative", "Very_Negative", "0"] {
            assert_eq!(parse_class(text, &labels).unwrap(), 0);
        }
        assert!(parse_class("5", &labels).unwrap_err().to_string().contains("or 0 to 4"));
        assert!(parse_class("", &labels).is_err());
        let own = ["A-b", "a b", "Late"].map(str::to_owned);
        assert_eq!(["a b", "A-b", "late"].map(|text| parse_class(text, &own).unwrap()), [1, 0, 2]);
    }

    #[test]
    fn a_parameter_is_a_number_where_it_reads_as_one() {
        assert_eq!(parse_param("steps=50").unwrap(), ("steps".to_owned(), ParamValue::Number(50.0)));
        let text = ParamValue::Text("exact".to_owned());
        assert_eq!(parse_param("quadrature=exact").unwrap(), ("quadrature".to_owned(), text));
        assert_eq!(parse_param("a=nan").unwrap().1, ParamValue::Text("nan".to_owned()));
        assert!(parse_param("steps").is_err());
    }
}
