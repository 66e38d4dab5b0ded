//! Replies gzipped on their way out, as a web server in front of a site does.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, VARY};
use hyper::{Response, StatusCode};

/// The same reply, gzipped if the client takes that and it is worth it.
///
/// Word vectors and weights stay as they are; they would hardly shrink.
pub(super) fn packed(mut reply: Response<Vec<u8>>, accepted: &str) -> Response<Vec<u8>> {
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;

    use hyper::Method;

    use super::super::reply::answer;
    use super::super::reply::tests::{header, sample};
    use super::*;

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
}
