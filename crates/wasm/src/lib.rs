//! wordlight in a browser: convert, call, convert back.
//!
//! [`Explainer`] is what the page sees. Everything it returns is a plain object whose TypeScript type is generated from
//! the Rust type. `Network` is for callers who have vectors instead of text: it takes and returns arrays of numbers.
//! Everything that can go wrong is thrown as an `Error` with a `code` and a message for people.

mod error;
mod explainer;
mod fetch;
#[cfg(feature = "full")]
mod full;
mod js;
#[cfg(feature = "full")]
mod vectors;

pub use explainer::Explainer;
#[cfg(feature = "full")]
pub use vectors::{Network, Query};

use wasm_bindgen::prelude::*;

/// Sends a panic's message to the console, should there ever be one.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}
