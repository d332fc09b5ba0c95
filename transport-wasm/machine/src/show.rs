//! Results as JSON, with the member names that the published reference documents.

use fluxbase_client_keys::{
    ClientKey, CreateClientKeyResponse, Health, HealthStatus, ListClientKeysResponse, Timestamp,
    User, UserId,
};

use crate::text::Text;

/// A client key.
pub(crate) fn key(text: &mut Text, key: &ClientKey) {
    text.item("{");
    text.text("id", Some(key.id().as_str()));
    text.text("name", Some(key.name()));
    text.text("description", key.description());
    text.text("key_prefix", Some(key.key_prefix()));
    text.list("scopes", &mut key.scopes());
    if let Some(limit) = key.rate_limit_per_minute() {
        if limit < 0 {
            text.json("rate_limit_per_minute", "-");
            text.digits(limit.unsigned_abs());
        } else {
            text.number("rate_limit_per_minute", limit.unsigned_abs());
        }
    }
    text.text("user_id", key.user_id().as_ref().map(UserId::as_str));
    if key.allowed_namespaces().next().is_some() {
        text.list("allowed_namespaces", &mut key.allowed_namespaces());
    }
    for (name, instant) in [
        ("created_at", key.created_at()),
        ("updated_at", key.updated_at()),
        ("last_used_at", key.last_used_at()),
        ("expires_at", key.expires_at()),
        ("revoked_at", key.revoked_at()),
    ] {
        text.text(name, instant.map(Timestamp::to_rfc3339).as_deref());
    }
    text.raw("}");
}

/// A new client key, and its plaintext.
pub(crate) fn created(text: &mut Text, created: &CreateClientKeyResponse) {
    text.raw("{");
    text.name("client_key");
    key(text, &created.client_key);
    text.text("key", Some(created.key.expose()));
    text.raw("}");
}

/// A list.
pub(crate) fn list(text: &mut Text, list: &ListClientKeysResponse) {
    text.raw("{");
    text.json("client_keys", "[");
    for each in &list.client_keys {
        key(text, each);
    }
    text.raw("]");
    text.number("total", list.total);
    text.number("skipped", list.skipped);
    text.raw("}");
}

/// What a server said.
pub(crate) fn message(text: &mut Text, message: &str) {
    text.raw("{");
    text.text("message", Some(message));
    text.raw("}");
}

/// Who signed in.
pub(crate) fn signed_in(text: &mut Text, user: &User) {
    text.raw("{");
    text.json("user", "{");
    text.text("id", user.id.as_ref().map(UserId::as_str));
    text.text("email", user.email.as_deref());
    text.text("role", user.role.as_deref());
    text.raw("}}");
}

/// That a sign-in needs a code.
pub(crate) fn two_factor_needed(text: &mut Text, user_id: &UserId) {
    text.raw("{");
    text.flag("requires_2fa", true);
    text.text("user_id", Some(user_id.as_str()));
    text.raw("}");
}

/// What a server says of itself.
pub(crate) fn health(text: &mut Text, health: Health) {
    text.raw("{");
    let status = match health.status {
        HealthStatus::Ok => "ok",
        HealthStatus::Degraded => "degraded",
        _ => "other",
    };
    text.text("status", Some(status));
    if let Some(there) = health.database {
        text.flag("database", there);
    }
    text.raw("}");
}
