//! `wordlight still`

use std::path::PathBuf;

use crate::terminal::say;
use anyhow::{Context, Result, ensure};
use clap::Args;
use wordlight_engine::{Request, RowRequest, Scale, TargetRequest};
use wordlight_site::Site;
use wordlight_site::{text_of, with_first_picture};
use wordlight_train::files::{read_text, write_whole};

/// Write the explained sentence that the page shows before any script has run, and which models it asks for at once.
///
/// The sentence is the one in the page's text box; it is explained as the page itself would, by the default checkpoint. What
/// the page asks for is that checkpoint and the first words' vectors.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight still
  wordlight still --check")]
pub(super) struct Still {
    /// The page
    #[arg(long, value_name = "FILE", default_value = "index.html")]
    page: PathBuf,
    /// Folder of the site's models
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    models: PathBuf,
    /// Change nothing, and fail if the page shows something else
    #[arg(long)]
    check: bool,
}

impl Still {
    pub(super) fn run(self) -> Result<()> {
        let shown = self.page.display();
        let page = String::from_utf8(read_text(&self.page)?).with_context(|| format!("{shown} is not UTF-8"))?;
        let site = Site::open(&self.models)?;
        let checkpoint = site.default_checkpoint()?.to_owned();
        let row = RowRequest {
            checkpoint: checkpoint.clone(),
            method: "integrated-gradients".to_owned(),
            params: Default::default(),
            target: TargetRequest::default(),
            baseline: "zero".to_owned(),
        };
        let text = text_of(&page).with_context(|| format!("{shown}"))?;
        let request = Request { text, rows: vec![row], scale: Scale::Row, truth: None, max_sentences: 1 };
        let reply = site.load(&[checkpoint])?.explain(&request)?;
        let made = with_first_picture(&page, &reply).with_context(|| format!("{shown}"))?;
        let made = with_beginning(&made, &site).with_context(|| format!("{shown}"))?;
        if self.check {
            ensure!(made == page, "{shown} shows another explanation than its models give; run `wordlight still`");
            say!("{shown} shows what its models give");
        } else {
            write_whole(&self.page, made.as_bytes())?;
            say!("{shown} now shows: {}", reply.sentences[0].rows[0].summary);
        }
        Ok(())
    }
}

const START: &str = "<!-- beginning:start -->\n";
const END: &str = "  <!-- beginning:end -->";

/// The page that asks for the files which the engine begins with, between its two comments.
fn with_beginning(page: &str, site: &Site) -> Result<String> {
    let manifest = site.manifest();
    let model = manifest.models.iter().find(|model| model.id == manifest.default_model);
    let model = model.context("the manifest lacks its default model")?;
    let network = model.checkpoints.iter().find(|checkpoint| checkpoint.id == model.default_checkpoint);
    let files = model.vectors.first.iter().map(|first| &first.file).chain(network.map(|network| &network.file));
    let links: String = files
        .map(|file| format!("  <link rel=\"preload\" as=\"fetch\" crossorigin href=\"./www/models/{file}\">\n"))
        .collect();
    let (before, rest) = page.split_once(START).with_context(|| format!("there is no line {START:?}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("there is no line {END:?}"))?;
    Ok(format!("{before}{START}{links}{END}{after}"))
}
