//! What was read from a success, held against the JSON member by member.

use fluxbase_client_keys::{
    ClientKey, CreateClientKeyResponse, Grant, Health, HealthStatus, ListClientKeysResponse,
    Secret, SignInResponse, SignedIn, Timestamp, Updated,
};
use serde_json::Value;

/// No member of the JSON may be one that the tests know nothing of.
fn only(json: &Value, known: &[&str]) {
    for name in json.as_object().unwrap().keys() {
        assert!(known.contains(&name.as_str()), "the member {name} is new");
    }
}

fn instant(json: &Value) -> Option<Timestamp> {
    json.as_str().map(|text| text.parse().unwrap())
}

fn texts(json: &Value) -> Vec<&str> {
    let array = json.as_array().map(Vec::as_slice).unwrap_or_default();
    array.iter().map(|text| text.as_str().unwrap()).collect()
}

/// `extra` is what the object may have beside the members of a key.
pub(crate) fn key(key: &ClientKey, json: &Value, extra: &[&str]) {
    let members = [
        "id",
        "name",
        "description",
        "key_prefix",
        "user_id",
        "scopes",
        "allowed_namespaces",
        "rate_limit_per_minute",
        "last_used_at",
        "expires_at",
        "revoked_at",
        "created_at",
        "updated_at",
    ];
    only(json, &[&members, extra].concat());
    assert_eq!(Some(key.id().as_str()), json["id"].as_str());
    assert_eq!(Some(key.name()), json["name"].as_str());
    assert_eq!(key.description(), json["description"].as_str());
    assert_eq!(Some(key.key_prefix()), json["key_prefix"].as_str());
    let owner = key.user_id();
    assert_eq!(owner.as_ref().map(AsRef::as_ref), json["user_id"].as_str());
    assert_eq!(key.scopes().collect::<Vec<_>>(), texts(&json["scopes"]));
    let namespaces: Vec<&str> = key.allowed_namespaces().collect();
    assert_eq!(namespaces, texts(&json["allowed_namespaces"]));
    let rate = json["rate_limit_per_minute"].as_i64();
    assert!(rate.is_some());
    assert_eq!(key.rate_limit_per_minute(), rate);
    assert_eq!(key.last_used_at(), instant(&json["last_used_at"]));
    assert_eq!(key.expires_at(), instant(&json["expires_at"]));
    assert_eq!(key.revoked_at(), instant(&json["revoked_at"]));
    assert_eq!(key.created_at(), instant(&json["created_at"]));
    assert_eq!(key.updated_at(), instant(&json["updated_at"]));
    assert!(key.created_at().is_some() && key.updated_at().is_some());
}

pub(crate) fn created(made: &CreateClientKeyResponse, json: &Value) {
    key(&made.client_key, json, &["key"]);
    assert_eq!(Some(made.key.expose()), json["key"].as_str());
    assert_eq!(made.key.expose().len(), 48);
    assert!(made.key.expose().starts_with(made.client_key.key_prefix()));
    assert!(made.unreadable.is_empty());
}

pub(crate) fn list(list: &ListClientKeysResponse, json: &Value) {
    let elements = json.as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(json.is_array() || json.is_null());
    assert_eq!(list.client_keys.len(), elements.len());
    assert_eq!(list.total, elements.len() as u64);
    assert_eq!(list.skipped, 0);
    for (read, element) in list.client_keys.iter().zip(elements) {
        key(read, element, &[]);
    }
}

pub(crate) fn updated(updated: &Updated, json: &Value) {
    only(json, &["message", "success"]);
    assert!(updated.key.is_none());
    assert_eq!(updated.message.as_deref(), json["message"].as_str());
    assert_eq!(json["success"], true);
}

/// A message, or this crate's own words where the body is empty.
pub(crate) fn message(message: &str, json: &Value, otherwise: &str) {
    if json.is_null() {
        assert_eq!(message, otherwise);
    } else {
        only(json, &["message", "success"]);
        assert_eq!(Some(message), json["message"].as_str());
    }
}

pub(crate) fn grant(grant: &Grant, json: &Value) {
    assert_eq!(
        Some(grant.access_token.expose()),
        json["access_token"].as_str()
    );
    let refresh = grant.refresh_token.as_ref().map(Secret::expose);
    assert!(refresh.is_some());
    assert_eq!(refresh, json["refresh_token"].as_str());
    let seconds = grant.expires_in.map(|lifetime| lifetime.as_secs());
    assert!(seconds.is_some());
    assert_eq!(seconds, json["expires_in"].as_u64());
    only(
        json,
        &["access_token", "refresh_token", "expires_in", "user"],
    );
}

pub(crate) fn signed_in(signed_in: &SignedIn, json: &Value) {
    grant(&signed_in.grant, json);
    let (user, stated) = (&signed_in.user, &json["user"]);
    let id = user.id.as_ref().map(AsRef::as_ref);
    assert!(id.is_some() && user.email.is_some());
    assert_eq!(id, stated["id"].as_str());
    assert_eq!(user.email.as_deref(), stated["email"].as_str());
    assert_eq!(user.role.as_deref(), stated["role"].as_str());
}

pub(crate) fn sign_in(response: &SignInResponse, json: &Value) {
    match response {
        SignInResponse::SignedIn(ok) => signed_in(ok, json),
        SignInResponse::TwoFactorNeeded { user_id } => {
            only(json, &["message", "requires_2fa", "user_id"]);
            assert_eq!(json["requires_2fa"], true);
            assert_eq!(Some(user_id.as_str()), json["user_id"].as_str());
        }
        other => panic!("{other:?}"),
    }
}

pub(crate) fn health(health: Health, json: &Value) {
    only(json, &["services", "status", "timestamp"]);
    let word = match health.status {
        HealthStatus::Ok => "ok",
        HealthStatus::Degraded => "degraded",
        other => panic!("{other:?}"),
    };
    assert_eq!(json["status"], word);
    assert_eq!(health.database, json["services"]["database"].as_bool());
    assert_eq!(health.has_database(), word == "ok");
}
