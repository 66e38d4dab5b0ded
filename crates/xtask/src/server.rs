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
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ACCEPT_ENCODING, HOST, IF_NONE_MATCH};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Where people expect a local page; a free port is taken when it is in use.
const USUAL_PORT: u16 = 8080;

/// How many connections there may be, and for how long.
#[derive(Clone, Copy)]
struct Limits {
    /// At once; more wait until one of these ends. Well below the files that a system lets a program open: 256 on a Mac.
    connections: usize,
    /// How long a connection may wait for the next request, and for the rest of one.
    idle: Duration,
    /// How long a connection may last; what is being sent by then has another `idle` to be taken.
    life: Duration,
}

const LIMITS: Limits = Limits { connections: 128, idle: Duration::from_secs(15), life: Duration::from_secs(120) };

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
        Self::start_with(root, port, LIMITS)
    }

    fn start_with(root: &Path, port: Option<u16>, limits: Limits) -> Result<Self> {
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
        let (listener, places) = (Arc::new(listener), Arc::new(Semaphore::new(limits.connections)));
        let next = move || {
            let (listener, places) = (Arc::clone(&listener), Arc::clone(&places));
            async move {
                let place = places.acquire_owned().await.map_err(io::Error::other)?;
                Ok((listener.accept().await?.0, place))
            }
        };
        let serve = move |(stream, place)| {
            let root = Arc::clone(&root);
            tokio::spawn(async move {
                serve(stream, root, address.port(), limits).await;
                drop(place);
            });
        };
        runtime.spawn(accept::forever(next, serve, |problem| eprintln!("{problem}")));
        Ok(Self { address, _runtime: runtime })
    }

    /// The page's address, ending in a slash.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// Answers the requests of one connection.
async fn serve(stream: TcpStream, root: Arc<Path>, port: u16, limits: Limits) {
    let service = service_fn(|request: hyper::Request<_>| {
        let answer = answer(&root, &request, port);
        async move { Ok::<_, Infallible>(answer.map(|body| Full::new(Bytes::from(body)))) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.idle);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    // The only errors left are a browser that went away, which is its right, and one that was silent for too long.
    if timeout(limits.life, connection.as_mut()).await.is_err() {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(limits.idle, connection).await;
    }
}

/// The reply to a request as it came.
fn answer<B>(root: &Path, request: &hyper::Request<B>, port: u16) -> hyper::Response<Vec<u8>> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    // A target with a host in it counts more than the header, and there must not be two of them.
    let mut hosts: Vec<&str> = request.uri().authority().map(|authority| authority.as_str()).into_iter().collect();
    hosts.extend(request.headers().get_all(HOST).iter().map(|value| value.to_str().unwrap_or_default()));
    if hosts.is_empty() || !hosts.iter().all(|host| reply::is_own(host, port)) {
        return reply::misdirected();
    }
    let reply = reply::answer(root, request.method(), request.uri().path(), text(IF_NONE_MATCH));
    gzip::packed(reply, text(ACCEPT_ENCODING).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::{Duration, Instant};

    use super::reply::tests::sample;
    use super::{LIMITS, Limits, Server};

    /// The status line and headers, and the body, of one request over a real connection.
    fn exchange(server: &Server, request_line: &str) -> (String, String) {
        let host = format!("Host: localhost:{}\r\n", server.address.port());
        exchange_with(server, request_line, &host)
    }

    fn exchange_with(server: &Server, request_line: &str, headers: &str) -> (String, String) {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "{request_line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").unwrap();
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
        let request = format!("GET /www/main.js HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
        let mut open = Vec::new();
        for round in 0..40 {
            let idle = TcpStream::connect(server.address).unwrap();
            let mut used = TcpStream::connect(server.address).unwrap();
            used.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            used.write_all(request.as_bytes()).unwrap();
            let mut status = [0; 12];
            used.read_exact(&mut status).unwrap_or_else(|error| panic!("round {round}: {error}"));
            assert_eq!(&status, b"HTTP/1.1 200");
            open.push((idle, used));
        }
    }

    /// A page elsewhere whose name was turned to 127.0.0.1 sends that name.
    #[test]
    fn a_request_for_another_name_is_refused() {
        let (_dir, root) = sample();
        let server = Server::start(&root, Some(0)).unwrap();
        let port = server.address.port();
        let status = |line: &str, headers: &str| exchange_with(&server, line, headers).0[9..12].to_owned();
        let own = format!("Host: localhost:{port}\r\n");
        assert_eq!(status("GET /www/main.js", &own), "200");
        assert_eq!(status("GET /www/main.js", &format!("Host: [::1]:{port}\r\n")), "200");
        for headers in [
            String::new(),
            "Host: localhost\r\n".to_owned(),
            format!("Host: evil.example:{port}\r\n"),
            format!("{own}Host: evil.example:{port}\r\n"),
        ] {
            assert_eq!(status("GET /www/main.js", &headers), "421", "{headers}");
        }
        assert_eq!(status(&format!("GET http://evil.example:{port}/www/main.js"), &own), "421");
        let (head, body) = exchange_with(&server, "GET /", "Host: evil.example\r\n");
        assert!(!head.contains("etag") && !body.contains("<h1>wordlight</h1>"), "{head}{body}");
    }

    #[test]
    fn a_range_is_not_offered_and_the_whole_is_sent() {
        let (_dir, root) = sample();
        let server = Server::start(&root, Some(0)).unwrap();
        let headers = format!("Host: {}\r\nRange: bytes=0-1\r\n", server.address);
        let (head, body) = exchange_with(&server, "GET /www/main.js", &headers);
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("accept-ranges: none"), "{head}");
        assert_eq!(body, "export {};");
    }

    /// More connections than there are places: the silent ones end, and the next is answered.
    #[test]
    fn silent_connections_give_up_their_places() {
        let (_dir, root) = sample();
        let limits = Limits { connections: 4, idle: Duration::from_millis(300), ..LIMITS };
        let server = Server::start_with(&root, Some(0), limits).unwrap();
        let mut silent: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(server.address).unwrap()).collect();
        for half in &mut silent[10..] {
            half.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
        }
        let began = Instant::now();
        let (head, _) = exchange(&server, "GET /www/main.js");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let took = began.elapsed();
        assert!(took >= limits.idle && took < 30 * limits.idle, "{took:?}");
        // One that has been answered is no exception.
        let mut used = TcpStream::connect(server.address).unwrap();
        write!(used, "GET /www/main.js HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).unwrap();
        used.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut all = Vec::new();
        used.read_to_end(&mut all).unwrap();
        assert!(all.ends_with(b"export {};"), "the connection is closed after its answer");
    }

    /// Who asks and does not take the answer holds a place, for a while.
    #[test]
    fn a_connection_that_takes_nothing_ends() {
        let (_dir, root) = sample();
        fs::write(root.join("www/large.bin"), vec![0; 64 << 20]).unwrap();
        let short = Duration::from_millis(500);
        let server = Server::start_with(&root, Some(0), Limits { connections: 1, idle: short, life: short }).unwrap();
        let mut greedy = TcpStream::connect(server.address).unwrap();
        write!(greedy, "GET /www/large.bin HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).unwrap();
        let (head, _) = exchange(&server, "GET /www/main.js");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
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
