//! Between JavaScript's values and Rust's: fields of the list of models, and plain objects for the page.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::error::Failure;

/// What an object of the list of models holds under `key`; `undefined` if it holds nothing.
pub(crate) fn field(value: &JsValue, key: &str) -> JsValue {
    js_sys::Reflect::get(value, &key.into()).unwrap_or_default()
}

pub(crate) fn text(value: &JsValue, key: &str) -> Result<String, Failure> {
    field(value, key).as_string().ok_or_else(|| malformed(key))
}

pub(crate) fn items(value: &JsValue, key: &str) -> Result<Vec<JsValue>, Failure> {
    let list = field(value, key).dyn_into::<js_sys::Array>().map_err(|_| malformed(key))?;
    Ok(list.iter().collect())
}

pub(crate) fn malformed(key: &str) -> Failure {
    Failure::new("manifest", format!("the list of models is damaged: it has no {key:?} where one belongs"))
}

/// Plain objects, which the browser's own parser makes of JSON: quicker than one call per property, and the serialiser is
/// the one that documents are written with.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    js_sys::JSON::parse(&wordlight_engine::to_json(value))
}
