//! What every refusing or unreadable answer of the recordings must be read as.

use std::time::Duration;

use fluxbase_client_keys::{Error, ErrorKind, Outcome};
use serde_json::Value;

use super::Recorded;

const REFUSED: ErrorKind = ErrorKind::Refused { confirmed: false };
const SERVER: ErrorKind = ErrorKind::Server;

/// How an answer looks and what it means.
pub(crate) struct Row {
    status: u16,
    code: Option<&'static str>,
    /// How the member `error`, or a body that is no JSON, begins.
    text: &'static str,
    kind: ErrorKind,
    /// Of an operation that changes something.
    outcome: Outcome,
}

const fn row(
    status: u16,
    code: Option<&'static str>,
    text: &'static str,
    kind: ErrorKind,
    outcome: Outcome,
) -> Row {
    Row {
        status,
        code,
        text,
        kind,
        outcome,
    }
}

use ErrorKind::{
    Conflict, Forbidden, NotFluxbase, NotFound, RateLimited, Redirected, Rejected, Unavailable,
    UnexpectedResponse,
};
use Outcome::{Applied, NotApplied, Unknown};

/// The first row that fits counts.
#[rustfmt::skip] // A row a line.
pub(crate) const ROWS: &[Row] = &[
    // An application's page; an answer without a body where one is promised (HEAD, preflight).
    row(200, None, "<!doctype html>", NotFluxbase, Unknown),
    row(200, None, "", UnexpectedResponse, Applied),
    row(204, None, "", UnexpectedResponse, Applied),
    row(301, None, "<html>", Redirected, NotApplied),
    row(400, None, "<html>", Rejected, NotApplied),
    row(400, None, "Invalid http method", Rejected, NotApplied),
    row(400, Some("IDEMPOTENCY_KEY_TOO_LONG"), "Invalid Idempotency-Key", Rejected, NotApplied),
    row(400, None, "2FA not enabled for this user", REFUSED, NotApplied),
    row(400, None, "invalid 2FA code", REFUSED, NotApplied),
    row(400, Some("INVALID_CREDENTIALS"), "Invalid 2FA code", REFUSED, NotApplied),
    row(400, None, "User ID and code are required", REFUSED, NotApplied),
    row(400, Some("MISSING_REQUIRED_FIELD"), "User ID and code are required", Rejected, NotApplied),
    row(400, None, "Email and password are required", Rejected, NotApplied),
    row(400, Some("INVALID_INPUT"), "Email and password are required", Rejected, NotApplied),
    row(400, None, "Invalid client key ID", Rejected, NotApplied),
    row(400, Some("INVALID_ID"), "Invalid client key ID", Rejected, NotApplied),
    row(400, None, "Invalid request body", Rejected, NotApplied),
    row(400, Some("INVALID_REQUEST_BODY"), "Invalid request body", Rejected, NotApplied),
    row(400, None, "Invalid user ID", Rejected, NotApplied),
    row(400, Some("INVALID_ID"), "Invalid user ID", Rejected, NotApplied),
    row(400, None, "Name is required", Rejected, NotApplied),
    row(400, Some("MISSING_REQUIRED_FIELD"), "Name is required", Rejected, NotApplied),
    row(400, None, "Refresh token is required", Rejected, NotApplied),
    row(400, Some("MISSING_REQUIRED_FIELD"), "Refresh token is required", Rejected, NotApplied),
    // A proxy's own: nothing that the server said of our credential.
    row(401, None, "<html>", Rejected, NotApplied),
    row(401, None, "Authentication required.", REFUSED, NotApplied),
    row(401, None, "Invalid client key", REFUSED, NotApplied),
    row(401, None, "Invalid service key", REFUSED, NotApplied),
    row(401, None, "Invalid or expired Bearer token", REFUSED, NotApplied),
    row(401, None, "Invalid email or password", REFUSED, NotApplied),
    row(401, Some("INVALID_CREDENTIALS"), "Invalid email or password", REFUSED, NotApplied),
    row(401, None, "Invalid or expired refresh token", REFUSED, NotApplied),
    row(401, Some("INVALID_TOKEN"), "Invalid or expired refresh token", REFUSED, NotApplied),
    row(401, Some("MISSING_AUTHENTICATION"), "Missing authentication", REFUSED, NotApplied),
    row(401, Some("REVOKED_TOKEN"), "Token has been revoked", REFUSED, NotApplied),
    row(403, None, "<html>", Forbidden, NotApplied),
    row(403, Some("ACCOUNT_LOCKED"), "Account", Forbidden, NotApplied),
    row(403, None, "Admin access required.", Forbidden, NotApplied),
    row(403, None, "Cannot view other users' client keys", Forbidden, NotApplied),
    row(403, Some("ACCESS_DENIED"), "Cannot view other users' client keys", Forbidden, NotApplied),
    row(403, None, "Insufficient permissions", Forbidden, NotApplied),
    row(404, None, "Client key not found", NotFound, NotApplied),
    row(404, Some("NOT_FOUND"), "Client key not found", NotFound, NotApplied),
    row(404, None, "Not Found", NotFluxbase, NotApplied),
    row(404, None, "tenant not found", Rejected, NotApplied),
    row(404, None, "", NotFluxbase, NotApplied),
    row(405, None, "<html>", NotFluxbase, NotApplied),
    row(413, None, "<html>", Rejected, NotApplied),
    row(413, Some("PAYLOAD_TOO_LARGE"), "Payload Too Large", Rejected, NotApplied),
    row(422, Some("IDEMPOTENCY_KEY_MISMATCH"), "Idempotency Key Mismatch", Conflict, NotApplied),
    row(422, Some("IDEMPOTENCY_REQUEST_BODY_MISMATCH"), "Idempotency Key Mismatch", Conflict, NotApplied),
    row(429, None, "<html>", RateLimited, NotApplied),
    row(429, Some("RATE_LIMIT_EXCEEDED"), "Rate limit exceeded", RateLimited, NotApplied),
    // Servers before 2026-04-25 say why; newer ones do not, so that nobody knows what was done.
    row(500, None, "Failed to create client key: invalid scopes: ", SERVER, NotApplied),
    row(500, None, "Failed to update client key: invalid scopes: ", SERVER, NotApplied),
    row(500, None, "Failed to update client key: client key not found", NotFound, NotApplied),
    row(500, None, "Failed to revoke client key: client key not found", NotFound, NotApplied),
    row(500, None, "Failed to delete client key: client key not found", NotFound, NotApplied),
    row(500, None, "Failed to create client key: failed to ", SERVER, Unknown),
    row(500, None, "Failed to update client key: failed to ", SERVER, Unknown),
    row(500, None, "Failed to revoke client key: failed to ", SERVER, Unknown),
    row(500, None, "Failed to delete client key: failed to ", SERVER, Unknown),
    row(500, None, "Failed to list client keys: failed to ", SERVER, Unknown),
    row(500, None, "Failed to get client key: failed to ", SERVER, Unknown),
    row(500, Some("INTERNAL_ERROR"), "Failed to create client key", SERVER, Unknown),
    row(500, Some("INTERNAL_ERROR"), "Failed to update client key", SERVER, Unknown),
    row(500, Some("INTERNAL_ERROR"), "Failed to revoke client key", SERVER, Unknown),
    row(500, Some("INTERNAL_ERROR"), "Failed to delete client key", SERVER, Unknown),
    row(500, Some("INTERNAL_ERROR"), "Failed to list client keys", SERVER, Unknown),
    row(500, Some("INTERNAL_ERROR"), "Authentication failed: ", SERVER, Unknown),
    row(500, None, "Failed to sign out", SERVER, Unknown),
    row(500, Some("INTERNAL_ERROR"), "Failed to sign out", SERVER, Unknown),
    row(500, Some("500"), "Internal Server Error", SERVER, Unknown),
    row(500, Some("INTERNAL_ERROR"), "Internal Server Error", SERVER, Unknown),
    row(500, Some("500"), "Login failed: ", SERVER, Unknown),
    row(500, Some("INTERNAL_ERROR"), "Login failed", SERVER, Unknown),
    row(501, None, "Not Implemented", SERVER, NotApplied),
    row(502, None, "<html>", SERVER, Unknown),
    row(503, Some("service_unavailable"), "service_unavailable", Unavailable, NotApplied),
    row(504, None, "<html>", SERVER, Unknown),
];

/// Holds an error against its row, whose place it gives back.
pub(crate) fn check(recorded: &Recorded, error: &Error, name: &str, changes: bool) -> usize {
    let json = recorded.json().unwrap_or_default();
    let member = |name: &str| json[name].as_str();
    let text = member("error").unwrap_or(&recorded.body);
    let code = error.code();
    let fits = |row: &Row| {
        let whole = !row.text.is_empty() || text.is_empty();
        row.status == recorded.status && row.code == code && whole && text.starts_with(row.text)
    };
    let place = ROWS
        .iter()
        .position(fits)
        .unwrap_or_else(|| panic!("no row for {} {code:?} {text}", recorded.status));
    let row = &ROWS[place];
    let outcome = if changes { row.outcome } else { NotApplied };
    assert_eq!(error.kind(), row.kind);
    assert_eq!(error.outcome(), outcome);
    assert_eq!(error.status(), Some(recorded.status));
    assert_eq!(error.operation(), Some(name));
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.code(), stated_code(&json).as_deref());
    assert_eq!(error.required_scope(), member("required_scope"));
    // Longer messages are cut; nothing else in the recordings has to be replaced.
    let said = member("message").or_else(|| member("error")).map(|said| {
        let cut: String = said.chars().take(200).collect();
        if cut.len() < said.len() {
            cut + "…"
        } else {
            cut
        }
    });
    assert_eq!(error.server_message(), said.as_deref());
    assert_eq!(error.request_id(), recorded.header("x-request-id"));
    let request_id = member("request_id").or(error.request_id());
    assert_eq!(error.request_id(), request_id, "header and body agree");
    let seconds = recorded
        .header("retry-after")
        .map(|text| text.parse().unwrap());
    assert_eq!(error.retry_after(), seconds.map(Duration::from_secs));
    assert_eq!(
        seconds,
        json["retry_after"].as_u64(),
        "header and body agree"
    );
    place
}

/// `code` as a text or a number, or else an `error` that is a machine's word.
fn stated_code(json: &Value) -> Option<String> {
    match (&json["code"], json["error"].as_str()) {
        (Value::String(code), _) => Some(code.clone()),
        (Value::Number(code), _) => Some(code.to_string()),
        (_, Some("service_unavailable")) => Some("service_unavailable".to_owned()),
        _ => None,
    }
}
