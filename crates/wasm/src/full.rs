//! What is asked rarely: the study's questions, files of many texts, and explanations to keep.
//!
//! It is compiled into a core of its own, which the page fetches when the first of these is wanted, so that a visitor who
//! types a sentence does not pay for it.

use js_sys::Function;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wordlight_engine::{Cells, Document, Epoch, List, ListOrder, NetworkMark, Question, Request, RowRequest, Wanted};

use crate::Explainer;
use crate::error::Failure;
use crate::js::{field, text, to_js};

#[wasm_bindgen]
impl Explainer {
    /// Makes a data file of the list of models usable, which some questions need.
    pub async fn load_data_file(&self, id: String, on_progress: Function) -> Result<(), JsValue> {
        let bytes = self.fetch_data_file(&id, &on_progress).await?;
        Ok(self.engine.borrow_mut().add_data_file(&id, &bytes).map_err(Failure::from)?)
    }

    /// The questions of the study.
    #[wasm_bindgen(unchecked_return_type = "QuestionSpec[]")]
    pub fn questions(&self) -> Result<JsValue, JsValue> {
        to_js(&wordlight_engine::questions())
    }

    /// How the training of a checkpoint's model went, as the list of models tells it.
    #[wasm_bindgen(unchecked_return_type = "Panel")]
    pub fn training(&self, checkpoint: &str) -> Result<JsValue, JsValue> {
        let (model, _) = self.find(checkpoint)?;
        let curve = field(&model, "curve");
        let curve: Vec<Epoch> = match curve.is_undefined() {
            true => Vec::new(),
            false => serde_wasm_bindgen::from_value(curve).map_err(Failure::from)?,
        };
        to_js(&wordlight_engine::training(&curve))
    }

    /// Answers a question of the study. `on_progress` is told which part of long work is done, 0 to 1.
    #[wasm_bindgen(unchecked_return_type = "Panel")]
    pub fn study(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Question")] question: JsValue,
        on_progress: &Function,
    ) -> Result<JsValue, JsValue> {
        let question: Question = serde_wasm_bindgen::from_value(question).map_err(Failure::from)?;
        let mut told = 0.0;
        let mut progress = |done: f64| {
            // Each hundredth is told once: messages cost more than the work between them.
            if done >= told + 0.01 {
                told = done;
                let _ = on_progress.call1(&JsValue::NULL, &done.into());
            }
            true
        };
        to_js(&self.engine.borrow_mut().study(&question, &mut progress).map_err(Failure::from)?)
    }

    /// The same as a document to keep: JSON with the networks' hashes and every parameter.
    pub fn document(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Request[]")] requests: JsValue,
    ) -> Result<String, JsValue> {
        Ok(self.make_document(requests)?.to_json())
    }

    /// The same as a table, one line per word.
    pub fn table(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Request[]")] requests: JsValue,
    ) -> Result<String, JsValue> {
        let document = self.make_document(requests)?;
        Ok(wordlight_engine::to_csv(document.explanations.iter().map(|one| &one.reply), Cells::Safe))
    }

    /// Opens a file of many texts for `place`; with `trees`, only a file of the treebank will do.
    #[wasm_bindgen(unchecked_return_type = "ListCard")]
    pub fn open_list(&self, place: String, trees: bool, name: &str, bytes: Vec<u8>) -> Result<JsValue, JsValue> {
        let list = if trees { List::trees(name, bytes) } else { List::read(name, bytes) }.map_err(Failure::from)?;
        let card = list.card();
        let mut lists = self.lists.borrow_mut();
        lists.retain(|(known, _)| *known != place);
        lists.push((place, list));
        to_js(&card)
    }

    /// Begins again with this column.
    #[wasm_bindgen(unchecked_return_type = "ListCard")]
    pub fn restart_list(&self, place: &str, column: usize) -> Result<JsValue, JsValue> {
        self.with_list(place, |list| Ok(list.restart(column).map(|()| list.card())?))
    }

    /// Reads `count` more texts.
    #[wasm_bindgen(unchecked_return_type = "ListCard")]
    pub fn advance_list(
        &self,
        place: &str,
        #[wasm_bindgen(unchecked_param_type = "RowRequest")] row: JsValue,
        count: usize,
    ) -> Result<JsValue, JsValue> {
        let row: RowRequest = serde_wasm_bindgen::from_value(row).map_err(Failure::from)?;
        self.with_list(place, |list| Ok(list.advance(&self.engine.borrow(), &row, count).map(|()| list.card())?))
    }

    /// A screenful of what has been read and is wanted: `all`, or a cell of the matrix of confusions; then words, if any.
    #[wasm_bindgen(unchecked_return_type = "ListPage")]
    pub fn list_page(
        &self,
        place: &str,
        order: &str,
        descending: bool,
        wanted: &str,
        from: usize,
        count: usize,
    ) -> Result<JsValue, JsValue> {
        let order = ListOrder::parse(order).map_err(Failure::from)?;
        let wanted = Wanted::parse(wanted).map_err(Failure::from)?;
        self.with_list(place, |list| Ok(list.page((order, descending), &wanted, from, count)))
    }

    /// The matrix of confusions of what has been read; null if the true classes are not known.
    #[wasm_bindgen(unchecked_return_type = "Panel | null")]
    pub fn list_confusion(&self, place: &str, wanted: &str) -> Result<JsValue, JsValue> {
        let wanted = Wanted::parse(wanted).map_err(Failure::from)?;
        self.with_list(place, |list| Ok(list.confusion(&wanted)))
    }

    /// All that has been read, as comma-separated values.
    pub fn list_csv(&self, place: &str) -> Result<String, JsValue> {
        let lists = self.lists.borrow();
        let list = lists.iter().find(|(known, _)| known == place).ok_or_else(no_list)?;
        Ok(list.1.to_csv())
    }
}

impl Explainer {
    fn make_document(&self, requests: JsValue) -> Result<Document, Failure> {
        let requests: Vec<Request> = serde_wasm_bindgen::from_value(requests)?;
        Document::make(&self.engine.borrow(), requests, |id| {
            let (model, checkpoint) = self.find(id)?;
            Ok(NetworkMark {
                checkpoint: id.to_owned(),
                sha256: text(&checkpoint, "sha256")?,
                vectors_sha256: text(&field(&model, "vectors"), "sha256")?,
            })
        })
    }

    fn with_list<T: Serialize>(
        &self,
        place: &str,
        run: impl FnOnce(&mut List) -> Result<T, Failure>,
    ) -> Result<JsValue, JsValue> {
        let mut lists = self.lists.borrow_mut();
        let list = lists.iter_mut().find(|(known, _)| known == place).ok_or_else(no_list)?;
        to_js(&run(&mut list.1)?)
    }
}

fn no_list() -> Failure {
    Failure::new("list", "no list of texts is open")
}
