//! The profile that keeps what the published reference promises.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "emulator_support/client.rs"]
mod client;
mod emulator_support;

use client::{Answer, KEYS, OWNED, server};
use emulator_support::Server;
use fluxbase_client_keys::emulator::Profile;

/// A server, the tokens of its two users, and a key that the first one made.
fn with_key() -> (Server, String, String, Answer) {
    let mut server = server(Profile::Documented);
    let (own, other) = (server.token(0), server.token(1));
    let body = r#"{"name":"Production Service","description":"d","scopes":["read:users","write:users"],
        "rate_limit_per_minute":100,"expires_at":"2027-12-31T23:59:59Z"}"#;
    let made = server.bear(&own, "POST", KEYS, body);
    (server, own, other, made)
}

fn path(made: &Answer) -> String {
    format!("{KEYS}/{}", made.json["client_key"]["id"].as_str().unwrap())
}

#[test]
fn create_answers_the_key_and_its_plaintext() {
    let (server, _, _, made) = with_key();
    assert_eq!(made.status, 201);
    let key = &made.json["client_key"];
    assert_eq!(
        key["user_id"].as_str(),
        Some(server.emulator.users()[0].id.as_str())
    );
    assert_eq!(key["scopes"].as_array().map(Vec::len), Some(2));
    assert_eq!(key["expires_at"], "2027-12-31T23:59:59Z");
    assert!(key.get("key").is_none());
    assert!(
        made.text("key")
            .starts_with(key["key_prefix"].as_str().unwrap())
    );
}

#[test]
fn list_answers_exactly_the_own_keys() {
    let (mut server, own, other, made) = with_key();
    let listed = server.bear(&own, "GET", KEYS, "");
    assert_eq!((listed.status, &listed.json["total"]), (200, &2.into()));
    assert_eq!(listed.json["client_keys"][0], made.json["client_key"]);
    let listed = server.bear(&other, "GET", KEYS, "");
    assert_eq!(listed.json.to_string(), r#"{"client_keys":[],"total":0}"#);
    let admin = server.admin_token();
    assert_eq!(server.bear(&admin, "GET", KEYS, "").json["total"], 2);
}

#[test]
fn update_answers_the_updated_key() {
    let (mut server, own, _, made) = with_key();
    let path = path(&made);
    let updated = server.bear(
        &own,
        "PATCH",
        &path,
        r#"{"name":"Updated Name","rate_limit_per_minute":200}"#,
    );
    assert_eq!(
        (updated.status, updated.text("name")),
        (200, "Updated Name")
    );
    assert_eq!(updated.json["rate_limit_per_minute"], 200);
    assert_eq!(server.bear(&own, "GET", &path, "").json, updated.json);
    assert_eq!(server.bear(&own, "PATCH", &path, "{").status, 400);
}

#[test]
fn revoke_and_delete_answer_a_message() {
    let (mut server, own, _, made) = with_key();
    let path = path(&made);
    let revoked = server.bear(&own, "POST", &format!("{path}/revoke"), "");
    assert_eq!(
        (revoked.status, revoked.json.to_string().as_str()),
        (200, r#"{"message":"Client key revoked successfully"}"#)
    );
    assert!(
        server
            .bear(&own, "GET", &path, "")
            .json
            .get("revoked_at")
            .is_some()
    );
    let answer = server.send("GET", KEYS, &[("x-client-key", made.text("key"))], "");
    assert_eq!(answer.status, 401);
    let deleted = server.bear(&own, "DELETE", &path, "");
    assert_eq!(
        (deleted.status, deleted.text("message")),
        (200, "Client key deleted successfully")
    );
    assert_eq!(server.bear(&own, "DELETE", &path, "").status, 404);
}

#[test]
fn a_missing_or_foreign_key_is_404_on_every_operation() {
    let (mut server, own, other, made) = with_key();
    let foreign = path(&made);
    for (token, path) in [
        (&own, format!("{KEYS}/key-uuid")),
        (&other, foreign.clone()),
    ] {
        for (method, suffix, body) in [
            ("GET", "", ""),
            ("PATCH", "", "{}"),
            ("POST", "/revoke", ""),
            ("DELETE", "", ""),
        ] {
            let answer = server.bear(token, method, &format!("{path}{suffix}"), body);
            assert_eq!(
                (answer.status, answer.text("code")),
                (404, "NOT_FOUND"),
                "{method} {path}{suffix}"
            );
            assert_eq!(answer.text("request_id"), answer.header("x-request-id"));
        }
    }
    let admin = server.admin_token();
    assert_eq!(server.bear(&admin, "DELETE", &foreign, "").status, 200);
}

#[test]
fn what_is_optional_may_be_left_out() {
    let (mut server, own, _, _) = with_key();
    let made = server.bear(&own, "POST", KEYS, r#"{"name":"bare"}"#);
    assert_eq!(
        (
            made.status,
            &made.json["client_key"]["rate_limit_per_minute"]
        ),
        (201, &100.into())
    );
    assert_eq!(
        made.json["client_key"]["scopes"].as_array().map(Vec::len),
        Some(0)
    );
    let answer = server.bear(&own, "POST", KEYS, "{}");
    assert_eq!(
        (answer.status, answer.text("code")),
        (400, "MISSING_REQUIRED_FIELD")
    );
    let answer = server.bear(
        &own,
        "POST",
        KEYS,
        r#"{"name":"n","rate_limit_per_minute":3000000000}"#,
    );
    assert_eq!(answer.status, 400);
}

#[test]
fn a_key_acts_for_its_owner_and_an_anonymous_token_for_nobody() {
    let (mut server, _, _, _) = with_key();
    let listed = server.send("GET", KEYS, &[("x-client-key", OWNED)], "");
    assert_eq!(listed.json["total"], 2);
    let anon = server.emulator.anon_tokens()[0].clone();
    assert_eq!(server.bear(&anon, "GET", KEYS, "").status, 403);
}
