//! Triage: what an answer that is no success means. Status first, envelope second, raw text never.

use core::time::Duration;

use super::{Envelope, Reply};
use crate::{
    Error, ErrorKind, Outcome, Timestamp,
    error::{Said, server_code},
    text::number,
};

/// The error that a refusing answer stands for. `now` turns a date in `Retry-After` into a duration; without it a date
/// is no hint.
pub(crate) fn refusal(reply: &Reply<'_>, now: Option<Timestamp>) -> Error {
    if reply.head().is_opaque_redirect() {
        // It may be a 303, which a server gives after the deed.
        return Error::new(ErrorKind::Redirected).with_outcome(Outcome::Unknown);
    }
    let status = reply.status();
    let read = Envelope::read(reply.body());
    let is_json = read.is_some();
    let mut envelope = read.unwrap_or_default();
    let code = envelope.said.code.as_deref();
    let head = reply.head();
    let mut detail = "";
    let mut kind = match status {
        300..400 => ErrorKind::Redirected,
        401 => ErrorKind::Refused { confirmed: false },
        403 => ErrorKind::Forbidden,
        404 if is_missing_record(&envelope) => ErrorKind::NotFound,
        404 | 405 if !is_json || envelope.has_path => ErrorKind::NotFluxbase,
        409 if code == Some(server_code::IDEMPOTENCY_REQUEST_IN_PROGRESS) => ErrorKind::Conflict,
        422 if code.is_some_and(|code| code.starts_with("IDEMPOTENCY_")) => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        // What servers before 2026-04-25 say in place of a 404.
        500 if envelope.client_key_not_found => ErrorKind::NotFound,
        503 => ErrorKind::Unavailable,
        400..500 => ErrorKind::Rejected,
        500..600 => ErrorKind::Server,
        // 1xx and 2xx that no operation claims, or no HTTP status at all.
        _ => ErrorKind::NotFluxbase,
    };
    let is_refused = match status {
        500 => envelope.client_key_not_found || envelope.invalid_scopes,
        503 => code == Some(server_code::SERVICE_UNAVAILABLE),
        303 | 408 => false,
        // Of other 5xx, a 2xx that no operation claims, and numbers that HTTP gives no meaning, nothing is known.
        _ => (300..500).contains(&status) || status == 501,
    };
    if status == 401 && head.is_challenge_of_a_proxy() {
        kind = ErrorKind::Rejected;
        detail = "a proxy before the server wants credentials of its own";
    } else if !is_json && (400..600).contains(&status) {
        detail = "the answer is not JSON, so a proxy may have given it";
    } else if status == 404 && envelope.error.as_deref() == Some("tenant not found") {
        detail = "the tenant is not known";
    }
    let said = envelope.best_said();
    said.status = Some(status);
    if let Some(id) = head.request_id() {
        said.request_id = Some(id.into());
    }
    if let Some(after) = head.retry_after().and_then(|text| hint(text, now)) {
        said.retry_after = Some(after);
    }
    let outcome = if is_refused {
        Outcome::NotApplied
    } else {
        Outcome::Unknown
    };
    let error = Error::answered(kind, envelope.said, outcome);
    if detail.is_empty() {
        error
    } else {
        error.with_detail(detail)
    }
}

/// The error for an answer that an operation accepts by its status and cannot read.
///
/// `what` names the member or the shape that is missing, and quotes nothing.
pub(crate) fn unreadable(reply: &Reply<'_>, what: &str) -> Error {
    let body = reply.body();
    let compressed = body.starts_with(&[0x1f, 0x8b]);
    let foreign =
        !compressed && (!reply.head().may_be_json() || body.trim_ascii().starts_with(b"<"));
    let said = Said {
        status: Some(reply.status()),
        request_id: reply.head().request_id().map(Into::into),
        ..Said::default()
    };
    if foreign {
        return Error::answered(ErrorKind::NotFluxbase, said, Outcome::Unknown);
    }
    let what = if compressed {
        "it is still compressed: the transport must decompress gzip"
    } else {
        what
    };
    Error::answered(ErrorKind::UnexpectedResponse, said, Outcome::Applied).with_detail(what)
}

/// The message of a success that carries nothing else, or `otherwise` where there is no body (204).
pub(crate) fn message(reply: &Reply<'_>, otherwise: &str) -> Result<String, Error> {
    if reply.is_blank() {
        return Ok(otherwise.to_owned());
    }
    match Envelope::read(reply.body()) {
        Some(body) => Ok(body
            .said
            .message
            .map_or_else(|| otherwise.to_owned(), Into::into)),
        None => Err(unreadable(reply, "a message was expected")),
    }
}

/// A 404 has three meanings: no such client key, no such tenant, no such route. Only the first is about the record.
fn is_missing_record(envelope: &Envelope) -> bool {
    let by_code =
        envelope.said.code.as_deref() == Some(server_code::NOT_FOUND) && !envelope.has_path;
    envelope.client_key_not_found || by_code
}

/// `Retry-After`: seconds or a date.
fn hint(text: &str, now: Option<Timestamp>) -> Option<Duration> {
    if let Some(seconds) = number(text.as_bytes()) {
        return Some(Duration::from_secs(seconds));
    }
    let date = Timestamp::parse_http_date(text)?;
    Some(date.since(now?).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Head;

    fn error(status: u16, headers: &[(&str, &str)], body: &str) -> Error {
        let mut head = Head::new(status);
        for (name, value) in headers {
            head.header(name, value.as_bytes());
        }
        let now = Timestamp::parse("2026-11-23T10:00:00Z").ok();
        refusal(&Reply::new(&head, body.as_bytes()), now)
    }

    #[test]
    fn a_redirect_without_a_status_has_none_in_its_error() {
        let error = refusal(&Reply::new(&Head::opaque_redirect(), b""), None);
        assert_eq!(
            (error.kind(), error.status(), error.outcome()),
            (ErrorKind::Redirected, None, Outcome::Unknown)
        );
        assert!(!error.to_string().contains('0'), "{error}");
    }

    #[test]
    fn each_status_has_a_kind_and_says_what_it_says_of_the_effect() {
        use ErrorKind::{
            Conflict, Forbidden, NotFluxbase, RateLimited, Redirected, Refused, Rejected, Server,
            Unavailable,
        };
        use Outcome::{NotApplied, Unknown};

        let in_progress = r#"{"error":"x","code":"IDEMPOTENCY_REQUEST_IN_PROGRESS"}"#;
        let mismatch = r#"{"error":"x","code":"IDEMPOTENCY_KEY_MISMATCH"}"#;
        let other = r#"{"error":"x","code":"OTHER"}"#;
        let away = r#"{"error":"service_unavailable","message":"x"}"#;
        for (status, body, kind, outcome) in [
            (204, "", NotFluxbase, Unknown),
            (302, "", Redirected, NotApplied),
            (303, "", Redirected, Unknown),
            (401, other, Refused { confirmed: false }, NotApplied),
            (403, other, Forbidden, NotApplied),
            (405, "<html>", NotFluxbase, NotApplied),
            (405, other, Rejected, NotApplied),
            (408, "", Rejected, Unknown),
            (409, in_progress, Conflict, NotApplied),
            (409, other, Rejected, NotApplied),
            (413, other, Rejected, NotApplied),
            (422, mismatch, Conflict, NotApplied),
            (422, other, Rejected, NotApplied),
            (429, "", RateLimited, NotApplied),
            (500, other, Server, Unknown),
            (501, other, Server, NotApplied),
            (502, "<html>", Server, Unknown),
            (503, away, Unavailable, NotApplied),
            (503, other, Unavailable, Unknown),
            (504, "<html>", Server, Unknown),
            (600, "", NotFluxbase, Unknown),
        ] {
            let error = error(status, &[], body);
            let read = (error.kind(), error.outcome());
            assert_eq!(read, (kind, outcome), "{status} {body}");
        }
    }

    #[test]
    fn a_proxy_and_a_missing_tenant_are_named() {
        let is_said = |body| error(502, &[], body).to_string().contains("is not JSON");
        assert!(is_said("<html>") && !is_said(r#"{"error":"x"}"#));
        let is_said = |body| {
            error(404, &[], body)
                .to_string()
                .contains("the tenant is not known")
        };
        assert!(is_said(r#"{"error":"tenant not found"}"#) && !is_said(r#"{"error":"x"}"#));
    }

    #[test]
    fn a_404_has_three_meanings() {
        let kind = |body: &str| error(404, &[], body).kind();
        assert_eq!(
            kind(r#"{"error":"Client key not found","code":"NOT_FOUND"}"#),
            ErrorKind::NotFound
        );
        assert_eq!(
            kind(r#"{"error":"Client key not found"}"#),
            ErrorKind::NotFound
        );
        assert_eq!(kind(r#"{"error":"tenant not found"}"#), ErrorKind::Rejected);
        assert_eq!(
            kind(r#"{"error":"Not Found","path":"/api/v1/client-keys/x"}"#),
            ErrorKind::NotFluxbase
        );
        assert_eq!(kind("<html>"), ErrorKind::NotFluxbase);
    }

    #[test]
    fn a_500_may_say_that_nothing_happened() {
        let missing = error(
            500,
            &[],
            r#"{"error":"Failed to delete client key: client key not found"}"#,
        );
        assert_eq!(
            (missing.kind(), missing.outcome()),
            (ErrorKind::NotFound, Outcome::NotApplied)
        );
        let scopes = error(
            500,
            &[],
            r#"{"error":"Failed to create client key: invalid scopes: invalid scopes: foo"}"#,
        );
        assert_eq!(
            (scopes.kind(), scopes.outcome()),
            (ErrorKind::Server, Outcome::NotApplied)
        );
        let opaque = error(
            500,
            &[],
            r#"{"error":"Failed to create client key","code":"INTERNAL_ERROR"}"#,
        );
        assert_eq!(
            (opaque.kind(), opaque.outcome()),
            (ErrorKind::Server, Outcome::Unknown)
        );
    }

    #[test]
    fn a_status_without_a_meaning_proves_nothing() {
        for status in [0, 100, 199, 204, 600, 999, u16::MAX] {
            let strange = error(status, &[], "{}");
            assert_eq!(
                (strange.kind(), strange.outcome()),
                (ErrorKind::NotFluxbase, Outcome::Unknown),
                "{status}"
            );
        }
    }

    #[test]
    fn retry_hints() {
        let after = |headers: &[(&str, &str)], body: &str| error(429, headers, body).retry_after();
        assert_eq!(
            after(&[("Retry-After", "60")], r#"{"retry_after":5}"#),
            Some(Duration::from_secs(60))
        );
        assert_eq!(
            after(&[], r#"{"retry_after":5}"#),
            Some(Duration::from_secs(5))
        );
        assert_eq!(
            after(&[("Retry-After", "Mon, 23 Nov 2026 10:00:30 GMT")], ""),
            Some(Duration::from_secs(30))
        );
        assert_eq!(
            after(&[("Retry-After", "Mon, 23 Nov 2026 09:00:30 GMT")], ""),
            Some(Duration::ZERO)
        );
        assert_eq!(after(&[("Retry-After", "soon")], "<html>"), None);
        assert_eq!(after(&[("Retry-After", "+60")], ""), None);
        assert_eq!(after(&[("Retry-After", "99999999999999999999")], ""), None);
    }

    #[test]
    fn a_proxys_own_challenge_is_not_about_our_credential() {
        let theirs = error(
            401,
            &[("WWW-Authenticate", "Basic realm=\"restricted\"")],
            "<html>",
        );
        assert_eq!(theirs.kind(), ErrorKind::Rejected);
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        let kind = |content_type: &str, body: &[u8]| {
            let mut head = Head::new(200);
            head.header("content-type", content_type.as_bytes());
            unreadable(&Reply::new(&head, body), "the member `id` is missing").kind()
        };
        assert_eq!(
            kind("text/html", b"<!doctype html>"),
            ErrorKind::NotFluxbase
        );
        assert_eq!(
            kind("application/json", b"<!doctype html>"),
            ErrorKind::NotFluxbase
        );
        assert_eq!(
            kind("application/json; charset=utf-8", b"{}"),
            ErrorKind::UnexpectedResponse
        );
        assert_eq!(
            kind("application/problem+json", b"{}"),
            ErrorKind::UnexpectedResponse
        );
    }
}
