//! Files that are written from the code. Every test run compares them; with `WORDLIGHT_WRITE` set it writes them anew.

use std::io::Write;
use std::path::Path;

/// Whether the file at `path` holds `text`. With `WORDLIGHT_WRITE` set it does afterwards: it is written if it has to be, and a line
/// says so.
///
/// # Panics
/// When the file cannot be written.
pub fn is_current(path: &Path, text: &str) -> bool {
    if std::fs::read_to_string(path).is_ok_and(|found| found == text) {
        return true;
    }
    if std::env::var_os("WORDLIGHT_WRITE").is_none() {
        return false;
    }
    std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // Not `eprintln!`, which a test that passes does not show.
    let _ = writeln!(std::io::stderr(), "written anew: {}", path.display());
    true
}
