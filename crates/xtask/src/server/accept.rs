//! Taking connections, also when the system has none to give.

use std::io;
use std::time::Duration;

/// How long to wait after the system refused a connection. Short enough not to be noticed, long enough to cost nothing.
const PAUSE: Duration = Duration::from_millis(100);

/// Hands every connection that `next` gives to `serve`, forever.
///
/// Where `next` fails because the system is short of something (file descriptors, most often), other connections have to
/// be closed first: it is asked again after a [pause](PAUSE), and `complain` is told once until it works again.
pub(super) async fn forever<C, F: Future<Output = io::Result<C>>>(
    mut next: impl FnMut() -> F,
    mut serve: impl FnMut(C),
    mut complain: impl FnMut(String),
) {
    let mut complained = false;
    loop {
        match next().await {
            Ok(connection) => {
                complained = false;
                serve(connection);
            }
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                if !complained {
                    complain(format!("Note: no new connection can be taken ({error}); trying again until it works."));
                    complained = true;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether the visitor left before the connection was taken; the next one is not affected.
fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::time::Instant;

    use super::*;

    /// Runs the loop for as long as `next` gives results, then stops it.
    fn run(results: Vec<io::Result<u32>>) -> (Vec<u32>, Vec<String>, Duration) {
        let (served, complaints) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let (left, started, took) = (RefCell::new(results.into_iter()), Instant::now(), Cell::new(Duration::ZERO));
        let next = async || {
            let result = left.borrow_mut().next();
            match result {
                Some(result) => result,
                None => {
                    took.set(started.elapsed());
                    std::future::pending().await
                }
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let work = forever(next, |one| served.borrow_mut().push(one), |text| complaints.borrow_mut().push(text));
            let mut work = std::pin::pin!(work);
            while took.get().is_zero() {
                let _ = tokio::time::timeout(Duration::from_millis(10), &mut work).await;
                assert!(started.elapsed() < Duration::from_secs(20), "the loop does not go on");
            }
        });
        (served.take(), complaints.take(), took.get())
    }

    fn exhausted() -> io::Result<u32> {
        // EMFILE and WSAEMFILE: this process has no file descriptor left.
        Err(io::Error::from_raw_os_error(if cfg!(windows) { 10024 } else { 24 }))
    }

    fn aborted() -> io::Result<u32> {
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    #[test]
    fn running_out_of_descriptors_waits_and_goes_on() {
        let (served, complaints, took) = run(vec![Ok(1), exhausted(), exhausted(), exhausted(), Ok(2)]);
        assert_eq!(served, [1, 2]);
        // A loop that spins would be through in microseconds.
        assert!(took >= 3 * PAUSE, "three failures took {took:?}");
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].contains("no new connection can be taken"), "{complaints:?}");
    }

    #[test]
    fn every_shortage_is_told_once() {
        let (served, complaints, _) = run(vec![exhausted(), exhausted(), Ok(1), exhausted(), Ok(2)]);
        assert_eq!((served.len(), complaints.len()), (2, 2));
    }

    #[test]
    fn a_visitor_who_left_holds_nobody_up() {
        let (served, complaints, took) = run(vec![aborted(), aborted(), aborted(), Ok(1)]);
        assert_eq!((served.len(), complaints.len()), (1, 0));
        assert!(took < 3 * PAUSE, "{took:?}");
    }
}
