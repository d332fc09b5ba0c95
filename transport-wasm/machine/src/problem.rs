//! Errors as JSON.

use fluxbase_client_keys::{Error, ErrorKind, JsonText, Outcome};

/// Writes what is known of an error. An error about arguments does not know the operation.
pub(crate) fn write(text: &mut JsonText, error: &Error) {
    text.item("{");
    text.text("kind", Some(kind(error.kind())));
    let mut message = String::new();
    error.write_to(&mut message);
    text.text("message", Some(&message));
    text.text("operation", error.operation());
    if let Some(status) = error.status() {
        text.number("status", status.into());
    }
    text.text("code", error.code());
    text.text("requestId", error.request_id());
    if let Some(after) = error.retry_after() {
        text.number("retryAfter", after.as_secs());
    }
    let outcome = match error.outcome() {
        Outcome::NotApplied => "not_applied",
        Outcome::Applied => "applied",
        _ => "unknown",
    };
    text.text("outcome", Some(outcome));
    text.number("attempts", error.attempts().into());
    text.flag("retryable", error.is_retryable());
    text.text("requiredScope", error.required_scope());
    text.raw("}");
}

fn kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidInput => "invalid_input",
        ErrorKind::Refused { .. } => "refused",
        ErrorKind::SignInNeeded => "sign_in_needed",
        ErrorKind::Forbidden => "forbidden",
        ErrorKind::NotFound => "not_found",
        ErrorKind::Conflict => "conflict",
        ErrorKind::RateLimited => "rate_limited",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Server => "server",
        ErrorKind::Rejected => "rejected",
        ErrorKind::Redirected => "redirected",
        ErrorKind::NotFluxbase => "not_fluxbase",
        ErrorKind::UnexpectedResponse => "unexpected_response",
        ErrorKind::ResponseTooLarge => "response_too_large",
        ErrorKind::DeadlineExceeded => "deadline_exceeded",
        ErrorKind::Cancelled => "cancelled",
        // What is added one day is at least no answer.
        _ => "transport",
    }
}
