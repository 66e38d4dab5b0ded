//! Errors as JavaScript sees them: an `Error` with a `code`.

use wasm_bindgen::JsValue;

/// What is thrown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// For programs: `network`, `http`, `size`, `hash`, `unknown`, ...
    pub(crate) code: &'static str,
    /// For people.
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// An exception of the browser.
    pub(crate) fn thrown(code: &'static str, what: &str, value: &JsValue) -> Self {
        let said = js_sys::Reflect::get(value, &"message".into()).ok().and_then(|m| m.as_string());
        Self::new(code, format!("{what}: {}", said.unwrap_or_else(|| format!("{value:?}"))))
    }
}

impl From<wordlight_explain::Error> for Failure {
    fn from(error: wordlight_explain::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<serde_wasm_bindgen::Error> for Failure {
    fn from(error: serde_wasm_bindgen::Error) -> Self {
        Self::new("request", format!("this is not a request: {error}"))
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let error = js_sys::Error::new(&failure.message);
        // Setting a property of a fresh, extensible object cannot fail.
        let _ = js_sys::Reflect::set(&error, &"code".into(), &failure.code.into());
        error.into()
    }
}
