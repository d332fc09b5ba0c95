//! What the properties share: inputs, and what must hold of every error.

use std::{error::Error as _, fmt::Debug};

use fluxbase_client_keys::{Error, Operation};
use http::{HeaderValue, Response};
use proptest::{prelude::*, test_runner::Config};

/// A text that stands where a secret may be: no error may show it.
pub(crate) const CANARY: &str = "fbk_CanaryCanaryCanaryCanaryCanaryCanaryCanary9=";

/// 256 cases, or `PROPTEST_CASES`. No file is written for a case that failed: it belongs into a test of its own.
pub(crate) fn config() -> Config {
    Config {
        failure_persistence: None,
        ..Config::default()
    }
}

/// Names that mean something in an answer, and one that does not.
const NAMES: &[&str] = &[
    "id",
    "name",
    "key",
    "client_key",
    "client_keys",
    "total",
    "scopes",
    "user_id",
    "expires_at",
    "rate_limit_per_minute",
    "key_prefix",
    "message",
    "error",
    "code",
    "error_code",
    "success",
    "required_scope",
    "retry_after",
    "path",
    "status",
    "services",
    "database",
    "access_token",
    "refresh_token",
    "expires_in",
    "user",
    "email",
    "role",
    "requires_2fa",
    "x",
];

/// A JSON value with such names, and the canary among its texts.
pub(crate) fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;

    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::from(CANARY)),
        Just(Value::from(format!(
            "not what {CANARY} was\u{202e}\u{1b}[2J\r\n"
        ))),
        prop_oneof!["k1", "ok", "degraded", "2026-05-01T09:30:00Z", "INVALID_ID"]
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let name = prop::sample::select(NAMES).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Bytes of every kind: rubbish, JSON, JSON that was cut or has a byte that is wrong.
pub(crate) fn body() -> impl Strategy<Value = Vec<u8>> {
    let damaged = (
        json(),
        any::<prop::sample::Index>(),
        any::<u8>(),
        any::<bool>(),
    )
        .prop_map(|(json, at, byte, cut)| {
            let mut text = json.to_string();
            if !cut {
                // A secret with a wrong byte is none, and is not known for one.
                text = text.replace("Canary", "canary");
            }
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            if cut {
                bytes.truncate(at);
            } else {
                bytes[at] = byte;
            }
            bytes
        });
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => r#"[\[\]{}:,"\\a0-9 \n]{0,60}"#.prop_map(String::into_bytes),
        2 => json().prop_map(|json| json.to_string().into_bytes()),
        2 => damaged,
    ]
}

/// An answer with any status and such a body.
pub(crate) fn answer() -> impl Strategy<Value = Response<Vec<u8>>> {
    let status = prop_oneof![
        prop::sample::select(vec![
            200_u16, 201, 204, 301, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503
        ]),
        100_u16..1000,
    ];
    let kind = prop::sample::select(vec!["application/json", "text/html", "", "x"]);
    let name = prop::sample::select(vec![
        "retry-after",
        "x-request-id",
        "www-authenticate",
        "idempotency-replayed",
    ]);
    let header = (name, prop::collection::vec(any::<u8>(), 0..40));
    (status, kind, prop::option::of(header), body()).prop_map(|(status, kind, header, body)| {
        let mut response = Response::new(body);
        *response.status_mut() = status.try_into().unwrap();
        response
            .headers_mut()
            .insert("content-type", HeaderValue::from_static(kind));
        if let Some((name, value)) = header {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    })
}

/// Reads it, and holds the error against what is promised of every error.
pub(crate) fn read<O: Operation<Output: Debug>>(operation: &O, response: &Response<Vec<u8>>) {
    match operation.read(response) {
        Ok(output) => {
            let _ = format!("{output:?}");
        }
        Err(error) => check(&error),
    }
}

/// One line, without controls, of limited length, without a secret.
pub(crate) fn check(error: &Error) {
    let shown = error.to_string();
    assert!(
        !shown.is_empty() && shown.chars().count() < 1200,
        "{shown:?}"
    );
    for shown in [shown, format!("{error:?}")] {
        let is_bad = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202e}');
        assert!(!shown.contains(is_bad), "{shown:?}");
        assert!(!shown.contains("Canary"), "{shown}");
    }
    assert!(error.source().is_none());
}
