//! Results as JSON, with the member names that the published reference documents.

#![expect(
    clippy::needless_pass_by_value,
    reason = "what a flow gives ends here: all are shown by functions of one form"
)]

use fluxbase_client_keys::{
    ClientKey, CreateClientKeyResponse, DeleteClientKeyResponse, Health, HealthStatus, JsonText,
    ListClientKeysResponse, RevokeClientKeyResponse, SignInResponse, SignOutResponse, SignedIn,
    Timestamp, UserId,
};

use crate::flow::{Given, Session};

/// A client key.
#[expect(
    clippy::needless_pass_by_value,
    reason = "what a flow gives is given up"
)]
pub(crate) fn key(given: &mut Given, key: ClientKey) {
    write_key(&mut given.value, &key);
}

fn write_key(text: &mut JsonText, key: &ClientKey) {
    text.item("{");
    text.text("id", Some(key.id().as_str()));
    text.text("name", Some(key.name()));
    text.text("description", key.description());
    text.text("key_prefix", Some(key.key_prefix()));
    text.list("scopes", key.scopes());
    if let Some(limit) = key.rate_limit_per_minute() {
        text.signed("rate_limit_per_minute", limit);
    }
    text.text("user_id", key.user_id().as_ref().map(UserId::as_str));
    if key.allowed_namespaces().next().is_some() {
        text.list("allowed_namespaces", key.allowed_namespaces());
    }
    instant(text, "created_at", key.created_at());
    instant(text, "updated_at", key.updated_at());
    instant(text, "last_used_at", key.last_used_at());
    instant(text, "expires_at", key.expires_at());
    instant(text, "revoked_at", key.revoked_at());
    text.raw("}");
}

fn instant(text: &mut JsonText, name: &str, instant: Option<Timestamp>) {
    if let Some(instant) = instant {
        text.text(name, Some(&instant.to_rfc3339()));
    }
}

/// A new client key, and its plaintext.
pub(crate) fn created(given: &mut Given, created: CreateClientKeyResponse) {
    let text = &mut given.value;
    text.raw("{");
    text.name("client_key");
    write_key(text, &created.client_key);
    text.text("key", Some(created.key.expose()));
    text.raw("}");
}

/// A list.
pub(crate) fn list(given: &mut Given, list: ListClientKeysResponse) {
    let text = &mut given.value;
    text.raw("{");
    text.json("client_keys", "[");
    for each in &list.client_keys {
        write_key(text, each);
    }
    text.raw("]");
    text.number("total", list.total);
    text.number("skipped", list.skipped);
    text.raw("}");
}

/// What a server said.
fn message(given: &mut Given, message: &str) {
    given.value.raw("{");
    given.value.text("message", Some(message));
    given.value.raw("}");
}

/// How a key ended.
pub(crate) fn revoked(given: &mut Given, said: RevokeClientKeyResponse) {
    message(given, &said.message);
}

/// How a key was deleted.
pub(crate) fn deleted(given: &mut Given, said: DeleteClientKeyResponse) {
    message(given, &said.message);
}

/// How a session ended.
pub(crate) fn signed_out(given: &mut Given, said: SignOutResponse) {
    given.session = Session::SignedOut;
    message(given, &said.message);
}

/// Who signed in.
pub(crate) fn signed_in(given: &mut Given, signed_in: SignedIn) {
    who(given, signed_in, false);
}

/// Which administrator signed in.
pub(crate) fn admin_signed_in(given: &mut Given, signed_in: SignedIn) {
    who(given, signed_in, true);
}

fn who(given: &mut Given, signed_in: SignedIn, admin: bool) {
    let user = signed_in.user;
    let text = &mut given.value;
    text.raw("{");
    text.json("user", "{");
    text.text("id", user.id.as_ref().map(UserId::as_str));
    text.text("email", user.email.as_deref());
    text.text("role", user.role.as_deref());
    text.raw("}}");
    given.session = Session::SignedIn(signed_in.grant, admin);
}

/// Who signed in, or that a code is needed for it.
pub(crate) fn sign_in(given: &mut Given, answer: SignInResponse) {
    match answer {
        SignInResponse::SignedIn(answer) => signed_in(given, answer),
        SignInResponse::TwoFactorNeeded { user_id } => {
            let text = &mut given.value;
            text.raw("{");
            text.flag("requires_2fa", true);
            text.text("user_id", Some(user_id.as_str()));
            text.raw("}");
        }
        _ => {}
    }
}

/// What a server says of itself.
pub(crate) fn health(given: &mut Given, health: Health) {
    let text = &mut given.value;
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
