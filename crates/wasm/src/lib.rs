//! wordlight in a browser: convert, call, convert back.
//!
//! [`Explainer`] is what JavaScript sees. Everything it returns is a plain object whose TypeScript type is generated from
//! the Rust type; everything that can go wrong is thrown as an `Error` with a `code` and a message for people.

mod error;
mod explainer;
mod fetch;

pub use explainer::Explainer;

use wasm_bindgen::prelude::*;

/// Sends a panic's message to the console, should there ever be one.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}
