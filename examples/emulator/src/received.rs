//! Requests as they arrived.

use bytes::Bytes;
use http::Request;
use std::fmt;

/// A request as it arrived, whatever became of it.
///
/// Names of headers are in lower case, as they mean the same in any; headers of one name keep their order.
#[derive(Clone)]
pub struct Received {
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Bytes,
}

impl Received {
    pub(crate) fn of(request: &Request<Bytes>) -> Self {
        let target = request.uri().path_and_query();
        Self {
            method: request.method().as_str().to_owned(),
            target: target.map_or_else(|| request.uri().to_string(), ToString::to_string),
            headers: request
                .headers()
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body: request.body().clone(),
        }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path and, when there is one, `?` and the query.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The path alone.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(&*self.target, |(path, _)| path)
    }

    /// Names and values of all headers.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let pairs = self.headers.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The first value of a header; `None` when there is none, or when it is not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// The body, without chunks.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// Leaves out the query, the values of headers and the body: each may hold a secret.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers().map(|(name, _)| name).collect();
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.path())
            .field("headers", &names)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_everything_and_prints_no_secret() {
        let request = Request::builder()
            .method("BREW")
            .uri("/pot?token=sesame")
            .header("X-Client-Key", "sesame")
            .header("accept", "a")
            .header("accept", "b")
            .body(Bytes::from_static(b"sesame"))
            .unwrap();
        let received = Received::of(&request);
        assert_eq!(received.method(), "BREW");
        assert_eq!(received.target(), "/pot?token=sesame");
        assert_eq!(received.path(), "/pot");
        assert_eq!(received.header("x-client-key"), Some("sesame"));
        assert_eq!(received.header("cookie"), None);
        assert_eq!(received.headers().count(), 3);
        assert_eq!(received.body(), b"sesame");
        let printed = format!("{received:?}");
        assert!(
            printed.contains("x-client-key") && printed.contains("/pot"),
            "{printed}"
        );
        assert!(!printed.contains("sesame"), "{printed}");
    }
}
