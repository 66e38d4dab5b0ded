//! `check-models DIR`: reads everything in a folder of models, and says what is wrong with it. `cargo verify` and `cargo xtask
//! site` run it.

use std::path::Path;
use std::process::ExitCode;

use wordlight_site::check::check;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("error: name a folder of models");
        return ExitCode::FAILURE;
    };
    match check(Path::new(&folder)) {
        Ok(found) => {
            println!(
                "{} models with {} checkpoints and {} files of text are read without a fault",
                found.models, found.checkpoints, found.data_files
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
