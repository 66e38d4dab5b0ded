//! What must hold for any bytes whatever.
//!
//! Each function of [`TARGETS`] takes bytes from cargo-fuzz and panics where something is not as it must be. What is wrong with
//! the bytes is never a panic. `cargo xtask fuzz` runs them all with libFuzzer; `cargo test` runs them on the seeds, on what
//! fuzzing has found, and on simple changes of both.

mod files;
mod network;
mod tables;
mod words;

pub use files::{document, import, request, trees, vectors, weights};
pub use network::explain;
pub use tables::{list, rows, table};
pub use words::text;

/// A function that takes bytes and panics where a law does not hold.
pub type Target = fn(&[u8]);

/// Every target with its name, which is that of its program and of its folder in `seeds`.
pub const TARGETS: [(&str, Target); 11] = [
    ("text", text),
    ("explain", explain),
    ("weights", weights),
    ("import", import),
    ("trees", trees),
    ("table", table),
    ("list", list),
    ("rows", rows),
    ("document", document),
    ("request", request),
    ("vectors", vectors),
];
