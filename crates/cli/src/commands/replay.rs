//! `wordlight explain --from`: a saved explanation, made again.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use wordlight_engine::{Document, FORMAT, NetworkMark, Request, SCHEMA};
use wordlight_site::Site;
use wordlight_train::files::read_text;

use crate::batch::limits::MAX_TEXT;
use crate::commands::text::{from_utf8, print};

/// What is read of a saved explanation: everything but the answers, which are computed.
#[derive(serde::Deserialize)]
struct Saved {
    format: String,
    schema: u32,
    networks: Vec<NetworkMark>,
    explanations: Vec<Asked>,
}

#[derive(serde::Deserialize)]
struct Asked {
    request: Request,
}

/// Makes a saved explanation again.
pub(super) fn again(site: &Site, path: &Path) -> Result<()> {
    let shown = path.display();
    let text = from_utf8(read_text(path)?, path)?;
    let saved: Saved =
        serde_json::from_str(&text).with_context(|| format!("{shown} is no explanation that wordlight saved"))?;
    ensure!(saved.format == FORMAT, "{shown} is a {:?}, expected a {FORMAT:?}", saved.format);
    ensure!(saved.schema == SCHEMA, "{shown} has the schema {}, this program reads {SCHEMA}", saved.schema);
    for network in &saved.networks {
        let here = site.mark(&network.checkpoint)?;
        ensure!(
            here == *network,
            "{shown} was made with another network of the name {:?}: its weights and vectors have the SHA-256 {} and {}, \
             those here {} and {}",
            network.checkpoint,
            network.sha256,
            network.vectors_sha256,
            here.sha256,
            here.vectors_sha256
        );
    }
    let requests: Vec<Request> = saved.explanations.into_iter().map(|asked| asked.request).collect();
    for request in &requests {
        let baselines = request.rows.iter().map(|row| &row.baseline);
        for text in baselines.chain([&request.text]) {
            let found = text.len();
            ensure!(found <= MAX_TEXT, "{shown} has a text of {found} bytes; at most {MAX_TEXT} are read");
        }
    }
    let mut checkpoints: Vec<String> = Vec::new();
    for row in requests.iter().flat_map(|request| &request.rows) {
        if !checkpoints.contains(&row.checkpoint) {
            checkpoints.push(row.checkpoint.clone());
        }
    }
    print(&Document::make(&site.load(&checkpoints)?, requests, |id| site.mark(id))?.to_json())
}
