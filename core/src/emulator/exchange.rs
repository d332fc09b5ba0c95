//! One request on its way through the server: the middleware in its order, then a route.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};

use super::answer::Answer;
use super::idempotency::{Reply, Verdict};
use super::limiter::Limiter;
use super::profile::Profile;
use super::random::{self, Entropy};
use super::request::Request;
use super::{ContentCoding, Emulator, cors, json};
use crate::Timestamp;

/// A body of this many bytes is worth compressing.
const COMPRESSIBLE: usize = 200;

/// The nesting of JSON that the middleware means to refuse.
const DEEPEST: usize = 64;

const SECURITY: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; \
         connect-src 'self' ws: wss:; frame-ancestors 'none'",
    ),
    ("x-frame-options", "DENY"),
    ("x-content-type-options", "nosniff"),
    ("x-xss-protection", "1; mode=block"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    (
        "permissions-policy",
        "geolocation=(), microphone=(), camera=()",
    ),
];

/// A request, the server that answers it, and what was lent for it.
pub(super) struct Exchange<'s, 'e> {
    pub(super) server: &'s mut Emulator,
    pub(super) request: Request<'s>,
    pub(super) now: Timestamp,
    pub(super) entropy: Entropy<'e>,
    pub(super) request_id: String,
    /// What an answer has that sets no status of its own.
    status: u16,
}

impl<'s, 'e> Exchange<'s, 'e> {
    pub(super) fn new(
        server: &'s mut Emulator,
        request: Request<'s>,
        now: Timestamp,
        mut entropy: Entropy<'e>,
    ) -> Self {
        let own = request.header("x-request-id");
        let request_id = if !own.is_empty() && own.bytes().all(|byte| byte.is_ascii_graphic()) {
            own.to_owned()
        } else if server.profile.numbers_requests_by_uuid() {
            random::uuid(&mut entropy)
        } else {
            random::url_safe(&mut entropy, 32)
        };
        Self {
            server,
            request,
            now,
            entropy,
            request_id,
            status: 200,
        }
    }

    pub(super) fn run(mut self) -> Response<Vec<u8>> {
        if !is_known(self.request.method) {
            return self.refuse_verb();
        }
        let mut headers = HeaderMap::new();
        set(&mut headers, header::SERVER, "Fluxbase");
        set(
            &mut headers,
            HeaderName::from_static("x-request-id"),
            &self.request_id,
        );
        for (name, value) in SECURITY {
            set(&mut headers, HeaderName::from_static(name), value);
        }
        let allowed = &self.server.settings.allowed_origins;
        let reply = if cors::apply(&self.request, self.server.profile, allowed, &mut headers) {
            self.reply(headers, Answer::nothing())
        } else {
            self.limited(headers)
        };
        self.finish(reply)
    }

    /// The limiter for all paths. Its headers win over those of a route's limiter.
    fn limited(&mut self, headers: HeaderMap) -> Reply {
        let everywhere = self.server.profile == Profile::V2026_1;
        let counts = everywhere || self.request.path.starts_with("/api/");
        if !self.server.settings.limit_everywhere || !counts {
            return self.measured(headers);
        }
        match self.count(Limiter::Everywhere, "") {
            Err(refusal) => self.reply(headers, refusal),
            Ok(counted) => {
                let mut reply = self.measured(headers);
                for (name, value) in counted.headers() {
                    set(&mut reply.headers, name, &value);
                }
                reply
            }
        }
    }

    /// Counts this request against a limit; the answer of a refused one is the error.
    pub(super) fn count(
        &mut self,
        limiter: Limiter,
        key: &str,
    ) -> Result<super::limiter::Counted, Answer> {
        self.server
            .limits
            .count(limiter, key, self.server.profile, self.now)
    }

    /// The limits of size and nesting.
    fn measured(&mut self, headers: HeaderMap) -> Reply {
        let writes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(self.request.method);
        let length = self.request.announced_length();
        if let (true, Some(limit), Some(length)) =
            (writes, BodyLimit::of(self.request.path), length)
        {
            if length > limit.bytes {
                let refusal = limit.refusal(self.server.profile);
                return self.reply(headers, refusal);
            }
        }
        if writes && self.request.is_json() && json::depth(self.request.body) > DEEPEST {
            // The refusal is written and dropped: the handler still runs, only the status stays.
            self.status = 400;
        }
        self.kept(headers)
    }

    /// Idempotency keys.
    fn kept(&mut self, headers: HeaderMap) -> Reply {
        let available = self.server.settings.database;
        match self
            .server
            .idempotency
            .judge(&self.request, self.now, available)
        {
            Verdict::Run => self.routed(headers),
            Verdict::Remember => {
                let mut reply = self.routed(headers);
                self.server
                    .idempotency
                    .remember(&self.request, &reply, self.now);
                reply.failed = false;
                reply
            }
            Verdict::Refuse(answer) => self.reply(headers, answer),
            Verdict::Replay(first) => replay(headers, first),
        }
    }

    /// The route, and compression around it.
    fn routed(&mut self, mut headers: HeaderMap) -> Reply {
        let answer = self.route();
        let thrown = answer.thrown;
        let worth = answer.body.len() >= COMPRESSIBLE && *self.request.method != Method::HEAD;
        let compressed = !thrown && worth && self.request.accepts_gzip();
        let origin = headers.contains_key(header::VARY);
        if compressed {
            set(
                &mut headers,
                header::VARY,
                if origin {
                    "Origin,Accept-Encoding"
                } else {
                    "Accept-Encoding"
                },
            );
        } else if !thrown && self.server.profile.always_varies_by_encoding() {
            set(
                &mut headers,
                header::VARY,
                if origin {
                    "Origin, Accept-Encoding"
                } else {
                    "Accept-Encoding"
                },
            );
        }
        let mut reply = self.reply(headers, answer);
        if compressed {
            reply.coding = ContentCoding::Gzip;
        }
        reply
    }

    fn reply(&self, mut headers: HeaderMap, answer: Answer) -> Reply {
        let status = answer.status.unwrap_or(self.status);
        if status != 204 {
            set(
                &mut headers,
                header::CONTENT_TYPE,
                self.server.profile.json_type(),
            );
        }
        for (name, value) in answer.headers {
            // Cookies are the only header that stands more than once.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(name, value);
            }
        }
        Reply {
            status,
            headers,
            body: answer.body,
            coding: ContentCoding::Identity,
            failed: answer.thrown || status >= 500,
        }
    }

    fn finish(&self, reply: Reply) -> Response<Vec<u8>> {
        let mut response = Response::new(Vec::new());
        *response.status_mut() =
            StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = reply.headers;
        let headers = response.headers_mut();
        set(headers, header::DATE, &self.now.http_date());
        if reply.status != 204 {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(reply.body.len()));
        }
        response.extensions_mut().insert(reply.coding);
        if *self.request.method != Method::HEAD {
            *response.body_mut() = reply.body;
        }
        response
    }

    /// What the HTTP library below the server answers to a verb that it does not know.
    fn refuse_verb(&self) -> Response<Vec<u8>> {
        let (status, text) = match self.server.profile {
            Profile::V2026_1 => (400, "Invalid http method"),
            _ => (501, "Not Implemented"),
        };
        let mut headers = HeaderMap::new();
        set(&mut headers, header::SERVER, "Fluxbase");
        set(
            &mut headers,
            header::CONTENT_TYPE,
            "text/plain; charset=utf-8",
        );
        self.finish(Reply {
            status,
            headers,
            body: text.as_bytes().to_vec(),
            coding: ContentCoding::Identity,
            failed: false,
        })
    }
}

/// The first answer again: its headers over those that this request has got so far.
fn replay(mut headers: HeaderMap, first: Reply) -> Reply {
    set(
        &mut headers,
        HeaderName::from_static("idempotency-replayed"),
        "true",
    );
    for name in first.headers.keys() {
        // They are stored as a map: of two cookies only the last one comes back.
        if let Some(value) = first.headers.get_all(name).iter().next_back() {
            headers.insert(name, value.clone());
        }
    }
    Reply { headers, ..first }
}

/// How large a body may be, by path.
struct BodyLimit {
    bytes: usize,
    printed: &'static str,
    endpoints: &'static str,
}

impl BodyLimit {
    fn of(path: &str) -> Option<Self> {
        let (bytes, printed, endpoints) = if path.starts_with("/api/v1/auth/") {
            (64 << 10, "64.0 KB", "auth")
        } else if path.starts_with("/api/v1/admin/") {
            (5 << 20, "5.0 MB", "admin")
        } else if path.starts_with("/api/") {
            (1 << 20, "1.0 MB", "API")
        } else {
            return None;
        };
        Some(Self {
            bytes,
            printed,
            endpoints,
        })
    }

    fn refusal(&self, profile: Profile) -> Answer {
        let what = match profile {
            Profile::V2026_1 => "the size of",
            _ => "size of",
        };
        let most = i64::try_from(self.bytes).unwrap_or(i64::MAX);
        Answer::json(413, |json| {
            json.text("code", "PAYLOAD_TOO_LARGE");
            json.member("details");
            json.open();
            json.text("endpoint_type", self.endpoints);
            json.number("max_bytes", most);
            json.close();
            json.text("error", "Payload Too Large");
            json.text(
                "hint",
                &format!("Reduce {what} your request body or use chunked upload for large files"),
            );
            json.text(
                "message",
                &format!(
                    "Request body exceeds maximum size of {} for {} endpoints",
                    self.printed, self.endpoints
                ),
            );
        })
    }
}

fn is_known(method: &Method) -> bool {
    [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::CONNECT,
        Method::OPTIONS,
        Method::TRACE,
        Method::PATCH,
    ]
    .contains(method)
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // Every value is constant, a number, or was a header of the request.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
