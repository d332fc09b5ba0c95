//! Each failure on the way, as a client sees it.

use crate::client::{CREATE, Client, KEYS, eventually, keys_made, signed_in, start};
use fluxbase_emulator::{Fault, Guard, Options, What};
use http::StatusCode;
use std::time::{Duration, Instant};

/// A server on which creating a key fails so, and the headers of a signed-in user.
fn failing(what: What) -> (Guard, String) {
    let guard = start(Options::new());
    let signed = signed_in(&guard);
    guard.add_fault(Fault::new(what).method("POST").path(KEYS).nth(1));
    (guard, signed)
}

/// The create after the one that failed, on a connection of its own.
fn succeeds(guard: &Guard, signed: &str) {
    let made = Client::new(guard.address()).exchange("POST", KEYS, signed, CREATE);
    assert_eq!(made.status, "201 Created");
}

#[test]
fn loses_requests_and_answers() {
    for (what, made) in [(What::LoseBefore, 0), (What::LoseAfter, 1)] {
        let (guard, signed) = failing(what);
        let mut client = Client::new(guard.address());
        client.send("POST", KEYS, &signed, CREATE);
        assert_eq!(client.rest().unwrap(), b"", "closed in order, no byte sent");
        assert_eq!(keys_made(&guard), made, "{what:?}");
        assert_eq!(guard.count(), 2);
        succeeds(&guard, &signed);
    }
}

#[test]
fn cuts_bodies() {
    let (guard, signed) = failing(What::CutBody);
    let mut client = Client::new(guard.address());
    client.send("POST", KEYS, &signed, CREATE);
    let head = client.head();
    assert_eq!(head.status, "201 Created");
    let half = client.rest().unwrap();
    assert_eq!(half.len(), head.length().unwrap() / 2);
    assert!(half.starts_with(b"{"));
    assert_eq!(keys_made(&guard), 1);
    succeeds(&guard, &signed);
}

#[test]
fn cuts_compressed_and_long_bodies() {
    let guard = start(Options::new());
    let signed = signed_in(&guard);
    let mut client = Client::new(guard.address());
    let long = format!(
        r#"{{"name":"{}","scopes":["migrations:read"]}}"#,
        "x".repeat(900_000)
    );
    guard.add_fault(Fault::new(What::CutBody));
    client.send("POST", KEYS, &signed, &long);
    let head = client.head();
    assert!(head.length() > Some(900_000));
    assert_eq!(client.rest().unwrap().len(), head.length().unwrap() / 2);

    let mut client = Client::new(guard.address());
    let compressed = format!("accept-encoding: gzip\r\n{signed}");
    client.send("POST", KEYS, &compressed, CREATE);
    let head = client.head();
    assert_eq!(head.header("Content-Encoding"), Some("gzip"));
    let half = client.rest().unwrap();
    assert_eq!(half.len(), head.length().unwrap() / 2);
    assert!(half.starts_with(&[0x1f, 0x8b]));

    // Nothing to cut: the answer is lost whole.
    let mut client = Client::new(guard.address());
    client.send("HEAD", "/health", "", "");
    assert_eq!(client.rest().unwrap(), b"");
}

#[test]
fn answers_errors_in_the_servers_name() {
    let unavailable =
        r#"{"error":"service_unavailable","message":"Unable to verify token status"}"#;
    for (what, status, text, made) in [
        (
            What::Status(StatusCode::SERVICE_UNAVAILABLE),
            "503 Service Unavailable",
            unavailable,
            0,
        ),
        (
            What::StatusAfter(StatusCode::INTERNAL_SERVER_ERROR),
            "500 Internal Server Error",
            r#"{"error":"Internal Server Error"}"#,
            1,
        ),
    ] {
        let (guard, signed) = failing(what);
        let mut client = Client::new(guard.address());
        let from_page = format!("origin: http://localhost:5173\r\n{signed}");
        let answer = client.exchange("POST", KEYS, &from_page, CREATE);
        assert_eq!((&*answer.status, answer.text()), (status, text));
        let kind = answer.header("Content-Type").unwrap();
        assert!(kind.starts_with("application/json"), "{kind}");
        let origin = answer.header("Access-Control-Allow-Origin");
        assert_eq!(origin, Some("http://localhost:5173"));
        assert_eq!(keys_made(&guard), made);
        let next = client.exchange("POST", KEYS, &signed, CREATE);
        assert_eq!(next.status, "201 Created", "the connection lives on");
    }
}

#[test]
fn answers_pages_in_a_proxys_name() {
    for (what, status, title, made) in [
        (
            What::Html(StatusCode::BAD_GATEWAY),
            "502 Bad Gateway",
            "502 Bad Gateway",
            0,
        ),
        (
            What::HtmlAfter(StatusCode::GATEWAY_TIMEOUT),
            "504 Gateway Timeout",
            "504 Gateway Time-out",
            1,
        ),
    ] {
        let (guard, signed) = failing(what);
        let mut client = Client::new(guard.address());
        let answer = client.exchange("POST", KEYS, &signed, CREATE);
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("Content-Type"), Some("text/html"));
        assert_eq!(answer.header("Server"), Some("nginx/1.22.1"));
        let page = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
        );
        assert_eq!(answer.text(), page);
        assert_eq!(keys_made(&guard), made);
    }
}

#[test]
fn stalls_answers() {
    let pause = Duration::from_millis(80);
    let (guard, signed) = failing(What::Stall(pause));
    let start = Instant::now();
    succeeds(&guard, &signed);
    assert!(start.elapsed() >= pause);
}

#[test]
fn stalls_bodies() {
    let pause = Duration::from_millis(80);
    let (guard, signed) = failing(What::StallBody(pause));
    let start = Instant::now();
    let mut client = Client::new(guard.address());
    client.send("POST", KEYS, &signed, CREATE);
    let length = client.head().length().unwrap();
    let mut body = client.bytes(length / 2);
    body.extend(client.bytes(length - length / 2));
    assert!(start.elapsed() >= pause);
    let key: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert!(key["id"].is_string());
}

#[test]
fn serves_clients_that_gave_up() {
    let (guard, signed) = failing(What::Stall(Duration::from_secs(3600)));
    let mut client = Client::new(guard.address());
    client.send("POST", KEYS, &signed, CREATE);
    drop(client);
    eventually(|| keys_made(&guard) == 1);
}

#[test]
fn strikes_when_told() {
    let fault = "lose-before:GET:/health:x2".parse().unwrap();
    let guard = start(Options::new().fault(fault));
    let lost = |target: &str| {
        let mut client = Client::new(guard.address());
        client.send("GET", target, "connection: close\r\n", "");
        client.rest().unwrap().is_empty()
    };
    let outcomes = ["/", "/health", "/health?a=b", "/health"].map(lost);
    assert_eq!(outcomes, [false, true, true, false]);
    guard.add_fault("lose-before:::2".parse().unwrap());
    assert_eq!(["/", "/", "/"].map(lost), [false, true, false]);
}
