//! Every documented refusal, in every shape, read by any operation.

use std::{fmt::Debug, time::Duration};

use fluxbase_client_keys::{ErrorKind, Operation, Outcome, VerifyTwoFactor};
use http::Response;

use super::replies_support::{answer, error, html, json, outcome};
use ErrorKind::{
    Conflict, Forbidden, NotFluxbase, NotFound, RateLimited, Redirected, Rejected, Server,
    Unavailable,
};
use Outcome::{NotApplied, Unknown};

const REFUSED: ErrorKind = ErrorKind::Refused { confirmed: false };

/// Status, body, and what it is read as: kind, code, message, outcome of an operation that changes something.
type Row = (
    u16,
    &'static str,
    ErrorKind,
    Option<&'static str>,
    &'static str,
    Outcome,
);

#[rustfmt::skip] // A row a line.
pub(crate) const ROWS: &[Row] = &[
    // Handlers: newest servers, then older ones.
    (400, r#"{"error":"Invalid request body","code":"INVALID_REQUEST_BODY","request_id":"r"}"#, Rejected, Some("INVALID_REQUEST_BODY"), "Invalid request body", NotApplied),
    (400, r#"{"error":"CAPTCHA verification required","code":"CAPTCHA_REQUIRED"}"#, Rejected, Some("CAPTCHA_REQUIRED"), "CAPTCHA verification required", NotApplied),
    (400, r#"{"error":"CAPTCHA verification failed","code":"CAPTCHA_INVALID"}"#, Rejected, Some("CAPTCHA_INVALID"), "CAPTCHA verification failed", NotApplied),
    (400, r#"{"error":"JSON Too Deep","code":"JSON_TOO_DEEP","message":"JSON nesting exceeds maximum depth of 64"}"#, Rejected, Some("JSON_TOO_DEEP"), "JSON nesting exceeds maximum depth of 64", NotApplied),
    (400, r#"{"error":"bad","code":400}"#, Rejected, Some("400"), "bad", NotApplied),
    (400, r#"{"success":false,"error":"bad","code":"INVALID_INPUT"}"#, Rejected, Some("INVALID_INPUT"), "bad", NotApplied),
    (401, r#"{"error":"Invalid service role token"}"#, REFUSED, None, "Invalid service role token", NotApplied),
    (401, r#"{"error":"token_revoked","message":"Your session has been revoked"}"#, REFUSED, Some("token_revoked"), "Your session has been revoked", NotApplied),
    (401, r#"{"error":"Service role token has been revoked","error_code":"token_revoked","revocation_reason":"emergency_revocation"}"#, REFUSED, Some("token_revoked"), "Service role token has been revoked", NotApplied),
    (401, r#"{"error":"Unauthorized","code":"AUTHENTICATION_REQUIRED","request_id":"r"}"#, REFUSED, Some("AUTHENTICATION_REQUIRED"), "Unauthorized", NotApplied),
    (403, r#"{"error":"User client keys are disabled. Contact an administrator."}"#, Forbidden, None, "User client keys are disabled. Contact an administrator.", NotApplied),
    (403, r#"{"error":"No scopes found for client key"}"#, Forbidden, None, "No scopes found for client key", NotApplied),
    (403, r#"{"error":"No scopes found for service key"}"#, Forbidden, None, "No scopes found for service key", NotApplied),
    (403, r#"{"error":"Access denied - IP not allowlisted"}"#, Forbidden, None, "Access denied - IP not allowlisted", NotApplied),
    (403, r#"{"error":"Insufficient permissions","code":"INSUFFICIENT_PERMISSIONS","request_id":"r"}"#, Forbidden, Some("INSUFFICIENT_PERMISSIONS"), "Insufficient permissions", NotApplied),
    (403, r#"{"error":"Account locked","code":"ACCOUNT_LOCKED"}"#, Forbidden, Some("ACCOUNT_LOCKED"), "Account locked", NotApplied),
    (403, r#"{"error":"verify","code":"EMAIL_NOT_VERIFIED","details":{"requires_email_verification":true}}"#, Forbidden, Some("EMAIL_NOT_VERIFIED"), "verify", NotApplied),
    (403, r#"{"error":"verify","code":"EMAIL_NOT_VERIFIED","requires_email_verification":true}"#, Forbidden, Some("EMAIL_NOT_VERIFIED"), "verify", NotApplied),
    (403, r#"{"error":"off","code":"PASSWORD_LOGIN_DISABLED"}"#, Forbidden, Some("PASSWORD_LOGIN_DISABLED"), "off", NotApplied),
    (403, r#"{"error":"role","code":"ADMIN_REQUIRED"}"#, Forbidden, Some("ADMIN_REQUIRED"), "role", NotApplied),
    (403, r#"{"error":"CSRF token missing","message":"A CSRF token is required"}"#, Forbidden, None, "A CSRF token is required", NotApplied),
    // A 404 has three meanings.
    (404, r#"{"error":"Client key not found","code":"NOT_FOUND","request_id":"r"}"#, NotFound, Some("NOT_FOUND"), "Client key not found", NotApplied),
    (404, r#"{"error":"Client key not found"}"#, NotFound, None, "Client key not found", NotApplied),
    (404, r#"{"error":"tenant not found"}"#, Rejected, None, "tenant not found", NotApplied),
    (404, r#"{"error":"Not Found","path":"/x"}"#, NotFluxbase, None, "Not Found", NotApplied),
    (404, r#"{"error":"Not Found","code":"NOT_FOUND","path":"/x"}"#, NotFluxbase, Some("NOT_FOUND"), "Not Found", NotApplied),
    // Idempotency, sizes, limits.
    (400, r#"{"error":"Invalid Idempotency-Key","code":"IDEMPOTENCY_KEY_TOO_LONG","message":"too long"}"#, Rejected, Some("IDEMPOTENCY_KEY_TOO_LONG"), "too long", NotApplied),
    (409, r#"{"error":"Request In Progress","code":"IDEMPOTENCY_REQUEST_IN_PROGRESS","message":"wait","hint":"h"}"#, Conflict, Some("IDEMPOTENCY_REQUEST_IN_PROGRESS"), "wait", NotApplied),
    (409, r#"{"error":"Conflict","code":"CONFLICT","request_id":"r"}"#, Rejected, Some("CONFLICT"), "Conflict", NotApplied),
    (413, r#"{"error":"Payload Too Large","code":"PAYLOAD_TOO_LARGE","message":"m","hint":"h","details":{"max_bytes":65536}}"#, Rejected, Some("PAYLOAD_TOO_LARGE"), "m", NotApplied),
    (422, r#"{"error":"Idempotency Key Mismatch","code":"IDEMPOTENCY_KEY_MISMATCH","message":"m","details":{"a":[1]}}"#, Conflict, Some("IDEMPOTENCY_KEY_MISMATCH"), "m", NotApplied),
    (422, r#"{"error":"Idempotency Key Mismatch","code":"IDEMPOTENCY_REQUEST_BODY_MISMATCH","message":"m"}"#, Conflict, Some("IDEMPOTENCY_REQUEST_BODY_MISMATCH"), "m", NotApplied),
    (422, r#"{"error":"no"}"#, Rejected, None, "no", NotApplied),
    (429, r#"{"code":"RATE_LIMIT_EXCEEDED","error":"Rate limit exceeded","message":"m","retry_after":7}"#, RateLimited, Some("RATE_LIMIT_EXCEEDED"), "m", NotApplied),
    // The server's own failures: older servers say why.
    (500, r#"{"error":"Failed to create client key","code":"INTERNAL_ERROR","request_id":"r"}"#, Server, Some("INTERNAL_ERROR"), "Failed to create client key", Unknown),
    (500, r#"{"error":"Internal Server Error","code":500}"#, Server, Some("500"), "Internal Server Error", Unknown),
    (500, r#"{"error":"Failed to delete client key: client key not found"}"#, NotFound, None, "Failed to delete client key: client key not found", NotApplied),
    (500, r#"{"error":"Failed to create client key: invalid scopes: invalid scopes: foo, bar"}"#, Server, None, "Failed to create client key: invalid scopes: invalid scopes: foo, bar", NotApplied),
    (501, r#"{"error":"no"}"#, Server, None, "no", NotApplied),
    (502, r#"{"error":"no"}"#, Server, None, "no", Unknown),
    (503, r#"{"error":"service_unavailable","message":"Unable to verify token status"}"#, Unavailable, Some("service_unavailable"), "Unable to verify token status", NotApplied),
    (503, r#"{"error":"no"}"#, Unavailable, None, "no", Unknown),
    (504, r#"{"error":"no"}"#, Server, None, "no", Unknown),
];

/// Statuses without a usable body, and what they are read as.
#[rustfmt::skip] // A row a line.
const BARE: &[(u16, ErrorKind, Outcome)] = &[
    (301, Redirected, NotApplied), (302, Redirected, NotApplied), (303, Redirected, Unknown),
    (307, Redirected, NotApplied), (308, Redirected, NotApplied), (304, Redirected, NotApplied),
    (400, Rejected, NotApplied), (401, REFUSED, NotApplied), (402, Rejected, NotApplied),
    (403, Forbidden, NotApplied), (404, NotFluxbase, NotApplied), (405, NotFluxbase, NotApplied),
    (408, Rejected, Unknown), (409, Rejected, NotApplied), (413, Rejected, NotApplied),
    (422, Rejected, NotApplied), (429, RateLimited, NotApplied), (431, Rejected, NotApplied),
    (500, Server, Unknown), (501, Server, NotApplied), (502, Server, Unknown),
    (503, Unavailable, Unknown), (504, Server, Unknown), (599, Server, Unknown),
    // No status of HTTP: nobody knows what stands behind it.
    (100, NotFluxbase, Unknown), (101, NotFluxbase, Unknown), (600, NotFluxbase, Unknown), (999, NotFluxbase, Unknown),
];

/// Reads every refusal with this operation. `claimed` are statuses that it reads itself.
pub(crate) fn every_refusal<O: Operation<Output: Debug>>(operation: &O, claimed: &[u16]) {
    for &(status, body, kind, code, message, effect) in ROWS {
        if claimed.contains(&status) {
            continue;
        }
        let error = error(operation, &json(status, body));
        let about_a_code = matches!(code, None | Some("INVALID_CREDENTIALS"));
        let kind = if O::NAME == VerifyTwoFactor::NAME && status == 400 && about_a_code {
            REFUSED
        } else {
            kind
        };
        assert_eq!(error.kind(), kind, "{body}");
        assert_eq!(error.code(), code, "{body}");
        assert_eq!(error.server_message(), Some(message), "{body}");
        assert_eq!(error.outcome(), outcome(operation, effect), "{body}");
        assert_eq!(
            error.request_id(),
            body.contains("request_id").then_some("r"),
            "{body}"
        );
        let seconds = body.contains("retry_after").then(|| Duration::from_secs(7));
        assert_eq!(error.retry_after(), seconds, "{body}");
    }
    for &(status, kind, effect) in BARE {
        if !claimed.contains(&status) {
            for response in bare(status) {
                let error = error(operation, &response);
                let body = String::from_utf8_lossy(response.body());
                let body = body.get(..40).unwrap_or(&body);
                assert_eq!(error.kind(), kind, "{status} {body:?}");
                assert_eq!(
                    error.outcome(),
                    outcome(operation, effect),
                    "{status} {body:?}"
                );
                assert_eq!(error.code(), None);
                assert_eq!(error.server_message(), None);
                assert_eq!(error.retry_after(), None);
            }
        }
    }
}

/// Bodies that say nothing.
fn bare(status: u16) -> Vec<Response<Vec<u8>>> {
    vec![
        html(status, "<html>fbk_CanaryCanaryCanaryCanary</html>"),
        answer(status, "text/plain", "fbk_CanaryCanaryCanaryCanary"),
        json(status, ""),
        json(status, "null"),
        json(status, r#"{"error":"fbk_CanaryCanaryCanaryCa"#),
        json(status, r#"["fbk_CanaryCanaryCanaryCanary"]"#),
        json(status, *b"{\"error\":\"fbk_CanaryCanaryCanary\xff\"}"),
        json(status, "[".repeat(100_000)),
    ]
}
