//! Words that servers give in `code` (or, where there is none, as the one-word `error`).
//!
//! The list is open: a server may send others, and older servers send none for most errors.

/// The record does not exist (newest servers).
pub const NOT_FOUND: &str = "NOT_FOUND";
/// The id in the path or the query is not a UUID (newest servers).
pub const INVALID_ID: &str = "INVALID_ID";
/// The body is not what the route takes (newest servers).
pub const INVALID_REQUEST_BODY: &str = "INVALID_REQUEST_BODY";
/// A member that must be there is not (newest servers).
pub const MISSING_REQUIRED_FIELD: &str = "MISSING_REQUIRED_FIELD";
/// Somebody else's record (newest servers).
pub const ACCESS_DENIED: &str = "ACCESS_DENIED";
/// The server failed; newest servers say no more.
pub const INTERNAL_ERROR: &str = "INTERNAL_ERROR";
/// Wrong e-mail address, password or two-factor code, or the database is away.
pub const INVALID_CREDENTIALS: &str = "INVALID_CREDENTIALS";
/// A token is wrong, expired or was replaced, or the database is away.
pub const INVALID_TOKEN: &str = "INVALID_TOKEN";
/// The token was signed out.
pub const REVOKED_TOKEN: &str = "REVOKED_TOKEN";
/// Five wrong passwords locked the account for 15 minutes.
pub const ACCOUNT_LOCKED: &str = "ACCOUNT_LOCKED";
/// The e-mail address has not been verified.
pub const EMAIL_NOT_VERIFIED: &str = "EMAIL_NOT_VERIFIED";
/// Sign-in with a password is switched off.
pub const PASSWORD_LOGIN_DISABLED: &str = "PASSWORD_LOGIN_DISABLED";
/// The server wants a captcha, which a program cannot solve.
pub const CAPTCHA_REQUIRED: &str = "CAPTCHA_REQUIRED";
/// The account is no administrator.
pub const ADMIN_REQUIRED: &str = "ADMIN_REQUIRED";
/// A limiter refused.
pub const RATE_LIMIT_EXCEEDED: &str = "RATE_LIMIT_EXCEEDED";
/// The request's body is over the route's limit.
pub const PAYLOAD_TOO_LARGE: &str = "PAYLOAD_TOO_LARGE";
/// Another request with this idempotency key is being worked on.
pub const IDEMPOTENCY_REQUEST_IN_PROGRESS: &str = "IDEMPOTENCY_REQUEST_IN_PROGRESS";
/// The idempotency key was used for another method or path.
pub const IDEMPOTENCY_KEY_MISMATCH: &str = "IDEMPOTENCY_KEY_MISMATCH";
/// The idempotency key was used with another body.
pub const IDEMPOTENCY_REQUEST_BODY_MISMATCH: &str = "IDEMPOTENCY_REQUEST_BODY_MISMATCH";
/// The revocation store could not be asked; the request was not carried out.
pub const SERVICE_UNAVAILABLE: &str = "service_unavailable";
/// The token was revoked.
pub const TOKEN_REVOKED: &str = "token_revoked";
