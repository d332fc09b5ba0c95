//! What a route answers, before the middleware adds its headers.

use http::header::{HeaderName, RETRY_AFTER};

use super::exchange::Exchange;
use super::json::Writer;

/// The answer of a route or of a middleware.
pub(super) struct Answer {
    /// `None` keeps the status that stands; a middleware may have set one.
    pub(super) status: Option<u16>,
    /// JSON, or empty for an answer without a body.
    pub(super) body: Vec<u8>,
    pub(super) headers: Vec<(HeaderName, String)>,
    /// The handler returned an error and the central error handler wrote the answer: it was not compressed, and an
    /// idempotency key counts as failed.
    pub(super) thrown: bool,
}

impl Answer {
    /// A success that leaves the status as it stands.
    pub(super) fn ok(write: impl FnOnce(&mut Writer)) -> Self {
        Self {
            status: None,
            ..Self::json(200, write)
        }
    }

    /// A JSON object with this status.
    pub(super) fn json(status: u16, write: impl FnOnce(&mut Writer)) -> Self {
        let mut json = Writer::new();
        json.open();
        write(&mut json);
        json.close();
        Self::raw(status, json.finish())
    }

    /// A JSON text with this status.
    pub(super) fn raw(status: u16, body: Vec<u8>) -> Self {
        Self {
            status: Some(status),
            body,
            headers: Vec::new(),
            thrown: false,
        }
    }

    /// 204, without a body.
    pub(super) fn nothing() -> Self {
        Self::raw(204, Vec::new())
    }

    /// `{"error":…}`.
    pub(super) fn bare(status: u16, text: &str) -> Self {
        Self::json(status, |json| json.text("error", text))
    }

    /// `{"error":…,"message":…}`.
    pub(super) fn worded(status: u16, word: &str, message: &str) -> Self {
        Self::json(status, |json| {
            json.text("error", word);
            json.text("message", message);
        })
    }

    /// 429.
    pub(super) fn too_many(message: &str, retry_after: i64) -> Self {
        Self::json(429, |json| {
            json.text("code", "RATE_LIMIT_EXCEEDED");
            json.text("error", "Rate limit exceeded");
            json.text("message", message);
            json.number("retry_after", retry_after);
        })
        .with(RETRY_AFTER, retry_after.to_string())
    }

    pub(super) fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    fn thrown(mut self) -> Self {
        self.thrown = true;
        self
    }
}

/// Errors whose shape depends on the server and the request.
impl Exchange<'_, '_> {
    /// `{"error":…,"code":…,"request_id":…}`, which every server sends in some places.
    pub(super) fn coded(&self, status: u16, text: &str, code: &str) -> Answer {
        Answer::json(status, |json| {
            json.text("error", text);
            json.text("code", code);
            json.text("request_id", &self.request_id);
        })
    }

    /// An error of a handler: coded on the newest servers, a bare text on the older ones.
    pub(super) fn error(&self, status: u16, text: &str, code: &str) -> Answer {
        if self.server.profile.tells_causes() {
            Answer::bare(status, text)
        } else {
            self.coded(status, text, code)
        }
    }

    /// 500: opaque on the newest servers, with its cause on the older ones.
    pub(super) fn failure(&self, text: &str, cause: &str) -> Answer {
        if self.server.profile.tells_causes() {
            Answer::bare(500, &format!("{text}: {cause}"))
        } else {
            self.coded(500, text, "INTERNAL_ERROR")
        }
    }

    /// 400 for a body that cannot be read.
    pub(super) fn unreadable(&self) -> Answer {
        let answer = self.error(400, "Invalid request body", "INVALID_REQUEST_BODY");
        if self.server.profile.tells_causes() {
            answer
        } else {
            answer.thrown()
        }
    }

    /// 500 that the central error handler writes, with a numeric code on the older servers.
    pub(super) fn thrown(&self, older: &str) -> Answer {
        if self.server.profile.tells_causes() {
            Answer::json(500, |json| {
                json.number("code", 500);
                json.text("error", older);
            })
            .thrown()
        } else {
            self.coded(500, "Internal Server Error", "INTERNAL_ERROR")
                .thrown()
        }
    }
}
