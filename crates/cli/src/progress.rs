//! Progress bars.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts bytes.
pub(crate) fn byte_bar(total: u64, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes} of {total_bytes}").expect("a fixed template");
    ProgressBar::new(total).with_style(style).with_message(what.to_owned())
}

/// A bar that counts epochs.
pub(crate) fn epoch_bar(total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("training {wide_bar} epoch {pos} of {len}").expect("a fixed template");
    ProgressBar::new(total as u64).with_style(style)
}
