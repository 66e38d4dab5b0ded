//! `wordlight replicate`

use std::path::PathBuf;

use crate::terminal::say;
use anyhow::{Result, ensure};
use clap::Args;
use wordlight_evaluation::replication::Replication;
use wordlight_evaluation::summary::Summary;
use wordlight_site::Site;
use wordlight_train::files::{read, write_whole};

/// Write docs/evaluation.md: each claim of the paper, what it rests on, what was measured here, and the verdict.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight replicate
  wordlight replicate --check")]
pub(super) struct Replicate {
    /// The summary that `wordlight evidence` wrote
    #[arg(long, value_name = "FILE", default_value = "experiments/evidence/summary.json")]
    evidence: PathBuf,
    /// Folder of `wordlight export`
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    models: PathBuf,
    /// The document
    #[arg(long, value_name = "FILE", default_value = "docs/evaluation.md")]
    to: PathBuf,
    /// The same findings for the page
    #[arg(long, value_name = "FILE", default_value = "www/models/replication.json")]
    json: PathBuf,
    /// Change nothing, and fail if the document says something else
    #[arg(long)]
    check: bool,
}

impl Replicate {
    pub(super) fn run(self) -> Result<()> {
        let site = Site::open(&self.models)?;
        let summary = Summary::read(&self.evidence)?;
        let replication = Replication::of(&site, &summary)?;
        let document = replication.markdown(&summary);
        let json = [serde_json::to_vec_pretty(&replication)?, b"\n".to_vec()].concat();
        for (path, made) in [(&self.to, document.as_bytes()), (&self.json, json.as_slice())] {
            if self.check {
                ensure!(
                    read(path)? == made,
                    "{} is not what the evidence gives; run `wordlight replicate`",
                    path.display()
                );
            } else {
                write_whole(path, made)?;
            }
            say!("{}", path.display());
        }
        Ok(())
    }
}
