//! What is said where scores are held to what people said.

/// Said of a class that people's values, from negative to positive, cannot be compared with.
pub(crate) fn no_side(class: &str) -> String {
    format!("{class} lies in the middle and has no side; choose another class to compare with people.")
}

/// What to know of scores for a class on the negative side; nothing for the others.
pub(crate) fn turned(sign: f64, class: &str) -> String {
    match sign < 0.0 {
        true => format!("; the signs are turned, because {class} lies on the negative side"),
        false => String::new(),
    }
}

/// Whether a turned score is on people's side, where both have one.
pub(crate) fn same_side(turned: f64, value: f64) -> Option<bool> {
    (turned != 0.0 && value != 0.0).then_some((turned > 0.0) == (value > 0.0))
}
