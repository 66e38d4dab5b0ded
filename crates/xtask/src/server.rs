//! A static file server for the page, on this machine only.
//!
//! It answers GET and HEAD for the files that [`crate::site`] calls public and knows nothing else of the repository. Every answer
//! carries an ETag of the file's content and `no-cache`, so that a reload after an edit never shows an old file and an
//! unchanged 2 MB blob is not sent again. What a request gets is in [`reply`], its compression in [`gzip`], and how
//! connections are taken in [`accept`].

mod accept;
mod gzip;
mod reply;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

/// Where people expect a local page; a free port is taken when it is in use.
const USUAL_PORT: u16 = 8080;

/// A running server; it stops answering when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    /// Owns the tasks that answer; none of them outlives it.
    _runtime: Runtime,
}

impl Server {
    /// Serves the page under `root` on 127.0.0.1, from background threads.
    ///
    /// `port` is taken literally; without one it is 8080 if free, else any free port.
    ///
    /// # Errors
    /// When the port asked for cannot be had.
    pub(crate) fn start(root: &Path, port: Option<u16>) -> Result<Self> {
        let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = match port {
            Some(port) => listen(port)
                .with_context(|| format!("cannot listen on port {port}; leave --port out to get a free one"))?,
            None => listen(USUAL_PORT).or_else(|_| listen(0)).context("no free port on 127.0.0.1")?,
        };
        let address = listener.local_addr().context("the server has no address")?;
        let root: Arc<Path> = root.canonicalize().with_context(|| format!("cannot open {}", root.display()))?.into();
        // Two threads, so that reading a large file does not hold up the rest.
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_io().enable_time().build();
        let runtime = runtime.context("cannot start the server's threads")?;
        listener.set_nonblocking(true).context("cannot set up the server's socket")?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).context("cannot set up the server's socket")?
        };
        let listener = Arc::new(listener);
        let next = move || {
            let listener = Arc::clone(&listener);
            async move { Ok(listener.accept().await?.0) }
        };
        let serve = move |stream| drop(tokio::spawn(serve(stream, Arc::clone(&root))));
        runtime.spawn(accept::forever(next, serve, |problem| eprintln!("{problem}")));
        Ok(Self { address, _runtime: runtime })
    }

    /// The page's address, ending in a slash.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// Answers the requests of one connection.
async fn serve(stream: TcpStream, root: Arc<Path>) {
    let service = service_fn(|request: hyper::Request<_>| {
        let if_none_match = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let answer = reply::answer(&root, request.method(), request.uri().path(), if_none_match);
        let answer = gzip::packed(answer, accepted.unwrap_or_default());
        async move { Ok::<_, Infallible>(answer.map(|body| Full::new(Bytes::from(body)))) }
    });
    // The only error left is a browser that went away, which is its right.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::Duration;

    use super::Server;
    use super::reply::tests::sample;

    /// The status line and headers, and the body, of one request over a real connection.
    fn exchange(server: &Server, request_line: &str) -> (String, String) {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "{request_line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    #[test]
    fn head_has_the_length_and_no_body() {
        let (_dir, root) = sample();
        let server = Server::start(&root, Some(0)).unwrap();
        let (get, body) = exchange(&server, "GET /www/main.js?v=1");
        assert!(get.starts_with("HTTP/1.1 200") && get.contains("content-length: 10\r\n"), "{get}");
        assert_eq!(body, "export {};");
        let (head, body) = exchange(&server, "HEAD /www/main.js");
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-length: 10\r\n"), "{head}");
        assert_eq!(body, "");
    }

    #[test]
    fn a_large_file_is_sent_with_its_length() {
        let (_dir, root) = sample();
        fs::write(root.join("www/large.txt"), "x".repeat(100_000)).unwrap();
        let server = Server::start(&root, Some(0)).unwrap();
        let (head, body) = exchange(&server, "GET /www/large.txt");
        assert!(head.contains("content-length: 100000") && !head.contains("chunked"), "{head}");
        assert_eq!(body.len(), 100_000);
    }

    /// Browsers open connections ahead of need and keep used ones; neither may hold up the next.
    #[test]
    fn open_connections_hold_nothing_up() {
        let (_dir, root) = sample();
        let server = Server::start(&root, Some(0)).unwrap();
        let request = b"GET /www/main.js HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let mut open = Vec::new();
        for round in 0..40 {
            let idle = TcpStream::connect(server.address).unwrap();
            let mut used = TcpStream::connect(server.address).unwrap();
            used.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            used.write_all(request).unwrap();
            let mut status = [0; 12];
            used.read_exact(&mut status).unwrap_or_else(|error| panic!("round {round}: {error}"));
            assert_eq!(&status, b"HTTP/1.1 200");
            open.push((idle, used));
        }
    }

    #[test]
    fn a_taken_port_is_an_error_when_asked_for_by_number() {
        let (_dir, root) = sample();
        let first = Server::start(&root, Some(0)).unwrap();
        let error = Server::start(&root, Some(first.address.port())).err().unwrap();
        assert!(format!("{error:#}").contains(&format!("cannot listen on port {}", first.address.port())));
        assert!(first.address.ip().is_loopback());
    }
}
