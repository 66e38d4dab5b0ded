//! How many threads a command uses.

use anyhow::Result;

/// Runs `work` on a pool of so many threads; 0 for one per processor.
pub(crate) fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build()?.install(work)
}
