//! Idempotency keys beyond what was recorded: over time, after failures, and what a replay keeps.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "emulator_support/client.rs"]
mod client;
mod emulator_support;

use client::{KEYS, server};
use emulator_support::Server;
use fluxbase_client_keys::emulator::Profile;

const OWNED_PATH: &str = "/api/v1/client-keys/00000000-0000-4000-8000-000000000009";

fn create(server: &mut Server, token: &str, key: &str) -> client::Answer {
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("idempotency-key", key),
    ];
    server.send("POST", KEYS, &headers, r#"{"name":"n","scopes":["*"]}"#)
}

fn count(server: &Server) -> usize {
    server.emulator.client_keys().count()
}

#[test]
fn an_answer_is_replayed_for_a_day_and_its_row_stays_in_the_way_until_it_is_swept() {
    for profile in Profile::ALL {
        let mut server = server(profile);
        let token = server.token(0);
        let first = create(&mut server, &token, "k");
        assert_eq!(first.status, 201, "{profile}");
        server.wait(24 * 60 * 60 - 1);
        let again = create(&mut server, "", "k");
        assert_eq!((again.status, &again.json), (201, &first.json), "{profile}");
        assert_eq!(again.header("idempotency-replayed"), "true");
        server.wait(1);
        assert_eq!(create(&mut server, "", "k").status, 401, "{profile}");
        // Nothing was remembered: the stale row is still there.
        let token = server.token(0);
        assert_eq!(create(&mut server, &token, "k").status, 201, "{profile}");
        assert_eq!(
            create(&mut server, &token, "k").header("idempotency-replayed"),
            ""
        );
        server.wait(60 * 60);
        let token = server.token(0);
        let fresh = create(&mut server, &token, "k");
        assert_eq!(create(&mut server, "", "k").json, fresh.json, "{profile}");
    }
}

#[test]
fn a_body_that_cannot_be_read_sticks_on_the_older_servers_only() {
    for (profile, replayed) in [
        (Profile::V2026_1, "true"),
        (Profile::V2026_3_6, "true"),
        (Profile::V2026_3_7, ""),
    ] {
        let mut server = server(profile);
        let token = format!("Bearer {}", server.token(0));
        let headers = [("authorization", token.as_str()), ("idempotency-key", "k")];
        assert_eq!(server.send("POST", KEYS, &headers, "{").status, 400);
        let answer = server.send("POST", KEYS, &headers, "{");
        assert_eq!(
            (answer.status, answer.header("idempotency-replayed")),
            (400, replayed),
            "{profile}"
        );
    }
}

#[test]
fn the_use_after_a_failure_is_unprotected() {
    let mut server = server(Profile::V2026_3_7);
    let token = server.token(0);
    server.emulator.set_database(false);
    assert_eq!(create(&mut server, &token, "k").status, 503);
    server.emulator.set_database(true);
    // With its database away the server remembered nothing, so the next use is a first one.
    assert_eq!(create(&mut server, &token, "k").status, 201);
    assert_eq!(
        create(&mut server, &token, "k").header("idempotency-replayed"),
        "true"
    );
    assert_eq!(count(&server), 2);

    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("idempotency-key", "f"),
    ];
    let path = format!("{KEYS}/00000000-0000-4000-8000-0000000000ff");
    assert_eq!(server.send("DELETE", &path, &headers, "").status, 500);
    assert_eq!(server.send("DELETE", &path, &headers, "").status, 500);
    // The second use removed the row and left none, so another path is free to use the key.
    assert_eq!(server.send("DELETE", OWNED_PATH, &headers, "").status, 204);
}

#[test]
fn a_replay_keeps_cookies_origin_and_coding_of_the_first_answer() {
    let mut server = server(Profile::V2026_3_7);
    let user = server.emulator.users()[0].clone();
    let body = format!(
        r#"{{"email":"{}","password":"{}"}}"#,
        user.email, user.password
    );
    let headers = [
        ("idempotency-key", "k"),
        ("origin", "http://localhost:5173"),
    ];
    let first = server.send("POST", "/api/v1/auth/signin", &headers, &body);
    assert_eq!(first.headers.get_all("set-cookie").iter().count(), 2);
    let headers = [
        ("idempotency-key", "k"),
        ("origin", "http://localhost:8080"),
    ];
    let again = server.send("POST", "/api/v1/auth/signin", &headers, &body);
    assert_eq!(again.json, first.json);
    assert_eq!(
        again.header("access-control-allow-origin"),
        "http://localhost:5173"
    );
    assert_eq!(again.header("x-request-id"), first.header("x-request-id"));
    assert_eq!(again.header("x-ratelimit-remaining"), "9");
    let cookies: Vec<_> = again.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 1);
    assert!(
        cookies[0]
            .to_str()
            .unwrap()
            .starts_with("fluxbase_refresh_token=")
    );
}
