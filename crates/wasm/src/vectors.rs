//! Vectors in, scores out: for callers who turn text into vectors themselves.
//!
//! No text, no JSON and no words about the result: a `Float32Array` of `T D` numbers goes in, one of `T` scores comes out.
//! [`crate::Explainer`] is for everybody else.

use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use wordlight_explain::baseline::Baseline;
use wordlight_explain::query;
use wordlight_explain::spec::ParamValue;
use wordlight_nn::model::{AnyModel, Classifier};
use wordlight_nn::ops::shaped;
use wordlight_nn::weights::read_model;

use crate::error::Failure;

/// A network without its word vectors.
#[wasm_bindgen]
pub struct Network {
    model: Rc<AnyModel<f32>>,
}

#[wasm_bindgen]
impl Network {
    /// Reads the bytes of a safetensors file.
    #[wasm_bindgen(constructor)]
    pub fn new(weights: &[u8]) -> Result<Network, JsValue> {
        let (model, _) = read_model(weights).map_err(refused)?;
        Ok(Self { model: Rc::new(model) })
    }

    /// The length of a word's vector, `D`.
    #[wasm_bindgen(getter)]
    pub fn dim(&self) -> usize {
        self.model.dim()
    }

    /// How many classes there are, `Y`.
    #[wasm_bindgen(getter)]
    pub fn classes(&self) -> usize {
        self.model.classes()
    }

    /// The logits, `[Y]`, of a text whose words are `vectors` `[T, D]`, one after another. Padding is added here.
    pub fn predict(&self, vectors: Vec<f32>) -> Result<Vec<f32>, JsValue> {
        let (x, _) = padded(&self.model, vectors)?;
        Ok(self.model.forward(x).map_err(refused)?.logits().to_vec())
    }

    /// A question that can be put to many texts. `params` is an object, or undefined for the defaults; `target` is a target
    /// of the registry.
    pub fn query(
        &self,
        method_id: &str,
        #[wasm_bindgen(unchecked_param_type = "Record<string, number | string> | undefined")] params: JsValue,
        target: &str,
    ) -> Result<Query, JsValue> {
        let given = if params.is_undefined() {
            Default::default()
        } else {
            serde_wasm_bindgen::from_value(params).map_err(Failure::from)?
        };
        // Checked here, so that a mistake is told before any text is sent.
        query::Query::<f32>::parse(method_id, &given, target).map_err(Failure::from)?;
        Ok(Query {
            model: Rc::clone(&self.model),
            method: method_id.to_owned(),
            params: given,
            target: target.to_owned(),
        })
    }
}

/// A network, a method with its parameters, and what of the network is to be explained.
#[wasm_bindgen]
pub struct Query {
    model: Rc<AnyModel<f32>>,
    method: String,
    params: BTreeMap<String, ParamValue>,
    target: String,
}

#[wasm_bindgen]
impl Query {
    /// The scores of the words, `[T]`, of a text whose words are `vectors` `[T, D]`.
    ///
    /// `class` is the predicted one unless it is given. `baseline` is one vector `[D]` for every position, or a vector for
    /// each word, `[N, D]`; nothing is the zero vector. `progress` is called with the part that is done, 0 to 1, by
    /// methods that can take long, and stops them by returning false.
    pub fn attribute(
        &self,
        vectors: Vec<f32>,
        class: Option<usize>,
        baseline: Option<Vec<f32>>,
        progress: Option<Function>,
    ) -> Result<Vec<f32>, JsValue> {
        let (x, tokens) = padded(&self.model, vectors)?;
        let dim = self.model.dim();
        let baseline = match baseline {
            None => Baseline::Zero,
            Some(row) if row.len() == dim => Baseline::Everywhere(row.into()),
            Some(rows) => Baseline::Rows(shaped((words_in(rows.len(), dim, "baseline")?, dim), rows)),
        };
        let pass = self.model.forward(x).map_err(refused)?;
        let query = query::Query::parse(&self.method, &self.params, &self.target).map_err(Failure::from)?;
        let query = query.of_class(class).against(baseline);
        let case = query.case(self.model.as_ref(), pass.as_ref(), tokens).map_err(Failure::from)?;
        let mut watch = |done: f64| match &progress {
            None => true,
            // A callback that throws stops the work as well.
            Some(call) => call.call1(&JsValue::NULL, &done.into()).is_ok_and(|go_on| go_on != JsValue::FALSE),
        };
        let answer = query.ask(&case, &mut watch).map_err(Failure::from)?;
        Ok(answer.attribution.per_token.to_vec())
    }
}

/// The rows that a network reads of these words, `[E, D]`, and `T`.
fn padded(model: &AnyModel<f32>, mut vectors: Vec<f32>) -> Result<(ndarray::Array2<f32>, usize), Failure> {
    let dim = model.dim();
    let tokens = words_in(vectors.len(), dim, "vectors")?;
    let rows = model.positions(tokens);
    vectors.resize(rows * dim, 0.0);
    Ok((shaped((rows, dim), vectors), tokens))
}

fn words_in(numbers: usize, dim: usize, what: &str) -> Result<usize, Failure> {
    if !numbers.is_multiple_of(dim) {
        let text = format!("{what} has {numbers} numbers, expected a multiple of {dim}, the length of a word's vector");
        return Err(Failure::new("shape", text));
    }
    Ok(numbers / dim)
}

fn refused(error: wordlight_nn::Error) -> Failure {
    wordlight_explain::Error::from(error).into()
}
