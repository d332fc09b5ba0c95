//! A request as the server's framework sees it.

use http::{HeaderMap, Method};

/// A borrowed view of a request.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) method: &'a Method,
    /// The path as it was sent; it is not percent-decoded.
    pub(super) path: &'a str,
    query: &'a str,
    headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

impl<'a> Request<'a> {
    pub(super) fn new<B: AsRef<[u8]>>(request: &'a http::Request<B>) -> Self {
        let path = request.uri().path();
        Self {
            method: request.method(),
            path: if path.is_empty() { "/" } else { path },
            query: request.uri().query().unwrap_or_default(),
            headers: request.headers(),
            body: request.body().as_ref(),
        }
    }

    /// The first header of this name, empty when there is none. What is no ASCII counts as absent.
    pub(super) fn header(&self, name: &str) -> &'a str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The first query parameter of this name, decoded, empty when there is none.
    pub(super) fn query(&self, name: &str) -> String {
        self.query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .find(|(found, _)| decode(found) == name)
            .map(|(_, value)| decode(value))
            .unwrap_or_default()
    }

    /// The cookie of this name, empty when there is none.
    pub(super) fn cookie(&self, name: &str) -> &'a str {
        self.header("cookie")
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    }

    /// Whether the body says that it is JSON: `application/json` or a vendor type that ends in `+json`.
    pub(super) fn is_json(&self) -> bool {
        let kind = self.header("content-type").split(';').next();
        let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
        kind == "application/json" || kind.ends_with("+json")
    }

    /// The size of the body as its sender tells it; `None` for chunks, whose size nobody knows beforehand.
    pub(super) fn announced_length(&self) -> Option<usize> {
        if !self.header("transfer-encoding").is_empty() {
            return None;
        }
        let told = self.header("content-length").parse().ok();
        Some(told.unwrap_or(self.body.len()))
    }

    /// Whether an answer may be compressed with gzip. The framework looks for the bare word: `gzip;q=0.5` is not it.
    pub(super) fn accepts_gzip(&self) -> bool {
        let accepted = self.header("accept-encoding");
        let Some((before, after)) = accepted.split_once("gzip") else {
            return false;
        };
        (after.is_empty() || after.starts_with(',')) && (before.is_empty() || before.ends_with(' '))
    }
}

/// Decodes a part of a query: `+` is a space, what is no percent-encoding stands for itself.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => match after.get(..2).and_then(|digits| {
                let digits = core::str::from_utf8(digits).ok()?;
                digits
                    .bytes()
                    .all(|digit| digit.is_ascii_hexdigit())
                    .then_some(())?;
                u8::from_str_radix(digits, 16).ok()
            }) {
                Some(byte) => {
                    rest = after.get(2..).unwrap_or_default();
                    byte
                }
                None => first,
            },
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &'static str) -> http::Request<Vec<u8>> {
        http::Request::get("/?user_id=a%2Db+c&user_id=2&token=%zz&x")
            .header(name, value)
            .body(Vec::new())
            .unwrap()
    }

    #[test]
    fn reads_queries_and_cookies() {
        let request = with("cookie", "a=1; fluxbase_access_token=eyJ.a=; b");
        let view = Request::new(&request);
        assert_eq!(view.query("user_id"), "a-b c");
        assert_eq!(view.query("token"), "%zz");
        assert_eq!(
            (view.query("x"), view.query("y")),
            (String::new(), String::new())
        );
        assert_eq!(view.cookie("fluxbase_access_token"), "eyJ.a=");
        assert_eq!(view.cookie("b"), "");
    }

    #[test]
    fn gzip_must_stand_alone() {
        for (value, expected) in [
            ("gzip", true),
            ("br, gzip", true),
            ("gzip, br", true),
            ("gzip;q=0", false),
            ("br,gzip", false),
            ("identity", false),
        ] {
            assert_eq!(
                Request::new(&with("accept-encoding", value)).accepts_gzip(),
                expected,
                "{value}"
            );
        }
    }

    #[test]
    fn knows_json_by_its_type() {
        for (value, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/vnd.api+json", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
        ] {
            assert_eq!(
                Request::new(&with("content-type", value)).is_json(),
                expected,
                "{value}"
            );
        }
    }
}
