//! An explanation to keep: what was asked, of which network, and everything that came back, as JSON.
//!
//! The page's export and `wordlight explain --format document` write it with this one function, and `wordlight explain
//! --from FILE` makes it again from its own parameters. Equal requests to equal networks give equal bytes: every sum in
//! the kernels has one order on every platform, and numbers are written with the fewest digits that read back as
//! themselves.

use serde::{Deserialize, Serialize};
use wordlight_explain::spec::ParamValue;

use crate::engine::Engine;
use crate::json::to_pretty_json;
use crate::reply::Reply;
use crate::request::Request;

/// The version of this format. It grows when a field changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// The value of [`Document::format`].
pub const FORMAT: &str = "wordlight explanation";

/// Explanations with all that is needed to make them again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The name of the format: [`FORMAT`].
    pub format: String,
    /// The version of the format: [`SCHEMA`].
    pub schema: u32,
    /// The version of wordlight that wrote it.
    pub wordlight: String,
    /// The networks that were asked, in order of first use.
    pub networks: Vec<NetworkMark>,
    /// The explanations, one per text.
    pub explanations: Vec<Explanation>,
}

/// Which network was asked: its id and the hashes of its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkMark {
    /// The checkpoint's id.
    pub checkpoint: String,
    /// SHA-256 of its file, in hex.
    pub sha256: String,
    /// SHA-256 of the file of word vectors it reads through, in hex.
    pub vectors_sha256: String,
}

/// A text, how it was explained, and the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The request, with every parameter, also those at their default.
    pub request: Request,
    /// The answer to the request.
    pub reply: Reply,
}

impl Document {
    /// Explains each request; `mark` says which network a checkpoint is.
    ///
    /// # Errors
    /// As [`Engine::explain`], and what `mark` reports; [`wordlight_explain::Error::Parameter`] for a number that JSON cannot
    /// hold.
    pub fn make<E: From<wordlight_explain::Error>>(
        engine: &Engine,
        requests: Vec<Request>,
        mut mark: impl FnMut(&str) -> Result<NetworkMark, E>,
    ) -> Result<Self, E> {
        let mut networks: Vec<NetworkMark> = Vec::new();
        let mut explanations = Vec::new();
        for request in requests {
            for row in &request.rows {
                if networks.iter().all(|known| known.checkpoint != row.checkpoint) {
                    networks.push(mark(&row.checkpoint)?);
                }
            }
            let request = complete(request);
            check_numbers(&request)?;
            let reply = engine.explain(&request)?;
            explanations.push(Explanation { request, reply });
        }
        Ok(Self {
            format: FORMAT.to_owned(),
            schema: SCHEMA,
            wordlight: env!("CARGO_PKG_VERSION").to_owned(),
            networks,
            explanations,
        })
    }

    /// As JSON, two spaces deep, with a line break at the end.
    pub fn to_json(&self) -> String {
        to_pretty_json(self)
    }
}

/// NaN and the infinities would be saved as `null`, which reads as nothing.
fn check_numbers(request: &Request) -> Result<(), wordlight_explain::Error> {
    let mut params = request.rows.iter().flat_map(|row| &row.params);
    match params.find(|(_, value)| matches!(value, ParamValue::Number(number) if !number.is_finite())) {
        None => Ok(()),
        Some((name, value)) => {
            let (expected, found) = ("a finite number".to_owned(), format!("{value:?}"));
            Err(wordlight_explain::Error::Parameter { name: name.clone(), expected, found })
        }
    }
}

/// The same request with the default of every parameter written out. A row whose method there is none of stays as it is:
/// its error is part of the reply.
fn complete(mut request: Request) -> Request {
    for row in &mut request.rows {
        let Ok(method) = wordlight_explain::method::spec(&row.method) else { continue };
        for spec in method.params {
            if !row.params.contains_key(spec.id) {
                row.params.insert(spec.id.to_owned(), spec.default());
            }
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_is_written_out() {
        let row = |method: &str, params: &[(&str, f64)]| crate::request::RowRequest {
            checkpoint: "a".to_owned(),
            method: method.to_owned(),
            params: params.iter().map(|(name, value)| ((*name).to_owned(), ParamValue::Number(*value))).collect(),
            target: Default::default(),
            baseline: "zero".to_owned(),
        };
        let rows = vec![row("lrp-epsilon", &[("epsilon", 0.5)]), row("no", &[])];
        let request = Request { text: String::new(), rows, scale: Default::default(), truth: None, max_sentences: 1 };
        let full = complete(request.clone());
        assert_eq!(full.rows[0].params.keys().collect::<Vec<_>>(), ["bias", "epsilon"]);
        assert_eq!(full.rows[0].params["epsilon"], ParamValue::Number(0.5));
        assert_eq!(full.rows[1], request.rows[1]);
        assert_eq!(complete(full.clone()), full, "completing twice changes nothing");
    }
}
