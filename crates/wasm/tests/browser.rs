//! The core in a real browser: `wasm-pack test --headless --chrome crates/wasm`.
//!
//! A small network is made here and served by a stand-in for `fetch`, so that every way a download can go wrong can be
//! tried. The kernels are compared with PyTorch's numbers, because this build uses other instructions than the native one.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use js_sys::{Function, Object, Reflect, Uint8Array};
use ndarray::{Array1, array};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wordlight_nn::layer::{Embedding, Quantised, VectorsCard};
use wordlight_nn::model::{TextCnn, TextCnnConfig};
use wordlight_nn::text::Vocab;
use wordlight_nn::weights::{Architecture, ModelCard, Precision, write_model};
use wordlight_wasm::Explainer;
#[cfg(feature = "full")]
use wordlight_wasm::Network;

wasm_bindgen_test_configure!(run_in_browser);

/// What people said of two words.
const PEOPLE: &[u8] = b"bad\t-50\ngood\t50\n";

/// A site with one small model: file names and their bytes.
struct Site {
    base: String,
    files: Vec<(String, Vec<u8>)>,
}

fn embedding() -> Embedding {
    let rows = array![[1.0f32, 0.5, -0.25], [-1.0, 0.25, 0.5], [0.25, -0.5, 1.0]];
    let card = VectorsCard { source: "made here".to_owned(), licence: "CC0".to_owned() };
    let vocab = Vocab::new(["good", "bad", "film"]).unwrap();
    Embedding::new(vocab, Quantised::new(rows.view()).unwrap(), Array1::zeros(3), card).unwrap()
}

fn vectors() -> Vec<u8> {
    embedding().to_bytes().unwrap()
}

fn weights() -> Vec<u8> {
    let config = TextCnnConfig { filters: 5, pad_to: 8, ..TextCnnConfig::paper(3) };
    let mut state = 0.5f64;
    let draw = || {
        state = (state * 97.0 + 0.123).fract();
        state
    };
    let model: TextCnn<f32> = TextCnn::random(config.clone(), draw).unwrap();
    let labels = ["very negative", "negative", "neutral", "positive", "very positive"];
    let card = ModelCard {
        architecture: Architecture::TextCnn(config),
        labels: labels.map(str::to_owned).to_vec(),
        vectors_sha256: String::new(),
        training: Value::Null,
        licence: "CC0".to_owned(),
    };
    write_model(&model.into(), &card, Precision::F32).unwrap()
}

fn blob(file: &str, bytes: &[u8]) -> Value {
    let sha256 = wordlight_nn::hex::hex(&Sha256::digest(bytes));
    json!({ "file": file, "bytes": bytes.len(), "sha256": sha256 })
}

fn merge(mut into: Value, more: Value) -> Value {
    into.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    into
}

impl Site {
    fn new(base: &str) -> Self {
        let (vectors, weights) = (vectors(), weights());
        let first = embedding().select(&[0, 2]).unwrap().to_bytes().unwrap();
        let numbers = json!({ "test_accuracy": 0.0, "test_loss": 0.0, "summary": "" });
        let checkpoint = |id: &str, file: &str| {
            let what = json!({ "id": id, "name": format!("checkpoint {id}"), "epoch": 1 });
            merge(merge(what, blob(file, &weights)), numbers.clone())
        };
        let some = merge(json!({ "words": 2 }), blob("first", &first));
        let card = json!({ "first": some, "words": 3, "dim": 3, "source": "made here", "licence": "CC0" });
        let manifest = json!({
            "schema": 1, "version": "0", "default_model": "small",
            "models": [{
                "id": "small", "name": "small", "description": "",
                "vectors": merge(card, blob("vectors", &vectors)),
                "default_checkpoint": "a",
                "checkpoints": [checkpoint("a", "a"), checkpoint("b", "b")],
                "labels": [], "training": null, "curve": [], "table": [],
            }],
            "data_files": [merge(json!({ "id": "human-values" }), blob("people", PEOPLE))],
        });
        let files = vec![
            ("manifest.json".to_owned(), manifest.to_string().into_bytes()),
            ("vectors".to_owned(), vectors),
            ("first".to_owned(), first),
            ("a".to_owned(), weights.clone()),
            ("b".to_owned(), weights),
            ("people".to_owned(), PEOPLE.to_vec()),
        ];
        Self { base: base.to_owned(), files }
    }

    /// Puts other bytes behind a name.
    fn with(mut self, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        change(&mut self.files.iter_mut().find(|(n, _)| n == name).unwrap().1);
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.files.retain(|(n, _)| n != name);
        self
    }

    async fn load(&self) -> Result<Explainer, JsValue> {
        self.serve();
        Explainer::load(self.base.clone(), ignore(), JsValue::UNDEFINED, false).await
    }

    /// Answers `fetch` for the addresses of this site, in chunks of at most 100 bytes.
    fn serve(&self) {
        let files = Object::new();
        for (name, bytes) in &self.files {
            let url = format!("{}/{name}", self.base);
            Reflect::set(&files, &url.into(), &Uint8Array::from(bytes.as_slice())).unwrap();
        }
        let serve = Function::new_with_args(
            "files",
            "const real = globalThis.realFetch ??= globalThis.fetch;
             globalThis.served = Object.assign(globalThis.served ?? {}, files);
             globalThis.fetch = async (url) => {
               if (!String(url).startsWith('test:')) return real(url);
               const bytes = globalThis.served[url];
               if (bytes === undefined) return new Response('', { status: 404 });
               let at = 0;
               return new Response(new ReadableStream({ pull(controller) {
                 if (at >= bytes.length) return controller.close();
                 controller.enqueue(bytes.slice(at, at += 100));
               } }));
             };",
        );
        serve.call1(&JsValue::NULL, &files).unwrap();
    }
}

fn ignore() -> Function {
    Function::new_no_args("")
}

fn get(value: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(value.clone(), |value, key| Reflect::get(&value, &(*key).into()).unwrap())
}

/// Code and message of what was thrown.
fn thrown<T>(result: Result<T, JsValue>) -> (String, String) {
    let Err(error) = result else { panic!("nothing was thrown") };
    assert!(error.is_instance_of::<js_sys::Error>(), "{error:?}");
    (get(&error, &["code"]).as_string().unwrap(), get(&error, &["message"]).as_string().unwrap())
}

fn request(text: &str, method: &str) -> JsValue {
    let source = json!({ "text": text, "max_sentences": 10, "rows": [{ "checkpoint": "a", "method": method }] });
    js_sys::JSON::parse(&source.to_string()).unwrap()
}

#[wasm_bindgen_test]
async fn a_sentence_is_explained_by_every_method() {
    let explainer = Site::new("test:good").load().await.unwrap();
    assert_eq!(explainer.loaded(), ["a"]);
    let methods = js_sys::Array::from(&explainer.methods().unwrap());
    assert!(methods.length() >= 6);
    for method in methods.iter() {
        let id = get(&method, &["id"]).as_string().unwrap();
        let reply = explainer.explain(request("Good film, bad popcorn!", &id)).unwrap();
        let row = get(&reply, &["sentences", "0", "rows", "0"]);
        assert!(get(&row, &["error"]).is_null(), "{id}");
        assert_eq!(get(&row, &["words", "length"]).as_f64(), Some(6.0), "{id}");
        let known: Vec<bool> = (0..6)
            .map(|i| get(&reply, &["sentences", "0", "tokens", &i.to_string(), "known"]).as_bool().unwrap())
            .collect();
        assert_eq!(known, [true, true, false, true, false, false]);
        if get(&row, &["ledger", "proves"]).as_bool().unwrap() {
            assert_eq!(get(&row, &["ledger", "ok"]).as_bool(), Some(true), "{id}");
        }
    }
}

fn json_of(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).unwrap().into()
}

#[wasm_bindgen_test]
async fn the_first_words_answer_a_text_of_them_as_all_words_do_and_other_texts_wait() {
    let asked = || request("Good film!", "lrp-z");
    // The mark has no vector in either file, so it may be among the rest.
    let known = || request("Good film", "lrp-z");
    let site = Site::new("test:first");
    let all = site.load().await.unwrap();
    assert!(!all.waits());
    let explainer = Explainer::load(site.base.clone(), ignore(), JsValue::UNDEFINED, true).await.unwrap();
    assert!(explainer.waits());
    assert_eq!(json_of(&explainer.explain(known()).unwrap()), json_of(&all.explain(known()).unwrap()));
    let (code, message) = thrown(explainer.explain(asked()));
    assert_eq!(code, "vectors-pending");
    assert!(message.contains("\"!\""), "{message}");
    explainer.load_checkpoint("b".to_owned(), ignore()).await.unwrap();
    assert!(explainer.waits(), "another checkpoint of the model reads the same words");
    explainer.load_rest(ignore()).await.unwrap();
    assert!(!explainer.waits());
    assert_eq!(json_of(&explainer.explain(asked()).unwrap()), json_of(&all.explain(asked()).unwrap()));
}

#[wasm_bindgen_test]
async fn first_words_that_are_missing_or_damaged_only_cost_their_time() {
    for site in [Site::new("test:no-first").without("first"), Site::new("test:bad-first").with("first", |b| b[9] ^= 1)]
    {
        site.serve();
        let explainer = Explainer::load(site.base.clone(), ignore(), JsValue::UNDEFINED, true).await.unwrap();
        assert!(!explainer.waits());
        assert!(explainer.explain(request("Good film!", "lrp-z")).is_ok());
    }
    let site = Site::new("test:no-rest").without("vectors");
    site.serve();
    let explainer = Explainer::load(site.base.clone(), ignore(), JsValue::UNDEFINED, true).await.unwrap();
    assert_eq!(thrown(explainer.load_rest(ignore()).await).0, "http");
    assert!(explainer.waits() && explainer.explain(request("Good film", "lrp-z")).is_ok(), "what was there is there");
    Site::new("test:no-rest").serve();
    explainer.load_rest(ignore()).await.unwrap();
    assert!(explainer.explain(request("Good film!", "lrp-z")).is_ok());
}

#[wasm_bindgen_test]
async fn files_are_passed_on_instead_of_being_fetched_again() {
    let site = Site::new("test:passed");
    site.serve();
    let blobs = js_sys::Map::new();
    Explainer::load(site.base.clone(), ignore(), blobs.clone().into(), false).await.unwrap();
    let names: Vec<String> = blobs.keys().into_iter().map(|name| name.unwrap().as_string().unwrap()).collect();
    assert_eq!(names, ["manifest.json", "vectors", "a"]);
    // Nothing is served at this address.
    let other = Explainer::load("test:nowhere".to_owned(), ignore(), blobs.into(), false).await.unwrap();
    assert!(other.explain(request("Good film!", "lrp-z")).is_ok());
    assert_eq!(thrown(other.load_checkpoint("b".to_owned(), ignore()).await).0, "http");
}

#[wasm_bindgen_test]
async fn a_second_checkpoint_is_fetched_once_and_progress_ends_at_the_total() {
    let explainer = Site::new("test:second").load().await.unwrap();
    let calls = js_sys::Array::new();
    let note = Function::new_with_args("progress", "globalThis.calls.push(progress)");
    Reflect::set(&js_sys::global(), &"calls".into(), &calls).unwrap();
    explainer.load_checkpoint("b".to_owned(), note.clone()).await.unwrap();
    assert_eq!(explainer.loaded(), ["a", "b"]);
    let last = calls.get(calls.length() - 1);
    assert_eq!(get(&last, &["loaded"]), get(&last, &["total"]));
    assert_eq!(get(&last, &["stage"]).as_string().unwrap(), "checkpoint");
    let before = calls.length();
    explainer.load_checkpoint("b".to_owned(), note).await.unwrap();
    assert_eq!(calls.length(), before, "a loaded checkpoint was fetched again");
}

#[wasm_bindgen_test]
async fn damaged_cut_off_and_missing_blobs_are_refused_by_name() {
    let flipped = Site::new("test:flipped").with("vectors", |bytes| bytes[200] ^= 1).load().await;
    let (code, message) = thrown(flipped);
    assert_eq!(code, "hash");
    assert!(message.contains("test:flipped/vectors is damaged"), "{message}");

    let cut = Site::new("test:cut").with("a", |bytes| bytes.truncate(50)).load().await;
    let (code, message) = thrown(cut);
    assert_eq!(code, "size");
    assert!(message.contains("has 50 bytes, expected"), "{message}");

    let (code, message) = thrown(Site::new("test:missing").without("a").load().await);
    assert_eq!(code, "http");
    assert!(message.contains("404"), "{message}");

    let broken = Site::new("test:broken").with("manifest.json", |bytes| bytes.truncate(20)).load().await;
    assert_eq!(thrown(broken).0, "manifest");
}

#[wasm_bindgen_test]
async fn a_failed_checkpoint_can_be_tried_again() {
    let site = Site::new("test:again");
    let explainer = site.load().await.unwrap();
    let damaged = Site::new("test:again").with("b", |bytes| bytes[100] ^= 1);
    // Only the server changes; the explainer stays.
    let _ = damaged.load().await.unwrap();
    assert_eq!(thrown(explainer.load_checkpoint("b".to_owned(), ignore()).await).0, "hash");
    assert_eq!(explainer.loaded(), ["a"]);
    let _ = site.load().await.unwrap();
    explainer.load_checkpoint("b".to_owned(), ignore()).await.unwrap();
    assert_eq!(explainer.loaded(), ["a", "b"]);
    assert_eq!(thrown(explainer.load_checkpoint("c".to_owned(), ignore()).await).0, "unknown");
}

#[wasm_bindgen_test]
async fn no_request_makes_it_panic() {
    let explainer = Site::new("test:hostile").load().await.unwrap();
    let hostile = [
        "null",
        "1",
        "[]",
        "{}",
        "\"text\"",
        r#"{"text": 5, "rows": []}"#,
        r#"{"text": "good", "rows": [{}]}"#,
        r#"{"text": "good", "rows": [{"checkpoint": "a", "method": "gradient"}], "scale": "huge"}"#,
        r#"{"text": "good", "rows": [{"checkpoint": "a", "method": "gradient"}], "max_sentences": -1}"#,
    ];
    for source in hostile {
        assert_eq!(thrown(explainer.explain(js_sys::JSON::parse(source).unwrap())).0, "request", "{source}");
    }
    let rows = [
        r#"{"checkpoint": "a", "method": "magic"}"#,
        r#"{"checkpoint": "a", "method": "gradient", "target": {"kind": "logit", "class": 99}}"#,
        r#"{"checkpoint": "a", "method": "lrp-epsilon", "params": {"epsilon": -1}}"#,
        r#"{"checkpoint": "a", "method": "lrp-epsilon", "params": {"epsilon": "x"}}"#,
        r#"{"checkpoint": "a", "method": "integrated-gradients", "params": {"steps": 0}}"#,
        r#"{"checkpoint": "a", "method": "integrated-gradients", "baseline": "elsewhere"}"#,
    ];
    for row in rows {
        let source = format!(r#"{{"text": "good film", "rows": [{row}]}}"#);
        let reply = explainer.explain(js_sys::JSON::parse(&source).unwrap()).unwrap();
        let error = get(&reply, &["sentences", "0", "rows", "0", "error"]);
        assert!(!get(&error, &["message"]).as_string().unwrap().is_empty(), "{row}");
    }
    let long = "good \u{1f600} ".repeat(20_000);
    for text in ["", " \n", "<script>alert(1)</script>", "映画はとても良かった", "\u{0}\u{202e}x", long.as_str()]
    {
        explainer.explain(request(text, "gradient-x-input")).unwrap();
    }
}

#[cfg(feature = "full")]
#[wasm_bindgen_test]
async fn a_data_file_that_is_cut_at_the_end_of_a_line_or_that_nobody_lists_is_refused() {
    let load = async |explainer: &Explainer, id: &str| explainer.load_data_file(id.to_owned(), ignore()).await;
    load(&Site::new("test:people").load().await.unwrap(), "human-values").await.unwrap();
    let cut = Site::new("test:half").with("people", |bytes| bytes.truncate(8)).load().await.unwrap();
    let (code, message) = thrown(load(&cut, "human-values").await);
    assert_eq!(code, "size");
    assert!(message.contains("test:half/people has 8 bytes, expected 16"), "{message}");
    let (code, message) = thrown(load(&cut, "corpse").await);
    assert_eq!((code.as_str(), message.contains("no data file \"corpse\"")), ("unknown", true), "{message}");
    let without = |bytes: &mut Vec<u8>| {
        *bytes = String::from_utf8_lossy(bytes).replace("data_files", "former").into_bytes();
    };
    let old = Site::new("test:old").with("manifest.json", without).load().await.unwrap();
    let (code, message) = thrown(load(&old, "human-values").await);
    assert_eq!((code.as_str(), message.contains("no data file \"human-values\"")), ("unknown", true), "{message}");
}

#[cfg(feature = "full")]
#[wasm_bindgen_test]
async fn the_questions_say_what_they_need() {
    let explainer = Site::new("test:questions").load().await.unwrap();
    let questions = js_sys::Array::from(&explainer.questions().unwrap());
    let people = questions.iter().find(|question| get(question, &["id"]) == "people").unwrap();
    assert_eq!(get(&people, &["file"]), "human-values");
    assert!(questions.length() > 10 && get(&questions.get(0), &["file"]).is_null());
}

#[cfg(feature = "full")]
#[wasm_bindgen_test]
fn vectors_go_in_and_scores_come_out() {
    let network = Network::new(&weights()).unwrap();
    assert_eq!((network.dim(), network.classes()), (3, 5));
    let words = vec![0.5, -1.0, 0.25, 1.0, 0.75, -0.5];
    let logits = network.predict(words.clone()).unwrap();
    // Exact Integrated Gradients add up to the difference from the baseline, which is empty text.
    let query = network.query("integrated-gradients", JsValue::UNDEFINED, "logit").unwrap();
    let scores = query.attribute(words.clone(), Some(2), None, None).unwrap();
    let way = logits[2] - network.predict(Vec::new()).unwrap()[2];
    assert_eq!(scores.len(), 2);
    assert!((scores.iter().sum::<f32>() - way).abs() < 1e-5, "{scores:?} and {way}");
    // From the text itself there is nothing to say, word by word or with one vector for all.
    assert_eq!(query.attribute(words.clone(), Some(2), Some(words.clone()), None).unwrap(), [0.0, 0.0]);
    let same = query.attribute(vec![0.5; 6], Some(2), Some(vec![0.5; 3]), None).unwrap();
    assert_eq!(same, [0.0, 0.0]);
}

#[cfg(feature = "full")]
#[wasm_bindgen_test]
fn what_is_wrong_with_vectors_is_thrown() {
    let network = Network::new(&weights()).unwrap();
    let code = |result: Result<Vec<f32>, JsValue>| {
        let error = result.unwrap_err();
        let field = |name| get(&error, &[name]).as_string().unwrap();
        (field("code"), field("message"))
    };
    let (kind, message) = code(network.predict(vec![1.0; 4]));
    assert_eq!(kind, "shape");
    assert_eq!(message, "vectors has 4 numbers, expected a multiple of 3, the length of a word's vector");
    assert!(code(network.predict(vec![f32::NAN; 3])).1.contains("NaN"));
    let query = network.query("shapley", JsValue::UNDEFINED, "logit").unwrap();
    assert!(code(query.attribute(vec![1.0; 3], Some(9), None, None)).1.contains("classes 0 to 4"));
    assert!(
        code(query.attribute(vec![1.0; 3], None, Some(vec![1.0; 2]), None)).1.starts_with("baseline has 2 numbers")
    );
    let stop = Function::new_with_args("done", "return false");
    assert!(code(query.attribute(vec![1.0; 3], None, None, Some(stop))).1.contains("stopped"));
    assert!(Network::new(&weights()[..40]).is_err());
    assert!(network.query("magic", JsValue::UNDEFINED, "logit").is_err());
    assert!(network.query("lrp-epsilon", js_sys::JSON::parse(r#"{"epsilon": -1}"#).unwrap(), "logit").is_err());
}

/// The SIMD128 kernels against PyTorch.
#[wasm_bindgen_test]
fn logits_and_gradients_are_pytorchs() {
    use ndarray::{Array2, Array3};
    use wordlight_nn::backward::Gradient;
    use wordlight_nn::layer::{Activation, Conv1d, Dense};
    use wordlight_nn::model::Classifier;

    fn flat(value: &Value) -> Vec<f32> {
        match value {
            Value::Array(items) => items.iter().flat_map(flat).collect(),
            number => vec![number.as_f64().unwrap() as f32],
        }
    }
    let close = |got: &[f32], want: &[f32], what: &str| {
        assert_eq!(got.len(), want.len(), "{what}");
        let scale = want.iter().fold(1e-3f32, |m, w| m.max(w.abs()));
        for (got, want) in got.iter().zip(want) {
            assert!((got - want).abs() <= 1e-5 * scale, "{what}: {got} is not {want}");
        }
    };
    let golden: Value = serde_json::from_str(include_str!("../../../tests/golden/pytorch.json")).unwrap();
    for case in golden["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let x = flat(&case["x"]);
        let rows = case["x"].as_array().unwrap().len();
        let dim = x.len() / rows;
        let widths: Vec<usize> = flat(&case["widths"]).iter().map(|k| *k as usize).collect();
        let filters = flat(&case["conv"][0]["bias"]).len();
        let activation = if case["relu"] == true { Activation::Relu } else { Activation::Linear };
        let config = TextCnnConfig { dim, classes: 5, widths: widths.clone(), filters, activation, pad_to: 0 };
        let convs = widths.iter().enumerate().map(|(i, &width)| {
            let weight = Array3::from_shape_vec((filters, dim, width), flat(&case["conv"][i]["weight"])).unwrap();
            let rows = Array2::from_shape_fn((filters, width * dim), |(c, at)| weight[[c, at % dim, at / dim]]);
            Conv1d::new(rows, Array1::from(flat(&case["conv"][i]["bias"])), width).unwrap()
        });
        let weight = Array2::from_shape_vec((5, config.features()), flat(&case["dense"]["weight"])).unwrap();
        let dense = Dense::new(weight, Array1::from(flat(&case["dense"]["bias"]))).unwrap();
        let model = TextCnn::new(config, convs.collect(), dense).unwrap();
        let pass = model.forward(Array2::from_shape_vec((rows, dim), x).unwrap()).unwrap();
        close(pass.logits().as_slice().unwrap(), &flat(&case["logits"]), name);
        let mut seed = Array1::zeros(5);
        seed[case["target"].as_u64().unwrap() as usize] = 1.0;
        let gradient = pass.pull_back(seed, &mut Gradient);
        let expected = case["expected"].as_array().unwrap();
        let wanted = expected.iter().find(|e| e["method"] == "gradient" && e["params"]["target"] == "logit").unwrap();
        close(gradient.as_slice().unwrap(), &flat(&wanted["per_feature"]), name);
    }
}
