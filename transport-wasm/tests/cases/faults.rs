//! What the caller is told of what goes wrong between a page and a server. What the transport tells of each way in which it can,
//! the suite looks at.

use std::time::Duration;

use fluxbase_client_keys_wasm::{ClientKeysManager, ErrorKind, FailureKind, Outcome, Policy};
use fluxbase_transport_conformance::Peer as _;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Cases, is_browser, stand_in::with_fetch};

fn manager(url: &str) -> ClientKeysManager {
    fluxbase_client_keys_wasm::builder(url)
        .bearer_token("eyJhbGciOiJIUzI1NiJ9.e30.c2ln")
        .policy(
            Policy::new()
                .attempts(1)
                .attempt_timeout(Duration::from_millis(500))
                .body_limit(100_000),
        )
        .build()
        .unwrap()
}

fn in_browser(browser: FailureKind, node: FailureKind) -> ErrorKind {
    ErrorKind::Transport(if is_browser() { browser } else { node })
}

#[wasm_bindgen_test]
async fn a_refused_connection() {
    let url = Cases::new().site().refused.clone();
    let error = manager(&url).get("key-1").await.unwrap_err();
    assert_eq!(
        error.kind(),
        in_browser(FailureKind::Opaque, FailureKind::Connect)
    );
    assert!(error.is_retryable());
    assert_eq!(error.to_string().contains("CORS"), is_browser(), "{error}");
}

#[wasm_bindgen_test]
async fn a_page_of_a_proxy() {
    let error = manager(&Cases::new().url("page-of-a-proxy~told"))
        .list()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFluxbase);
    assert!(!error.to_string().contains("<h1>"), "{error}");
}

#[wasm_bindgen_test]
async fn an_origin_that_is_not_allowed() {
    let listed = manager(&Cases::new().url("origin-not-allowed~told"))
        .get("key-1")
        .await;
    if is_browser() {
        let error = listed.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport(FailureKind::Opaque));
        assert!(
            error
                .to_string()
                .contains("CORS settings must allow the origin"),
            "{error}"
        );
    } else {
        assert!(listed.is_ok());
    }
}

#[wasm_bindgen_test]
async fn whatever_fetch_does_is_a_failure_of_a_kind() {
    let cases = Cases::new();
    for body in [
        "throw undefined",
        "throw new TypeError('Bearer eyJ-hunter2')",
        "return Promise.reject()",
        "return Promise.reject('hunter2')",
        "return Promise.reject({ cause: null, get code() { throw 1 } })",
        "return Promise.resolve(undefined)",
        "return 7",
        "return new Response('[]').text().then(() => { const r = new Response('[]'); r.body.getReader(); return r })",
        "return Promise.reject(Object.create(null, { cause: { get() { throw 1 } } }))",
    ] {
        let manager = manager(&cases.url("unused"));
        let error = with_fetch(body, manager.delete("key-1")).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Transport(_)),
            "{body}: {error}"
        );
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    assert_eq!(cases.seen("unused").await.copies.len(), 0);
}
