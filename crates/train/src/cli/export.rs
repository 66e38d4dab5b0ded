//! `wordlight export`

use std::path::PathBuf;

use anstream::println;
use anyhow::Result;
use clap::Args;

use crate::export::{Naming, export};

/// Write a run's vectors and checkpoints as the files that the page loads, with a manifest and SHA-256 sums.
///
/// Blobs are named by their content and the manifest is written last, so a site that is being served never breaks.
/// Other models in the folder are kept.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  wordlight export --run runs/paper --to www/models")]
pub(super) struct Export {
    /// Folder that `wordlight train` wrote
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Folder of the site's models
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    to: PathBuf,
    /// What the model is called in links and file names
    #[arg(long, default_value = "paper-cnn")]
    id: String,
    /// What the model is called on the page
    #[arg(long, default_value = "The paper's CNN")]
    name: String,
    /// One or two sentences about the model [default: from the run's settings]
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    description: String,
    /// Which checkpoint is shown first
    #[arg(long, default_value_t = 10, value_name = "EPOCHS")]
    default_epoch: usize,
}

impl Export {
    pub(super) fn run(self) -> Result<()> {
        let naming =
            Naming { id: self.id, name: self.name, description: self.description, default_epoch: self.default_epoch };
        for file in export(&self.run, &self.to, &naming)? {
            println!("{:>9} bytes  {}", file.bytes, self.to.join(file.file).display());
        }
        Ok(())
    }
}
