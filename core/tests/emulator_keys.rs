//! The key routes beyond what was recorded: owners, carriers, sizes, origins, and release 2026.3.6.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "emulator_support/client.rs"]
mod client;
mod emulator_support;

use client::{KEYS, OWNED, server};
use emulator_support::{Server, entropy};
use fluxbase_client_keys::emulator::{ContentCoding, Emulator, Profile, State};
use http::Request;

const OWNED_PATH: &str = "/api/v1/client-keys/00000000-0000-4000-8000-000000000009";

fn create(server: &mut Server, token: &str, key: &str) -> client::Answer {
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("idempotency-key", key),
    ];
    server.send("POST", KEYS, &headers, r#"{"name":"n","scopes":["*"]}"#)
}

#[test]
fn small_answers_and_other_codings_stay_as_they_are() {
    let mut server = server(Profile::V2026_3_7);
    let token = server.admin_token();
    for (accepts, target, expected) in [
        ("gzip", KEYS, ContentCoding::Gzip),
        ("br", KEYS, ContentCoding::Identity),
        (
            "gzip",
            "/api/v1/client-keys?user_id=-",
            ContentCoding::Identity,
        ),
    ] {
        let request = Request::get(target)
            .header("authorization", format!("Bearer {token}"))
            .header("accept-encoding", accepts);
        let answer = server.answer(&request.body(Vec::new()).unwrap());
        assert_eq!(
            answer.extensions().get(),
            Some(&expected),
            "{accepts} {target}"
        );
        assert!(!answer.headers().contains_key("content-encoding"));
    }
}

#[test]
fn owned_keys_are_seen_by_their_owner_and_administrators() {
    for profile in [Profile::V2026_1, Profile::V2026_3_6, Profile::V2026_3_7] {
        let mut server = server(profile);
        let (own, other, admin) = (server.token(0), server.token(1), server.admin_token());
        let id = server.emulator.users()[0].id.clone();
        let listed = server.bear(&own, "GET", KEYS, "");
        assert_eq!(
            listed.json[0]["user_id"].as_str(),
            Some(id.as_str()),
            "{profile}"
        );
        assert!(
            server.bear(&other, "GET", KEYS, "").json.is_null(),
            "{profile}"
        );
        let of = format!("{KEYS}?user_id={}", id.to_uppercase());
        assert_eq!(
            server
                .bear(&admin, "GET", &of, "")
                .json
                .as_array()
                .map(Vec::len),
            Some(1)
        );
        assert_eq!(
            server.bear(&own, "GET", &of, "").status,
            403,
            "compared as text"
        );
        assert_eq!(
            server.bear(&own, "GET", OWNED_PATH, "").status,
            200,
            "{profile}"
        );
        let answer = server.bear(&other, "GET", OWNED_PATH, "");
        assert_eq!(
            answer.error(),
            (403, "Cannot view other users' client keys"),
            "{profile}"
        );
        // Nobody asks who changes a key.
        assert_eq!(
            server
                .bear(&other, "PATCH", OWNED_PATH, r#"{"name":"x"}"#)
                .status,
            200
        );
        // A key is nobody as text: it sees all keys, and its own row by id is refused.
        assert_eq!(
            server
                .send("GET", KEYS, &[("x-client-key", OWNED)], "")
                .status,
            200
        );
        assert_eq!(
            server
                .send("GET", OWNED_PATH, &[("x-client-key", OWNED)], "")
                .status,
            403
        );
    }
}

#[test]
fn a_key_hands_its_owner_on_to_the_keys_it_makes_on_the_older_servers() {
    for (profile, kept) in [
        (Profile::V2026_1, true),
        (Profile::V2026_3_6, true),
        (Profile::V2026_3_7, false),
    ] {
        let mut server = server(profile);
        let body = r#"{"name":"n","scopes":["*"]}"#;
        let made = server.send("POST", KEYS, &[("x-client-key", OWNED)], body);
        assert_eq!(made.json.get("user_id").is_some(), kept, "{profile}");
    }
}

#[test]
fn every_carrier_is_read_where_it_is_known() {
    let [old, middle, new] = [Profile::V2026_1, Profile::V2026_3_6, Profile::V2026_3_7];
    for (profile, query, own_header, as_service) in [
        (old, 401, 401, 401),
        (middle, 401, 401, 200),
        (new, 200, 200, 200),
    ] {
        let mut server = server(profile);
        let token = server.token(0);
        let anon = server.emulator.anon_tokens()[0].clone();
        let service = server.emulator.service_keys()[0].clone();
        let get = |server: &mut Server, target: &str, name: &str, value: &str| {
            server.send("GET", target, &[(name, value)], "").status
        };
        assert_eq!(
            get(
                &mut server,
                &format!("{KEYS}?token={token}"),
                "accept",
                "*/*"
            ),
            query,
            "{profile}"
        );
        let with_key = format!("{KEYS}?clientkey={}", OWNED.replace('=', "%3D"));
        assert_eq!(
            get(&mut server, &with_key, "accept", "*/*"),
            query,
            "{profile}"
        );
        assert_eq!(
            get(&mut server, KEYS, "clientkey", &token),
            own_header,
            "{profile}"
        );
        assert_eq!(
            get(&mut server, KEYS, "clientkey", OWNED),
            own_header,
            "{profile}"
        );
        assert_eq!(
            get(&mut server, KEYS, "x-service-key", &anon),
            as_service,
            "{profile}"
        );
        assert_eq!(
            get(
                &mut server,
                KEYS,
                "authorization",
                &format!("ServiceKey {service}")
            ),
            200,
            "{profile}"
        );
        assert_eq!(get(&mut server, KEYS, "apikey", &token), 401, "{profile}");
        // A bad credential of a higher kind is final.
        let authorization = format!("Bearer {token}");
        let headers = [
            ("x-service-key", "sk_wrong"),
            ("authorization", authorization.as_str()),
        ];
        let answer = server.send("GET", KEYS, &headers, "");
        assert_eq!(answer.error(), (401, "Invalid service key"), "{profile}");
    }
}

#[test]
fn owned_keys_rest_while_only_administrators_are_let_in() {
    let mut server = server(Profile::V2026_3_6);
    let admin = server.admin_token();
    server.emulator.set_only_admins(true);
    let answer = server.send("GET", KEYS, &[("x-client-key", OWNED)], "");
    assert_eq!(
        answer.error(),
        (
            403,
            "User client keys are disabled. Contact an administrator."
        )
    );
    assert_eq!(server.bear(&admin, "GET", KEYS, "").status, 200);
    assert_eq!(server.send("GET", KEYS, &[], "").status, 401);
}

#[test]
fn release_2026_3_6_guards_paths_without_a_route() {
    let mut server = server(Profile::V2026_3_6);
    let (user, admin) = (server.token(0), server.admin_token());
    let anon = server.emulator.anon_tokens()[0].clone();
    assert_eq!(server.send("GET", "/api/v1/nothing", &[], "").status, 401);
    for token in [&user, &anon] {
        let answer = server.bear(token, "PUT", OWNED_PATH, "");
        assert_eq!(
            (answer.status, answer.text("code")),
            (403, "INSUFFICIENT_PERMISSIONS")
        );
    }
    assert_eq!(server.bear(&user, "HEAD", OWNED_PATH, "").status, 403);
    assert_eq!(
        server.bear(&admin, "GET", "/api/v1/nothing", "").error(),
        (404, "Not Found")
    );
    assert_eq!(
        server.send("GET", "/nothing", &[], "").error(),
        (404, "Not Found")
    );
}

#[test]
fn release_2026_3_6_without_its_database() {
    let mut server = server(Profile::V2026_3_6);
    let (user, admin) = (server.token(0), server.admin_token());
    server.emulator.set_database(false);
    assert_eq!(
        server.bear(&user, "GET", KEYS, "").error(),
        (503, "service_unavailable")
    );
    let answer = server.bear(&admin, "GET", KEYS, "");
    assert_eq!(answer.status, 500);
    assert!(
        answer
            .text("error")
            .starts_with("Failed to list client keys: failed to list client keys: ")
    );
    let health = server.send("GET", "/health", &[], "");
    assert_eq!(
        (health.status, &health.json["services"]["database"]),
        (503, &false.into())
    );
    assert_eq!(server.send("GET", "/", &[], "").status, 200);
}

#[test]
fn release_2026_3_6_has_the_older_bodies() {
    let mut server = server(Profile::V2026_3_6);
    let token = server.token(0);
    let answer = server.bear(
        &token,
        "POST",
        KEYS,
        r#"{"name":"n","scopes":["tables:read"]}"#,
    );
    let text = "Failed to create client key: invalid scopes: invalid scopes: tables:read";
    assert_eq!(answer.error(), (500, text));
    assert_eq!(
        server
            .bear(
                &token,
                "POST",
                KEYS,
                r#"{"name":"n","scopes":["read:tables"]}"#
            )
            .status,
        201
    );
}

#[test]
fn sizes_are_judged_by_what_is_announced() {
    let mut server = server(Profile::V2026_3_7);
    let large = format!(r#"{{"email":"{}"}}"#, "x".repeat(70_000));
    let answer = server.send("POST", "/api/v1/auth/signin", &[], &large);
    assert_eq!(
        (answer.status, answer.json["details"]["max_bytes"].as_u64()),
        (413, Some(65_536))
    );
    assert!(
        answer
            .text("message")
            .ends_with("64.0 KB for auth endpoints")
    );
    let chunked = [("transfer-encoding", "chunked")];
    assert_eq!(
        server
            .send("POST", "/api/v1/auth/signin", &chunked, &large)
            .status,
        400
    );
    assert_eq!(
        server
            .send(
                "POST",
                "/api/v1/auth/signin",
                &[("content-length", "99999")],
                ""
            )
            .status,
        413
    );
}

#[test]
fn origins_can_be_set() {
    let mut server = server(Profile::V2026_3_7);
    server
        .emulator
        .set_allowed_origins(vec!["https://app.example.com".to_owned()]);
    let from = |server: &mut Server, origin: &str| {
        let answer = server.send("GET", "/health", &[("origin", origin)], "");
        answer.header("access-control-allow-origin").to_owned()
    };
    assert_eq!(
        from(&mut server, "https://app.example.com"),
        "https://app.example.com"
    );
    assert_eq!(from(&mut server, "http://localhost:5173"), "");
}

#[test]
fn nothing_secret_is_printed() {
    let mut server = server(Profile::V2026_3_7);
    let token = server.token(0);
    let made = create(&mut server, &token, "idempotency-secret");
    let printed = format!("{:?}", server.emulator);
    for secret in [
        token.as_str(),
        made.text("key"),
        OWNED,
        "idempotency-secret",
    ] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn the_same_entropy_and_clock_give_the_same_answers() {
    let run = || {
        let state = State::sample(&mut entropy());
        let now = fluxbase_client_keys::Timestamp::UNIX_EPOCH;
        let mut server = Server::new(Emulator::new(Profile::V2026_3_7, state), now);
        let token = server.token(0);
        let made = create(&mut server, &token, "k");
        (token, made.json.to_string())
    };
    assert_eq!(run(), run());
}
