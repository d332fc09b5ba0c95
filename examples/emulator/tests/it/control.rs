//! Steering a server from outside.

use crate::client::{Client, lonely, start};
use fluxbase_emulator::{Guard, Options};
use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::{Duration, Instant};

fn steer(guard: &Guard, method: &str, path: &str, body: &str) -> (String, String) {
    let target = format!("/__emulator/{path}");
    let answer = Client::new(guard.address()).exchange(method, &target, "", body);
    (answer.status.clone(), answer.text().to_owned())
}

fn health(guard: &Guard) -> (String, String) {
    let answer = Client::new(guard.address()).exchange("GET", "/health", "", "");
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    (answer.status, body["status"].as_str().unwrap().to_owned())
}

fn pair(status: &str, text: &str) -> (String, String) {
    (status.to_owned(), text.to_owned())
}

#[test]
fn takes_the_database_away_and_back() {
    let guard = start(Options::new().control(true));
    let done = pair("204 No Content", "");
    assert_eq!(health(&guard), pair("200 OK", "ok"));
    assert_eq!(steer(&guard, "POST", "database/away", ""), done);
    assert_eq!(health(&guard), pair("503 Service Unavailable", "degraded"));
    assert_eq!(steer(&guard, "POST", "database/back", ""), done);
    assert_eq!(health(&guard), pair("200 OK", "ok"));
    guard.set_database(false);
    assert_eq!(health(&guard).1, "degraded");
    assert_eq!(steer(&guard, "GET", "count", ""), pair("200 OK", "4"));
    assert_eq!(guard.received().len(), 4, "controls are not requests");
}

#[test]
fn takes_faults_and_latency() {
    let guard = start(Options::new().control(true));
    let done = pair("204 No Content", "");
    let added = steer(&guard, "POST", "faults", "lose-before:GET:/health\n");
    assert_eq!(added, done);
    let mut client = Client::new(guard.address());
    client.send("GET", "/health", "", "");
    assert_eq!(client.rest().unwrap(), b"");
    assert_eq!(steer(&guard, "POST", "faults/clear", ""), done);
    assert_eq!(steer(&guard, "POST", "latency", "40"), done);
    let start = Instant::now();
    assert_eq!(health(&guard).1, "ok");
    assert!(start.elapsed() >= Duration::from_millis(40));
}

#[test]
fn says_what_is_wrong() {
    let guard = start(Options::new().control(true));
    for (method, path, body, status, text) in [
        (
            "POST",
            "faults",
            "status=1",
            "400 Bad Request",
            "the status must be",
        ),
        ("POST", "latency", "soon", "400 Bad Request", "milliseconds"),
        (
            "GET",
            "database/away",
            "",
            "404 Not Found",
            "no such control",
        ),
        ("POST", "", "", "404 Not Found", "no such control"),
    ] {
        let answer = steer(&guard, method, path, body);
        assert_eq!(answer.0, status, "{path}");
        assert!(answer.1.contains(text), "{answer:?}");
    }
    assert_eq!(health(&guard).1, "ok");
}

#[test]
fn refuses_foreign_pages() {
    let guard = start(Options::new().control(true));
    let away = "/__emulator/database/away";
    let mut client = Client::new(guard.address());
    let foreign = "origin: https://app.example.com\r\n";
    let refused = client.exchange("POST", away, foreign, "");
    assert_eq!(refused.status, "403 Forbidden");
    assert_eq!(health(&guard).1, "ok");
    let own = "origin: http://localhost:8080\r\n";
    let done = client.exchange("POST", away, own, "");
    let allowed = done.header("Access-Control-Allow-Origin");
    assert_eq!(allowed, Some("http://localhost:8080"));
    assert_eq!(health(&guard).1, "degraded");

    let open = start(Options::new().control(true).allowed_origins(["*"]));
    let done = Client::new(open.address()).exchange("POST", away, foreign, "");
    assert_eq!(done.header("Access-Control-Allow-Origin"), Some("*"));
    assert_eq!(health(&open).1, "degraded");
}

#[test]
fn stops_after_the_answer() {
    let guard = start(Options::new().address(lonely(3)).control(true));
    let mut client = Client::new(guard.address());
    let answer = client.exchange("POST", "/__emulator/stop", "", "");
    assert_eq!(answer.status, "204 No Content");
    assert_eq!(answer.header("Connection"), Some("close"));
    assert_eq!(client.rest().unwrap(), b"");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(guard.stopped());
    let address = guard.address();
    drop(guard);
    let refused = TcpStream::connect(address).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn is_off_unless_asked_for() {
    let guard = start(Options::new());
    let answer = steer(&guard, "POST", "database/away", "");
    assert_eq!(answer.0, "404 Not Found");
    assert_eq!(health(&guard).1, "ok");
    let paths: Vec<_> = guard.received().iter().map(|r| r.path().len()).collect();
    assert_eq!(paths, ["/__emulator/database/away".len(), "/health".len()]);
}
