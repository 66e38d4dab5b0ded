//! Ctrl-C as an error: the command ends where it can say how far it got, and keeps what is done.

use crate::note;
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a command that was interrupted ends with, as shells expect.
pub const EXIT_CODE: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C only makes [`asked`] true; a second one ends the program at once. Where interrupts are ignored,
/// as in the background of a shell, they stay so.
pub fn listen() {
    // The error says that they are ignored, or that this was called before.
    let _ = ctrlc::try_set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            exit(EXIT_CODE.into());
        }
        note!("Stopping; Ctrl-C again ends at once.");
    });
}

/// Whether there was a Ctrl-C. Work that takes long asks this now and then.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
