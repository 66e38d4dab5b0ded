//! A static file server for the page, on this machine only.
//!
//! It answers GET and HEAD for the files that [`site`] calls public and knows nothing else of the repository. Every answer
//! carries an ETag of the file's content and `no-cache`, so that a reload after an edit never shows an old file and an
//! unchanged 2 MB blob is not read again. [`answer`] is a function from request to reply, tested without a socket.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow};
use sha2::{Digest, Sha256};
use tiny_http::{Header, Method, Request, Response, StatusCode};

use crate::site;

/// One thread per connection that a browser opens to one host (six), and two for a second window.
const THREADS: usize = 8;

/// Where people expect a local page; the next free port is taken when it is in use.
const USUAL_PORT: u16 = 8080;

/// A running server; it stops answering when dropped.
pub(crate) struct Server {
    http: Arc<tiny_http::Server>,
    address: SocketAddr,
}

impl Server {
    /// Serves the page under `root` on 127.0.0.1, from background threads.
    ///
    /// `port` is taken literally; without one it is 8080 if free, else any free port.
    ///
    /// # Errors
    /// When the port asked for cannot be had.
    pub(crate) fn start(root: &Path, port: Option<u16>) -> Result<Self> {
        let http = match port {
            Some(port) => listen(port)
                .with_context(|| format!("cannot listen on port {port}; leave --port out to get a free one"))?,
            None => listen(USUAL_PORT).or_else(|_| listen(0)).context("no free port on 127.0.0.1")?,
        };
        let address = http.server_addr().to_ip().context("the server has no IP address")?;
        let root: Arc<Path> = root.canonicalize().with_context(|| format!("cannot open {}", root.display()))?.into();
        let http = Arc::new(http);
        for _ in 0..THREADS {
            let (http, root) = (Arc::clone(&http), Arc::clone(&root));
            thread::spawn(move || {
                while let Ok(request) = http.recv() {
                    reply(&root, request);
                }
            });
        }
        Ok(Self { http, address })
    }

    /// The page's address, ending in a slash.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One wake-up per waiting thread; each then drops its share of the listener.
        for _ in 0..THREADS {
            self.http.unblock();
        }
    }
}

fn listen(port: u16) -> Result<tiny_http::Server> {
    tiny_http::Server::http((Ipv4Addr::LOCALHOST, port)).map_err(|error| anyhow!("{error}"))
}

/// What is sent back for one request.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn page(status: u16, title: &str, text: &str) -> Self {
        let body = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n\
             <p><a href=\"/\">Go to the page</a></p>\n</html>\n"
        );
        Self {
            status,
            headers: vec![("Content-Type", site::content_type("x.html").to_owned())],
            body: body.into_bytes(),
        }
    }

    fn not_found() -> Self {
        Self::page(
            404,
            "Not found",
            "This server has index.html and the folders www and pkg, and no such file in them.",
        )
    }
}

fn reply(root: &Path, request: Request) {
    let if_none_match = request
        .headers()
        .iter()
        .find(|header| header.field.equiv("If-None-Match"))
        .map(|header| header.value.as_str().to_owned());
    let answer = answer(root, request.method(), request.url(), if_none_match.as_deref());
    // Never chunked: with a Content-Length the page can show how much of a download is there.
    let mut response =
        Response::from_data(answer.body).with_status_code(StatusCode(answer.status)).with_chunked_threshold(usize::MAX);
    for (name, value) in answer.headers {
        match Header::from_bytes(name, value) {
            Ok(header) => response.add_header(header),
            Err(()) => unreachable!("header {name} is ASCII by construction"),
        }
    }
    // The only error left is a browser that went away, which is its right.
    let _ = request.respond(response);
}

/// The reply to `method` on `target` (the path and query of the request line) for a client that has `if_none_match`.
///
/// `root` has to be canonical.
fn answer(root: &Path, method: &Method, target: &str, if_none_match: Option<&str>) -> Answer {
    if !matches!(method, Method::Get | Method::Head) {
        let mut refusal = Answer::page(405, "Method not allowed", "This server only answers GET and HEAD.");
        refusal.headers.push(("Allow", "GET, HEAD".to_owned()));
        return refusal;
    }
    let Some((path, body)) = requested(target).and_then(|path| {
        let file: PathBuf = site::locate(root, &path)?;
        Some((path, fs::read(file).ok()?))
    }) else {
        return Answer::not_found();
    };
    let etag = etag(&body);
    let mut headers = vec![("Cache-Control", "no-cache".to_owned()), ("ETag", etag.clone())];
    if if_none_match.is_some_and(|known| names(known, &etag)) {
        return Answer { status: 304, headers, body: Vec::new() };
    }
    headers.push(("Content-Type", site::content_type(&path).to_owned()));
    headers.push(("X-Content-Type-Options", "nosniff".to_owned()));
    Answer { status: 200, headers, body }
}

/// The relative path that a request target asks for, decoded, or `None` if it is not one.
fn requested(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = percent_decoded(path)?;
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
    use std::io::{Read, Write};
    use std::net::TcpStream;

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

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        answer.headers.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn the_root_is_the_page() {
        let (_dir, root) = sample();
        let reply = answer(&root, &Method::Get, "/", None);
        assert_eq!((reply.status, reply.body.as_slice()), (200, b"<h1>wordlight</h1>".as_slice()));
        assert_eq!(reply, answer(&root, &Method::Get, "/index.html", None));
        assert_eq!(header(&reply, "Content-Type"), Some("text/html; charset=utf-8"));
        assert_eq!(header(&reply, "Cache-Control"), Some("no-cache"));
    }

    #[test]
    fn wasm_has_the_type_that_streaming_compilation_needs() {
        let (_dir, root) = sample();
        let reply = answer(&root, &Method::Get, "/pkg/wordlight_bg.wasm?v=1", None);
        assert_eq!((reply.status, header(&reply, "Content-Type")), (200, Some("application/wasm")));
    }

    #[test]
    fn an_escaped_space_is_a_space() {
        let (_dir, root) = sample();
        assert_eq!(answer(&root, &Method::Get, "/www/a%20b.txt", None).body, b"a space");
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
            let reply = answer(&root, &Method::Get, target, None);
            assert_eq!(reply.status, 404, "{target:?}");
            assert!(!reply.body.windows(11).any(|part| part == b"[workspace]"), "{target:?}");
        }
    }

    #[test]
    fn a_known_etag_is_not_modified_and_a_changed_file_is() {
        let (_dir, root) = sample();
        let first = answer(&root, &Method::Get, "/www/main.js", None);
        let etag = header(&first, "ETag").unwrap().to_owned();
        for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
            let again = answer(&root, &Method::Get, "/www/main.js", Some(&known));
            assert_eq!(
                (again.status, again.body.len(), header(&again, "ETag")),
                (304, 0, Some(etag.as_str())),
                "{known}"
            );
        }
        fs::write(root.join("www/main.js"), "export { };").unwrap();
        let changed = answer(&root, &Method::Get, "/www/main.js", Some(&etag));
        assert_eq!(changed.status, 200);
        assert_ne!(header(&changed, "ETag"), Some(etag.as_str()));
    }

    #[test]
    fn only_reading_is_allowed() {
        let (_dir, root) = sample();
        let reply = answer(&root, &Method::Post, "/", None);
        assert_eq!((reply.status, header(&reply, "Allow")), (405, Some("GET, HEAD")));
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
        let (get, body) = exchange(&server, "GET /www/main.js");
        assert!(get.starts_with("HTTP/1.1 200") && get.contains("Content-Length: 10"), "{get}");
        assert_eq!(body, "export {};");
        let (head, body) = exchange(&server, "HEAD /www/main.js");
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("Content-Length: 10"), "{head}");
        assert_eq!(body, "");
    }

    #[test]
    fn a_large_file_is_sent_with_its_length() {
        let (_dir, root) = sample();
        fs::write(root.join("www/large.txt"), "x".repeat(100_000)).unwrap();
        let server = Server::start(&root, Some(0)).unwrap();
        let (head, body) = exchange(&server, "GET /www/large.txt");
        assert!(head.contains("Content-Length: 100000") && !head.contains("chunked"), "{head}");
        assert_eq!(body.len(), 100_000);
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
