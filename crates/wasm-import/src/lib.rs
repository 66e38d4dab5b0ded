//! A visitor's own network in the browser: read here once, and handed to the page's engines in our own form.
//!
//! A core of its own, because few visitors bring a network, and reading what others wrote takes more code than reading what
//! we wrote. What is thrown is an `Error` with a `code` and a message for people.

use std::fmt::Display;

use js_sys::{Reflect, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;
use wordlight_engine::{OwnNetwork, to_json};
use wordlight_nn::import::{File, check_sizes};

/// Sends a panic's message to the console, should there ever be one.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// Refuses files that are too many or too large, before they are read. `sizes` are bytes.
#[wasm_bindgen]
pub fn check_network_sizes(sizes: Vec<f64>) -> Result<(), JsValue> {
    // Sizes are whole numbers; `as` saturates.
    check_sizes(sizes.into_iter().map(|size| size as usize)).map_err(refused)
}

/// Reads a network from its files: its entry in the list of models, what there is to say of it, and the bytes for
/// `Explainer.add_model`.
#[wasm_bindgen(unchecked_return_type = "OwnCard & { vectors: Uint8Array; network: Uint8Array }")]
pub fn read_network(names: Vec<String>, files: Vec<Uint8Array>) -> Result<JsValue, JsValue> {
    let bytes: Vec<Vec<u8>> = files.iter().map(Uint8Array::to_vec).collect();
    let files: Vec<File<'_>> = names.iter().zip(&bytes).map(|(name, bytes)| File { name, bytes }).collect();
    let sha256 = |bytes: &[u8]| wordlight_nn::hex::hex(&Sha256::digest(bytes));
    let own = OwnNetwork::read(&files, sha256).map_err(refused)?;
    let card = js_sys::JSON::parse(&to_json(&own.card))?;
    for (key, bytes) in [("vectors", &own.vectors), ("network", &own.network)] {
        Reflect::set(&card, &key.into(), &Uint8Array::from(bytes.as_slice()).into())?;
    }
    Ok(card)
}

fn refused(error: impl Display) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    // Setting a property of a fresh, extensible object cannot fail.
    let _ = Reflect::set(&thrown, &"code".into(), &"network".into());
    thrown.into()
}
