//! `wordlight export`

use std::path::PathBuf;

use crate::terminal::say;
use anyhow::Result;
use clap::Args;
use wordlight_site::export::{Bundles, Naming, export};
use wordlight_train::data::treebank::{Split, read_split};
use wordlight_train::run::{Run, seed_runs};

/// Write a run's vectors and checkpoints as the files that the page loads, with a manifest and SHA-256 sums.
///
/// Blobs are named by their content and the manifest is written last, so a site that is being served never breaks.
/// Other models in the folder are kept.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight export --run runs/paper --to www/models
  wordlight export --run runs/paper --timeline --seeds runs/fresh --treebank trees
  wordlight export --run runs/kim --id kim-cnn --name \"Kim's CNN\"")]
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
    /// Which checkpoint is shown first [default: 10 if the run has it, otherwise the last]
    #[arg(long, value_name = "EPOCHS")]
    default_epoch: Option<usize>,
    /// Export every epoch of the run, in one file beside the others
    #[arg(long, requires = "treebank")]
    timeline: bool,
    /// Export the checkpoints of other seeds, in one file: the folder of `wordlight train` with several seeds
    #[arg(long, value_name = "DIR", requires = "treebank")]
    seeds: Option<PathBuf>,
    /// Folder with test.txt, on which what is exported in one file is measured
    #[arg(long, value_name = "DIR")]
    treebank: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self) -> Result<()> {
        let run = Run::read(&self.run)?;
        let ten = run.checkpoints.iter().any(|checkpoint| checkpoint.name == 10).then_some(10);
        let naming = Naming {
            id: self.id,
            name: self.name,
            description: self.description,
            default_epoch: self.default_epoch.or(ten),
        };
        let bundles = Bundles {
            timeline: self.timeline,
            seeds: self.seeds.map(|folder| seed_runs(&folder)).transpose()?.unwrap_or_default(),
            test: self.treebank.map(|folder| read_split(&folder, Split::Test)).transpose()?.unwrap_or_default(),
        };
        for file in export(&self.run, &self.to, &naming, &bundles)? {
            say!("{:>9} bytes  {}", file.bytes, self.to.join(file.file).display());
        }
        Ok(())
    }
}
