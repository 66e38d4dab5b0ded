//! What takes longer than a keystroke or is seldom asked for: documents to keep, and files of many texts.
//!
//! Only in the core with the laboratory, which the page starts in a worker of its own at the first wish.

use serde::Serialize;
use wasm_bindgen::prelude::*;
use wordlight_explain::report::{Document, List, ListOrder, NetworkMark, Request, RowRequest, to_csv};

use crate::Explainer;
use crate::error::Failure;
use crate::explainer::{field, text, to_js};

#[wasm_bindgen]
impl Explainer {
    /// Explanations as a document to keep: JSON with the networks' hashes and every parameter.
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
        Ok(to_csv(self.make_document(requests)?.explanations.iter().map(|one| &one.reply)))
    }

    /// Opens a file of many texts.
    #[wasm_bindgen(unchecked_return_type = "ListCard")]
    pub fn open_list(&self, name: &str, bytes: &[u8]) -> Result<JsValue, JsValue> {
        let list = List::read(name, bytes).map_err(Failure::from)?;
        to_js(&self.list.borrow_mut().insert(list).card())
    }

    /// Begins again with this column.
    #[wasm_bindgen(unchecked_return_type = "ListCard")]
    pub fn restart_list(&self, column: usize) -> Result<JsValue, JsValue> {
        self.with_list(|list| Ok(list.restart(column).map(|()| list.card())?))
    }

    /// Reads `count` more texts.
    #[wasm_bindgen(unchecked_return_type = "ListCard")]
    pub fn advance_list(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RowRequest")] row: JsValue,
        count: usize,
    ) -> Result<JsValue, JsValue> {
        let row: RowRequest = serde_wasm_bindgen::from_value(row).map_err(Failure::from)?;
        self.with_list(|list| Ok(list.advance(&self.engine.borrow(), &row, count).map(|()| list.card())?))
    }

    /// A screenful of what has been read.
    #[wasm_bindgen(unchecked_return_type = "ListPage")]
    pub fn list_page(&self, order: &str, descending: bool, from: usize, count: usize) -> Result<JsValue, JsValue> {
        let order = ListOrder::parse(order).map_err(Failure::from)?;
        self.with_list(|list| Ok(list.page(order, descending, from, count)))
    }

    /// All that has been read, as comma-separated values.
    pub fn list_csv(&self) -> Result<String, JsValue> {
        Ok(self.list.borrow().as_ref().ok_or_else(no_list)?.to_csv())
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

    fn with_list<T: Serialize>(&self, run: impl FnOnce(&mut List) -> Result<T, Failure>) -> Result<JsValue, JsValue> {
        to_js(&run(self.list.borrow_mut().as_mut().ok_or_else(no_list)?)?)
    }
}

fn no_list() -> Failure {
    Failure::new("list", "no list of texts is open")
}
