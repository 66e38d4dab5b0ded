//! `wordlight table`

use std::path::PathBuf;

use anstream::print;
use anyhow::{Context, Result, ensure};
use clap::Args;
use wordlight_evaluation::seeds::Results;
use wordlight_train::files::write_whole;

/// Print the paper's Table 1 over several seeds, and whether its numbers of epochs differ by more than chance.
///
/// Mean and standard deviation per number of epochs, beside the paper's figures; then every two numbers of epochs
/// compared, seed by seed: a paired t test and an exact sign-flip test, both with Holm's correction.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wordlight table
  wordlight table runs/fresh --name fresh --save experiments/results/paper-fresh.json")]
pub(super) struct Table {
    /// Files of results, or folders of `wordlight train` with several seeds
    #[arg(default_values = ["experiments/results/paper-fresh.json", "experiments/results/paper-warm.json"])]
    results: Vec<PathBuf>,
    /// What to call the results of a folder [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
    /// Keep the results of one folder in a small file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

impl Table {
    pub(super) fn run(self) -> Result<()> {
        ensure!(
            self.save.is_none() || self.results.len() == 1 && self.results[0].is_dir(),
            "--save keeps the results of one folder; found {} of them, or a file",
            self.results.len()
        );
        for path in &self.results {
            let results = match path.is_dir() {
                false => Results::read(path)?,
                true => {
                    let folder = path.file_name().context("the folder has no name")?.to_string_lossy().into_owned();
                    Results::collect(path, self.name.as_ref().unwrap_or(&folder))?
                }
            };
            print!("{}\n\n", results.text().trim_end());
            if let Some(save) = &self.save {
                let mut json = serde_json::to_vec_pretty(&results)?;
                json.push(b'\n');
                write_whole(save, &json)?;
            }
        }
        Ok(())
    }
}
