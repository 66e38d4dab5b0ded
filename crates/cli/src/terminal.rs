//! Lines for people, on standard output and beside it. Names, headers and metadata come from files of others, so nothing that
//! would steer the terminal gets through.

use std::io::{ErrorKind, Write};

use wordlight_nn::text::printable_lines;

/// A line on standard output, written as for `format!`.
macro_rules! say {
    () => { $crate::terminal::line(&mut anstream::stdout(), "") };
    ($($part:tt)*) => { $crate::terminal::line(&mut anstream::stdout(), &format!($($part)*)) };
}

/// A line on standard error, written as for `format!`.
#[macro_export]
macro_rules! note {
    ($($part:tt)*) => { $crate::terminal::line(&mut anstream::stderr(), &format!($($part)*)) };
}

pub(crate) use say;

/// Writes a line. A reader that has seen enough is no error; otherwise there is nobody left to tell.
#[doc(hidden)]
pub fn line(out: &mut impl Write, text: &str) {
    match writeln!(out, "{}", printable_lines(text)) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => std::process::exit(1),
        _ => {}
    }
}
