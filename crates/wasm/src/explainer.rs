//! The one class that JavaScript uses.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Map, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Response;
use wordlight_engine::{Engine, Request};

use crate::error::Failure;
use crate::fetch::{Expected, fetch};
use crate::js::{field, items, malformed, text, to_js};

/// The list of models, in the folder of the models.
const MANIFEST: &str = "manifest.json";
/// The version of its format.
const SCHEMA: f64 = 1.0;

/// Loaded models, ready to explain.
#[wasm_bindgen]
pub struct Explainer {
    pub(crate) base: String,
    manifest: JsValue,
    pub(crate) engine: RefCell<Engine>,
    /// The bytes of files by name: what is there is not fetched, and what is fetched is put there. The page's thread and
    /// its worker pass them on in this way.
    blobs: Option<Map>,
    /// Files that several checkpoints share, by hash.
    bundles: RefCell<Vec<(String, Rc<Vec<u8>>)>>,
    /// Files of many texts, by the place on the page that shows them.
    #[cfg(feature = "full")]
    pub(crate) lists: RefCell<Vec<(String, wordlight_engine::List)>>,
}

#[wasm_bindgen]
impl Explainer {
    /// Fetches `${base}/manifest.json`, the default model's word vectors and its default checkpoint. `blobs` are files that
    /// need not be fetched, by name; those that are fetched are added to it.
    ///
    /// With `first`, only the first words' vectors are fetched where the model has them in a file of their own. Texts of
    /// these words are answered as ever, others are refused with the code `vectors-pending` until [`Self::load_rest`].
    #[wasm_bindgen]
    pub async fn load(
        base: String,
        on_progress: Function,
        #[wasm_bindgen(unchecked_param_type = "Map<string, Uint8Array | Response> | undefined")] blobs: JsValue,
        first: bool,
    ) -> Result<Explainer, JsValue> {
        Ok(Self::load_default(base, &on_progress, blobs, first).await?)
    }

    /// Whether only the first words' vectors are there.
    pub fn waits(&self) -> bool {
        self.engine.borrow().vectors_pending().next().is_some()
    }

    /// Fetches all vectors of which only the first are there.
    pub async fn load_rest(&self, on_progress: Function) -> Result<(), JsValue> {
        let waiting: Vec<String> = self.engine.borrow().vectors_pending().map(str::to_owned).collect();
        for model in self.models()? {
            if waiting.contains(&text(&model, "id")?) {
                self.fetch_vectors(&model, &on_progress).await?;
            }
        }
        Ok(())
    }

    /// The list of models.
    #[wasm_bindgen(unchecked_return_type = "Manifest")]
    pub fn manifest(&self) -> JsValue {
        self.manifest.clone()
    }

    /// Makes a checkpoint usable; does nothing if it already is.
    pub async fn load_checkpoint(&self, id: String, on_progress: Function) -> Result<(), JsValue> {
        Ok(self.fetch_checkpoint(&id, &on_progress).await?)
    }

    /// Puts a visitor's own network into the list, ready to be used; `read_network` of the crate `wordlight-wasm-import` has
    /// read it.
    pub fn add_model(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ModelEntry")] entry: JsValue,
        vectors: &[u8],
        network: &[u8],
    ) -> Result<(), JsValue> {
        Ok(self.add_entry(entry, vectors, network)?)
    }

    /// The checkpoints that are ready.
    pub fn loaded(&self) -> Vec<String> {
        self.engine.borrow().checkpoints().map(str::to_owned).collect()
    }

    /// What methods there are, with their parameters.
    #[wasm_bindgen(unchecked_return_type = "MethodCard[]")]
    pub fn methods(&self) -> Result<JsValue, JsValue> {
        to_js(&wordlight_engine::method_cards())
    }

    /// What can be explained.
    #[wasm_bindgen(unchecked_return_type = "ChoiceSpec[]")]
    pub fn targets(&self) -> Result<JsValue, JsValue> {
        to_js(&wordlight_engine::target_cards())
    }

    /// Where paths and differences can start.
    #[wasm_bindgen(unchecked_return_type = "ChoiceSpec[]")]
    pub fn baselines(&self) -> Result<JsValue, JsValue> {
        to_js(&wordlight_engine::baseline_cards())
    }

    /// What the strongest colour can stand for.
    #[wasm_bindgen(unchecked_return_type = "ChoiceSpec[]")]
    pub fn scales(&self) -> Result<JsValue, JsValue> {
        to_js(&wordlight_engine::scale_cards())
    }

    /// Sentences to begin with.
    #[wasm_bindgen(unchecked_return_type = "Example[]")]
    pub fn examples(&self) -> Result<JsValue, JsValue> {
        to_js(&wordlight_engine::examples())
    }

    /// Predicts and explains.
    #[wasm_bindgen(unchecked_return_type = "Reply")]
    pub fn explain(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Request")] request: JsValue,
    ) -> Result<JsValue, JsValue> {
        let request: Request = serde_wasm_bindgen::from_value(request).map_err(Failure::from)?;
        to_js(&self.engine.borrow().explain(&request).map_err(Failure::from)?)
    }
}

impl Explainer {
    async fn load_default(base: String, on_progress: &Function, blobs: JsValue, first: bool) -> Result<Self, Failure> {
        let url = format!("{base}/{MANIFEST}");
        let expected = Expected { stage: "manifest", what: "list of models", promise: None };
        let blobs = blobs.dyn_into::<Map>().ok();
        let bytes = fetch_once(blobs.as_ref(), MANIFEST, &url, &expected, on_progress).await?;
        let json = String::from_utf8_lossy(&bytes);
        let manifest = js_sys::JSON::parse(&json)
            .map_err(|e| Failure::thrown("manifest", &format!("{url} is not a list of models"), &e))?;
        if field(&manifest, "schema").as_f64() != Some(SCHEMA) {
            return Err(Failure::new(
                "manifest",
                format!("{url} is of another format than {SCHEMA}, which this page reads"),
            ));
        }
        let default = text(&manifest, "default_model")?;
        let explainer = Self {
            base,
            manifest,
            blobs,
            engine: RefCell::new(Engine::new()),
            bundles: RefCell::default(),
            #[cfg(feature = "full")]
            lists: RefCell::default(),
        };
        let model = explainer.models()?.into_iter().find(|model| text(model, "id").is_ok_and(|id| id == default));
        let model =
            model.ok_or_else(|| Failure::new("manifest", format!("{url} does not contain its own default model")))?;
        let checkpoint = text(&model, "default_checkpoint")?;
        if first {
            explainer.fetch_first_vectors(&model, on_progress).await;
        }
        explainer.fetch_checkpoint(&checkpoint, on_progress).await?;
        Ok(explainer)
    }

    fn add_entry(&self, entry: JsValue, vectors: &[u8], network: &[u8]) -> Result<(), Failure> {
        let id = text(&entry, "id")?;
        let name = text(&field(&field(&entry, "checkpoints"), "0"), "name")?;
        let mut engine = self.engine.borrow_mut();
        engine.add_vectors(&id, vectors)?;
        engine.add_checkpoint(&id, &name, &id, network, None)?;
        field(&self.manifest, "models").unchecked_into::<js_sys::Array>().push(&entry);
        Ok(())
    }

    /// Fetches a checkpoint, and its model's vectors if they are not there yet.
    async fn fetch_checkpoint(&self, id: &str, on_progress: &Function) -> Result<(), Failure> {
        if self.engine.borrow().checkpoints().any(|loaded| loaded == id) {
            return Ok(());
        }
        let (model, checkpoint) = self.find(id)?;
        let vectors = text(&model, "id")?;
        if self.engine.borrow().embedding(&vectors).is_err() {
            self.fetch_vectors(&model, on_progress).await?;
        }
        let name = text(&checkpoint, "name")?;
        let part = field(&checkpoint, "part").as_string();
        let bytes = self.fetch_checkpoint_file(&name, &checkpoint, on_progress).await?;
        self.engine.borrow_mut().add_checkpoint(id, &name, &vectors, &bytes, part.as_deref())?;
        Ok(())
    }

    /// A checkpoint of the list of models, and its model.
    pub(crate) fn find(&self, id: &str) -> Result<(JsValue, JsValue), Failure> {
        for model in self.models()? {
            for checkpoint in items(&model, "checkpoints")? {
                if text(&checkpoint, "id")? == id {
                    return Ok((model, checkpoint));
                }
            }
        }
        Err(Failure::new("unknown", format!("the list of models has no checkpoint {id:?}")))
    }

    /// Fetches the file of a checkpoint. One that several checkpoints share is kept for the next of them.
    async fn fetch_checkpoint_file(
        &self,
        name: &str,
        checkpoint: &JsValue,
        on_progress: &Function,
    ) -> Result<Rc<Vec<u8>>, Failure> {
        let sha256 = text(checkpoint, "sha256")?;
        let kept = self.bundles.borrow().iter().find(|(known, _)| *known == sha256).map(|(_, bytes)| bytes.clone());
        if let Some(bytes) = kept {
            return Ok(bytes);
        }
        let bytes = Rc::new(self.fetch_blob("checkpoint", name, checkpoint, on_progress).await?);
        if field(checkpoint, "part").is_string() {
            self.bundles.borrow_mut().push((sha256, bytes.clone()));
        }
        Ok(bytes)
    }

    /// Fetches a model's vectors.
    async fn fetch_vectors(&self, model: &JsValue, on_progress: &Function) -> Result<(), Failure> {
        let bytes = self.fetch_blob("vectors", "word vectors", &field(model, "vectors"), on_progress).await?;
        Ok(self.engine.borrow_mut().add_vectors(&text(model, "id")?, &bytes)?)
    }

    /// Fetches the vectors of a model's first words. They only save time, so whatever is wrong with them is passed over:
    /// the whole is fetched then, and says what is wrong if that fails too.
    async fn fetch_first_vectors(&self, model: &JsValue, on_progress: &Function) {
        let first = field(&field(model, "vectors"), "first");
        if let (Ok(id), false) = (text(model, "id"), first.is_undefined())
            && let Ok(bytes) = self.fetch_blob("vectors", "word vectors", &first, on_progress).await
        {
            let _ = self.engine.borrow_mut().add_first_vectors(&id, &bytes);
        }
    }

    /// Fetches a data file. A list that was written before there were hashes for them has none.
    #[cfg(feature = "full")]
    pub(crate) async fn fetch_data_file(&self, id: &str, on_progress: &Function) -> Result<Vec<u8>, Failure> {
        let listed = field(&self.manifest, "data_files");
        let listed = if listed.is_undefined() { Vec::new() } else { items(&self.manifest, "data_files")? };
        let entry = listed.iter().find(|entry| text(entry, "id").is_ok_and(|known| known == id));
        let entry = entry.ok_or_else(|| {
            Failure::new("unknown", format!("the list of models has no data file {id:?}, which this question needs"))
        })?;
        self.fetch_blob("checkpoint", id, entry, on_progress).await
    }

    /// Fetches a file whose length and SHA-256 the list promises.
    async fn fetch_blob(
        &self,
        stage: &'static str,
        what: &str,
        blob: &JsValue,
        on_progress: &Function,
    ) -> Result<Vec<u8>, Failure> {
        let (file, sha256) = (text(blob, "file")?, text(blob, "sha256")?);
        let length = field(blob, "bytes").as_f64().ok_or_else(|| malformed("bytes"))?;
        let expected = Expected { stage, what, promise: Some((length as u64, &sha256)) };
        fetch_once(self.blobs.as_ref(), &file, &format!("{}/{file}", self.base), &expected, on_progress).await
    }

    fn models(&self) -> Result<Vec<JsValue>, Failure> {
        items(&self.manifest, "models")
    }
}

/// Fetches a file unless its bytes are among the `blobs`, which have been checked when they were fetched. What is there as a
/// `Response` has been asked for already, and is checked like any other.
async fn fetch_once(
    blobs: Option<&Map>,
    file: &str,
    url: &str,
    expected: &Expected<'_>,
    on_progress: &Function,
) -> Result<Vec<u8>, Failure> {
    let name = JsValue::from_str(file);
    let kept = blobs.map(|blobs| blobs.get(&name)).unwrap_or_default();
    if let Some(bytes) = kept.dyn_ref::<Uint8Array>() {
        return Ok(bytes.to_vec());
    }
    let answer = kept.dyn_into::<Response>().ok();
    if let Some(blobs) = blobs.filter(|_| answer.is_some()) {
        blobs.delete(&name); // it can be read only once
    }
    let bytes = fetch(url, answer, expected, on_progress).await?;
    if let Some(blobs) = blobs {
        blobs.set(&name, &Uint8Array::from(bytes.as_slice()));
    }
    Ok(bytes)
}
