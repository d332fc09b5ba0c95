//! A request and its answer, as they went over the wire.

use std::fmt;

use fluxbase_client_keys_ureq::ClientKeyId;
use serde_json::Value;

/// A request, without host.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

/// An answer, its body decompressed.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Both, and which line of the contract they belong to.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) case: String,
    pub(crate) request: Request,
    pub(crate) answer: Answer,
}

impl Request {
    pub(crate) fn new(method: &str, target: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            target: target.into(),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            body: None,
        }
    }

    /// The target without its query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Whether it asks for a new client key.
    pub(crate) fn makes_a_key(&self) -> bool {
        self.method == "POST" && self.path() == "/api/v1/client-keys"
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self
            .headers
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it is a page for people, which no Fluxbase server sends on these routes.
    pub(crate) fn is_html(&self) -> bool {
        let labelled = (self.header("content-type"))
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
        labelled || self.body.trim_ascii_start().starts_with(b"<")
    }

    /// The id of a key that this answer says was made.
    pub(crate) fn made(&self) -> Option<String> {
        let json = self.json()?;
        let id = json
            .pointer("/id")
            .or_else(|| json.pointer("/client_key/id"));
        // It becomes part of a path.
        let id = ClientKeyId::parse(id.and_then(Value::as_str)?).ok()?;
        Some(id.as_str().to_owned())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers and bodies hold credentials.
        write!(f, "{} {}", self.method, self.target)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {} bytes", self.status, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_printed() {
        let mut request = Request::new("POST", "/api/v1/client-keys");
        request
            .headers
            .push(("authorization".to_owned(), "Bearer hunter2".to_owned()));
        request.body = Some(b"hunter2".to_vec());
        let answer = Answer {
            status: 201,
            reason: "Created".to_owned(),
            headers: vec![("set-cookie".to_owned(), "a=hunter2".to_owned())],
            body: br#"{"id":"a","key":"hunter2"}"#.to_vec(),
        };
        assert_eq!(answer.made().as_deref(), Some("a"));
        let case = "a".to_owned();
        let printed = format!(
            "{:?}",
            Exchange {
                case,
                request,
                answer
            }
        );
        assert!(
            printed.contains("201") && !printed.contains("hunter2"),
            "{printed}"
        );
    }
}
