//! Blobs over the network: streamed, counted and checked before anyone reads them.

use js_sys::{Function, Reflect, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, RequestCache, RequestInit, Response, Window, WorkerGlobalScope};

use crate::error::Failure;
use crate::js::to_js;

/// What a visitor is told while bytes arrive.
#[derive(serde::Serialize)]
struct Progress<'a> {
    stage: &'a str,
    what: &'a str,
    loaded: f64,
    total: f64,
    message: String,
}

/// What is known of a blob before it is fetched.
pub(crate) struct Expected<'a> {
    /// `manifest`, `vectors` or `checkpoint`.
    pub(crate) stage: &'static str,
    /// The name a visitor reads.
    pub(crate) what: &'a str,
    /// Length and SHA-256 in hex; `None` for the manifest, which is where they are written.
    pub(crate) promise: Option<(u64, &'a str)>,
}

/// Fetches a blob, unless the server's answer is there already, reports progress, and returns its bytes only if they are the
/// promised ones.
pub(crate) async fn fetch(
    url: &str,
    answer: Option<Response>,
    expected: &Expected<'_>,
    on_progress: &Function,
) -> Result<Vec<u8>, Failure> {
    let response = match answer {
        Some(response) => response,
        None => request(url).await.map_err(|e| Failure::thrown("network", &format!("{url} did not load"), &e))?,
    };
    if !response.ok() {
        let status = response.status();
        return Err(Failure::new("http", format!("{url} did not load: the server answered {status}")));
    }
    let mut bytes = Vec::with_capacity(expected.promise.map_or(0, |(length, _)| length as usize));
    report(expected, &bytes, on_progress);
    if let Some(body) = response.body() {
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        loop {
            let step = JsFuture::from(reader.read()).await;
            let step = step.map_err(|e| Failure::thrown("network", &format!("{url} broke off"), &e))?;
            if Reflect::get(&step, &"done".into()).is_ok_and(|done| done.is_truthy()) {
                break;
            }
            let chunk = Reflect::get(&step, &"value".into()).unwrap_or_default();
            bytes.extend_from_slice(&Uint8Array::new(&chunk).to_vec());
            report(expected, &bytes, on_progress);
        }
    }
    if let Some((length, sha256)) = expected.promise {
        check(url, &bytes, length, sha256)?;
    }
    Ok(bytes)
}

/// Refuses bytes that are not the promised ones.
pub(crate) fn check(url: &str, bytes: &[u8], length: u64, sha256: &str) -> Result<(), Failure> {
    if bytes.len() as u64 != length {
        let found = bytes.len();
        return Err(Failure::new(
            "size",
            format!("{url} has {found} bytes, expected {length}: it was cut off or replaced"),
        ));
    }
    let found = wordlight_nn::hex::hex(&Sha256::digest(bytes));
    if found != sha256 {
        return Err(Failure::new("hash", format!("{url} is damaged: its SHA-256 is {found}, expected {sha256}")));
    }
    Ok(())
}

/// `fetch` of the page or of the worker, whichever this runs in.
async fn request(url: &str) -> Result<Response, JsValue> {
    let global = js_sys::global();
    // Ask the server whether a cached copy is still good: a damaged copy must not be answered from the cache for ever.
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoCache);
    let promise = match global.dyn_into::<WorkerGlobalScope>() {
        Ok(worker) => worker.fetch_with_str_and_init(url, &options),
        Err(global) => global.dyn_into::<Window>()?.fetch_with_str_and_init(url, &options),
    };
    JsFuture::from(promise).await?.dyn_into()
}

fn report(expected: &Expected<'_>, bytes: &[u8], on_progress: &Function) {
    let loaded = bytes.len() as f64;
    let total = expected.promise.map_or(loaded, |(length, _)| length as f64);
    let progress = Progress {
        stage: expected.stage,
        what: expected.what,
        loaded,
        total,
        message: format!("{}: {:.1} of {:.1} MB", expected.what, loaded / 1e6, total / 1e6),
    };
    if let Ok(value) = to_js(&progress) {
        // A callback that throws must not stop the download.
        let _ = on_progress.call1(&JsValue::NULL, &value);
    }
}
