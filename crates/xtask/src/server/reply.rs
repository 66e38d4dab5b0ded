//! What a request gets: the reply as a function of the repository, the request line and two headers, tested without a socket.

use std::fs;
use std::path::{Path, PathBuf};

use hyper::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Response, StatusCode};
use sha2::{Digest, Sha256};

use crate::{digest, percent, site};

/// What every reply says: what a page may do, also in a worker, and that files are sent whole.
const ALWAYS: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, site::POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (ACCEPT_RANGES, "none"),
];

/// A reply whose header values are all ASCII.
fn respond(status: StatusCode, headers: &[(HeaderName, &str)], body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in headers.iter().chain(&ALWAYS) {
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

/// The reply to a request that was meant for another server.
///
/// A page elsewhere can give a name of its own the address 127.0.0.1 and so read what is served here as if it were its own; the
/// browser still says which name it asked for.
pub(super) fn misdirected() -> Response<Vec<u8>> {
    let text = "This server answers to localhost, 127.0.0.1 and [::1] with its port, and to no other name.";
    refusal(StatusCode::MISDIRECTED_REQUEST, "Not this server", text, &[])
}

/// Whether a `Host` is a name of this machine's own for a server on `port`.
pub(super) fn is_own(host: &str, port: u16) -> bool {
    let name = match host.strip_suffix(&format!(":{port}")) {
        Some(name) => name,
        None if port == 80 => host,
        None => return false,
    };
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// The reply to `method` on `path` (of the request line, still escaped) for a client that has `if_none_match`.
///
/// `root` has to be canonical.
pub(super) fn answer(root: &Path, method: &Method, path: &str, if_none_match: Option<&str>) -> Response<Vec<u8>> {
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
    respond(StatusCode::OK, &headers, body)
}

/// The relative path that a request's path asks for, decoded, or `None` if it is not one.
fn requested(target: &str) -> Option<String> {
    let path = percent::decoded(target.strip_prefix('/')?)?;
    Some(if path.is_empty() { site::INDEX.to_owned() } else { path })
}

/// A strong validator: the first half of the content's SHA-256, quoted.
fn etag(content: &[u8]) -> String {
    let half = &Sha256::digest(content)[..16];
    format!("\"{}\"", digest::hex(half))
}

/// Whether an `If-None-Match` list names `etag`; comparison is weak, as RFC 9110 section 13.1.2 asks.
fn names(list: &str, etag: &str) -> bool {
    list.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

#[cfg(test)]
pub(super) mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A repository with a page of a few files.
    pub(crate) fn sample() -> (TempDir, PathBuf) {
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

    pub(crate) fn header<'a>(answer: &'a Response<Vec<u8>>, name: &str) -> Option<&'a str> {
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
    fn every_reply_has_the_policy_and_offers_no_ranges() {
        let (_dir, root) = sample();
        let etag = answer(&root, &Method::GET, "/www/main.js", None).headers()[ETAG].clone();
        let replies = [
            answer(&root, &Method::GET, "/", None),
            answer(&root, &Method::GET, "/www/main.js", None),
            answer(&root, &Method::GET, "/www/main.js", etag.to_str().ok()),
            answer(&root, &Method::GET, "/none", None),
            answer(&root, &Method::POST, "/", None),
            misdirected(),
        ];
        for (reply, status) in replies.iter().zip([200, 200, 304, 404, 405, 421]) {
            assert_eq!(reply.status(), status);
            assert_eq!(header(reply, "Content-Security-Policy"), Some(site::POLICY));
            assert_eq!(header(reply, "X-Content-Type-Options"), Some("nosniff"));
            assert_eq!(header(reply, "Accept-Ranges"), Some("none"));
        }
    }

    #[test]
    fn only_this_machines_own_names_with_the_port_are_answered_to() {
        for host in ["localhost:8080", "LocalHost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(is_own(host, 8080), "{host}");
        }
        for host in [
            "",
            "localhost",
            "localhost:80",
            "localhost:8080:8080",
            "localhost.:8080",
            "evil.example:8080",
            "evil.example",
            "127.0.0.1.evil.example:8080",
            "localhost.evil.example:8080",
            "127.1:8080",
            "192.168.0.2:8080",
            ":8080",
            "user@localhost:8080",
            "0.0.0.0:8080",
        ] {
            assert!(!is_own(host, 8080), "{host}");
        }
        assert!(is_own("localhost", 80) && is_own("localhost:80", 80) && !is_own("evil.example", 80));
    }

    #[test]
    fn only_reading_is_allowed() {
        let (_dir, root) = sample();
        let reply = answer(&root, &Method::POST, "/", None);
        assert_eq!((reply.status().as_u16(), header(&reply, "Allow")), (405, Some("GET, HEAD")));
    }
}
