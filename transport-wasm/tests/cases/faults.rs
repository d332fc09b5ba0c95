//! What goes wrong between a page and a server, over real sockets.

use std::time::Duration;

use fluxbase_client_keys_wasm::{
    ClientKeysManager, CreateClientKeyRequest, Error, ErrorKind, FailureKind, Outcome, Policy,
    Scope,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{faulty, go_on, is_browser, noted, pause, stand_in::with_fetch};

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

/// A creation, whose outcome matters.
async fn create(fault: &str) -> Error {
    let request = CreateClientKeyRequest::new("ci", [Scope::TABLES_READ]);
    let manager = manager(&faulty(fault)).with_policy(
        Policy::new()
            .attempts(1)
            .spelling(fluxbase_client_keys_wasm::Spelling::AsGiven)
            .attempt_timeout(Duration::from_millis(500))
            .body_limit(100_000),
    );
    manager.create(&request).await.unwrap_err()
}

fn in_browser(browser: FailureKind, node: FailureKind) -> ErrorKind {
    ErrorKind::Transport(if is_browser() { browser } else { node })
}

#[wasm_bindgen_test]
async fn a_refused_connection() {
    let url = option_env!("FLUXBASE_TEST_REFUSED").expect("run these tests by test.sh");
    let error = manager(url).get("key-1").await.unwrap_err();
    assert_eq!(
        error.kind(),
        in_browser(FailureKind::Opaque, FailureKind::Connect)
    );
    assert!(error.is_retryable());
    assert_eq!(error.to_string().contains("CORS"), is_browser(), "{error}");
}

#[wasm_bindgen_test]
async fn a_head_that_is_cut() {
    let error = create("cut-head").await;
    assert_eq!(
        error.kind(),
        in_browser(FailureKind::Opaque, FailureKind::Closed)
    );
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(
        noted("cut-head", "POST").await,
        1,
        "a creation is sent once"
    );
}

#[wasm_bindgen_test]
async fn a_body_that_is_cut() {
    let error = create("cut-body").await;
    assert_eq!(error.kind(), ErrorKind::Transport(FailureKind::Closed));
    assert_eq!(error.outcome(), Outcome::Applied, "a 201 was seen");
}

#[wasm_bindgen_test]
async fn an_answer_that_does_not_come() {
    for fault in ["silent", "silent-body"] {
        let error = create(fault).await;
        assert_eq!(
            error.kind(),
            ErrorKind::Transport(FailureKind::Timeout),
            "{fault}"
        );
        assert_ne!(error.outcome(), Outcome::NotApplied, "{fault}");
        assert!(is_aborted(fault).await, "{fault}");
    }
}

#[wasm_bindgen_test]
async fn a_call_that_is_dropped_is_aborted() {
    let manager = manager(&faulty("dropped"));
    let manager = manager.with_policy(Policy::new().attempts(1));
    let mut call = Box::pin(manager.get("key-1"));
    while noted("dropped", "GET").await < 1 {
        go_on(&mut call).await;
        pause(5).await;
    }
    assert_eq!(noted("dropped", "aborted").await, 0);
    drop(call);
    assert!(is_aborted("dropped").await);
}

/// Whether the server sees soon that nobody waits any more.
async fn is_aborted(fault: &str) -> bool {
    for _ in 0..100 {
        if noted(fault, "aborted").await > 0 {
            return true;
        }
        pause(20).await;
    }
    false
}

#[wasm_bindgen_test]
async fn an_answer_without_end() {
    let error = create("endless").await;
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
    assert!(is_aborted("endless").await);
}

#[wasm_bindgen_test]
async fn a_redirect_is_not_followed() {
    let error = create("redirect").await;
    assert_eq!(error.kind(), ErrorKind::Redirected, "{error}");
    let status = if is_browser() { None } else { Some(307) };
    assert_eq!(error.status(), status);
    assert_eq!(noted("elsewhere", "POST").await, 0);
}

#[wasm_bindgen_test]
async fn a_page_of_a_proxy() {
    let error = manager(&faulty("html")).list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFluxbase);
    assert!(!error.to_string().contains("<h1>"), "{error}");
}

#[wasm_bindgen_test]
async fn an_origin_that_is_not_allowed() {
    let listed = manager(&faulty("no-cors")).list().await;
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
        assert_eq!(listed.unwrap().total, 0);
    }
}

#[wasm_bindgen_test]
async fn nothing_is_kept_between_requests() {
    let manager = manager(&faulty("keeps"));
    for _ in 0..3 {
        assert_eq!(manager.list().await.unwrap().total, 0);
    }
    // The answers may be kept for a day and set a cookie.
    assert_eq!(noted("keeps", "GET").await, 3);
    assert_eq!(noted("keeps", "cookie").await, 0);
}

#[wasm_bindgen_test]
async fn whatever_fetch_does_is_a_failure_of_a_kind() {
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
        let manager = manager(&faulty("unused"));
        let error = with_fetch(body, manager.delete("key-1")).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Transport(_)),
            "{body}: {error}"
        );
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    assert_eq!(noted("unused", "DELETE").await, 0);
}
