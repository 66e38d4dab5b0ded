//! A static file server for the page, on this machine only.
//!
//! It answers GET and HEAD for the files that [`site`] calls public and knows nothing else of the repository. Every answer
//! carries an ETag of the file's content and `no-cache`, so that a reload after an edit never shows an old file and an
//! unchanged 2 MB blob is not sent again. [`answer`] is a function from request to reply, tested without a socket.

use std::convert::Infallible;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    IF_NONE_MATCH, VARY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use tokio::runtime::{Builder, Runtime};

use crate::site;

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
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_io().build();
        let runtime = runtime.context("cannot start the server's threads")?;
        listener.set_nonblocking(true).context("cannot set up the server's socket")?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).context("cannot set up the server's socket")?
        };
        runtime.spawn(accept(listener, root));
        Ok(Self { address, _runtime: runtime })
    }

    /// The page's address, ending in a slash.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// Answers every connection, each in a task of its own.
async fn accept(listener: tokio::net::TcpListener, root: Arc<Path>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, say: others have to be closed first.
            tokio::task::yield_now().await;
            continue;
        };
        let root = Arc::clone(&root);
        tokio::spawn(async move {
            let service = service_fn(|request: hyper::Request<_>| {
                let if_none_match = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
                let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
                let answer = answer(&root, request.method(), request.uri().path(), if_none_match);
                let answer = packed(answer, accepted.unwrap_or_default());
                async move { Ok::<_, Infallible>(answer.map(|body| Full::new(Bytes::from(body)))) }
            });
            // The only error left is a browser that went away, which is its right.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// A reply whose header values are all ASCII.
fn respond(status: StatusCode, headers: &[(HeaderName, &str)], body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).expect("our header values are ASCII");
        response.headers_mut().insert(name, value);
    }
    response
}

/// A small page that says why there is no other.
fn refusal(status: StatusCode, title: &str, text: &str, headers: &[(HeaderName, &str)]) -> Response<Vec<u8>> {
    let body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n\
         <p><a href=\"/\">Go to the page</a></p>\n</html>\n"
    );
    let mut headers = headers.to_vec();
    headers.push((CONTENT_TYPE, site::content_type(site::INDEX)));
    respond(status, &headers, body.into_bytes())
}

/// The reply to `method` on `path` (of the request line, still escaped) for a client that has `if_none_match`.
///
/// `root` has to be canonical.
fn answer(root: &Path, method: &Method, path: &str, if_none_match: Option<&str>) -> Response<Vec<u8>> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let text = "This server only answers GET and HEAD.";
        return refusal(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", text, &[(ALLOW, "GET, HEAD")]);
    }
    let Some((path, body)) = requested(path).and_then(|path| {
        let file: PathBuf = site::locate(root, &path)?;
        Some((path, fs::read(file).ok()?))
    }) else {
        let text = "This server has index.html and the folders www and pkg, and no such file in them.";
        return refusal(StatusCode::NOT_FOUND, "Not found", text, &[]);
    };
    let etag = etag(&body);
    let mut headers = vec![(CACHE_CONTROL, "no-cache"), (ETAG, etag.as_str())];
    if if_none_match.is_some_and(|known| names(known, &etag)) {
        return respond(StatusCode::NOT_MODIFIED, &headers, Vec::new());
    }
    headers.push((CONTENT_TYPE, site::content_type(&path)));
    headers.push((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    respond(StatusCode::OK, &headers, body)
}

/// The same reply, gzipped if the client takes that and it is worth it: what a web server in front of a site does.
///
/// Word vectors and weights stay as they are; they would hardly shrink.
fn packed(mut reply: Response<Vec<u8>>, accepted: &str) -> Response<Vec<u8>> {
    let takes_gzip = accepted.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && !matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    });
    let kind = reply.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let shrinks = kind.starts_with("text/")
        || ["application/wasm", "application/json", "image/svg+xml"].iter().any(|k| kind.starts_with(k));
    if reply.status() != StatusCode::OK || !shrinks || reply.body().len() < 1024 {
        return reply;
    }
    reply.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    if !takes_gzip {
        return reply;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to a vector cannot fail; were it to, the reply goes out as it was.
    let Ok(body) = encoder.write_all(reply.body()).and_then(|()| encoder.finish()) else { return reply };
    *reply.body_mut() = body;
    reply.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    // Other bytes with the same meaning have a weak validator.
    if let Some(weak) = reply.headers().get(ETAG).and_then(|etag| format!("W/{}", etag.to_str().ok()?).parse().ok()) {
        reply.headers_mut().insert(ETAG, weak);
    }
    reply
}

/// The relative path that a request's path asks for, decoded, or `None` if it is not one.
fn requested(target: &str) -> Option<String> {
    let path = percent_decoded(target.strip_prefix('/')?)?;
    Some(if path.is_empty() { site::INDEX.to_owned() } else { path })
}

/// `text` with each `%41` turned into its byte; `None` for a broken escape or bytes that are not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let (escape, tail) = tail.split_at_checked(2)?;
            let digit = |byte: u8| char::from(byte).to_digit(16);
            bytes.push(u8::try_from(digit(escape[0])? * 16 + digit(escape[1])?).ok()?);
            rest = tail;
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

/// A strong validator: the first half of the content's SHA-256, quoted.
fn etag(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hex: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// Whether an `If-None-Match` list names `etag`; comparison is weak, as RFC 9110 section 13.1.2 asks.
fn names(list: &str, etag: &str) -> bool {
    list.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpStream;
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;

    fn sample() -> (TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        for (path, content) in [
            ("index.html", "<h1>wordlight</h1>"),
            ("Cargo.toml", "[workspace]"),
            ("www/main.js", "export {};"),
            ("www/a b.txt", "a space"),
            ("pkg/wordlight_bg.wasm", "\0asm"),
        ] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        (dir, root)
    }

    fn header<'a>(answer: &'a Response<Vec<u8>>, name: &str) -> Option<&'a str> {
        answer.headers().get(name).map(|value| value.to_str().unwrap())
    }

    #[test]
    fn the_root_is_the_page() {
        let (_dir, root) = sample();
        let reply = answer(&root, &Method::GET, "/", None);
        assert_eq!((reply.status().as_u16(), reply.body().as_slice()), (200, b"<h1>wordlight</h1>".as_slice()));
        assert_eq!(reply.body(), answer(&root, &Method::GET, "/index.html", None).body());
        assert_eq!(header(&reply, "Content-Type"), Some("text/html; charset=utf-8"));
        assert_eq!(header(&reply, "Cache-Control"), Some("no-cache"));
    }

    #[test]
    fn wasm_has_the_type_that_streaming_compilation_needs() {
        let (_dir, root) = sample();
        let reply = answer(&root, &Method::GET, "/pkg/wordlight_bg.wasm", None);
        assert_eq!((reply.status().as_u16(), header(&reply, "Content-Type")), (200, Some("application/wasm")));
    }

    #[test]
    fn an_escaped_space_is_a_space() {
        let (_dir, root) = sample();
        assert_eq!(answer(&root, &Method::GET, "/www/a%20b.txt", None).body(), b"a space");
    }

    #[test]
    fn no_spelling_of_a_path_leaves_the_site() {
        let (_dir, root) = sample();
        for target in [
            "/Cargo.toml",
            "/www/../Cargo.toml",
            "/www/%2e%2e/Cargo.toml",
            "/www/%2E%2E%2FCargo.toml",
            "/www/..%5cCargo.toml",
            "/www/..%252fCargo.toml",
            "//Cargo.toml",
            "/./Cargo.toml",
            "/%2fetc/passwd",
            "/www//etc/passwd",
            "/www/main.js%00.txt",
            "/www/%ff",
            "/www/%4",
            "/www/%zz",
            "/www/%+1",
            "/www",
            "/www/",
            "/pkg/missing.js",
            "http://127.0.0.1/www/main.js",
            "*",
            "",
        ] {
            let reply = answer(&root, &Method::GET, target, None);
            assert_eq!(reply.status(), 404, "{target:?}");
            assert!(!reply.body().windows(11).any(|part| part == b"[workspace]"), "{target:?}");
        }
    }

    #[test]
    fn a_known_etag_is_not_modified_and_a_changed_file_is() {
        let (_dir, root) = sample();
        let first = answer(&root, &Method::GET, "/www/main.js", None);
        let etag = header(&first, "ETag").unwrap().to_owned();
        for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
            let again = answer(&root, &Method::GET, "/www/main.js", Some(&known));
            assert_eq!(
                (again.status().as_u16(), again.body().len(), header(&again, "ETag")),
                (304, 0, Some(etag.as_str())),
                "{known}"
            );
        }
        fs::write(root.join("www/main.js"), "export { };").unwrap();
        let changed = answer(&root, &Method::GET, "/www/main.js", Some(&etag));
        assert_eq!(changed.status(), 200);
        assert_ne!(header(&changed, "ETag"), Some(etag.as_str()));
    }

    #[test]
    fn text_and_code_are_gzipped_for_a_client_that_takes_it_and_nothing_else_is() {
        let (_dir, root) = sample();
        let code = "export const word = 1;\n".repeat(200);
        fs::write(root.join("www/main.js"), &code).unwrap();
        fs::write(root.join("www/blob.safetensors"), &code).unwrap();
        let get = |path: &str, accepted: &str| packed(answer(&root, &Method::GET, path, None), accepted);
        let reply = get("/www/main.js", "br, GZIP;q=0.8");
        assert_eq!(header(&reply, "Content-Encoding"), Some("gzip"));
        let mut back = String::new();
        flate2::read::GzDecoder::new(reply.body().as_slice()).read_to_string(&mut back).unwrap();
        assert_eq!(back, code);
        let known = header(&reply, "ETag").unwrap();
        assert_eq!(answer(&root, &Method::GET, "/www/main.js", Some(known)).status().as_u16(), 304);
        for (path, accepted) in
            [("/www/main.js", ""), ("/www/main.js", "gzip;q=0, br"), ("/www/blob.safetensors", "gzip"), ("/", "gzip")]
        {
            let reply = get(path, accepted);
            assert_eq!(header(&reply, "Content-Encoding"), None, "{path} {accepted}");
        }
    }

    #[test]
    fn only_reading_is_allowed() {
        let (_dir, root) = sample();
        let reply = answer(&root, &Method::POST, "/", None);
        assert_eq!((reply.status().as_u16(), header(&reply, "Allow")), (405, Some("GET, HEAD")));
    }

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
