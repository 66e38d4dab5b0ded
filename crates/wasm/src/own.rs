//! A visitor's own network: read here once, and handed to every other engine of the page in our own form.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wordlight_explain::report::OwnNetwork;
use wordlight_nn::foreign::{File, check_sizes};

use crate::error::{Failure, refused};
use crate::explainer::to_js;
use crate::fetch::hash_of;

/// Refuses files that are too many or too large, before they are read. `sizes` are bytes.
#[wasm_bindgen]
pub fn check_network_sizes(sizes: Vec<f64>) -> Result<(), JsValue> {
    // Sizes are whole numbers; `as` saturates.
    Ok(check_sizes(sizes.into_iter().map(|size| size as usize)).map_err(refused)?)
}

/// Reads a network from its files: its entry in the list of models, what there is to say of it, and the bytes for
/// `Explainer.add_model`.
#[wasm_bindgen(unchecked_return_type = "OwnCard & { vectors: Uint8Array; network: Uint8Array }")]
pub fn read_network(names: Vec<String>, files: Vec<Uint8Array>) -> Result<JsValue, JsValue> {
    let bytes: Vec<Vec<u8>> = files.iter().map(Uint8Array::to_vec).collect();
    let files: Vec<File<'_>> = names.iter().zip(&bytes).map(|(name, bytes)| File { name, bytes }).collect();
    let own = OwnNetwork::read(&files, hash_of).map_err(Failure::from)?;
    let card = to_js(&own.card)?;
    for (key, bytes) in [("vectors", &own.vectors), ("network", &own.network)] {
        Reflect::set(&card, &key.into(), &Uint8Array::from(bytes.as_slice()).into())?;
    }
    Ok(card)
}
