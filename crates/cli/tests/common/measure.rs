//! How much memory a command takes.

use std::process::{Command, Stdio};
use std::time::Duration;

/// How a command ended.
pub(crate) struct Measured {
    pub(crate) code: Option<i32>,
    pub(crate) errors: String,
    /// The most bytes that were in memory, as far as looking a thousand times a second can see.
    pub(crate) peak: u64,
}

/// Runs the command and watches its memory.
pub(crate) fn measured(args: &[&str]) -> Measured {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wordlight"))
        .args(args)
        .env_remove("CLICOLOR_FORCE")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|kib| kib.parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) << 10);
        std::thread::sleep(Duration::from_millis(1));
    }
    let output = child.wait_with_output().unwrap();
    Measured { code: output.status.code(), errors: String::from_utf8(output.stderr).unwrap(), peak }
}
