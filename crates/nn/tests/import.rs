//! Networks from elsewhere: what is read, and what is refused with which words.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy lets only the tests themselves unwrap")]

use std::collections::HashMap;

use proptest::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use wordlight_nn::Error;
use wordlight_nn::import::{File, Imported, MAX_BYTES, check_sizes, read};
use wordlight_nn::layer::Embedding;
use wordlight_nn::model::Classifier;
use wordlight_nn::weights::read_model;

/// A safetensors file in pieces, to be bent.
#[derive(Clone, Default)]
struct Draft {
    tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)>,
    said: HashMap<String, String>,
}

/// Numbers that look like weights.
fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 37 % 101) as f32 - 50.0) / 64.0).collect()
}

fn little(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

impl Draft {
    fn put(mut self, name: &str, shape: &[usize]) -> Self {
        let bytes = little(&numbers(shape.iter().product()));
        self.tensors.retain(|(known, ..)| known != name);
        self.tensors.push((name.to_owned(), Dtype::F32, shape.to_vec(), bytes));
        self
    }

    fn put_bytes(mut self, name: &str, dtype: Dtype, shape: &[usize], bytes: Vec<u8>) -> Self {
        self.tensors.retain(|(known, ..)| known != name);
        self.tensors.push((name.to_owned(), dtype, shape.to_vec(), bytes));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.tensors.retain(|(known, ..)| known != name);
        self.said.remove(name);
        self
    }

    fn say(mut self, key: &str, value: &str) -> Self {
        self.said.insert(key.to_owned(), value.to_owned());
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let views = self
            .tensors
            .iter()
            .map(|(name, dtype, shape, bytes)| (name.as_str(), TensorView::new(*dtype, shape.clone(), bytes).unwrap()));
        safetensors::serialize(views, Some(self.said.clone())).unwrap()
    }

    fn read(&self) -> wordlight_nn::Result<Imported> {
        read_one(&self.bytes())
    }

    fn error(&self) -> String {
        self.read().unwrap_err().to_string()
    }
}

fn read_one(bytes: &[u8]) -> wordlight_nn::Result<Imported> {
    read(&[File { name: "net.safetensors", bytes }])
}

/// Two widths over vectors of three numbers; five words and two places for what has none.
fn cnn() -> Draft {
    Draft::default()
        .put("embedding.weight", &[7, 3])
        .put("convs.0.weight", &[4, 3, 2])
        .put("convs.0.bias", &[4])
        .put("convs.1.weight", &[4, 3, 3])
        .put("convs.1.bias", &[4])
        .put("fc.weight", &[2, 8])
        .put("fc.bias", &[2])
        .say("vocabulary", r#"["<pad>", "<unk>", "a", "good", "bad", "film", "."]"#)
        .say("classes", r#"["no", "yes"]"#)
        .say("activation", "relu")
}

fn lstm(outputs: usize) -> Draft {
    let mut draft = Draft::default()
        .put("net.emb.weight", &[3, 2])
        .put("net.out.weight", &[outputs, 6])
        .put("net.out.bias", &[outputs])
        .say("vocabulary", "a\ngood\nfilm")
        .say("classes", "no, yes");
    for way in ["", "_reverse"] {
        draft = draft
            .put(&format!("net.rnn.weight_ih_l0{way}"), &[12, 2])
            .put(&format!("net.rnn.weight_hh_l0{way}"), &[12, 3])
            .put(&format!("net.rnn.bias_ih_l0{way}"), &[12])
            .put(&format!("net.rnn.bias_hh_l0{way}"), &[12]);
    }
    draft
}

/// The logits of some words.
fn logits(network: &Imported, words: &[&str]) -> Vec<f32> {
    let embedding = Embedding::from_bytes(&network.vectors).unwrap();
    let (model, _) = read_model::<f32>(&network.network).unwrap();
    let rows: Vec<Option<usize>> = words.iter().map(|word| embedding.vocab().get(word)).collect();
    model.forward(embedding.embed(&rows, model.positions(rows.len()))).unwrap().logits().to_vec()
}

#[test]
fn a_text_cnn_is_read_by_its_shapes() {
    let network = cnn().say("name", "mine").read().unwrap();
    assert_eq!(network.architecture(), "a text CNN, 4 filters each over 2, 3 words, relu, maximum over time");
    assert_eq!((network.words, network.dim, network.name.as_str()), (5, 3, "mine"));
    assert_eq!(network.card.labels, ["no", "yes"]);
    assert_eq!(network.notes, ["Unknown words read “<unk>”."]);
    let embedding = Embedding::from_bytes(&network.vectors).unwrap();
    let table = numbers(21);
    let x = embedding.embed::<f32>(&[embedding.vocab().get("film"), None], 3);
    assert_eq!(x.as_slice().unwrap()[..3], table[15..18], "film is row 5");
    assert_eq!(x.as_slice().unwrap()[3..6], table[3..6], "an unknown word is row 1");
    assert_eq!(x.as_slice().unwrap()[6..], table[..3], "padding is row 0");
}

#[test]
fn files_may_come_apart_and_in_any_order() {
    let whole = cnn().read().unwrap();
    let network = cnn().without("embedding.weight").without("vocabulary").without("classes");
    let vectors = Draft::default().put("weight", &[7, 3]).bytes();
    let words = b"\xef\xbb\xbf<pad>\r\n<unk>\r\na\r\ngood\r\nbad\r\nfilm\r\n.\r\n";
    let rows = br#"{"<unk>": 1, "<pad>": 0, "good": 3, "a": 2, ".": 6, "film": 5, "bad": 4}"#;
    let list = br#"["<pad>", "<unk>", "a", "good", "bad", "film", "."]"#;
    for vocabulary in [&words[..], &rows[..], &list[..]] {
        let files = [
            File { name: "vocab", bytes: vocabulary },
            File { name: "vectors.safetensors", bytes: &vectors },
            File { name: "config.json", bytes: br#"{"classes": ["no", "yes"]}"# },
            File { name: "net.safetensors", bytes: &network.bytes() },
        ];
        let read = read(&files).unwrap();
        assert_eq!((&read.network, &read.vectors), (&whole.network, &whole.vectors));
        assert_eq!(read.network_file, 3);
    }
}

#[test]
fn an_nn_conv2d_is_the_same_network() {
    // [C, D, K] as [C, 1, K, D].
    let (filters, dim, width) = (4, 3, 2);
    let flat = numbers(filters * dim * width);
    let turned: Vec<f32> = (0..flat.len())
        .map(|i| {
            let (c, k, d) = (i / (width * dim), i / dim % width, i % dim);
            flat[(c * dim + d) * width + k]
        })
        .collect();
    let other = cnn().put_bytes("convs.0.weight", Dtype::F32, &[filters, 1, width, dim], little(&turned));
    assert_eq!(other.read().unwrap().network, cnn().read().unwrap().network);
}

#[test]
fn every_width_of_a_number_is_read() {
    let vectors = |draft: &Draft| draft.read().unwrap().vectors;
    let (shape, values) = ([7, 3], numbers(21));
    // Multiples of 1/64 below 1 fit every format.
    let f16: Vec<u8> = values.iter().flat_map(|v| half::f16::from_f32(*v).to_le_bytes()).collect();
    let bf16: Vec<u8> = values.iter().flat_map(|v| half::bf16::from_f32(*v).to_le_bytes()).collect();
    let f64: Vec<u8> = values.iter().flat_map(|v| f64::from(*v).to_le_bytes()).collect();
    let i8: Vec<u8> = values.iter().map(|v| ((v * 64.0) as i8).cast_unsigned()).collect();
    for (dtype, bytes) in [(Dtype::F16, f16), (Dtype::BF16, bf16), (Dtype::F64, f64)] {
        assert_eq!(vectors(&cnn().put_bytes("embedding.weight", dtype, &shape, bytes)), vectors(&cnn()), "{dtype:?}");
    }
    let bytes = cnn().put_bytes("embedding.weight", Dtype::I8, &shape, i8);
    let per_row = bytes.clone().put_bytes("embedding.weight_scale", Dtype::F32, &[7], little(&[1.0 / 64.0; 7]));
    let one = bytes.clone().put_bytes("embedding.scale", Dtype::F32, &[], little(&[1.0 / 64.0]));
    assert_eq!(vectors(&per_row), vectors(&cnn()));
    assert_eq!(vectors(&one), vectors(&cnn()));
    assert!(bytes.error().starts_with("the weight file has no tensor \"embedding.weight_scale\""), "{}", bytes.error());
    let whole = cnn().put_bytes("fc.bias", Dtype::I64, &[2], vec![0; 16]);
    assert_eq!(whole.error(), "tensor \"fc.bias\" holds I64, expected F32, F16, BF16 or F64, or I8 with a scale");
}

#[test]
fn an_lstm_reads_one_way_or_both_and_one_logit_becomes_two() {
    let both = lstm(2).read().unwrap();
    assert_eq!(both.architecture(), "a bidirectional LSTM of 3 units each way");
    let mut one = lstm(2).put("net.out.weight", &[2, 3]);
    one.tensors.retain(|(name, ..)| !name.ends_with("_reverse"));
    assert_eq!(one.read().unwrap().architecture(), "an LSTM of 3 units");

    let single = lstm(1).read().unwrap();
    let double =
        lstm(2).put_bytes("net.out.weight", Dtype::F32, &[2, 6], little(&[[0.0; 6].to_vec(), numbers(6)].concat()));
    let double = double.put_bytes("net.out.bias", Dtype::F32, &[2], little(&[0.0, numbers(1)[0]])).read().unwrap();
    let words = ["a", "good", "film"];
    let (z, logit) = (logits(&single, &words), logits(&double, &words)[1]);
    assert!((z[1] - z[0] - logit).abs() < 1e-6 && z[0] == -z[1], "{z:?} {logit}");
}

#[test]
fn what_is_missing_is_said_with_what_there_is() {
    let bare = cnn().without("vocabulary").without("classes").without("activation").error();
    for part in
        ["\"vocabulary\"", "\"classes\"", "\"activation\"", "convs.0.weight [4, 3, 2]", "docs/your-own-network.md"]
    {
        assert!(bare.contains(part), "{part}: {bare}");
    }
    assert!(
        cnn().without("convs.1.bias").error().starts_with("the weight file has no tensor \"convs.1.bias\"; it has")
    );
    assert!(cnn().without("embedding.weight").error().contains("no table of word vectors"));
    assert!(cnn().without("fc.weight").error().contains("there are 0 linear layers []"));
    assert!(cnn().put("hidden.weight", &[8, 8]).error().contains("there are 2 linear layers"));
    let error = cnn().put("norm.running_mean", &[8]).error();
    assert_eq!(error, "the weight file has a tensor \"norm.running_mean\" that this architecture has no place for");
    assert!(lstm(2).put("net.rnn.weight_ih_l1", &[12, 6]).error().contains("weight_ih_l1 is a second layer"));
    assert!(lstm(2).put("net.rnn.weight_ih_l0", &[9, 2]).error().contains("has 9 rows, expected 12"));
    assert!(lstm(2).put("conv.weight", &[4, 2, 2]).error().contains("one of them is supported"));
}

#[test]
fn what_does_not_fit_names_the_tensor_and_both_shapes() {
    assert_eq!(
        cnn().put("convs.1.weight", &[5, 3, 3]).error(),
        "convs.1.weight has shape [5, 3, 3], expected [4, 3, 3]"
    );
    assert_eq!(
        cnn().put("convs.1.weight", &[4, 2, 3]).error(),
        "convs.1.weight has shape [4, 2, 3], expected [4, 3, 3]"
    );
    assert_eq!(cnn().put("fc.weight", &[2, 9]).error(), "fc.weight has shape [2, 9], expected [2, 8]");
    assert_eq!(cnn().put("fc.bias", &[3]).error(), "fc.bias has shape [3], expected [2]");
    let error = cnn().put("embedding.weight", &[8, 3]).error();
    assert!(error.contains("the vocabulary has 7 words, embedding.weight has 8 rows"), "{error}");
    let error = cnn().say("classes", "no, maybe, yes").error();
    assert!(error.contains("there are 3 class names, expected 2: fc.weight has 2 rows"), "{error}");
    let mut values = numbers(4);
    values[2] = f32::NAN;
    let error = cnn().put_bytes("convs.0.bias", Dtype::F32, &[4], little(&values)).error();
    assert_eq!(error, "convs.0.bias has the value NaN at index 2; every value must be finite");
    let huge =
        cnn().put_bytes("fc.bias", Dtype::F64, &[2], [1e300f64; 2].iter().flat_map(|v| v.to_le_bytes()).collect());
    assert!(huge.error().contains("fc.bias has the value inf"), "{}", huge.error());
    assert_eq!(cnn().put("convs.0.weight", &[4, 3, 0]).error(), "width is 0, expected 1 to 64");
}

#[test]
fn what_is_said_wrongly_is_named() {
    let error = |key: &str, value: &str| cnn().say(key, value).error();
    assert!(error("activation", "tanh").contains("\"activation\" is \"tanh\", expected \"relu\" or \"none\""));
    assert!(error("pad_to", "many").contains("\"pad_to\" is \"many\", expected a whole number"));
    assert!(error("pad_to", "9999999").contains("pad_to is 9999999, expected 0 to 50000"));
    assert!(error("classes", r#"["a", "a"]"#).contains("two classes have the name \"a\""));
    assert!(error("unk_token", "<oov>").contains("\"unk_token\" is \"<oov>\", which is not in the vocabulary"));
    assert!(error("lower_case", "false").contains("capitals"));
    assert!(error("vocabulary", r#"{"a": 0, "b": 2}"#).contains("gives \"b\" 2, expected 0 to 1"));
    let twice = error("vocabulary", r#"["<pad>", "<unk>", "a", "good", "a", "film", "."]"#);
    assert_eq!(twice, "vocabulary: row 4 is \"a\", which row 2 is already; every word must be there once");
    let capital = error("vocabulary", r#"["<pad>", "<unk>", "a", "Good", "bad", "film", "."]"#);
    assert!(capital.contains("row 3 of the vocabulary is \"Good\""), "{capital}");
    assert!(cnn().say("lower_case", "true").read().is_ok());
    let notes = cnn().say("tokenizer", "spacy").say("clases", "a").read().unwrap().notes.join(" ");
    assert!(notes.contains("as “spacy” splits them") && notes.contains("“clases” was not understood"), "{notes}");
}

#[test]
fn rows_that_no_text_can_contain_are_left_out() {
    let network = cnn().say("vocabulary", r#"["<pad>", "<unk>", "a", "\n", "", "film", "."]"#).read().unwrap();
    assert_eq!(network.words, 3);
    assert!(network.notes[0].starts_with("2 rows of the vocabulary are empty"), "{:?}", network.notes);
    let embedding = Embedding::from_bytes(&network.vectors).unwrap();
    let film = embedding.embed::<f32>(&[embedding.vocab().get("film")], 1);
    assert_eq!(film.as_slice().unwrap(), &numbers(21)[15..18]);
}

#[test]
fn a_network_is_held_to_the_logits_that_it_brings() {
    let z = logits(&cnn().read().unwrap(), &["a", "zebra", "film"]);
    let example =
        |z: &[f32]| format!(r#"[{{"words": ["a", "zebra", "film"], "text": "A zebra film", "logits": {z:?}}}]"#);
    let notes = cnn().say("examples", &example(&z)).read().unwrap().notes;
    assert!(notes[1].starts_with("The logits of 1 examples in the file come out here"), "{notes:?}");
    let error = cnn().say("activation", "none").say("examples", &example(&z)).error();
    assert!(
        error.contains("the example \"a zebra film\" has the logits") && error.contains("Is the activation"),
        "{error}"
    );
    assert!(cnn().say("examples", &example(&z[..1])).error().contains("has 1 logits, expected 2"));
    assert!(cnn().say("examples", "[1]").error().contains("\"examples\" does not read"));
    let other = example(&z).replace("A zebra film", "A zebra's film");
    let notes = cnn().say("examples", &other).read().unwrap().notes.join(" ");
    assert!(notes.contains("1 of the examples’ texts are split into other words here"), "{notes}");
}

#[test]
fn what_is_no_network_is_refused_in_words() {
    let message = |name: &str, bytes: &[u8]| read(&[File { name, bytes }]).unwrap_err().to_string();
    assert!(message("net.pt", b"PK\x03\x04....").starts_with("net.pt: this is an archive, as torch.save writes it"));
    assert!(message("old.pth", b"\x80\x02.").contains("safetensors.torch.save_file"));
    assert!(message("a.txt", b"good\nbad").contains("there is no network in a.txt"));
    assert!(message("a.json", b"{\"classes\": }").starts_with("a.json: this is no JSON"));
    assert!(
        message("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0").starts_with("picture.png: not a whole safetensors file")
    );
    assert!(matches!(read(&[]), Err(Error::Import(_))));
    let bytes = cnn().bytes();
    let twice = read(&[File { name: "a", bytes: &bytes }, File { name: "b", bytes: &bytes }]).unwrap_err().to_string();
    assert!(twice.contains("there are two vocabularies"), "{twice}");
    assert!(check_sizes([MAX_BYTES]).is_ok());
    assert!(check_sizes([MAX_BYTES, 1]).unwrap_err().to_string().contains("at most 512 MiB are read"));
    assert!(check_sizes([usize::MAX, usize::MAX]).is_err());
    assert!(check_sizes([1; 9]).unwrap_err().to_string().contains("9 files"));
}

#[test]
fn a_file_that_is_cut_off_is_refused_at_every_length() {
    for bytes in [cnn().bytes(), lstm(2).bytes()] {
        for length in 0..bytes.len() {
            assert!(read_one(&bytes[..length]).is_err(), "{length} bytes were taken for a whole file");
        }
    }
}

/// Shapes that are mostly wrong.
fn shapes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0usize..5, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// Whatever a file holds, it is read or refused.
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), head in any::<bool>()) {
        let mut bytes = bytes;
        if head && bytes.len() > 9 {
            let length = (bytes.len() as u64 - 8) / 2;
            bytes[..8].copy_from_slice(&length.to_le_bytes());
            bytes[8] = b'{';
        }
        let _ = read_one(&bytes);
    }

    /// A good file with some of its bytes changed.
    #[test]
    fn a_damaged_file_does_not_make_the_reader_panic(
        of_lstm in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = if of_lstm { lstm(1).bytes() } else { cnn().bytes() };
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let _ = read_one(&bytes);
    }

    /// Tensors of any shape under the names of a network: if it is read, it also runs.
    #[test]
    fn tensors_of_any_shape_are_read_or_refused(
        of_lstm in any::<bool>(),
        which in any::<prop::sample::Index>(),
        shape in shapes(),
        also in any::<prop::sample::Index>(),
        other in shapes(),
    ) {
        let draft = if of_lstm { lstm(2) } else { cnn() };
        let names: Vec<String> = draft.tensors.iter().map(|(name, ..)| name.clone()).collect();
        let bent = draft.put(&names[which.index(names.len())], &shape).put(&names[also.index(names.len())], &other);
        if let Ok(network) = bent.read() {
            let _ = logits(&network, &["a", "zebra"]);
        }
    }

    /// Descriptions of any kind.
    #[test]
    fn any_description_is_read_or_refused(
        key in prop::sample::select(vec!["vocabulary", "classes", "pad_to", "examples", "unk_token", "wordlight", "vectors"]),
        value in prop_oneof![
            any::<String>(),
            Just("{}".to_owned()), Just("[]".to_owned()), Just("[null]".to_owned()), Just("[[]]".to_owned()),
            Just(r#"{"0": "a", "x": "b"}"#.to_owned()), Just(r#"[{"words": [], "logits": []}]"#.to_owned()),
            Just(r#"{"architecture": {"pad_to": -1}}"#.to_owned()), Just(r#"{"": 0}"#.to_owned()),
        ],
    ) {
        if let Ok(network) = cnn().say(key, &value).read() {
            prop_assert!(SafeTensors::deserialize(&network.network).is_ok());
        }
    }
}
