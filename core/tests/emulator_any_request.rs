//! Whatever is sent, and in whatever order: the emulator answers, and its answers are well-formed.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod emulator_support;

use emulator_support::{Server, entropy};
use fluxbase_client_keys::Timestamp;
use fluxbase_client_keys::emulator::{Emulator, Profile, State};
use http::{HeaderValue, Request};
use proptest::prelude::*;
use proptest::sample::select;

/// A request in parts; some of them stand for what only the running server knows.
#[derive(Debug, Clone)]
struct Sent {
    method: String,
    target: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
    wait: u64,
    database: bool,
}

const PATHS: [&str; 14] = [
    "/",
    "/health",
    "/api/v1/client-keys",
    "/API/v1/client-keys/",
    "/api/v1/client-keys/ID",
    "/api/v1/client-keys/ID/revoke",
    "/api/v1/auth/signin",
    "/api/v1/auth/2fa/verify",
    "/api/v1/auth/refresh",
    "/api/v1/auth/signout",
    "/api/v1/admin/login",
    "/api/v1/admin/refresh",
    "/api/v1/admin/logout",
    "/dashboard/auth/login",
];

const NAMES: [&str; 14] = [
    "authorization",
    "x-client-key",
    "x-service-key",
    "clientkey",
    "content-type",
    "content-length",
    "transfer-encoding",
    "idempotency-key",
    "origin",
    "access-control-request-method",
    "accept-encoding",
    "cookie",
    "x-fb-tenant",
    "x-request-id",
];

const VALUES: [&str; 12] = [
    "Bearer TOKEN",
    "TOKEN",
    "KEY",
    "SERVICE",
    "ServiceKey SERVICE",
    "application/json",
    "fluxbase_access_token=TOKEN; fluxbase_refresh_token=REFRESH",
    "http://localhost:5173",
    "POST",
    "gzip",
    "chunked",
    "18446744073709551615",
];

const BODIES: [&str; 8] = [
    r#"{"name":"n","scopes":["*"],"description":"<>&","rate_limit_per_minute":1}"#,
    r#"{"name":"n","scopes":["tables:read"],"expires_at":"9999-12-31T23:59:59.999999999-23:59"}"#,
    r#"{"email":"user1@example.com","password":"PASSWORD"}"#,
    r#"{"email":"admin@example.com","password":"wrong"}"#,
    r#"{"refresh_token":"REFRESH"}"#,
    r#"{"user_id":"USER","code":"000000"}"#,
    "null",
    "",
];

fn sent() -> impl Strategy<Value = Sent> {
    let method = prop_oneof![
        6 => select(vec!["GET", "POST", "PATCH", "DELETE"]).prop_map(str::to_owned),
        1 => select(vec!["HEAD", "OPTIONS", "PUT", "BREW", "CONNECT"]).prop_map(str::to_owned),
    ];
    let target = prop_oneof![
        8 => select(PATHS.to_vec()).prop_map(str::to_owned),
        1 => "/[ -~]{0,20}",
        1 => "/api/v1/client-keys[a-zA-Z0-9/%:.-]{0,50}",
    ];
    let query =
        prop_oneof![4 => Just(String::new()), 1 => "[?](user_id|token|clientkey)=[ -~]{0,40}"];
    let value = prop_oneof![
        6 => select(VALUES.to_vec()).prop_map(|value| value.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..300),
    ];
    let headers = prop::collection::vec((select(NAMES.to_vec()), value), 0..5);
    let body = prop_oneof![
        6 => select(BODIES.to_vec()).prop_map(|body| body.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => r#"[{}\[\]",:a-z0-9\\un]{0,60}"#.prop_map(String::into_bytes),
    ];
    let wait = select(vec![0, 0, 1, 59, 901, 86_400, u64::MAX]);
    (
        method,
        target,
        query,
        headers,
        body,
        wait,
        prop::bool::weighted(0.9),
    )
        .prop_map(
            |(method, target, query, headers, body, wait, database)| Sent {
                method,
                target: format!("{target}{query}"),
                headers,
                body,
                wait,
                database,
            },
        )
}

/// What the running server has given out.
struct Known(Vec<(&'static str, String)>);

impl Known {
    fn put_in(&self, bytes: &[u8]) -> Vec<u8> {
        let Ok(text) = core::str::from_utf8(bytes) else {
            return bytes.to_vec();
        };
        let filled = self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        });
        filled.into_bytes()
    }

    fn learn(&mut self, body: &[u8]) {
        let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else {
            return;
        };
        for (name, member) in [
            ("TOKEN", "access_token"),
            ("REFRESH", "refresh_token"),
            ("KEY", "key"),
            ("ID", "id"),
        ] {
            if let Some(value) = json.get(member).and_then(|value| value.as_str()) {
                self.0.retain(|(known, _)| *known != name);
                self.0.push((name, value.to_owned()));
            }
        }
    }
}

fn answers(profile: Profile, settings: u8, requests: Vec<Sent>) {
    let state = State::sample(&mut entropy());
    let user = state.users[0].clone();
    let mut known = Known(vec![
        ("PASSWORD", user.password),
        ("USER", user.id),
        ("SERVICE", state.service_keys[0].clone()),
        ("TOKEN", state.anon_tokens[0].clone()),
    ]);
    let mut server = Server::new(Emulator::new(profile, state), Timestamp::UNIX_EPOCH);
    server.emulator.set_only_admins(settings & 1 != 0);
    server.emulator.set_limit_everywhere(settings & 2 != 0);
    for sent in requests {
        server.wait(sent.wait);
        server.emulator.set_database(sent.database);
        let target = String::from_utf8(known.put_in(sent.target.as_bytes())).unwrap();
        let mut request = Request::builder().method(sent.method.as_str()).uri(target);
        for (name, value) in &sent.headers {
            if let Ok(value) = HeaderValue::from_bytes(&known.put_in(value)) {
                request = request.header(*name, value);
            }
        }
        // What is no request line never reaches a server.
        let Ok(request) = request.body(known.put_in(&sent.body)) else {
            continue;
        };
        let answer = server.answer(&request);
        assert!(answer.headers().contains_key("date"));
        assert_eq!(answer.headers()["server"], "Fluxbase");
        let kind = answer
            .headers()
            .get("content-type")
            .map(|kind| kind.to_str().unwrap().to_owned());
        if kind.is_some_and(|kind| kind.starts_with("application/json")) && sent.method != "HEAD" {
            assert!(
                serde_json::from_slice::<serde_json::Value>(answer.body()).is_ok(),
                "{answer:?}"
            );
        }
        known.learn(answer.body());
    }
}

proptest! {
    #[test]
    fn every_request_is_answered(
        profile in select(Profile::ALL.to_vec()),
        settings in 0_u8..4,
        requests in prop::collection::vec(sent(), 1..20),
    ) {
        answers(profile, settings, requests);
    }

    #[test]
    fn every_text_is_read_or_refused_as_a_state(text in "[ -~]{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let error = State::from_json(text.as_bytes()).err().map(|error| error.to_string());
        prop_assert!(error.is_none_or(|error| !error.is_empty()));
        let error = State::from_json(&bytes).err().map(|error| error.to_string());
        prop_assert!(error.is_none_or(|error| !error.is_empty()));
    }
}
