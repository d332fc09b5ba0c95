//! Idempotency keys, with their flaws: one store for everybody, replays without credentials, refusals that stick.

use core::fmt;
use std::collections::BTreeMap;
use std::time::Duration;

use http::{HeaderMap, Method};

use super::ContentCoding;
use super::answer::Answer;
use super::request::Request;
use crate::Timestamp;

/// How long an answer is replayed, from the first use of its key.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Stale rows are swept this often, in seconds.
const SWEEP: i64 = 60 * 60;

/// The longest key, in bytes.
const LONGEST: usize = 256;

/// A complete answer.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) coding: ContentCoding,
    /// The answer does not count as one: the next use of the key runs unprotected.
    pub(super) failed: bool,
}

/// What to do with a request.
pub(super) enum Verdict {
    /// Run it.
    Run,
    /// Run it and remember the answer.
    Remember,
    /// Answer this.
    Refuse(Answer),
    /// Answer what was answered first.
    Replay(Reply),
}

/// The answers that are remembered, by key.
#[derive(Clone, Default)]
pub(super) struct Store(BTreeMap<String, Row>);

#[derive(Clone)]
struct Row {
    method: Method,
    path: String,
    body: Vec<u8>,
    ends: Timestamp,
    reply: Reply,
}

impl Store {
    /// Decides about a request. `available` is false while the database is away: then nothing is protected.
    pub(super) fn judge(
        &mut self,
        request: &Request<'_>,
        now: Timestamp,
        available: bool,
    ) -> Verdict {
        let key = request.header("idempotency-key");
        if key.len() > LONGEST {
            return Verdict::Refuse(too_long());
        }
        if key.is_empty() || !applies(request) || !available {
            return Verdict::Run;
        }
        self.0.retain(|_, row| !row.is_swept(now));
        let Some(row) = self.0.get(key) else {
            return Verdict::Remember;
        };
        if row.ends <= now {
            // The stale row keeps its place until it is swept, so nothing new can be remembered.
            return Verdict::Run;
        }
        if row.method != *request.method || row.path != request.path {
            return Verdict::Refuse(other_request(row, request));
        }
        if !row.body.is_empty() && !request.body.is_empty() && row.body != request.body {
            return Verdict::Refuse(other_body());
        }
        if row.reply.failed {
            self.0.remove(key);
            return Verdict::Run;
        }
        Verdict::Replay(row.reply.clone())
    }

    /// Remembers an answer.
    pub(super) fn remember(&mut self, request: &Request<'_>, reply: &Reply, now: Timestamp) {
        let row = Row {
            method: request.method.clone(),
            path: request.path.to_owned(),
            body: request.body.to_vec(),
            ends: now.saturating_add(LIFETIME),
            reply: reply.clone(),
        };
        self.0
            .insert(request.header("idempotency-key").to_owned(), row);
    }
}

impl Row {
    fn is_swept(&self, now: Timestamp) -> bool {
        let hour = |at: Timestamp| at.unix_seconds().div_euclid(SWEEP);
        self.ends <= now && hour(self.ends) < hour(now)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.0.len())
    }
}

fn applies(request: &Request<'_>) -> bool {
    let writes =
        [Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(request.method);
    let path = request.path;
    writes
        && path.starts_with("/api/")
        && path != "/api/v1/auth/refresh"
        && path != "/api/v1/auth/logout"
}

fn too_long() -> Answer {
    Answer::json(400, |json| {
        json.text("code", "IDEMPOTENCY_KEY_TOO_LONG");
        json.text("error", "Invalid Idempotency-Key");
        json.text(
            "message",
            "Idempotency key exceeds maximum length of 256 characters",
        );
    })
}

fn other_request(row: &Row, request: &Request<'_>) -> Answer {
    Answer::json(422, |json| {
        json.text("code", "IDEMPOTENCY_KEY_MISMATCH");
        json.member("details");
        json.open();
        json.text("current_method", request.method.as_str());
        json.text("current_path", request.path);
        json.text("original_method", row.method.as_str());
        json.text("original_path", &row.path);
        json.close();
        json.text("error", "Idempotency Key Mismatch");
        json.text(
            "message",
            "This idempotency key was used for a different request",
        );
    })
}

fn other_body() -> Answer {
    Answer::json(422, |json| {
        json.text("code", "IDEMPOTENCY_REQUEST_BODY_MISMATCH");
        json.text("error", "Idempotency Key Mismatch");
        json.text(
            "message",
            "This idempotency key was used with a different request body",
        );
    })
}
