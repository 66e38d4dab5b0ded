//! What the progress bar counts.

use indicatif::{ProgressBar, ProgressStyle};

use crate::batch::source::Total;

/// Sets up a bar that counts bytes for what there is to read.
pub(super) fn begin(bar: &ProgressBar, total: Total) {
    match total {
        Total::Bytes(bytes) => bar.set_length(bytes),
        Total::Rows(rows) => {
            let style = ProgressStyle::with_template("{msg} {wide_bar} row {human_pos} of {human_len}");
            bar.set_style(style.expect("a fixed template"));
            bar.set_length(rows);
        }
    }
}
