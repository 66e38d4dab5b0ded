//! How many threads a command uses.

use anyhow::Result;

/// More threads than this many per processor only wait for each other.
const PER_PROCESSOR: usize = 4;
/// What may be asked for on any machine, so that a command given elsewhere works here.
const ALWAYS: usize = 64;

/// Runs `work` on a pool of so many threads; 0 for one per processor. What asks for too many gets the most there may be, and
/// is told so: no result depends on it.
pub(crate) fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let most = most(processors);
    if threads > most {
        anstream::eprintln!("note: {threads} threads are too many for {processors} processors; {most} are used");
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads.min(most)).build()?.install(work)
}

/// The most threads on a machine of so many processors.
fn most(processors: usize) -> usize {
    ALWAYS.max(PER_PROCESSOR.saturating_mul(processors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_have_a_limit() {
        let used = |threads| with_threads(threads, || Ok(rayon::current_num_threads())).unwrap();
        let most = most(std::thread::available_parallelism().unwrap().into());
        assert_eq!([1, most, most + 1, 30_000, usize::MAX].map(used), [1, most, most, most, most]);
        assert_eq!([super::most(2), super::most(100)], [64, 400]);
    }
}
