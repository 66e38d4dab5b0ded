//! Networks from elsewhere that are made to be too much: each is refused at once, in words, whatever it claims.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use safetensors::tensor::{Dtype, TensorView};
use wordlight_nn::import::{File, Imported, read};
use wordlight_nn::model::{AnyModel, Classifier, MAX_NUMBERS, MAX_TOKENS, TextCnn, TextCnnConfig};

/// A network in pieces.
struct Draft {
    tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)>,
    said: HashMap<String, String>,
}

impl Draft {
    /// Two words of so many dimensions, one filter over one word, two classes.
    fn small(dim: usize) -> Self {
        let said = [("vocabulary", r#"["a", "b"]"#), ("classes", r#"["no", "yes"]"#), ("activation", "relu")];
        let said = said.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let draft = Self { tensors: Vec::new(), said };
        let draft = draft.put("embedding.weight", &[2, dim]).put("convs.0.weight", &[1, dim, 1]);
        draft.put("convs.0.bias", &[1]).put("fc.weight", &[2, 1]).put("fc.bias", &[2])
    }

    /// Zeros.
    fn put(self, name: &str, shape: &[usize]) -> Self {
        self.put_as(name, Dtype::F32, shape, 4)
    }

    fn put_as(mut self, name: &str, dtype: Dtype, shape: &[usize], each: usize) -> Self {
        self.tensors.retain(|(known, ..)| known != name);
        let bytes = vec![0; each * shape.iter().product::<usize>()];
        self.tensors.push((name.to_owned(), dtype, shape.to_vec(), bytes));
        self
    }

    fn say(mut self, key: &str, value: impl Into<String>) -> Self {
        self.said.insert(key.to_owned(), value.into());
        self
    }

    /// An example of so many words, which has the logits of a network of zeros.
    fn example(self, words: usize, copies: usize) -> Self {
        let one = format!("{{\"words\":[{}],\"logits\":[0,0]}}", vec!["\"a\""; words].join(","));
        self.say("examples", format!("[{}]", vec![one; copies].join(",")))
    }

    fn read(&self) -> wordlight_nn::Result<Imported> {
        let views = self
            .tensors
            .iter()
            .map(|(name, dtype, shape, bytes)| (name.as_str(), TensorView::new(*dtype, shape.clone(), bytes).unwrap()));
        let bytes = safetensors::serialize(views, Some(self.said.clone())).unwrap();
        read(&[File { name: "net.safetensors", bytes: &bytes }])
    }

    /// Why it is refused; a quadratic way there takes minutes.
    fn error(&self) -> String {
        let begun = Instant::now();
        let error = self.read().map(|_| ()).unwrap_err().to_string();
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}: {error}", begun.elapsed());
        error
    }
}

#[test]
fn an_example_has_as_many_words_as_a_pass_can_keep() {
    let wide = 4096;
    assert!(Draft::small(1).example(MAX_TOKENS, 1).read().is_ok());
    for words in [MAX_TOKENS + 1, 1_000_000] {
        let error = Draft::small(1).example(words, 1).error();
        assert_eq!(
            error,
            format!("an example has {words} words of 1 dimensions, at most 50000 are read: give a few sentences")
        );
    }
    assert!(Draft::small(wide).example(1 << 14, 1).read().is_ok());
    for words in [(1 << 14) + 1, 1_000_000] {
        let error = Draft::small(wide).example(words, 1).error();
        assert!(
            error.starts_with(&format!("an example has {words} words of 4096 dimensions, at most 16384")),
            "{error}"
        );
    }
    let padded = Draft::small(wide).say("pad_to", "50000").example(1, 1);
    assert!(padded.read().is_ok(), "padding beyond one window is not read");
}

#[test]
fn examples_take_no_longer_than_a_network_takes_to_read() {
    // A million products a word.
    let slow =
        || Draft::small(4096).put("convs.0.weight", &[4, 4096, 64]).put("convs.0.bias", &[4]).put("fc.weight", &[2, 4]);
    assert!(slow().example(1, 2).read().is_ok());
    let error = slow().example(1, 20_000).error();
    assert!(error.starts_with("the 20000 examples have 1") && error.contains("by 1048590 parameters"), "{error}");
}

#[test]
fn classes_and_convolutions_cost_what_they_weigh() {
    let classes: Vec<String> = (0..120_000).map(|i| format!("class {i}")).collect();
    let draft = Draft::small(1).say("classes", serde_json::to_string(&classes).unwrap());
    let draft = draft.put("fc.weight", &[classes.len(), 1]).put("fc.bias", &[classes.len()]);
    assert_eq!(draft.error(), "classes is 120000, expected 2 to 1000");
    let mut twice = classes;
    twice[119_999] = "class 0".to_owned();
    let draft = Draft::small(1).say("classes", serde_json::to_string(&twice).unwrap());
    assert_eq!(draft.error(), "net.safetensors: two classes have the name \"class 0\"");

    let mut draft = Draft::small(1);
    for i in 1..80_000 {
        draft.tensors.push((format!("convs.{i}.weight"), Dtype::F32, vec![1, 1, 1], vec![0; 4]));
        draft.tensors.push((format!("convs.{i}.bias"), Dtype::F32, vec![1], vec![0; 4]));
    }
    assert_eq!(draft.error(), "the number of widths is 80000, expected 1 to 16");
    draft.tensors.retain(|(name, ..)| !name.starts_with("convs."));
    for i in 0..80_000 {
        draft.tensors.push((format!("other.{i}"), Dtype::F32, vec![1], vec![0; 4]));
    }
    let error = draft.error();
    assert!(error.contains("and 79963 more") && error.len() < 5000, "{error}");
}

#[test]
fn a_scale_has_no_scale_of_its_own() {
    let mut draft = Draft::small(1).put_as("convs.0.weight", Dtype::I8, &[1, 1, 1], 1);
    assert!(draft.error().starts_with("the weight file has no tensor \"convs.0.weight_scale\"; it has ["));
    let mut name = "convs.0.weight".to_owned();
    for i in 0..4000 {
        name.push_str("_scale");
        draft.tensors.push((name.clone(), Dtype::I8, vec![1], vec![1]));
        if i == 80 {
            let error = draft.error();
            assert_eq!(error, "tensor \"convs.0.weight_scale\" holds I8, expected F32, F16, BF16 or F64");
        }
    }
    let error = draft.error();
    assert!(error.starts_with("the name \"convs.0.weight_scale_scale") && error.len() < 200, "{error}");
}

#[test]
fn json_and_lists_of_words_have_a_limit() {
    let network = Draft::small(1);
    let json = format!("[{}", " ".repeat(64 << 20));
    let error = read(&[File { name: "vocab.json", bytes: json.as_bytes() }]).unwrap_err().to_string();
    assert_eq!(error, "vocab.json: this JSON has 67108865 bytes; at most 64 MiB of it are read");
    let error = read(&[File { name: "vocab.json", bytes: &json.as_bytes()[..64 << 20] }]).unwrap_err().to_string();
    assert!(error.starts_with("vocab.json: this is no JSON: EOF"), "{error}");
    let words = "a\n".repeat(32 << 20);
    let error = read(&[File { name: "vocab.txt", bytes: format!("{words}a").as_bytes() }]).unwrap_err().to_string();
    assert_eq!(error, "vocab.txt: this list of words has 67108865 bytes; at most 64 MiB of it are read");
    let error = Draft::small(1).say("vocabulary", " ".repeat((64 << 20) + 1)).error();
    assert_eq!(error, "net.safetensors: this metadata has 67108865 bytes; at most 64 MiB of it are read");
    assert!(network.read().is_ok());
}

#[test]
fn a_wide_network_reads_shorter_texts() {
    // A row keeps its vector and a score of every filter.
    let config = TextCnnConfig { widths: vec![1; 16], filters: 65_536, ..TextCnnConfig::kim(1) };
    let limit = MAX_NUMBERS / (1 + 16 * 65_536);
    let network: AnyModel<f32> = TextCnn::random(config, || 0.5).unwrap().into();
    let texts = |rows| network.forward(ndarray::Array2::zeros((rows, 1))).map(|pass| pass.logits().len());
    assert_eq!(texts(10).unwrap(), 5);
    assert_eq!(
        texts(limit + 1).unwrap_err().to_string(),
        format!("the text has {} words; the limit is {limit}", limit + 1)
    );
}
