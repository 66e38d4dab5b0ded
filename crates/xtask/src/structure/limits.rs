//! The rules themselves.

/// How many lines a source file may have.
pub(super) const MAX_LINES: usize = 400;

/// Files that may be longer, and why.
pub(super) const LONG_FILES: [(&str, &str); 0] = [];

/// How many circles of files there may be.
pub(super) const MAX_CIRCLES: Circles = Circles { all: 0, without_roots: 0 };

/// Circles in two counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Circles {
    /// All of them.
    pub(super) all: usize,
    /// Those that are left when the roots of folders and crates (`mod.rs`, `lib.rs`, `main.rs`) are taken out: a root that
    /// lists what its files define, and defines what they share, is the milder sort.
    pub(super) without_roots: usize,
}

/// How much of all Rust code one crate may hold.
pub(super) const LARGEST_SHARE: f64 = 0.2;

/// Every crate by its folder, with those that it may depend on, all of which come before it.
pub(super) const CRATES: [(&str, &[&str]); 13] = [
    ("kernel", &[]),
    ("nn", &["kernel"]),
    ("explain", &["kernel", "nn"]),
    ("engine", &["kernel", "nn", "explain"]),
    // Networks are trained without knowing how they will be explained.
    ("train", &["kernel", "nn"]),
    ("site", &["kernel", "nn", "explain", "engine", "train"]),
    ("evaluation", &["kernel", "nn", "explain", "engine", "train", "site"]),
    ("cli", &["kernel", "nn", "explain", "engine", "train", "site", "evaluation"]),
    ("wasm-import", &["kernel", "nn", "explain", "engine"]),
    ("wasm", &["kernel", "nn", "explain", "engine"]),
    // Tests that look at all of the above from outside.
    ("tests", &["kernel", "nn", "explain", "engine", "train", "site", "evaluation", "cli"]),
    ("fuzz", &["kernel", "nn", "explain", "engine", "train", "site", "evaluation", "cli"]),
    ("xtask", &[]),
];
