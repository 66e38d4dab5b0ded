//! Text that comes in as bytes, and text that goes to standard output.

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::Result;
use wordlight_nn::text::printable_lines;

/// Prints a whole text: to a file or a command as it is, to a terminal without what would steer it.
pub(super) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let text = if out.is_terminal() { printable_lines(text) } else { text.into() };
    Ok(out.write_all(text.as_bytes()).or_else(ignore_closed)?)
}

/// UTF-8 with or without a byte-order mark.
pub(super) fn from_utf8(bytes: Vec<u8>, path: &Path) -> Result<String> {
    let text = String::from_utf8(bytes).map_err(|e| {
        let place = e.utf8_error().valid_up_to();
        anyhow::anyhow!("{} is not UTF-8: the byte at {place} begins no character", path.display())
    })?;
    Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
}

/// A reader that has seen enough, as in `| head`, is no error.
pub(super) fn ignore_closed(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(from_utf8("\u{feff}good".into(), Path::new("x")).unwrap(), "good");
        let error = from_utf8(b"caf\xe9".to_vec(), Path::new("x.txt")).unwrap_err();
        assert_eq!(error.to_string(), "x.txt is not UTF-8: the byte at 3 begins no character");
    }
}
