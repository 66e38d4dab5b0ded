//! Methods describe themselves: their parameters are data, checked in one place and drawn by the page.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize};

use crate::cite::Citation;
use crate::{Error, Result};

/// An option of a parameter, a target or a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The id of the option, for programs and links.
    pub id: &'static str,
    /// The name of the option, for readers.
    pub name: &'static str,
    /// What the option means, in one sentence.
    pub meaning: &'static str,
}

/// The values that a parameter may have, and its default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// A real number.
    Number {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
        /// The value if none is given.
        default: f64,
        /// Whether a slider should move on a logarithmic scale.
        log: bool,
    },
    /// A whole number.
    Integer {
        /// The smallest value.
        min: u32,
        /// The largest value.
        max: u32,
        /// The value if none is given.
        default: u32,
    },
    /// One of several names.
    OneOf {
        /// The names that may be given.
        options: &'static [Choice],
        /// The id of the option that is taken if none is given.
        default: &'static str,
    },
}

/// The description of a parameter of a method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamSpec {
    /// The id of the parameter, for programs and links.
    pub id: &'static str,
    /// The name of the parameter, for readers.
    pub name: &'static str,
    /// What the parameter means, in one sentence.
    pub meaning: &'static str,
    /// The values that it may have, and its default.
    pub range: Range,
}

/// The description of a method.
#[derive(Clone, Copy, Debug)]
pub struct MethodSpec {
    /// The id of the method, for programs and links: its published name in lower case with hyphens.
    pub id: &'static str,
    /// The name of the method, for readers.
    pub name: &'static str,
    /// What the method says, in one sentence.
    pub summary: &'static str,
    /// Its scores in the letters of its paper, `F` the explained value and `x'` the baseline.
    pub formula: &'static str,
    /// The publication of the method.
    pub cite: Citation,
    /// Whether its scores are in units of the explained value, so that rows of several methods can share a scale. A
    /// gradient is not: it is the explained value *per unit of a word vector*.
    pub in_target_units: bool,
    /// Whether the scores depend on the baseline.
    pub uses_baseline: bool,
    /// The parameters that [`build`](crate::method::build) takes.
    pub params: &'static [ParamSpec],
}

/// A value given for a parameter.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ParamValue {
    /// A number.
    Number(f64),
    /// A name.
    Text(String),
}

/// By hand, because a derived untagged enum first copies whatever it is given.
impl<'de> Deserialize<'de> for ParamValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Given;
        impl Visitor<'_> for Given {
            type Value = ParamValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a finite number or a name")
            }

            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<ParamValue, E> {
                match value.is_finite() {
                    true => Ok(ParamValue::Number(value)),
                    false => Err(E::invalid_value(Unexpected::Float(value), &self)),
                }
            }

            fn visit_i64<E>(self, value: i64) -> Result<ParamValue, E> {
                Ok(ParamValue::Number(value as f64))
            }

            fn visit_u64<E>(self, value: u64) -> Result<ParamValue, E> {
                Ok(ParamValue::Number(value as f64))
            }

            fn visit_str<E>(self, value: &str) -> Result<ParamValue, E> {
                Ok(ParamValue::Text(value.to_owned()))
            }
        }
        deserializer.deserialize_any(Given)
    }
}

/// Parameters that have been checked against a spec, with defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Params(Vec<(&'static str, ParamValue)>);

impl Params {
    /// Checks `given` against `specs`.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a parameter that is not in the list or a name that is no option, [`Error::Parameter`] for a
    /// value outside its range.
    pub fn check(specs: &'static [ParamSpec], given: &BTreeMap<String, ParamValue>) -> Result<Self> {
        if let Some(id) = given.keys().find(|id| specs.iter().all(|spec| spec.id != id.as_str())) {
            return Err(Error::unknown("parameter", id, specs.iter().map(|spec| spec.id)));
        }
        let check = |spec: &ParamSpec| Ok((spec.id, spec.check(given.get(spec.id))?));
        Ok(Self(specs.iter().map(check).collect::<Result<_>>()?))
    }

    /// The defaults of `specs`.
    pub fn defaults(specs: &'static [ParamSpec]) -> Self {
        Self(specs.iter().map(|spec| (spec.id, spec.default())).collect())
    }

    fn value(&self, id: &str) -> Option<&ParamValue> {
        self.0.iter().find(|(known, _)| *known == id).map(|(_, value)| value)
    }

    /// A number. If the method's own spec has no such number, this panics; a test builds every method.
    pub(crate) fn number(&self, id: &str) -> f64 {
        match self.value(id) {
            Some(ParamValue::Number(value)) => *value,
            other => panic!("the spec declares no number {id:?}, but {other:?}"),
        }
    }

    /// A whole number.
    pub(crate) fn integer(&self, id: &str) -> usize {
        self.number(id) as usize
    }

    /// A name.
    pub(crate) fn choice(&self, id: &str) -> &str {
        match self.value(id) {
            Some(ParamValue::Text(value)) => value,
            other => panic!("the spec declares no choice {id:?}, but {other:?}"),
        }
    }
}

impl ParamSpec {
    /// The default value.
    pub fn default(&self) -> ParamValue {
        match self.range {
            Range::Number { default, .. } => ParamValue::Number(default),
            Range::Integer { default, .. } => ParamValue::Number(f64::from(default)),
            Range::OneOf { default, .. } => ParamValue::Text(default.to_owned()),
        }
    }

    /// The range in words: "a number from 0 to 1".
    pub fn range_in_words(&self) -> String {
        match self.range {
            Range::Number { min, max, .. } => format!("a number from {min} to {max}"),
            Range::Integer { min, max, .. } => format!("a whole number from {min} to {max}"),
            Range::OneOf { options, .. } => {
                format!("one of {}", options.iter().map(|o| o.id).collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn check(&self, given: Option<&ParamValue>) -> Result<ParamValue> {
        let Some(given) = given else { return Ok(self.default()) };
        let fits = match (&self.range, given) {
            (Range::Number { min, max, .. }, ParamValue::Number(v)) => (*min..=*max).contains(v),
            (Range::Integer { min, max, .. }, ParamValue::Number(v)) => {
                v.fract() == 0.0 && (f64::from(*min)..=f64::from(*max)).contains(v)
            }
            (Range::OneOf { options, .. }, ParamValue::Text(v)) => options.iter().any(|o| o.id == v),
            _ => false,
        };
        if fits {
            return Ok(given.clone());
        }
        let found = match given {
            ParamValue::Number(v) => v.to_string(),
            ParamValue::Text(v) => format!("{v:?}"),
        };
        Err(Error::Parameter { name: self.id.to_owned(), expected: self.range_in_words(), found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPECS: &[ParamSpec] = &[
        ParamSpec {
            id: "epsilon",
            name: "epsilon",
            meaning: "",
            range: Range::Number { min: 0.0, max: 1.0, default: 0.25, log: false },
        },
        ParamSpec { id: "steps", name: "steps", meaning: "", range: Range::Integer { min: 1, max: 9, default: 5 } },
    ];

    fn check(id: &str, value: ParamValue) -> Result<Params> {
        Params::check(SPECS, &BTreeMap::from([(id.to_owned(), value)]))
    }

    #[test]
    fn what_is_not_said_is_the_default() {
        let params = check("steps", ParamValue::Number(7.0)).unwrap();
        assert_eq!((params.number("epsilon"), params.integer("steps")), (0.25, 7));
    }

    #[test]
    fn errors_name_parameter_range_and_value() {
        let message = |id, value| check(id, value).unwrap_err().to_string();
        assert_eq!(message("epsilon", ParamValue::Number(-1.0)), "epsilon is -1, expected a number from 0 to 1");
        assert_eq!(message("epsilon", ParamValue::Number(f64::NAN)), "epsilon is NaN, expected a number from 0 to 1");
        assert_eq!(message("steps", ParamValue::Number(2.5)), "steps is 2.5, expected a whole number from 1 to 9");
        assert_eq!(
            message("steps", ParamValue::Text("x".to_owned())),
            "steps is \"x\", expected a whole number from 1 to 9"
        );
        assert_eq!(
            message("alpha", ParamValue::Number(2.0)),
            "there is no parameter \"alpha\"; there is epsilon, steps"
        );
    }
}
