//! What a run did, in a form that can be compared and shown.

use core::{
    fmt::{self, Write as _},
    time::Duration,
};

use fluxbase_client_keys::{Limits, Outgoing};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request as it left a driver, or as it arrived at a peer.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// One that is given to a transport.
    #[must_use]
    pub fn of_outgoing(request: &Outgoing) -> Self {
        let target = Self::target_of(request.url());
        let headers = request.headers();
        Self {
            method: request.method().as_str().to_owned(),
            target: target.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: request.body().unwrap_or_default().to_vec(),
        }
    }

    /// Path and query of this URL.
    pub(crate) fn target_of(url: &str) -> &str {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The credentials, of which there must be at most one.
    fn credential(&self) -> String {
        let carriers = self
            .headers
            .iter()
            .filter_map(|(name, value)| match name.as_str() {
                "authorization" => Some(value.replacen("Bearer ", "bearer ", 1)),
                "x-client-key" => Some("client key".to_owned()),
                "x-service-key" => Some("service key".to_owned()),
                "cookie" | "apikey" | "clientkey" => Some(name.clone()),
                _ => None,
            });
        let carriers: Vec<String> = carriers.collect();
        if carriers.is_empty() {
            "none".to_owned()
        } else {
            carriers.join(" and ")
        }
    }

    /// Everything that must be the same on the wire as it was in the driver: no transport may add a credential or a
    /// cookie, change the body, or offer a coding where a keyed request wants none.
    #[must_use]
    pub fn essence(&self) -> String {
        let kept = [
            "accept",
            "authorization",
            "x-client-key",
            "x-service-key",
            "idempotency-key",
            "cookie",
        ];
        let mut text = format!("{} {}\n", self.method, self.target);
        for name in kept {
            for (_, value) in self.headers.iter().filter(|(known, _)| known == name) {
                let _ = writeln!(text, "  {name}: {value}");
            }
        }
        if self.header("idempotency-key").is_some() {
            let coding = self.header("accept-encoding").unwrap_or("absent");
            let _ = writeln!(text, "  accept-encoding: {coding}");
        }
        if !self.body.is_empty() {
            let kind = self.header("content-type").unwrap_or("absent");
            let _ = writeln!(text, "  content-type: {kind}");
        }
        text + &format!("  {}\n", String::from_utf8_lossy(&self.body))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers and body hold credentials, if only invented ones.
        write!(f, "Request({} {})", self.method, self.target)
    }
}

/// What a driver allows a request, whatever language it is written in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowed {
    /// The time for the whole of it.
    pub(crate) timeout: Duration,
    /// The bytes of its answer.
    pub(crate) body_limit: u64,
    /// Whether a cancellation may cut it short.
    pub(crate) interruptible: bool,
}

impl From<&Limits> for Allowed {
    fn from(limits: &Limits) -> Self {
        Self {
            timeout: limits.timeout,
            body_limit: limits.body_limit,
            interruptible: limits.interruptible,
        }
    }
}

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A request was given to the transport.
    Send {
        /// Method and target, credential, idempotency key, body.
        text: String,
        /// The time that it was given.
        timeout: Duration,
        /// The limit of its answer.
        limit: u64,
    },
    /// Time was let pass.
    Wait(Duration),
    /// A key was handed out.
    Give(String),
}

impl Event {
    /// A request, told with regard to those before it.
    #[must_use]
    pub(crate) fn send(request: &Request, before: &[&Request], allowed: Allowed) -> Self {
        let key = request
            .header("idempotency-key")
            .map(|key| key_place(key, request, before));
        let body = (!request.body.is_empty()).then(|| {
            serde_json::from_slice::<Value>(&request.body).map_or_else(
                |_| String::from_utf8_lossy(&request.body).into_owned(),
                |body| body.to_string(),
            )
        });
        let line = format!("{} {}", request.method, request.target);
        Self::Send {
            text: told(
                &line,
                &request.credential(),
                key.as_deref(),
                body.as_deref(),
            ),
            timeout: allowed.timeout,
            limit: allowed.body_limit,
        }
    }
}

/// Which of the call's idempotency keys it is, and whether it was used with other bytes before.
fn key_place(key: &str, request: &Request, before: &[&Request]) -> String {
    let used = |other: &&Request| other.header("idempotency-key").map(str::to_owned);
    let mut known: Vec<String> = before.iter().filter_map(used).collect();
    known.dedup();
    let place = known.iter().position(|other| other == key);
    let names = ["first", "second"];
    let name = names.get(place.unwrap_or(known.len())).unwrap_or(&"third");
    let same_key = |other: &&&Request| other.header("idempotency-key") == Some(key);
    let changed = before
        .iter()
        .filter(same_key)
        .any(|other| other.body != request.body);
    if changed {
        format!("{name}, other bytes")
    } else {
        (*name).to_owned()
    }
}

/// One line about a request.
#[must_use]
pub(crate) fn told(line: &str, credential: &str, key: Option<&str>, body: Option<&str>) -> String {
    let mut text = format!("send {line} as {credential}");
    if let Some(key) = key {
        let _ = write!(text, ", idempotency key {key}");
    }
    if let Some(body) = body {
        let _ = write!(text, ", body {body}");
    }
    text
}

/// How a run went.
#[derive(Debug, Clone)]
pub struct Observed {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// How it ended.
    pub end: Ending,
    /// The access token of the session afterwards, where there is one.
    pub token: Option<String>,
    /// What arrived at a peer on a socket, told by [`Request::essence`]; `None` in memory.
    pub wire: Option<Wire>,
}

/// What a peer on a socket saw.
#[derive(Debug, Clone)]
pub struct Wire {
    /// The requests that the driver has sent.
    pub sent: Vec<Request>,
    /// The requests that have arrived.
    pub arrived: Vec<Request>,
    /// Bytes that are no whole request, and what else the peer could not make sense of.
    pub oddities: Vec<String>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The value and its circumstances, or the error.
    pub text: String,
    /// What was learned about spelling; `None` where the driver does not tell.
    pub learned: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyed(key: &str, body: &str) -> Request {
        Request {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: vec![("idempotency-key".to_owned(), key.to_owned())],
            body: body.into(),
        }
    }

    #[test]
    fn other_bytes_under_the_same_key_are_told() {
        let first = keyed("a", "{}");
        assert_eq!(key_place("a", &keyed("a", "{}"), &[&first]), "first");
        assert_eq!(
            key_place("a", &keyed("a", "[]"), &[&first]),
            "first, other bytes"
        );
        assert_eq!(key_place("b", &keyed("b", "[]"), &[&first]), "second");
    }

    #[test]
    fn two_credentials_are_told() {
        let mut request = keyed("a", "");
        assert_eq!(request.credential(), "none");
        for (name, value) in [("authorization", "Bearer t"), ("cookie", "c=1")] {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
        assert_eq!(request.credential(), "bearer t and cookie");
        assert_eq!(format!("{request:?}"), "Request(POST /)");
    }
}
