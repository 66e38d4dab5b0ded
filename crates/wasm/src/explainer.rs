//! The one class that JavaScript uses.

use std::cell::RefCell;

use js_sys::Function;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wordlight_explain::report::{self, Engine, Request};

use crate::error::Failure;
use crate::fetch::{Expected, fetch};

/// What is needed of the list of models to fetch from it; the page sees the whole list.
#[derive(Deserialize)]
struct Index {
    default_model: String,
    models: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
    vectors: Blob,
    default_checkpoint: String,
    checkpoints: Vec<Checkpoint>,
}

#[derive(Deserialize)]
struct Checkpoint {
    id: String,
    name: String,
    file: String,
    bytes: u64,
    sha256: String,
}

#[derive(Deserialize)]
struct Blob {
    file: String,
    bytes: u64,
    sha256: String,
}

/// Loaded models, ready to explain.
#[wasm_bindgen]
pub struct Explainer {
    base: String,
    manifest: JsValue,
    index: Index,
    engine: RefCell<Engine>,
}

#[wasm_bindgen]
impl Explainer {
    /// Fetches `${base}/manifest.json`, the default model's word vectors and its default checkpoint.
    #[wasm_bindgen]
    pub async fn load(base: String, on_progress: Function) -> Result<Explainer, JsValue> {
        Ok(Self::load_default(base, &on_progress).await?)
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

    /// The checkpoints that are ready.
    pub fn loaded(&self) -> Vec<String> {
        self.engine.borrow().checkpoints().map(str::to_owned).collect()
    }

    /// What methods there are, with their parameters.
    #[wasm_bindgen(unchecked_return_type = "MethodCard[]")]
    pub fn methods(&self) -> Result<JsValue, JsValue> {
        to_js(&report::method_cards())
    }

    /// What can be explained.
    #[wasm_bindgen(unchecked_return_type = "ChoiceSpec[]")]
    pub fn targets(&self) -> Result<JsValue, JsValue> {
        to_js(&report::target_cards())
    }

    /// Where paths and differences can start.
    #[wasm_bindgen(unchecked_return_type = "ChoiceSpec[]")]
    pub fn baselines(&self) -> Result<JsValue, JsValue> {
        to_js(&report::baseline_cards())
    }

    /// What the strongest colour can stand for.
    #[wasm_bindgen(unchecked_return_type = "ChoiceSpec[]")]
    pub fn scales(&self) -> Result<JsValue, JsValue> {
        to_js(&report::scale_cards())
    }

    /// Sentences to begin with.
    #[wasm_bindgen(unchecked_return_type = "Example[]")]
    pub fn examples(&self) -> Result<JsValue, JsValue> {
        to_js(&report::examples())
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
    async fn load_default(base: String, on_progress: &Function) -> Result<Self, Failure> {
        let url = format!("{base}/manifest.json");
        let expected = Expected { stage: "manifest", what: "list of models", promise: None };
        let bytes = fetch(&url, &expected, on_progress).await?;
        let text = String::from_utf8_lossy(&bytes);
        let manifest = js_sys::JSON::parse(&text)
            .map_err(|e| Failure::thrown("manifest", &format!("{url} is not a list of models"), &e))?;
        let index: Index = serde_wasm_bindgen::from_value(manifest.clone())
            .map_err(|e| Failure::new("manifest", format!("{url} is not a list of models: {e}")))?;
        let explainer = Self { base, manifest, index, engine: RefCell::new(Engine::new()) };
        let model = explainer.index.models.iter().find(|m| m.id == explainer.index.default_model);
        let checkpoint = model
            .map(|model| model.default_checkpoint.clone())
            .ok_or_else(|| Failure::new("manifest", format!("{url} does not contain its own default model")))?;
        explainer.fetch_checkpoint(&checkpoint, on_progress).await?;
        Ok(explainer)
    }

    /// Fetches a checkpoint, and its model's vectors if they are not there yet.
    async fn fetch_checkpoint(&self, id: &str, on_progress: &Function) -> Result<(), Failure> {
        if self.engine.borrow().checkpoints().any(|loaded| loaded == id) {
            return Ok(());
        }
        let (model, checkpoint) = self
            .index
            .models
            .iter()
            .flat_map(|model| model.checkpoints.iter().map(move |checkpoint| (model, checkpoint)))
            .find(|(_, checkpoint)| checkpoint.id == id)
            .ok_or_else(|| Failure::new("unknown", format!("the list of models has no checkpoint {id:?}")))?;
        self.fetch_vectors(model, on_progress).await?;
        let promise = Some((checkpoint.bytes, checkpoint.sha256.as_str()));
        let expected = Expected { stage: "checkpoint", what: &checkpoint.name, promise };
        let bytes = fetch(&format!("{}/{}", self.base, checkpoint.file), &expected, on_progress).await?;
        self.engine.borrow_mut().add_checkpoint(id, &checkpoint.name, &model.id, &bytes)?;
        Ok(())
    }

    async fn fetch_vectors(&self, model: &Model, on_progress: &Function) -> Result<(), Failure> {
        if self.engine.borrow().embedding(&model.id).is_ok() {
            return Ok(());
        }
        let promise = Some((model.vectors.bytes, model.vectors.sha256.as_str()));
        let expected = Expected { stage: "vectors", what: "word vectors", promise };
        let bytes = fetch(&format!("{}/{}", self.base, model.vectors.file), &expected, on_progress).await?;
        self.engine.borrow_mut().add_vectors(&model.id, &bytes)?;
        Ok(())
    }
}

/// Plain objects, as `JSON.parse` would make them.
fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|e| Failure::new("reply", e.to_string()).into())
}
